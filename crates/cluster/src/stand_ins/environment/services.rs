//! The variables by which a container finds Services.

use crate::store::{Object, Store};
use api::view::Service;
use api::{Kind, Value};
use base::Order;
use std::rc::Rc;

/// The Services in a container's environment: those of its namespace created before the pod, unless it disables them, and
/// always the `kubernetes` Service.
///
/// Models: pkg/kubelet/kubelet_pods.go getServiceEnvVarMap (v1.36).
pub(super) fn visible(store: &Store, pod: &Object) -> Vec<Rc<Object>> {
    let links = pod.spec().field("enableServiceLinks") != &Value::Bool(false);
    let mut services: Vec<_> = store.all(Kind::Service).cloned().collect();
    services.retain(|service| {
        let ip = Service::of(&service.value).cluster_ip();
        let is_kubernetes = service.namespace() == "default" && service.name() == "kubernetes";
        let linked = links && service.namespace() == pod.namespace() && service.order < pod.order;
        !ip.is_empty() && ip != "None" && (linked || is_kubernetes)
    });
    services.order_by_key(|service| service.order);
    services
}

/// Models: pkg/kubelet/envvars/envvars.go FromServices, makeLinkVariables (v1.36).
pub(super) fn variables(service: &Object) -> Vec<(String, String)> {
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
