//! ServiceCIDRs: ready once they are there, gone once no address needs them.

use crate::controllers::garbage;
use crate::store::{Object, ObjectKey, Tools, remove, set};
use crate::time::timestamp;
use api::{Fields, Kind, Value};
use serde_json::json;
use std::net::IpAddr;
use std::rc::Rc;

const FINALIZER: &str = "networking.k8s.io/service-cidr-finalizer";
const STILL_USED: &str =
    "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR";

/// Models: pkg/controller/servicecidrs/servicecidrs_controller.go sync (v1.36).
pub(crate) fn reconcile(tools: &mut Tools, key: &ObjectKey) {
    let Some(range) = tools.store.get(Kind::ServiceCIDR, key).cloned() else {
        return;
    };
    if range.is_terminating() {
        return;
    }
    let mut value = range.value.clone();
    let mut finalizers = value.metadata().field("finalizers").list().to_vec();
    if !finalizers.iter().any(|it| it == FINALIZER) {
        finalizers.push(FINALIZER.into());
        set(&mut value, &["metadata", "finalizers"], finalizers.into());
    }
    set_ready(tools, &mut value, true, "", "Kubernetes Service CIDR is ready");
    tools.replace(&range, value);
}

/// Lets ranges go that are deleted and hold no address, or whose addresses others hold too.
///
/// Differs: at once, not after ten seconds.
pub(crate) fn release(tools: &mut Tools) {
    let ranges = tools.store.all(Kind::ServiceCIDR).filter(|it| it.is_terminating());
    for range in ranges.cloned().collect::<Vec<_>>() {
        let mut value = range.value.clone();
        if is_needed(tools, &range) {
            set_ready(tools, &mut value, false, "Terminating", STILL_USED);
            tools.replace(&range, value);
            continue;
        }
        let mut finalizers = value.metadata().field("finalizers").list().to_vec();
        finalizers.retain(|it| it != FINALIZER);
        if finalizers.is_empty() {
            remove(&mut value, &["metadata", "finalizers"]);
        } else {
            set(&mut value, &["metadata", "finalizers"], finalizers.into());
        }
        let range = tools.replace(&range, value);
        garbage::finish_finalized(tools, &range);
    }
}

/// Models: canDeleteCIDR.
/// Differs: a range within another is not told from one that only shares addresses.
fn is_needed(tools: &Tools, range: &Rc<Object>) -> bool {
    let holds = |range: &Object, ip: IpAddr| ranges(range).any(|it| it.contains(ip));
    let addresses = tools.store.all(Kind::IPAddress).filter_map(|it| it.name().parse().ok());
    let mut held = addresses.filter(|ip| holds(range, *ip));
    let others: Vec<_> = { tools.store.all(Kind::ServiceCIDR) }
        .filter(|it| !Rc::ptr_eq(it, range))
        .collect();
    held.any(|ip| !others.iter().any(|other| holds(other, ip)))
}

/// Whether a range that somebody added holds an address that Services may have.
///
/// Models: pkg/registry/core/service/ipallocator/cidrallocator.go getAllocator (v1.36): ranges that are ready and stay.
pub(crate) fn is_in_added_range(tools: &Tools, ip: IpAddr) -> bool {
    let added = tools
        .store
        .all(Kind::ServiceCIDR)
        .filter(|it| it.name() != "kubernetes");
    let mut usable = added.filter(|it| !it.is_terminating());
    usable.any(|it| ranges(it).any(|range| range.can_be_given(ip)))
}

struct Range {
    first: IpAddr,
    bits: u8,
}

impl Range {
    fn contains(&self, ip: IpAddr) -> bool {
        ip.is_ipv4() == self.first.is_ipv4() && api::ip::masked(ip, self.bits) == self.first
    }

    /// All but the first address and, for IPv4, the last.
    fn can_be_given(&self, ip: IpAddr) -> bool {
        let is_last = match ip {
            IpAddr::V4(ip) => u32::from(ip) | u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0) == u32::MAX,
            IpAddr::V6(_) => false,
        };
        self.contains(ip) && ip != self.first && !is_last
    }
}

fn ranges(range: &Object) -> impl Iterator<Item = Range> {
    let texts = range.spec().field("cidrs").texts();
    texts.filter_map(|text| {
        let (first, bits) = api::ip::sloppy_range(text)?;
        Some(Range { first, bits })
    })
}

fn set_ready(tools: &Tools, value: &mut Value, ready: bool, reason: &str, message: &str) {
    let status = if ready { "True" } else { "False" };
    let known = value.field("status").field("conditions").find("type", "Ready");
    if known.is_some_and(|it| it.field("status") == status) {
        return;
    }
    let condition = json!({
        "lastTransitionTime": timestamp(tools.now()), "message": message, "reason": reason, "status": status,
        "type": "Ready",
    });
    set(value, &["status", "conditions"], json!([condition]));
}
