use super::workload::not_negative;
use crate::at::At;
use crate::validate::pod;
use crate::{Finding, Rule};

/// Models: pkg/apis/core/validation ValidateReplicationControllerSpec, ValidatePodTemplateSpecForRC (v1.36).
pub fn validate(controller: &At) -> Vec<Finding> {
    let spec = controller.field("spec");
    let (selector, template) = (spec.field("selector"), spec.field("template"));
    let mut errors: Vec<Finding> = not_negative(&spec.field("minReadySeconds")).into_iter().collect();
    if selector.is_empty() {
        errors.push(selector.required((Rule::SelectorMissing, "")));
    }
    errors.extend(not_negative(&spec.field("replicas")));
    if !template.is_set() {
        errors.push(template.required(""));
        return errors;
    }
    let labels = template.field("metadata").field("labels");
    let has = |(key, value): (&str, &str)| labels.key(key).value.as_str() == Some(value);
    if !selector.entries().all(has) {
        errors.push(labels.invalid((Rule::SelectorDiffers, "`selector` does not match template `labels`")));
    }
    errors.extend(pod::template(&template));
    errors.extend(pod::kept_running(&template.field("spec"), "ReplicationController"));
    errors
}
