use crate::at::At;
use crate::trail::Trail;
use crate::{Finding, Rule, go, ip};

/// Models: pkg/api/service GetWarningsForService (v1.36).
pub fn warnings(service: &At) -> Vec<Finding> {
    let mut warnings = Vec::new();
    let spec = service.field("spec");
    let hints = "service.kubernetes.io/topology-aware-hints";
    let annotation = service.field("metadata").field("annotations").key(hints);
    if annotation.is_set() {
        let mode = "service.kubernetes.io/topology-mode";
        let words = format!("annotation {hints} is deprecated, please use {mode} instead");
        warnings.push(Finding::message(
            annotation.path,
            (Rule::TopologyHintsDeprecated, words),
        ));
    }
    let kind = spec.field("type").text();
    let cluster_ip = spec.field("clusterIP").text();
    if !matches!(cluster_ip, "" | "None") && kind != "ExternalName" {
        warnings.extend(each(&spec.field("clusterIPs"), ip::warnings));
    }
    let external = spec.field("externalIPs");
    let balancer_ip = spec.field("loadBalancerIP");
    let headless = kind == "ClusterIP" && cluster_ip == "None";
    if headless {
        let ignored = [
            (!balancer_ip.text().is_empty(), "loadBalancerIP", "loadBalancerIP"),
            (!external.is_empty(), "externalIPs", "externalIPs"),
            (
                spec.field("sessionAffinity").text() != "None",
                "sessionAffinity",
                "SessionAffinity",
            ),
        ];
        let given = ignored.into_iter().filter(|(given, ..)| *given);
        warnings.extend(given.map(|(_, field, shown)| {
            let words = (Rule::HeadlessIgnored, "is ignored for headless services");
            Finding::subject(spec.path.field(shown), words).placed(spec.path.field(field))
        }));
    }
    warnings.extend(each(&external, ip::warnings));
    if !external.is_empty() && !headless && kind != "ExternalName" {
        let words = "is deprecated and may no longer be implemented in some clusters";
        warnings.push(Finding::subject(&external.path, (Rule::ExternalIpsDeprecated, words)));
    }
    if !balancer_ip.text().is_empty() {
        warnings.extend(ip::warnings(&balancer_ip.path, balancer_ip.text()));
    }
    warnings.extend(each(&spec.field("loadBalancerSourceRanges"), ip::range_warnings));
    if kind == "ExternalName" && !external.is_empty() {
        let words = "is ignored when spec.type is \"ExternalName\"";
        warnings.push(Finding::subject(&external.path, (Rule::ExternalIpsIgnored, words)));
    }
    let external_name = spec.field("externalName");
    if kind != "ExternalName" && !external_name.text().is_empty() {
        let words = "is ignored when spec.type is not \"ExternalName\"";
        warnings.push(Finding::subject(
            &external_name.path,
            (Rule::ExternalNameIgnored, words),
        ));
    }
    let distribution = spec.field("trafficDistribution");
    if distribution.text() == "PreferClose" {
        let (old, new) = (go::quote(distribution.text()), go::quote("PreferSameZone"));
        let words = format!("{old} is deprecated; use {new}");
        warnings.push(Finding::warning(
            &distribution.path,
            (Rule::PreferCloseDeprecated, words),
        ));
    }
    warnings
}

fn each(list: &At, warn: fn(&Trail, &str) -> Vec<Finding>) -> Vec<Finding> {
    list.items().flat_map(|it| warn(&it.path, it.text())).collect()
}
