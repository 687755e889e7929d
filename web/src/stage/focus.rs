//! What a small screen shows of a cluster.

use super::plan::is_default;
use crate::ingress;
use crate::selection::Selection;
use playground::{FlowSpec, ObjectKey, World};

/// In a view of that width, in pixels, the one Service to show: the selected one, else that of the selected pod, else the one that
/// the ingress controller passes requests on to, else the first asked by a pod. None where all are shown.
pub(super) fn focus(
    width: f64,
    selected: Option<&Selection>,
    world: &World,
    sending: &[FlowSpec],
) -> Option<ObjectKey> {
    const NARROW: f64 = 480.0;
    if width >= NARROW {
        return None;
    }
    let own = || world.services.iter().filter(|service| !is_default(&service.key));
    let of_pod = |pod: &ObjectKey| {
        own().find(|service| {
            let mut endpoints = service.ports.iter().flat_map(|port| &port.endpoints);
            endpoints.any(|endpoint| endpoint.pod.as_ref() == Some(pod))
        })
    };
    let selected = match selected {
        Some(Selection::Service(key)) => world.service(key).filter(|service| !is_default(&service.key)),
        Some(other) => other.pod().and_then(of_pod),
        None => None,
    };
    let asked_from_inside = || {
        let flow = sending.iter().find(|flow| flow.from.starts_with("pod/"))?;
        own().find(|service| flow.to == format!("{}/{}", service.key.namespace, service.key.name))
    };
    let routed = || {
        let flow = sending.iter().find(|flow| ingress::is_for_router(flow))?;
        world.service(&ingress::asked(world, &flow.to)?)
    };
    selected
        .or_else(routed)
        .or_else(asked_from_inside)
        .or_else(|| own().next())
        .map(|service| service.key.clone())
}
