use crate::claims::Claims;
use crate::events::Told;
use crate::object::{Key, Object, at, list, remove, set};
use crate::status::Status;
use crate::store::Store;
use crate::time::{UPTIME, timestamp};
use crate::triggers::Seen;
use crate::{admission, allocate, names};
use api::{FieldError, Kind, Path, Value};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What a cluster is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How many nodes: one is `minikube`, more are `node-1`, `node-2`, ….
    pub nodes: usize,
    /// What everything follows from that a real cluster draws at random.
    pub seed: u64,
}

/// A cluster at one moment of virtual time; cheap to clone.
#[derive(Clone)]
pub struct Cluster {
    pub(crate) seed: u64,
    pub(crate) now: i64,
    pub(crate) store: Store,
    /// What changed since the controllers last looked.
    pub(crate) changed: BTreeSet<(Kind, Key)>,
    /// The Services whose endpoints may have changed.
    pub(crate) touched: BTreeSet<Key>,
    pub(crate) nodes: Rc<Vec<crate::pods::NodeState>>,
    /// The pods that were reported ready or not by hand.
    pub(crate) readiness: Rc<BTreeMap<Key, bool>>,
    /// The pods whose kubelet doesn't finish a deletion.
    pub(crate) held: Rc<BTreeSet<Key>>,
    /// The makers whose pods become available by time alone.
    pub(crate) awaiting: Rc<BTreeSet<(Kind, Key)>>,
    /// When the deleted `kubernetes` Service comes back.
    pub(crate) kubernetes_back_at: Option<i64>,
    /// How many names each prefix has had.
    drawn: Rc<BTreeMap<(Kind, String, String), u64>>,
    /// The events of each object, by its uid, and reason.
    pub(crate) told: Rc<BTreeMap<(String, String), Told>>,
    /// When what a deleted namespace holds goes.
    pub(crate) ending: Rc<BTreeMap<Rc<str>, i64>>,
    /// Who names whom as an owner.
    pub(crate) owners: Rc<crate::garbage::Owners>,
    /// The Services whose endpoints have hints by topology.
    pub(crate) hinted: Rc<BTreeSet<Key>>,
    /// What each Service's endpoints were last made from.
    pub(crate) seen: Rc<BTreeMap<Key, Rc<Seen>>>,
    /// New pods of rollouts that their kubelets have yet to start.
    pub(crate) starting: BTreeSet<(u64, Key)>,
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
    pub warnings: Vec<String>,
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
        };
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            cluster.insert(Kind::Namespace, Key::new("", name), crate::defaults::namespace(name));
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
        self.store.get(kind, &Key::new(namespace, name))
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
        objects.sort_by_key(|object| object.order);
        objects
    }

    /// Whether a Service's selector chooses any pod.
    pub fn chooses_any(&self, namespace: &str, service: &str) -> bool {
        let service = self.find(Kind::Service, namespace, service);
        let selector = service.map(|service| service.at(&["spec", "selector"]));
        selector.is_some_and(|selector| !self.store.selected(namespace, selector).is_empty())
    }

    /// Creates an object from what a client sent: decodes, defaults, allocates, validates, stores.
    ///
    /// Models: apiserver/pkg/registry/generic/registry/store.go Create (v1.36).
    pub fn create(&mut self, kind: Kind, namespace: &str, value: &Value, options: Options) -> Result<Admitted, Status> {
        let (value, mut warnings) = Self::decoded(kind, value, options.validation)?;
        let mut value = self.prepared_decoded(kind, namespace, value)?;
        let name = text(&value, &["metadata", "name"]);
        let key = Key::new(if kind.namespaced() { namespace } else { "" }, &name);
        if kind == Kind::Service {
            allocate::on_create(Claims::new(self, &key, options.dry_run), &mut value)
                .map_err(|refusal| refusal.status(&name))?;
        }
        let errors = api::validate_create(kind, &value);
        if !errors.is_empty() {
            return Err(Status::invalid(kind, &name, &errors));
        }
        if let Some(why) = admission::refuse_valid(&value).filter(|_| kind == Kind::Pod) {
            return Err(Status::forbidden(kind, &name, why));
        }
        if self.store.get(kind, &key).is_some() {
            return Err(Status::already_exists(kind, &name));
        }
        warnings.extend(api::warnings_on_create(kind, &value));
        without_unread_fields(kind, &mut value);
        if kind == Kind::EndpointSlice {
            without_empty_lists(&mut value);
        }
        let object = if options.dry_run {
            Rc::new(Object::new(kind, key, value, u64::MAX))
        } else {
            self.insert(kind, key, value)
        };
        if !options.dry_run {
            self.doubt_owners(&object);
        }
        Ok(Admitted { object, warnings })
    }

    /// Decodes, defaults and admits what is to be created: all that needs no look at other objects of its kind.
    pub(crate) fn prepared(&mut self, kind: Kind, namespace: &str, value: &Value) -> Result<Value, Status> {
        let (value, _) = Self::decoded(kind, value, FieldValidation::Strict)?;
        self.prepared_decoded(kind, namespace, value)
    }

    fn prepared_decoded(&mut self, kind: Kind, namespace: &str, mut value: Value) -> Result<Value, Status> {
        Self::in_namespace(kind, namespace, &mut value)?;
        self.admit_namespace(kind, namespace, &value)?;
        self.fill_metadata(kind, namespace, &mut value);
        if kind == Kind::Pod {
            let name = text(&value, &["metadata", "name"]);
            admission::refuse(&value).map_or(Ok(()), |why| Err(Status::forbidden(kind, &name, &why)))?;
            admission::fill(&mut value);
        }
        prepare_for_create(kind, &mut value);
        Ok(value)
    }

    /// Replaces an object by what a client sent.
    ///
    /// Models: apiserver/pkg/registry/generic/registry/store.go Update, rest.BeforeUpdate (v1.36).
    pub fn update(
        &mut self,
        kind: Kind,
        namespace: &str,
        name: &str,
        value: &Value,
        options: Options,
    ) -> Result<Admitted, Status> {
        let sent = value;
        let (mut value, mut warnings) = Self::decoded(kind, sent, options.validation)?;
        Self::in_namespace(kind, namespace, &mut value)?;
        let given = text(&value, &["metadata", "name"]);
        if given != name {
            return Err(Status::bad_request(format!(
                "the name of the object ({given}) does not match the name on the URL ({name})"
            )));
        }
        let old = match self.get(kind, namespace, name) {
            Err(_) if is_created_by_update(kind) => return self.create(kind, namespace, sent, options),
            old => old?,
        };
        let version = text(&value, &["metadata", "resourceVersion"]);
        if !version.bytes().all(|it| it.is_ascii_digit()) {
            let unread = format!(
                "strconv.ParseUint: parsing {}: invalid syntax",
                api::go::quote(&version)
            );
            return Err(Status::plain(500, "", unread));
        }
        if !version.is_empty() && Some(version.as_str()) != old.text(&["metadata", "resourceVersion"]) {
            return Err(Status::conflict(
                kind,
                name,
                "the object has been modified; please apply your changes to the latest version and try again",
            ));
        }
        let uid = text(&value, &["metadata", "uid"]);
        if !uid.is_empty() && uid != old.uid() {
            return Err(other_uid(kind, &old, &uid));
        }
        keep_system_fields(kind, &old.value, &mut value);
        if kind == Kind::Service {
            allocate::on_update(Claims::new(self, &old.key, options.dry_run), &old, &mut value)
                .map_err(|refusal| refusal.status(name))?;
        }
        prepare_for_update(kind, &old.value, &mut value);
        let errors = api::validate_update(kind, &value, &old.value);
        if !errors.is_empty() {
            return Err(Status::invalid(kind, name, &errors));
        }
        warnings.extend(api::warnings_on_update(kind, &value, &old.value));
        without_unread_fields(kind, &mut value);
        let object = self.changed_to(&old, value, options);
        if !options.dry_run {
            self.doubt_owners(&object);
            self.finish_finalized(&object);
        }
        Ok(Admitted { object, warnings })
    }

    /// Replaces an object's status alone.
    pub fn update_status(
        &mut self,
        kind: Kind,
        namespace: &str,
        name: &str,
        value: &Value,
        options: Options,
    ) -> Result<Admitted, Status> {
        if !has_status(kind) {
            let nowhere = "the server could not find the requested resource".to_owned();
            return Err(Status::plain(404, "NotFound", nowhere));
        }
        let old = self.get(kind, namespace, name)?;
        let (sent, mut warnings) = Self::decoded(kind, value, options.validation)?;
        let mut value = old.value.clone();
        value["status"] = sent.get("status").cloned().unwrap_or_else(|| json!({}));
        let errors = api::validate_status_update(kind, &value, &old.value);
        if !errors.is_empty() {
            return Err(Status::invalid(kind, name, &errors));
        }
        warnings.extend(api::warnings_on_status_update(kind, &value));
        let object = self.changed_to(&old, value, options);
        Ok(Admitted { object, warnings })
    }

    /// Deletes an object; what hangs on it follows when the cluster settles.
    pub fn delete(
        &mut self,
        kind: Kind,
        namespace: &str,
        name: &str,
        propagation: Propagation,
    ) -> Result<Rc<Object>, Status> {
        let object = self.get(kind, namespace, name)?;
        if kind == Kind::Namespace && ["default", "kube-system", "kube-public"].contains(&name) {
            return Err(Status::forbidden(kind, name, "this namespace may not be deleted"));
        }
        if kind == Kind::Namespace {
            self.delete_namespace(&object);
        } else {
            self.delete_object(&object, propagation);
        }
        if kind == Kind::Service && namespace == "default" && name == "kubernetes" {
            self.kubernetes_back_at = Some(self.now + 10);
        }
        Ok(object)
    }

    /// Reports a pod ready or not from here on.
    pub fn set_ready(&mut self, namespace: &str, pod: &str, ready: bool) {
        let key = Key::new(namespace, pod);
        Rc::make_mut(&mut self.readiness).insert(key.clone(), ready);
        self.report(&key);
    }

    /// Keeps a pod's kubelet from finishing a deletion, or lets it go on.
    pub fn hold(&mut self, namespace: &str, pod: &str, hold: bool) {
        let key = Key::new(namespace, pod);
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

    /// Decodes strictly and defaults.
    /// The object as the server keeps it, and what it warns of: fields nobody knows.
    fn decoded(kind: Kind, value: &Value, validation: FieldValidation) -> Result<(Value, Vec<String>), Status> {
        let refuse = |error| Status::undecodable(kind, &error);
        let (mut value, unknown) = if validation == FieldValidation::Strict {
            (api::decode(kind, value).map_err(refuse)?, Vec::new())
        } else {
            api::decode_known(kind, value).map_err(refuse)?
        };
        api::default(kind, &mut value);
        api::drop_disabled(kind, &mut value);
        let warnings = match validation {
            FieldValidation::Warn => unknown.iter().map(|path| format!("unknown field \"{path}\"")).collect(),
            _ => Vec::new(),
        };
        Ok((value, warnings))
    }

    /// The namespace of the object must be that of the request.
    ///
    /// Models: apiserver/pkg/registry/rest/meta.go EnsureObjectNamespaceMatchesRequestNamespace (v1.36).
    fn in_namespace(kind: Kind, namespace: &str, value: &mut Value) -> Result<(), Status> {
        if !kind.namespaced() {
            remove(value, &["metadata", "namespace"]);
            return Ok(());
        }
        let given = text(value, &["metadata", "namespace"]);
        if !given.is_empty() && given != namespace {
            return Err(Status::bad_request(
                "the namespace of the provided object does not match the namespace sent on the request",
            ));
        }
        set(value, &["metadata", "namespace"], namespace.into());
        Ok(())
    }

    /// Models: apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go Admit (v1.36).
    pub(crate) fn admit_namespace(&self, kind: Kind, namespace: &str, value: &Value) -> Result<(), Status> {
        if !kind.namespaced() {
            return Ok(());
        }
        let Some(found) = self.find(Kind::Namespace, "", namespace) else {
            return Err(Status::not_found(Kind::Namespace, namespace));
        };
        if found.is_terminating() {
            let name = text(value, &["metadata", "name"]);
            let why = format!("unable to create new content in namespace {namespace} because it is being terminated");
            return Err(Status::forbidden(kind, &name, &why));
        }
        Ok(())
    }

    fn fill_metadata(&mut self, kind: Kind, namespace: &str, value: &mut Value) {
        let prefix = text(value, &["metadata", "generateName"]);
        if text(value, &["metadata", "name"]).is_empty() && !prefix.is_empty() {
            let name = self.generated_name(kind, namespace, &prefix);
            set(value, &["metadata", "name"], name.into());
        }
        for field in [
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "selfLink",
            "managedFields",
            "resourceVersion",
        ] {
            remove(value, &["metadata", field]);
        }
        let name = text(value, &["metadata", "name"]);
        set(value, &["metadata", "uid"], self.uid(kind, namespace, &name).into());
        set(value, &["metadata", "creationTimestamp"], timestamp(self.now).into());
        if has_generation(kind) {
            set(value, &["metadata", "generation"], 1.into());
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
            let number = names::hash(self.seed, &[kind.name(), namespace, prefix, &drawn.to_string()]);
            let name = format!("{prefix}{}", names::suffix(number, 5));
            if self.store.get(kind, &Key::new(namespace, &name)).is_none() {
                return name;
            }
        }
    }

    /// Stores a new object as it is, for the cluster's own makers.
    pub(crate) fn insert(&mut self, kind: Kind, key: Key, mut value: Value) -> Rc<Object> {
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

    fn changed_to(&mut self, old: &Rc<Object>, mut value: Value, options: Options) -> Rc<Object> {
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
    pub(crate) fn write(&mut self, kind: Kind, key: Key, mut value: Value) -> Rc<Object> {
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
    pub(crate) fn write_again(&mut self, object: &Rc<Object>) -> Rc<Object> {
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
    pub(crate) fn erase(&mut self, kind: Kind, key: &Key) {
        if let Some(before) = self.store.get(kind, key).cloned() {
            self.touch(&before);
            self.store.remove(kind, key);
            self.store.next_version();
            self.changed.insert((kind, key.clone()));
            self.collect(&before);
        }
    }

    /// Endpoints that a Service's pods stand in are looked at again only when the Service is, or when they are gone.
    ///
    /// Models: pkg/controller/endpoint/endpoints_controller.go NewEndpointController (v1.36): what it is told of.
    fn are_left_alone(&self, object: &Object) -> bool {
        let service = (object.kind == Kind::Endpoints).then(|| self.store.get(Kind::Service, &object.key));
        let selector = service.flatten().map(|service| service.at(&["spec", "selector"]));
        selector.is_some_and(|selector| crate::object::map(selector).next().is_some())
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
                    self.touched.insert(Key::new(object.namespace(), service));
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

/// A refusal while addresses and ports are allocated.
pub(crate) enum Refusal {
    Fields(Vec<FieldError>),
    Internal(String),
    /// What the API server passes on as it is, without a reason.
    Unexplained(String),
}

impl Refusal {
    pub(crate) fn field(error: FieldError) -> Self {
        Self::Fields(vec![error])
    }

    fn status(self, name: &str) -> Status {
        match self {
            Self::Fields(errors) => Status::invalid(Kind::Service, name, &errors),
            Self::Internal(message) => Status::internal(&message),
            Self::Unexplained(message) => Status::plain(500, "", message),
        }
    }
}

/// Models: each kind's strategy.go PrepareForCreate (v1.36): clients don't write status.
pub(crate) fn prepare_for_create(kind: Kind, value: &mut Value) {
    match kind {
        Kind::Service => value["status"] = json!({"loadBalancer": {}}),
        Kind::Pod => {
            if at(value, &["spec", "terminationGracePeriodSeconds"])
                .as_i64()
                .is_some_and(|it| it < 0)
            {
                set(value, &["spec", "terminationGracePeriodSeconds"], 1.into());
            }
            value["status"] = json!({"phase": "Pending", "qosClass": crate::pods::qos_class(value)});
            if !list(at(value, &["spec", "schedulingGates"])).is_empty() {
                value["status"]["conditions"] = json!([{
                    "lastProbeTime": null,
                    "lastTransitionTime": at(value, &["metadata", "creationTimestamp"]),
                    "message": "Scheduling is blocked due to non-empty scheduling gates",
                    "reason": "SchedulingGated", "status": "False", "type": "PodScheduled",
                }]);
            }
        }
        Kind::Deployment => value["status"] = json!({}),
        Kind::ReplicaSet => value["status"] = json!({"replicas": 0}),
        Kind::StatefulSet => value["status"] = json!({"availableReplicas": 0, "replicas": 0}),
        Kind::Namespace => {
            value["status"] = json!({"phase": "Active"});
            let mut finalizers = list(at(value, &["spec", "finalizers"])).to_vec();
            if !finalizers.iter().any(|it| it == "kubernetes") {
                finalizers.push("kubernetes".into());
            }
            set(value, &["spec", "finalizers"], finalizers.into());
            let name = value["metadata"]["name"].clone();
            set(value, &["metadata", "labels", "kubernetes.io/metadata.name"], name);
        }
        _ => {}
    }
}

/// Whether a kind's status is written at a place of its own.
fn has_status(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Endpoints | Kind::EndpointSlice | Kind::Event | Kind::EventsEvent | Kind::ControllerRevision
    )
}

/// Models: each kind's registry strategy AllowCreateOnUpdate (v1.36).
fn is_created_by_update(kind: Kind) -> bool {
    matches!(kind, Kind::Service | Kind::Endpoints | Kind::Event | Kind::EventsEvent)
}

/// A Service that is only a name has no internal traffic.
///
/// Models: pkg/registry/core/service/storage/storage.go defaultOnReadInternalTrafficPolicy (v1.36).
fn without_unread_fields(kind: Kind, service: &mut Value) {
    if kind == Kind::Service && at(service, &["spec", "type"]) == "ExternalName" {
        remove(service, &["spec", "internalTrafficPolicy"]);
    }
}

/// Models: each kind's strategy.go PrepareForUpdate (v1.36): an update doesn't write status.
fn prepare_for_update(kind: Kind, old: &Value, value: &mut Value) {
    if let Some(status) = old.get("status") {
        value["status"] = status.clone();
    }
    match kind {
        Kind::Service => allocate::drop_type_dependent_fields(value, old),
        Kind::Namespace => set(value, &["spec", "finalizers"], at(old, &["spec", "finalizers"]).clone()),
        _ => {}
    }
    if has_generation(kind) && is_new_generation(kind, old, value) {
        let generation = at(old, &["metadata", "generation"]).as_i64().unwrap_or(1) + 1;
        set(value, &["metadata", "generation"], generation.into());
    }
}

/// A Deployment's annotations count too: its replica sets have them.
fn is_new_generation(kind: Kind, old: &Value, new: &Value) -> bool {
    let annotations = |value: &Value| at(value, &["metadata", "annotations"]).clone();
    spec(kind, old) != spec(kind, new) || kind == Kind::Deployment && annotations(old) != annotations(new)
}

/// Models: apiserver/pkg/registry/rest/update.go BeforeUpdate, and ValidateObjectMetaUpdate's tolerance of unset fields (v1.36).
fn keep_system_fields(kind: Kind, old: &Value, value: &mut Value) {
    for field in [
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
    ] {
        let before = at(old, &["metadata", field]);
        let given = at(value, &["metadata", field]);
        let client_may_err = field == "uid" && !given.is_null();
        if client_may_err {
            continue;
        }
        if before.is_null() && field.starts_with("deletion") {
            continue;
        }
        if before.is_null() {
            remove(value, &["metadata", field]);
        } else {
            set(value, &["metadata", field], before.clone());
        }
    }
    for field in ["selfLink", "managedFields"] {
        remove(value, &["metadata", field]);
    }
    if kind == Kind::Pod {
        keep_pod_fields(old, value);
    }
}

/// What admission fills into a pod's spec where the client left it out; its node is not among it.
///
/// Models: plugin/pkg/admission/priority/admission.go admitPod (v1.36), on update.
fn keep_pod_fields(old: &Value, value: &mut Value) {
    for field in ["priority", "preemptionPolicy"] {
        if at(value, &["spec", field]).is_null() && !at(old, &["spec", field]).is_null() {
            set(value, &["spec", field], at(old, &["spec", field]).clone());
        }
    }
    admission::tolerate(value);
}

/// Models: apiserver/pkg/storage/errors.go NewInvalidObjError over Preconditions Check (v1.36), which names the place in
/// the store.
fn other_uid(kind: Kind, old: &Object, uid: &str) -> Status {
    let place = match kind {
        Kind::Service => "services/specs",
        Kind::Endpoints => "services/endpoints",
        Kind::Node => "minions",
        Kind::Ingress => "ingress",
        _ => kind.plural(),
    };
    let namespace = match old.namespace() {
        "" => String::new(),
        namespace => format!("{namespace}/"),
    };
    let name = old.name();
    let why = format!(
        "StorageError: invalid object, Code: 4, Key: /{place}/{namespace}{name}, ResourceVersion: 0, \
         AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: {}",
        old.uid()
    );
    Status::conflict(kind, name, &why)
}

fn has_generation(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Pod | Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet | Kind::EndpointSlice | Kind::Ingress
    )
}

/// An empty list is stored as none.
///
/// Models: discovery/v1/generated.proto EndpointSlice (v1.36): protobuf tells no empty list from none.
fn without_empty_lists(slice: &mut Value) {
    for field in ["endpoints", "ports"] {
        if slice.get(field).and_then(Value::as_array).is_some_and(Vec::is_empty) {
            slice[field] = Value::Null;
        }
    }
}

/// What a new generation is counted by.
fn spec(kind: Kind, value: &Value) -> [Option<&Value>; 4] {
    if kind == Kind::EndpointSlice {
        [
            value.get("endpoints"),
            value.get("ports"),
            value.get("addressType"),
            Some(at(value, &["metadata", "labels"])),
        ]
    } else {
        [value.get("spec"), None, None, None]
    }
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
