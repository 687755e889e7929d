use crate::at::At;
use crate::{Finding, base64, format};

/// The bytes that a config map or a secret may hold.
pub const MAX_BYTES: usize = 1024 * 1024;

/// Models: pkg/apis/core/validation ValidateConfigMap (v1.36), without its metadata.
pub fn create(map: &At) -> Vec<Finding> {
    let (data, binary) = (map.field("data"), map.field("binaryData"));
    let mut errors = Vec::new();
    let mut bytes = 0;
    for (key, value) in data.entries() {
        errors.extend(key_form(&data, key));
        if binary.key(key).is_set() {
            let words = "duplicate of key present in binaryData";
            errors.push(Finding::invalid(data.path.key(key), key, words));
        }
        bytes += value.len();
    }
    for (key, value) in binary.entries() {
        errors.extend(key_form(&binary, key));
        bytes += base64::decode(value).map_or(0, |it| it.len());
    }
    if bytes > MAX_BYTES {
        // The message names no field.
        let shown = crate::trail::Trail::default().field("");
        errors.push(Finding::too_long(shown, MAX_BYTES).placed(&data.path));
    }
    errors
}

/// Models: ValidateConfigMapUpdate.
pub fn update(new: &At, old: &At) -> Vec<Finding> {
    let mut errors = immutable(new, old, &["data", "binaryData"]);
    errors.extend(create(new));
    errors
}

/// What may not change once `immutable` is set.
pub fn immutable(new: &At, old: &At, fields: &[&'static str]) -> Vec<Finding> {
    const WORDS: &str = "field is immutable when `immutable` is set";
    if !old.field("immutable").flag() {
        return Vec::new();
    }
    let mut errors = Vec::new();
    if !new.field("immutable").flag() {
        errors.push(new.field("immutable").forbidden(WORDS));
    }
    let changed = fields.iter().filter(|it| new.field(it).value != old.field(it).value);
    errors.extend(changed.map(|it| new.field(it).forbidden(WORDS)));
    errors
}

pub fn key_form(data: &At, key: &str) -> Vec<Finding> {
    let forms = format::config_map_key(key).into_iter();
    forms.map(|it| Finding::invalid(data.path.key(key), key, it)).collect()
}
