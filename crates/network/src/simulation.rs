use crate::{
    Backend, Client, Endpoint, Flow, Leg, Micros, Outcome, Pod, Protocol, Request, Road, Service, ServicePort,
    ServiceType, Stream, World,
};
use std::net::IpAddr;
use std::rc::Rc;

/// How long things take.
///
/// On a real node a hop takes microseconds; a scenario that is watched stretches it, and says so on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// From client to rule, or from rule to endpoint; the same back.
    pub hop: Micros,
    /// What a pod takes to answer.
    pub work: Micros,
    /// How long a client waits before it gives up.
    pub patience: Micros,
}

impl Pace {
    /// Slow enough for an eye to follow.
    pub const WATCHED: Self = Self {
        hop: Micros::from_millis(420),
        work: Micros::from_millis(160),
        patience: Micros::from_millis(3_000),
    };
    /// Nothing takes any time: for statistics.
    pub const INSTANT: Self = Self {
        hop: Micros::ZERO,
        work: Micros::ZERO,
        patience: Micros::ZERO,
    };
}

/// Plays flows over a series of worlds.
///
/// A request is decided from the worlds at the moments it reaches the rule and the pod, and from numbers drawn by flow and count;
/// so a change at some moment leaves all that was done before as it was, and the size of the steps in which it runs does not matter.
#[derive(Clone, Debug)]
pub struct Simulation {
    seed: u64,
    pace: Pace,
    epochs: Vec<(Micros, Rc<World>)>,
    flows: Vec<Flow>,
    /// How many requests each flow has sent, and when its next is due.
    sent: Vec<(u64, Option<Micros>)>,
    requests: Vec<Request>,
}

impl Simulation {
    /// A simulation of a world without traffic.
    pub fn new(seed: u64, pace: Pace, world: Rc<World>) -> Self {
        Self {
            seed,
            pace,
            epochs: vec![(Micros::ZERO, world)],
            flows: Vec::new(),
            sent: Vec::new(),
            requests: Vec::new(),
        }
    }

    /// The world at that moment.
    pub fn world(&self, moment: Micros) -> &Rc<World> {
        let after = self.epochs.partition_point(|(from, _)| *from <= moment);
        let (_, world) = &self.epochs[after.saturating_sub(1).min(self.epochs.len() - 1)];
        world
    }

    /// From `at` on the world is this one; later worlds are forgotten, and what was not done by then is decided anew.
    pub fn change(&mut self, at: Micros, world: Rc<World>) {
        self.epochs.retain(|(from, _)| *from < at || *from == Micros::ZERO);
        match self.epochs.last_mut() {
            Some(last) if last.0 == at => last.1 = world,
            _ => self.epochs.push((at, world)),
        }
        for index in 0..self.requests.len() {
            if self.requests[index].done >= at {
                let decided = self.decide(&self.requests[index], &self.requests[..index]);
                self.requests[index] = decided;
            }
        }
    }

    /// From `at` on these flows send; what was sent before goes on as it was, and of a flow that started earlier only what is due
    /// from `at` on is sent.
    pub fn set_flows(&mut self, at: Micros, flows: Vec<Flow>) {
        if let Some(before) = at.0.checked_sub(1) {
            self.run(Micros(before));
        }
        self.requests.retain(|request| request.sent < at);
        self.sent = flows.iter().map(|flow| flow.next(at, self.seed)).collect();
        self.flows = flows;
    }

    /// Sends all that is due up to and including `until`.
    pub fn run(&mut self, until: Micros) {
        while let Some((at, index)) = self.next_due().filter(|(at, _)| *at <= until) {
            let flow = &self.flows[index];
            let (sent, next) = &mut self.sent[index];
            *sent += 1;
            *next = flow.due(*sent, self.seed);
            let request = Request {
                number: self.requests.len() as u64 + 1,
                client: flow.client.clone(),
                target: flow.target.clone(),
                dialled: None,
                backend: None,
                outcome: Outcome::TimedOut,
                legs: Vec::new(),
                sent: at,
                done: at,
            };
            let decided = self.decide(&request, &self.requests);
            self.requests.push(decided);
        }
    }

    /// All requests sent so far, in the order of sending.
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }

    fn next_due(&self) -> Option<(Micros, usize)> {
        self.sent
            .iter()
            .enumerate()
            .filter_map(|(index, (_, next))| Some(((*next)?, index)))
            .min()
    }

    /// The same request with its road and outcome; `before` are those sent earlier.
    fn decide(&self, request: &Request, before: &[Request]) -> Request {
        let mut road = Journey {
            at: request.sent,
            legs: Vec::new(),
            pace: self.pace,
        };
        let mut decided = Request {
            dialled: None,
            backend: None,
            ..request.clone()
        };
        decided.outcome = self.travel(&mut decided, &mut road, before);
        decided.done = road.at;
        decided.legs = road.legs;
        decided
    }

    fn travel(&self, request: &mut Request, road: &mut Journey, before: &[Request]) -> Outcome {
        let at_rule = road.at + self.pace.hop;
        let world = self.world(at_rule);
        let Some(service) = world.service(&request.target.service) else {
            road.spend(Road::Resolving, self.pace.hop);
            return Outcome::NameNotFound;
        };
        let Some(port) = service.ports.iter().find(|port| port.port == request.target.port) else {
            request.dialled = service.cluster_ips.first().map(|ip| (*ip, request.target.port));
            return road.lost_at_service();
        };
        let Some(dialled) = dialled(&request.client, world, service, port) else {
            return road.lost_at_service();
        };
        request.dialled = Some(dialled);
        if request.client == Client::Outside && port.node_port.is_none() {
            return road.lost_at_service();
        }
        road.spend(Road::ToService, self.pace.hop);
        let Some(backend) = self.choose(request, at_rule, service, port, before) else {
            road.spend(Road::FromService, self.pace.hop);
            return Outcome::RefusedNoEndpoints;
        };
        let outcome = self.at_backend(&backend, port.protocol, road);
        if service.cluster_ips.is_empty() {
            request.dialled = Some((backend.ip, backend.port));
        }
        request.backend = Some(backend);
        outcome
    }

    /// Models: pkg/proxy CategorizeEndpoints (v1.36): ready ones, or, where none is, those that serve while terminating;
    /// iptables' `statistic --mode random` gives each the same chance.
    fn choose(
        &self,
        request: &Request,
        at: Micros,
        service: &Service,
        port: &ServicePort,
        before: &[Request],
    ) -> Option<Backend> {
        let ready: Vec<&Endpoint> = port.endpoints.iter().filter(|endpoint| endpoint.ready).collect();
        let usable = if ready.is_empty() {
            port.endpoints
                .iter()
                .filter(|endpoint| endpoint.serving && endpoint.terminating)
                .collect()
        } else {
            ready
        };
        let headless = service.cluster_ips.is_empty();
        let backend = |endpoint: &Endpoint, of| Backend {
            ip: endpoint.ip,
            port: if headless { port.port } else { endpoint.port },
            pod: endpoint.pod.clone(),
            of,
        };
        let kept = service
            .affinity
            .and_then(|timeout| kept_backend(request, at, timeout, before));
        if let Some(endpoint) = usable
            .iter()
            .find(|endpoint| Some((endpoint.ip, endpoint.port)) == kept)
        {
            return Some(backend(endpoint, 1));
        }
        let [kind, namespace, name] = request.client.words();
        let stream = Stream::new(
            self.seed,
            &[
                "kube-proxy",
                &service.key.namespace,
                &service.key.name,
                &port.name,
                kind,
                namespace,
                name,
            ],
        );
        let drawn = stream.at(request.sent.0, usable.len() as u64);
        let endpoint = usable.get(usize::try_from(drawn).ok()?)?;
        Some(backend(endpoint, usable.len()))
    }

    fn at_backend(&self, backend: &Backend, protocol: Protocol, road: &mut Journey) -> Outcome {
        road.spend(Road::ToBackend, self.pace.hop);
        let arrived = road.at;
        let listening = |moment: Micros| listening(self.world(moment), backend, protocol);
        match listening(arrived) {
            None => road.lost(Road::LostAtBackend),
            Some(false) => {
                road.back();
                Outcome::RefusedNotListening
            }
            Some(true) => {
                road.spend(Road::AtBackend, self.pace.work);
                let alive = listening(road.at).is_some();
                road.back();
                if alive { Outcome::Answered } else { Outcome::Closed }
            }
        }
    }
}

impl Flow {
    /// The index of its first request due at that moment or later, and when that is.
    fn next(&self, at: Micros, seed: u64) -> (u64, Option<Micros>) {
        // A request is due at most half an interval later than evenly: one or two are enough to look at.
        let mut index = (at - self.start).0 / self.every.0.max(1);
        index = index.saturating_sub(1);
        while self.due(index, seed).is_some_and(|due| due < at) {
            index += 1;
        }
        (index, self.due(index, seed))
    }

    /// When its `index`-th request (from 0) is sent: evenly, but for a jitter of up to half an interval.
    fn due(&self, index: u64, seed: u64) -> Option<Micros> {
        if self.count.is_some_and(|count| index >= count) {
            return None;
        }
        let [kind, namespace, name] = self.client.words();
        let service = &self.target.service;
        let stream = Stream::new(
            seed,
            &["client", kind, namespace, name, &service.namespace, &service.name],
        );
        let every = self.every.0.max(1);
        Some(self.start + Micros(every.saturating_mul(index)) + Micros(stream.at(index, every / 2)))
    }
}

struct Journey {
    at: Micros,
    legs: Vec<Leg>,
    pace: Pace,
}

impl Journey {
    fn spend(&mut self, road: Road, span: Micros) {
        let from = self.at;
        self.at = from + span;
        self.legs.push(Leg {
            road,
            from,
            to: self.at,
        });
    }

    fn back(&mut self) {
        self.spend(Road::FromBackend, self.pace.hop);
        self.spend(Road::FromService, self.pace.hop);
    }

    fn lost_at_service(&mut self) -> Outcome {
        self.spend(Road::ToService, self.pace.hop);
        self.lost(Road::LostAtService)
    }

    fn lost(&mut self, place: Road) -> Outcome {
        self.spend(place, self.pace.patience);
        Outcome::TimedOut
    }
}

/// What a client dials: the Service's first address; an outsider the first node's, at the node port.
fn dialled(client: &Client, world: &World, service: &Service, port: &ServicePort) -> Option<(IpAddr, u16)> {
    match (client, port.node_port) {
        (Client::Outside, Some(node_port)) => world.nodes.first().map(|node| (node.ip, node_port)),
        _ => match (service.cluster_ips.first(), service.kind) {
            (Some(ip), _) => Some((*ip, port.port)),
            (None, ServiceType::ExternalName) => None,
            (None, _) => port.endpoints.first().map(|endpoint| (endpoint.ip, port.port)),
        },
    }
}

/// The endpoint this client's last connection to the Service port went to, while the affinity lasts.
fn kept_backend(request: &Request, at: Micros, timeout: Micros, before: &[Request]) -> Option<(IpAddr, u16)> {
    let last = before
        .iter()
        .rev()
        .find(|earlier| earlier.client == request.client && earlier.target == request.target)?;
    let backend = last.backend.as_ref()?;
    (at - last.sent < timeout).then_some((backend.ip, backend.port))
}

/// Whether something at that address listens; none when nobody has the address.
fn listening(world: &World, backend: &Backend, protocol: Protocol) -> Option<bool> {
    if let Some(pod) = world.pods.iter().find(|pod| pod.ip == Some(backend.ip)) {
        return Some(pod.listens_on(backend.port, protocol));
    }
    let node = world.nodes.iter().any(|node| node.ip == backend.ip);
    node.then_some(backend.port == World::API_SERVER_PORT && protocol == Protocol::Tcp)
}

impl Pod {
    fn listens_on(&self, port: u16, protocol: Protocol) -> bool {
        self.listeners
            .iter()
            .any(|listener| listener.port == port && listener.protocol == protocol)
    }
}
