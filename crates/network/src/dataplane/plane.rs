use super::fabric::Fabric;
use super::host::{Origin, far_outside, outside};
use crate::proxy::ipvs::Scheduler;
use crate::proxy::{NodeRules, ProxyMode, ProxyNode, Services};
use crate::{Cidr, World};
use api::ip::Family;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::rc::Rc;

/// What decides where packets go in one world: addresses and the rules of each node.
///
/// The rules of a node are generated when they are first needed.
#[derive(Debug)]
pub struct DataPlane {
    world: Rc<World>,
    mode: ProxyMode,
    pub(crate) fabric: Fabric,
    programs: Vec<Programs>,
    /// Where no rule depends on the node.
    shared: Programs,
    told_apart: ToldApart,
}

/// The rules of one node, or those that all nodes share.
#[derive(Debug, Default)]
struct Programs {
    v4: OnceCell<Rc<NodeRules>>,
    v6: OnceCell<Rc<NodeRules>>,
}

impl Programs {
    fn of(&self, family: Family) -> &OnceCell<Rc<NodeRules>> {
        match family {
            Family::V4 => &self.v4,
            Family::V6 => &self.v6,
        }
    }
}

/// A group of senders that every rule treats alike, except for what rules remember of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// A pod that rules distinguish from others.
    Pod(IpAddr),
    /// Any other pod of a node, by the node's index.
    PodOf(usize),
    /// A process of a node, by its index.
    Node(usize),
    Outside,
    FarOutside,
}

/// Which pods rules distinguish by address.
#[derive(Debug, Default)]
struct ToldApart {
    endpoints: BTreeSet<IpAddr>,
    every_pod: bool,
}

impl ToldApart {
    /// Endpoints are masqueraded when they contact themselves, source ranges may admit only some pods, a scheduler may
    /// hash addresses, and policies select pods by their labels.
    fn by(world: &World, mode: ProxyMode) -> Self {
        let services = || Family::ALL.into_iter().map(|family| world.proxied(family));
        let endpoints = services().flat_map(|it| it.endpoints.values().flatten());
        let splits = |range: &Cidr| {
            let pods = world.networks.pods(range.family());
            pods.contains(range.network()) && *range != pods
        };
        let mut ranges = services()
            .flat_map(|it| it.ports.values())
            .flat_map(|port| &port.source_ranges);
        Self {
            endpoints: endpoints.map(|endpoint| endpoint.address.ip()).collect(),
            every_pod: world.policies.decide() || mode == ProxyMode::Ipvs(Scheduler::SourceHash) || ranges.any(splits),
        }
    }
}

impl DataPlane {
    pub fn new(world: Rc<World>, mode: ProxyMode) -> Self {
        let fabric = Fabric::of(&world);
        Self {
            told_apart: ToldApart::by(&world, mode),
            programs: fabric.nodes.iter().map(|_| Programs::default()).collect(),
            shared: Programs::default(),
            fabric,
            world,
            mode,
        }
    }

    pub fn world(&self) -> &Rc<World> {
        &self.world
    }

    pub fn mode(&self) -> ProxyMode {
        self.mode
    }

    pub fn services(&self, family: Family) -> &Services {
        self.world.proxied(family)
    }

    /// The rules of a node for a family of addresses, by the node's name.
    pub fn rules(&self, node: &str, family: Family) -> Option<&NodeRules> {
        self.program(self.fabric.site(node)?, family)
    }

    /// `None` if the sender has no address of the family.
    pub(crate) fn class(&self, origin: &Origin, family: Family) -> Option<Class> {
        Some(match origin {
            Origin::Pod(key) => {
                if let Some(node) = self.fabric.home(key) {
                    return Some(Class::Node(node));
                }
                let address = self.fabric.address(key, family)?;
                if self.told_apart.every_pod || self.told_apart.endpoints.contains(&address) {
                    Class::Pod(address)
                } else {
                    Class::PodOf(self.fabric.pod(address)?.node)
                }
            }
            Origin::Node(name) => Class::Node(self.fabric.site(name)?),
            Origin::Outside => Class::Outside,
            Origin::FarOutside => Class::FarOutside,
        })
    }

    /// The address from which somebody sends; `None` if the sender does not exist or has none of the family.
    pub fn address(&self, origin: &Origin, family: Family) -> Option<IpAddr> {
        match origin {
            Origin::Pod(key) => self.fabric.address(key, family),
            Origin::Node(name) => {
                let site = self.fabric.nodes.get(self.fabric.site(name)?)?;
                Some(site.locals.of(family)?.node)
            }
            Origin::Outside => self.has(family).then_some(outside(family)),
            Origin::FarOutside => self.has(family).then_some(far_outside(family)),
        }
    }

    /// Whether the nodes' network, and with it the machine outside, has addresses of a family.
    fn has(&self, family: Family) -> bool {
        self.world.networks.pod_families.has(family)
    }

    /// The rules of a node for a family, by the node's index.
    pub(crate) fn program(&self, node: usize, family: Family) -> Option<&NodeRules> {
        let site = self.fabric.nodes.get(node)?;
        let written = self.programs.get(node)?.of(family);
        if written.get().is_none() {
            let node = ProxyNode::of(&self.world, &site.name, family)?;
            let _ = written.set(self.written(&node));
        }
        written.get().map(|rules| &**rules)
    }

    /// The rules of a node, generated once for all nodes where kube-proxy writes the same on each.
    fn written(&self, node: &ProxyNode) -> Rc<NodeRules> {
        let services = self.services(node.family);
        let generate = || Rc::new(NodeRules::new(self.mode, services, node));
        // In the other modes sets name the node's own addresses.
        if self.mode == ProxyMode::Iptables && services.are_alike_on_nodes() {
            self.shared.of(node.family).get_or_init(generate).clone()
        } else {
            generate()
        }
    }

    /// The lists of clients that the rules of a node use, for both families.
    pub(crate) fn lists(&self, node: usize) -> BTreeSet<Rc<str>> {
        let rules = Family::ALL.into_iter().filter_map(|family| self.program(node, family));
        rules.flat_map(NodeRules::lists).collect()
    }
}
