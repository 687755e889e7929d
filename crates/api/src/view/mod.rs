//! Borrowed views of the kinds that are read most. The meaning and default of each field is written here once.
//!
//! A view copies nothing and reads a field on each call, so it works on objects before and after defaulting.

mod autoscaler;
mod endpoint_slice;
mod node;
mod pod;
mod service;
mod workload;

pub use autoscaler::{METRIC_SOURCES, metric_source};
pub use endpoint_slice::{Endpoint, EndpointPort, EndpointSlice};
pub use node::Node;
pub use pod::{Container, ContainerPort, Pod};
pub use service::{AFFINITY_SECONDS, LoadBalancerIngress, Protocol, Service, ServicePort, ServiceType, TargetPort};
pub use workload::{Deployment, replicas};

use crate::Cursor;

/// Labels and annotations that Kubernetes gives a meaning to.
pub mod label {
    /// Names the Service of an EndpointSlice.
    pub const SERVICE_NAME: &str = "kubernetes.io/service-name";
    /// Names the controller that manages an EndpointSlice.
    pub const SLICE_MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
    /// Marks the EndpointSlices and Endpoints of a headless Service.
    pub const HEADLESS: &str = "service.kubernetes.io/headless";
    /// Tells kube-proxy to ignore a Service, because another proxy serves it.
    pub const SERVICE_PROXY_NAME: &str = "service.kubernetes.io/service-proxy-name";
    pub const HOSTNAME: &str = "kubernetes.io/hostname";
    pub const ZONE: &str = "topology.kubernetes.io/zone";
}

/// The condition of a type in `status.conditions`.
pub fn condition<'a>(status: Cursor<'a>, name: &str) -> Option<Cursor<'a>> {
    status.field("conditions").find("type", name)
}

/// The number of a port, `None` if it is 0.
fn port_number(port: Cursor<'_>) -> Option<u16> {
    let number = u16::try_from(port.as_number()?).ok()?;
    (number != 0).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;
    use serde_json::json;

    #[test]
    fn what_an_object_leaves_out_reads_as_the_default_that_is_filled_in() {
        let mut object = json!({
            "spec": {"ports": [{"port": 80}, {"port": 81, "targetPort": "web"}], "sessionAffinity": "ClientIP"},
        });
        let read = |object: &Value| {
            let service = Service::of(object);
            let ports = service.ports().map(|port| (port.protocol(), port.target().to_string()));
            (
                service.service_type(),
                service.affinity_seconds(),
                ports.collect::<Vec<_>>(),
            )
        };
        let before = read(&object);
        let ports = [(Protocol::Tcp, "80".to_owned()), (Protocol::Tcp, "web".to_owned())];
        assert_eq!(before, (ServiceType::ClusterIp, Some(10_800), ports.to_vec()));
        crate::default(crate::Kind::Service, &mut object);
        assert_eq!(read(&object), before);

        let mut object = json!({"spec": {}});
        let read = |object: &Value| {
            let it = Deployment::of(object);
            (
                it.replicas(),
                it.revision_history_limit(),
                it.progress_deadline_seconds(),
            )
        };
        let before = read(&object);
        assert_eq!(before, (1, 10, 600));
        crate::default(crate::Kind::Deployment, &mut object);
        assert_eq!(read(&object), before);
    }
}
