//! Claims bind to volumes that fit.
//!
//! Models: pkg/controller/volume/persistentvolume/pv_controller.go syncVolume, syncUnboundClaim, pkg/controller/volume/
//! {pvcprotection,pvprotection} (v1.36). Differs: volumes are made and deleted for the classes of minikube's provisioner
//! alone, and not in a recorded cluster.

use crate::controllers::garbage;
use crate::stand_ins::setting::Kubelet;
use crate::store::{Object, ObjectKey, Store, Tools, set};
use crate::time::timestamp;
use api::{Kind, Value, quantity};
use base::Order;
use serde_json::json;
use std::rc::Rc;

/// The provisioner of minikube's class `standard`.
pub(crate) const PROVISIONER: &str = "k8s.io/minikube-hostpath";
const CONTROLLER: &str = "persistentvolume-controller";
const BOUND_BY_CONTROLLER: &str = "pv.kubernetes.io/bound-by-controller";
const BIND_COMPLETED: &str = "pv.kubernetes.io/bind-completed";

/// Brings a volume's phase in line with its claim.
pub(crate) fn reconcile_volume(tools: &mut Tools, key: &ObjectKey) {
    let Some(volume) = tools.store.get(Kind::PersistentVolume, key).cloned() else {
        return;
    };
    let claim = volume.spec().field("claimRef");
    let text = |field: &str| claim.field(field).text();
    let found = tools
        .store
        .find(Kind::PersistentVolumeClaim, text("namespace"), text("name"));
    let (uid, owned) = (text("uid"), found.is_some_and(|it| it.uid() == text("uid")));
    let phase = match (claim.is_set(), uid.is_empty(), owned) {
        (false, ..) | (true, true, _) => "Available",
        (true, false, true) => "Bound",
        (true, false, false) => "Released",
    };
    if volume.is_terminating() && phase != "Bound" {
        return drop_finalizer(tools, &volume, "kubernetes.io/pv-protection");
    }
    let is_made = volume.annotation("pv.kubernetes.io/provisioned-by") == Some(PROVISIONER);
    if phase == "Released" && is_made && volume.spec().field("persistentVolumeReclaimPolicy") == "Delete" {
        tools.remove(Kind::PersistentVolume, key);
        return;
    }
    let mut value = volume.value.clone();
    if volume.status().field("phase") != phase {
        let now = timestamp(tools.now());
        set(&mut value, &["status", "phase"], phase.into());
        set(&mut value, &["status", "lastPhaseTransitionTime"], now.into());
        tools.replace(&volume, value);
    }
    if phase == "Available" {
        let waiting = tools.store.all(Kind::PersistentVolumeClaim).filter(|it| !is_bound(it));
        let keys: Vec<_> = waiting.map(|it| it.key.clone()).collect();
        for key in keys {
            try_bind(tools, &key);
        }
    }
}

/// Binds a claim to the smallest volume that fits, or says what it waits for.
pub(crate) fn reconcile_claim(tools: &mut Tools, key: &ObjectKey) {
    let Some(claim) = tools.store.get(Kind::PersistentVolumeClaim, key).cloned() else {
        let bound = tools.store.all(Kind::PersistentVolume).filter(|volume| {
            let claim = volume.spec().field("claimRef");
            claim.field("namespace") == *key.namespace && claim.field("name") == *key.name
        });
        let keys: Vec<_> = bound.map(|volume| volume.key.clone()).collect();
        for key in &keys {
            reconcile_volume(tools, key);
        }
        return;
    };
    if claim.is_terminating() {
        if !is_used(tools, &claim) {
            drop_finalizer(tools, &claim, "kubernetes.io/pvc-protection");
        }
        return;
    }
    if is_bound(&claim) {
        return;
    }
    try_bind(tools, key);
    let unbound = tools.store.get(Kind::PersistentVolumeClaim, key).cloned();
    if let Some(claim) = unbound.filter(|it| !is_bound(it)) {
        say_what_is_missing(tools, &claim);
    }
}

pub(crate) fn is_bound(claim: &Object) -> bool {
    claim.status().field("phase") == "Bound"
}

/// Whether a pod that is not over mounts a claim.
fn is_used(tools: &Tools, claim: &Object) -> bool {
    let mut pods = tools.store.of_namespace(Kind::Pod, claim.namespace());
    pods.any(|pod| {
        let mut volumes = pod.spec().field("volumes").items();
        !pod.is_over() && volumes.any(|it| it.field("persistentVolumeClaim").field("claimName") == claim.name())
    })
}

/// Binds the claims of a pod that waited for it.
pub(crate) fn bind_claims_of(tools: &mut Tools, pod: &ObjectKey) {
    let Some(pod) = tools.store.get(Kind::Pod, pod).cloned() else {
        return;
    };
    for volume in pod.spec().field("volumes").items() {
        let name = volume.field("persistentVolumeClaim").field("claimName").text();
        let claim = tools.store.find(Kind::PersistentVolumeClaim, pod.namespace(), name);
        if let Some(key) = claim.filter(|it| !is_bound(it)).map(|it| it.key.clone()) {
            try_bind(tools, &key);
        }
    }
}

fn drop_finalizer(tools: &mut Tools, object: &Rc<Object>, finalizer: &str) {
    let mut left = object.metadata().field("finalizers").list().to_vec();
    let before = left.len();
    left.retain(|it| it != finalizer);
    if left.len() == before {
        return;
    }
    let mut value = object.value.clone();
    if left.is_empty() {
        crate::store::remove(&mut value, &["metadata", "finalizers"]);
    } else {
        set(&mut value, &["metadata", "finalizers"], left.into());
    }
    let object = tools.replace(object, value);
    garbage::finish_finalized(tools, &object);
}

/// Models: pkg/apis/core/v1/helper GetPersistentVolumeClass, GetPersistentVolumeClaimClass (v1.36).
fn class(object: &Object) -> &str {
    let annotated = object.annotation("volume.beta.kubernetes.io/storage-class");
    annotated.unwrap_or_else(|| object.spec().field("storageClassName").text())
}

/// Whether a class has its volumes bound only when a pod is scheduled.
pub(crate) fn is_delayed(store: &Store, claim: &Object) -> bool {
    let class = store.find(Kind::StorageClass, "", class(claim));
    class.is_some_and(|it| it.field("volumeBindingMode") == "WaitForFirstConsumer")
}

/// Whether a volume is there for a claim, or is made as soon as it is wanted.
pub(crate) fn can_be_bound(store: &Store, claim: &Object) -> bool {
    is_provisioned(store, claim) || store.all(Kind::PersistentVolume).any(|volume| fits(volume, claim))
}

/// Whether the claim's class is one of minikube's provisioner.
fn is_provisioned(store: &Store, claim: &Object) -> bool {
    let class = store.find(Kind::StorageClass, "", class(claim));
    claim.spec().field("volumeName").is_empty() && class.is_some_and(|it| it.field("provisioner") == PROVISIONER)
}

/// Makes the volume of a claim.
///
/// Models: minikube's pkg/storage/storage_provisioner.go Provision.
fn provision(tools: &mut Tools, claim: &Rc<Object>) {
    let name = format!("pvc-{}", claim.uid());
    let class = tools.store.find(Kind::StorageClass, "", class(claim)).cloned();
    let (spec, class_name) = (claim.spec(), class.as_ref().map_or("", |class| class.name()));
    let policy = class
        .as_ref()
        .and_then(|class| class.field("reclaimPolicy").as_text())
        .unwrap_or("Delete");
    let path = format!("/tmp/hostpath-provisioner/{}/{}", claim.namespace(), claim.name());
    let volume = json!({
        "apiVersion": "v1", "kind": "PersistentVolume",
        "metadata": {
            "annotations": {"hostPathProvisionerIdentity": tools.uid(Kind::PersistentVolume, "", PROVISIONER),
                "pv.kubernetes.io/provisioned-by": PROVISIONER},
            "finalizers": ["kubernetes.io/pv-protection"],
        },
        "spec": {
            "accessModes": spec.field("accessModes").value,
            "capacity": {"storage": spec.field("resources").field("requests").field("storage").value},
            "hostPath": {"path": path, "type": ""}, "persistentVolumeReclaimPolicy": policy,
            "storageClassName": class_name, "volumeMode": spec.field("volumeMode").as_text().unwrap_or("Filesystem"),
        },
        "status": {"phase": "Available"},
    });
    let volume = tools.insert(Kind::PersistentVolume, ObjectKey::new("", &name), volume);
    let source = format!("{PROVISIONER}_minikube");
    let words = format!(
        "External provisioner is provisioning volume for claim \"{}/{}\"",
        claim.namespace(),
        claim.name()
    );
    tools.event_of_type("Normal", claim, &source, "Provisioning", &words);
    bind(tools, &volume, claim);
    let words = format!("Successfully provisioned volume {name}");
    tools.event_of_type("Normal", claim, &source, "ProvisioningSucceeded", &words);
}

/// Models: component-helpers/storage/volume FindMatchingVolume (v1.36).
fn fits(volume: &Object, claim: &Object) -> bool {
    let (spec, wanted) = (volume.spec(), claim.spec());
    let reference = spec.field("claimRef");
    let is_own = reference.field("name") == claim.name() && reference.field("namespace") == claim.namespace();
    let uid = reference.field("uid").text();
    if reference.is_set() && !(is_own && (uid.is_empty() || uid == claim.uid())) {
        return false;
    }
    let named = wanted.field("volumeName").text();
    if !named.is_empty() && named != volume.name() {
        return false;
    }
    let amount = |text: &str| quantity::nanos(text).unwrap_or_default();
    let size = amount(spec.field("capacity").field("storage").text());
    let need = amount(wanted.field("resources").field("requests").field("storage").text());
    let mut modes = wanted.field("accessModes").texts();
    let has_modes = modes.all(|mode| spec.field("accessModes").texts().any(|it| it == mode));
    let bindable = is_own || !named.is_empty() || volume.status().field("phase") == "Available";
    let selector = wanted.field("selector");
    let selected = !selector.is_set() || crate::controllers::workload::selector_matches(selector.value, volume);
    size >= need
        && has_modes
        && bindable
        && selected
        && !volume.is_terminating()
        && class(volume) == class(claim)
        && spec.field("volumeMode").text() == wanted.field("volumeMode").text()
}

fn try_bind(tools: &mut Tools, key: &ObjectKey) {
    let Some(claim) = tools.store.get(Kind::PersistentVolumeClaim, key).cloned() else {
        return;
    };
    if is_delayed(&tools.store, &claim) && claim.spec().field("volumeName").is_empty() && !is_used(tools, &claim) {
        return;
    }
    let size = |volume: &Object| {
        let text = volume.spec().field("capacity").field("storage").text().to_owned();
        quantity::nanos(&text).unwrap_or_default()
    };
    let mut fitting: Vec<_> = tools
        .store
        .all(Kind::PersistentVolume)
        .filter(|it| fits(it, &claim))
        .cloned()
        .collect();
    fitting.order_by_key(|volume| (!volume.spec().field("claimRef").is_set(), size(volume)));
    match fitting.first() {
        Some(volume) => bind(tools, volume, &claim),
        None if tools.kubelet() == Kubelet::Programs && is_provisioned(&tools.store, &claim) => {
            provision(tools, &claim);
        }
        None => {}
    }
}

/// Models: pv_controller.go bind: volume, its status, claim, its status.
fn bind(tools: &mut Tools, volume: &Rc<Object>, claim: &Rc<Object>) {
    let now = timestamp(tools.now());
    let mut value = volume.value.clone();
    let was_reserved = volume.spec().field("claimRef").is_set();
    let version = claim.metadata().field("resourceVersion").value.clone();
    let reference = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": claim.name(), "namespace": claim.namespace(),
        "resourceVersion": version, "uid": claim.uid(),
    });
    set(&mut value, &["spec", "claimRef"], reference);
    if !was_reserved {
        set(
            &mut value,
            &["metadata", "annotations", BOUND_BY_CONTROLLER],
            "yes".into(),
        );
    }
    set(&mut value, &["status", "phase"], "Bound".into());
    set(&mut value, &["status", "lastPhaseTransitionTime"], now.into());
    let volume = tools.replace(volume, value);
    let mut value = claim.value.clone();
    if claim.spec().field("volumeName").is_empty() {
        set(
            &mut value,
            &["metadata", "annotations", BOUND_BY_CONTROLLER],
            "yes".into(),
        );
    }
    set(&mut value, &["metadata", "annotations", BIND_COMPLETED], "yes".into());
    set(&mut value, &["spec", "volumeName"], volume.name().into());
    set(
        &mut value,
        &["status"],
        json!({
            "accessModes": volume.spec().field("accessModes").value, "capacity": volume.spec().field("capacity").value,
            "phase": "Bound",
        }),
    );
    tools.replace(claim, value);
}

/// Models: syncUnboundClaim, provisionClaim: what a claim without a fitting volume waits for.
fn say_what_is_missing(tools: &mut Tools, claim: &Rc<Object>) {
    let named = class(claim);
    if !claim.spec().field("volumeName").is_empty() {
        return;
    }
    if named.is_empty() {
        let words = "no persistent volumes available for this claim and no storage class is set";
        tools.event(claim, CONTROLLER, "FailedBinding", words);
        return;
    }
    if is_delayed(&tools.store, claim) && !is_used(tools, claim) {
        let words = "waiting for first consumer to be created before binding";
        tools.event(claim, CONTROLLER, "WaitForFirstConsumer", words);
        return;
    }
    let found = tools.store.find(Kind::StorageClass, "", named).cloned();
    let failed = |tools: &mut Tools, words: &str| {
        tools.event_of_type("Warning", claim, CONTROLLER, "ProvisioningFailed", words);
    };
    let Some(found) = found else {
        return failed(tools, &format!("storageclass.storage.k8s.io \"{named}\" not found"));
    };
    let provisioner = found.field("provisioner").text();
    if provisioner.starts_with("kubernetes.io/") {
        return failed(tools, &format!("no volume plugin matched name: {provisioner}"));
    }
    let mut value: Value = claim.value.clone();
    for name in [
        "volume.beta.kubernetes.io/storage-provisioner",
        "volume.kubernetes.io/storage-provisioner",
    ] {
        set(&mut value, &["metadata", "annotations", name], provisioner.into());
    }
    let claim = tools.replace(claim, value);
    let words = format!(
        "Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the \
         system administrator. If volume creation is delayed, please verify that the provisioner is running and \
         correctly registered."
    );
    tools.event(&claim, CONTROLLER, "ExternalProvisioning", &words);
}
