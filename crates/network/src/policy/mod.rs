//! Network policies: what the network plugin lets through at a pod.
//!
//! The plugin decides at the pod's own node, about the first packet of a connection: after the Service's address has become the
//! pod's, and before this node masquerades the source. So a peer is what this node sees: a pod, or an address. A connection that a
//! node tracks passes, and so do its replies.

mod denial;
mod dns;
mod nameserver;
mod passage;
mod read;
#[cfg(test)]
mod tests;

pub use denial::{Denial, Direction};
pub use nameserver::keep_from_nameserver;
pub use passage::Passage;

use crate::{Cidr, ObjectKey, Pod, Protocol, Transport};
use api::Value;
use api::ip::Family;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

type Labels = BTreeMap<String, String>;

/// The network policies of a cluster.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Policies {
    /// By namespace and name.
    all: Vec<Rc<Policy>>,
    /// The labels of each namespace; empty if there is no policy.
    namespaces: BTreeMap<String, Labels>,
    /// Whether the network plugin enforces policies.
    pub are_enforced: bool,
    /// The address of the cluster's DNS among the pods, for rules with a range.
    dns: Option<IpAddr>,
}

/// A NetworkPolicy.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Policy {
    pub key: ObjectKey,
    pods: Selector,
    /// `None` if it does not concern this direction.
    ingress: Option<Vec<Rule>>,
    egress: Option<Vec<Rule>>,
}

/// A packet must match one of the ports and one of the peers; an empty list matches all.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Rule {
    ports: Vec<PolicyPort>,
    peers: Vec<Peer>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
enum Peer {
    /// Pods in the namespaces that a selector matches; without one, in the policy's own namespace.
    Pods {
        pods: Option<Selector>,
        namespaces: Option<Selector>,
    },
    /// `None` for what is no range, which holds no address.
    Block { range: Option<Cidr>, except: Vec<Cidr> },
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct PolicyPort {
    protocol: Protocol,
    number: PortMatch,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
enum PortMatch {
    Any,
    /// From the first to the last.
    Range(u16, u16),
    /// A named port of the pod that the packet goes to.
    Named(String),
}

/// A label selector. Its byte form is its JSON, which can hold what a manifest can.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(into = "String", from = "String")]
struct Selector(Value);

impl From<Selector> for String {
    fn from(Selector(value): Selector) -> Self {
        value.to_string()
    }
}

impl From<String> for Selector {
    fn from(json: String) -> Self {
        Self(json.parse().unwrap_or_default())
    }
}

/// The other end of a packet, as the node of the pod sees it.
#[derive(Clone, Copy, Debug)]
pub struct Remote<'a> {
    pub address: IpAddr,
    /// The pod with this address.
    pub pod: Option<&'a Pod>,
}

impl Policies {
    /// The policies, whether enforced or not, that isolate a pod in a direction.
    ///
    /// A pod on its node's network is selected by none.
    pub fn isolating<'a>(&'a self, pod: &'a Pod, direction: Direction) -> impl Iterator<Item = &'a Rc<Policy>> {
        self.all.iter().filter(move |policy| {
            policy.rules(direction).is_some()
                && policy.key.namespace == pod.key.namespace
                && !pod.host_network
                && policy.pods.matches(&pod.labels)
        })
    }

    /// Whether any pod is isolated, or may be.
    pub fn decide(&self) -> bool {
        self.are_enforced && !self.all.is_empty()
    }

    /// `None` if the packet passes.
    ///
    /// Models: staging/src/k8s.io/api/networking/v1/types.go NetworkPolicySpec (v1.36): rules of all policies add up. What a pod
    /// sends to itself always passes.
    pub fn denial(
        &self,
        direction: Direction,
        pod: &Pod,
        remote: Remote<'_>,
        transport: Transport,
        port: u16,
    ) -> Option<Denial> {
        if !self.decide() || remote.pod.is_some_and(|other| other.key == pod.key) {
            return None;
        }
        let receiver = match direction {
            Direction::Ingress => Some(pod),
            Direction::Egress => remote.pod,
        };
        let mut policies = Vec::new();
        for policy in self.isolating(pod, direction) {
            let mut rules = policy.rules(direction).unwrap_or_default().iter();
            if rules.any(|rule| rule.has_port(receiver, transport, port) && rule.has_peer(self, policy, remote)) {
                return None;
            }
            policies.push(policy.key.clone());
        }
        (!policies.is_empty()).then(|| Denial {
            direction,
            pod: pod.key.clone(),
            policies,
            remote: remote.address,
            port,
            transport,
        })
    }

    /// Whether the cluster's DNS does not hear a pod, at a protocol's port 53.
    ///
    /// The cluster's DNS is built in and no pod of the cluster. For policies it counts as a pod in `kube-system` with the label
    /// `k8s-app: kube-dns`, as on a cluster that kubeadm or minikube made.
    pub fn dns_denial(&self, pod: &Pod, protocol: Protocol) -> Option<Denial> {
        if !self.decide() {
            return None;
        }
        let address = self.dns?;
        let dns = dns::dns_pod(self.dns);
        let (transport, port) = (Transport::Port(protocol), 53);
        let to = |pod| Remote {
            address,
            pod: Some(pod),
        };
        let from = Remote {
            address: pod.ip_of(Family::of(address)).or(pod.ip)?,
            pod: Some(pod).filter(|pod| !pod.host_network),
        };
        self.denial(Direction::Egress, pod, to(&dns), transport, port)
            .or_else(|| self.denial(Direction::Ingress, &dns, from, transport, port))
    }
}

impl Policy {
    fn rules(&self, direction: Direction) -> Option<&[Rule]> {
        match direction {
            Direction::Ingress => self.ingress.as_deref(),
            Direction::Egress => self.egress.as_deref(),
        }
    }

    /// Whether it lets nothing through in a direction: it has no rule.
    pub fn is_shut(&self, direction: Direction) -> bool {
        self.rules(direction).is_some_and(<[Rule]>::is_empty)
    }
}

impl Rule {
    /// Differs: a rule with ports does not match an echo request; Kubernetes leaves open what plugins do there.
    fn has_port(&self, receiver: Option<&Pod>, transport: Transport, port: u16) -> bool {
        self.ports.is_empty()
            || self.ports.iter().any(|it| {
                transport.is(it.protocol)
                    && match &it.number {
                        PortMatch::Any => true,
                        PortMatch::Range(first, last) => (*first..=*last).contains(&port),
                        PortMatch::Named(name) => receiver.is_some_and(|pod| {
                            let mut ports = pod.ports.iter();
                            ports
                                .any(|named| named.name == *name && named.port == port && named.protocol == it.protocol)
                        }),
                    }
            })
    }

    fn has_peer(&self, policies: &Policies, policy: &Policy, remote: Remote<'_>) -> bool {
        self.peers.is_empty()
            || self.peers.iter().any(|peer| match peer {
                Peer::Block { range, except } => {
                    range.is_some_and(|range| range.contains(remote.address))
                        && !except.iter().any(|range| range.contains(remote.address))
                }
                Peer::Pods { pods, namespaces } => remote.pod.filter(|pod| !pod.host_network).is_some_and(|pod| {
                    let is_near = match namespaces {
                        None => pod.key.namespace == policy.key.namespace,
                        Some(namespaces) => policies.is_in(pod, namespaces),
                    };
                    is_near && pods.as_ref().is_none_or(|pods| pods.matches(&pod.labels))
                }),
            })
    }
}

impl Policies {
    fn is_in(&self, pod: &Pod, namespaces: &Selector) -> bool {
        let labels = self.namespaces.get(&*pod.key.namespace);
        labels.is_some_and(|labels| namespaces.matches(labels))
    }
}

impl Selector {
    fn matches(&self, labels: &Labels) -> bool {
        cluster::selector_admits(&self.0, &|key| labels.get(key).map(String::as_str))
    }
}
