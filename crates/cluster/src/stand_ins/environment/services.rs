//! The variables by which a container finds Services.

use crate::store::{Object, ObjectKey, ObjectTable, Store};
use api::view::Service;
use api::{Kind, Value};
use base::Order;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The Services in a container's environment: those of its namespace created before the pod, unless it disables them, and
/// always the `kubernetes` Service.
///
/// Models: pkg/kubelet/kubelet_pods.go getServiceEnvVarMap (v1.36).
#[derive(Clone)]
pub(super) struct Links {
    services: ObjectTable,
    namespace: Rc<str>,
    /// The pod's place in the order of creation.
    order: u64,
    is_linked: bool,
}

impl Links {
    pub(super) fn of(store: &Store, pod: &Object) -> Self {
        Self {
            services: store.table(Kind::Service).cloned().unwrap_or_default(),
            namespace: pod.key.namespace.clone(),
            order: pod.order,
            is_linked: pod.spec().field("enableServiceLinks") != &Value::Bool(false),
        }
    }

    fn is_visible(&self, service: &Object) -> bool {
        let ip = Service::of(&service.value).cluster_ip();
        let is_kubernetes = service.namespace() == "default" && service.name() == "kubernetes";
        let linked = self.is_linked && service.key.namespace == self.namespace && service.order < self.order;
        !ip.is_empty() && ip != "None" && (linked || is_kubernetes)
    }

    /// All variables of Services; of two that give the same one the later is heard.
    pub(super) fn variables(&self) -> BTreeMap<String, String> {
        let all: Vec<_> = self.services.values().cloned().collect();
        self.of_each(all).into_iter().collect()
    }

    /// One variable. A Service's name follows from its beginning, as names of Services have no underscores.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        let ends = name.match_indices("_SERVICE_").chain(name.match_indices("_PORT"));
        let names = ends.filter_map(|(end, _)| name.get(..end));
        let mut found = Vec::new();
        for service in names.map(|name| name.to_lowercase().replace('_', "-")) {
            for namespace in [&*self.namespace, "default"] {
                found.extend(self.services.get(&ObjectKey::new(namespace, &service)).cloned());
            }
        }
        let variables = self.of_each(found).into_iter();
        variables.rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    fn of_each(&self, mut services: Vec<Rc<Object>>) -> Vec<(String, String)> {
        services.retain(|service| self.is_visible(service));
        services.order_by_key(|service| service.order);
        services.iter().flat_map(|service| variables(service)).collect()
    }
}

/// Models: pkg/kubelet/envvars/envvars.go FromServices, makeLinkVariables (v1.36).
fn variables(service: &Object) -> Vec<(String, String)> {
    let prefix = service.name().to_uppercase().replace('-', "_");
    let view = Service::of(&service.value);
    let host = view.cluster_ip();
    let shown = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    let mut variables = vec![(format!("{prefix}_SERVICE_HOST"), host.to_owned())];
    if let Some(first) = view.ports().next() {
        variables.push((format!("{prefix}_SERVICE_PORT"), first.port().to_string()));
    }
    for port in view.ports() {
        if !port.name().is_empty() {
            let name = port.name().to_uppercase().replace('-', "_");
            variables.push((format!("{prefix}_SERVICE_PORT_{name}"), port.port().to_string()));
        }
    }
    for (place, port) in view.ports().enumerate() {
        let (protocol, number) = (port.protocol_word(), port.port());
        let lower = protocol.to_lowercase();
        let url = format!("{lower}://{shown}:{number}");
        if place == 0 {
            variables.push((format!("{prefix}_PORT"), url.clone()));
        }
        let port_prefix = format!("{prefix}_PORT_{number}_{protocol}");
        variables.extend([
            (port_prefix.clone(), url),
            (format!("{port_prefix}_PROTO"), lower),
            (format!("{port_prefix}_PORT"), number.to_string()),
            (format!("{port_prefix}_ADDR"), host.to_owned()),
        ]);
    }
    variables
}
