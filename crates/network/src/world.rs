use crate::proxy::Services;
use crate::{Answering, Cidr, Micros, Policies, Router, Service};
use api::ip::Family;
use api::view::Protocol;
use cluster::Networks;
use cluster::ObjectKey;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

/// What the network sees of a cluster at one moment.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct World {
    /// The addresses that the cluster is set up with.
    pub networks: Networks,
    /// In order of name.
    pub nodes: Vec<Node>,
    /// In order of creation.
    pub pods: Vec<Rc<Pod>>,
    /// In order of creation; the default `kubernetes` Service comes first.
    pub services: Vec<Service>,
    /// The same Services and slices, as kube-proxy reads them for IPv4.
    pub proxied: Services,
    /// As it reads them for IPv6.
    pub proxied_v6: Services,
    pub policies: Policies,
    /// The ingress controller, if one runs, and the Gateways that are served.
    pub routers: Vec<Rc<Router>>,
}

impl World {
    /// What kube-proxy reads for a family of addresses.
    pub const fn proxied(&self, family: Family) -> &Services {
        match family {
            Family::V4 => &self.proxied,
            Family::V6 => &self.proxied_v6,
        }
    }

    /// The API server's port on the first node: the endpoint of the default `kubernetes` Service.
    pub const API_SERVER_PORT: u16 = 6443;

    /// The Service with that key, or what stands for a router among them.
    pub fn service(&self, key: &ObjectKey) -> Option<&Service> {
        let junctions = self.routers.iter().map(|router| &router.junction);
        self.services
            .iter()
            .chain(junctions)
            .find(|service| service.key == *key)
    }

    pub fn router(&self, key: &ObjectKey) -> Option<&Rc<Router>> {
        self.routers.iter().find(|router| router.key == *key)
    }

    /// The ingress controller, if one runs.
    pub fn ingress(&self) -> Option<&Rc<Router>> {
        self.router(&Router::ingress_key())
    }

    /// The router that requests for a target reach.
    pub fn router_behind(&self, target: &ObjectKey) -> Option<&Rc<Router>> {
        self.routers.iter().find(|router| router.is_behind(target))
    }

    pub fn pod(&self, key: &ObjectKey) -> Option<&Pod> {
        self.pods.iter().find(|pod| pod.key == *key).map(|pod| &**pod)
    }
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Node {
    pub name: String,
    /// The InternalIP.
    pub ip: IpAddr,
    /// The InternalIP of the other family, if it has one.
    pub second_ip: Option<IpAddr>,
    /// The label `topology.kubernetes.io/zone`.
    pub zone: Option<String>,
    /// `spec.podCIDRs`: the ranges of its pods' addresses, one of each family at most.
    pub pod_cidrs: Vec<Cidr>,
}

impl Node {
    pub fn ip_of(&self, family: Family) -> Option<IpAddr> {
        of_family(family, Some(self.ip), self.second_ip)
    }

    pub fn pod_cidr(&self, family: Family) -> Option<Cidr> {
        self.pod_cidrs.iter().copied().find(|range| range.family() == family)
    }
}

fn of_family(family: Family, first: Option<IpAddr>, second: Option<IpAddr>) -> Option<IpAddr> {
    [first, second]
        .into_iter()
        .flatten()
        .find(|ip| Family::of(*ip) == family)
}

/// A pod as the network sees it.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[allow(clippy::struct_excessive_bools, reason = "facts that do not exclude one another")]
pub struct Pod {
    pub key: ObjectKey,
    /// Distinguishes the pod from a later one of the same name.
    pub uid: String,
    /// `None` until it is scheduled.
    pub ip: Option<IpAddr>,
    /// Its address of the other family, if it has one.
    pub second_ip: Option<IpAddr>,
    /// `None` until it is scheduled.
    pub node: Option<String>,
    pub labels: BTreeMap<String, String>,
    pub ready: bool,
    /// Where it is not ready and waits for a readiness probe: how many seconds after its start that is first asked, and when.
    pub first_probe: Option<(u32, Micros)>,
    /// Deleted but not yet gone.
    pub terminating: bool,
    pub stage: PodStage,
    /// Whether it shares its node's network.
    pub host_network: bool,
    /// The ports of its containers that have a name.
    pub ports: Vec<NamedPort>,
    /// What its containers listen on, derived from their images: `containerPort` opens nothing.
    pub listeners: Vec<Listener>,
    /// Whether its `containerPort`s are all that speaks for some of them.
    pub is_guess: bool,
    /// The ports of its node that lead to it.
    pub host_ports: Vec<HostPort>,
    pub answering: Answering,
}

/// A container port with a name.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NamedPort {
    pub name: String,
    pub port: u16,
    pub protocol: Protocol,
}

impl Pod {
    pub fn ip_of(&self, family: Family) -> Option<IpAddr> {
        of_family(family, self.ip, self.second_ip)
    }
}

/// A port of a node that leads to a pod there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HostPort {
    /// The only address of the node at which it does.
    pub address: Option<IpAddr>,
    pub port: u16,
    pub protocol: Protocol,
    /// The pod's port.
    pub leads_to: u16,
}

/// How far a pod has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum PodStage {
    /// Its containers run.
    #[default]
    Runs,
    /// Its containers have yet to start.
    Starts,
    /// Its init containers have yet to do their work.
    Initializes,
    /// A program ends over and over, and is started again later and later.
    Crashes,
    /// What its containers refer to is not there.
    LacksConfig,
    Succeeded,
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Listener {
    pub port: u16,
    pub protocol: Protocol,
    /// Whether it listens only on the loopback address.
    pub loopback_only: bool,
}
