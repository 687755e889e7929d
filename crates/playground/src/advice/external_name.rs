//! Services of type ExternalName: only a name in DNS.

use super::context::{Context, at};
use crate::diagnostic::{Advice, Diagnostic, Fix};
use crate::documents::TextObject;
use crate::written::{change, field, items, removed_pairs, scalar, together};
use api::view::{Service, TargetPort};
use network::ObjectKey;
use std::net::Ipv4Addr;
use yaml::Step;

/// Advice for each Service of type ExternalName that is to do more than to stand for a name.
pub fn advise(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut advice = Vec::new();
    for (key, object, service) in context.created_services() {
        if !service.is_external_name() {
            continue;
        }
        let name = service.external_name().unwrap_or_default();
        match name.parse() {
            Ok(address) => advice.push(is_address(context.text, key, object, address)),
            Err(_) => advice.extend(maps_ports(object, service, name)),
        }
    }
    advice
}

fn is_address(text: &str, key: &ObjectKey, object: &TextObject<'_>, address: Ipv4Addr) -> Diagnostic {
    let place = object.value_at(&[Step::Name("spec"), Step::Name("externalName")]);
    let message = format!("{address} is an address, but externalName is looked up as a name, which nobody has");
    Diagnostic {
        meaning: Some("A Service without selector and an EndpointSlice that holds the address lead there.".to_owned()),
        fixes: with_slice(text, key, object, address).into_iter().collect(),
        ..at(object, place, Advice::ExternalName, message)
    }
}

/// The Service without its type, and a slice with the address after it.
fn with_slice(text: &str, key: &ObjectKey, object: &TextObject<'_>, address: Ipv4Addr) -> Option<Fix> {
    let spec = field(object.node, &["spec"])?;
    let ports = items(field(spec, &["ports"]));
    let port = ports.first().filter(|_| ports.len() == 1 && object.item.is_none())?;
    let number = ["targetPort", "port"]
        .iter()
        .find_map(|name| scalar(field(port, &[name])?)?.parse::<u16>().ok())?;
    let name = field(port, &["name"])
        .and_then(scalar)
        .filter(|name| yaml::is_text(name));
    let name = name.map_or_else(String::new, |name| format!("name: {name}, "));
    let gone = removed_pairs(text, object.origin, spec, |name, _| {
        ["type", "externalName"].contains(&name)
    })?;
    let mut changes: Vec<_> = gone.into_iter().map(|range| (range, String::new())).collect();
    let written = text.get(..object.value_at(&[]).end)?.trim_end();
    let namespace = match &*key.namespace {
        "default" => String::new(),
        other => format!("\n  namespace: {other}"),
    };
    let slice = format!(
        "\n---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata:\n  name: {service}-1{namespace}\n  labels:\n    \
         kubernetes.io/service-name: {service}\naddressType: IPv4\nendpoints:\n  - addresses: [{address}]\nports:\n  - {{{name}port: {number}}}",
        service = key.name,
    );
    let last_line_goes = changes.iter().any(|(range, _)| range.end >= written.len());
    let end = changes
        .iter()
        .map(|(range, _)| range.end)
        .max()
        .unwrap_or_default()
        .max(written.len());
    let slice = if last_line_goes {
        format!("{}\n", slice.trim_start_matches('\n'))
    } else {
        slice
    };
    changes.push((end..end, slice));
    together("Lead there with an EndpointSlice", text, changes)
}

fn maps_ports(object: &TextObject<'_>, service: Service<'_>, name: &str) -> Option<Diagnostic> {
    let mut ports = service.ports().enumerate();
    let (index, port) =
        ports.find(|(_, port)| !matches!(port.target(), TargetPort::Number(number) if number == port.port()))?;
    let way = |name| {
        [
            Step::Name("spec"),
            Step::Name("ports"),
            Step::Index(index),
            Step::Name(name),
        ]
    };
    object.node.find(way("targetPort"))?;
    let target = match port.target() {
        TargetPort::Number(number) => Some(number.to_string()),
        TargetPort::Name(_) => None,
    };
    let range = object.value_at(&way("targetPort"));
    let fix = target.map(|target| Fix {
        label: format!("Change port to {target}"),
        ..change(object.value_at(&way("port")), target)
    });
    let message =
        format!("a Service of type ExternalName maps no ports: {name} is asked at the port that a client dials");
    Some(Diagnostic {
        meaning: Some(format!(
            "DNS answers with another name and knows of no ports, so a client that dials {} reaches {name} at {}.",
            port.port(),
            port.port()
        )),
        fixes: fix.into_iter().collect(),
        ..at(object, range, Advice::ExternalName, message)
    })
}
