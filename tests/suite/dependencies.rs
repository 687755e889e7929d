//! What the project stands on: licences that it may use, from the registries alone, and nothing that nobody maintains without a
//! reason in ARCHITECTURE.md.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

/// As in `deny.toml`.
const ALLOWED: [&str; 12] = [
    "MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "Unicode-3.0",
    "0BSD",
    "MIT-0",
    "Unlicense",
    "CC0-1.0",
    "BSL-1.0",
];
/// Of npm: fonts, and axe, which only tests run.
const ALLOWED_OF_NPM: [&str; 2] = ["OFL-1.1", "MPL-2.0"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap()
}

/// Whether an SPDX expression can be met with the allowed licences; `/` is an old word for OR.
fn is_allowed(expression: &str, also: &[&str]) -> bool {
    let bare = expression.replace(['(', ')'], " ").replace('/', " OR ");
    bare.split(" AND ").all(|part| {
        part.split(" OR ").any(|licence| {
            let licence = licence.trim();
            let licence = licence.split(" WITH ").next().unwrap_or(licence);
            ALLOWED.contains(&licence) || also.contains(&licence)
        })
    })
}

/// The packages of Cargo.lock, as cargo tells of them.
fn packages() -> Vec<Value> {
    let told = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    told["packages"].as_array().unwrap().clone()
}

#[test]
fn crates_have_allowed_licences_and_come_from_the_registry() {
    let packages = packages();
    assert!(packages.len() > 50);
    let mut wrong = Vec::new();
    for package in &packages {
        let (name, licence) = (package["name"].as_str().unwrap(), package["license"].as_str());
        if !licence.is_some_and(|licence| is_allowed(licence, &[])) {
            wrong.push(format!("{name}: {licence:?}"));
        }
        let source = package["source"].as_str();
        if source.is_some_and(|source| source != "registry+https://github.com/rust-lang/crates.io-index") {
            wrong.push(format!("{name} comes from {source:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn npm_packages_have_allowed_licences_and_are_pinned() {
    let lock: Value = serde_json::from_str(&read("package-lock.json")).unwrap();
    let mut wrong = Vec::new();
    for (path, package) in lock["packages"].as_object().unwrap() {
        let licence = package["license"].as_str().unwrap_or_default();
        if !is_allowed(licence, &ALLOWED_OF_NPM) {
            wrong.push(format!("{path}: {licence}"));
        }
        if !path.is_empty()
            && package["integrity"]
                .as_str()
                .is_none_or(|sum| !sum.starts_with("sha512-"))
        {
            wrong.push(format!("{path} is not pinned by its content"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The advisories that `cargo deny` is told to pass over, each beside its crate.
#[test]
fn what_nobody_maintains_has_a_reason() {
    let (deny, house, lock) = (read("deny.toml"), read("ARCHITECTURE.md"), read("Cargo.lock"));
    let ignored: BTreeSet<&str> = deny.split('"').filter(|word| word.starts_with("RUSTSEC-")).collect();
    let reasons = house.split("### Dependencies that nobody maintains").nth(1).unwrap();
    let reasons = reasons.split("\n#").next().unwrap();
    for advisory in &ignored {
        assert!(
            reasons.contains(advisory),
            "{advisory} has no reason in ARCHITECTURE.md"
        );
    }
    // A version says itself that its author gave it up.
    for version in lock
        .split("[[package]]")
        .filter(|package| package.contains("+deprecated"))
    {
        let name = version.split('"').nth(1).unwrap();
        assert!(reasons.contains(name), "{name} has no reason in ARCHITECTURE.md");
    }
    for name in reasons
        .lines()
        .filter_map(|line| line.strip_prefix("- **")?.split("**").next())
    {
        assert!(
            lock.contains(&format!("name = \"{name}\"")),
            "{name} is no dependency any more"
        );
    }
}

#[test]
fn both_lists_of_licences_are_one() {
    let deny = read("deny.toml");
    let list = deny.split("allow = [").nth(1).unwrap().split(']').next().unwrap();
    let listed: BTreeSet<&str> = list.split('"').skip(1).step_by(2).collect();
    assert_eq!(listed, ALLOWED.into_iter().collect());
}

/// Where cargo-deny is installed and has its list of advisories.
#[test]
fn no_crate_has_a_known_weakness() {
    let checked = Command::new(env!("CARGO"))
        .args(["deny", "--offline", "check", "advisories", "bans", "sources"])
        .current_dir(root())
        .output();
    let Ok(checked) = checked else { return };
    let told = String::from_utf8_lossy(&checked.stderr);
    let is_missing = told.contains("no such command") || told.contains("failed to fetch advisory database");
    assert!(checked.status.success() || is_missing, "{told}");
    if is_missing {
        eprintln!("skipped: cargo-deny or its list of advisories is not here");
    }
}
