use super::fabric::Fabric;
use super::host::{FAR_OUTSIDE, OUTSIDE, Origin};
use crate::proxy::ipvs::Scheduler;
use crate::proxy::{CLUSTER_CIDR, NodeRules, ProxyMode, ProxyNode, Services};
use crate::{Cidr, World};
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::rc::Rc;

/// All that decides where packets go while nothing changes: who has which address, and the rules of each node.
///
/// The rules of a node are written when the first packet comes by, or when they are read.
#[derive(Debug)]
pub struct DataPlane {
    world: Rc<World>,
    mode: ProxyMode,
    pub(crate) fabric: Fabric,
    programs: Vec<OnceCell<NodeRules>>,
    told_apart: ToldApart,
}

/// A kind of sender: all of one kind are the same to every rule, but for what rules remember of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// A pod that rules tell from others.
    Pod(Ipv4Addr),
    /// Any other pod of a node.
    PodOf(usize),
    /// A process of a node.
    Node(usize),
    /// The machine outside.
    Outside,
    /// The same by its address farther away.
    FarOutside,
}

/// Which pods rules tell from others by their addresses.
#[derive(Debug, Default)]
struct ToldApart {
    endpoints: BTreeSet<Ipv4Addr>,
    every_pod: bool,
}

impl ToldApart {
    /// Endpoints are masqueraded when they ask themselves, source ranges may let in some pods alone, and a scheduler may go by
    /// addresses.
    fn by(services: &Services, mode: ProxyMode) -> Self {
        let endpoints = services.endpoints.values().flatten();
        let splits = |range: &Cidr| CLUSTER_CIDR.contains(range.network()) && *range != CLUSTER_CIDR;
        Self {
            endpoints: endpoints.map(|endpoint| *endpoint.address.ip()).collect(),
            every_pod: mode == ProxyMode::Ipvs(Scheduler::SourceHash)
                || services.ports.values().flat_map(|port| &port.source_ranges).any(splits),
        }
    }
}

impl DataPlane {
    /// The data plane of a world under a kube-proxy in that mode.
    pub fn new(world: Rc<World>, mode: ProxyMode) -> Self {
        let fabric = Fabric::of(&world);
        Self {
            told_apart: ToldApart::by(&world.proxied, mode),
            programs: fabric.nodes.iter().map(|_| OnceCell::new()).collect(),
            fabric,
            world,
            mode,
        }
    }

    /// The world it is of.
    pub fn world(&self) -> &Rc<World> {
        &self.world
    }

    /// How kube-proxy works.
    pub fn mode(&self) -> ProxyMode {
        self.mode
    }

    /// What kube-proxy knows of Services and endpoints.
    pub fn services(&self) -> &Services {
        &self.world.proxied
    }

    /// The rules on a node, by its name.
    pub fn rules(&self, node: &str) -> Option<&NodeRules> {
        self.program(self.fabric.site(node)?)
    }

    /// What kind of sender an origin is; none where it has no address.
    pub(crate) fn class(&self, origin: &Origin) -> Option<Class> {
        Some(match origin {
            Origin::Pod(key) => {
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

    /// The address an origin sends from, where it has one of its own.
    pub(crate) fn address(&self, origin: &Origin) -> Option<Ipv4Addr> {
        match origin {
            Origin::Pod(key) => self.fabric.address(key),
            Origin::Node(name) => Some(self.fabric.nodes.get(self.fabric.site(name)?)?.locals.node),
            Origin::Outside => Some(OUTSIDE),
            Origin::FarOutside => Some(FAR_OUTSIDE),
        }
    }

    /// The rules on a node, by its place among the nodes.
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
