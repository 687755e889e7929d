use crate::at::At;
use crate::trail::Trail;
use crate::validate::pod::containers::containers;
use crate::validate::pod::paths;
use crate::{Finding, go};

pub const MIRROR: &str = "kubernetes.io/config.mirror";
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";
const SECCOMP: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_OF: &str = "container.seccomp.security.alpha.kubernetes.io/";
const APP_ARMOR_OF: &str = "container.apparmor.security.beta.kubernetes.io/";

/// Annotations that have a meaning for pods.
///
/// Models: pkg/apis/core/validation ValidatePodSpecificAnnotations (v1.36).
/// Differs: tolerations in the annotation of v1.5 are taken as they come.
pub fn validate(annotations: &At, spec: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mirror = annotations.key(MIRROR);
    if mirror.is_set() && spec.field("nodeName").text().is_empty() {
        errors.push(mirror.invalid("must set spec.nodeName if mirror pod annotation is set"));
    }
    let cost = annotations.key(DELETION_COST);
    if cost.is_set() && !is_cost(cost.text()) {
        errors.push(cost.invalid("must be a 32bit integer"));
    }
    // Kubernetes names these as fields.
    for (key, value) in annotations.entries() {
        if key == SECCOMP || key.starts_with(SECCOMP_OF) {
            errors.extend(seccomp(&annotations.path.named(key), value));
        }
    }
    for (key, value) in annotations.entries() {
        if let Some(name) = key.strip_prefix(APP_ARMOR_OF) {
            errors.extend(app_armor(&annotations.path.key(key), name, value, spec));
        }
    }
    errors
}

/// Models: pkg/apis/core/helper GetDeletionCostFromPodAnnotations.
fn is_cost(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits == "0" || !digits.starts_with(['0', '+']);
    plain && text != "-0" && text.parse::<i32>().is_ok()
}

/// Models: ValidateSeccompProfile.
fn seccomp(path: &Trail, profile: &str) -> Vec<Finding> {
    match profile {
        "runtime/default" | "docker/default" | "unconfined" => Vec::new(),
        _ => match profile.strip_prefix("localhost/") {
            Some(file) => paths::descending(path, file),
            None => vec![Finding::invalid(
                path.clone(),
                profile,
                "must be a valid seccomp profile",
            )],
        },
    }
}

/// Models: ValidateAppArmorPodAnnotations.
fn app_armor(path: &Trail, name: &str, profile: &str, spec: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let found = containers(spec).iter().any(|it| it.field("name").text() == name);
    if !found {
        errors.push(Finding::invalid(path.clone(), name, "container not found"));
    }
    let known = matches!(profile, "" | "runtime/default" | "unconfined") || profile.starts_with("localhost/");
    if !known {
        let words = format!("invalid AppArmor profile name: {}", go::quote(profile));
        errors.push(Finding::invalid(path.clone(), profile, words));
    }
    errors
}

/// A profile in an annotation must equal the one in the field.
///
/// Models: validateSeccompAnnotationsAndFields, validateAppArmorAnnotationsAndFieldsMatchOnCreate.
pub fn match_fields(annotations: &At, spec: &At) -> Vec<Finding> {
    let context = spec.field("securityContext");
    let mut errors = Vec::new();
    errors.extend(differ(
        &annotations.key(SECCOMP),
        &context.field("seccompProfile"),
        "seccomp",
    ));
    for container in containers(spec) {
        let annotation = annotations.key(&format!("{SECCOMP_OF}{}", container.field("name").text()));
        let profile = container.field("securityContext").field("seccompProfile");
        errors.extend(differ(&annotation, &profile, "seccomp"));
    }
    if spec.field("os").field("name").text() == "windows" {
        return errors;
    }
    for container in containers(spec) {
        let annotation = annotations.key(&format!("{APP_ARMOR_OF}{}", container.field("name").text()));
        let mut profile = container.field("securityContext").field("appArmorProfile");
        if !profile.is_set() {
            profile.value = context.field("appArmorProfile").value;
        }
        errors.extend(differ(&annotation, &profile, "apparmor"));
    }
    errors
}

fn differ(annotation: &At, profile: &At, what: &str) -> Option<Finding> {
    if !annotation.is_set() || !profile.is_set() {
        return None;
    }
    let (kind, file) = (profile.field("type"), profile.field("localhostProfile"));
    let given = annotation.text();
    let same = match kind.text() {
        "Unconfined" => given == "unconfined",
        "RuntimeDefault" => given == "runtime/default" || what == "seccomp" && given == "docker/default",
        "Localhost" => match given.strip_prefix("localhost/") {
            Some(name) if !file.is_set() || name != file.text() => {
                return Some(file.forbidden(format!("{what} profile in annotation and field must match")));
            }
            other => other.is_some(),
        },
        _ => true,
    };
    (!same).then(|| kind.forbidden(format!("{what} type in annotation and field must match")))
}

/// Models: ValidatePodSpecificAnnotationUpdates, but for what it shares with [`validate`].
pub fn change(new: &At, old: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let words = |key: &str, how: &str| {
        let what = if key.starts_with(APP_ARMOR_OF) {
            "AppArmor annotations"
        } else if key == MIRROR {
            "mirror pod annotation"
        } else {
            return None;
        };
        Some(Finding::forbidden(new.path.key(key), format!("may not {how} {what}")))
    };
    for (key, before) in old.entries() {
        let after = new.key(key);
        if !after.is_set() || after.text() != before {
            errors.extend(words(key, "remove or update"));
        }
    }
    for (key, _) in new.entries() {
        if !old.key(key).is_set() {
            errors.extend(words(key, "add"));
        }
    }
    errors
}
