//! Which requests webhooks and admission policies look at.

use crate::at::At;
use crate::{Finding, format};

const OPERATIONS: [&str; 5] = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
const MAX_CONDITIONS: usize = 64;

/// Models: pkg/apis/admissionregistration/validation validateRuleWithOperations, validateRule (v1.36).
pub fn validate(rule: &At) -> Vec<Finding> {
    let [operations, groups, versions] = ["operations", "apiGroups", "apiVersions"].map(|it| rule.field(it));
    let mut errors: Vec<Finding> = some_or_all(&operations, "operations").into_iter().collect();
    errors.extend(operations.items().filter_map(|it| it.one_of_if_set(&OPERATIONS)));
    errors.extend(some_or_all(&groups, "API groups"));
    errors.extend(some_or_all(&versions, "API versions"));
    errors.extend(
        versions
            .items()
            .filter(|it| it.text().is_empty())
            .map(|it| it.required("")),
    );
    errors.extend(resources(&rule.field("resources")));
    errors.extend(rule.field("scope").one_of_if_set(&["*", "Cluster", "Namespaced"]));
    errors
}

/// A list names something, and nothing beside `*`.
fn some_or_all(list: &At, what: &str) -> Option<Finding> {
    if list.is_empty() {
        return Some(list.required(""));
    }
    let is_mixed = list.len() > 1 && list.texts().contains(&"*");
    is_mixed.then(|| list.invalid(format!("if '*' is present, must not specify other {what}")))
}

/// Models: validateResources.
fn resources(resources: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    if resources.is_empty() {
        errors.push(resources.required(""));
    }
    let (mut all_below, mut below_all) = (Vec::new(), Vec::new());
    let (mut has_all, mut has_everything, mut has_whole) = (false, false, false);
    for item in resources.items() {
        let text = item.text();
        if text.is_empty() {
            errors.push(item.required(""));
            continue;
        }
        has_everything |= text == "*/*";
        has_all |= text == "*";
        let Some((resource, below)) = text.split_once('/') else {
            has_whole = text != "*";
            continue;
        };
        for (is_known, covering) in [
            (all_below.contains(&resource), format!("{resource}/*")),
            (below_all.contains(&below), format!("*/{below}")),
        ] {
            if is_known {
                errors.push(item.invalid(format!("if '{covering}' is present, must not specify {text}")));
            }
        }
        if below == "*" {
            all_below.push(resource);
        }
        if resource == "*" {
            below_all.push(below);
        }
    }
    if resources.len() > 1 && has_everything {
        errors.push(resources.invalid("if '*/*' is present, must not specify other resources"));
    }
    if has_all && has_whole {
        errors.push(resources.invalid("if '*' is present, must not specify other resources without subresources"));
    }
    errors
}

/// Models: validateMatchConditions.
/// Differs: expressions are not compiled, which a caveat says.
pub fn conditions(conditions: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    if conditions.len() > MAX_CONDITIONS {
        errors.push(Finding::too_many(
            conditions.path.clone(),
            conditions.len(),
            MAX_CONDITIONS,
        ));
    }
    let mut names = Vec::new();
    for condition in conditions.items() {
        let (name, expression) = (condition.field("name"), condition.field("expression"));
        if expression.text().trim().is_empty() {
            errors.push(expression.required(""));
        }
        if name.text().is_empty() {
            errors.push(name.required(""));
            continue;
        }
        errors.extend(name.invalid_each(format::label_key(name.text())));
        if names.contains(&name.text()) {
            errors.push(name.duplicate());
        }
        names.push(name.text());
    }
    errors
}
