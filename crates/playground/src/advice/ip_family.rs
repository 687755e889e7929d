//! Services of a family of addresses that no pod has.

use super::context::{Context, at};
use crate::diagnostic::{Advice, Diagnostic};
use crate::written::change;
use api::ip::Family;
use yaml::Step;

/// Advice for each Service with IPv6 alone while its pods have IPv4 addresses.
pub fn advise(context: &Context<'_>) -> Vec<Diagnostic> {
    if context.world.networks.pod_families.has(Family::V6) {
        return Vec::new();
    }
    let found = context.created_services().filter_map(|(key, object, service)| {
        let has_pods = !context.selected(&key.namespace, service.selector()).is_empty();
        let is_alone = service.ip_families().eq(["IPv6"]);
        if !is_alone || !has_pods || service.is_external_name() {
            return None;
        }
        let place = [Step::Name("spec"), Step::Name("ipFamilies"), Step::Index(0)];
        let range = object.value_at(&place);
        let fix = object.node.find(place).map(|_| change(range.clone(), "IPv4"));
        Some(Diagnostic {
            meaning: Some("The endpoints of a Service are the addresses of its family that its pods have.".to_owned()),
            fixes: fix.into_iter().collect(),
            ..at(
                object,
                range,
                Advice::IpFamily,
                "no endpoints: this Service has IPv6 alone, and the pods have IPv4 addresses".to_owned(),
            )
        })
    });
    found.collect()
}
