//! Reads Services and endpoints out of a cluster's objects, as kube-proxy's change trackers do.

use super::{EndpointInfo, ServicePortInfo, ServicePortName, Services};
use crate::{Cidr, ObjectKey, Protocol};
use api::{Kind, Value};
use cluster::{Cluster, Object, at, list};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};

/// Leaves a Service to another proxy.
const SERVICE_PROXY_NAME: &str = "service.kubernetes.io/service-proxy-name";
/// Marks the slices of a headless Service.
const IS_HEADLESS: &str = "service.kubernetes.io/headless";
/// Names the Service a slice belongs to.
const SERVICE_NAME: &str = "kubernetes.io/service-name";

impl Services {
    /// What kube-proxy knows of a cluster now.
    ///
    /// Models: cmd/kube-proxy/app/server.go Run: Services with the one label and slices with the other are not even watched;
    /// pkg/proxy/servicechangetracker.go serviceToServiceMap, pkg/proxy/endpointslicecache.go addEndpoints (v1.36).
    pub fn of(cluster: &Cluster) -> Self {
        let services = cluster.by_creation(Kind::Service);
        let slices = cluster.by_creation(Kind::EndpointSlice);
        let mut found = BTreeMap::<ServicePortName, BTreeMap<String, EndpointInfo>>::new();
        for slice in slices.iter().filter(|slice| slice.label(IS_HEADLESS).is_none()) {
            add_slice(&mut found, slice);
        }
        Self {
            ports: services
                .iter()
                .filter(|service| service.label(SERVICE_PROXY_NAME).is_none())
                .flat_map(|service| ports(service))
                .collect(),
            endpoints: found
                .into_iter()
                .map(|(name, endpoints)| (name, endpoints.into_values().collect()))
                .collect(),
        }
    }
}

fn ports(service: &Object) -> Vec<(ServicePortName, ServicePortInfo)> {
    let Some(cluster_ip) = cluster_ip(service) else {
        return Vec::new();
    };
    let named = |port: &Value| {
        let name = ServicePortName {
            service: service.key.clone(),
            port: text(port, "name").to_owned(),
            protocol: Protocol::read(at(port, &["protocol"]).as_str()),
        };
        (name, service_port(service, cluster_ip, port))
    };
    service.list(&["spec", "ports"]).iter().map(named).collect()
}

/// Models: pkg/proxy/util/utils.go ShouldSkipService, GetClusterIPByFamily (v1.36).
fn cluster_ip(service: &Object) -> Option<Ipv4Addr> {
    if service.text(&["spec", "type"]) == Some("ExternalName") {
        return None;
    }
    let families = service.list(&["spec", "ipFamilies"]).iter();
    let place = families.into_iter().position(|family| family == "IPv4")?;
    service.list(&["spec", "clusterIPs"]).get(place).and_then(address)
}

/// Models: pkg/proxy/serviceport.go newBaseServiceInfo (v1.36).
fn service_port(service: &Object, cluster_ip: Ipv4Addr, port: &Value) -> ServicePortInfo {
    let spec = |field: &'static str| service.at(&["spec", field]);
    let external_ips: Vec<Ipv4Addr> = list(spec("externalIPs")).iter().filter_map(address).collect();
    let is_load_balancer = spec("type") == "LoadBalancer";
    let accessible = is_load_balancer || spec("type") == "NodePort" || !list(spec("externalIPs")).is_empty();
    let external_policy_local = accessible && spec("externalTrafficPolicy") == "Local";
    let affinity = || at(spec("sessionAffinityConfig"), &["clientIP", "timeoutSeconds"]).as_u64();
    ServicePortInfo {
        cluster_ip,
        port: number(port, "port").unwrap_or_default(),
        node_port: number(port, "nodePort"),
        external_ips,
        load_balancer_vips: load_balancer_vips(service),
        source_ranges: source_ranges(spec("loadBalancerSourceRanges")),
        affinity_seconds: (spec("sessionAffinity") == "ClientIP").then(|| {
            affinity()
                .and_then(|seconds| u32::try_from(seconds).ok())
                .unwrap_or(10_800)
        }),
        health_check_node_port: number(spec("healthCheckNodePort"), "")
            .filter(|_| is_load_balancer && external_policy_local),
        external_policy_local,
        internal_policy_local: spec("internalTrafficPolicy") == "Local",
    }
}

/// Models: pkg/proxy/util/utils.go IsVIPMode (v1.36): an address without a mode is one.
fn load_balancer_vips(service: &Object) -> Vec<Ipv4Addr> {
    let is_vip = |ingress: &&Value| matches!(at(ingress, &["ipMode"]).as_str(), None | Some("VIP"));
    service
        .list(&["status", "loadBalancer", "ingress"])
        .iter()
        .filter(is_vip)
        .filter_map(|ingress| address(at(ingress, &["ip"])))
        .collect()
}

/// A range that holds every address allows any, as no range at all does.
fn source_ranges(ranges: &Value) -> Vec<Cidr> {
    let ranges: Vec<Cidr> = list(ranges)
        .iter()
        .filter_map(|range| range.as_str()?.trim().parse().ok())
        .collect();
    if ranges.iter().any(|range| range.is_everything()) {
        return Vec::new();
    }
    ranges
}

fn add_slice(found: &mut BTreeMap<ServicePortName, BTreeMap<String, EndpointInfo>>, slice: &Object) {
    let service = slice.label(SERVICE_NAME).unwrap_or_default();
    if service.is_empty() || slice.text(&["addressType"]) != Some("IPv4") {
        return;
    }
    for port in slice.list(&["ports"]) {
        let Some(number) = number(port, "port") else {
            continue;
        };
        let name = ServicePortName {
            service: ObjectKey::new(slice.namespace(), service),
            port: text(port, "name").to_owned(),
            protocol: Protocol::read(at(port, &["protocol"]).as_str()),
        };
        let endpoints = found.entry(name).or_default();
        for endpoint in slice.list(&["endpoints"]) {
            let Some(endpoint) = self::endpoint(slice, endpoint, number) else {
                continue;
            };
            let place = endpoint.address.to_string();
            // Of two pods with one address the one that stays is preferred.
            if !endpoint.terminating || !endpoints.contains_key(&place) {
                endpoints.insert(place, endpoint);
            }
        }
    }
}

/// A condition that is not set counts as ready and serving, and not as terminating.
fn endpoint(slice: &Object, endpoint: &Value, port: u16) -> Option<EndpointInfo> {
    let condition = |name| at(endpoint, &["conditions", name]).as_bool();
    let hints = |field| {
        list(at(endpoint, &["hints", field]))
            .iter()
            .map(|hint| text(hint, "name").to_owned())
            .collect()
    };
    let target = at(endpoint, &["targetRef"]);
    Some(EndpointInfo {
        address: SocketAddrV4::new(list(at(endpoint, &["addresses"])).first().and_then(address)?, port),
        node: at(endpoint, &["nodeName"]).as_str().map(str::to_owned),
        ready: condition("ready").unwrap_or(true),
        serving: condition("serving").unwrap_or(true),
        terminating: condition("terminating").unwrap_or(false),
        zone_hints: hints("forZones"),
        node_hints: hints("forNodes"),
        slice: slice.key.clone(),
        pod: (text(target, "kind") == "Pod").then(|| {
            let namespace = at(target, &["namespace"]).as_str().unwrap_or(slice.namespace());
            ObjectKey::new(namespace, text(target, "name"))
        }),
    })
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    at(value, &[field]).as_str().unwrap_or_default()
}

fn address(value: &Value) -> Option<Ipv4Addr> {
    value.as_str()?.parse().ok()
}

/// A port's number below a field, or of the value itself; zero is none.
fn number(value: &Value, field: &str) -> Option<u16> {
    let value = if field.is_empty() { value } else { at(value, &[field]) };
    u16::try_from(value.as_u64()?).ok().filter(|number| *number != 0)
}
