use crate::controllers::endpoints::triggers::Seen;
use crate::controllers::events::Told;
use crate::controllers::pod_limits::PodLimits;
use crate::names;
use crate::server::registry_strategy::{has_generation, spec, without_empty_lists};
use crate::server::status::Status;
use crate::store::Store;
use crate::store::object::{Object, ObjectKey, at, list, set};
use crate::time::{UPTIME, timestamp};
use api::{Finding, Kind, Path, Value};
use base::Order;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The size and the random seed of a new cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// How many nodes: one is `minikube`, more are `node-1`, `node-2`, ….
    pub nodes: usize,
    /// What everything follows from that a real cluster draws at random.
    pub seed: u64,
    /// How many pods the controllers make at most.
    pub limits: PodLimits,
}

/// A cluster at one moment of virtual time; cheap to clone.
#[derive(Clone)]
pub struct Cluster {
    pub(crate) seed: u64,
    pub(crate) now: i64,
    pub(crate) store: Store,
    /// What changed since the controllers last looked.
    pub(crate) changed: BTreeSet<(Kind, ObjectKey)>,
    /// The Services whose endpoints may have changed.
    pub(crate) touched: BTreeSet<ObjectKey>,
    pub(crate) nodes: Rc<Vec<crate::stand_ins::pods::NodeState>>,
    /// The pods that were reported ready or not by hand.
    pub(crate) readiness: Rc<BTreeMap<ObjectKey, bool>>,
    /// The pods whose kubelet doesn't finish a deletion.
    pub(crate) held: Rc<BTreeSet<ObjectKey>>,
    /// The makers whose pods become available by time alone.
    pub(crate) awaiting: Rc<BTreeSet<(Kind, ObjectKey)>>,
    /// When the deleted `kubernetes` Service comes back.
    pub(crate) kubernetes_back_at: Option<i64>,
    /// How many names each prefix has had.
    drawn: Rc<BTreeMap<(Kind, String, String), u64>>,
    /// The events of each object, by its uid, and reason.
    pub(crate) told: Rc<BTreeMap<(String, String), Told>>,
    /// When what a deleted namespace holds goes.
    pub(crate) ending: Rc<BTreeMap<Rc<str>, i64>>,
    /// Who names whom as an owner.
    pub(crate) owners: Rc<crate::controllers::garbage::Owners>,
    /// The Services whose endpoints have hints by topology.
    pub(crate) hinted: Rc<BTreeSet<ObjectKey>>,
    /// What each Service's endpoints were last made from.
    pub(crate) seen: Rc<BTreeMap<ObjectKey, Rc<Seen>>>,
    /// New pods of rollouts that their kubelets have yet to start.
    pub(crate) starting: BTreeSet<(u64, ObjectKey)>,
    pub(crate) pod_limits: PodLimits,
    /// How many pods each workload lacks because of the limits.
    pub(crate) unmade: Rc<BTreeMap<(Kind, ObjectKey), i64>>,
}

/// How a change is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Check and answer as if, but store nothing.
    pub dry_run: bool,
    /// What becomes of fields nobody knows.
    pub validation: FieldValidation,
}

/// What the server does about fields that an object's kind does not have; without them it goes on.
///
/// Models: apimachinery/pkg/apis/meta/v1/types.go FieldValidationStrict, FieldValidationWarn, FieldValidationIgnore
/// (v1.36).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldValidation {
    /// It refuses the object.
    #[default]
    Strict,
    /// It warns of each.
    Warn,
    /// Nothing.
    Ignore,
}

/// What becomes of what a deleted object owns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Propagation {
    /// It is deleted too.
    #[default]
    Background,
    /// It is deleted first.
    Foreground,
    /// It stays, without owner.
    Orphan,
}

/// An object that was admitted, and what the API server warned of.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// The object as stored.
    pub object: Rc<Object>,
    /// Warnings, in order.
    pub warnings: Vec<Finding>,
}

impl Cluster {
    /// The default cluster: nodes, the default namespaces, the `kubernetes` Service.
    pub fn new(config: &Config) -> Self {
        let mut cluster = Self {
            seed: config.seed,
            now: -UPTIME,
            store: Store::default(),
            changed: BTreeSet::new(),
            touched: BTreeSet::new(),
            nodes: Rc::default(),
            readiness: Rc::default(),
            held: Rc::default(),
            awaiting: Rc::default(),
            kubernetes_back_at: None,
            drawn: Rc::default(),
            told: Rc::default(),
            hinted: Rc::default(),
            ending: Rc::default(),
            owners: Rc::default(),
            seen: Rc::default(),
            starting: BTreeSet::new(),
            pod_limits: config.limits.clone(),
            unmade: Rc::default(),
        };
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            cluster.insert(
                Kind::Namespace,
                ObjectKey::new("", name),
                crate::controllers::defaults::namespace(name),
            );
        }
        cluster.add_nodes(config.nodes.max(1));
        cluster.add_kubernetes();
        cluster.settle();
        cluster.now = 0;
        cluster
    }

    /// The virtual second.
    pub fn now(&self) -> i64 {
        self.now
    }

    /// The newest resource version: it counts up whenever anything is stored or removed.
    pub fn version(&self) -> u64 {
        self.store.version()
    }

    /// Moves virtual time on; it never goes back.
    pub fn set_now(&mut self, second: u64) {
        self.now = self.now.max(i64::try_from(second).unwrap_or(i64::MAX));
    }

    /// Moves virtual time on, and lets happen on the way what happens by itself.
    pub fn advance(&mut self, second: u64) {
        let until = i64::try_from(second).unwrap_or(i64::MAX);
        while let Some(due) = self.next_due().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            self.settle();
        }
        self.set_now(second);
    }

    /// Lets so many seconds of virtual time pass.
    pub fn pass(&mut self, seconds: i64) {
        self.now = self.now.saturating_add(seconds.max(0));
    }

    /// The next virtual second at which something happens by itself, if anything will.
    pub fn next_due(&self) -> Option<i64> {
        let ending = self.ending.values().copied();
        ending.chain(self.kubernetes_back_at).min()
    }

    /// One object.
    pub fn get(&self, kind: Kind, namespace: &str, name: &str) -> Result<Rc<Object>, Status> {
        self.find(kind, namespace, name)
            .cloned()
            .ok_or_else(|| Status::not_found(kind, name))
    }

    /// One object, if it is there.
    pub fn find(&self, kind: Kind, namespace: &str, name: &str) -> Option<&Rc<Object>> {
        self.store.get(kind, &ObjectKey::new(namespace, name))
    }

    /// All objects of a kind, or those of one namespace, ordered by namespace and name as the API server lists them.
    pub fn list(&self, kind: Kind, namespace: Option<&str>) -> Vec<Rc<Object>> {
        match namespace {
            Some(namespace) if kind.namespaced() => self.store.of_namespace(kind, namespace).cloned().collect(),
            _ => self.store.all(kind).cloned().collect(),
        }
    }

    /// As [`Self::list`], over all namespaces, in the order of creation.
    pub fn by_creation(&self, kind: Kind) -> Vec<Rc<Object>> {
        let mut objects = self.list(kind, None);
        objects.order_by_key(|object| object.order);
        objects
    }

    /// Whether a Service's selector chooses any pod.
    pub fn chooses_any(&self, namespace: &str, service: &str) -> bool {
        let service = self.find(Kind::Service, namespace, service);
        let selector = service.map(|service| service.at(&["spec", "selector"]));
        selector.is_some_and(|selector| !self.store.selected(namespace, selector).is_empty())
    }

    /// Reports a pod ready or not from here on.
    pub fn set_ready(&mut self, namespace: &str, pod: &str, ready: bool) {
        let key = ObjectKey::new(namespace, pod);
        Rc::make_mut(&mut self.readiness).insert(key.clone(), ready);
        self.report(&key);
    }

    /// Keeps a pod's kubelet from finishing a deletion, or lets it go on.
    pub fn hold(&mut self, namespace: &str, pod: &str, hold: bool) {
        let key = ObjectKey::new(namespace, pod);
        if hold {
            Rc::make_mut(&mut self.held).insert(key);
            return;
        }
        Rc::make_mut(&mut self.held).remove(&key);
        let pod = self.store.get(Kind::Pod, &key).cloned();
        if let Some(pod) = pod.filter(|pod| pod.is_terminating()) {
            self.finish(&pod, 0);
        }
    }

    /// Whether what is kept beside the objects is the very same.
    pub(crate) fn has_same_memory(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.nodes, &other.nodes)
            && Rc::ptr_eq(&self.readiness, &other.readiness)
            && Rc::ptr_eq(&self.held, &other.held)
            && Rc::ptr_eq(&self.awaiting, &other.awaiting)
            && Rc::ptr_eq(&self.drawn, &other.drawn)
            && Rc::ptr_eq(&self.told, &other.told)
            && Rc::ptr_eq(&self.ending, &other.ending)
            && Rc::ptr_eq(&self.owners, &other.owners)
            && Rc::ptr_eq(&self.hinted, &other.hinted)
            && Rc::ptr_eq(&self.seen, &other.seen)
            && Rc::ptr_eq(&self.unmade, &other.unmade)
            && self.pod_limits == other.pod_limits
    }

    /// The uid an object of that name has when made now.
    pub(crate) fn uid(&self, kind: Kind, namespace: &str, name: &str) -> String {
        names::uid(self.seed, &[kind.name(), namespace, name, &self.now.to_string()])
    }

    /// How many names that prefix has had.
    pub(crate) fn drawn(&self, kind: Kind, namespace: &str, prefix: &str) -> u64 {
        let prefix = (kind, namespace.to_owned(), prefix.to_owned());
        self.drawn.get(&prefix).copied().unwrap_or(0)
    }

    /// A free name with that prefix; which suffixes come follows from the seed and from how many that prefix had before.
    pub(crate) fn generated_name(&mut self, kind: Kind, namespace: &str, prefix: &str) -> String {
        let drawn = Rc::make_mut(&mut self.drawn)
            .entry((kind, namespace.to_owned(), prefix.to_owned()))
            .or_insert(0);
        loop {
            *drawn += 1;
            let number = base::hash(self.seed, &[kind.name(), namespace, prefix, &drawn.to_string()]);
            let name = format!("{prefix}{}", names::suffix(number, 5));
            if self.store.get(kind, &ObjectKey::new(namespace, &name)).is_none() {
                return name;
            }
        }
    }

    /// Stores a new object as it is, for the cluster's own makers.
    pub(crate) fn insert(&mut self, kind: Kind, key: ObjectKey, mut value: Value) -> Rc<Object> {
        if at(&value, &["metadata", "uid"]).is_null() {
            let uid = self.uid(kind, &key.namespace, &key.name);
            set(&mut value, &["metadata", "uid"], uid.into());
            set(
                &mut value,
                &["metadata", "creationTimestamp"],
                timestamp(self.now).into(),
            );
            set(&mut value, &["metadata", "name"], (*key.name).into());
            if kind.namespaced() {
                set(&mut value, &["metadata", "namespace"], (*key.namespace).into());
            }
            if has_generation(kind) {
                set(&mut value, &["metadata", "generation"], 1.into());
            }
        }
        self.write(kind, key, value)
    }

    /// Stores a new state of an object, if it differs; a new spec is a new generation.
    pub(crate) fn replace(&mut self, old: &Rc<Object>, value: Value) -> Rc<Object> {
        self.changed_to(old, value, Options::default())
    }

    pub(crate) fn changed_to(&mut self, old: &Rc<Object>, mut value: Value, options: Options) -> Rc<Object> {
        let (kind, key) = (old.kind, old.key.clone());
        if let Some(version) = old
            .value
            .get("metadata")
            .and_then(|metadata| metadata.get("resourceVersion"))
        {
            set(&mut value, &["metadata", "resourceVersion"], version.clone());
        }
        if value == old.value {
            return old.clone();
        }
        if has_generation(kind) && spec(kind, &value) != spec(kind, &old.value) {
            let generation = old.number(&["metadata", "generation"]).unwrap_or(1) + 1;
            set(&mut value, &["metadata", "generation"], generation.into());
        }
        if options.dry_run {
            return Rc::new(Object::new(kind, key, value, old.order));
        }
        self.write(kind, key, value)
    }

    /// Stores an object's new state as it is.
    pub(crate) fn write(&mut self, kind: Kind, key: ObjectKey, mut value: Value) -> Rc<Object> {
        if kind == Kind::EndpointSlice {
            without_empty_lists(&mut value);
        }
        let version = self.store.next_version();
        set(&mut value, &["metadata", "resourceVersion"], version.to_string().into());
        let order = self.store.order(kind, &key);
        self.put(Rc::new(Object::new(kind, key, value, order)))
    }

    /// Stores an object that was stored before in a cluster like this one; where that has come to the same place in the
    /// order of all writes, it is the very same object.
    pub(crate) fn write_cached(&mut self, object: &Rc<Object>) -> Rc<Object> {
        let version = self.store.next_version().to_string();
        let order = self.store.order(object.kind, &object.key);
        if object.order == order && object.text(&["metadata", "resourceVersion"]) == Some(version.as_str()) {
            return self.put(object.clone());
        }
        let mut value = object.value.clone();
        set(&mut value, &["metadata", "resourceVersion"], version.into());
        self.put(Rc::new(Object::new(object.kind, object.key.clone(), value, order)))
    }

    fn put(&mut self, object: Rc<Object>) -> Rc<Object> {
        let before = self.store.put(&object);
        let alike = before.as_ref().is_some_and(|before| is_noted_alike(before, &object));
        if !self.are_left_alone(&object) {
            if let Some(before) = before.filter(|_| !alike) {
                self.touch(&before);
            }
            self.touch(&object);
        }
        self.note_owners(&object);
        // Nobody has to look at a pod that already runs and is whose it was.
        if !(alike && object.kind == Kind::Pod && object.pod_ip().is_some()) {
            self.changed.insert((object.kind, object.key.clone()));
        }
        object
    }

    /// Takes an object out of the store at once.
    pub(crate) fn erase(&mut self, kind: Kind, key: &ObjectKey) {
        if let Some(before) = self.store.get(kind, key).cloned() {
            self.touch(&before);
            self.store.remove(kind, key);
            self.store.next_version();
            self.changed.insert((kind, key.clone()));
            self.collect(&before);
            self.note_erased(kind, key);
        }
    }

    /// Endpoints that a Service's pods stand in are looked at again only when the Service is, or when they are gone.
    ///
    /// Models: pkg/controller/endpoint/endpoints_controller.go NewEndpointController (v1.36): what it is told of.
    fn are_left_alone(&self, object: &Object) -> bool {
        let service = (object.kind == Kind::Endpoints).then(|| self.store.get(Kind::Service, &object.key));
        let selector = service.flatten().map(|service| service.at(&["spec", "selector"]));
        selector.is_some_and(|selector| crate::store::object::map(selector).next().is_some())
    }

    /// Notes which Services and controllers have to look again because of this object.
    fn touch(&mut self, object: &Rc<Object>) {
        match object.kind {
            Kind::Pod => self.touched.extend(self.store.selecting(object)),
            Kind::Service | Kind::Endpoints => {
                self.touched.insert(object.key.clone());
            }
            Kind::EndpointSlice => {
                if let Some(service) = object.label("kubernetes.io/service-name") {
                    self.touched.insert(ObjectKey::new(object.namespace(), service));
                }
            }
            _ => {}
        }
        if let Some(maker) = object.maker()
            && let Some(kind) = maker.kind
        {
            self.changed.insert((kind, maker.key.clone()));
        }
    }
}

/// Whether two states of an object are of interest to the same Services and controllers.
fn is_noted_alike(before: &Object, after: &Object) -> bool {
    before.facts().labels == after.facts().labels && before.maker() == after.maker()
}

/// The text below these fields, empty where there is none.
pub(crate) fn text(value: &Value, fields: &[&str]) -> String {
    at(value, fields).as_str().unwrap_or_default().to_owned()
}

/// The path of `spec` and a field below it.
pub(crate) fn spec_path(field: &str) -> Path {
    Path::root().field("spec").field(field)
}

/// The texts of a list.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    list(value)
        .iter()
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}
