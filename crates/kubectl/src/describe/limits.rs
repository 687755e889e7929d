//! Limit ranges and resource quotas, alone and of a namespace.
//!
//! Models: kubectl/pkg/describe describeLimitRange, describeQuota, DescribeLimitRanges, DescribeResourceQuotas (v1.36).

use super::description::Description;
use api::{Fields, quantity};
use cluster::Object;
use std::collections::BTreeSet;
use std::rc::Rc;

const LIMIT_TITLES: [&str; 2] = [
    "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio",
    "----\t--------\t---\t---\t---------------\t-------------\t-----------------------",
];

pub(super) fn describe_limit_range(out: &mut Description, range: &Object) {
    out.name_and_namespace(&range.value);
    for line in LIMIT_TITLES {
        out.line(0, line);
    }
    limits(out, range, "");
}

pub(super) fn limit_ranges(out: &mut Description, ranges: &[Rc<Object>]) {
    if ranges.is_empty() {
        out.line(0, "No LimitRange resource.");
        return;
    }
    out.line(0, "Resource Limits");
    for line in LIMIT_TITLES {
        out.line(0, format_args!(" {line}"));
    }
    for range in ranges {
        limits(out, range, " ");
    }
}

fn limits(out: &mut Description, range: &Object, indent: &str) {
    const LISTS: [&str; 5] = ["min", "max", "defaultRequest", "default", "maxLimitRequestRatio"];
    for item in range.spec().field("limits").list() {
        let lists = LISTS.map(|list| item.field(list));
        let names = lists.iter().flat_map(|list| list.text_entries()).map(|(name, _)| name);
        for name in names.collect::<BTreeSet<_>>() {
            let amounts = lists.map(|list| list.field(name).as_text().unwrap_or("-"));
            let kind = item.field("type").text();
            out.line(0, format_args!("{indent}{kind}\t{name}\t{}", amounts.join("\t")));
        }
    }
}

pub(super) fn describe_quota(out: &mut Description, quota: &Object) {
    out.name_and_namespace(&quota.value);
    scopes(out, quota, 0, " * ");
    out.line(0, "Resource\tUsed\tHard\n--------\t----\t----");
    usage(out, quota, 0);
}

pub(super) fn quotas(out: &mut Description, quotas: &[Rc<Object>]) {
    if quotas.is_empty() {
        out.line(0, "No resource quota.");
        return;
    }
    out.line(0, "Resource Quotas");
    for quota in quotas {
        out.field(1, "Name", quota.name());
        scopes(out, quota, 1, "* ");
        out.line(1, "Resource\tUsed\tHard");
        out.line(1, "--------\t---\t---");
        usage(out, quota, 1);
    }
}

fn scopes(out: &mut Description, quota: &Object, level: usize, bullet: &str) {
    let scopes: BTreeSet<&str> = quota.spec().field("scopes").texts().collect();
    if scopes.is_empty() {
        return;
    }
    let names: Vec<&str> = scopes.iter().copied().collect();
    out.field(level, "Scopes", names.join(", "));
    for help in scopes.iter().filter_map(|scope| help(scope)) {
        out.line(level, format_args!("{bullet}{help}"));
    }
}

/// Models: helpTextForResourceQuotaScope.
fn help(scope: &str) -> Option<&'static str> {
    Some(match scope {
        "Terminating" => {
            "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system."
        }
        "NotTerminating" => {
            "Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate."
        }
        "BestEffort" => {
            "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service."
        }
        "NotBestEffort" => {
            "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service."
        }
        _ => return None,
    })
}

/// A lone quota writes what is used as it writes the limit.
fn usage(out: &mut Description, quota: &Object, level: usize) {
    let status = quota.status();
    for (name, hard) in status.field("hard").text_entries() {
        let used = status.field("used").field(name).as_text().unwrap_or("0");
        let alike = || quantity::written_as(used, hard).unwrap_or_else(|| used.to_owned());
        let used = if level == 0 { alike() } else { used.to_owned() };
        out.line(level, format_args!("{name}\t{used}\t{hard}"));
    }
}
