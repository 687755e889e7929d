use crate::at::At;
use crate::{Finding, Rule};

/// Models: pkg/apis/coordination/validation ValidateLeaseSpec (v1.36).
pub fn validate(lease: &At) -> Vec<Finding> {
    let spec = lease.field("spec");
    let (duration, transitions) = (spec.field("leaseDurationSeconds"), spec.field("leaseTransitions"));
    let mut errors = Vec::new();
    if duration.is_set() && duration.number() <= 0 {
        errors.push(duration.invalid("must be greater than 0"));
    }
    if transitions.number() < 0 {
        errors.push(transitions.invalid((Rule::NotNegative, "must be greater than or equal to 0")));
    }
    errors
}
