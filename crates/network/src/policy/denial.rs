use crate::{ObjectKey, Transport};
use std::net::IpAddr;

/// Whether a policy concerns what comes to its pods, or what they send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    Ingress,
    Egress,
}

/// Why a packet is dropped: policies isolate a pod, and no rule of theirs lets the packet through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// [`Direction::Egress`] at the pod that sends, [`Direction::Ingress`] at the pod it goes to.
    pub direction: Direction,
    /// The pod that is isolated.
    pub pod: ObjectKey,
    /// All policies that isolate it in this direction.
    pub policies: Vec<ObjectKey>,
    pub remote: IpAddr,
    /// The port that the packet goes to.
    pub port: u16,
    pub transport: Transport,
}

impl Denial {
    /// The policies in words: their names, in one namespace.
    pub fn policies_words(&self) -> String {
        let names: Vec<&str> = self.policies.iter().map(|policy| &*policy.name).collect();
        match names.as_slice() {
            [one] => format!("NetworkPolicy {one}"),
            [most @ .., last] => format!("NetworkPolicies {} and {last}", most.join(", ")),
            [] => String::new(),
        }
    }

    /// Such as `TCP port 80`.
    pub fn port_words(&self) -> String {
        match self.transport {
            Transport::Port(protocol) => format!("{} port {}", protocol.word().to_uppercase(), self.port),
            Transport::Echo => "echo requests".to_owned(),
        }
    }
}

impl Direction {
    /// As `policyTypes` has it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ingress => "Ingress",
            Self::Egress => "Egress",
        }
    }
}
