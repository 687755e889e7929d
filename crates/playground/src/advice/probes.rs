//! Probes of a port on which nobody in the pod listens.

use super::context::{Context, at};
use super::templates::{Hears, Template};
use crate::diagnostic::{Advice, Diagnostic};
use crate::help::nearest;
use crate::written::change;
use api::Cursor;
use cluster::ListeningPort;
use yaml::Step;

/// The probes of a container, and what follows if they fail.
const PROBES: [(&str, &str); 3] = [
    (
        "readinessProbe",
        "a pod that is not ready gets no requests from a Service",
    ),
    ("livenessProbe", "the container is restarted again and again"),
    ("startupProbe", "the container is restarted before it counts as started"),
];

/// What dials a port in a probe.
const DIALS: [&str; 3] = ["httpGet", "tcpSocket", "grpc"];

/// Advice for each probe whose port cannot answer.
pub fn advise(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut advice = Vec::new();
    for template in &context.templates.all {
        for (index, container) in template.pod.spec().field("containers").items().enumerate() {
            for probe in &PROBES {
                for dial in DIALS {
                    advice.extend(of_probe(template, (index, container), probe, dial));
                }
            }
        }
    }
    advice
}

fn of_probe(
    template: &Template<'_>,
    (index, container): (usize, Cursor<'_>),
    (probe, follows): &(&'static str, &str),
    dial: &'static str,
) -> Option<Diagnostic> {
    let asked = container.field(probe).field(dial).if_set()?;
    let port = asked.field("port").if_set()?;
    if asked.field("host").is_set() {
        return None;
    }
    let containers = [Step::Name("spec"), Step::Name("containers"), Step::Index(index)];
    let place = containers
        .into_iter()
        .chain([Step::Name(probe), Step::Name(dial), Step::Name("port")]);
    let range = template.object.value_at(&template.steps(&place.collect::<Vec<_>>()));
    let ends = format!("The probe fails each time, and {follows}");
    let found = |message: String, meaning: String, meant: Option<String>| {
        Some(Diagnostic {
            meaning: Some(meaning),
            fixes: meant.map(|meant| change(range.clone(), meant)).into_iter().collect(),
            ..at(template.object, range.clone(), Advice::ProbePort, message)
        })
    };
    let only = only_port(template);
    let number = if let Some(number) = port.as_number() {
        number
    } else {
        let ports = container.field("ports");
        let Some(named) = ports.find("name", port.text()) else {
            let names = ports.items().filter_map(|it| it.field("name").as_text());
            let near = nearest(port.text(), names);
            return found(
                format!("the container has no port named {}", port.text()),
                format!("{ends}."),
                near.map(str::to_owned).or(only),
            );
        };
        named.field("containerPort").number()
    };
    match template.hears(number, "TCP") {
        Hears::Yes => None,
        // A program that nobody knows may well listen on one port more than it declares.
        _ if template.is_guess => None,
        _ => found(
            format!("nothing in the pod listens on {number}"),
            format!("{ends}: {}.", template.said("TCP")),
            only,
        ),
    }
}

fn only_port(template: &Template<'_>) -> Option<String> {
    let open = |it: &&ListeningPort| it.protocol == "TCP" && !it.loopback_only;
    let mut ports = template.listening.iter().filter(open);
    match (ports.next(), ports.next()) {
        (Some(port), None) => Some(port.port.to_string()),
        _ => None,
    }
}
