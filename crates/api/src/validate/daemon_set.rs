use super::workload::{
    at_most_all, invalid_selector, matches, not_negative, number_of, number_or_percent, strategy_printed,
};
use crate::at::At;
use crate::validate::{pod, selector};
use crate::{Finding, Rule};

/// Models: pkg/apis/apps/validation ValidateDaemonSetSpec (v1.36).
pub fn validate(set: &At) -> Vec<Finding> {
    let spec = &set.field("spec");
    let (chosen, template) = (spec.field("selector"), spec.field("template"));
    let mut errors = selector::validate(&chosen);
    let labels = template.field("metadata").field("labels");
    if super::workload::is_usable(&chosen) && !matches(&chosen, &labels) {
        errors.push(labels.invalid((Rule::SelectorDiffers, "`selector` does not match template `labels`")));
    }
    if chosen.is_set() && chosen.field("matchLabels").is_empty() && chosen.field("matchExpressions").is_empty() {
        errors.push(invalid_selector(
            &chosen,
            (Rule::SelectorEmpty, "empty selector is invalid for daemonset"),
        ));
    }
    errors.extend(pod::template(&template));
    errors.extend(pod::kept_running(&template.field("spec"), "DaemonSet"));
    errors.extend(not_negative(&spec.field("minReadySeconds")));
    errors.extend(strategy(&spec.field("updateStrategy")));
    errors.extend(not_negative(&spec.field("revisionHistoryLimit")));
    errors
}

/// Models: ValidateDaemonSetUpdate.
pub fn update(set: &At, before: &At) -> Vec<Finding> {
    let [new, old] = [set, before].map(|it| it.field("spec").field("selector"));
    let changed = new.value != old.value;
    let mut errors: Vec<Finding> = changed
        .then(|| invalid_selector(&new, (Rule::Immutable, "field is immutable")))
        .into_iter()
        .collect();
    errors.extend(validate(set));
    errors
}

/// Models: validateDaemonSetStatus.
pub fn status(status: &At) -> Vec<Finding> {
    let counts = [
        "currentNumberScheduled",
        "numberMisscheduled",
        "desiredNumberScheduled",
        "numberReady",
        "observedGeneration",
        "updatedNumberScheduled",
        "numberAvailable",
        "numberUnavailable",
        "collisionCount",
    ];
    counts.iter().filter_map(|it| not_negative(&status.field(it))).collect()
}

/// Models: ValidateDaemonSetUpdateStrategy, ValidateRollingUpdateDaemonSet.
fn strategy(strategy: &At) -> Vec<Finding> {
    let rolling = strategy.field("rollingUpdate");
    match strategy.field("type").text() {
        "OnDelete" => Vec::new(),
        "RollingUpdate" => {
            let (unavailable, surge) = (rolling.field("maxUnavailable"), rolling.field("maxSurge"));
            let mut errors = number_or_percent(&unavailable);
            errors.extend(number_or_percent(&surge));
            errors.extend(at_most_all(&unavailable));
            errors.extend(at_most_all(&surge));
            match (number_of(&unavailable) != 0, number_of(&surge) != 0) {
                (true, true) => errors.push(surge.invalid("may not be set when maxUnavailable is non-zero")),
                (false, false) => errors.push(unavailable.required("cannot be 0 when maxSurge is 0")),
                _ => {}
            }
            errors
        }
        kind => {
            let printed = strategy_printed(kind, &rolling);
            let supported = ["RollingUpdate", "OnDelete"];
            let finding = Finding::not_supported_struct(strategy.path.clone(), printed, &supported);
            vec![finding.placed(strategy.field("type").path)]
        }
    }
}
