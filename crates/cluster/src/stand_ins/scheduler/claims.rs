//! The claims that a pod mounts.

use crate::controllers::volumes;
use crate::store::{Object, Store};
use api::{Cursor, Kind};

/// Why no node can take a pod before its claims are there.
///
/// Models: pkg/scheduler/framework/plugins/volumebinding PreFilter, podHasPVCs (v1.36).
pub(super) fn objection(store: &Store, pod: &Object) -> Option<String> {
    let mut is_unbound = false;
    for volume in pod.spec().field("volumes").items() {
        let Some((name, is_ephemeral)) = claim_name(pod, volume) else {
            continue;
        };
        let Some(claim) = store.find(Kind::PersistentVolumeClaim, pod.namespace(), &name) else {
            return Some(if is_ephemeral {
                format!("waiting for ephemeral volume controller to create the persistentvolumeclaim {name:?}")
            } else {
                format!("persistentvolumeclaim {name:?} not found")
            });
        };
        if claim.status().field("phase") == "Lost" {
            let volume = claim.spec().field("volumeName").text();
            return Some(format!(
                "persistentvolumeclaim {name:?} bound to non-existent persistentvolume {volume:?}"
            ));
        }
        if claim.is_terminating() {
            return Some(format!("persistentvolumeclaim {name:?} is being deleted"));
        }
        is_unbound |= !volumes::is_bound(claim) && !volumes::is_delayed(store, claim);
    }
    is_unbound.then(|| "pod has unbound immediate PersistentVolumeClaims".to_owned())
}

/// Whether a pod mounts any claim.
pub(super) fn has_any(pod: &Object) -> bool {
    let mut volumes = pod.spec().field("volumes").items();
    volumes.any(|volume| claim_name(pod, volume).is_some())
}

/// Whether no volume is there for a claim that is bound only with its pod.
///
/// Models: pkg/scheduler/framework/plugins/volumebinding/binder.go FindPodVolumes (v1.36).
pub(super) fn lacks_volume(store: &Store, pod: &Object) -> bool {
    let mut volumes = pod.spec().field("volumes").items();
    volumes.any(|volume| {
        let claim = claim_name(pod, volume)
            .and_then(|(name, _)| store.find(Kind::PersistentVolumeClaim, pod.namespace(), &name));
        claim.is_some_and(|claim| !volumes::is_bound(claim) && !volumes::can_be_bound(store, claim))
    })
}

/// The name of a volume's claim, and whether it is made for the pod alone.
///
/// Models: component-helpers/storage/ephemeral VolumeClaimName (v1.36).
fn claim_name(pod: &Object, volume: Cursor<'_>) -> Option<(String, bool)> {
    let claim = volume.field("persistentVolumeClaim");
    if let Some(name) = claim.field("claimName").as_text() {
        return Some((name.to_owned(), false));
    }
    let name = format!("{}-{}", pod.name(), volume.field("name").text());
    volume.field("ephemeral").is_set().then_some((name, true))
}
