//! Admission of claims, volumes and ingresses: the class of those that name none, and what protects them while in use.
//!
//! Models: plugin/pkg/admission/storage/{storageclass/setdefault,storageobjectinuseprotection},
//! plugin/pkg/admission/network/defaultingressclass (v1.36).

use crate::store::{Object, Store, set};
use api::{Fields, Kind, Value};
use std::cmp::Reverse;

pub(crate) fn default_class(store: &Store, kind: Kind, value: &mut Value) {
    let annotated = |value: &Value, name: &str| value.metadata().field("annotations").field(name).is_set();
    match kind {
        Kind::Ingress => {
            let named = value.spec().field("ingressClassName").is_set();
            if !named && !annotated(value, "kubernetes.io/ingress.class") {
                let marks = ["ingressclass.kubernetes.io/is-default-class"];
                name_newest(store, Kind::IngressClass, &marks, value, "ingressClassName");
            }
        }
        Kind::PersistentVolumeClaim => {
            protect(value, "kubernetes.io/pvc-protection");
            let named = value.spec().field("storageClassName").is_set();
            if !named && !annotated(value, "volume.beta.kubernetes.io/storage-class") {
                let marks = [
                    "storageclass.kubernetes.io/is-default-class",
                    "storageclass.beta.kubernetes.io/is-default-class",
                ];
                name_newest(store, Kind::StorageClass, &marks, value, "storageClassName");
            }
        }
        Kind::PersistentVolume => protect(value, "kubernetes.io/pv-protection"),
        Kind::VolumeAttributesClass => protect(value, "kubernetes.io/vac-protection"),
        _ => {}
    }
}

/// Of several default classes the newest counts, and of those the first by name.
fn name_newest(store: &Store, kind: Kind, marks: &[&str], value: &mut Value, field: &str) {
    let is_default = |class: &Object| marks.iter().any(|mark| class.annotation(mark) == Some("true"));
    let classes = store.all(kind).filter(|class| is_default(class));
    let newest = classes.min_by_key(|class| (Reverse(class.created()), class.key.clone()));
    if let Some(class) = newest {
        set(value, &["spec", field], class.name().into());
    }
}

fn protect(value: &mut Value, finalizer: &str) {
    let mut finalizers = value.metadata().field("finalizers").list().to_vec();
    if !finalizers.iter().any(|it| it == finalizer) {
        finalizers.push(finalizer.into());
    }
    set(value, &["metadata", "finalizers"], finalizers.into());
}
