//! The Services, EndpointSlices and pods behind a name.
//!
//! Models: coredns plugin/kubernetes kubernetes.go, parse.go, reverse.go, object/endpoint.go (1.13.1),
//! with `pods insecure` and all namespaces exposed.

use super::name::labels;
use super::{CLUSTER_DOMAIN, name};
use api::Kind;
use api::view::{EndpointSlice, Service, label};
use base::Order;
use cluster::{Cluster, Object};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::rc::Rc;

/// The name does not exist.
#[derive(Debug)]
pub(super) struct NoSuchName;

/// The target of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NameTarget {
    Address(IpAddr),
    Name(String),
}

impl NameTarget {
    fn of(text: &str) -> Self {
        text.parse::<IpAddr>()
            .map_or_else(|_| Self::Name(text.to_owned()), |ip| Self::Address(ip.to_canonical()))
    }
}

/// One target of a name.
#[derive(Clone, Debug)]
pub(super) struct NameEntry {
    pub(super) host: NameTarget,
    /// `None` if a headless Service or its slice has no ports.
    pub(super) port: Option<u16>,
    /// The name of this target alone.
    pub(super) name: String,
}

/// A name below the zone, parsed from its end.
#[derive(Debug, Default)]
struct ParsedName<'a> {
    port: &'a str,
    protocol: &'a str,
    endpoint: &'a str,
    service: &'a str,
    namespace: &'a str,
    of_pod: bool,
}

/// Parses a lower-case name below the zone; `None` for the zone itself and for `svc` and `pod`.
///
/// Models: parse.go parseRequest.
fn parse(below: &str) -> Result<Option<ParsedName<'_>>, NoSuchName> {
    if ["", "svc", "pod"].contains(&below) {
        return Ok(None);
    }
    let mut labels = labels(below).rev();
    let mut request = ParsedName {
        of_pod: match labels.next() {
            Some("svc") => false,
            Some("pod") => true,
            _ => return Err(NoSuchName),
        },
        ..ParsedName::default()
    };
    request.namespace = labels.next().unwrap_or_default();
    request.service = labels.next().unwrap_or_default();
    let mut without_underscore = || labels.next().map(|label| label.strip_prefix('_').unwrap_or(label));
    match [without_underscore(), without_underscore(), without_underscore()] {
        [None, ..] => {}
        [Some(_), None, _] => request.endpoint = below.split('.').next().unwrap_or_default(),
        [Some(protocol), Some(port), None] => (request.protocol, request.port) = (protocol, port),
        _ => return Err(NoSuchName),
    }
    Ok(Some(request))
}

/// The targets of a name; empty if the name exists without any.
///
/// Models: kubernetes.go Records.
pub(super) fn records(cluster: &Cluster, zone: &str, name: &str) -> Result<Vec<NameEntry>, NoSuchName> {
    let name = name.to_ascii_lowercase();
    let Some(request) = parse(name::below(zone, &name).unwrap_or_default())? else {
        return Ok(Vec::new());
    };
    if is_reverse(&name) || cluster.find(Kind::Namespace, "", request.namespace).is_none() {
        return Err(NoSuchName);
    }
    if request.service.is_empty() {
        return Ok(Vec::new());
    }
    if request.of_pod {
        pod(&request, zone)
    } else {
        service(cluster, &request, zone)
    }
}

/// Whether a name is in a zone of reverse lookups.
pub(super) fn is_reverse(name: &str) -> bool {
    [".in-addr.arpa.", ".ip6.arpa."]
        .into_iter()
        .any(|zone| name.ends_with(zone))
}

/// Answers for any address, even if no pod has it: `pods insecure`.
///
/// Models: kubernetes.go findPods.
fn pod(request: &ParsedName<'_>, zone: &str) -> Result<Vec<NameEntry>, NoSuchName> {
    let label = request.service;
    let v4 = label.matches('-').count() == 3 && !label.contains("--");
    let address = label.replace('-', if v4 { "." } else { ":" });
    let host = NameTarget::of(&address);
    if matches!(host, NameTarget::Name(_)) {
        return Err(NoSuchName);
    }
    Ok(vec![NameEntry {
        host,
        port: Some(0),
        name: format!("{label}.{}.pod.{zone}", request.namespace),
    }])
}

/// Models: kubernetes.go findServices.
fn service(cluster: &Cluster, request: &ParsedName<'_>, zone: &str) -> Result<Vec<NameEntry>, NoSuchName> {
    let service = cluster
        .find(Kind::Service, request.namespace, request.service)
        .ok_or(NoSuchName)?;
    let name = format!("{}.{}.svc.{zone}", service.name(), service.namespace());
    let entries = if Service::of(&service.value).is_external_name() {
        external(service, request, name)
    } else if is_headless(service) || !request.endpoint.is_empty() {
        endpoints(cluster, service, request, &name)
    } else {
        cluster_ips(service, request, &name)
    };
    if entries.is_empty() {
        Err(NoSuchName)
    } else {
        Ok(entries)
    }
}

fn is_headless(service: &Object) -> bool {
    Service::of(&service.value).is_headless()
}

/// An external name has neither endpoints nor ports; an address is not an external name.
fn external(service: &Object, request: &ParsedName<'_>, name: String) -> Vec<NameEntry> {
    let host = NameTarget::of(Service::of(&service.value).external_name().unwrap_or_default());
    let whole = [request.endpoint, request.port, request.protocol]
        .into_iter()
        .all(str::is_empty);
    if !whole || matches!(host, NameTarget::Address(_)) {
        return Vec::new();
    }
    vec![NameEntry {
        host,
        port: Some(0),
        name,
    }]
}

fn cluster_ips(service: &Object, request: &ParsedName<'_>, name: &str) -> Vec<NameEntry> {
    let ips = Service::of(&service.value).cluster_ips();
    let ports = Service::of(&service.value).ports();
    ports
        .filter(|port| request.fits(port.name(), port.protocol_word()))
        .flat_map(|port| {
            ips.clone().map(move |ip| NameEntry {
                host: NameTarget::of(ip),
                port: u16::try_from(port.port()).ok(),
                name: name.to_owned(),
            })
        })
        .collect()
}

fn endpoints(cluster: &Cluster, service: &Object, request: &ParsedName<'_>, name: &str) -> Vec<NameEntry> {
    let mut entries = Vec::new();
    for slice in slices(cluster, service) {
        // A slice without ports counts as one port without a name, a protocol and a number.
        let ports = EndpointSlice::of(&slice.value).ports();
        let none = (ports.len() == 0).then_some(("", "", None));
        let ports: Vec<_> = { ports }
            .map(|port| (port.name(), port.protocol_word(), port.number()))
            .chain(none)
            .filter(|(name, protocol, _)| request.fits(name, protocol))
            .collect();
        for address in ready_addresses(&slice) {
            let hostname = address.hostname();
            if !request.endpoint.is_empty() && !hostname.eq_ignore_ascii_case(request.endpoint) {
                continue;
            }
            for (.., port) in &ports {
                entries.push(NameEntry {
                    host: NameTarget::of(address.ip),
                    port: *port,
                    name: format!("{hostname}.{name}"),
                });
            }
        }
    }
    entries
}

impl ParsedName<'_> {
    /// Models: kubernetes.go matchPortAndProtocol.
    fn fits(&self, name: &str, protocol: &str) -> bool {
        let is = |wanted: &str, given: &str| wanted.is_empty() || given.eq_ignore_ascii_case(wanted);
        is(self.port, name) && is(self.protocol, protocol)
    }
}

/// The slices of the Service, in order of creation.
fn slices(cluster: &Cluster, service: &Object) -> Vec<Rc<Object>> {
    let mut slices = cluster.list(Kind::EndpointSlice, Some(service.namespace()));
    slices.retain(|slice| slice.label(label::SERVICE_NAME) == Some(service.name()));
    slices.order_by_key(|slice| slice.order);
    slices
}

/// An address of an endpoint that is not marked unready.
struct Address<'a> {
    ip: &'a str,
    hostname: Option<&'a str>,
}

impl Address<'_> {
    /// Models: kubernetes.go endpointHostname.
    fn hostname(&self) -> String {
        if let Some(hostname) = self.hostname {
            return hostname.to_owned();
        }
        if self.ip.contains('.') {
            return self.ip.replace('.', "-");
        }
        let dashed = self.ip.replace(':', "-");
        if dashed.ends_with('-') { dashed + "0" } else { dashed }
    }
}

fn ready_addresses(slice: &Object) -> impl Iterator<Item = Address<'_>> {
    let endpoints = EndpointSlice::of(&slice.value).endpoints();
    endpoints.filter(|endpoint| endpoint.is_ready()).flat_map(|endpoint| {
        let hostname = endpoint.hostname();
        endpoint.addresses().map(move |ip| Address { ip, hostname })
    })
}

/// The cluster's name servers: the Services that have the resolver's address among their ready endpoints, else the
/// resolver itself under a default name.
///
/// Models: ns.go nsAddrs.
pub(super) fn nameservers(cluster: &Cluster, zone: &str) -> Vec<NameEntry> {
    let entry = |name: String, host: NameTarget| NameEntry {
        host,
        port: Some(0),
        name,
    };
    let dns = cluster.networks().dns();
    let own = dns.to_string();
    let mut slices = cluster.by_creation(Kind::EndpointSlice);
    slices.retain(|slice| ready_addresses(slice).any(|address| address.ip == own));
    if slices.is_empty() {
        return vec![entry(format!("ns.dns.{zone}"), NameTarget::Address(dns))];
    }
    let mut entries = Vec::new();
    for slice in slices {
        let service = slice.label(label::SERVICE_NAME).unwrap_or_default();
        let Some(service) = cluster.find(Kind::Service, slice.namespace(), service) else {
            continue;
        };
        let name = format!("{}.{}.svc.{zone}", service.name(), service.namespace());
        if is_headless(service) {
            let endpoints = ready_addresses(&slice);
            entries.extend(endpoints.map(|it| entry(format!("{}.{name}", it.hostname()), NameTarget::of(it.ip))));
        } else {
            let ips = Service::of(&service.value).cluster_ips();
            entries.extend(ips.map(|ip| entry(name.clone(), NameTarget::of(ip))));
        }
    }
    entries
}

/// The names of an address: the Service with this cluster IP, else every ready endpoint with this address.
///
/// Models: reverse.go serviceRecordForIP.
pub(super) fn names_of(cluster: &Cluster, ip: IpAddr) -> Vec<String> {
    let ip = ip.to_string();
    let has_it = |service: &Rc<Object>| Service::of(&service.value).cluster_ips().any(|it| it == ip);
    if let Some(service) = cluster.list(Kind::Service, None).into_iter().find(has_it) {
        return vec![format!(
            "{}.{}.svc.{CLUSTER_DOMAIN}",
            service.name(),
            service.namespace()
        )];
    }
    let mut names = Vec::new();
    for slice in cluster.by_creation(Kind::EndpointSlice) {
        let service = slice.label(label::SERVICE_NAME).unwrap_or_default();
        let here = ready_addresses(&slice).filter(|address| address.ip == ip);
        names.extend(here.map(|address| {
            let hostname = address.hostname();
            format!("{hostname}.{service}.{}.svc.{CLUSTER_DOMAIN}", slice.namespace())
        }));
    }
    let mut met = BTreeSet::new();
    names.retain(|name| met.insert(name.clone()));
    names
}
