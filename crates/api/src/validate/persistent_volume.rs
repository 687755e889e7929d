//! Volumes that claims bind to.

use crate::at::At;
use crate::validate::pod::volume::{csi_driver, missing, rules};
use crate::validate::pod::{claim, paths, scheduling};
use crate::{Finding, Rule, format, quantity};

/// The sources, in the order in which Kubernetes looks for them.
const SOURCES: [&str; 22] = [
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "glusterfs",
    "flocker",
    "nfs",
    "rbd",
    "quobyte",
    "cephfs",
    "iscsi",
    "cinder",
    "fc",
    "flexVolume",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "scaleIO",
    "local",
    "storageos",
    "csi",
];

/// Models: pkg/apis/core/validation ValidatePersistentVolumeSpec (v1.36).
pub fn create(volume: &At) -> Vec<Finding> {
    let spec = volume.field("spec");
    let modes = spec.field("accessModes");
    let mut errors = Vec::new();
    errors.extend(modes.is_empty().then(|| modes.required("")));
    errors.extend(claim::modes(&modes));
    errors.extend(capacity(&spec.field("capacity")));
    let policy = spec.field("persistentVolumeReclaimPolicy");
    if !policy.text().is_empty() {
        errors.extend(policy.one_of_if_set(&["Delete", "Recycle", "Retain"]));
    }
    let affinity = spec.field("nodeAffinity");
    if affinity.is_set() {
        let required = affinity.field("required");
        if required.is_set() {
            errors.extend(scheduling::node_selector(&required));
        } else {
            errors.push(required.required("must specify required node constraints"));
        }
    }
    errors.extend(source(&spec));
    let host_path = spec.field("hostPath").field("path").text();
    if !host_path.is_empty() && host_path.trim_matches('/').is_empty() && policy.text() == "Recycle" {
        errors.push(policy.forbidden("may not be 'recycle' for a hostPath mount of '/'"));
    }
    let class = spec.field("storageClassName");
    if !class.text().is_empty() {
        errors.extend(class.invalid_each(format::dns1123_subdomain(class.text())));
    }
    errors.extend(spec.field("volumeMode").one_of_if_set(&["Block", "Filesystem"]));
    errors.extend(attributes_class(&spec));
    errors
}

fn attributes_class(spec: &At) -> Vec<Finding> {
    let class = spec.field("volumeAttributesClassName");
    let mut errors = Vec::new();
    if !class.is_set() {
        return errors;
    }
    if class.text().is_empty() {
        errors.push(class.required("an empty string is disallowed"));
    } else {
        errors.extend(class.invalid_each(format::dns1123_subdomain(class.text())));
    }
    let driver = spec.field("csi");
    if !driver.is_set() {
        errors.push(driver.required("has to be specified when using volumeAttributesClassName"));
    }
    errors
}

/// Models: validateGlusterfsPersistentVolumeSource, which knows a namespace beside what volumes of pods have.
fn endpoints_namespace(source: &At) -> Vec<Finding> {
    let namespace = source.field("endpointsNamespace");
    if namespace.is_set() && namespace.text().is_empty() {
        return vec![namespace.invalid("if the endpointnamespace is set, it must be a valid namespace name")];
    }
    if !namespace.is_set() {
        return Vec::new();
    }
    namespace.invalid_each(format::dns1123_label(namespace.text()))
}

fn capacity(capacity: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    errors.extend(capacity.is_empty().then(|| capacity.required("")));
    if !capacity.key("storage").is_set() || capacity.entries().count() > 1 {
        errors.push(capacity.not_supported(&["storage"]));
    }
    for (name, amount) in capacity.entries() {
        let amount_at = || Finding::invalid(capacity.path.key(name), amount, "must be greater than zero");
        let positive = quantity::nanos(amount).is_some_and(|it| it > 0);
        errors.extend((!positive).then(amount_at));
    }
    errors
}

fn source(spec: &At) -> Vec<Finding> {
    let given = SOURCES.iter().map(|name| (*name, spec.field(name)));
    let given: Vec<_> = given.filter(|(_, source)| source.is_set()).collect();
    let Some(((name, first), others)) = given.split_first() else {
        return vec![spec.required("must specify a volume type")];
    };
    let mut errors = match *name {
        "local" => {
            let path = first.field("path");
            let mut errors = missing(first, &["path"]);
            errors.extend(paths::no_backsteps(&path.path, path.text()));
            let affinity = spec.field("nodeAffinity");
            errors.extend((!affinity.is_set()).then(|| affinity.required("Local volume requires node affinity")));
            errors
        }
        "csi" => {
            let mut errors = csi_driver(&first.field("driver"));
            errors.extend(missing(first, &["volumeHandle"]));
            errors
        }
        "glusterfs" => {
            let mut errors = rules("glusterfs", first);
            errors.extend(endpoints_namespace(first));
            errors
        }
        name => rules(name, first),
    };
    let words = (Rule::VolumeSourcesTooMany, "may not specify more than 1 volume type");
    // Kubernetes does not count this one.
    let counted = others.iter().filter(|(name, _)| *name != "flexVolume");
    errors.extend(counted.map(|(name, source)| {
        // Kubernetes names this field in another case here than it is written.
        let shown = if *name == "cephfs" { "cephFS" } else { *name };
        Finding::forbidden(spec.path.field(shown), words).placed(&source.path)
    }));
    errors
}

/// Models: ValidatePersistentVolumeUpdate.
/// Differs: the difference of the sources is not printed.
pub fn update(new: &At, old: &At) -> Vec<Finding> {
    let mut errors = create(new);
    let (new, old) = (new.field("spec"), old.field("spec"));
    let changed = SOURCES
        .iter()
        .find(|name| new.field(name).value != old.field(name).value);
    if let Some(name) = changed {
        let words = (
            Rule::Immutable,
            "spec.persistentvolumesource is immutable after creation",
        );
        let shown = new.path.field("persistentvolumesource");
        errors.push(Finding::forbidden(shown, words).placed(new.field(name).path));
    }
    errors.extend(super::persistent_volume_claim::same_mode(&new, &old));
    errors
}
