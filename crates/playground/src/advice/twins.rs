//! Services that select pods of several workloads, of which only some answer.

use super::context::at;
use super::sent::{Sent, capitalized};
use super::templates::{Hears, Template};
use crate::diagnostic::{Advice, Diagnostic};
use crate::written::{field, quoted, with_first};
use yaml::Step;

/// Advice for a selector that also matches pods that do not listen.
pub fn advise(text: &str, sent: &Sent<'_>) -> Option<Diagnostic> {
    let protocol = sent.port.protocol_word();
    let (good, bad): (Vec<_>, Vec<_>) =
        { sent.pods.iter() }.partition(|(pod, number)| pod.hears(*number, protocol) == Hears::Yes);
    let ((silent, number), (answering, _)) = (bad.first()?, good.first()?);
    let message = format!(
        "this selects pods of {} too, which do not listen on {number}: some requests are refused",
        silent.name
    );
    let own = |key: &str, value: &str| {
        let has = |pod: &Template<'_>| pod.labels().any(|it| it == (key, value));
        good.iter().all(|(pod, _)| has(pod)) && !bad.iter().any(|(pod, _)| has(pod))
    };
    let label = answering.labels().find(|(key, value)| own(key, value));
    let selector = field(sent.object.node, &["spec", "selector"])?;
    let fix = label.and_then(|(key, value)| with_first(text, sent.object, selector, key, &quoted(value)));
    let said = format!("{}, {}", answering.said(protocol), silent.said(protocol));
    Some(Diagnostic {
        meaning: Some(format!(
            "{}. A Service sends to all pods that have its labels, whatever made them.",
            capitalized(&said)
        )),
        fixes: fix.into_iter().collect(),
        ..at(
            sent.object,
            sent.object.key_at(&[Step::Name("spec"), Step::Name("selector")]),
            Advice::SomeNotListening,
            message,
        )
    })
}
