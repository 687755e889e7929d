use crate::at::At;
use crate::trail::Trail;
use crate::{go, ip};

/// Models: pkg/api/service GetWarningsForService (v1.36).
pub fn warnings(service: &At) -> Vec<String> {
    let mut warnings = Vec::new();
    let spec = service.field("spec");
    let hints = "service.kubernetes.io/topology-aware-hints";
    if service.field("metadata").field("annotations").field(hints).is_set() {
        let mode = "service.kubernetes.io/topology-mode";
        warnings.push(format!("annotation {hints} is deprecated, please use {mode} instead"));
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
            (!balancer_ip.text().is_empty(), "loadBalancerIP"),
            (!external.is_empty(), "externalIPs"),
            (spec.field("sessionAffinity").text() != "None", "SessionAffinity"),
        ];
        let said = ignored.into_iter().filter(|(given, _)| *given);
        warnings.extend(said.map(|(_, field)| format!("spec.{field} is ignored for headless services")));
    }
    warnings.extend(each(&external, ip::warnings));
    if !external.is_empty() && !headless && kind != "ExternalName" {
        warnings.push("spec.externalIPs is deprecated and may no longer be implemented in some clusters".to_owned());
    }
    if !balancer_ip.text().is_empty() {
        warnings.extend(ip::warnings(&balancer_ip.path, balancer_ip.text()));
    }
    warnings.extend(each(&spec.field("loadBalancerSourceRanges"), ip::range_warnings));
    if kind == "ExternalName" && !external.is_empty() {
        warnings.push("spec.externalIPs is ignored when spec.type is \"ExternalName\"".to_owned());
    }
    if kind != "ExternalName" && !spec.field("externalName").text().is_empty() {
        warnings.push("spec.externalName is ignored when spec.type is not \"ExternalName\"".to_owned());
    }
    let distribution = spec.field("trafficDistribution").text();
    if distribution == "PreferClose" {
        let (old, new) = (go::quote(distribution), go::quote("PreferSameZone"));
        warnings.push(format!("spec.trafficDistribution: {old} is deprecated; use {new}"));
    }
    warnings
}

fn each(list: &At, warn: fn(&Trail, &str) -> Vec<String>) -> Vec<String> {
    list.items().flat_map(|it| warn(&it.path, it.text())).collect()
}
