use crate::at::At;
use crate::trail::Trail;
use crate::validate::pod::claim;
use crate::{Finding, Rule, Value, quantity};

/// Models: pkg/apis/core/validation ValidatePersistentVolumeClaim (v1.36), without its metadata.
pub fn create(claim: &At) -> Vec<Finding> {
    claim::spec(&claim.field("spec"))
}

/// Models: ValidatePersistentVolumeClaimUpdate.
pub fn update(new: &At, old: &At) -> Vec<Finding> {
    let mut errors = create(new);
    let bound = new.field("status").field("phase").text() == "Bound";
    let (spec, before) = (new.field("spec"), old.field("spec"));
    let (fixed, fixed_before) = (fixed(spec.value, bound), fixed(before.value, bound));
    let mut fixed_before = fixed_before;
    if before.field("volumeName").text().is_empty() {
        keep(&mut fixed_before, &fixed, "volumeName");
    }
    // A class may be given to a claim that has none.
    if !before.field("storageClassName").is_set() && !bound {
        keep(&mut fixed_before, &fixed, "storageClassName");
    }
    if fixed != fixed_before {
        let difference = claim::difference(&fixed_before, &fixed);
        let words = format!(
            "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n{difference}"
        );
        errors.push(spec.forbidden((Rule::Immutable, words)));
    }
    let size = |spec: &At| {
        let amount = spec.field("resources").field("requests").key("storage");
        quantity::nanos(amount.text()).unwrap_or_default()
    };
    let held = old.field("status").field("capacity").key("storage");
    if size(&spec) < size(&before) && size(&spec) <= quantity::nanos(held.text()).unwrap_or_default() {
        let amount = spec.field("resources").field("requests").field("storage");
        errors.push(amount.forbidden("field can not be less than status.capacity"));
    }
    errors.extend(same_mode(&spec, &before));
    errors
}

/// The part of the spec that may not change.
fn fixed(spec: &Value, bound: bool) -> Value {
    let mut spec = spec.clone();
    if let Some(fields) = spec.as_object_mut().filter(|_| bound) {
        fields.remove("volumeAttributesClassName");
        if let Some(requests) = fields.get_mut("resources").and_then(|it| it.get_mut("requests")) {
            requests["storage"] = "0".into();
        }
    }
    spec
}

fn keep(value: &mut Value, from: &Value, field: &str) {
    if let Some(fields) = value.as_object_mut() {
        match from.get(field) {
            Some(kept) => fields.insert(field.to_owned(), kept.clone()),
            None => fields.remove(field),
        };
    }
}

/// Models: ValidateImmutableField of the mode, whose message names no spec.
pub fn same_mode(spec: &At, before: &At) -> Option<Finding> {
    let mode = spec.field("volumeMode");
    (mode.value != before.field("volumeMode").value).then(|| {
        let shown = Trail::default().field("volumeMode");
        Finding::invalid(shown, mode.value.clone(), (Rule::Immutable, "field is immutable")).placed(mode.path)
    })
}
