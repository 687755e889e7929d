//! Reads Services and endpoints out of a cluster's objects, as kube-proxy's change trackers do.

use super::{EndpointInfo, ServicePortInfo, ServicePortName, Services};
use crate::observe::pod_behind;
use crate::{Cidr, ObjectKey};
use api::Kind;
use api::ip::Family;
use api::view::{Endpoint, EndpointSlice, Service, ServicePort, label};
use cluster::{Cluster, Object};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

impl Services {
    /// Models: cmd/kube-proxy/app/server.go Run: Services with the one label and slices with the other are not even watched;
    /// pkg/proxy/servicechangetracker.go serviceToServiceMap, pkg/proxy/endpointslicecache.go addEndpoints (v1.36).
    ///
    /// kube-proxy keeps those of each family apart, and writes rules for each.
    pub fn of(cluster: &Cluster, family: Family) -> Self {
        let services = cluster.by_creation(Kind::Service);
        let slices = cluster.by_creation(Kind::EndpointSlice);
        let mut found = BTreeMap::<ServicePortName, BTreeMap<String, EndpointInfo>>::new();
        for slice in slices.iter().filter(|slice| slice.label(label::HEADLESS).is_none()) {
            add_slice(&mut found, slice, family);
        }
        Self {
            ports: services
                .iter()
                .filter(|service| service.label(label::SERVICE_PROXY_NAME).is_none())
                .flat_map(|service| ports(service, family))
                .collect(),
            endpoints: found
                .into_iter()
                .map(|(name, endpoints)| (name, endpoints.into_values().collect()))
                .collect(),
        }
    }
}

fn ports(service: &Object, family: Family) -> Vec<(ServicePortName, ServicePortInfo)> {
    let view = Service::of(&service.value);
    let Some(cluster_ip) = cluster_ip(view, family) else {
        return Vec::new();
    };
    let named = |port: ServicePort<'_>| {
        let name = ServicePortName {
            service: service.key.clone(),
            port: port.name().to_owned(),
            protocol: port.protocol(),
        };
        (name, service_port(view, cluster_ip, port))
    };
    view.ports().map(named).collect()
}

/// Models: pkg/proxy/util/utils.go ShouldSkipService, GetClusterIPByFamily (v1.36).
fn cluster_ip(service: Service<'_>, family: Family) -> Option<IpAddr> {
    if service.is_external_name() {
        return None;
    }
    let place = service.ip_families().position(|named| named == family.word())?;
    service.cluster_ips().nth(place)?.parse().ok()
}

/// Models: pkg/proxy/serviceport.go newBaseServiceInfo (v1.36).
fn service_port(service: Service<'_>, cluster_ip: IpAddr, port: ServicePort<'_>) -> ServicePortInfo {
    let family = Family::of(cluster_ip);
    let address = |text: &str| text.parse().ok().filter(|ip| Family::of(*ip) == family);
    let vips = service.ingress().filter(|ingress| ingress.is_vip());
    let health_check = service.health_check_node_port();
    ServicePortInfo {
        cluster_ip,
        port: u16::try_from(port.port()).unwrap_or_default(),
        node_port: port.node_port(),
        external_ips: service.external_ips().filter_map(address).collect(),
        load_balancer_vips: vips.filter_map(|ingress| address(ingress.ip())).collect(),
        source_ranges: source_ranges(service, family),
        affinity_seconds: service.affinity_seconds(),
        health_check_node_port: health_check.filter(|_| service.needs_health_check()),
        external_policy_local: service.is_external_policy_local(),
        internal_policy_local: service.is_internal_policy_local(),
    }
}

/// Empty if a range includes every address, as if there were none.
fn source_ranges(service: Service<'_>, family: Family) -> Vec<Cidr> {
    let ranges = service.source_ranges().filter_map(|range| range.trim().parse().ok());
    let ranges: Vec<Cidr> = ranges.filter(|range: &Cidr| range.family() == family).collect();
    if ranges.iter().any(|range| range.is_everything()) {
        return Vec::new();
    }
    ranges
}

fn add_slice(found: &mut BTreeMap<ServicePortName, BTreeMap<String, EndpointInfo>>, slice: &Object, family: Family) {
    let service = slice.label(label::SERVICE_NAME).unwrap_or_default();
    let view = EndpointSlice::of(&slice.value);
    if service.is_empty() || view.address_type() != family.word() {
        return;
    }
    for port in view.ports() {
        let Some(number) = port.number() else {
            continue;
        };
        let name = ServicePortName {
            service: ObjectKey::new(slice.namespace(), service),
            port: port.name().to_owned(),
            protocol: port.protocol(),
        };
        let endpoints = found.entry(name).or_default();
        for endpoint in view.endpoints() {
            let Some(endpoint) = self::endpoint(slice, endpoint, number) else {
                continue;
            };
            let place = endpoint.address.to_string();
            // Of two pods with one address the one that is not terminating wins.
            if !endpoint.terminating || !endpoints.contains_key(&place) {
                endpoints.insert(place, endpoint);
            }
        }
    }
}

fn endpoint(slice: &Object, endpoint: Endpoint<'_>, port: u16) -> Option<EndpointInfo> {
    Some(EndpointInfo {
        address: SocketAddr::new(endpoint.address()?.parse().ok()?, port),
        node: endpoint.node_name().map(str::to_owned),
        ready: endpoint.is_ready(),
        serving: endpoint.is_serving(),
        terminating: endpoint.is_terminating(),
        zone_hints: endpoint.zone_hints().map(str::to_owned).collect(),
        node_hints: endpoint.node_hints().map(str::to_owned).collect(),
        slice: slice.key.clone(),
        pod: pod_behind(slice, endpoint),
    })
}
