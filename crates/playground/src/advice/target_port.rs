//! Ports to which a Service sends though nobody listens there.

use super::context::{Context, at};
use super::sent::Sent;
use super::templates::{Hears, Template};
use super::{headless, twins};
use crate::diagnostic::{Advice, Diagnostic};
use api::view::TargetPort;

/// Advice for each Service of the text that sends to a port on which its pods do not listen.
pub fn advise(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut advice = Vec::new();
    for (key, object, service) in context.created_services() {
        if service.is_external_name() || !service.has_selector() {
            continue;
        }
        let selected = context.selected(&key.namespace, service.selector());
        for (index, port) in service.ports().enumerate() {
            let number = |pod: &Template<'_>| match port.target() {
                TargetPort::Number(number) => Some(number),
                TargetPort::Name(name) => pod.named(name, port.protocol_word()),
            };
            let sent = Sent {
                object,
                index,
                port,
                pods: { selected.iter() }
                    .filter_map(|pod| Some((*pod, number(pod)?)))
                    .collect(),
            };
            let found = if service.is_headless() {
                headless::advise(context.text, &sent)
            } else {
                of_port(context.text, &sent).or_else(|| twins::advise(context.text, &sent))
            };
            advice.extend(found);
        }
    }
    advice
}

fn of_port(text: &str, sent: &Sent<'_>) -> Option<Diagnostic> {
    let protocol = sent.port.protocol_word();
    let hears = |(pod, number): &(&Template<'_>, i64)| pod.hears(*number, protocol);
    let (_, number) = sent.pods.first()?;
    if sent.pods.iter().any(|it| hears(it) == Hears::Yes) {
        return None;
    }
    let message = format!("no selected pod listens on {number}: requests are refused");
    let meaning = sent.meaning(protocol, sent.pods.iter().any(|it| hears(it) == Hears::Alone));
    Some(Diagnostic {
        meaning: Some(meaning),
        fixes: sent.fixes(text),
        ..at(sent.object, sent.place(), Advice::NotListening, message)
    })
}
