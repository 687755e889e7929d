use super::{Denial, Direction, Remote};
use crate::dataplane::outside;
use crate::{Client, Door, Pod, Protocol, Transport, World};
use api::ip::Family;
use std::net::IpAddr;

/// Asks what policies say of a client's requests before any is sent.
#[derive(Clone, Copy, Debug)]
pub struct Passage<'a> {
    world: &'a World,
    client: &'a Client,
    /// The client, if it is a pod.
    pod: Option<&'a Pod>,
}

impl World {
    /// `None` if the client is a pod that does not exist, or if no policy decides anything.
    pub fn passage<'a>(&'a self, client: &'a Client) -> Option<Passage<'a>> {
        if !self.policies.decide() {
            return None;
        }
        let pod = match client {
            Client::Pod(key) => Some(self.pod(key)?),
            Client::Node(_) | Client::Outside => None,
        };
        Some(Passage {
            world: self,
            client,
            pod,
        })
    }
}

impl Passage<'_> {
    /// Why a name that the client dials has no answer.
    pub fn dns_denial(self, door: &Door) -> Option<Denial> {
        match door {
            Door::Usual => self.world.policies.dns_denial(self.pod?, Protocol::Udp),
            _ => None,
        }
    }

    /// Why a pod does not hear the client at a port; `None` if it does.
    pub fn denial(self, to: &Pod, protocol: Protocol, port: u16) -> Option<Denial> {
        let policies = &self.world.policies;
        let transport = Transport::Port(protocol);
        let address = to.ip?;
        let family = Family::of(address);
        let kept_in = self.pod.and_then(|from| {
            let remote = Remote { address, pod: Some(to) };
            policies.denial(Direction::Egress, from, remote, transport, port)
        });
        if kept_in.is_some() {
            return kept_in;
        }
        let remote = Remote {
            address: self.seen_by(to, family)?,
            pod: self.pod,
        };
        policies.denial(Direction::Ingress, to, remote, transport, port)
    }

    /// The address that the node of a pod sees; `None` if it is the node's own.
    ///
    /// What comes from outside enters at the first node, which masquerades what it sends on to another.
    fn seen_by(self, to: &Pod, family: Family) -> Option<IpAddr> {
        let node_of = |name: &str| self.world.nodes.iter().find(|node| node.name == name);
        let (node, own) = match self.client {
            Client::Pod(_) => return self.pod?.ip_of(family),
            Client::Node(name) => (node_of(name)?, None),
            Client::Outside => (self.world.nodes.first()?, Some(outside(family))),
        };
        if to.node.as_ref() == Some(&node.name) {
            return own;
        }
        node.ip_of(family)
    }
}
