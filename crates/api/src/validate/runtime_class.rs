use crate::at::At;
use crate::validate::{meta, pod};
use crate::{Finding, Rule, format};

/// Models: pkg/apis/node/validation ValidateRuntimeClass (v1.36), without its metadata.
pub fn create(class: &At) -> Vec<Finding> {
    let handler = class.field("handler");
    let mut errors = if handler.text().is_empty() {
        vec![handler.required("")]
    } else {
        handler.invalid_each(format::dns1123_label(handler.text()))
    };
    errors.extend(pod::runtime_overhead(&class.field("overhead")));
    let scheduling = class.field("scheduling");
    errors.extend(meta::labels(&scheduling.field("nodeSelector")));
    let tolerations = scheduling.field("tolerations");
    errors.extend(tolerations.items().flat_map(|it| pod::scheduling::toleration(&it)));
    errors
}

/// Models: ValidateRuntimeClassUpdate.
pub fn update(new: &At, old: &At) -> Vec<Finding> {
    let mut errors = create(new);
    let handler = new.field("handler");
    if handler.text() != old.field("handler").text() {
        errors.push(handler.invalid((Rule::Immutable, "field is immutable")));
    }
    errors
}
