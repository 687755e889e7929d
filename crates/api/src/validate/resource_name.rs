//! The names of resources: of containers, of quotas, of whoever extends them.

use crate::at::At;
use crate::{Detail, Finding, Rule, format};

/// Standard resources of a quota, which containers cannot have.
pub const QUOTA: [&str; 17] = [
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "storage",
    "requests.storage",
    "services.nodeports",
    "services.loadbalancers",
];

/// Models: validateContainerResourceName.
pub fn at_field(name: &At) -> Vec<Finding> {
    name.invalid_each(containers_form(name.text()))
}

/// The same for a name that is a key of a list of amounts.
pub fn of_container(list: &At, name: &str) -> Vec<Finding> {
    let path = list.path.key(name);
    let errors = containers_form(name).into_iter();
    errors.map(|it| Finding::invalid(path.clone(), name, it)).collect()
}

fn containers_form(name: &str) -> Vec<Detail> {
    let mut errors = name_form(name);
    if name.contains('/') {
        if !is_native(name) && !is_extended(name) {
            errors.push("doesn't follow extended resource name standard".into());
        }
    } else if !is_containers(name) {
        errors.push((Rule::ResourceName, "must be a standard resource for containers").into());
    }
    errors
}

/// Models: validateResourceName.
pub fn name_form(name: &str) -> Vec<Detail> {
    let forms = format::label_key(name);
    let standard = is_containers(name) || QUOTA.contains(&name) || name.starts_with("requests.hugepages-");
    if forms.is_empty() && !name.contains('/') && !standard {
        return vec![
            (
                Rule::ResourceName,
                "must be a standard resource type or fully qualified",
            )
                .into(),
        ];
    }
    forms
}

pub fn is_containers(name: &str) -> bool {
    matches!(name, "cpu" | "memory" | "ephemeral-storage") || is_huge_page(name)
}

pub fn is_huge_page(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// Models: pkg/apis/core/helper IsNativeResource.
pub fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// Models: IsExtendedResourceName.
pub fn is_extended(name: &str) -> bool {
    !is_native(name) && !name.starts_with("requests.") && format::label_key(&format!("requests.{name}")).is_empty()
}

/// Models: IsIntegerResourceName.
pub fn is_counted(name: &str) -> bool {
    let quota = [
        "pods",
        "resourcequotas",
        "services",
        "replicationcontrollers",
        "secrets",
        "configmaps",
        "persistentvolumeclaims",
        "services.nodeports",
        "services.loadbalancers",
    ];
    quota.contains(&name) || is_extended(name)
}
