use crate::at::At;
use crate::finding::ruled;
use crate::trail::Trail;
use crate::validate::service::{FOR_LOAD_BALANCER, is_headless, kind};
use crate::view::ServiceType;
use crate::{Finding, Rule, Value, ip};

const SOURCE_RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";

/// Errors in the fields on cluster IPs and their families, which allocation checks first.
///
/// Models: pkg/apis/core/validation ValidateServiceClusterIPsRelatedFields (v1.36).
pub fn validate_service_cluster_ips(spec: &Value, old_spec: Option<&Value>) -> Vec<Finding> {
    let path = Trail::default().field("spec");
    let before = old_spec.map(|value| At {
        value,
        path: path.clone(),
    });
    cluster_ips(
        &At {
            value: spec,
            path: path.clone(),
        },
        before.as_ref(),
    )
}

pub fn cluster_ips(spec: &At, before: Option<&At>) -> Vec<Finding> {
    if kind(spec) == Some(ServiceType::ExternalName) {
        return Vec::new();
    }
    let (ips, families) = (spec.field("clusterIPs"), spec.field("ipFamilies"));
    let mut errors: Vec<Finding> = primary_ip(spec, &ips).into_iter().collect();
    let mut seen: Vec<&str> = Vec::new();
    for family in families.items() {
        errors.extend(ruled(Rule::IpFamily, family.one_of_if_set(&["IPv4", "IPv6"])));
        if seen.contains(&family.text()) {
            errors.push(family.duplicate().ruled(Rule::IpFamilyTwice));
        }
        seen.push(family.text());
    }
    let policies = ["PreferDualStack", "RequireDualStack", "SingleStack"];
    let policy = spec.field("ipFamilyPolicy").one_of_if_set(&policies);
    errors.extend(ruled(Rule::IpFamilyPolicy, policy));
    let accepted = before
        .map(|before| before.field("clusterIPs").texts())
        .unwrap_or_default();
    let mut readable = true;
    for (index, address) in ips.items().enumerate() {
        if index == 0 && address.text() == "None" {
            if ips.len() > 1 {
                readable = false;
                errors.push(ips.invalid((Rule::HeadlessAddresses, "'None' must be the first and only value")));
            }
            continue;
        }
        let wrong = ip::validate(&address.path, address.text(), &accepted);
        readable &= wrong.is_empty();
        errors.extend(wrong.into_iter().map(|it| of_field(it, Rule::ClusterIpForm)));
    }
    if ips.len() > 2 {
        errors.push(ips.invalid((Rule::ClusterIpsTooMany, "may only hold up to 2 values")));
    }
    if !readable {
        return errors;
    }
    let is_v6 = |text: &str| ip::sloppy(text).is_some_and(|it| it.is_ipv6());
    let texts = ips.texts();
    if let Some((index, text)) = texts.iter().enumerate().find(|(_, it)| ip::sloppy(it).is_none())
        && texts.len() > 1
    {
        let words = format!("failed to check for dual stack with error:invalid IP[{index}]: {text}");
        errors.push(Finding::internal(ips.path.clone(), words));
    }
    if texts.len() > 1
        && texts
            .iter()
            .all(|it| is_v6(it) == texts.first().is_some_and(|first| is_v6(first)))
    {
        let words = "may specify no more than one IP for each IP family";
        errors.push(ips.invalid((Rule::ClusterIpsTooMany, words)));
    }
    if !is_headless(spec) {
        for (index, (address, family)) in ips.items().zip(families.texts()).enumerate() {
            if matches!((family, is_v6(address.text())), ("IPv4", true) | ("IPv6", false)) {
                let words = format!("expected an {family} value as indicated by `ipFamilies[{index}]`");
                errors.push(address.invalid((Rule::ClusterIpFamily, words)));
            }
        }
    }
    errors
}

fn primary_ip(spec: &At, ips: &At) -> Option<Finding> {
    let primary = spec.field("clusterIP").text();
    match (primary.is_empty(), ips.texts().first()) {
        (false, None) => Some(ips.required("")),
        (false, Some(first)) if *first != primary => {
            Some(ips.invalid((Rule::ClusterIpFirst, "first value must match `clusterIP`")))
        }
        (true, Some(_)) => {
            let words = "must be empty when `clusterIP` is not specified";
            Some(ips.invalid((Rule::ClusterIpMissing, words)))
        }
        _ => None,
    }
}

/// Which help fits a text that is not an address depends on its field.
fn of_field(finding: Finding, rule: Rule) -> Finding {
    match finding.rule {
        Rule::AddressForm => finding.ruled(rule),
        _ => finding,
    }
}

pub fn external_ips(spec: &At, before: Option<&At>) -> Vec<Finding> {
    let accepted = before
        .map(|before| before.field("externalIPs").texts())
        .unwrap_or_default();
    let check = |address: At| {
        let wrong = ip::validate(&address.path, address.text(), &accepted);
        if wrong.is_empty() {
            ip::validate_endpoint(&address.path, address.text())
        } else {
            wrong.into_iter().map(|it| of_field(it, Rule::ExternalIpForm)).collect()
        }
    };
    spec.field("externalIPs").items().flat_map(check).collect()
}
/// Kubernetes spells the field in another case than it is written.
pub fn source_ranges(spec: &At, before: Option<&At>, annotations: &At, old: Option<&At>) -> Vec<Finding> {
    let mut errors = Vec::new();
    let given = spec.field("loadBalancerSourceRanges");
    let for_load_balancer = kind(spec) == Some(ServiceType::LoadBalancer);
    if !given.is_empty() {
        let path = spec.path.field("LoadBalancerSourceRanges");
        if !for_load_balancer {
            errors.push(Finding::forbidden(path.clone(), FOR_LOAD_BALANCER).placed(&given.path));
        }
        let accepted = before
            .map(|before| before.field("loadBalancerSourceRanges").texts())
            .unwrap_or_default();
        let accepted: Vec<&str> = accepted.into_iter().map(str::trim).collect();
        for (index, range) in given.texts().into_iter().enumerate() {
            let findings = ip::validate_range(&path.index(index), range.trim(), &accepted);
            errors.extend(findings.into_iter().map(|it| it.placed(given.path.index(index))));
        }
        return errors;
    }
    let annotation = annotations.field(SOURCE_RANGES);
    if !annotation.is_set() {
        return errors;
    }
    let path = annotations.path.key(SOURCE_RANGES);
    if !for_load_balancer {
        errors.push(Finding::forbidden(path.clone(), FOR_LOAD_BALANCER));
    }
    let unchanged = old
        .is_some_and(|old| old.field("metadata").field("annotations").field(SOURCE_RANGES).value == annotation.value);
    if !unchanged && !annotation.text().trim().is_empty() {
        let ranges = annotation.text().trim().split(',');
        errors.extend(ranges.flat_map(|range| ip::validate_range(&path, range.trim(), &[])));
    }
    errors
}
