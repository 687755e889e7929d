//! `create poddisruptionbudget`.

use super::generator::{EACH, Generator, Make, create};
use crate::commands::generated::Explain;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{Flag, PRINT, Takes};
use crate::line::selector::label_selector;
use api::{Kind, Value};
use serde_json::json;

pub(super) const GENERATORS: &[Generator] = &[Generator {
    path: "create poddisruptionbudget",
    names: &["poddisruptionbudget", "pdb"],
    flags: &[&[MIN, MAX, SELECTOR], EACH, PRINT],
    make: Make::Named(budget),
}];

const MIN: Flag = Flag::new(
    "min-available",
    Takes::Text,
    "How many pods must stay available: a number or a percentage.",
);
const MAX: Flag = Flag::new(
    "max-unavailable",
    Takes::Text,
    "How many pods may be unavailable: a number or a percentage.",
);
const SELECTOR: Flag = Flag::new("selector", Takes::Text, "The labels of the pods: key=value.");

/// Models: kubectl/pkg/cmd/create/create_pdb.go Validate, createPodDisruptionBudgets (v1.36).
fn budget(run: &mut CommandContext<'_>, args: &Args, name: &str) -> Result<(), Failure> {
    let text = |flag: &str| args.text(flag).unwrap_or_default();
    let (selector, min, max) = (text("selector"), text("min-available"), text("max-unavailable"));
    let refuse = |words: &str| Err(Failure::own(words));
    if selector.is_empty() {
        return refuse("a selector must be specified");
    }
    match (min.is_empty(), max.is_empty()) {
        (true, true) => return refuse("one of min-available or max-unavailable must be specified"),
        (false, false) => return refuse("min-available and max-unavailable cannot be both specified"),
        (false, true) if !is_amount(min) => return refuse("invalid format specified for min-available"),
        (true, false) if !is_amount(max) => return refuse("invalid format specified for max-unavailable"),
        _ => {}
    }
    let mut spec = json!({"selector": label_selector(selector).map_err(Failure::own)?});
    let (field, amount) = if max.is_empty() {
        ("minAvailable", min)
    } else {
        ("maxUnavailable", max)
    };
    spec[field] = amount.parse::<i32>().map_or_else(|_| Value::from(amount), Value::from);
    let value = json!({
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": name}, "spec": spec,
        "status": {"currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0},
    });
    let explain: Explain = |status| Failure::own(format!("failed to create poddisruptionbudgets: {}", status.message));
    create(run, args, (Kind::PodDisruptionBudget, name), value, explain)
}

fn is_amount(text: &str) -> bool {
    let digits = text.strip_suffix('%').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit())
}
