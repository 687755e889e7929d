//! Defaults of PersistentVolumeClaims, PersistentVolumes and StorageClasses.

use super::fields::{given, set, set_null};
use crate::{Fields, Value};
use serde_json::json;

/// Models: SetDefaults_PersistentVolumeClaim, SetDefaults_PersistentVolumeClaimSpec (v1.36).
pub fn claim(claim: &mut Value) {
    set(&mut claim["status"], "phase", json!("Pending"));
    set_null(&mut claim["spec"], "volumeMode", json!("Filesystem"));
}

/// Models: SetDefaults_PersistentVolume and those of its source (v1.36).
pub fn volume(volume: &mut Value) {
    set(&mut volume["status"], "phase", json!("Pending"));
    let spec = &mut volume["spec"];
    set(spec, "persistentVolumeReclaimPolicy", json!("Retain"));
    set_null(spec, "volumeMode", json!("Filesystem"));
    super::storage(spec);
    if let Some(host_path) = given(spec, "hostPath") {
        set_null(host_path, "type", json!(""));
    }
    let claim = spec["claimRef"].is_object().then(|| &mut spec["claimRef"]);
    if let Some(claim) = claim.filter(|it| !it.field("name").is_empty()) {
        set(claim, "kind", json!("PersistentVolumeClaim"));
        set(claim, "apiVersion", json!("v1"));
    }
}

/// Models: pkg/apis/storage/v1/defaults.go SetDefaults_StorageClass (v1.36).
pub fn class(class: &mut Value) {
    set_null(class, "reclaimPolicy", json!("Delete"));
    set_null(class, "volumeBindingMode", json!("Immediate"));
}

/// Models: pkg/apis/storage/v1/defaults.go SetDefaults_CSIDriver (v1.36).
pub fn driver(driver: &mut Value) {
    let spec = &mut driver["spec"];
    for (field, value) in [
        ("attachRequired", json!(true)),
        ("podInfoOnMount", json!(false)),
        ("storageCapacity", json!(false)),
        ("fsGroupPolicy", json!("ReadWriteOnceWithFSType")),
        ("requiresRepublish", json!(false)),
        ("seLinuxMount", json!(false)),
    ] {
        set_null(spec, field, value);
    }
    if spec["volumeLifecycleModes"].as_array().is_none_or(Vec::is_empty) {
        spec["volumeLifecycleModes"] = json!(["Persistent"]);
    }
}
