//! Kinds that CustomResourceDefinitions define.

use crate::discovery::all_verbs;
use crate::{Fields, Kind, Served, Value};
use serde_json::json;

/// The kind that a definition serves, in the version that discovery prefers; `None` if it serves none.
///
pub fn defined_kind(definition: &Value) -> Option<Kind> {
    let spec = definition.spec();
    let names = spec.field("names");
    let version = *served_versions(definition).first()?;
    let plural = names.field("plural").text();
    if plural.is_empty() || names.field("kind").text().is_empty() {
        return None;
    }
    let list = |field: &str| names.field(field).texts().map(leaked).collect();
    Some(Kind::custom(&Served {
        plural: leaked(plural),
        short: list("shortNames"),
        api_version: leaked(&format!("{}/{version}", spec.field("group").text())),
        namespaced: spec.field("scope").text() == "Namespaced",
        kind: leaked(names.field("kind").text()),
        singular: names.field("singular").text().to_owned(),
        verbs: all_verbs(),
        categories: list("categories"),
    }))
}

/// The versions that a definition serves, the one that discovery prefers first.
pub fn served_versions(definition: &Value) -> Vec<&str> {
    let mut versions: Vec<&str> = { definition.spec().field("versions").items() }
        .filter(|it| it.field("served").flag())
        .map(|it| it.field("name").text())
        .collect();
    versions.sort_by_key(|it| std::cmp::Reverse(priority(it)));
    versions
}

/// The version in which objects are kept.
pub fn stored_version(definition: &Value) -> Option<&str> {
    let mut versions = definition.spec().field("versions").items();
    let stored = versions.find(|it| it.field("storage").flag());
    stored.map(|it| it.field("name").text())
}

/// Leaks a text to get `&'static str`. Equal texts are leaked only once.
fn leaked(text: &str) -> &'static str {
    use std::collections::BTreeSet;
    use std::sync::{Mutex, PoisonError};
    static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.get(text).copied().unwrap_or_else(|| {
        let text: &'static str = Box::leak(text.to_owned().into_boxed_str());
        known.insert(text);
        text
    })
}

/// Sort key of a version: stable versions rank above beta, beta above alpha, and within each the higher number wins.
///
/// Models: apimachinery/pkg/version CompareKubeAwareVersionStrings (v1.36).
fn priority(version: &str) -> (u8, u64, u64) {
    let parsed = version.strip_prefix('v').and_then(|rest| {
        let digits = |text: &str| text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
        let (major, rest) = rest.split_at(digits(rest));
        let major: u64 = major.parse().ok()?;
        if rest.is_empty() {
            return Some((3, major, 0));
        }
        let stage = if rest.starts_with("beta") { 2 } else { 1 };
        let minor = rest.strip_prefix("beta").or_else(|| rest.strip_prefix("alpha"))?;
        Some((stage, major, minor.parse().ok()?))
    });
    parsed.unwrap_or((0, 0, 0))
}

/// Whether a definition serves an object of this `apiVersion` and `kind`.
pub fn defines(definition: &Value, api_version: &str, kind: &str) -> bool {
    let spec = definition.spec();
    let (group, version) = api_version.split_once('/').unwrap_or_default();
    let mut versions = spec.field("versions").items();
    group == spec.field("group").text()
        && kind == spec.field("names").field("kind").text()
        && versions.any(|it| it.field("name").text() == version && it.field("served").flag())
}

/// Models: apiextensions/v1/defaults.go SetDefaults_CustomResourceDefinitionSpec (v1.36).
pub fn default_definition(definition: &mut Value) {
    let names = &mut definition["spec"]["names"];
    let kind = names["kind"].as_str().unwrap_or_default().to_owned();
    if names["singular"].as_str().is_none_or(str::is_empty) && !kind.is_empty() {
        names["singular"] = kind.to_lowercase().into();
    }
    if names["listKind"].as_str().is_none_or(str::is_empty) && !kind.is_empty() {
        names["listKind"] = format!("{kind}List").into();
    }
    if definition["spec"]["conversion"].is_null() {
        definition["spec"]["conversion"] = json!({"strategy": "None"});
    }
}
