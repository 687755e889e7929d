//! The environment variables of a container.

use api::view::Service;
use api::{Cursor, Fields, Kind, Value};
use cluster::{Cluster, Object};
use network::dns::hostname;
use std::collections::BTreeMap;
use std::rc::Rc;

/// In order of name.
///
/// Models: pkg/kubelet/kubelet_pods.go makeEnvironmentVariables (v1.36).
pub(crate) fn variables(cluster: &Cluster, pod: &Object, container: &str) -> BTreeMap<String, String> {
    let image = [
        ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
        ("HOME", "/root"),
    ];
    let mut variables: BTreeMap<String, String> = image
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    variables.insert("HOSTNAME".to_owned(), hostname(pod));
    for service in services(cluster, pod) {
        variables.extend(of_service(&service));
    }
    let containers = pod.spec().field("containers").list().iter();
    for variable in { containers }
        .filter(|it| it.field("name") == container)
        .flat_map(|it| it.field("env").list())
    {
        if let (Some(name), Some(value)) = (variable.field("name").as_text(), value(pod, variable)) {
            variables.insert(name.to_owned(), value);
        }
    }
    variables
}

/// `None` if the value comes from an object that the playground does not have.
fn value(pod: &Object, variable: &Value) -> Option<String> {
    let path = variable
        .field("valueFrom")
        .field("fieldRef")
        .field("fieldPath")
        .as_text();
    let Some(path) = path else {
        let fixed = !variable.field("valueFrom").is_set();
        return fixed.then(|| variable.field("value").text().to_owned());
    };
    let key = |list: &str| path.strip_prefix(list)?.strip_prefix("['")?.strip_suffix("']");
    if let Some(name) = key("metadata.labels") {
        return Some(pod.label(name).unwrap_or_default().to_owned());
    }
    if let Some(name) = key("metadata.annotations") {
        return Some(pod.annotation(name).unwrap_or_default().to_owned());
    }
    Cursor::new(&pod.value).path(path).as_text().map(str::to_owned)
}

/// The Services in a container's environment: those of its namespace created before the pod, unless it disables them, and
/// always the `kubernetes` Service.
///
/// Models: pkg/kubelet/kubelet_pods.go getServiceEnvVarMap (v1.36).
fn services(cluster: &Cluster, pod: &Object) -> Vec<Rc<Object>> {
    let links = pod.spec().field("enableServiceLinks") != &Value::Bool(false);
    let mut services = cluster.by_creation(Kind::Service);
    services.retain(|service| {
        let ip = Service::of(&service.value).cluster_ip();
        let is_kubernetes = service.namespace() == "default" && service.name() == "kubernetes";
        let linked = links && service.namespace() == pod.namespace() && service.order < pod.order;
        !ip.is_empty() && ip != "None" && (linked || is_kubernetes)
    });
    services
}

/// Models: pkg/kubelet/envvars/envvars.go FromServices, makeLinkVariables (v1.36).
fn of_service(service: &Object) -> Vec<(String, String)> {
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
