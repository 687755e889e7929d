use crate::Finding;
use crate::at::At;
use crate::validate::storage_class::{parameters, provisioner};

/// Models: pkg/apis/storage/validation ValidateVolumeAttributesClass (v1.36), without its metadata.
pub fn create(class: &At) -> Vec<Finding> {
    let given = class.field("parameters");
    let mut errors = provisioner(&class.field("driverName"));
    errors.extend(parameters(&given));
    if given.is_empty() {
        errors.push(given.required("must contain at least one key/value pair"));
    }
    errors
}

/// Models: ValidateVolumeAttributesClassUpdate.
pub fn update(new: &At, old: &At) -> Vec<Finding> {
    let fields = ["driverName", "parameters"].into_iter();
    let changed = fields.filter(|it| new.field(it).value != old.field(it).value);
    let forbidden = |it| new.field(it).forbidden(format!("updates to {it} are forbidden."));
    let mut errors: Vec<Finding> = changed.map(forbidden).collect();
    errors.extend(create(new));
    errors
}
