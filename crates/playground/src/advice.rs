//! What a cluster says nothing of, and a learner wants to hear: why a Service has no endpoints.

use crate::candidate::{Candidate, candidates, selector_words};
use crate::diagnostic::{Diagnostic, Fix, Severity};
use network::{Service, ServiceType, World};
use std::ops::Range;
use yaml::{Node, Step};

/// Advice for a Service of the text that selects no pod, or asks the pods it chooses for a port they do not name.
pub fn service(world: &World, service: &Service, chooses: bool, document: usize, node: &Node) -> Vec<Diagnostic> {
    if service.kind == ServiceType::ExternalName || service.selector.is_empty() {
        return Vec::new();
    }
    if chooses {
        return no_such_port(service, document, node).into_iter().collect();
    }
    vec![no_pod(candidates(world, service).first(), service, document, node)]
}

/// No pod has all labels: the pod that lacks the fewest says which.
fn no_pod(nearest: Option<&Candidate<'_>>, service: &Service, document: usize, node: &Node) -> Diagnostic {
    let near = nearest
        .map(|candidate| (candidate.missing.len(), candidate))
        .filter(|(count, _)| *count < service.selector.len() || *count == 1);
    let message = format!("no endpoints: no pod has {}", selector_words(service));
    let whole = node.locate([Step::Name("spec"), Step::Name("selector")], true);
    let plain = |range: Range<usize>, meaning: Option<String>, fix| Diagnostic {
        severity: Severity::Advice,
        range,
        document,
        message: message.clone(),
        meaning,
        fix,
    };
    let Some((count, Candidate { pod, missing })) = near else {
        return plain(
            whole,
            Some("A Service sends requests to the pods that have all labels of its selector.".to_owned()),
            None,
        );
    };
    let name = &pod.key.name;
    let Some((key, value)) = missing.first() else {
        return plain(whole, None, None);
    };
    let Some(actual) = pod.labels.get(*key) else {
        return plain(
            whole,
            Some(format!("{name} comes nearest: it has no label {key}.")),
            None,
        );
    };
    let differs = if count == 1 {
        "differs in one label"
    } else {
        "comes nearest"
    };
    let range = node.locate([Step::Name("spec"), Step::Name("selector"), Step::Name(key)], false);
    let fix = Fix {
        label: format!("Change to {actual}"),
        range: range.clone(),
        replacement: actual.clone(),
    };
    plain(
        range,
        Some(format!("{name} {differs}: its {key} is {actual}, not {value}.")),
        (count == 1).then_some(fix),
    )
}

/// Pods are chosen, and still no endpoint: the target port is a name no container gives to a port.
fn no_such_port(service: &Service, document: usize, node: &Node) -> Option<Diagnostic> {
    let (index, port) = service.ports.iter().enumerate().find(|(_, port)| {
        port.endpoints.is_empty() && port.target.parse::<u16>().is_err() && !port.target.is_empty()
    })?;
    let steps = [
        Step::Name("spec"),
        Step::Name("ports"),
        Step::Index(index),
        Step::Name("targetPort"),
    ];
    Some(Diagnostic {
        severity: Severity::Advice,
        range: node.locate(steps, false),
        document,
        message: format!("no endpoints: no selected pod names a port {}", port.target),
        meaning: Some(
            "A targetPort that is a name is looked up among the names of the containers' ports, pod by pod.".to_owned(),
        ),
        fix: None,
    })
}
