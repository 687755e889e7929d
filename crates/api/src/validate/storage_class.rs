use crate::at::At;
use crate::{Finding, Rule, format};

/// Models: pkg/apis/storage/validation ValidateStorageClass (v1.36), without its metadata.
pub fn create(class: &At) -> Vec<Finding> {
    let (provisioner, mode) = (class.field("provisioner"), class.field("volumeBindingMode"));
    let mut errors = if provisioner.text().is_empty() {
        vec![provisioner.required("")]
    } else {
        let lower = provisioner.text().to_lowercase();
        let forms = format::label_key(&lower).into_iter();
        let invalid = |it| Finding::invalid(provisioner.path.clone(), lower.as_str(), it);
        forms.map(invalid).collect()
    };
    let parameters = class.field("parameters");
    let empty = parameters.entries().filter(|(key, _)| key.is_empty());
    errors.extend(empty.map(|(key, _)| Finding::invalid(parameters.path.clone(), key, "field can not be empty.")));
    let policy = class.field("reclaimPolicy");
    if !policy.text().is_empty() {
        errors.extend(policy.one_of_if_set(&["Delete", "Retain"]));
    }
    if mode.is_set() {
        errors.extend(mode.one_of_if_set(&["Immediate", "WaitForFirstConsumer"]));
    } else {
        errors.push(mode.required(""));
    }
    errors
}

/// Models: ValidateStorageClassUpdate.
pub fn update(new: &At, old: &At) -> Vec<Finding> {
    let fields = ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"];
    let changed = fields.iter().filter(|it| new.field(it).value != old.field(it).value);
    changed
        .map(|it| new.field(it).invalid((Rule::Immutable, "field is immutable")))
        .collect()
}
