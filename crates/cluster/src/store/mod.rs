//! The objects and the indexes that controllers find them by.

pub(crate) mod object;

use crate::store::object::{Object, ObjectKey, at, map};
use api::{Kind, Value};
use base::Order;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::rc::Rc;

pub(crate) type Table = BTreeMap<ObjectKey, Rc<Object>>;

/// All objects by kind, namespace and name; a clone shares everything until one side changes.
#[derive(Clone, Default)]
pub(crate) struct Store {
    tables: BTreeMap<Kind, Rc<Table>>,
    next_order: u64,
    version: u64,
    /// Pods by each of their labels.
    pods: LabelIndex,
    /// Services by one requirement of their selector.
    selectors: LabelIndex,
    /// What each controller made, by the controller's uid.
    owned: Rc<BTreeMap<String, BTreeSet<(Kind, ObjectKey)>>>,
    /// What has no controller, of the kinds that controllers adopt.
    orphans: Rc<BTreeSet<(Kind, ObjectKey)>>,
    /// The cluster addresses in use.
    pub(crate) addresses: Rc<BTreeSet<IpAddr>>,
    /// The node ports in use.
    pub(crate) node_ports: Rc<BTreeSet<u16>>,
}

#[derive(Clone, Default)]
struct LabelIndex(Rc<BTreeMap<Rc<str>, Pairs>>);

/// The keys by `label=value`.
type Pairs = BTreeMap<Rc<str>, BTreeSet<ObjectKey>>;

impl LabelIndex {
    fn insert(&mut self, key: &ObjectKey, pairs: impl Iterator<Item = Rc<str>>) {
        let mut pairs = pairs.peekable();
        if pairs.peek().is_none() {
            return;
        }
        let namespace = Rc::make_mut(&mut self.0).entry(key.namespace.clone()).or_default();
        for pair in pairs {
            namespace.entry(pair).or_default().insert(key.clone());
        }
    }

    fn remove(&mut self, key: &ObjectKey, pairs: impl Iterator<Item = Rc<str>>) {
        let mut pairs = pairs.peekable();
        if pairs.peek().is_none() {
            return;
        }
        let Some(namespace) = Rc::make_mut(&mut self.0).get_mut(&key.namespace) else {
            return;
        };
        for pair in pairs {
            if let Some(keys) = namespace.get_mut(&*pair) {
                keys.remove(key);
            }
        }
    }

    fn get(&self, namespace: &str, pair: &str) -> Option<&BTreeSet<ObjectKey>> {
        self.0.get(namespace)?.get(pair)
    }
}

fn pair((key, value): (&str, &str)) -> String {
    format!("{key}={value}")
}

fn first_requirement(service: &Object) -> impl Iterator<Item = Rc<str>> {
    let first = map(service.at(&["spec", "selector"])).take(1);
    first.map(|requirement| pair(requirement).into())
}

fn pairs(object: &Object) -> impl Iterator<Item = Rc<str>> {
    object.facts().labels.iter().map(|label| label.pair.clone())
}

impl Store {
    pub(crate) fn get(&self, kind: Kind, key: &ObjectKey) -> Option<&Rc<Object>> {
        self.tables.get(&kind)?.get(key)
    }

    /// Ordered by namespace and name, as the API server lists.
    pub(crate) fn all(&self, kind: Kind) -> impl Iterator<Item = &Rc<Object>> {
        self.tables.get(&kind).into_iter().flat_map(|table| table.values())
    }

    pub(crate) fn of_namespace(&self, kind: Kind, namespace: &str) -> impl Iterator<Item = &Rc<Object>> {
        let from = ObjectKey::new(namespace, "");
        let namespace: Rc<str> = from.namespace.clone();
        self.tables
            .get(&kind)
            .into_iter()
            .flat_map(move |table| table.range(from.clone()..))
            .take_while(move |(key, _)| key.namespace == namespace)
            .map(|(_, object)| object)
    }

    /// All objects of a kind at once: the same as long as none of them changed.
    pub(crate) fn table(&self, kind: Kind) -> Option<&Rc<Table>> {
        self.tables.get(&kind)
    }

    pub(crate) fn kinds(&self) -> impl Iterator<Item = Kind> {
        self.tables.keys().copied()
    }

    /// How often anything was stored or removed.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    pub(crate) fn next_version(&mut self) -> u64 {
        self.version += 1;
        self.version
    }

    /// The place in the order of creation that an object has, or would have.
    pub(crate) fn order(&self, kind: Kind, key: &ObjectKey) -> u64 {
        self.get(kind, key).map_or(self.next_order, |before| before.order)
    }

    /// Stores an object; what was there before it.
    pub(crate) fn put(&mut self, object: &Rc<Object>) -> Option<Rc<Object>> {
        self.next_order = self.next_order.max(object.order + 1);
        let table = Rc::make_mut(self.tables.entry(object.kind).or_default());
        let before = table.insert(object.key.clone(), object.clone());
        match &before {
            Some(before) if is_found_alike(before, object) => {}
            Some(before) => {
                self.forget(before);
                self.learn(object);
            }
            None => self.learn(object),
        }
        before
    }

    pub(crate) fn remove(&mut self, kind: Kind, key: &ObjectKey) -> Option<Rc<Object>> {
        let object = Rc::make_mut(self.tables.get_mut(&kind)?).remove(key)?;
        self.forget(&object);
        Some(object)
    }

    fn learn(&mut self, object: &Object) {
        match object.kind {
            Kind::Pod => self.pods.insert(&object.key, pairs(object)),
            Kind::Service => {
                self.selectors.insert(&object.key, first_requirement(object));
                Rc::make_mut(&mut self.addresses).extend(addresses(object));
                Rc::make_mut(&mut self.node_ports).extend(node_ports(&object.value));
            }
            _ => {}
        }
        if is_orphan(object) {
            Rc::make_mut(&mut self.orphans).insert((object.kind, object.key.clone()));
        }
        if let Some(uid) = object.controller_uid() {
            let owned = Rc::make_mut(&mut self.owned);
            owned
                .entry(uid.to_owned())
                .or_default()
                .insert((object.kind, object.key.clone()));
        }
    }

    fn forget(&mut self, object: &Object) {
        match object.kind {
            Kind::Pod => self.pods.remove(&object.key, pairs(object)),
            Kind::Service => {
                self.selectors.remove(&object.key, first_requirement(object));
                let used = Rc::make_mut(&mut self.addresses);
                addresses(object).for_each(|address| {
                    used.remove(&address);
                });
                let used = Rc::make_mut(&mut self.node_ports);
                node_ports(&object.value).for_each(|port| {
                    used.remove(&port);
                });
            }
            _ => {}
        }
        if is_orphan(object) {
            Rc::make_mut(&mut self.orphans).remove(&(object.kind, object.key.clone()));
        }
        if let Some(uid) = object.controller_uid()
            && let Some(owned) = Rc::make_mut(&mut self.owned).get_mut(uid)
        {
            owned.remove(&(object.kind, object.key.clone()));
        }
    }

    /// The pods that a selector of equalities chooses, in the order of creation; none for an empty selector.
    pub(crate) fn selected(&self, namespace: &str, selector: &Value) -> Vec<Rc<Object>> {
        let mut requirements = map(selector);
        let Some(first) = requirements.next() else {
            return Vec::new();
        };
        let candidates = self.pods.get(namespace, &pair(first)).into_iter().flatten();
        let mut pods: Vec<_> = candidates
            .filter_map(|key| self.get(Kind::Pod, key))
            .filter(|pod| selects(selector, pod))
            .cloned()
            .collect();
        pods.order_by_key(|pod| pod.order);
        pods
    }

    /// The Services whose selector chooses this pod.
    pub(crate) fn selecting(&self, pod: &Object) -> Vec<ObjectKey> {
        let labels = pod.facts().labels.iter();
        labels
            .filter_map(|label| self.selectors.get(pod.namespace(), &label.pair))
            .flatten()
            .filter_map(|key| self.get(Kind::Service, key))
            .filter(|service| selects(service.at(&["spec", "selector"]), pod))
            .map(|service| service.key.clone())
            .collect()
    }

    /// What the controller of that uid made, of one kind, in the order of creation.
    pub(crate) fn owned(&self, uid: &str, kind: Kind) -> Vec<Rc<Object>> {
        let keys = self.owned.get(uid).into_iter().flatten();
        let mut objects: Vec<_> = keys
            .filter(|(of, _)| *of == kind)
            .filter_map(|(kind, key)| self.get(*kind, key))
            .cloned()
            .collect();
        objects.order_by_key(|object| object.order);
        objects
    }

    /// The pods, replica sets or controller revisions of a namespace that have no controller, ordered by name.
    pub(crate) fn orphans(&self, kind: Kind, namespace: &str) -> impl Iterator<Item = &Rc<Object>> {
        let from = (kind, ObjectKey::new(namespace, ""));
        let namespace = from.1.namespace.clone();
        self.orphans
            .range(from..)
            .take_while(move |(of, key)| *of == kind && key.namespace == namespace)
            .filter_map(|(kind, key)| self.get(*kind, key))
    }
}

/// Whether a controller might adopt this.
fn is_orphan(object: &Object) -> bool {
    matches!(object.kind, Kind::Pod | Kind::ReplicaSet | Kind::ControllerRevision) && object.maker().is_none()
}

/// Whether two states of an object are the same to all indexes.
fn is_found_alike(before: &Object, after: &Object) -> bool {
    let same = match after.kind {
        Kind::Pod => before.facts().labels == after.facts().labels,
        Kind::Service => before.at(&["spec"]) == after.at(&["spec"]),
        _ => true,
    };
    same && before.maker() == after.maker()
}

/// Whether all equalities of a selector hold for the object's labels.
pub(crate) fn selects(selector: &Value, object: &Object) -> bool {
    map(selector).all(|(key, value)| object.label(key) == Some(value))
}

/// The cluster addresses a Service holds.
fn addresses(service: &Object) -> impl Iterator<Item = IpAddr> {
    service
        .list(&["spec", "clusterIPs"])
        .iter()
        .filter_map(|ip| ip.as_str()?.parse().ok())
}

/// The node ports a Service holds, that for health checks among them.
pub(crate) fn node_ports(service: &Value) -> impl Iterator<Item = u16> {
    let ports = crate::store::object::list(at(service, &["spec", "ports"]))
        .iter()
        .map(|port| at(port, &["nodePort"]));
    ports
        .chain([at(service, &["spec", "healthCheckNodePort"])])
        .filter_map(|port| u16::try_from(port.as_u64()?).ok())
        .filter(|port| *port != 0)
}
