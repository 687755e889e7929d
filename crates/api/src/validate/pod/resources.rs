use crate::at::At;
use crate::{FieldError, format, quantity};

const NANO: i128 = 1_000_000_000;
/// Resources of a namespace's quota, which are standard but no container's.
const QUOTA: [&str; 17] = [
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

/// Models: pkg/apis/core/validation validateResourceRequirements over validateContainerResourceName (v1.36).
pub fn requirements(resources: &At, claims: &[&str]) -> Vec<FieldError> {
    let (limits, requests) = (resources.field("limits"), resources.field("requests"));
    let mut errors = each(&limits);
    for (name, amount) in requests.entries() {
        errors.extend(amount_rules(&requests, name, amount));
        errors.extend(against_limit(&limits, &requests, name, amount));
    }
    let names = || limits.entries().chain(requests.entries()).map(|(name, _)| name);
    if names().any(is_huge_page) && !names().any(|it| matches!(it, "cpu" | "memory")) {
        errors.push(resources.forbidden("HugePages require cpu or memory"));
    }
    errors.extend(claim_names(&resources.field("claims"), claims));
    errors
}

/// Models: validateOverhead, which says `limits` of what has none.
pub fn overhead(overhead: &At) -> Vec<FieldError> {
    let limits = At {
        value: overhead.value,
        path: overhead.path.field("limits"),
    };
    each(&limits)
}

fn each(list: &At) -> Vec<FieldError> {
    list.entries()
        .flat_map(|(name, amount)| amount_rules(list, name, amount))
        .collect()
}

fn amount_rules(list: &At, name: &str, amount: &str) -> Vec<FieldError> {
    let path = list.path.key(name);
    let invalid = |value: &str, words: &str| FieldError::invalid(path.clone(), value, words);
    let mut errors: Vec<FieldError> = name_rules(name).iter().map(|it| invalid(name, it)).collect();
    let nanos = quantity::nanos(amount).unwrap_or_default();
    if nanos < 0 {
        errors.push(invalid(amount, "must be greater than or equal to 0"));
    }
    if is_counted(name) && nanos % NANO != 0 {
        errors.push(invalid(amount, "must be an integer"));
    }
    errors
}

fn against_limit(limits: &At, requests: &At, name: &str, amount: &str) -> Option<FieldError> {
    let limit = limits.named(name).text();
    let may_exceed = is_native(name) && !is_huge_page(name);
    if limit.is_empty() {
        let words = "Limit must be set for non overcommitable resources";
        return (!may_exceed).then(|| limits.required(words));
    }
    let (asked, most) = (quantity::nanos(amount), quantity::nanos(limit));
    let words = if asked != most && !may_exceed {
        format!("must be equal to {name} limit of {limit}")
    } else if asked > most {
        format!("must be less than or equal to {name} limit of {limit}")
    } else {
        return None;
    };
    Some(FieldError::invalid(requests.path.clone(), amount, words))
}

/// Models: validateContainerResourceName.
fn name_rules(name: &str) -> Vec<String> {
    let mut errors = format::label_key(name);
    let own = matches!(name, "cpu" | "memory" | "ephemeral-storage") || is_huge_page(name);
    if name.contains('/') {
        if !is_native(name) && !is_extended(name) {
            errors.push("doesn't follow extended resource name standard".to_owned());
        }
        return errors;
    }
    let standard = own || QUOTA.contains(&name) || name.starts_with("requests.hugepages-");
    if errors.is_empty() && !standard {
        errors.push("must be a standard resource type or fully qualified".to_owned());
    }
    if !own {
        errors.push("must be a standard resource for containers".to_owned());
    }
    errors
}

fn is_huge_page(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// Models: pkg/apis/core/helper IsNativeResource.
fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// Models: IsExtendedResourceName.
fn is_extended(name: &str) -> bool {
    !is_native(name) && !name.starts_with("requests.") && format::label_key(&format!("requests.{name}")).is_empty()
}

/// Models: IsIntegerResourceName.
fn is_counted(name: &str) -> bool {
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

/// Models: validateResourceClaimNames.
fn claim_names(claims: &At, known: &[&str]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for claim in claims.items() {
        let name = claim.field("name").text();
        if name.is_empty() {
            errors.push(claim.required(""));
        } else if !known.contains(&name) {
            let whose = if known.is_empty() {
                "must be one of the names in pod.spec.resourceClaims which is empty"
            } else {
                "must be one of the names in pod.spec.resourceClaims"
            };
            let error = FieldError::not_found(claim.path.clone(), name);
            errors.push(FieldError {
                detail: whose.to_owned(),
                ..error
            });
        }
    }
    errors
}
