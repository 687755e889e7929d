use super::fabric::Fabric;
use crate::World;
use crate::proxy::{Program, ProxyMode, ProxyNode, Services};
use std::cell::OnceCell;
use std::rc::Rc;

/// All that decides where packets go while nothing changes: who has which address, and the rules of each node.
///
/// The rules of a node are written when the first packet comes by, or when they are read.
#[derive(Debug)]
pub struct DataPlane {
    world: Rc<World>,
    mode: ProxyMode,
    pub(super) fabric: Fabric,
    programs: Vec<OnceCell<Program>>,
}

impl DataPlane {
    /// The data plane of a world under a kube-proxy in that mode.
    pub fn new(world: Rc<World>, mode: ProxyMode) -> Self {
        let fabric = Fabric::of(&world);
        Self {
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
    pub fn rules(&self, node: &str) -> Option<&Program> {
        self.program(self.fabric.site(node)?)
    }

    /// The rules on a node, by its place among the nodes.
    pub(super) fn program(&self, node: usize) -> Option<&Program> {
        let site = self.fabric.nodes.get(node)?;
        let written = self.programs.get(node)?;
        if written.get().is_none() {
            let node = ProxyNode::of(&self.world, &site.name)?;
            let _ = written.set(Program::new(self.mode, self.services(), &node));
        }
        written.get()
    }
}
