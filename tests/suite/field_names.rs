//! Each field that the core crates read or write by a literal name is a field of the schema.
//!
//! A misspelt name compiles, and reads as a field that nobody set.
#![allow(clippy::expect_used, reason = "a test says what it expects")]

use fancy_regex::Regex;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const CRATES: [&str; 6] = ["api", "cluster", "network", "programs", "kubectl", "playground"];

/// Names that are no field of a supported kind.
const OTHERS: &[&str] = &[
    // Keys of maps: resources, labels.
    "cpu",
    "pod-template-hash",
    "storage",
    // A variable of a shell.
    "HOME",
    // Paths as Kubernetes spells them in its messages.
    "Controller",
    "JSONPath",
    "LoadBalancerSourceRanges",
    "Phase",
    "PodController",
    "PodSignature",
    "Spec",
    "initiatorname",
    "ordinals.start",
    "persistentDisk",
    "persistentvolumesource",
    "rollback",
    "version",
    // Inside the annotation scheduler.alpha.kubernetes.io/preferAvoidPods.
    "preferAvoidPods",
    // The lines that `playground-cli` reads and writes.
    "steps",
    "times",
    "wait",
];

/// Fields of the Gateway API, whose definitions come with the text.
const OF_GATEWAYS: &[&str] = &[
    "addresses",
    "allowedRoutes",
    "backendRefs",
    "certificateRefs",
    "controllerName",
    "filters",
    "from",
    "gatewayClassName",
    "hostnames",
    "kinds",
    "listeners",
    "matches",
    "method",
    "parentRef",
    "parentRefs",
    "parents",
    "remove",
    "requestRedirect",
    "responseHeaderModifier",
    "sectionName",
    "statusCode",
    "to",
    "urlRewrite",
];

#[test]
fn fields_that_are_read_by_name_are_in_the_schema() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let schema = fs::read_to_string(root.join("api/src/schema.txt")).expect("the schema is there");
    let fields: BTreeSet<&str> = schema.lines().filter_map(field).collect();
    let access = r#"\.(?:field|get|get_mut|find)\(\s*"([A-Za-z][^"]*)"|[\w\])]\["([a-z]\w*)"\]"#;
    let access = Regex::new(access).expect("it is a pattern");
    let path = Regex::new(r"\b(?:set|remove)\([^;]*?&\[([^\]]*)\]").expect("it is a pattern");
    let mut unknown = BTreeSet::new();
    let mut accesses = 0;
    for file in CRATES.iter().flat_map(|name| sources(&root.join(name).join("src"))) {
        let text = fs::read_to_string(&file).expect("a source file is text");
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let single = access.captures_iter(text).filter_map(Result::ok);
        let single = single.filter_map(|found| Some(found.get(1).or(found.get(2))?.as_str()));
        let paths = path
            .captures_iter(text)
            .filter_map(|found| Some(found.ok()?.get(1)?.as_str()));
        let steps = paths.flat_map(|path| path.split(',').map(str::trim));
        let steps = steps.filter_map(|step| step.strip_prefix('"')?.strip_suffix('"'));
        for name in single.chain(steps) {
            accesses += 1;
            // Labels and annotations have names with a slash.
            if !name.contains('/') && !fields.contains(name) && !OTHERS.contains(&name) && !OF_GATEWAYS.contains(&name)
            {
                unknown.insert(format!("{}: {name}", file.display()));
            }
        }
    }
    assert!(
        accesses > 1000,
        "only {accesses} accesses found: has their form changed?"
    );
    assert!(unknown.is_empty(), "no fields of Kubernetes: {unknown:#?}");
}

/// The name of the field that a line of the schema describes.
fn field(line: &str) -> Option<&str> {
    let line = line.strip_prefix(' ')?.trim_start();
    line.split_whitespace()
        .next()
        .map(|name| name.trim_end_matches(['?', '!']))
}

fn sources(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("the crate has sources");
    let paths = entries.map(|entry| entry.expect("the entry can be read").path());
    let below = |path: PathBuf| match path {
        path if path.is_dir() => sources(&path),
        path if path.ends_with("tests.rs") || path.extension().is_none_or(|it| it != "rs") => Vec::new(),
        path => vec![path],
    };
    paths.flat_map(below).collect()
}
