use crate::at::At;
use crate::{Finding, Rule, format};
use std::collections::{BTreeMap, BTreeSet};

const MAX_PARAMETERS: usize = 512;
const MAX_PARAMETERS_BYTES: usize = 256 * 1024;

/// Models: pkg/apis/storage/validation ValidateStorageClass (v1.36), without its metadata.
pub fn create(class: &At) -> Vec<Finding> {
    let mode = class.field("volumeBindingMode");
    let mut errors = provisioner(&class.field("provisioner"));
    errors.extend(parameters(&class.field("parameters")));
    let policy = class.field("reclaimPolicy");
    if !policy.text().is_empty() {
        errors.extend(policy.one_of_if_set(&["Delete", "Retain"]));
    }
    if mode.is_set() {
        errors.extend(mode.one_of_if_set(&["Immediate", "WaitForFirstConsumer"]));
    } else {
        errors.push(mode.required(""));
    }
    errors.extend(topologies(&class.field("allowedTopologies")));
    errors
}

/// Models: validateAllowedTopologies, ValidateTopologySelectorTerm.
fn topologies(topologies: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    // Go compares with a list that begins with as many empty terms as there are topologies.
    let mut seen: Vec<BTreeMap<String, BTreeSet<String>>> = vec![BTreeMap::new(); topologies.len()];
    for topology in topologies.items() {
        let rules = topology.field("matchLabelExpressions");
        let mut term = BTreeMap::new();
        for rule in rules.items() {
            let (key, values) = (rule.field("key"), rule.field("values"));
            errors.extend(values.is_empty().then(|| values.required("")));
            let mut allowed = BTreeSet::new();
            for value in values.items() {
                if !allowed.insert(value.text().to_owned()) {
                    errors.push(value.duplicate());
                }
            }
            errors.extend(key.invalid_each(format::label_key(key.text())));
            if term.insert(key.text().to_owned(), allowed).is_some() {
                errors.push(key.duplicate());
            }
        }
        for _ in seen.iter().filter(|it| **it == term) {
            errors.push(Finding::duplicate(rules.path.clone(), ""));
        }
        seen.push(term);
    }
    errors
}

/// Models: validateProvisioner.
pub fn provisioner(provisioner: &At) -> Vec<Finding> {
    if provisioner.text().is_empty() {
        return vec![provisioner.required("")];
    }
    let lower = provisioner.text().to_lowercase();
    let forms = format::label_key(&lower).into_iter();
    let invalid = |it| Finding::invalid(provisioner.path.clone(), lower.as_str(), it);
    forms.map(invalid).collect()
}

/// Models: validateParameters.
pub fn parameters(parameters: &At) -> Vec<Finding> {
    let too_long = |most| Finding::too_long(parameters.path.clone(), most);
    if parameters.entries().count() > MAX_PARAMETERS {
        return vec![too_long(MAX_PARAMETERS)];
    }
    let empty = parameters.entries().filter(|(key, _)| key.is_empty());
    let mut errors: Vec<Finding> = empty
        .map(|(key, _)| Finding::invalid(parameters.path.clone(), key, "field can not be empty."))
        .collect();
    let bytes: usize = parameters.entries().map(|(key, value)| key.len() + value.len()).sum();
    if bytes > MAX_PARAMETERS_BYTES {
        errors.push(too_long(MAX_PARAMETERS_BYTES));
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
