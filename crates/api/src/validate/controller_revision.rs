use crate::at::At;
use crate::{Finding, Rule};

/// Models: pkg/apis/apps/validation ValidateControllerRevisionCreate (v1.36), without its metadata.
pub fn create(revision: &At) -> Vec<Finding> {
    let mut errors: Vec<Finding> = number(revision).into_iter().collect();
    let data = revision.field("data");
    if !data.is_set() {
        errors.push(data.required("data is mandatory"));
    } else if !data.value.is_object() {
        errors.push(data.required("data must be a valid JSON object"));
    }
    errors
}

/// Models: ValidateControllerRevisionUpdate.
pub fn update(new: &At, old: &At) -> Vec<Finding> {
    let mut errors: Vec<Finding> = number(new).into_iter().collect();
    let data = new.field("data");
    if data.value != old.field("data").value {
        errors.push(data.invalid((Rule::Immutable, "field is immutable")));
    }
    errors
}

fn number(revision: &At) -> Option<Finding> {
    let number = revision.field("revision");
    (number.number() < 0).then(|| number.invalid((Rule::NotNegative, "must be greater than or equal to 0")))
}
