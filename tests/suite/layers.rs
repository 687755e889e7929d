//! Who may import whom: imports go downwards only, so that each crate can be understood, tested and compiled without those above it.
#![allow(clippy::expect_used, reason = "a test says what it expects")]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Each package of the workspace and the packages of the workspace it may import.
const LAYERS: [(&str, &[&str]); 18] = [
    ("playground-base", &[]),
    ("playground-yaml", &[]),
    ("playground-api", &["playground-base"]),
    ("playground-cluster", &["playground-base", "playground-api"]),
    (
        "playground-network",
        &["playground-base", "playground-api", "playground-cluster"],
    ),
    (
        "playground-programs",
        &[
            "playground-base",
            "playground-api",
            "playground-cluster",
            "playground-network",
        ],
    ),
    (
        "playground-kubectl",
        &[
            "playground-base",
            "playground-yaml",
            "playground-api",
            "playground-cluster",
        ],
    ),
    (
        "playground",
        &[
            "playground-base",
            "playground-yaml",
            "playground-api",
            "playground-cluster",
            "playground-network",
            "playground-programs",
            "playground-kubectl",
        ],
    ),
    ("playground-heap", &[]),
    ("playground-wasm", &["playground-heap", "playground"]),
    ("playground-cli", &["playground"]),
    ("playground-words", &["playground-base"]),
    (
        "playground-web",
        &["playground-base", "playground", "playground-heap", "playground-words"],
    ),
    (
        "playground-pages",
        &["playground", "playground-web", "playground-words"],
    ),
    ("xtask", &["playground-base", "playground-words"]),
    ("playground-testing", &["playground-api", "playground-cluster"]),
    ("playground-tests", EVERYTHING),
    ("playground-fuzz", EVERYTHING),
];

/// The tests stand beside the house and look into every room.
const EVERYTHING: &[&str] = &[
    "playground-base",
    "playground-yaml",
    "playground-api",
    "playground-cluster",
    "playground-network",
    "playground-programs",
    "playground-kubectl",
    "playground",
    "playground-cli",
];

/// What only a browser, a thread, a clock or a source of entropy can give: no part of the core may ask for it.
const NOT_IN_THE_CORE: [&str; 10] = [
    "wasm-bindgen",
    "js-sys",
    "web-sys",
    "yew",
    "rand",
    "getrandom",
    "tokio",
    "chrono",
    "time",
    "k8s-openapi",
];

const CORE: [&str; 8] = [
    "playground-base",
    "playground-yaml",
    "playground-api",
    "playground-cluster",
    "playground-network",
    "playground-programs",
    "playground-kubectl",
    "playground",
];

#[test]
fn imports_go_downwards_only() {
    let packages = workspace();
    let allowed: BTreeMap<&str, &[&str]> = LAYERS.into_iter().collect();
    let mut wrong = Vec::new();
    for (package, imports) in &packages {
        let Some(may) = allowed.get(package.as_str()) else {
            wrong.push(format!(
                "{package} has no place in the house: give it one in LAYERS of tests/suite/layers.rs and in ARCHITECTURE.md"
            ));
            continue;
        };
        for import in imports
            .iter()
            .filter(|import| packages.contains_key(*import) && !may.contains(&import.as_str()))
        {
            wrong.push(format!(
                "{package} imports {import}, but may import only {may:?}: move what it needs down to a crate both may \
                 import, or bring the two together in the `playground` crate"
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn the_core_has_no_browser_no_clock_and_no_entropy() {
    let packages = workspace();
    let wrong: Vec<String> = CORE
        .iter()
        .flat_map(|core| {
            packages
                .get(*core)
                .into_iter()
                .flatten()
                .map(move |import| (core, import))
        })
        .filter(|(_, import)| NOT_IN_THE_CORE.contains(&import.as_str()))
        .map(|(core, import)| {
            format!(
                "{core} imports {import}: pass in what it gives as a parameter, or move the code to web, wasm or cli"
            )
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_room_of_the_house_is_there() {
    let packages = workspace();
    for (package, _) in LAYERS {
        assert!(
            packages.contains_key(package),
            "{package} is gone: strike it from LAYERS of tests/suite/layers.rs and from ARCHITECTURE.md"
        );
    }
}

/// Each package of the workspace with the packages it imports, those for its own tests left out.
fn workspace() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    list(&metadata, "packages")
        .map(|package| {
            let imports = list(package, "dependencies")
                .filter(|dependency| text(dependency, "kind") != Some("dev"))
                .filter_map(|dependency| text(dependency, "name").map(str::to_owned))
                .collect();
            (text(package, "name").unwrap_or_default().to_owned(), imports)
        })
        .collect()
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}
