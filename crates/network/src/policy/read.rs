//! Reads policies out of a cluster's objects.

use super::dns::DNS_PLACE;
use super::{Labels, Peer, Policies, Policy, PolicyPort, PortMatch, Rule, Selector};
use crate::Protocol;
use api::ip::Family;
use api::{Cursor, Kind};
use cluster::{Cluster, Object, Plugin};
use std::net::IpAddr;

impl Policies {
    pub(crate) fn of(cluster: &Cluster) -> Self {
        let policies = cluster.list(Kind::NetworkPolicy, None);
        if policies.is_empty() {
            return Self::default();
        }
        let labels = |namespace: &Object| -> Labels { namespace.labels().map(owned).collect() };
        let namespaces = cluster.list(Kind::Namespace, None);
        Self {
            all: policies.iter().map(|it| it.read_once(policy)).collect(),
            namespaces: namespaces.iter().map(|it| (it.name().to_owned(), labels(it))).collect(),
            are_enforced: cluster.plugin() == Plugin::Policies,
            dns: dns_address(cluster),
        }
    }
}

/// An address of the family in which the cluster's DNS is asked.
fn dns_address(cluster: &Cluster) -> Option<IpAddr> {
    let networks = cluster.networks();
    let range = networks.node_range(0, Family::of(networks.dns()))?;
    Some(range.address(DNS_PLACE))
}

fn owned((key, value): (&str, &str)) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

fn policy(policy: &Object) -> Policy {
    let spec = policy.spec();
    let read = |direction: &str, rules: &str, peers: &str| {
        let concerns = spec.field("policyTypes").texts().any(|it| it == direction);
        concerns.then(|| spec.field(rules).items().map(|it| rule(it, peers)).collect())
    };
    Policy {
        key: policy.key.clone(),
        pods: Selector(spec.field("podSelector").value.clone()),
        ingress: read("Ingress", "ingress", "from"),
        egress: read("Egress", "egress", "to"),
    }
}

fn rule(rule: Cursor<'_>, peers: &str) -> Rule {
    Rule {
        ports: rule.field("ports").items().map(port).collect(),
        peers: rule.field(peers).items().map(peer).collect(),
    }
}

fn port(port: Cursor<'_>) -> PolicyPort {
    let number = port.field("port");
    let whole = |number: Cursor<'_>| u16::try_from(number.as_number()?).ok();
    PolicyPort {
        protocol: Protocol::read(port.field("protocol").as_text()),
        number: match (whole(number), number.as_text()) {
            (Some(first), _) => PortMatch::Range(first, whole(port.field("endPort")).unwrap_or(first)),
            (None, Some(name)) => PortMatch::Named(name.to_owned()),
            (None, None) => PortMatch::Any,
        },
    }
}

fn peer(peer: Cursor<'_>) -> Peer {
    let selector = |field: &str| peer.field(field).if_set().map(|it| Selector(it.value.clone()));
    match peer.field("ipBlock").if_set() {
        Some(block) => Peer::Block {
            range: block.field("cidr").text().parse().ok(),
            except: block.field("except").texts().filter_map(|it| it.parse().ok()).collect(),
        },
        None => Peer::Pods {
            pods: selector("podSelector"),
            namespaces: selector("namespaceSelector"),
        },
    }
}
