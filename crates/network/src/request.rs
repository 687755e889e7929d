use crate::dataplane::Host;
use crate::routers::{Lack, Router, Routing, Upstream, WebAddress};
use crate::{Denial, Micros, ObjectKey, Outcome, RuleHit};
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

/// Who sends requests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Client {
    /// A pod of the cluster.
    Pod(ObjectKey),
    /// A process of a node, by the node's name.
    Node(String),
    /// A machine outside the cluster, on the nodes' network.
    Outside,
}

impl Client {
    /// The parts of the name of its random stream.
    pub(crate) fn words(&self) -> [&str; 3] {
        match self {
            Self::Pod(key) => ["pod", &key.namespace, &key.name],
            Self::Node(name) => ["node", name, ""],
            Self::Outside => ["outside", "", ""],
        }
    }
}

/// The Service and port that a client sends requests to; of a forwarded port, the pod's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Target {
    pub service: ObjectKey,
    pub port: u16,
    pub door: Door,
    /// What it asks a web server for, if it says so: the ingress controller routes by it.
    pub web: Option<WebAddress>,
}

/// Which address of a Service a client contacts.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Door {
    /// By the kind of client: pods and nodes contact the cluster IP, or the pods of a headless Service. The machine outside
    /// contacts the load balancer's address, else the first node's port, else an external address.
    #[default]
    Usual,
    /// The node port of this node.
    Node(String),
    /// The load balancer's address.
    LoadBalancer,
    /// This address, even if it belongs to something else.
    Address(IpAddr),
    /// A port of the machine outside that `kubectl port-forward` leads to the target's port of a pod.
    Forward { pod: ObjectKey, local: u16 },
    /// The API server, which asks the target's port of a pod itself: what `/proxy/` in a path of its API means.
    ApiServer { pod: ObjectKey },
}

/// A series of requests from one client to one target.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Flow {
    pub client: Client,
    pub target: Target,
    /// When the first request is due.
    pub start: Micros,
    /// The mean time between two requests.
    pub every: Micros,
    /// The number of requests; unlimited if absent.
    pub count: Option<u64>,
    /// Whether requests share one connection as long as it lasts, instead of opening one each.
    pub keep_alive: bool,
}

/// One request: its route, its legs in time, its outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Counts from 1 in the order of sending.
    pub number: u64,
    pub client: Client,
    pub target: Target,
    /// The address the client contacted: the cluster IP, a pod's for a headless Service, a node's from outside.
    pub dialled: Option<(IpAddr, u16)>,
    pub backend: Option<Backend>,
    pub outcome: Outcome,
    /// The HTTP status, if the pod or the ingress controller answered with another than 200.
    pub status: Option<u16>,
    pub route: Rc<Route>,
    /// What the ingress controller did with it, if it got there.
    pub routed: Option<Rc<ThroughRouter>>,
    /// The number of the request that opened its connection: its own, or an earlier one's in a keep-alive flow. `None` if every
    /// request of the flow opens its own connection.
    pub connection: Option<u64>,
    /// In order of time: the first leg begins when it is sent, each later one when the previous one ends.
    pub legs: Vec<Leg>,
    pub sent: Micros,
    pub done: Micros,
}

impl Request {
    /// The Service whose endpoint it is for: that of the ingress controller's rule, else that of the target.
    pub fn service(&self) -> &ObjectKey {
        let upstream = self.routed.as_ref().and_then(|routed| routed.upstream.as_ref());
        upstream.map_or(&self.target.service, |upstream| &upstream.service)
    }

    pub fn latency(&self) -> Micros {
        self.done - self.sent
    }

    /// Whether an earlier request opened its connection: then no name is looked up and no rule is evaluated.
    pub fn is_on_open_connection(&self) -> bool {
        self.connection.is_some_and(|opened_by| opened_by != self.number)
    }

    /// The leg at a moment; `None` before it is sent and after it is done.
    pub fn leg_at(&self, moment: Micros) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.from <= moment && moment < leg.to)
    }
}

/// What the ingress controller or a Gateway did with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThroughRouter {
    pub router: ObjectKey,
    /// Its pod; `None` if it is built in.
    pub controller: Option<ObjectKey>,
    /// What was asked for.
    pub address: WebAddress,
    pub routing: Routing,
    /// Where the rule that matched leads.
    pub upstream: Option<Upstream>,
    /// How many endpoints it tried.
    pub tries: usize,
}

impl Target {
    /// A port of a pod, through a forwarded port of the machine outside.
    pub fn forwarded(pod: ObjectKey, local: u16, port: u16) -> Self {
        Self {
            service: ObjectKey::new("", &format!("localhost:{local}")),
            port,
            door: Door::Forward { pod, local },
            web: None,
        }
    }

    /// A port of a pod, asked by the API server: as `kubectl proxy` and `kubectl get --raw` have it done.
    pub fn proxied(pod: ObjectKey, port: u16) -> Self {
        Self {
            service: ObjectKey::new("", "the API server"),
            port,
            door: Door::ApiServer { pod },
            web: None,
        }
    }

    /// Whether it leads to a pod past Services: by `kubectl port-forward` or by the API server.
    pub fn is_forwarded(&self) -> bool {
        matches!(self.door, Door::Forward { .. } | Door::ApiServer { .. })
    }

    /// Whether the API server asks the pod itself.
    pub fn is_proxied(&self) -> bool {
        matches!(self.door, Door::ApiServer { .. })
    }

    /// What is asked: host and path, if it says them, else the Service.
    pub fn words(&self) -> String {
        match &self.web {
            Some(web) => web.words(),
            None => self.service.name.to_string(),
        }
    }
}

impl ThroughRouter {
    /// Who answers what no endpoint does.
    pub fn server(&self) -> &'static str {
        if self.router == Router::ingress_key() {
            "nginx"
        } else {
            "the gateway"
        }
    }

    /// Why it had nowhere to send the request.
    pub fn lack(&self) -> Option<Lack> {
        self.upstream.as_ref()?.lack
    }
}

/// The kernels a request passed, and the rule that decided.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Route {
    /// In order, starting at the client.
    pub places: Vec<Host>,
    /// The source address that its destination saw, if it arrived.
    pub source: Option<IpAddr>,
    /// The rule that decided and its node: see [`crate::proxy::NodeRules::text`].
    pub rule: Option<(String, RuleHit)>,
    /// The policies that kept it back.
    pub denial: Option<Rc<Denial>>,
}

/// The endpoint that a request was forwarded to.
#[derive(Clone, Debug, PartialEq)]
pub struct Backend {
    pub ip: IpAddr,
    /// The target port.
    pub port: u16,
    /// The pod, if the slice names one.
    pub pod: Option<ObjectKey>,
    /// The number of endpoints it was chosen from, each equally likely; 1 if session affinity left no choice.
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

/// A request's stay on one hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    pub hop: Hop,
    pub from: Micros,
    pub to: Micros,
}

/// The segments of a request's journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hop {
    /// At the client: its lookup of the Service's name fails.
    Resolving,
    /// Kept back at the client: it waits until it gives up.
    LostAtClient,
    /// From the client to the Service's rule.
    ToService,
    /// From the rule to the pod of the ingress controller.
    ToController,
    /// From the rule, or from the ingress controller, to the chosen endpoint.
    ToBackend,
    /// At the pod, which handles the request.
    AtBackend,
    /// The reply or the refusal, from the endpoint back to the rule or the ingress controller.
    FromBackend,
    /// The reply, from the pod of the ingress controller back to the rule.
    FromController,
    /// The reply or the refusal, from the rule back to the client.
    FromService,
    /// Lost at the Service's rule: the client waits until it gives up.
    LostAtService,
    /// Lost at the endpoint's address: the client waits until it gives up.
    LostAtBackend,
}
