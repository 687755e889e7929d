use crate::{Key, Micros};
use std::net::IpAddr;

/// Who sends requests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Client {
    /// A pod of the cluster.
    Pod(Key),
    /// A process of a node, by the node's name.
    Node(String),
    /// A machine outside the cluster, on the nodes' network.
    Outside,
}

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The Service.
    pub service: Key,
    /// Its `port`: pods and nodes dial the cluster IP, an outsider the node port that belongs to it.
    pub port: u16,
}

/// A steady series of requests from one client to one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Who sends.
    pub client: Client,
    /// To what.
    pub target: Target,
    /// When the first request is sent.
    pub start: Micros,
    /// The time between two requests; never zero.
    pub every: Micros,
}

/// One request: where it went, when it was where, how it ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Counts from 1 in the order of sending.
    pub number: u64,
    /// Which of the simulation's flows it belongs to.
    pub flow: usize,
    /// Who sent it.
    pub client: Client,
    /// The Service and port it was for.
    pub target: Target,
    /// The address it dialled: cluster IP, or a node's address for an outsider.
    pub dialled: Option<(IpAddr, u16)>,
    /// The endpoint the rules chose.
    pub backend: Option<Backend>,
    /// How it ended.
    pub outcome: Outcome,
    /// When it left the client.
    pub sent: Micros,
    /// When it was known to the client how it ended.
    pub done: Micros,
    /// Its road in the order of time; legs meet end to start and cover `sent..done`.
    pub legs: Vec<Leg>,
}

/// The endpoint a request was sent on to.
#[derive(Clone, Debug, PartialEq)]
pub struct Backend {
    /// Its address.
    pub ip: IpAddr,
    /// The target port.
    pub port: u16,
    /// The pod at that address, where the slice names one.
    pub pod: Option<Key>,
    /// Out of how many ready endpoints it was drawn, each equally likely.
    pub of: usize,
}

/// A stretch of a request's road.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leg {
    /// From the client to the Service's rule.
    ToService {
        /// Begin.
        from: Micros,
        /// End.
        to: Micros,
    },
    /// From the rule to the chosen endpoint.
    ToBackend {
        /// Begin.
        from: Micros,
        /// End.
        to: Micros,
    },
    /// At the pod, which works on the answer.
    AtBackend {
        /// Begin.
        from: Micros,
        /// End.
        to: Micros,
    },
    /// The answer, or the refusal, on its way back from the endpoint to the rule.
    FromBackend {
        /// Begin.
        from: Micros,
        /// End.
        to: Micros,
    },
    /// The answer, or the refusal, on its way back from the rule to the client.
    FromService {
        /// Begin.
        from: Micros,
        /// End.
        to: Micros,
    },
    /// Nothing comes: the client waits for an answer until its patience ends.
    Waiting {
        /// Begin.
        from: Micros,
        /// End.
        to: Micros,
    },
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// A pod answered.
    Answered,
    /// Rejected by the rule of a Service without ready endpoints: the client knows at once.
    RefusedNoEndpoints,
    /// Reset by the pod: nothing listens on the target port.
    RefusedNotListening,
    /// Nothing came back.
    TimedOut,
    /// The target does not exist: there is no such Service.
    NameNotFound,
}
