//! Ports of endpoints that are written by hand, which must have the names that the Service gives them.

use super::context::{Context, at};
use crate::diagnostic::{Advice, Diagnostic, Fix};
use crate::documents::TextObject;
use crate::written::{change, field, quoted, removed_pairs, with_first};
use api::view::{Service, ServicePort};
use api::{Cursor, Kind};
use network::ObjectKey;
use yaml::{Node, Step};

/// Advice for each port of hand-written endpoints that no port of its Service is called by.
pub fn advise(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut advice = Vec::new();
    for (key, object) in context.created(Kind::EndpointSlice) {
        let label = Cursor::new(object.value)
            .metadata()
            .field("labels")
            .field("kubernetes.io/service-name");
        if let Some(name) = label.as_text() {
            let service = ObjectKey::new(&key.namespace, name);
            advice.extend(of_ports(
                context,
                &service,
                object,
                &[],
                Cursor::new(object.value).field("ports"),
            ));
        }
    }
    for (key, object) in context.created(Kind::Endpoints) {
        let subsets = Cursor::new(object.value).field("subsets").items();
        for (index, subset) in subsets.enumerate() {
            let way = [Step::Name("subsets"), Step::Index(index)];
            advice.extend(of_ports(context, key, object, &way, subset.field("ports")));
        }
    }
    advice
}

fn of_ports(
    context: &Context<'_>,
    key: &ObjectKey,
    object: &TextObject<'_>,
    way: &[Step<'_>],
    ports: Cursor<'_>,
) -> Option<Diagnostic> {
    let stored = context.cluster.find(Kind::Service, &key.namespace, &key.name)?;
    let service = Service::of(&stored.value);
    if service.has_selector() || service.is_external_name() {
        return None;
    }
    let named = |name: &str| service.ports().any(|it| it.name() == name);
    let (index, port) = ports
        .items()
        .enumerate()
        .find(|(_, port)| !named(port.field("name").text()))?;
    let written = |name: &str| ports.items().any(|it| it.field("name").text() == name);
    let mut missing = service.ports().filter(|it| !written(it.name()));
    let meant = missing.next()?;
    let is_plain = missing.next().is_none() && ports.items().len() == service.ports().len();
    let item: Vec<Step<'_>> = way
        .iter()
        .copied()
        .chain([Step::Name("ports"), Step::Index(index)])
        .collect();
    let place: Vec<Step<'_>> = item.iter().copied().chain([Step::Name("name")]).collect();
    let node = object.node.find(item.iter().copied())?;
    let name = field(node, &["name"]);
    let range = match name {
        Some(_) => object.value_at(&place),
        None => object.value_at(&item.iter().copied().chain([Step::Name("port")]).collect::<Vec<_>>()),
    };
    let quoted = quoted(meant.name());
    let fix = match name {
        Some(_) if meant.name().is_empty() => nameless(context.text, object, node),
        Some(_) => Some(change(range.clone(), quoted)),
        None => with_first(context.text, object, node, "name", &quoted),
    };
    let message = format!(
        "this port {}, the port of Service {} {}: they are matched by name",
        called(port.field("name").text()),
        key.name,
        of_service(meant)
    );
    Some(Diagnostic {
        meaning: Some(format!(
            "Service {} gets no endpoint from here, so requests to it are refused.",
            key.name
        )),
        fixes: fix.into_iter().filter(|_| is_plain).collect(),
        ..at(object, range, Advice::EndpointPortName, message)
    })
}

/// The port without its name.
fn nameless(text: &str, object: &TextObject<'_>, port: &Node) -> Option<Fix> {
    let mut gone = removed_pairs(text, object.origin, port, |name, _| name == "name")?;
    Some(Fix {
        label: "Leave name out".to_owned(),
        range: gone.pop()?,
        replacement: String::new(),
    })
}

fn of_service(port: ServicePort<'_>) -> String {
    called(port.name())
}

fn called(name: &str) -> String {
    match name {
        "" => "has no name".to_owned(),
        name => format!("is called {name}"),
    }
}
