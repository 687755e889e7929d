use crate::at::At;
use crate::validate::{selector, workload};
use crate::{Finding, go};

/// Models: pkg/apis/policy/validation ValidatePodDisruptionBudgetSpec (v1.36), which judges no metadata.
pub fn create(budget: &At) -> Vec<Finding> {
    let spec = budget.field("spec");
    let (min, max) = (spec.field("minAvailable"), spec.field("maxUnavailable"));
    let mut errors = Vec::new();
    if min.is_set() && max.is_set() {
        let words = "minAvailable and maxUnavailable cannot be both set";
        errors.push(Finding::invalid_struct(spec.path.clone(), printed(&spec), words));
    }
    for amount in [&min, &max].into_iter().filter(|it| it.is_set()) {
        errors.extend(workload::number_or_percent(amount));
        errors.extend(workload::at_most_all(amount));
    }
    errors.extend(selector::validate(&spec.field("selector")));
    let policy = spec.field("unhealthyPodEvictionPolicy");
    errors.extend(policy.one_of_if_set(&["AlwaysAllow", "IfHealthyBudget"]));
    errors
}

/// The spec as Go prints it: its fields as they are declared.
fn printed(spec: &At) -> String {
    let fields = [
        ("MinAvailable", "minAvailable"),
        ("Selector", "selector"),
        ("MaxUnavailable", "maxUnavailable"),
        ("UnhealthyPodEvictionPolicy", "unhealthyPodEvictionPolicy"),
    ];
    let texts = fields.map(|(name, field)| format!("\"{name}\":{}", go::json(spec.field(field).value)));
    format!("{{{}}}", texts.join(","))
}
