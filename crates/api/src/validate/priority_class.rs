use crate::at::At;
use crate::{Finding, Rule};

const MOST: i64 = 1_000_000_000;
const SYSTEM: [(&str, i64); 2] = [
    ("system-node-critical", 2_000_001_000),
    ("system-cluster-critical", 2_000_000_000),
];

/// Models: pkg/apis/scheduling/validation ValidatePriorityClass (v1.36), without its metadata.
pub fn create(class: &At) -> Vec<Finding> {
    let (name, value, policy) = (
        class.field("metadata").field("name"),
        class.field("value"),
        class.field("preemptionPolicy"),
    );
    let mut errors = Vec::new();
    if name.text().starts_with("system-") {
        let known = SYSTEM.iter().find(|(known, _)| *known == name.text());
        let why = match known {
            None => Some(format!("{} is not a known system priority class", name.text())),
            Some((name, system)) if *system != value.number() => {
                Some(format!("value of {name} PriorityClass must be {system}"))
            }
            Some((name, _)) if class.field("globalDefault").flag() => {
                Some(format!("globalDefault of {name} PriorityClass must be false"))
            }
            Some(_) => None,
        };
        errors.extend(why.map(|why| {
            name.forbidden(format!(
                "priority class names with 'system-' prefix are reserved for system use only. error: {why}"
            ))
        }));
    } else if value.number() > MOST {
        errors.push(value.forbidden(format!("maximum allowed value of a user defined priority is {MOST}")));
    }
    errors.extend(policy.one_of(&["PreemptLowerPriority", "Never"]));
    errors
}

/// Models: ValidatePriorityClassUpdate.
pub fn update(new: &At, old: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let (value, policy) = (new.field("value"), new.field("preemptionPolicy"));
    if value.number() != old.field("value").number() {
        errors.push(value.forbidden("may not be changed in an update."));
    }
    if policy.value != old.field("preemptionPolicy").value {
        errors.push(policy.invalid((Rule::Immutable, "field is immutable")));
    }
    errors
}
