//! What names answered on a real v1.36.2 control plane with CoreDNS 1.13.1, asked again.
#![allow(clippy::expect_used, reason = "a test says what it expects")]

use fancy_regex::{Captures, Regex};
use serde_json::Value;
use std::fmt::Write;
use std::sync::LazyLock;

/// Few of each kind, and many of every kind.
const RECORDINGS: [&str; 2] = [include_str!("names.jsonl"), include_str!("names-more.jsonl")];

/// What a step asks, and what is filled in.
const ASKED: [&str; 3] = ["query", "nslookup", "dig"];
const ANSWERED: [&str; 7] = [
    "status",
    "answer",
    "authority",
    "additional",
    "stdout",
    "stderr",
    "exit",
];

fn steps(case: &Value) -> &[Value] {
    case.get("steps").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn without_answers(case: &Value) -> Value {
    let mut case = case.clone();
    for step in case["steps"].as_array_mut().into_iter().flatten() {
        let step = step.as_object_mut().expect("a step is an object");
        step.retain(|field, _| !ANSWERED.contains(&field.as_str()));
    }
    case
}

/// What the case's input names: no mask may hide it.
fn given(case: &Value) -> String {
    let inputs = steps(case).iter().flat_map(|step| [&step["run"], &step["stdin"]]);
    inputs.filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
}

/// Cluster addresses nobody chose and the zone's serial differ from cluster to cluster.
static MASKS: LazyLock<[(Regex, &str); 6]> = LazyLock::new(|| {
    [
        (
            r"\b(?!10\.96\.0\.10?\b)10\.(?:9[6-9]|10\d|11[01])\.\d+\.\d+\b",
            "<cluster-ip>",
        ),
        (r"\bfd00:10:96::[0-9a-f:]+", "<cluster-ip6>"),
        (r"(?:\d+|<serial>)(?= 7200 1800 86400 30)", "<serial>"),
        (r"(?<=\tserial = )\d+", "<serial>"),
        // What dig draws and measures.
        (r"(?<=id: )\d+|(?<=COOKIE: )\w+|(?<=WHEN: ).*|(?<=time: )\d+", "<drawn>"),
        (r"9\.18\.49\S*", "<version>"),
    ]
    .map(|(pattern, placeholder)| (Regex::new(pattern).expect("a pattern of this file"), placeholder))
});

fn masked(text: &str, given: &str) -> String {
    MASKS.iter().fold(text.to_owned(), |text, (pattern, placeholder)| {
        let replace = |found: &Captures<'_>| {
            let word = found.get(0).map_or("", |found| found.as_str());
            let chosen = placeholder.starts_with("<cluster-ip") && given.contains(word);
            (if chosen { word } else { *placeholder }).to_owned()
        };
        pattern.replace_all(&text, replace).into_owned()
    })
}

/// An answer, masked, its records and nslookup's addresses in order: neither has one by itself.
fn canonical(step: &Value, given: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for field in ANSWERED {
        let mut found: Vec<String> = match &step[field] {
            Value::Array(records) => records
                .iter()
                .filter_map(Value::as_str)
                .map(|it| masked(it, given))
                .collect(),
            Value::String(text) => masked(text, given)
                .replace("\nAddress: ", " Address: ")
                .split('\n')
                .map(str::to_owned)
                .collect(),
            other => vec![other.to_string()],
        };
        if step[field].is_array() {
            found.sort();
        }
        sort_runs(&mut found);
        lines.extend(found.into_iter().map(|line| format!("{field}: {line}")));
    }
    lines
}

/// Sorts each run of lines that are records of one kind.
fn sort_runs(lines: &mut [String]) {
    let kind = |line: &String| {
        let kinds = [
            "Name:\t",
            "\tservice = ",
            "\tname = ",
            ". 30 IN",
            ".\t30 IN",
            " 80 ",
            "10.244.",
        ];
        kinds.into_iter().find(|kind| line.contains(kind))
    };
    for run in lines.chunk_by_mut(|a, b| kind(a).is_some() && kind(a) == kind(b)) {
        run.sort();
    }
}

#[test]
fn names_answer_as_recorded() {
    let mut wrong = String::new();
    for line in RECORDINGS.into_iter().flat_map(str::lines) {
        let case: Value = serde_json::from_str(line).expect("a recording is JSON");
        let played = playground::names(&without_answers(&case)).expect("a recording is a case");
        let given = given(&case);
        for (want, got) in steps(&case).iter().zip(steps(&played)) {
            if !ASKED.iter().any(|field| want.get(*field).is_some()) {
                continue;
            }
            let [wanted, answered] = [want, got].map(|step| canonical(step, &given));
            if wanted != answered {
                let asked = ASKED.iter().find_map(|field| want.get(*field)).unwrap_or(&Value::Null);
                let _ = writeln!(
                    wrong,
                    "--- {}: {asked} {}\nwant {wanted:#?}\ngot  {answered:#?}",
                    case["name"], want["type"]
                );
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
