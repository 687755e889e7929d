//! What kube-proxy v1.36.2 wrote on a real node, and what the playground says it writes: the same rules.
#![allow(clippy::expect_used, reason = "a test says what it expects")]

use fancy_regex::Regex;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

/// The lines of each chain, set and map, by its name.
type Blocks = BTreeMap<String, Vec<String>>;

#[test]
fn iptables_rules_are_those_recorded() {
    check(include_str!("kube-proxy-iptables.jsonl"), iptables);
    check(include_str!("varied-iptables.jsonl"), iptables);
}

#[test]
fn nftables_rules_are_those_recorded() {
    check(include_str!("kube-proxy-nftables.jsonl"), nftables);
    check(include_str!("varied-nftables.jsonl"), nftables);
}

fn check(recordings: &str, blocks: fn(&str) -> Blocks) {
    let mut wrong = String::new();
    for line in recordings.lines() {
        let mut case: Value = serde_json::from_str(line).expect("a recording is JSON");
        let recorded = case["rules"].take();
        let played = playground::rules(&case).expect("a recording is a case");
        let given = case["steps"].to_string();
        let [want, got] = [&recorded, &played["rules"]].map(|rules| blocks(&masked(rules, &given)));
        for name in want.keys().chain(got.keys().filter(|name| !want.contains_key(*name))) {
            if want.get(name) != got.get(name) {
                let (want, got) = (want.get(name), got.get(name));
                let _ = writeln!(wrong, "--- {}: {name}\n  want {want:#?}\n  got {got:#?}", case["name"]);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Node ports that no step names are drawn at random.
fn masked(rules: &Value, given: &str) -> String {
    static PORT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b3[0-2]\d{3}\b").expect("a pattern"));
    let text = rules.as_str().unwrap_or_default();
    PORT.replace_all(text, |found: &fancy_regex::Captures<'_>| {
        let port = found.get(0).map_or("", |port| port.as_str());
        if given.contains(port) { port } else { "<node-port>" }.to_owned()
    })
    .into_owned()
}

/// The rules of each chain in order; chains that list Services have none, but for the jump to node ports at their end.
fn iptables(text: &str) -> Blocks {
    const LISTS: [&str; 4] = [
        "KUBE-SERVICES",
        "KUBE-NODEPORTS",
        "KUBE-EXTERNAL-SERVICES",
        "KUBE-PROXY-FIREWALL",
    ];
    let mut blocks = Blocks::new();
    let mut table = "";
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('*') {
            table = name;
        } else if let Some(rule) = line.strip_prefix("-A ") {
            let chain = rule.split(' ').next().unwrap_or_default();
            let words: Vec<&str> = rule.split_whitespace().collect();
            blocks
                .entry(format!("{table} {chain}"))
                .or_default()
                .push(words.join(" "));
        }
    }
    for (name, rules) in &mut blocks {
        if LISTS.iter().any(|list| name.ends_with(&format!(" {list}"))) {
            rules.sort_by_key(|rule| (rule.contains("-j KUBE-NODEPORTS"), rule.clone()));
        }
    }
    blocks
}

/// The lines of each chain in order, the elements of each set and map in none.
///
/// Empty chains of a Service, which kube-proxy deletes a while later, and remembered clients do not count.
fn nftables(text: &str) -> Blocks {
    static CONTINUED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r",\s*\n\s*").expect("a pattern"));
    let mut blocks = Blocks::new();
    let mut open: Option<(String, Vec<String>)> = None;
    for line in CONTINUED.replace_all(text, ", ").lines().map(str::trim) {
        let opened = line.strip_suffix(" {").filter(|name| !name.starts_with("table "));
        match (opened, &mut open) {
            (Some(name), _) => open = Some((name.to_owned(), Vec::new())),
            (None, Some((name, lines))) if line == "}" => {
                if !(lines.is_empty() && name.contains('/')) {
                    blocks.insert(std::mem::take(name), std::mem::take(lines));
                }
                open = None;
            }
            (None, Some((name, lines))) => match line.strip_prefix("elements = { ") {
                Some(_) if name.starts_with("set affinity-") => {}
                Some(elements) => {
                    let mut elements: Vec<&str> = elements.trim_end_matches(" }").split(", ").collect();
                    elements.sort_unstable();
                    lines.extend(elements.into_iter().map(str::to_owned));
                }
                None => lines.push(line.to_owned()),
            },
            (None, None) => {}
        }
    }
    blocks
}
