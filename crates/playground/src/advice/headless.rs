//! Headless Services map no ports: their name leads to the pods themselves.

use super::context::at;
use super::sent::Sent;
use super::templates::Hears;
use crate::diagnostic::{Advice, Diagnostic};
use crate::written::change;
use yaml::Step;

/// Advice for a port of a headless Service on which no pod listens.
pub fn advise(_text: &str, sent: &Sent<'_>) -> Option<Diagnostic> {
    let (protocol, port) = (sent.port.protocol_word(), sent.port.port());
    let hears = |wanted| sent.pods.iter().any(|(pod, _)| pod.hears(port, protocol) == wanted);
    let (_, number) = sent.pods.first()?;
    if hears(Hears::Yes) {
        return None;
    }
    let place = sent.steps().into_iter().chain([Step::Name("port")]);
    let range = sent.object.value_at(&place.collect::<Vec<_>>());
    let message =
        format!("no selected pod listens on {port}, and a headless Service maps no ports: requests are refused");
    let meaning = if hears(Hears::Alone) {
        sent.meaning(protocol, true)
    } else if *number == port {
        let said = sent.said(protocol);
        format!("{said}. The name of a headless Service leads straight to its pods: clients dial the pods' own port.")
    } else {
        format!(
            "The name of a headless Service leads straight to its pods, so targetPort changes nothing: clients dial the \
             pods' own port, which is {number}."
        )
    };
    Some(Diagnostic {
        meaning: Some(meaning),
        fixes: sent
            .only_port()
            .map(|port| change(range.clone(), port))
            .into_iter()
            .collect(),
        ..at(sent.object, range, Advice::HeadlessPort, message)
    })
}
