//! Endpoints that are written by hand, and belong to no Service.

use super::context::{Context, at};
use crate::diagnostic::{Advice, Diagnostic, Fix};
use crate::documents::TextObject;
use crate::help::nearest;
use crate::written::{change, field, quoted, with_first};
use api::view::Service;
use api::{Cursor, Kind};
use network::ObjectKey;
use yaml::Step;

const LABEL: &str = "kubernetes.io/service-name";

/// Advice for each slice that names no Service, and for Endpoints called otherwise than the one Service that lacks them.
pub fn advise(context: &Context<'_>) -> Vec<Diagnostic> {
    let slices = context.created(Kind::EndpointSlice);
    let slices = slices.filter_map(|(key, object)| of_slice(context, key, object));
    let endpoints = context.created(Kind::Endpoints);
    let endpoints = endpoints.filter_map(|(key, object)| of_endpoints(context, key, object));
    slices.chain(endpoints).collect()
}

fn of_slice(context: &Context<'_>, key: &ObjectKey, object: &TextObject<'_>) -> Option<Diagnostic> {
    let labels = ["metadata", "labels"].map(Step::Name);
    let label = Cursor::new(object.value).metadata().field("labels").field(LABEL);
    let lacking = lacking(context, key);
    let Some(name) = label.as_text() else {
        let place = match object.node.find(labels) {
            Some(_) => object.key_at(&labels),
            None => object.value_at(&["metadata", "name"].map(Step::Name)),
        };
        let message = format!("no Service reads this slice: it has no label {LABEL}");
        return Some(Diagnostic {
            meaning: Some(
                "A Service finds its slices by this label, whose value is its name, not by their names.".to_owned(),
            ),
            fixes: only(&lacking)
                .and_then(|it| labelled(context, object, it))
                .into_iter()
                .collect(),
            ..at(object, place, Advice::NoService, message)
        });
    };
    if context.cluster.find(Kind::Service, &key.namespace, name).is_some() {
        return None;
    }
    let place = object.value_at(&[labels[0], labels[1], Step::Name(LABEL)]);
    let meant = nearest(name, lacking.iter().copied()).or_else(|| only(&lacking));
    Some(Diagnostic {
        meaning: Some(format!(
            "A Service finds its slices by the label {LABEL}, in its own namespace."
        )),
        fixes: meant.map(|it| change(place.clone(), quoted(it))).into_iter().collect(),
        ..at(
            object,
            place,
            Advice::NoService,
            format!(
                "nobody reads this slice: there is no Service {name} in namespace {}",
                key.namespace
            ),
        )
    })
}

fn of_endpoints(context: &Context<'_>, key: &ObjectKey, object: &TextObject<'_>) -> Option<Diagnostic> {
    if context.cluster.find(Kind::Service, &key.namespace, &key.name).is_some() {
        return None;
    }
    let lacking = lacking(context, key);
    let meant = only(&lacking)?;
    let place = object.value_at(&["metadata", "name"].map(Step::Name));
    let message = format!("nobody reads these Endpoints: there is no Service {}", key.name);
    Some(Diagnostic {
        meaning: Some("Endpoints belong to the Service of the same name.".to_owned()),
        fixes: vec![change(place.clone(), quoted(meant))],
        ..at(object, place, Advice::NoService, message)
    })
}

/// The Services of the text in the same namespace that nobody gives endpoints.
fn lacking<'a>(context: &Context<'a>, key: &ObjectKey) -> Vec<&'a str> {
    let services = context.created(Kind::Service);
    let lacking = services.filter(|(service, object)| {
        let view = Service::of(object.value);
        let empty = |service: &network::Service| service.ports.iter().all(|port| port.endpoints.is_empty());
        service.namespace == key.namespace
            && !view.has_selector()
            && !view.is_external_name()
            && context.service(service).is_some_and(empty)
    });
    lacking.map(|(service, _)| &*service.name).collect()
}

fn only<'a>(names: &[&'a str]) -> Option<&'a str> {
    match names {
        [name] => Some(name),
        _ => None,
    }
}

fn labelled(context: &Context<'_>, object: &TextObject<'_>, service: &str) -> Option<Fix> {
    let value = quoted(service);
    let labels = field(object.node, &["metadata", "labels"]);
    let fix = if let Some(labels) = labels {
        with_first(context.text, object, labels, LABEL, &value)
    } else {
        let metadata = field(object.node, &["metadata"])?;
        let labels = format!("{{{LABEL}: {value}}}");
        with_first(context.text, object, metadata, "labels", &labels)
    };
    fix.map(|fix| Fix {
        label: format!("Add {LABEL}: {service}"),
        ..fix
    })
}
