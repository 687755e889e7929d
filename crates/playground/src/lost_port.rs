//! Ports of a Service that `kubectl apply` lost, as it tells ports apart by their number alone.

use api::view::Service;
use api::{Kind, Value};
use cluster::{Cluster, Object};

const APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// What to say of a printed line `service/NAME configured` if the Service now lacks a port that was applied.
pub fn lost_port(cluster: &Cluster, line: &str) -> Option<String> {
    let name = line.strip_prefix("service/")?.strip_suffix(" configured")?;
    let services = cluster.list(Kind::Service, None);
    let lost = services
        .iter()
        .filter(|it| it.name() == name)
        .find_map(|it| of_service(it))?;
    Some(format!(
        "Service {name} lost its port {lost}: kubectl apply tells ports apart by their number alone. With --server-side it \
         tells them apart by protocol too."
    ))
}

fn of_service(service: &Object) -> Option<String> {
    let applied: Value = serde_json::from_str(service.annotation(APPLIED)?).ok()?;
    let ports = |object: &Value| -> Vec<String> {
        let ports = Service::of(object).ports();
        ports
            .map(|it| format!("{}/{}", it.port(), it.protocol_word()))
            .collect()
    };
    let kept = ports(&service.value);
    ports(&applied).into_iter().find(|port| !kept.contains(port))
}
