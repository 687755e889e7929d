//! Roles and bindings.
//!
//! Models: pkg/apis/rbac/validation/validation.go (v1.36), without the metadata.

use crate::at::At;
use crate::validate::selector;
use crate::{Finding, Kind, Value, format};
use serde_json::json;

const GROUP: &str = "rbac.authorization.k8s.io";

pub fn create(kind: Kind, object: &At) -> Vec<Finding> {
    match kind {
        Kind::Role => rules(object, true),
        Kind::ClusterRole => {
            let mut errors = rules(object, false);
            errors.extend(aggregation(&object.field("aggregationRule")));
            errors
        }
        _ => binding(kind, object),
    }
}

pub fn update(kind: Kind, new: &At, old: &At) -> Vec<Finding> {
    let mut errors = create(kind, new);
    let reference = new.field("roleRef");
    if reference.value != old.field("roleRef").value {
        let [group, kind, name] = ["apiGroup", "kind", "name"].map(|it| json!(reference.field(it).text()));
        let printed = format!("{{\"APIGroup\":{group},\"Kind\":{kind},\"Name\":{name}}}");
        let words = "cannot change roleRef";
        errors.push(Finding::invalid_struct(reference.path.clone(), printed, words));
    }
    errors
}

fn rules(role: &At, namespaced: bool) -> Vec<Finding> {
    role.field("rules")
        .items()
        .flat_map(|it| rule(&it, namespaced))
        .collect()
}

fn rule(rule: &At, namespaced: bool) -> Vec<Finding> {
    let [verbs, urls] = ["verbs", "nonResourceURLs"].map(|it| rule.field(it));
    let mut errors = Vec::new();
    if verbs.is_empty() {
        errors.push(verbs.required("verbs must contain at least one value"));
    }
    if !urls.is_empty() {
        if namespaced {
            errors.push(urls.invalid("namespaced rules cannot apply to non-resource URLs"));
        }
        let resources = ["apiGroups", "resources", "resourceNames"];
        if resources.iter().any(|it| !rule.field(it).is_empty()) {
            errors.push(urls.invalid("rules cannot apply to both regular resources and non-resource URLs"));
        }
        return errors;
    }
    for (field, words) in [
        ("apiGroups", "resource rules must supply at least one api group"),
        ("resources", "resource rules must supply at least one resource"),
    ] {
        let field = rule.field(field);
        if field.is_empty() {
            errors.push(field.required(words));
        }
    }
    errors
}

fn aggregation(rule: &At) -> Vec<Finding> {
    if !rule.is_set() {
        return Vec::new();
    }
    let selectors = rule.field("clusterRoleSelectors");
    if selectors.is_empty() {
        return vec![selectors.required("at least one clusterRoleSelector required if aggregationRule is non-nil")];
    }
    let each = selectors.items().flat_map(|it| {
        let mut errors = selector::validate(&it);
        if !errors.is_empty() {
            errors.push(Finding::invalid(
                it.path.clone(),
                Value::Null,
                "invalid label selector.",
            ));
        }
        errors
    });
    each.collect()
}

fn binding(kind: Kind, binding: &At) -> Vec<Finding> {
    let reference = binding.field("roleRef");
    let [group, role, name] = ["apiGroup", "kind", "name"].map(|it| reference.field(it));
    let namespaced = kind == Kind::RoleBinding;
    let roles: &[&str] = if namespaced {
        &["Role", "ClusterRole"]
    } else {
        &["ClusterRole"]
    };
    let mut errors = Vec::new();
    errors.extend(other_than(&group, &[GROUP]));
    errors.extend(other_than(&role, roles));
    if name.text().is_empty() {
        errors.push(name.required(""));
    } else {
        errors.extend(name.invalid_each(format::path_segment_name(name.text())));
    }
    let subjects = binding.field("subjects");
    errors.extend(subjects.items().flat_map(|it| subject(&it, namespaced)));
    errors
}

fn subject(subject: &At, namespaced: bool) -> Vec<Finding> {
    let [kind, name, group, namespace] = ["kind", "name", "apiGroup", "namespace"].map(|it| subject.field(it));
    let mut errors = Vec::new();
    if name.text().is_empty() {
        errors.push(name.required(""));
    }
    match kind.text() {
        "ServiceAccount" => {
            if !name.text().is_empty() {
                errors.extend(name.invalid_each(format::dns1123_subdomain(name.text())));
            }
            errors.extend(other_than(&group, &[""]));
            if !namespaced && namespace.text().is_empty() {
                errors.push(namespace.required(""));
            }
        }
        "User" | "Group" => errors.extend(other_than(&group, &[GROUP])),
        _ => errors.extend(other_than(&kind, &["ServiceAccount", "User", "Group"])),
    }
    errors
}

fn other_than(field: &At, supported: &[&str]) -> Option<Finding> {
    (!supported.contains(&field.text())).then(|| Finding::not_supported(field.path.clone(), field.text(), supported))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Value, findings_text};

    fn errors(kind: Kind, object: &Value) -> String {
        findings_text(&create(kind, &At::root(object)))
    }

    #[test]
    fn a_rule_is_about_resources_or_about_urls() {
        let role = json!({"rules": [
            {"verbs": ["get"], "nonResourceURLs": ["/healthz"], "resources": ["pods"]},
            {"verbs": ["get"], "resources": ["pods"]},
        ]});
        assert_eq!(
            errors(Kind::ClusterRole, &role),
            "\n* rules[0].nonResourceURLs: Invalid value: [\"/healthz\"]: rules cannot apply to both regular resources and \
             non-resource URLs\n* rules[1].apiGroups: Required value: resource rules must supply at least one api group"
        );
    }

    #[test]
    fn users_and_accounts_are_of_different_groups() {
        let binding = json!({
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
            "subjects": [{"kind": "ServiceAccount", "name": "Web"}, {"kind": "Robot", "name": "r2"}],
        });
        assert_eq!(
            errors(Kind::ClusterRoleBinding, &binding).matches("subjects[").count(),
            3
        );
    }
}
