//! The addresses of Services and the ranges they come from: IPAddress, ServiceCIDR.

use crate::at::At;
use crate::trail::Trail;
use crate::validate::pod::print;
use crate::{Detail, Finding, Rule, format, ip};
use std::net::IpAddr;

const IMMUTABLE: (Rule, &str) = (Rule::Immutable, "field is immutable");

/// Models: pkg/apis/networking/validation ValidateIPAddressName, apimachinery/pkg/util/validation IsValidIP (v1.36).
pub fn name_form(name: &str) -> Vec<Detail> {
    let findings = ip::validate(&Trail::default(), name, &[]);
    if !findings.is_empty() {
        return findings
            .into_iter()
            .map(|it| Detail {
                rule: Some(it.rule),
                words: it.detail,
            })
            .collect();
    }
    match name.parse::<IpAddr>() {
        Ok(ip) if ip.to_string() != name => vec![format!("must be in canonical form (\"{ip}\")").into()],
        _ => Vec::new(),
    }
}

/// Models: validateIPAddressParentReference.
pub fn address(address: &At) -> Vec<Finding> {
    let parent = address.field("spec").field("parentRef");
    if !parent.is_set() {
        return vec![parent.required("")];
    }
    let [group, resource, name, namespace] = ["group", "resource", "name", "namespace"].map(|it| parent.field(it));
    let mut errors = Vec::new();
    if !group.text().is_empty() {
        errors.extend(group.invalid_each(format::dns1123_subdomain(group.text())));
    }
    for part in [resource, name] {
        if part.text().is_empty() {
            errors.push(part.required(""));
        }
        errors.extend(part.invalid_each(format::path_segment_name(part.text())));
    }
    errors.extend(namespace.invalid_each(format::path_segment_name(namespace.text())));
    errors
}

/// Models: ValidateIPAddressUpdate.
pub fn address_update(new: &At, old: &At) -> Vec<Finding> {
    let mut errors = address(new);
    let parent = new.field("spec").field("parentRef");
    if parent.value != old.field("spec").field("parentRef").value {
        let printed = print::compact("ParentReference", parent.value);
        errors.push(Finding::invalid_struct(parent.path, printed, IMMUTABLE));
    }
    errors
}

/// Models: validateServiceCIDRSpec.
pub fn range(range: &At) -> Vec<Finding> {
    let spec = range.field("spec");
    let ranges = spec.field("cidrs");
    if ranges.is_empty() {
        return vec![ranges.required("at least one CIDR required")];
    }
    if ranges.len() > 2 {
        let printed = print::compact("ServiceCIDRSpec", spec.value);
        return vec![Finding::invalid_struct(
            ranges.path,
            printed,
            "may only hold up to 2 values",
        )];
    }
    let mut errors: Vec<Finding> = ranges.items().flat_map(|it| strict_range(&it)).collect();
    let families: Vec<bool> = ranges
        .texts()
        .into_iter()
        .filter_map(|it| Some(ip::sloppy_range(it)?.0.is_ipv4()))
        .collect();
    if let [first, second] = families.as_slice()
        && first == second
    {
        errors.push(
            ranges.invalid("may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"),
        );
    }
    errors
}

/// Models: apimachinery/pkg/util/validation IsValidCIDR (v1.36).
fn strict_range(range: &At) -> Vec<Finding> {
    let findings = ip::validate_range(&range.path, range.text(), &[]);
    if !findings.is_empty() {
        return findings;
    }
    let canonical = ip::sloppy_range(range.text()).map(|(ip, length)| format!("{ip}/{length}"));
    match canonical {
        Some(canonical) if canonical != range.text() => {
            vec![range.invalid(format!("must be in canonical form (\"{canonical}\")"))]
        }
        _ => Vec::new(),
    }
}

/// A range stays, and may get a second one of the other family.
///
/// Models: ValidateServiceCIDRUpdate.
pub fn range_update<'a>(new: &At<'a>, old: &At<'a>) -> Vec<Finding> {
    let list = |range: &At<'a>| range.field("spec").field("cidrs");
    let (now, then) = (list(new), list(old));
    if now.len() != then.len() && (then.len(), now.len()) != (1, 2) {
        return vec![now.invalid(IMMUTABLE)];
    }
    let pairs = now.items().zip(then.texts());
    let changed = pairs.filter(|(now, then)| now.text() != *then);
    let mut errors: Vec<Finding> = changed.map(|(now, _)| now.invalid(IMMUTABLE)).collect();
    if now.len() != then.len() {
        errors.extend(range(new));
    }
    errors
}
