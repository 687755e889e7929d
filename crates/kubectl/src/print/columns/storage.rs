//! The columns of volumes, claims and their classes.
//!
//! Models: pkg/printers/internalversion/printers.go printPersistentVolume, printPersistentVolumeClaim, printStorageClass
//! (v1.36).

use super::column::{AGE, Column, NAME, column, wide};
use crate::print::volumes::{access_modes, class, is_default_class};
use cluster::Object;

pub(super) const PERSISTENT_VOLUME: &[Column] = &[
    NAME,
    column("CAPACITY", |_, it| {
        let amount = it.spec().field("capacity").field("storage");
        amount.as_text().unwrap_or("0").to_owned()
    }),
    column("ACCESS MODES", |_, it| access_modes(it.spec().field("accessModes"))),
    column("RECLAIM POLICY", |_, it| {
        it.spec().field("persistentVolumeReclaimPolicy").text().to_owned()
    }),
    column("STATUS", |_, it| phase(it)),
    column("CLAIM", |_, it| {
        let claim = it.spec().field("claimRef");
        if !claim.is_set() {
            return String::new();
        }
        format!("{}/{}", claim.field("namespace").text(), claim.field("name").text())
    }),
    column("STORAGECLASS", |_, it| class(it).to_owned()),
    column("VOLUMEATTRIBUTESCLASS", |_, it| {
        or_unset(it, "volumeAttributesClassName")
    }),
    column("REASON", |_, it| it.status().field("reason").text().to_owned()),
    AGE,
    wide("VOLUMEMODE", |_, it| or_unset(it, "volumeMode")),
];

pub(super) const PERSISTENT_VOLUME_CLAIM: &[Column] = &[
    NAME,
    column("STATUS", |_, it| phase(it)),
    column("VOLUME", |_, it| it.spec().field("volumeName").text().to_owned()),
    column("CAPACITY", |_, it| {
        let amount = it.status().field("capacity").field("storage").as_text();
        if_bound(it, amount.unwrap_or("0").to_owned())
    }),
    column("ACCESS MODES", |_, it| {
        if_bound(it, access_modes(it.status().field("accessModes")))
    }),
    column("STORAGECLASS", |_, it| class(it).to_owned()),
    column("VOLUMEATTRIBUTESCLASS", |_, it| {
        or_unset(it, "volumeAttributesClassName")
    }),
    AGE,
    wide("VOLUMEMODE", |_, it| or_unset(it, "volumeMode")),
];

pub(super) const STORAGE_CLASS: &[Column] = &[
    Column {
        is_name: true,
        ..column("NAME", |_, it| {
            let mark = if is_default_class(it) { " (default)" } else { "" };
            format!("{}{mark}", it.name())
        })
    },
    column("PROVISIONER", |_, it| it.field("provisioner").text().to_owned()),
    column("RECLAIMPOLICY", |_, it| {
        it.field("reclaimPolicy").as_text().unwrap_or("Delete").to_owned()
    }),
    column("VOLUMEBINDINGMODE", |_, it| {
        it.field("volumeBindingMode")
            .as_text()
            .unwrap_or("Immediate")
            .to_owned()
    }),
    column("ALLOWVOLUMEEXPANSION", |_, it| {
        it.field("allowVolumeExpansion").flag().to_string()
    }),
    AGE,
];

fn phase(object: &Object) -> String {
    if object.is_terminating() {
        return "Terminating".to_owned();
    }
    object.status().field("phase").text().to_owned()
}

fn or_unset(object: &Object, field: &str) -> String {
    object.spec().field(field).as_text().unwrap_or("<unset>").to_owned()
}

/// Nothing for a claim that names no volume.
fn if_bound(claim: &Object, text: String) -> String {
    if claim.spec().field("volumeName").text().is_empty() {
        String::new()
    } else {
        text
    }
}
