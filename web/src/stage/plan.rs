//! The order of the map before anything is measured: which station is in which column.

use super::barriers::barriers;
use super::pace::Pace;
use super::scene::{Barrier, Who, WireId};
use crate::pod_state::PodState;
use playground::{Client, Endpoint, ObjectKey, Pod, Router, Service, World};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// A client and the Service it asks.
pub type AskEdge = (Client, ObjectKey);

#[derive(Clone, Debug, Default)]
pub struct MapPlan<'a> {
    pub services: Vec<PlannedService<'a>>,
    pub groups: Vec<StationGroup>,
    pub columns: Vec<MapColumn>,
    /// Clients with the index of the Service that each asks.
    pub asks: BTreeSet<(Who, usize)>,
    pub barriers: BTreeMap<WireId, Barrier>,
    /// The places of `services`.
    indices: BTreeMap<&'a ObjectKey, usize>,
}

#[derive(Clone, Debug)]
pub struct PlannedService<'a> {
    pub service: &'a Service,
    pub backends: Vec<PlannedBackend>,
    /// Indices of `backends`.
    pub places: BTreeMap<Who, usize>,
    pub rank: usize,
}

impl PlannedService<'_> {
    pub fn backend(&self, who: &Who) -> Option<&PlannedBackend> {
        self.backends.get(*self.places.get(who)?)
    }

    /// The number of endpoints that get new connections.
    pub fn open(&self) -> usize {
        self.backends.iter().filter(|backend| backend.open).count()
    }
}

#[derive(Clone, Debug)]
pub struct PlannedBackend {
    pub who: Who,
    /// `None` for an external name.
    pub ip: Option<IpAddr>,
    /// Whether it gets new connections.
    pub open: bool,
    pub ready: bool,
}

#[derive(Clone, Debug)]
pub struct StationGroup {
    pub id: GroupId,
    pub members: Vec<Member>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupId {
    /// The endpoints of a Service.
    Behind(ObjectKey),
    /// Behind no Service, asking Services of this rank.
    Askers(usize),
    /// Behind no Service, asking nobody.
    Loose,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub who: Who,
    pub state: PodState,
    pub ip: Option<IpAddr>,
    pub place: Location,
    /// Whether a workload keeps it, whose replicas the handle beside its group's heading sets.
    pub is_kept: bool,
}

impl Member {
    /// The line under its name: its address, or what keeps it from running.
    pub fn second_line(&self) -> Option<String> {
        match self.state {
            PodState::Unscheduled
            | PodState::Starting
            | PodState::Initializing
            | PodState::Crashing
            | PodState::LacksConfig
            | PodState::Completed
            | PodState::Failed => Some(self.state.word().to_owned()),
            PodState::Ready | PodState::Slow | PodState::NotReady | PodState::Terminating => {
                self.ip.map(|ip| ip.to_string())
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Location {
    Node(String),
    Unscheduled,
    Elsewhere,
}

#[derive(Clone, Debug)]
pub enum MapColumn {
    Outside,
    /// Indices of the Services of one rank.
    Services(Vec<usize>),
    /// Indices of groups.
    Stations(Vec<usize>),
}

impl<'a> MapPlan<'a> {
    /// With a focus, only that Service with its clients and endpoints.
    pub async fn new(world: &'a World, asks: &[AskEdge], focus: Option<&ObjectKey>, pace: &Pace) -> Self {
        let asked = |key: &ObjectKey| asks.iter().any(|(_, service)| service == key);
        // The Service that leads to a router and its rules are one thing to look at.
        let is_both = |router: &Router, key: &ObjectKey| router.key == *key || router.front().as_ref() == Some(key);
        let are_one = |one: &ObjectKey, other: &ObjectKey| {
            let mut routers = world.routers.iter();
            routers.any(|router| is_both(router, one) && is_both(router, other))
        };
        let junctions = { world.routers.iter() }.filter(|router| !router.rules.is_empty() || asked(&router.key));
        let junctions = junctions.map(|router| &router.junction);
        let shown = |service: &&Service| match focus {
            Some(key) => service.key == *key || are_one(key, &service.key),
            None => !is_default(&service.key) || asked(&service.key),
        };
        let all = world.services.iter().chain(junctions);
        let mut services = Vec::new();
        for service in all.filter(shown) {
            services.push(planned(service));
            pace.rest().await;
        }
        let places = services.iter().zip(0..);
        let mut plan = Self {
            indices: places.map(|(planned, place)| (&planned.service.key, place)).collect(),
            services,
            ..Self::default()
        };
        plan.asks = plan.known_asks(world, asks);
        let primary = plan.primary(world, pace).await;
        plan.rank(world, &primary);
        plan.group(world, &primary, focus.is_some(), pace).await;
        plan.arrange();
        pace.rest().await;
        plan.barriers = barriers(world, asks, &plan.services);
        plan
    }

    pub fn index(&self, key: &ObjectKey) -> Option<usize> {
        self.indices.get(key).copied()
    }

    /// Whether the Service has no endpoints.
    pub fn is_bare(&self, index: usize) -> bool {
        self.services
            .get(index)
            .is_some_and(|planned| planned.backends.is_empty())
    }

    pub fn sends(&self, who: &Who) -> bool {
        self.asked_by(who).next().is_some()
    }

    /// The indices of the Services that a client asks.
    fn asked_by<'s>(&'s self, who: &'s Who) -> impl Iterator<Item = usize> + 's {
        let asks = self.asks.range((who.clone(), 0)..);
        asks.take_while(move |(client, _)| client == who)
            .map(|(_, service)| *service)
    }

    fn known_asks(&self, world: &World, asks: &[AskEdge]) -> BTreeSet<(Who, usize)> {
        let pods: BTreeSet<&ObjectKey> = world.pods.iter().map(|pod| &pod.key).collect();
        let known = |client: &Client| match client {
            Client::Pod(key) => pods.contains(key),
            Client::Node(name) => world.nodes.iter().any(|node| node.name == *name),
            Client::Outside => true,
        };
        asks.iter()
            .filter(|(client, _)| known(client))
            .filter_map(|(client, key)| Some((Who::from(client), self.index(key)?)))
            .collect()
    }

    /// The first Service of each pod, by EndpointSlice, or by selector for a pod without an address.
    async fn primary(&self, world: &World, pace: &Pace) -> BTreeMap<ObjectKey, usize> {
        let mut primary = BTreeMap::new();
        for (index, planned) in self.services.iter().enumerate() {
            for backend in &planned.backends {
                if let Who::Pod(key) = &backend.who {
                    primary.entry(key.clone()).or_insert(index);
                }
            }
            pace.rest().await;
        }
        let selectors = self.selectors();
        for pod in &world.pods {
            if !primary.contains_key(&pod.key)
                && let Some(index) = self.first_selecting(&selectors, pod)
            {
                primary.insert(pod.key.clone(), index);
            }
            pace.rest().await;
        }
        primary
    }

    fn first_selecting(&self, selectors: &Selectors<'_>, pod: &Pod) -> Option<usize> {
        let by_label = pod.labels.iter().filter_map(|(name, value)| {
            let services = selectors.get(&(&*pod.key.namespace, name.as_str(), value.as_str()))?;
            let is_selecting = |index: &usize| self.services.get(*index).is_some_and(|it| selects(it.service, pod));
            services.iter().copied().find(is_selecting)
        });
        by_label.min()
    }

    fn selectors(&self) -> Selectors<'_> {
        let mut selectors = Selectors::new();
        for (index, PlannedService { service, .. }) in self.services.iter().enumerate() {
            if let Some((name, value)) = service.selector.iter().next() {
                let first = (&*service.key.namespace, name.as_str(), value.as_str());
                selectors.entry(first).or_default().push(index);
            }
        }
        selectors
    }

    /// A Service is placed right of the Services of its clients. A cycle is cut where it closes.
    fn rank(&mut self, world: &World, primary: &BTreeMap<ObjectKey, usize>) {
        let mut before: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); self.services.len()];
        for (who, service) in &self.asks {
            if let (Who::Pod(key), Some(sources)) = (who, before.get_mut(*service)) {
                sources.extend(primary.get(key).filter(|source| *source != service));
            }
        }
        let level = self.place_rules(world, &mut before);
        let mut ranks: Vec<Option<usize>> = vec![None; self.services.len()];
        let mut open = BTreeSet::new();
        for index in 0..self.services.len() {
            visit(index, (&before, &level), &mut ranks, &mut open);
        }
        for (planned, rank) in self.services.iter_mut().zip(ranks) {
            planned.rank = rank.unwrap_or_default();
        }
    }

    /// The rules of a router stand right of the Service that leads to it, and level with the Services that they lead
    /// to, whose pods they send to: by Service, what it stands no further left than.
    fn place_rules(&self, world: &World, before: &mut [BTreeSet<usize>]) -> Vec<BTreeSet<usize>> {
        let mut level = vec![BTreeSet::new(); self.services.len()];
        for router in &world.routers {
            let Some(rules) = self.index(&router.key) else {
                continue;
            };
            let front = router.front().and_then(|front| self.index(&front));
            if let (Some(front), Some(before)) = (front, before.get_mut(rules)) {
                before.insert(front);
            }
            for (planned, level) in self.services.iter().zip(&mut level) {
                if router.carries_to(&planned.service.key) {
                    level.insert(rules);
                }
            }
        }
        level
    }

    async fn group(&mut self, world: &World, primary: &BTreeMap<ObjectKey, usize>, focused: bool, pace: &Pace) {
        let mut groups: Vec<StationGroup> = Vec::new();
        for planned in &self.services {
            groups.push(StationGroup {
                id: GroupId::Behind(planned.service.key.clone()),
                members: Vec::new(),
            });
        }
        let mut others: BTreeMap<GroupId, Vec<Member>> = BTreeMap::new();
        for pod in &world.pods {
            let member = of_pod(pod);
            match primary.get(&pod.key).and_then(|index| groups.get_mut(*index)) {
                Some(group) => group.members.push(member),
                None => others.entry(self.beside(&member.who)).or_default().push(member),
            }
            pace.rest().await;
        }
        for node in &world.nodes {
            let who = Who::Process(node.name.clone());
            if self.sends(&who) {
                others.entry(self.beside(&who)).or_default().push(Member {
                    who,
                    state: PodState::Ready,
                    ip: Some(node.ip),
                    place: Location::Node(node.name.clone()),
                    is_kept: false,
                });
            }
        }
        let mut placed = BTreeSet::new();
        for (planned, group) in self.services.iter().zip(&mut groups) {
            for backend in &planned.backends {
                if matches!(backend.who, Who::Address(_) | Who::Name(_)) && placed.insert(backend.who.clone()) {
                    group.members.push(of_address(backend));
                }
            }
        }
        if focused {
            others.remove(&GroupId::Loose);
        }
        groups.extend(others.into_iter().map(|(id, members)| StationGroup { id, members }));
        self.groups = groups;
    }

    /// The group of a station behind no Service.
    fn beside(&self, who: &Who) -> GroupId {
        let asked = self.asked_by(who);
        let rank = asked.filter_map(|service| Some(self.services.get(service)?.rank)).min();
        rank.map_or(GroupId::Loose, GroupId::Askers)
    }

    fn arrange(&mut self) {
        let mut columns = Vec::new();
        if self.sends(&Who::Outside) {
            columns.push(MapColumn::Outside);
        }
        let askers = |rank| self.groups.iter().position(|group| group.id == GroupId::Askers(rank));
        columns.extend(askers(0).map(|group| MapColumn::Stations(vec![group])));
        let ranks = self.services.iter().map(|planned| planned.rank + 1).max().unwrap_or(0);
        for rank in 0..ranks {
            let of_rank = |(index, planned): (usize, &PlannedService)| (planned.rank == rank).then_some(index);
            let services: Vec<usize> = self.services.iter().enumerate().filter_map(of_rank).collect();
            // The group of a Service has the Service's index.
            let mut stations = services.clone();
            stations.extend(askers(rank + 1));
            columns.push(MapColumn::Services(services));
            columns.push(MapColumn::Stations(stations));
        }
        let loose = self.groups.iter().position(|group| group.id == GroupId::Loose);
        columns.extend(loose.map(|group| MapColumn::Stations(vec![group])));
        self.columns = columns;
    }
}

/// Whether it is the API server's own Service.
pub fn is_default(key: &ObjectKey) -> bool {
    *key.namespace == *"default" && *key.name == *"kubernetes"
}

/// The places of Services that select pods, by namespace and the first label of their selector.
type Selectors<'a> = BTreeMap<(&'a str, &'a str, &'a str), Vec<usize>>;

/// What each Service stands right of, and what it stands level with or right of.
type Sources<'a> = (&'a [BTreeSet<usize>], &'a [BTreeSet<usize>]);

fn visit(index: usize, sources: Sources<'_>, ranks: &mut [Option<usize>], open: &mut BTreeSet<usize>) -> usize {
    if let Some(Some(rank)) = ranks.get(index) {
        return *rank;
    }
    if !open.insert(index) {
        return 0;
    }
    let closing: BTreeSet<usize> = open.clone();
    let mut rank = 0;
    for (of, further) in [(sources.0, 1), (sources.1, 0)] {
        let of = of.get(index).into_iter().flatten();
        for source in of.filter(|source| !closing.contains(source)) {
            rank = rank.max(visit(*source, sources, ranks, open) + further);
        }
    }
    open.remove(&index);
    if let Some(place) = ranks.get_mut(index) {
        *place = Some(rank);
    }
    rank
}

fn planned(service: &Service) -> PlannedService<'_> {
    let backends = backends(service);
    let places = backends.iter().enumerate();
    PlannedService {
        places: places.map(|(place, backend)| (backend.who.clone(), place)).collect(),
        service,
        backends,
        rank: 0,
    }
}

fn backends(service: &Service) -> Vec<PlannedBackend> {
    if let Some(name) = &service.external_name {
        return vec![PlannedBackend {
            who: Who::Name(name.clone()),
            ip: None,
            open: true,
            ready: true,
        }];
    }
    let mut by_ip: Vec<PlannedBackend> = Vec::new();
    let mut places: BTreeMap<IpAddr, usize> = BTreeMap::new();
    for port in &service.ports {
        let none_ready = !port.endpoints.iter().any(|endpoint| endpoint.ready);
        for endpoint in &port.endpoints {
            let open = is_open(endpoint, none_ready);
            if let Some(backend) = places.get(&endpoint.ip).and_then(|place| by_ip.get_mut(*place)) {
                backend.open |= open;
                continue;
            }
            places.insert(endpoint.ip, by_ip.len());
            by_ip.push(PlannedBackend {
                who: endpoint.pod.clone().map_or(Who::Address(endpoint.ip), Who::Pod),
                ip: Some(endpoint.ip),
                open,
                ready: endpoint.ready,
            });
        }
    }
    by_ip
}

/// Models: pkg/proxy CategorizeEndpoints (v1.36): if none is ready, those that serve while terminating.
fn is_open(endpoint: &Endpoint, none_ready: bool) -> bool {
    endpoint.ready || (none_ready && endpoint.serving && endpoint.terminating)
}

fn selects(service: &Service, pod: &Pod) -> bool {
    !service.selector.is_empty()
        && service.key.namespace == pod.key.namespace
        && service
            .selector
            .iter()
            .all(|(name, value)| pod.labels.get(name) == Some(value))
}

/// Labels that Deployments and stateful sets give to their pods.
const MADE: [&str; 2] = ["pod-template-hash", "controller-revision-hash"];

fn of_pod(pod: &Pod) -> Member {
    Member {
        who: Who::Pod(pod.key.clone()),
        state: PodState::of(pod),
        ip: pod.ip,
        place: pod.node.clone().map_or(Location::Unscheduled, Location::Node),
        is_kept: MADE.iter().any(|label| pod.labels.contains_key(*label)),
    }
}

fn of_address(backend: &PlannedBackend) -> Member {
    Member {
        who: backend.who.clone(),
        state: if backend.ready {
            PodState::Ready
        } else {
            PodState::NotReady
        },
        ip: backend.ip,
        place: Location::Elsewhere,
        is_kept: false,
    }
}
