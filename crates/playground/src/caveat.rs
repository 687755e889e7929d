//! Sentences about what the simulation does differently from a real cluster.

mod extensions;

use crate::over_limit::{self, Unmade};
use crate::{gateways, ingress, limits};
use api::ip::Family;
use api::view::{LoadBalancerIngress, Protocol, Service};
use api::{Fields, Kind};
use base::Order;
use cluster::{Cluster, Object, Plugin};
use network::dataplane::reaches_a_node;
use network::proxy::ProxyMode;
use std::net::IpAddr;

/// A sentence for each part of this cluster that behaves differently here than on a real one.
pub fn caveats(cluster: &Cluster, mode: ProxyMode) -> Vec<String> {
    let services = cluster.by_creation(Kind::Service);
    let has_v6 = cluster.networks().pod_families.has(Family::V6);
    let of_services = services.iter().flat_map(|service| of_service(service, has_v6));
    let unmade = Unmade::of(cluster);
    let of_limits = unmade.iter().map(Unmade::caveat);
    let of_kinds = of_kinds(cluster);
    let of_ingress = ingress::caveats(cluster);
    let of_probes = of_probes(cluster);
    of_mode(mode)
        .into_iter()
        .chain(of_time(cluster))
        .chain(of_limits)
        .chain(of_endpoints(cluster))
        .chain(of_kinds)
        .chain(extensions::of_extensions(cluster))
        .chain(of_ingress)
        .chain(gateways::caveats(cluster))
        .chain(of_probes)
        .chain(of_services)
        .collect()
}

/// How many Services that lack endpoints have a sentence of their own.
const NAMED: usize = 3;

/// The Services that lack endpoints because of the limits.
fn of_endpoints(cluster: &Cluster) -> impl Iterator<Item = String> {
    let most = over_limit::grouped(limits::ENDPOINTS);
    let named = cluster.unlisted_endpoints().take(NAMED).map(move |(service, lacking)| {
        let lacking = over_limit::grouped(lacking);
        format!(
            "{}: the playground lists up to {most} endpoints in all; {lacking} of its pods are not among them",
            service.name
        )
    });
    let others = match cluster.unlisted_endpoints().skip(NAMED).count() {
        0 => None,
        1 => Some("one more Service lacks endpoints for the same reason".to_owned()),
        more => Some(format!(
            "{} more Services lack endpoints for the same reason",
            over_limit::grouped(more)
        )),
    };
    named.chain(others)
}

/// How often what happens by itself is looked at, once that was very often.
fn of_time(cluster: &Cluster) -> Option<String> {
    let every = match cluster.looks_every() {
        ..60 => return None,
        60 => "minute".to_owned(),
        3_600 => "hour".to_owned(),
        seconds @ ..3_600 => format!("{} minutes", seconds / 60),
        seconds => format!("{} hours", seconds / 3_600),
    };
    Some(format!(
        "much has happened here by itself: from now on programs, jobs and probes are looked at once every {every}, and what lies between is left out"
    ))
}

/// What objects ask for that nobody here carries out.
fn of_kinds(cluster: &Cluster) -> impl Iterator<Item = String> {
    let has = |kind: Kind| cluster.has_any(kind);
    let unplayed = [
        (
            has(Kind::NetworkPolicy) && cluster.plugin() == Plugin::NoPolicies,
            "the network plugin ignores network policies, as chosen under Traffic: they are kept, and requests pass",
        ),
        (
            has(Kind::HorizontalPodAutoscaler),
            "there are no metrics here: autoscalers keep replicas within their bounds, and change nothing else",
        ),
    ];
    unplayed
        .into_iter()
        .filter(|(applies, _)| *applies)
        .map(|(_, what)| what.to_owned())
}

/// Probes that are not asked, or whose answer nobody knows.
fn of_probes(cluster: &Cluster) -> Vec<String> {
    let mut sentences = Vec::new();
    for pod in cluster.list(Kind::Pod, None) {
        if has_readiness_probe(&pod) && cluster.told_ready(&pod.key).is_some() {
            let name = pod.name();
            sentences.push(format!(
                "{name}: its readiness was set by hand, whatever its probe says"
            ));
        }
        let unknown = cluster::unknown_probes(&pod).into_iter();
        sentences.extend(unknown.map(|command| {
            format!("the probe \"{command}\" is taken to succeed: what the command does is not known here")
        }));
    }
    sentences.order();
    sentences.dedup();
    sentences
}

fn has_readiness_probe(pod: &Object) -> bool {
    let containers = pod.value.field("spec").field("containers");
    containers
        .items()
        .any(|container| container.field("readinessProbe").is_set())
}

fn of_mode(mode: ProxyMode) -> Option<String> {
    let ProxyMode::Ipvs(scheduler) = mode else { return None };
    Some(format!(
        "mode ipvs, scheduler {}: modelled after kube-proxy's source, not recorded on a real node as the other modes are",
        scheduler.word()
    ))
}

fn of_service(service: &Object, has_v6: bool) -> Vec<String> {
    let view = Service::of(&service.value);
    let mut sentences = Vec::new();
    let mut say = |applies: bool, what: &str| {
        if applies {
            sentences.push(format!("{}: {what}", service.name()));
        }
    };
    say(
        view.is_load_balancer() && view.ingress().len() == 0,
        "no load balancer gives it an address here, as minikube tunnel would; until its status has one the laptop asks at the node port",
    );
    for address in view.ingress().map(LoadBalancerIngress::ip) {
        say(
            address.parse().is_ok_and(reaches_a_node),
            &format!(
                "only its status names {address}: the laptop's network leads there all the same, while elsewhere nothing does before a load balancer has that address"
            ),
        );
    }
    let addresses = view.ingress().map(LoadBalancerIngress::ip).chain(view.external_ips());
    for address in addresses.filter_map(|address| address.parse::<IpAddr>().ok()) {
        say(
            !reaches_a_node(address) && address.to_string() != view.cluster_ip(),
            &format!(
                "the laptop's network leads {} to the first node; it does not lead {address} anywhere",
                if address.is_ipv4() {
                    "203.0.113.0/24"
                } else {
                    "2001:db8:203:113::/64"
                }
            ),
        );
    }
    let outside = view.external_name().unwrap_or_default().trim_end_matches('.');
    let is_outside = view.is_external_name() && !outside.ends_with(".cluster.local");
    say(
        is_outside && outside != "db.example.com",
        "of the names outside the cluster only db.example.com is known here",
    );
    say(
        is_outside && outside == "db.example.com",
        "the machine at db.example.com is made up: it answers at every port",
    );
    let mut families = view.ip_families().peekable();
    say(
        !has_v6 && families.peek().is_some() && families.all(|family| family == "IPv6"),
        "no pod and no node of this cluster has an IPv6 address, so nobody reaches the Service's",
    );
    say(
        view.ports().any(|port| port.protocol() != Protocol::Tcp),
        "UDP and SCTP are played as single requests with an answer",
    );
    sentences
}
