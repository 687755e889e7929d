//! Sessions recorded on a real v1.36.2 control plane, replayed: the playground prints what the cluster printed.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a test says what it expects")]

mod canon;

use canon::{canon, loose};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;

const RECORDINGS: [&str; 3] = [
    include_str!("transcripts.jsonl"),
    // More sessions of the same kinds, without the steps that a playground cannot share with a cluster.
    include_str!("transcripts-more.jsonl"),
    // The kinds that come with real manifests.
    include_str!("everyday.jsonl"),
];
/// The cases that are not yet exact, a name a line; a case that becomes so has to leave the list.
const KNOWN: &str = include_str!("known_failures.txt");

fn cases() -> impl Iterator<Item = Value> {
    RECORDINGS
        .iter()
        .flat_map(|recordings| recordings.lines())
        .map(|line| serde_json::from_str(line).expect("a recording is JSON"))
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn steps(case: &Value) -> &[Value] {
    case.get("steps").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The case as it was before anything was printed.
fn without_outputs(case: &Value) -> Value {
    let mut case = case.clone();
    for step in case["steps"].as_array_mut().into_iter().flatten() {
        for field in ["stdout", "stderr", "exit"] {
            step.as_object_mut().expect("a step is an object").remove(field);
        }
    }
    case
}

/// What a case names, which no mask may hide.
fn given(case: &Value) -> String {
    steps(case)
        .iter()
        .map(|step| format!("{}\n{}", text(step, "run"), text(step, "stdin")))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The newlines before and after a text.
fn ends(text: &str) -> (usize, usize) {
    (
        text.len() - text.trim_start_matches('\n').len(),
        text.len() - text.trim_end_matches('\n').len(),
    )
}

/// What differs between a recording and its replay, step by step; nothing where it is exact.
fn differences(case: &Value) -> String {
    let played = playground::replay(&without_outputs(case)).expect("a recording is a case");
    let given = given(case);
    let mut found = String::new();
    for (number, (want, got)) in steps(case).iter().zip(steps(&played)).enumerate() {
        let run = text(want, "run");
        if run.is_empty() || want.get("exit").is_none() {
            continue;
        }
        if want.get("exit") != got.get("exit") {
            let _ = writeln!(
                found,
                "step {number}: {run}\n  exit {:?}, not {:?}",
                got.get("exit"),
                want.get("exit")
            );
        }
        for field in ["stdout", "stderr"] {
            let (wanted, printed) = (text(want, field), text(got, field));
            let [a, b] = [wanted, printed].map(|text| canon(text, run, &given, field == "stdout"));
            let same = a.text == b.text && (b.laid_out || !a.laid_out) && ends(wanted) == ends(printed);
            if !same {
                let what = if loose(&a.text) == loose(&b.text) {
                    "blanks differ"
                } else {
                    "differs"
                };
                let _ = writeln!(
                    found,
                    "step {number}: {run}\n  {field} {what}:{}",
                    diff(&a.text, &b.text)
                );
            }
        }
    }
    found
}

/// The lines that only one of the texts has.
fn diff(want: &str, got: &str) -> String {
    let (wanted, printed): (Vec<&str>, Vec<&str>) = (want.lines().collect(), got.lines().collect());
    let only = |sign: char, these: &[&str], others: &[&str]| -> String {
        these
            .iter()
            .filter(|line| !others.contains(line))
            .fold(String::new(), |text, line| format!("{text}\n  {sign} {line}"))
    };
    only('-', &wanted, &printed) + &only('+', &printed, &wanted)
}

#[test]
fn the_article_is_exact() {
    let case = cases()
        .find(|case| text(case, "name").starts_with("seed"))
        .expect("the article's session is recorded");
    assert_eq!(differences(&case), "");
}

/// What kubectl 1.27 to 1.33 print otherwise than 1.36.2, as cases of that version: only the steps that differ say what is printed.
fn cases_of_versions() -> Vec<Value> {
    let mut all = Vec::new();
    for line in include_str!("kubectl-versions.jsonl").lines() {
        let mut case: Value = serde_json::from_str(line).expect("a recording is JSON");
        let by = case["by"].take();
        for (version, outputs) in by.as_object().into_iter().flatten() {
            let mut case = without_outputs(&case);
            case["kubectl"] = version.as_str().into();
            for (number, output) in outputs.as_object().into_iter().flatten() {
                let step = &mut case["steps"][number.parse::<usize>().expect("steps are numbered")];
                for field in ["stdout", "stderr", "exit"] {
                    step[field] = output[field].clone();
                }
            }
            all.push(case);
        }
    }
    all
}

#[test]
fn older_versions_of_kubectl_print_what_they_printed() {
    let mut wrong = String::new();
    let cases = cases_of_versions();
    assert!(cases.len() > 200);
    for case in cases {
        let found = differences(&case);
        if !found.is_empty() {
            let _ = writeln!(
                wrong,
                "--- {} by {}\n{found}",
                text(&case, "name"),
                text(&case, "kubectl")
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn all_recordings_are_exact_but_the_known_ones() {
    let known: BTreeSet<&str> = KNOWN.lines().filter(|line| !line.is_empty()).collect();
    let mut met = BTreeSet::new();
    let mut wrong = String::new();
    for case in cases() {
        let name = text(&case, "name").to_owned();
        let found = differences(&case);
        match (found.is_empty(), known.contains(name.as_str())) {
            (false, false) => {
                let _ = writeln!(wrong, "--- {name}\n{found}");
            }
            (true, true) => {
                let _ = writeln!(wrong, "--- {name}\nis exact now: take it off known_failures.txt");
            }
            _ => {}
        }
        met.insert(name);
    }
    for name in known.iter().filter(|name| !met.contains(**name)) {
        let _ = writeln!(wrong, "--- {name}\nis no recording: take it off known_failures.txt");
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn masks_hide_only_what_no_two_clusters_share() {
    let same = |a: &str, b: &str| {
        canon(a, "kubectl describe svc x", "", true).text == canon(b, "kubectl describe svc x", "", true).text
    };
    assert!(same("IP:  10.97.3.4", "IP:  10.100.0.9"));
    assert!(same(
        "Endpoints:  10.244.0.2:80,10.244.0.3:80",
        "Endpoints:  10.244.0.3:80,10.244.0.2:80"
    ));
    assert!(!same("IP:  10.96.0.1", "IP:  10.100.0.9"));
    assert!(!same("Endpoints:  10.244.0.2:80", "Endpoints:  10.244.0.3:80"));
    assert!(!same("Port:  80/TCP", "Port:  81/TCP"));
}
