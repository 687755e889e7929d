use super::fabric::Fabric;
use super::host::{FAR_OUTSIDE, OUTSIDE, Origin};
use crate::proxy::ipvs::Scheduler;
use crate::proxy::{CLUSTER_CIDR, NodeRules, ProxyMode, ProxyNode, Services};
use crate::{Cidr, World};
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::rc::Rc;

/// What decides where packets go in one world: addresses and the rules of each node.
///
/// The rules of a node are generated when they are first needed.
#[derive(Debug)]
pub struct DataPlane {
    world: Rc<World>,
    mode: ProxyMode,
    pub(crate) fabric: Fabric,
    programs: Vec<OnceCell<NodeRules>>,
    told_apart: ToldApart,
}

/// A group of senders that every rule treats alike, except for what rules remember of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// A pod that rules distinguish from others.
    Pod(Ipv4Addr),
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
    endpoints: BTreeSet<Ipv4Addr>,
    every_pod: bool,
}

impl ToldApart {
    /// Endpoints are masqueraded when they contact themselves, source ranges may admit only some pods, a scheduler may
    /// hash addresses, and policies select pods by their labels.
    fn by(world: &World, mode: ProxyMode) -> Self {
        let services = &world.proxied;
        let endpoints = services.endpoints.values().flatten();
        let splits = |range: &Cidr| CLUSTER_CIDR.contains(range.network()) && *range != CLUSTER_CIDR;
        Self {
            endpoints: endpoints.map(|endpoint| *endpoint.address.ip()).collect(),
            every_pod: world.policies.decide()
                || mode == ProxyMode::Ipvs(Scheduler::SourceHash)
                || services.ports.values().flat_map(|port| &port.source_ranges).any(splits),
        }
    }
}

impl DataPlane {
    pub fn new(world: Rc<World>, mode: ProxyMode) -> Self {
        let fabric = Fabric::of(&world);
        Self {
            told_apart: ToldApart::by(&world, mode),
            programs: fabric.nodes.iter().map(|_| OnceCell::new()).collect(),
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

    pub fn services(&self) -> &Services {
        &self.world.proxied
    }

    /// The rules of a node, by its name.
    pub fn rules(&self, node: &str) -> Option<&NodeRules> {
        self.program(self.fabric.site(node)?)
    }

    /// `None` if the sender has no address.
    pub(crate) fn class(&self, origin: &Origin) -> Option<Class> {
        Some(match origin {
            Origin::Pod(key) => {
                if let Some(node) = self.fabric.home(key) {
                    return Some(Class::Node(node));
                }
                let address = self.fabric.address(key)?;
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

    /// `None` if the sender does not exist or has no address.
    pub(crate) fn address(&self, origin: &Origin) -> Option<Ipv4Addr> {
        match origin {
            Origin::Pod(key) => self.fabric.address(key),
            Origin::Node(name) => Some(self.fabric.nodes.get(self.fabric.site(name)?)?.locals.node),
            Origin::Outside => Some(OUTSIDE),
            Origin::FarOutside => Some(FAR_OUTSIDE),
        }
    }

    /// The rules of a node, by its index.
    pub(crate) fn program(&self, node: usize) -> Option<&NodeRules> {
        let site = self.fabric.nodes.get(node)?;
        let written = self.programs.get(node)?;
        if written.get().is_none() {
            let node = ProxyNode::of(&self.world, &site.name)?;
            let _ = written.set(NodeRules::new(self.mode, self.services(), &node));
        }
        written.get()
    }
}
