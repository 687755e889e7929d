use crate::controllers::endpoints::Endpoints;
use crate::controllers::{definitions, garbage, kubernetes_service, namespaces};
use crate::networks::Networks;
use crate::server::first_objects;
use crate::server::status::Status;
use crate::settle;
use crate::stand_ins::gateways::{self, BackendFault, Gateway, RouteBackend};
use crate::stand_ins::ingress::{self, IngressController};
use crate::stand_ins::kubelet;
use crate::stand_ins::listening::{self, Listening, ListeningPort};
use crate::stand_ins::nodes::Nodes;
use crate::stand_ins::setting::{ControlPlane, Kubelet, Plugin};
use crate::store::{Object, ObjectKey, PodLimits, Tools};
use api::{Cursor, Kind, Value};
use base::Order;
use std::rc::Rc;

/// The size and the random seed of a new cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// How many nodes: one is named `minikube`, several are `node-1`, `node-2`, ….
    pub nodes: usize,
    /// Determines all that a real cluster draws at random.
    pub seed: u64,
    pub limits: PodLimits,
    pub kubelet: Kubelet,
    pub control_plane: ControlPlane,
    pub plugin: Plugin,
    pub networks: Networks,
    /// The zones that its nodes are in, in turn: their labels `topology.kubernetes.io/zone`. If absent, several nodes are in three.
    pub zones: Option<Vec<String>>,
}

/// From how many looks at timers on how many seconds lie between two of them.
const LOOKS: [(u32, i64); 4] = [(400, 60), (600, 600), (750, 3_600), (900, 36_000)];

/// A cluster at one moment of virtual time; cheap to clone.
#[derive(Clone)]
pub struct Cluster {
    pub(crate) tools: Tools,
    pub(crate) nodes: Nodes,
    pub(crate) endpoints: Endpoints,
    pub(crate) plugin: Plugin,
}

impl Cluster {
    /// A new cluster: nodes, the default namespaces, the `kubernetes` Service, and what else the control plane creates by itself.
    pub fn new(config: &Config) -> Self {
        let mut tools = Tools::new(
            config.seed,
            config.limits.clone(),
            config.kubelet,
            config.control_plane,
            config.networks,
        );
        first_objects::create_namespaces(&mut tools);
        let nodes = Nodes::new(&mut tools, config.nodes.max(1), config.zones.as_deref());
        kubernetes_service::create(&mut tools);
        first_objects::create(&mut tools);
        let endpoints = Endpoints::default();
        let mut cluster = Self {
            tools,
            nodes,
            endpoints,
            plugin: config.plugin,
        };
        cluster.settle();
        cluster.tools.set_now(0);
        cluster
    }

    /// How its kubelets run pods.
    pub fn kubelet(&self) -> Kubelet {
        self.tools.kubelet()
    }

    /// The addresses that it is set up with.
    pub fn networks(&self) -> Networks {
        self.tools.networks()
    }

    /// What its network plugin makes of network policies.
    pub fn plugin(&self) -> Plugin {
        self.plugin
    }

    pub fn now(&self) -> i64 {
        self.tools.now()
    }

    /// The newest resource version, which counts up whenever an object is stored or removed.
    pub fn version(&self) -> u64 {
        self.tools.store.version()
    }

    /// Moves virtual time on, with nothing happening on the way; it never goes back.
    pub fn set_now(&mut self, second: u64) {
        self.tools.set_now(i64::try_from(second).unwrap_or(i64::MAX));
    }

    /// Moves virtual time on, and settles at each second at which a timer is due.
    pub fn advance(&mut self, second: u64) {
        let until = i64::try_from(second).unwrap_or(i64::MAX);
        while let Some(due) = self.next_due().filter(|due| *due <= until) {
            self.tools.set_now(due);
            self.tools.moments += 1;
            self.settle();
        }
        self.set_now(second);
        self.tools.drop_old_events();
    }

    /// Moves virtual time on by some seconds.
    pub fn pass(&mut self, seconds: i64) {
        self.tools.set_now(self.now().saturating_add(seconds));
    }

    /// The next virtual second at which a timer is looked at that is due.
    pub fn next_due(&self) -> Option<i64> {
        let (due, every) = (self.tools.queue.next_due()?, self.looks_every());
        Some(due.saturating_add(every - 1).div_euclid(every).saturating_mul(every))
    }

    /// At which seconds timers are looked at: at each, and at ever rounder ones the more often that was.
    ///
    /// Differs: a real cluster looks at all times. So a program that crashes over and over, or a job of every minute, costs a
    /// bounded number of looks in any time.
    pub fn looks_every(&self) -> i64 {
        let reached = LOOKS.iter().rev().find(|(moments, _)| self.tools.moments >= *moments);
        reached.map_or(1, |(_, seconds)| *seconds)
    }

    /// Runs scheduler, kubelets and controllers until nothing changes.
    pub fn settle(&mut self) {
        settle::settle(&mut self.tools, &mut self.nodes, &mut self.endpoints);
    }

    /// Runs all but the controllers of endpoints.
    pub(crate) fn settle_pods(&mut self) {
        settle::settle_pods(&mut self.tools, &mut self.nodes);
    }

    /// The ingress controller that runs, if any does.
    pub fn ingress_controller(&self) -> Option<IngressController> {
        ingress::controller(&self.tools)
    }

    /// Whether an ingress controller serves an Ingress.
    pub fn serves(&self, controller: &IngressController, ingress: &Object) -> bool {
        controller.serves(&self.tools.store, ingress)
    }

    /// The Gateways that the gateway controller serves, oldest first.
    pub fn gateways(&self) -> Vec<Gateway> {
        gateways::gateways(&self.tools)
    }

    /// The backend that a rule of an HTTPRoute refers to.
    pub fn route_backend(&self, route: &Object, reference: Cursor<'_>) -> Result<RouteBackend, BackendFault> {
        gateways::backend(&self.tools, route, reference)
    }

    /// An object, or the API server's answer that there is none.
    pub fn get(&self, kind: Kind, namespace: &str, name: &str) -> Result<Rc<Object>, Status> {
        self.find(kind, namespace, name)
            .cloned()
            .ok_or_else(|| Status::not_found(kind, name))
    }

    pub fn find(&self, kind: Kind, namespace: &str, name: &str) -> Option<&Rc<Object>> {
        self.tools.store.find(kind, namespace, name)
    }

    /// All objects of a kind, or those of one namespace, ordered by namespace and name as the API server lists them.
    pub fn list(&self, kind: Kind, namespace: Option<&str>) -> Vec<Rc<Object>> {
        match namespace {
            _ if kind == Kind::Event => self.events(namespace, |_| true),
            Some(namespace) if kind.namespaced() => self.tools.store.of_namespace(kind, namespace).cloned().collect(),
            _ => self.tools.store.all(kind).cloned().collect(),
        }
    }

    /// The events of all namespaces or of one that are wanted, in the order of a list.
    ///
    /// They are copies: the JSON of an event is written when it is read, and goes with the copy, as the cluster's other states
    /// share the event.
    pub fn events(&self, namespace: Option<&str>, wanted: impl Fn(&Object) -> bool) -> Vec<Rc<Object>> {
        let copies = |events: &mut dyn Iterator<Item = &Rc<Object>>| {
            let wanted = events.filter(|event| wanted(event));
            wanted.map(|event| Rc::new(Object::clone(event))).collect()
        };
        match namespace {
            Some(namespace) => copies(&mut self.tools.store.of_namespace(Kind::Event, namespace)),
            None => copies(&mut self.tools.store.all(Kind::Event)),
        }
    }

    /// Whether there is any object of a kind.
    pub fn has_any(&self, kind: Kind) -> bool {
        self.tools.store.all(kind).next().is_some()
    }

    /// The kinds that CustomResourceDefinitions serve.
    pub fn custom_kinds(&self) -> impl Iterator<Item = Kind> {
        definitions::served(&self.tools.store).map(|(kind, _)| kind)
    }

    /// Whether the API server has this kind: of custom kinds, as long as their definition is there.
    pub fn has_kind(&self, kind: Kind) -> bool {
        !kind.is_custom() || self.custom_kinds().any(|it| it == kind)
    }

    /// The versions in which a custom kind is served, the preferred one first.
    pub fn custom_versions(&self, kind: Kind) -> Vec<&str> {
        let definition = definitions::of(&self.tools.store, kind);
        definition.map_or_else(Vec::new, |it| api::served_versions(&it.value))
    }

    /// An object of a custom kind as one of its versions has it.
    pub fn in_version(&self, kind: Kind, version: &str, object: &Value) -> Value {
        definitions::in_version(&self.tools.store, kind, version, object)
    }

    /// The custom kind of an object's `apiVersion` and `kind`.
    pub fn custom_kind(&self, api_version: &str, name: &str) -> Option<Kind> {
        let mut all = definitions::served(&self.tools.store);
        let found = all.find(|(_, definition)| api::defines(&definition.value, api_version, name));
        found.map(|(kind, _)| kind)
    }

    /// All objects of a kind in the order of creation.
    pub fn by_creation(&self, kind: Kind) -> Vec<Rc<Object>> {
        let mut objects = self.list(kind, None);
        objects.order_by_key(|object| object.order);
        objects
    }

    /// What a pod's containers listen on that run.
    pub fn listening_ports(&self, pod: &Object) -> Vec<ListeningPort> {
        listening::listening_ports(&self.tools.store, pod)
    }

    /// What one container of a pod listens on.
    pub fn listening(&self, pod: &Object, container: Cursor<'_>) -> Listening {
        listening::listening(&self.tools.store, pod, container)
    }

    /// What each container of a pod of a namespace, or of a template of pods, listens on, sidecars last; one for all if an
    /// annotation says it.
    pub fn template_listening(&self, namespace: &str, pod: Cursor<'_>) -> Vec<Listening> {
        listening::template_listening(&self.tools.store, namespace, pod)
    }

    /// Whether a Service's selector matches any pod.
    pub fn chooses_any(&self, namespace: &str, service: &str) -> bool {
        let service = self.find(Kind::Service, namespace, service);
        let selector = service.map(|service| service.spec().field("selector"));
        selector.is_some_and(|selector| self.tools.store.selects_any(namespace, selector))
    }

    /// The replica sets and stateful sets that lack pods because of the limits, and how many each lacks.
    pub fn unmade_pods(&self) -> impl Iterator<Item = (Kind, &ObjectKey, i64)> {
        let unmade = self.tools.budget.unmade().iter();
        unmade.map(|((kind, key), pods)| (*kind, key, *pods))
    }

    /// The Services that list fewer pods than they select because of the limits, and how many each lacks.
    pub fn unlisted_endpoints(&self) -> impl Iterator<Item = (&ObjectKey, usize)> {
        self.tools.budget.unlisted()
    }

    /// Reports a pod ready or not from now on.
    pub fn set_ready(&mut self, namespace: &str, pod: &str, ready: bool) {
        let key = ObjectKey::new(namespace, pod);
        self.tools.set_ready(&key, ready);
        kubelet::report(&mut self.tools, &key);
    }

    /// Whether a pod was reported ready or not by hand.
    pub fn told_ready(&self, pod: &ObjectKey) -> Option<bool> {
        self.tools.told_ready(pod)
    }

    /// Keeps a pod's kubelet from finishing a deletion, or lets it go on.
    pub fn hold(&mut self, namespace: &str, pod: &str, hold: bool) {
        let key = ObjectKey::new(namespace, pod);
        self.tools.set_held(&key, hold);
        let pod = self.tools.store.get(Kind::Pod, &key).cloned();
        if let Some(pod) = pod.filter(|pod| !hold && pod.is_terminating()) {
            match self.tools.kubelet() {
                Kubelet::Recorded => garbage::finish(&mut self.tools, &pod),
                Kubelet::Programs => kubelet::sync(&mut self.tools, &key),
            }
        }
    }

    /// Empties a namespace that is being deleted now instead of a few seconds later.
    pub fn hasten(&mut self, namespace: &str) {
        namespaces::hasten(&mut self.tools, namespace);
    }
}
