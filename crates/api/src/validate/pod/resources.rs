use crate::aggregate::{aggregate, is_pod_level};
use crate::at::At;
use crate::validate::pod::claims;
use crate::validate::resource_name::{is_counted, is_huge_page, is_native, name_form, of_container};
use crate::{Finding, Rule, quantity};

const NANO: i128 = 1_000_000_000;
/// The rules for the name of a resource, of a container or of a pod.
type NameRules = fn(&At, &str) -> Vec<Finding>;

/// Models: pkg/apis/core/validation ValidateContainerResourceRequirements (v1.36).
pub fn requirements(resources: &At, claims: &[&str]) -> Vec<Finding> {
    rules(resources, claims, of_container)
}

/// Models: validatePodResources.
pub fn of_pod(spec: &At, claims: &[&str]) -> Vec<Finding> {
    let resources = spec.field("resources");
    if !resources.is_set() {
        return Vec::new();
    }
    if spec.field("os").field("name").text() == "windows" {
        return vec![resources.forbidden("may not be set for a windows pod")];
    }
    let mut errors = Vec::new();
    let of_resources = resources.field("claims");
    if of_resources.is_set() {
        errors.push(of_resources.forbidden("claims may not be set for Resources at pod-level"));
    }
    errors.extend(rules(&resources, claims, of_whole));
    errors.extend(consistency(spec, &resources));
    errors
}

/// Models: validatePodResourceConsistency.
fn consistency(spec: &At, resources: &At) -> Vec<Finding> {
    let (requests, limits) = (resources.field("requests"), resources.field("limits"));
    let more = |a: &str, b: &str| quantity::nanos(a) > quantity::nanos(b);
    let mut errors = Vec::new();
    let mut sum = |list: &At, name: &'static str, only: fn(&str) -> bool| {
        for (resource, sum) in aggregate(spec.value, name) {
            let whole = list.key(&resource);
            if whole.is_set() && only(&resource) && more(&sum, whole.text()) {
                errors.push(whole.invalid(format!(
                    "must be greater than or equal to aggregate container {name} of {sum}"
                )));
            }
        }
    };
    sum(&requests, "requests", |_| true);
    sum(&limits, "limits", is_huge_page);
    for (index, container) in spec.field("containers").items().enumerate() {
        let own = container.field("resources").field("limits");
        for (resource, limit) in own.entries() {
            let whole = limits.key(resource);
            if whole.is_set() && more(limit, whole.text()) {
                let path = resources.path.field("containers").index(index);
                let path = path.key(resource).field("limits");
                let words = format!("must be less than or equal to pod limits of {}", whole.text());
                let place = container.field("resources").field("limits").key(resource).path;
                errors.push(Finding::invalid(path, limit, words).placed(place));
            }
        }
    }
    errors
}

/// Models: validateResourceRequirements.
fn rules(resources: &At, claims: &[&str], names: NameRules) -> Vec<Finding> {
    let (limits, requests) = (resources.field("limits"), resources.field("requests"));
    let mut errors = Vec::new();
    for (name, amount) in limits.entries() {
        errors.extend(amount_rules(&limits, name, amount, names));
        errors.extend(broken_page(&limits, name, amount));
    }
    for (name, amount) in requests.entries() {
        errors.extend(amount_rules(&requests, name, amount, names));
        errors.extend(against_limit(&limits, &requests, name, amount));
        errors.extend(broken_page(&requests, name, amount));
    }
    let names = || limits.entries().chain(requests.entries()).map(|(name, _)| name);
    if names().any(is_huge_page) && !names().any(|it| matches!(it, "cpu" | "memory")) {
        errors.push(resources.forbidden("HugePages require cpu or memory"));
    }
    errors.extend(claims::named(&resources.field("claims"), claims));
    errors
}

/// An amount of huge pages must be a multiple of their size.
///
/// Models: validateResourceQuantityHugePageValue, pkg/apis/core/helper IsHugePageResourceValueDivisible.
fn broken_page(list: &At, name: &str, amount: &str) -> Option<Finding> {
    let size = name.strip_prefix("hugepages-")?;
    let bytes = |text: &str| quantity::nanos(text).map(|nanos| (nanos + NANO - 1).div_euclid(NANO));
    let size = quantity::nanos(size).filter(|nanos| *nanos > 0 && nanos % NANO == 0);
    let whole = size.is_some_and(|size| bytes(amount).is_some_and(|it| it % (size / NANO) == 0));
    (!whole).then(|| {
        let words = format!("{amount} is not positive integer multiple of {name}");
        Finding::invalid(list.path.key(name), amount, words)
    })
}

/// Models: validateOverhead, which says `limits` of what has none.
pub fn overhead(overhead: &At) -> Vec<Finding> {
    let limits = At {
        value: overhead.value,
        path: overhead.path.field("limits"),
    };
    let findings = each(&limits, of_container).into_iter();
    findings.map(|it| it.moved(&limits.path, &overhead.path)).collect()
}

/// What a runtime class adds to its pods, whose path says `limits` below the overhead.
pub fn requirements_of_limits(amounts: &At, overhead: &At) -> Vec<Finding> {
    let limits = At {
        value: amounts.value,
        path: overhead.path.field("limits"),
    };
    let findings = each(&limits, of_container).into_iter();
    findings.map(|it| it.moved(&limits.path, &amounts.path)).collect()
}

fn each(list: &At, names: NameRules) -> Vec<Finding> {
    list.entries()
        .flat_map(|(name, amount)| amount_rules(list, name, amount, names))
        .collect()
}

fn amount_rules(list: &At, name: &str, amount: &str, names: NameRules) -> Vec<Finding> {
    let path = list.path.key(name);
    let invalid = |value: &str, words: &str| Finding::invalid(path.clone(), value, words);
    let mut errors = names(list, name);
    let nanos = quantity::nanos(amount).unwrap_or_default();
    if nanos < 0 {
        errors.push(invalid(amount, "must be greater than or equal to 0").ruled(Rule::NotNegative));
    }
    if is_counted(name) && nanos % NANO != 0 {
        errors.push(invalid(amount, "must be an integer"));
    }
    errors
}

fn against_limit(limits: &At, requests: &At, name: &str, amount: &str) -> Option<Finding> {
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
    let finding = Finding::invalid(requests.path.clone(), amount, (Rule::RequestOverLimit, words));
    Some(finding.placed(requests.path.key(name)))
}

/// Models: validatePodResourceName.
fn of_whole(list: &At, name: &str) -> Vec<Finding> {
    let (path, forms) = (list.path.key(name), name_form(name));
    if forms.is_empty() && !is_pod_level(name) {
        return vec![Finding::not_supported(path, name, &["cpu", "hugepages-", "memory"])];
    }
    forms
        .into_iter()
        .map(|it| Finding::invalid(path.clone(), name, it))
        .collect()
}
