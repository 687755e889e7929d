//! The IPAddress objects of Services, which the store keeps as an index over them.

use crate::names;
use crate::store::key::ObjectKey;
use crate::store::object::Object;
use api::Kind;
use serde_json::{Value, json};
use std::rc::Rc;

/// The IPAddress objects of a Service's cluster addresses.
///
/// Models: pkg/registry/core/service/ipallocator/ipallocator.go createIPAddress (v1.36).
/// Differs: they have the resource version of their Service, and one that is deleted is not created again.
pub(super) fn of(service: &Object) -> Rc<Vec<Rc<Object>>> {
    service.memo.ip_addresses.get_or_set(|| {
        let addresses = service.spec().field("clusterIPs").list().iter();
        let addresses = addresses.filter_map(Value::as_str).filter(|ip| *ip != "None");
        addresses.map(|ip| Rc::new(ip_address(service, ip))).collect()
    })
}

fn ip_address(service: &Object, ip: &str) -> Object {
    let metadata = service.metadata();
    let family = if ip.contains(':') { "IPv6" } else { "IPv4" };
    let value = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "IPAddress",
        "metadata": {
            "creationTimestamp": metadata.field("creationTimestamp").value,
            "labels": {
                "ipaddress.kubernetes.io/ip-family": family,
                "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
            },
            "name": ip,
            "resourceVersion": metadata.field("resourceVersion").value,
            "uid": names::uid(0, &["IPAddress", service.uid(), ip]),
        },
        "spec": {"parentRef": {
            "group": "", "name": service.name(), "namespace": service.namespace(), "resource": "services",
        }},
    });
    Object::new(Kind::IPAddress, ObjectKey::new("", ip), value, service.order)
}
