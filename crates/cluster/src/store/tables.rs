//! The objects and the indexes over them.

use crate::store::ip_addresses;
use crate::store::key::{Keys, ObjectKey};
use crate::store::label_index::LabelIndex;
use crate::store::object::Object;
use crate::store::selections::Selections;
use crate::store::shared::Shared;
use crate::store::sorted_map::SortedMap;
use api::{Cursor, Fields, Kind, Value};
use base::Order;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::rc::Rc;

/// All objects of one kind; equal to another table only if they share their content.
pub(crate) type ObjectTable = SortedMap<ObjectKey, Rc<Object>>;

/// All objects by kind, namespace and name; a clone shares everything until one side changes.
///
/// Only [`super::Tools`] can change it.
#[derive(Clone, Default)]
pub(crate) struct Store {
    tables: BTreeMap<Kind, ObjectTable>,
    next_order: u64,
    /// Counts up whenever an object is stored or removed.
    version: u64,
    /// Pods by each of their labels.
    pods: LabelIndex,
    /// What selectors chose of the pods as they are.
    selections: Selections,
    /// Services by the first requirement of their selector.
    selectors: LabelIndex,
    /// Objects by the uid of their controller.
    owned: SortedMap<(Rc<str>, Kind, ObjectKey), ()>,
    /// Objects by the uids of the owners they name, except those whose only owner is their controller.
    ///
    /// Entries stay until the owner is deleted, even if the object names it no longer.
    pub(super) dependents: Shared<BTreeMap<String, Keys>>,
    /// Objects without a controller, of the kinds that controllers adopt.
    orphans: SortedMap<(Kind, ObjectKey), ()>,
    addresses: Shared<BTreeSet<IpAddr>>,
    node_ports: Shared<BTreeSet<u16>>,
    /// The containers of pods that run but do not listen yet.
    silent: Shared<BTreeMap<ObjectKey, Vec<Box<str>>>>,
    /// The last byte of each pod address in use, by node.
    pod_addresses: Shared<BTreeMap<Box<str>, UsedBytes>>,
}

impl Store {
    pub(crate) fn get(&self, kind: Kind, key: &ObjectKey) -> Option<&Rc<Object>> {
        self.tables.get(&kind)?.get(key)
    }

    pub(crate) fn find(&self, kind: Kind, namespace: &str, name: &str) -> Option<&Rc<Object>> {
        self.get(kind, &ObjectKey::new(namespace, name))
    }

    /// Ordered by namespace and name, as the API server lists.
    pub(crate) fn all(&self, kind: Kind) -> impl Iterator<Item = &Rc<Object>> {
        self.tables.get(&kind).into_iter().flat_map(SortedMap::values)
    }

    pub(crate) fn of_namespace(&self, kind: Kind, namespace: &str) -> impl Iterator<Item = &Rc<Object>> {
        let from = ObjectKey::new(namespace, "");
        let namespace: Rc<str> = from.namespace.clone();
        self.tables
            .get(&kind)
            .into_iter()
            .flat_map(move |table| table.from(&from))
            .take_while(move |(key, _)| key.namespace == namespace)
            .map(|(_, object)| object)
    }

    pub(crate) fn table(&self, kind: Kind) -> Option<&ObjectTable> {
        self.tables.get(&kind)
    }

    pub(crate) fn kinds(&self) -> impl Iterator<Item = Kind> {
        self.tables.keys().copied()
    }

    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Notes which containers of a pod run but do not listen yet; returns whether that changed.
    pub(crate) fn set_silent(&mut self, pod: &ObjectKey, containers: Vec<Box<str>>) -> bool {
        let known = self.silent.get(pod);
        if known.map_or(containers.is_empty(), |known| *known == containers) {
            return false;
        }
        if containers.is_empty() {
            self.silent.edit().remove(pod);
        } else {
            self.silent.edit().insert(pod.clone(), containers);
        }
        self.next_version();
        // What was read out of the pod holds no more: a clone is read again.
        if let Some(known) = self.get(Kind::Pod, pod).cloned() {
            self.put(&Rc::new(Object::clone(&known)));
        }
        true
    }

    /// Whether a container of a pod runs but does not listen yet.
    pub(crate) fn is_silent(&self, pod: &ObjectKey, container: &str) -> bool {
        let silent = self.silent.get(pod);
        silent.is_some_and(|silent| silent.iter().any(|name| **name == *container))
    }

    pub(crate) fn has_address(&self, address: IpAddr) -> bool {
        self.addresses.contains(&address)
    }

    pub(crate) fn has_node_port(&self, port: u16) -> bool {
        self.node_ports.contains(&port)
    }

    /// The last byte of each pod address in use on a node.
    pub(crate) fn pod_addresses(&self, node: &str) -> Option<&UsedBytes> {
        self.pod_addresses.get(node)
    }

    /// The pods that match a selector of equalities, in the order of creation; none if the selector is empty.
    pub(crate) fn selected(&self, namespace: &str, selector: Cursor<'_>) -> Vec<Rc<Object>> {
        let mut requirements = selector.text_entries();
        let Some(first) = requirements.next() else {
            return Vec::new();
        };
        let first = pair(first);
        let candidates = self.pods.get(namespace, &first);
        let mut pods: Vec<_> = candidates
            .filter_map(|key| self.get(Kind::Pod, &key))
            .filter(|pod| selects(selector, pod))
            .cloned()
            .collect();
        pods.order_by_key(|pod| pod.order);
        pods
    }

    /// The same, remembered until a pod changes: the endpoints of a Service are looked at several times, and Services
    /// share selectors.
    pub(crate) fn selected_again(&self, namespace: &str, selector: Cursor<'_>) -> Rc<[Rc<Object>]> {
        let pods = self.table(Kind::Pod);
        let select = || self.selected(namespace, selector).into();
        self.selections.get_or_select(pods, namespace, selector, select)
    }

    /// Whether a selector of equalities matches any pod.
    pub(crate) fn selects_any(&self, namespace: &str, selector: Cursor<'_>) -> bool {
        let Some(first) = selector.text_entries().next() else {
            return false;
        };
        let first = pair(first);
        let mut candidates = self.pods.get(namespace, &first);
        candidates.any(|key| self.get(Kind::Pod, &key).is_some_and(|pod| selects(selector, pod)))
    }

    /// The Services whose selector matches this pod.
    pub(super) fn selecting(&self, pod: &Object) -> Vec<ObjectKey> {
        let labels = pod.facts().labels.iter();
        labels
            .flat_map(|label| self.selectors.get(pod.namespace(), &label.pair))
            .filter_map(|key| self.get(Kind::Service, &key))
            .filter(|service| selects(service.spec().field("selector"), pod))
            .map(|service| service.key.clone())
            .collect()
    }

    /// The objects of one kind whose controller has this uid, in the order of creation.
    pub(crate) fn owned(&self, uid: &str, kind: Kind) -> Vec<Rc<Object>> {
        let from = (uid.into(), kind, ObjectKey::new("", ""));
        let keys = self.owned.from(&from).map(|(known, ())| known);
        let mut objects: Vec<_> = keys
            .take_while(|(of, it, _)| (&**of, *it) == (uid, kind))
            .filter_map(|(_, kind, key)| self.get(*kind, key))
            .cloned()
            .collect();
        objects.order_by_key(|object| object.order);
        objects
    }

    /// The objects that name this uid as an owner other than their only controller.
    pub(crate) fn dependents(&self, uid: &str) -> impl Iterator<Item = &Rc<Object>> {
        let keys = self.dependents.get(uid).into_iter().flatten();
        keys.filter_map(|(kind, key)| self.get(*kind, key))
    }

    /// The pods, replica sets or controller revisions of a namespace without a controller, ordered by name.
    pub(crate) fn orphans(&self, kind: Kind, namespace: &str) -> impl Iterator<Item = &Rc<Object>> {
        let from = (kind, ObjectKey::new(namespace, ""));
        let namespace = from.1.namespace.clone();
        let keys = self.orphans.from(&from).map(|(known, ())| known);
        keys.take_while(move |(of, key)| *of == kind && key.namespace == namespace)
            .filter_map(|(kind, key)| self.get(*kind, key))
    }

    pub(super) fn next_version(&mut self) -> u64 {
        self.version += 1;
        self.version
    }

    /// The place in the order of creation that an object has, or would get.
    pub(super) fn order(&self, kind: Kind, key: &ObjectKey) -> u64 {
        self.get(kind, key).map_or(self.next_order, |before| before.order)
    }

    /// Stores an object and returns what it replaces.
    pub(super) fn put(&mut self, object: &Rc<Object>) -> Option<Rc<Object>> {
        self.next_order = self.next_order.max(object.order + 1);
        let table = self.tables.entry(object.kind).or_default();
        let before = table.insert(object.key.clone(), object.clone());
        if object.value.event().is_some() {
            // No index holds events.
            return before;
        }
        match &before {
            Some(before) if is_indexed_alike(before, object) => {}
            Some(before) => {
                self.remove_from_indexes(before);
                self.add_to_indexes(object);
            }
            None => self.add_to_indexes(object),
        }
        self.index_place(before.as_ref().and_then(|it| place(it)), place(object));
        before
    }

    pub(super) fn remove(&mut self, kind: Kind, key: &ObjectKey) -> Option<Rc<Object>> {
        let object = self.tables.get_mut(&kind)?.remove(key)?;
        self.remove_from_indexes(&object);
        self.index_place(place(&object), None);
        Some(object)
    }

    fn index_place(&mut self, before: Option<(&str, u8)>, after: Option<(&str, u8)>) {
        if before == after {
            return;
        }
        let used = self.pod_addresses.edit();
        if let Some((node, address)) = before
            && let Some(used) = used.get_mut(node)
        {
            used.remove(address);
        }
        if let Some((node, address)) = after {
            used.entry(node.into()).or_default().insert(address);
        }
    }

    fn add_to_indexes(&mut self, object: &Object) {
        match object.kind {
            Kind::Pod => self.pods.insert(&object.key, pairs(object)),
            Kind::Service => {
                self.selectors.insert(&object.key, first_requirement(object));
                self.addresses.edit().extend(addresses(object));
                self.node_ports.edit().extend(node_ports(&object.value));
                let table = self.tables.entry(Kind::IPAddress).or_default();
                for address in ip_addresses::of(object).iter() {
                    table.insert(address.key.clone(), address.clone());
                }
            }
            _ => {}
        }
        if is_orphan(object) {
            self.orphans.insert((object.kind, object.key.clone()), ());
        }
        if let Some(uid) = object.controller_uid() {
            let entry = (uid.into(), object.kind, object.key.clone());
            self.owned.insert(entry, ());
        }
    }

    fn remove_from_indexes(&mut self, object: &Object) {
        match object.kind {
            Kind::Pod => self.pods.remove(&object.key, pairs(object)),
            Kind::Service => {
                self.selectors.remove(&object.key, first_requirement(object));
                let used = self.addresses.edit();
                addresses(object).for_each(|address| {
                    used.remove(&address);
                });
                let used = self.node_ports.edit();
                node_ports(&object.value).for_each(|port| {
                    used.remove(&port);
                });
                let table = self.tables.entry(Kind::IPAddress).or_default();
                for address in ip_addresses::of(object).iter() {
                    table.remove(&address.key);
                }
            }
            _ => {}
        }
        if is_orphan(object) {
            self.orphans.remove(&(object.kind, object.key.clone()));
        }
        if let Some(uid) = object.controller_uid() {
            self.owned.remove(&(uid.into(), object.kind, object.key.clone()));
        }
    }

    /// Whether all but the content of Services is the same: these must agree in names and order of creation.
    pub(super) fn is_same_but_for_services(&self, other: &Self) -> bool {
        let Self {
            tables,
            next_order,
            version,
            dependents,
            silent,
            // These follow from the tables.
            pods: _,
            selections: _,
            selectors: _,
            owned: _,
            orphans: _,
            addresses: _,
            node_ports: _,
            pod_addresses: _,
        } = self;
        let alike = |kind: &Kind, table: &ObjectTable| {
            let others = other.tables.get(kind);
            others.is_some_and(|others| {
                // IPAddress objects follow from the Services.
                *kind == Kind::IPAddress
                    || table == others
                    || table.len() == others.len() && {
                        let mut pairs = table.values().zip(others.values());
                        pairs.all(|(one, other)| {
                            Rc::ptr_eq(one, other)
                                || one.key == other.key
                                    && one.order == other.order
                                    && (*kind == Kind::Service || one.value == other.value)
                        })
                    }
            })
        };
        (next_order, version) == (&other.next_order, &other.version)
            && dependents == &other.dependents
            && silent == &other.silent
            && tables.len() == other.tables.len()
            && tables.iter().all(|(kind, table)| alike(kind, table))
    }

    /// Whether the Services are the same, in the order of their names.
    pub(super) fn has_same_services(&self, other: &Self) -> bool {
        let mut others = other.all(Kind::Service);
        let mut alike = self.all(Kind::Service).map(|service| {
            others.next().is_some_and(|other| {
                Rc::ptr_eq(service, other) || service.key == other.key && service.value == other.value
            })
        });
        alike.all(|is_alike| is_alike) && others.next().is_none()
    }
}

/// Which last bytes of addresses are in use.
#[derive(Clone, Default)]
pub(crate) struct UsedBytes([u64; 4]);

impl UsedBytes {
    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    pub(crate) fn contains(&self, byte: u8) -> bool {
        let bits = self.0.get(usize::from(byte / 64)).copied().unwrap_or(0);
        bits >> (byte % 64) & 1 == 1
    }

    fn insert(&mut self, byte: u8) {
        if let Some(bits) = self.0.get_mut(usize::from(byte / 64)) {
            *bits |= 1 << (byte % 64);
        }
    }

    fn remove(&mut self, byte: u8) {
        if let Some(bits) = self.0.get_mut(usize::from(byte / 64)) {
            *bits &= !(1 << (byte % 64));
        }
    }
}

fn pair((key, value): (&str, &str)) -> String {
    format!("{key}={value}")
}

fn first_requirement(service: &Object) -> impl Iterator<Item = Rc<str>> {
    let first = service.spec().field("selector").text_entries().take(1);
    first.map(|requirement| pair(requirement).into())
}

fn pairs(object: &Object) -> impl Iterator<Item = Rc<str>> {
    object.facts().labels.iter().map(|label| label.pair.clone())
}

/// Whether a controller might adopt the object.
fn is_orphan(object: &Object) -> bool {
    matches!(object.kind, Kind::Pod | Kind::ReplicaSet | Kind::ControllerRevision) && object.controller_ref().is_none()
}

/// Whether all indexes hold the same of two states of an object.
fn is_indexed_alike(before: &Object, after: &Object) -> bool {
    let same = match after.kind {
        Kind::Pod => before.facts().labels == after.facts().labels,
        Kind::Service => before.spec() == after.spec(),
        _ => true,
    };
    same && before.controller_ref() == after.controller_ref()
}

/// Whether an object's labels match a selector of equalities.
fn selects(selector: Cursor<'_>, object: &Object) -> bool {
    selector
        .text_entries()
        .all(|(key, value)| object.label(key) == Some(value))
}

/// The node of a pod that has started, and the last byte of its address there.
fn place(pod: &Object) -> Option<(&str, u8)> {
    if pod.kind != Kind::Pod {
        return None;
    }
    let (node, address) = (pod.node()?, pod.pod_ip()?);
    // A pod on the host's network takes no address of its own.
    if pod.status().field("hostIP") == address {
        return None;
    }
    let last = match address.parse().ok()? {
        IpAddr::V4(address) => address.octets()[3],
        IpAddr::V6(address) => address.octets()[15],
    };
    Some((node, last))
}

fn addresses(service: &Object) -> impl Iterator<Item = IpAddr> {
    service
        .spec()
        .field("clusterIPs")
        .list()
        .iter()
        .filter_map(|ip| ip.as_str()?.parse().ok())
}

/// The node ports of a Service, with the one for health checks.
fn node_ports(service: &Value) -> impl Iterator<Item = u16> {
    let ports = service
        .spec()
        .field("ports")
        .list()
        .iter()
        .map(|port| port.field("nodePort"));
    ports
        .chain([service.spec().field("healthCheckNodePort")])
        .filter_map(|port| u16::try_from(port.value.as_u64()?).ok())
        .filter(|port| *port != 0)
}
