//! Which fields of a pod may change, and the message about those that may not.

use crate::at::At;
use crate::difflib::unified;
use crate::validate::pod::{annotations, print, scheduling, untrimmed_image, whole};
use crate::{Finding, Rule, Value, format};

const UPDATABLE: &str = "pod updates may not change fields other than `spec.containers[*].image`,\
`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,\
`spec.tolerations` (only additions to existing tolerations),\
`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";

/// Models: pkg/apis/core/validation ValidatePodUpdate (v1.36), without its metadata.
pub fn update(pod: &At, before: &At) -> Vec<Finding> {
    let (spec, old) = (&pod.field("spec"), &before.field("spec"));
    let mut errors = whole(pod);
    let [own, earlier] = [pod, before].map(|it| it.field("metadata").field("annotations"));
    errors.extend(annotations::change(&own, &earlier));
    for field in ["containers", "initContainers"] {
        let (new, old) = (spec.field(field), old.field(field));
        if new.len() != old.len() {
            errors.push(new.forbidden("pod updates may not add or remove containers"));
            return errors;
        }
        errors.extend(images(&new));
    }
    let (deadline, before) = (spec.field("activeDeadlineSeconds"), old.field("activeDeadlineSeconds"));
    if !deadline.is_set() && before.is_set() {
        let nil = Finding::invalid(
            deadline.path.clone(),
            Value::Null,
            "must not update from a positive integer to nil value",
        );
        errors.push(nil);
    } else if let Some(wrong) = sooner(&deadline, &before) {
        errors.push(wrong);
        return errors;
    }
    errors.extend(tolerations(&spec.field("tolerations"), &old.field("tolerations")));
    errors.extend(gates(&spec.field("schedulingGates"), &old.field("schedulingGates")));
    let mut fixed = fixed_part(spec.value, old.value);
    if !old.field("schedulingGates").is_empty() {
        errors.extend(placement(spec, old));
        fixed = keep_placement(fixed, old.value);
    }
    if fixed != *old.value {
        let difference = unified(&print::lines(old.value), &print::lines(&fixed));
        errors.push(spec.forbidden((Rule::PodFixed, format!("{UPDATABLE}\n{difference}"))));
    }
    errors
}

/// Models: ValidateContainerUpdates.
fn images(containers: &At) -> Vec<Finding> {
    let images = containers.items().map(|it| it.field("image"));
    images
        .flat_map(|image| {
            let missing = image
                .text()
                .is_empty()
                .then(|| image.required((Rule::ImageMissing, "")));
            missing.into_iter().chain(untrimmed_image(&image))
        })
        .collect()
}

/// A deadline may only become shorter.
fn sooner(deadline: &At, before: &At) -> Option<Finding> {
    let most = i64::from(i32::MAX);
    if deadline.is_set() && !(0..=most).contains(&deadline.number()) {
        return Some(deadline.invalid(format::between(0, most)));
    }
    let later = before.is_set() && before.number() < deadline.number();
    later.then(|| deadline.invalid("must be less than or equal to previous value"))
}

/// Models: validateOnlyAddedTolerations.
fn tolerations(new: &At, old: &At) -> Vec<Finding> {
    let fields = ["key", "operator", "value", "effect"];
    let same = |a: &At, b: &At| fields.iter().all(|it| a.field(it).text() == b.field(it).text());
    if !old.items().all(|old| new.items().any(|new| same(&new, &old))) {
        return vec![new.forbidden("existing toleration can not be modified except its tolerationSeconds")];
    }
    new.items().flat_map(|it| scheduling::toleration(&it)).collect()
}

/// Models: validateOnlyDeletedSchedulingGates.
fn gates(new: &At, old: &At) -> Vec<Finding> {
    let known: Vec<&str> = old.items().map(|it| it.field("name").text()).collect();
    let names = new.items().map(|it| it.field("name"));
    let added = names.filter(|it| !known.contains(&it.text()));
    added
        .map(|it| {
            it.forbidden(format!(
                "only deletion is allowed, but found new scheduling gate '{}'",
                it.text()
            ))
        })
        .collect()
}

/// The placement of a pod with scheduling gates may only be narrowed.
///
/// Models: validateNodeSelectorMutation, validateNodeAffinityMutation.
fn placement(spec: &At, old: &At) -> Vec<Finding> {
    let (selector, before) = (spec.field("nodeSelector"), old.field("nodeSelector"));
    let mut errors = Vec::new();
    let kept = before
        .entries()
        .all(|(key, value)| selector.key(key).value.as_str() == Some(value));
    if !kept {
        errors.push(selector.invalid("only additions to spec.nodeSelector are allowed (no mutations or deletions)"));
    }
    let [terms, before] = [spec, old].map(|spec| {
        let affinity = spec.field("affinity").field("nodeAffinity");
        affinity.field(REQUIRED).field("nodeSelectorTerms")
    });
    if !before.is_empty() && before.len() != terms.len() {
        let words = "no additions/deletions to non-empty NodeSelectorTerms list are allowed";
        errors.push(Finding::invalid_struct(terms.path.clone(), print_terms(&terms), words));
        return errors;
    }
    for (term, before) in terms.items().zip(before.items()) {
        if !only_adds(&term, &before) {
            let printed = print::compact("NodeSelectorTerm", term.value);
            let words = "only additions are allowed (no mutations or deletions)";
            errors.push(Finding::invalid_struct(term.path.clone(), printed, words));
        }
    }
    errors
}

fn print_terms(terms: &At) -> String {
    if !terms.is_set() {
        return "null".to_owned();
    }
    let each = terms.items().map(|it| print::compact("NodeSelectorTerm", it.value));
    format!("[{}]", each.collect::<Vec<_>>().join(","))
}

/// Models: validateNodeSelectorTermHasOnlyAdditions.
fn only_adds(term: &At, before: &At) -> bool {
    let lists = ["matchExpressions", "matchFields"];
    let [(rules, old_rules), (fields, old_fields)] = lists.map(|it| (term.field(it), before.field(it)));
    let starts_with = |new: &At, old: &At| {
        let pairs = new.items().zip(old.items());
        new.len() >= old.len() && pairs.into_iter().all(|(new, old)| new.value == old.value)
    };
    let was_empty = old_rules.is_empty() && old_fields.is_empty();
    let is_empty = rules.is_empty() && fields.is_empty();
    (!was_empty || is_empty) && starts_with(&rules, &old_rules) && starts_with(&fields, &old_fields)
}

/// The spec with the old one's node selector and node affinity.
fn keep_placement(mut spec: Value, old: &Value) -> Value {
    keep(&mut spec, old, "nodeSelector");
    let earlier = old.pointer("/affinity/nodeAffinity").filter(|it| !it.is_null());
    let affinity = spec.get_mut("affinity").and_then(Value::as_object_mut);
    match (affinity, earlier) {
        (None, Some(earlier)) => spec["affinity"] = serde_json::json!({"nodeAffinity": earlier}),
        (None, None) => {}
        (Some(affinity), earlier) => {
            match earlier {
                Some(earlier) => affinity.insert("nodeAffinity".to_owned(), earlier.clone()),
                None => affinity.remove("nodeAffinity"),
            };
            if affinity.is_empty() && old.get("affinity").is_none_or(Value::is_null) {
                keep(&mut spec, old, "affinity");
            }
        }
    }
    spec
}

fn keep(value: &mut Value, from: &Value, field: &str) {
    if let Value::Object(fields) = value {
        match from.get(field) {
            Some(kept) => fields.insert(field.to_owned(), kept.clone()),
            None => fields.remove(field),
        };
    }
}

/// The new spec with the old values of all fields that may change.
fn fixed_part(new: &Value, old: &Value) -> Value {
    let mut fixed = new.clone();
    for field in ["activeDeadlineSeconds", "tolerations", "schedulingGates"] {
        keep(&mut fixed, old, field);
    }
    let grace = |spec: &Value| spec.get("terminationGracePeriodSeconds").and_then(Value::as_i64);
    if grace(old).is_some_and(|it| it < 0) && grace(new) == Some(1) {
        keep(&mut fixed, old, "terminationGracePeriodSeconds");
    }
    for field in ["containers", "initContainers"] {
        let before = old.get(field).and_then(Value::as_array);
        let containers = fixed.get_mut(field).and_then(Value::as_array_mut).into_iter().flatten();
        for (container, before) in containers.zip(before.into_iter().flatten()) {
            keep(container, before, "image");
        }
    }
    fixed
}
