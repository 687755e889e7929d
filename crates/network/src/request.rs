use crate::dataplane::Host;
use crate::{Micros, ObjectKey, Outcome, RuleHit};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;

/// Who sends requests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Client {
    /// A pod of the cluster.
    Pod(ObjectKey),
    /// A process of a node, by the node's name.
    Node(String),
    /// A machine outside the cluster, on the nodes' network.
    Outside,
}

impl Client {
    /// What names it, for streams of random numbers.
    pub(crate) fn words(&self) -> [&str; 3] {
        match self {
            Self::Pod(key) => ["pod", &key.namespace, &key.name],
            Self::Node(name) => ["node", name, ""],
            Self::Outside => ["outside", "", ""],
        }
    }
}

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The Service.
    pub service: ObjectKey,
    /// Its `port`.
    pub port: u16,
    /// Where the client knocks.
    pub door: Door,
}

/// At which of a Service's addresses a client knocks.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Door {
    /// Where such a client usually does: pods and nodes at the cluster IP, or at the pods of a headless Service; an outsider at the
    /// load balancer's address, else at the first node's port, else at an external address.
    #[default]
    Usual,
    /// At the node port of that node.
    Node(String),
    /// At the load balancer's address.
    LoadBalancer,
    /// At that address, whosever it is.
    Address(Ipv4Addr),
}

/// A series of requests from one client to one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Who sends.
    pub client: Client,
    /// To what.
    pub target: Target,
    /// When the first request is due.
    pub start: Micros,
    /// The mean time between two requests.
    pub every: Micros,
    /// How many are sent; without end when absent.
    pub count: Option<u64>,
    /// Whether all go by one connection as long as that lasts, instead of by a new one each.
    pub keep_alive: bool,
}

/// One request: where it went, when it was where, how it ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Counts from 1 in the order of sending.
    pub number: u64,
    /// Who sent it.
    pub client: Client,
    /// The Service and port it was for.
    pub target: Target,
    /// The address it dialled: the cluster IP, a pod's for a headless Service, a node's for an outsider.
    pub dialled: Option<(IpAddr, u16)>,
    /// The endpoint the rules chose.
    pub backend: Option<Backend>,
    /// How it ended.
    pub outcome: Outcome,
    /// The HTTP status of a response that says it failed, such as 500.
    pub status: Option<u16>,
    /// Through which kernels it went, and the rule that decided.
    pub route: Rc<Route>,
    /// The request that opened the connection it goes by, by its number: itself, or an earlier one of a flow that keeps it alive;
    /// none of a flow whose every request opens its own.
    pub connection: Option<u64>,
    /// Its road in the order of time: the first leg begins when it is sent, each next one where the last ended.
    pub legs: Vec<Leg>,
    /// When it left the client.
    pub sent: Micros,
    /// When the client knew how it ended.
    pub done: Micros,
}

impl Request {
    /// How long it took until the client knew how it ended.
    pub fn latency(&self) -> Micros {
        self.done - self.sent
    }

    /// Whether it goes by a connection that an earlier one opened: then no name is looked up and no rule is asked.
    pub fn is_on_open_connection(&self) -> bool {
        self.connection.is_some_and(|opened_by| opened_by != self.number)
    }

    /// The leg it is on at that moment; none before it was sent and after it was done.
    pub fn leg_at(&self, moment: Micros) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.from <= moment && moment < leg.to)
    }
}

/// Through which kernels a request went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Route {
    /// Where it was, in order, from the client's own place on.
    pub places: Vec<Host>,
    /// The address that its end saw it come from, where it came to one.
    pub source: Option<Ipv4Addr>,
    /// The node whose rule decided, and the rule: see [`crate::proxy::NodeRules::text`].
    pub rule: Option<(String, RuleHit)>,
}

/// The endpoint a request was sent on to.
#[derive(Clone, Debug, PartialEq)]
pub struct Backend {
    /// Its address.
    pub ip: IpAddr,
    /// The target port.
    pub port: u16,
    /// The pod at that address, where the slice names one.
    pub pod: Option<ObjectKey>,
    /// Out of how many endpoints it was drawn, each equally likely; 1 also when session affinity left no choice.
    pub of: usize,
}

impl Backend {
    pub fn address(&self) -> SocketAddr {
        SocketAddr::new(self.ip, self.port)
    }

    /// The pod's name, else the address.
    pub fn name(&self) -> String {
        self.pod
            .as_ref()
            .map_or_else(|| self.ip.to_string(), |pod| pod.name.to_string())
    }
}

/// A stretch of a request's road.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Which stretch.
    pub hop: Hop,
    /// When it begins.
    pub from: Micros,
    /// When it ends.
    pub to: Micros,
}

/// The stretches of a request's road.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hop {
    /// At the client, which asks for the Service's name in vain.
    Resolving,
    /// From the client to the Service's rule.
    ToService,
    /// From the rule to the chosen endpoint.
    ToBackend,
    /// At the pod, which works on the answer.
    AtBackend,
    /// The answer or the refusal, on its way back from the endpoint to the rule.
    FromBackend,
    /// The answer or the refusal, on its way back from the rule to the client.
    FromService,
    /// Nothing comes back: lost at the Service's rule, the client waits until its patience ends.
    LostAtService,
    /// Nothing comes back: lost at the endpoint's address, the client waits until its patience ends.
    LostAtBackend,
}
