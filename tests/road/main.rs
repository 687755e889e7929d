//! Where real packets went under the rules of kube-proxy v1.36.2, and where the playground's go: the same ways.
#![allow(clippy::expect_used, reason = "a test says what it expects")]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// How requests end that nobody answers.
const OUTCOMES: [&str; 5] = ["refused", "timeout", "unreachable", "closed", "reset"];
/// Below so many requests chance may leave out one of several pods.
const ENOUGH: u64 = 20;

#[test]
fn requests_go_under_iptables_where_they_went() {
    check(include_str!("road-iptables.jsonl"));
}

#[test]
fn requests_go_under_nftables_where_they_went() {
    check(include_str!("road-nftables.jsonl"));
}

fn check(recordings: &str) {
    let mut wrong = String::new();
    for line in recordings.lines() {
        let case: Value = serde_json::from_str(line).expect("a recording is JSON");
        let played = playground::route(&without_answers(&case)).expect("a recording is a case");
        let has_affinity = case["steps"].to_string().contains("sessionAffinity: ClientIP");
        for (number, (want, got)) in steps(&case).iter().zip(steps(&played)).enumerate() {
            if want.get("answers").is_none() {
                continue;
            }
            let found = disagreement(want, got, has_affinity).or_else(|| moved(number, &case, &played));
            if let Some(found) = found {
                let _ = writeln!(wrong, "--- {}, step {number}: {found}", case["name"]);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn steps(case: &Value) -> &[Value] {
    case["steps"].as_array().map_or(&[], Vec::as_slice)
}

fn without_answers(case: &Value) -> Value {
    let mut case = case.clone();
    for step in case["steps"].as_array_mut().into_iter().flatten() {
        let step = step.as_object_mut().expect("a step is an object");
        step.retain(|field, _| !OUTCOMES.contains(&field.as_str()) && field != "answers" && field != "sources");
    }
    case
}

/// How often each pod answered, and how often nobody did.
fn counts(step: &Value) -> BTreeMap<&str, u64> {
    let answers = step["answers"].as_object().into_iter().flatten();
    let answers = answers.map(|(pod, count)| (pod.as_str(), count));
    let others = OUTCOMES
        .iter()
        .filter_map(|outcome| Some((*outcome, step.get(*outcome)?)));
    let counts = answers.chain(others);
    counts
        .map(|(what, count)| (what, count.as_u64().unwrap_or_default()))
        .filter(|(_, count)| *count > 0)
        .collect()
}

fn kinds(counts: &BTreeMap<&str, u64>) -> BTreeSet<String> {
    let kind = |what: &&str| if OUTCOMES.contains(what) { what } else { "answered" }.to_owned();
    counts.keys().map(kind).collect()
}

fn sources(step: &Value) -> BTreeSet<&str> {
    let sources = step["sources"].as_array().into_iter().flatten();
    sources.filter_map(Value::as_str).collect()
}

/// What differs between an asking step on a kernel and here: outcomes, pods and their shares, sources.
fn disagreement(want: &Value, got: &Value, has_affinity: bool) -> Option<String> {
    let (wanted, came) = (counts(want), counts(got));
    let total: u64 = wanted.values().sum();
    let told = || {
        Some(format!(
            "{wanted:?} {:?}, not {came:?} {:?}",
            sources(want),
            sources(got)
        ))
    };
    if total != came.values().sum::<u64>() || (kinds(&wanted) != kinds(&came) && total >= ENOUGH) {
        return told();
    }
    let (from, also) = (sources(want), sources(got));
    // Which pod a client keeps to is open, and with it the address that pod sees.
    if has_affinity || total == 1 {
        let same = wanted.len() == came.len() && from.is_empty() == also.is_empty();
        return if same { None } else { told() };
    }
    let pods: BTreeSet<&&str> = wanted.keys().chain(came.keys()).collect();
    let fair = pods.iter().all(|pod| fair(&wanted, &came, pod, total));
    let same_pods = wanted.keys().eq(came.keys()) || (total < ENOUGH && wanted.len() > 1);
    let same_sources = from == also || (total < ENOUGH && from.len() > 1 && also.is_subset(&from));
    if fair && same_pods && same_sources {
        None
    } else {
        told()
    }
}

/// Whether two counts of a pod differ by at most five standard deviations of two fair samples.
fn fair(wanted: &BTreeMap<&str, u64>, came: &BTreeMap<&str, u64>, pod: &str, total: u64) -> bool {
    let count = |counts: &BTreeMap<&str, u64>| counts.get(pod).copied().unwrap_or_default();
    let (a, b) = (count(wanted), count(came));
    let both = a + b;
    // (a - b)² ≤ 25 · 2n · p · (1 - p), where p = (a + b) / 2n.
    (a.abs_diff(b)).pow(2) * 2 * total <= 25 * both * (2 * total - both)
}

/// Whether an open connection keeps its pod on one side alone.
fn moved(number: usize, want: &Value, got: &Value) -> Option<String> {
    let name = steps(want)[number].get("again")?;
    let first = steps(want).iter().position(|step| step.get("open") == Some(name))?;
    let pods = |case, place: usize| {
        counts(&steps(case)[place])
            .into_keys()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let stays = |case| pods(case, first) == pods(case, number);
    (stays(want) != stays(got)).then(|| "the open connection changes its pod".to_owned())
}
