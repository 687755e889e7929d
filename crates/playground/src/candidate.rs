use base::Order;
use network::{Micros, Pod, Service, World};

/// A pod of a Service's namespace, and the labels it lacks to be selected.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// Any pod, ready or not.
    pub pod: &'a Pod,
    /// The labels of the selector that it lacks, as key and value; empty if it is selected.
    pub missing: Vec<(&'a str, &'a str)>,
}

/// All pods of a Service's namespace, those that lack the fewest labels first.
pub fn candidates<'a>(world: &'a World, service: &'a Service) -> Vec<Candidate<'a>> {
    let own = world
        .pods
        .iter()
        .filter(|pod| pod.key.namespace == service.key.namespace);
    let measured = own.map(|pod| {
        let pairs = service
            .selector
            .iter()
            .filter(|(key, value)| pod.labels.get(*key) != Some(*value));
        let missing = pairs.map(|(key, value)| (key.as_str(), value.as_str())).collect();
        Candidate { pod, missing }
    });
    let mut candidates: Vec<_> = measured.collect();
    // A label of another value is nearer than none.
    candidates.order_by_key(|Candidate { pod, missing }| {
        let absent = missing.iter().filter(|(key, _)| !pod.labels.contains_key(*key));
        (missing.len(), absent.count())
    });
    candidates
}

/// Why a pod that runs is not ready yet, to follow after a colon; `None` if nothing is known or its probe was asked already.
pub fn why_not_ready(pod: &Pod, at: Micros) -> Option<String> {
    let (delay, first) = pod.first_probe.filter(|(_, first)| *first > at)?;
    let (minutes, seconds) = (first.seconds() / 60, first.seconds() % 60);
    let name = &pod.key.name;
    Some(format!(
        "the readiness probe of {name} first runs after {delay} s, at {minutes}:{seconds:02}"
    ))
}

/// How many labels of a selector are named: more than anybody writes.
const NAMED_LABELS: usize = 20;

/// A selector in one line: `app=myapp,type=back-end`.
pub fn selector_words(service: &Service) -> String {
    let pairs = service.selector.iter().take(NAMED_LABELS);
    let mut pairs: Vec<String> = pairs.map(|(key, value)| format!("{key}={value}")).collect();
    match service.selector.len().saturating_sub(NAMED_LABELS) {
        0 => {}
        more => pairs.push(format!("and {more} more")),
    }
    pairs.join(",")
}
