use crate::memo::kubelet_cache::Starts;
use crate::names;
use crate::networks::Networks;
use crate::server::managed_fields::entry::{Entry, FieldManager, Managers};
use crate::stand_ins::kubelet::memory::PodMemory;
use crate::stand_ins::setting::{ControlPlane, Kubelet};
use crate::store::events::{self, About, EventLog, EventRecord, EventSource};
use crate::store::fields::set;
use crate::store::generation::{has_generation, spec, without_empty_lists};
use crate::store::key::ObjectKey;
use crate::store::object::Object;
use crate::store::pod_budget::{PodBudget, PodLimits};
use crate::store::queue::Queue;
use crate::store::shared::Shared;
use crate::store::sorted_map::SortedMap;
use crate::store::tables::Store;
use crate::time::{UPTIME, timestamp, unix};
use api::view::label;
use api::{Fields, Kind, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What controllers and stand-ins work with: the objects, the clock, random names, events, and what was set by hand.
///
/// Whatever is written here is put into the queue for those who have to look at it.
#[derive(Clone)]
pub(crate) struct Tools {
    pub(crate) store: Store,
    pub(crate) queue: Queue,
    pub(crate) budget: PodBudget,
    seed: u64,
    kubelet: Kubelet,
    control_plane: ControlPlane,
    networks: Networks,
    /// The virtual second.
    now: i64,
    /// How many names were generated for each kind, namespace and prefix.
    generated: SortedMap<(Kind, Rc<str>, Rc<str>), u64>,
    events: EventLog,
    /// The second before which no event was told last that is still there.
    events_kept_from: i64,
    /// The pods that were reported ready or not by hand.
    readiness: Shared<BTreeMap<ObjectKey, bool>>,
    /// The pods whose kubelet was told not to finish a deletion.
    held: Shared<BTreeSet<ObjectKey>>,
    /// The resource version of each Ingress that an ingress controller took up.
    taken_up: Shared<BTreeMap<ObjectKey, String>>,
    /// Who sends the requests of clients.
    pub(crate) field_manager: FieldManager,
    /// What kubelets remember of pods that need more than their status.
    lives: SortedMap<ObjectKey, Rc<PodMemory>>,
    /// What starts of pods came to before.
    pub(crate) starts: Starts,
    /// Whether a program of some pod may ask Services something.
    pub(crate) asks_services: bool,
    /// How often timers were looked at.
    pub(crate) moments: u32,
    /// Whether `minikube tunnel` leads the machine outside to load balancers.
    pub(crate) has_tunnel: bool,
}

impl Tools {
    pub(crate) fn new(
        seed: u64,
        limits: PodLimits,
        kubelet: Kubelet,
        control_plane: ControlPlane,
        networks: Networks,
    ) -> Self {
        Self {
            store: Store::default(),
            queue: Queue::default(),
            budget: PodBudget::new(limits),
            seed,
            kubelet,
            control_plane,
            networks,
            now: -UPTIME,
            generated: SortedMap::default(),
            events: EventLog::default(),
            events_kept_from: -UPTIME,
            readiness: Shared::default(),
            held: Shared::default(),
            taken_up: Shared::default(),
            field_manager: FieldManager::new("kubectl-create"),
            lives: SortedMap::default(),
            starts: Starts::default(),
            asks_services: false,
            moments: 0,
            has_tunnel: false,
        }
    }

    pub(crate) fn networks(&self) -> Networks {
        self.networks
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn kubelet(&self) -> Kubelet {
        self.kubelet
    }

    pub(crate) fn control_plane(&self) -> ControlPlane {
        self.control_plane
    }

    pub(crate) fn now(&self) -> i64 {
        self.now
    }

    /// Moves virtual time on; it never goes back.
    pub(crate) fn set_now(&mut self, second: i64) {
        self.now = self.now.max(second);
    }

    /// The uid of an object of this name that is created now.
    pub(crate) fn uid(&self, kind: Kind, namespace: &str, name: &str) -> String {
        names::uid(self.seed, &[kind.name(), namespace, name, &self.now.to_string()])
    }

    pub(crate) fn generated(&self, kind: Kind, namespace: &str, prefix: &str) -> u64 {
        let prefix = (kind, namespace.into(), prefix.into());
        self.generated.get(&prefix).copied().unwrap_or(0)
    }

    /// How many Services of a name were deleted, so that the next one draws other numbers.
    pub(crate) fn freed(&self, service: &ObjectKey) -> u64 {
        self.generated.get(&freed(service)).copied().unwrap_or(0)
    }

    /// A free name with this prefix; its suffix depends on the seed and on how many names the prefix had before.
    pub(crate) fn generated_name(&mut self, kind: Kind, namespace: &str, prefix: &str) -> String {
        let id = (kind, namespace.into(), prefix.into());
        let mut count = self.generated.get(&id).copied().unwrap_or(0);
        let name = loop {
            count += 1;
            let number = base::hash(self.seed, &[kind.name(), namespace, prefix, &count.to_string()]);
            let name = format!("{prefix}{}", names::suffix(number, 5));
            if self.store.find(kind, namespace, &name).is_none() {
                break name;
            }
        };
        self.generated.insert(id, count);
        name
    }

    pub(crate) fn is_reported_ready(&self, pod: &ObjectKey) -> bool {
        self.readiness.get(pod).copied().unwrap_or(true)
    }

    /// Whether a pod was reported ready or not by hand.
    pub(crate) fn told_ready(&self, pod: &ObjectKey) -> Option<bool> {
        self.readiness.get(pod).copied()
    }

    /// What the kubelet remembers of a pod.
    pub(crate) fn life(&self, pod: &ObjectKey, uid: &str) -> PodMemory {
        let known = self.lives.get(pod).filter(|known| known.uid == uid);
        known.map_or_else(
            || PodMemory {
                uid: uid.to_owned(),
                ..PodMemory::default()
            },
            |known| PodMemory::clone(known),
        )
    }

    pub(crate) fn remember_life(&mut self, pod: &ObjectKey, memory: PodMemory) {
        if memory.is_empty() {
            self.lives.remove(pod);
        } else {
            self.lives.insert(pod.clone(), Rc::new(memory));
        }
    }

    pub(crate) fn lives(&self) -> impl Iterator<Item = (&ObjectKey, &PodMemory)> {
        self.lives.iter().map(|(key, memory)| (key, &**memory))
    }

    pub(crate) fn set_ready(&mut self, pod: &ObjectKey, ready: bool) {
        self.readiness.edit().insert(pod.clone(), ready);
    }

    pub(crate) fn is_held(&self, pod: &ObjectKey) -> bool {
        self.held.contains(pod)
    }

    pub(crate) fn set_held(&mut self, pod: &ObjectKey, held: bool) {
        if held {
            self.held.edit().insert(pod.clone());
        } else {
            self.held.edit().remove(pod);
        }
    }

    /// Notes that an ingress controller takes up this state of an Ingress; false if it did before.
    pub(crate) fn take_up(&mut self, ingress: &Object) -> bool {
        let version = ingress.metadata().field("resourceVersion").text();
        let known = self.taken_up.get(&ingress.key);
        let is_new = known.is_none_or(|known| known != version);
        if is_new {
            self.taken_up.edit().insert(ingress.key.clone(), version.to_owned());
        }
        is_new
    }

    /// As [`Self::replace`], for a client; who manages the object may change without it.
    pub(crate) fn replace_managed(&mut self, old: &Rc<Object>, value: Value, managers: Managers) -> Rc<Object> {
        match next_state(old, value) {
            Some(value) => self.write_managed(old.kind, old.key.clone(), value, managers),
            None if is_alike(&old.managers, &managers) => old.clone(),
            None => self.write_managed(old.kind, old.key.clone(), old.value.clone(), managers),
        }
    }

    /// Stores a new object; one without a uid gets the metadata that the API server fills in.
    pub(crate) fn insert(&mut self, kind: Kind, key: ObjectKey, mut value: Value) -> Rc<Object> {
        if !value.metadata().field("uid").is_set() {
            let uid = self.uid(kind, &key.namespace, &key.name);
            set(&mut value, &["metadata", "uid"], uid.into());
            let now = timestamp(self.now);
            set(&mut value, &["metadata", "creationTimestamp"], now.into());
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

    /// Stores a new state of an object if it differs; a new spec counts up the generation.
    pub(crate) fn replace(&mut self, old: &Rc<Object>, value: Value) -> Rc<Object> {
        match next_state(old, value) {
            Some(value) => self.write(old.kind, old.key.clone(), value),
            None => old.clone(),
        }
    }

    /// Stores an object with another status, if it differs.
    pub(crate) fn replace_status(&mut self, old: &Rc<Object>, status: Value) -> Rc<Object> {
        if *old.status().value == status {
            return old.clone();
        }
        let mut value = old.value.clone();
        set(&mut value, &["status"], status);
        self.replace(old, value)
    }

    /// Stores an object with the next resource version, and nothing else added.
    pub(crate) fn write(&mut self, kind: Kind, key: ObjectKey, value: Value) -> Rc<Object> {
        let before = self.store.get(kind, &key);
        let managers = before.map_or_else(Managers::default, |before| before.managers.clone());
        self.write_managed(kind, key, value, managers)
    }

    /// As [`Self::write`], for a client.
    pub(crate) fn write_managed(
        &mut self,
        kind: Kind,
        key: ObjectKey,
        mut value: Value,
        managers: Managers,
    ) -> Rc<Object> {
        if kind == Kind::EndpointSlice {
            without_empty_lists(&mut value);
        }
        let version = self.store.next_version();
        set(&mut value, &["metadata", "resourceVersion"], version.to_string().into());
        let order = self.store.order(kind, &key);
        self.put(Rc::new(Object::new(kind, key, value, order).managed_by(managers)))
    }

    /// Stores an object that another cluster stored; the very same if it gets the same resource version and order here.
    pub(crate) fn write_cached(&mut self, object: &Rc<Object>) -> Rc<Object> {
        if let Some(event) = object.value.event() {
            return self.write_known_event(object, event);
        }
        let version = self.store.next_version().to_string();
        let order = self.store.order(object.kind, &object.key);
        if object.order == order && object.metadata().field("resourceVersion") == version.as_str() {
            return self.put(object.clone());
        }
        let mut value = object.value.clone();
        set(&mut value, &["metadata", "resourceVersion"], version.into());
        let copy = Object::new(object.kind, object.key.clone(), value, order);
        self.put(Rc::new(copy.managed_by(object.managers.clone())))
    }

    /// Stores the Services of another cluster as they are there, for nobody to look at.
    pub(crate) fn copy_services(&mut self, from: &Store) {
        for service in from.all(Kind::Service) {
            let known = self.store.get(Kind::Service, &service.key);
            if known.is_none_or(|known| !Rc::ptr_eq(known, service)) {
                self.store.put(service);
            }
        }
    }

    fn put(&mut self, object: Rc<Object>) -> Rc<Object> {
        let before = self.store.put(&object);
        if object.kind == Kind::Event {
            // No controller looks at events.
            return object;
        }
        let alike = before.as_ref().is_some_and(|before| is_queued_alike(before, &object));
        let generation = |object: &Object| object.field("metadata").field("generation").number();
        let is_batched = object.kind == Kind::Job
            && before
                .as_ref()
                .is_some_and(|before| generation(before) == generation(&object));
        if !self.is_left_alone(&object) {
            if let Some(before) = before.filter(|_| !alike) {
                self.enqueue_related(&before);
            }
            self.enqueue_related(&object);
        }
        self.note_owners(&object);
        // No controller has to look at a running pod that keeps its labels and controller.
        if is_batched {
            self.queue.wake_at(object.kind, &object.key, self.now + 1);
        } else if !(alike && object.kind == Kind::Pod && object.pod_ip().is_some()) {
            self.queue.add(object.kind, object.key.clone());
        }
        object
    }

    /// Removes an object, but nothing that depends on it; returns the object.
    pub(crate) fn remove(&mut self, kind: Kind, key: &ObjectKey) -> Option<Rc<Object>> {
        let object = self.store.get(kind, key).cloned()?;
        self.enqueue_related(&object);
        self.store.remove(kind, key);
        self.store.next_version();
        self.queue.add(kind, key.clone());
        if kind == Kind::Service && self.kubelet == Kubelet::Programs {
            let count = self.freed(key) + 1;
            self.generated.insert(freed(key), count);
        }
        if kind == Kind::Pod && self.readiness.contains_key(key) {
            self.readiness.edit().remove(key);
        }
        if matches!(kind, Kind::Pod | Kind::Deployment) {
            self.queue.stop_timer(kind, key);
        }
        if kind == Kind::Pod {
            self.remember_life(key, PodMemory::default());
            self.store.set_silent(key, Vec::new());
        }
        if self.store.dependents.contains_key(object.uid()) {
            let dependents = self.store.dependents.edit().remove(object.uid());
            for (kind, key) in dependents.into_iter().flatten() {
                self.queue.doubt_owners(kind, key);
            }
        }
        Some(object)
    }

    /// Whether nobody looks at the Endpoints of a Service with a selector when they are written.
    ///
    /// Models: pkg/controller/endpoint/endpoints_controller.go NewEndpointController (v1.36): it watches deletions alone.
    fn is_left_alone(&self, object: &Object) -> bool {
        let service = (object.kind == Kind::Endpoints).then(|| self.store.get(Kind::Service, &object.key));
        let selector = service.flatten().map(|service| service.spec().field("selector"));
        selector.is_some_and(|selector| !selector.is_empty())
    }

    /// Queues the Services and the controller that have to look again because of this object.
    fn enqueue_related(&mut self, object: &Object) {
        match object.kind {
            Kind::Pod => {
                for service in self.store.selecting(object) {
                    self.queue.add_service(service);
                }
                self.enqueue_of_pod(object);
            }
            Kind::Service | Kind::Endpoints => self.queue.add_service(object.key.clone()),
            Kind::EndpointSlice => {
                if let Some(service) = object.label(label::SERVICE_NAME) {
                    self.queue.add_service(ObjectKey::new(object.namespace(), service));
                }
            }
            _ => {}
        }
        if let Some(controller) = object.controller_ref()
            && let Some(kind) = controller.kind
        {
            if kind == Kind::Job {
                // Its controller gathers what happens to pods for a second.
                self.queue.wake_at(kind, &controller.key, self.now + 1);
            } else {
                self.queue.add(kind, controller.key.clone());
            }
        }
    }

    /// Queues the budgets that count a pod, and the claims that may go once it is gone.
    fn enqueue_of_pod(&mut self, pod: &Object) {
        let budgets = self.store.of_namespace(Kind::PodDisruptionBudget, pod.namespace());
        let counting = budgets.filter(|it| {
            let mut labels = it.spec().field("selector").field("matchLabels").text_entries();
            labels.all(|(key, value)| pod.label(key) == Some(value))
        });
        let claims = self.store.of_namespace(Kind::PersistentVolumeClaim, pod.namespace());
        let ending = claims.filter(|it| it.is_terminating());
        for (kind, key) in counting
            .chain(ending)
            .map(|it| (it.kind, it.key.clone()))
            .collect::<Vec<_>>()
        {
            self.queue.add(kind, key);
        }
    }

    /// Indexes the owners that an object names, unless its controller is the only one, and has them looked for.
    fn note_owners(&mut self, object: &Object) {
        let references = object.metadata().field("ownerReferences").list();
        let only_controller = references.len() == 1 && object.controller_ref().is_some();
        if references.is_empty() || only_controller {
            return;
        }
        for uid in references.iter().filter_map(|it| it.field("uid").as_text()) {
            let dependents = self.store.dependents.edit().entry(uid.to_owned()).or_default();
            dependents.insert((object.kind, object.key.clone()));
        }
        self.queue.doubt_owners(object.kind, object.key.clone());
    }

    /// Records an event of type `Normal` about an object.
    pub(crate) fn event(&mut self, about: &Object, component: &str, reason: &str, message: &str) {
        self.event_of_type("Normal", about, component, reason, message);
    }

    /// Records an event about an object: a repeated one is counted, too many different ones are combined.
    ///
    /// Models: client-go/tools/record/events_cache.go EventCorrelate, event.go makeEvent (v1.36).
    pub(crate) fn event_of_type(&mut self, kind: &str, about: &Object, component: &str, reason: &str, message: &str) {
        let source = EventSource {
            component,
            host: "",
            path: "",
            first: None,
        };
        let _ = self.event_from(kind, about, &source, reason, message);
    }

    /// Records an event that another cluster recorded about the same object in the same second.
    pub(crate) fn event_again(&mut self, about: &Object, event: &Rc<Object>) -> Rc<Object> {
        let Some(record) = event.value.event() else {
            return event.clone();
        };
        let about = About::of(about);
        let (slot, _) = self.events.note(record);
        self.events.keep(slot, record);
        if record.about.version == about.version {
            return self.write_cached(event);
        }
        self.write_event(EventRecord {
            about,
            ..record.clone()
        })
    }

    /// As [`Self::event_of_type`], of a source that has more to it than a name; returns the event if there was none like it.
    pub(crate) fn event_from(
        &mut self,
        kind: &str,
        about: &Object,
        source: &EventSource<'_>,
        reason: &str,
        message: &str,
    ) -> Option<Rc<Object>> {
        let about = About::of(about);
        // Names end with the time in nanoseconds, so that they sort by time.
        let within = match source.first {
            Some(place) => i128::try_from(place).unwrap_or(0) - 1_000_000,
            None => i128::from(self.store.version()),
        };
        let nanoseconds = i128::from(unix(self.now)) * 1_000_000_000 + within;
        let mut event = EventRecord {
            key: ObjectKey {
                namespace: about.namespace(),
                name: format!("{}.{nanoseconds:x}", about.key.name).into(),
            },
            about,
            is_warning: kind == "Warning",
            reason: reason.into(),
            message: message.into(),
            component: source.component.into(),
            host: source.host.into(),
            path: source.path.into(),
            count: 1,
            first: self.now,
            last: self.now,
            seed: self.seed,
            version: 0,
        };
        let (slot, known) = self.events.note(&event);
        if slot.is_none() {
            event.message = format!("(combined from similar events): {message}").into();
        }
        let known = known.map(|name| ObjectKey {
            namespace: event.key.namespace.clone(),
            name,
        });
        let known = known.and_then(|key| self.store.get(Kind::Event, &key));
        if let Some(before) = known.and_then(|known| known.value.event()) {
            let again = EventRecord {
                count: before.count + 1,
                last: self.now,
                message: event.message,
                ..before.clone()
            };
            self.write_event(again);
            return None;
        }
        self.events.keep(slot, &event);
        Some(self.write_event(event))
    }

    /// Drops the events that the API server keeps no longer. It looks once a minute.
    pub(crate) fn drop_old_events(&mut self) {
        let kept_from = self.now - events::LIFETIME;
        if kept_from < self.events_kept_from + 60 {
            return;
        }
        self.events_kept_from = kept_from;
        let told = |event: &Object| {
            event
                .value
                .event()
                .map_or_else(|| event.created(), |record| record.last)
        };
        let old = self.store.all(Kind::Event).filter(|event| told(event) < kept_from);
        for key in old.map(|event| event.key.clone()).collect::<Vec<_>>() {
            self.store.remove(Kind::Event, &key);
        }
        self.events.forget_before(kept_from);
    }

    fn write_known_event(&mut self, object: &Rc<Object>, record: &EventRecord) -> Rc<Object> {
        let is_next = record.version == self.store.version() + 1;
        if is_next && object.order == self.store.order(Kind::Event, &object.key) {
            self.store.next_version();
            return self.put(object.clone());
        }
        self.write_event(record.clone())
    }

    fn write_event(&mut self, record: EventRecord) -> Rc<Object> {
        let version = self.store.next_version();
        let order = self.store.order(Kind::Event, &record.key);
        self.put(Rc::new(Object::event(EventRecord { version, ..record }, order)))
    }

    /// Whether all but Services, and what is to be done for them, is the same.
    pub(crate) fn is_same_but_for_services(&self, other: &Self) -> bool {
        let Self {
            store,
            queue,
            budget,
            seed,
            kubelet,
            control_plane,
            networks,
            now,
            generated,
            events,
            events_kept_from,
            readiness,
            held,
            taken_up,
            field_manager: _,
            lives,
            starts: _,
            asks_services,
            moments,
            has_tunnel,
        } = self;
        (seed, kubelet, networks, now) == (&other.seed, &other.kubelet, &other.networks, &other.now)
            && control_plane == &other.control_plane
            && (generated, events) == (&other.generated, &other.events)
            && *events_kept_from == other.events_kept_from
            && (readiness, held, budget, lives) == (&other.readiness, &other.held, &other.budget, &other.lives)
            && *asks_services == other.asks_services
            && *moments == other.moments
            && *has_tunnel == other.has_tunnel
            && taken_up == &other.taken_up
            && queue.is_same_but_for_services(&other.queue)
            && store.is_same_but_for_services(&other.store)
    }

    pub(crate) fn has_same_services(&self, other: &Self) -> bool {
        self.store.has_same_services(&other.store) && self.queue.has_same_services(&other.queue)
    }
}

/// Whether two states of who manages an object are the same as far as they were noted.
fn is_alike(before: &Managers, after: &Managers) -> bool {
    match (before, after) {
        (Managers::Known(before), Managers::Known(after)) => before == after,
        // An update that changes nothing adds no manager.
        (_, Managers::Known(after)) => !after.iter().any(Entry::is_applied),
        _ => true,
    }
}

/// An object's new state with its resource version and generation; `None` if nothing changes.
pub(crate) fn next_state(old: &Object, mut value: Value) -> Option<Value> {
    let version = old.value.metadata().field("resourceVersion");
    if version.is_set() {
        set(&mut value, &["metadata", "resourceVersion"], version.value.clone());
    }
    if value == old.value {
        return None;
    }
    if has_generation(old.kind) && spec(old.kind, &value) != spec(old.kind, &old.value) {
        let generation = old.metadata().field("generation").as_number().unwrap_or(1) + 1;
        set(&mut value, &["metadata", "generation"], generation.into());
    }
    Some(value)
}

/// Whether two states of an object concern the same Services and controllers.
fn is_queued_alike(before: &Object, after: &Object) -> bool {
    before.facts().labels == after.facts().labels && before.controller_ref() == after.controller_ref()
}

/// What counts the deleted Services of a name: no prefix of a generated name ends like this.
fn freed(service: &ObjectKey) -> (Kind, Rc<str>, Rc<str>) {
    (
        Kind::Service,
        service.namespace.clone(),
        format!("{} ", service.name).into(),
    )
}
