//! Sources of volumes outside the cluster.

use crate::at::At;
use crate::validate::pod::volume::missing;
use crate::{Finding, format};

/// Models: pkg/apis/core/validation validateVolumeSource, for all sources that come from outside the cluster (v1.36).
pub fn rules(name: &str, source: &At) -> Vec<Finding> {
    match name {
        "awsElasticBlockStore" => disk(source, "volumeID"),
        "gcePersistentDisk" => {
            // Kubernetes names this source in another way here than it is written.
            let path = source.path.parent().field("persistentDisk");
            let value = source.value;
            disk(&At { value, path }, "pdName")
        }
        "cinder" => {
            let mut errors = missing(source, &["volumeID"]);
            errors.extend(nameless_secret(source));
            errors
        }
        "azureFile" => missing(source, &["secretName", "shareName"]),
        "azureDisk" => azure_disk(source),
        "iscsi" => iscsi(source),
        "fc" => fibre_channel(source),
        "glusterfs" => missing(source, &["endpoints", "path"]),
        "flocker" => flocker(source),
        "rbd" => {
            let mut errors = no_monitors(source);
            errors.extend(missing(source, &["image"]));
            errors
        }
        "cephfs" => no_monitors(source),
        "flexVolume" => flex(source),
        "quobyte" => quobyte(source),
        "scaleIO" => missing(source, &["gateway", "system", "volumeName"]),
        "storageos" => storage_os(source),
        "portworxVolume" => missing(source, &["volumeID"]),
        "vsphereVolume" => missing(source, &["volumePath"]),
        "photonPersistentDisk" => missing(source, &["pdID"]),
        _ => Vec::new(),
    }
}

fn disk(source: &At, id: &'static str) -> Vec<Finding> {
    let partition = source.field("partition");
    let mut errors = missing(source, &[id]);
    if !(0..=255).contains(&partition.number()) {
        errors.push(partition.invalid(format::between(1, 255)));
    }
    errors
}

fn nameless_secret(source: &At) -> Option<Finding> {
    let secret = source.field("secretRef");
    let name = secret.field("name");
    (secret.is_set() && name.text().is_empty()).then(|| name.required(""))
}

fn no_monitors(source: &At) -> Vec<Finding> {
    let monitors = source.field("monitors");
    monitors.is_empty().then(|| monitors.required("")).into_iter().collect()
}

/// Models: validateISCSIVolumeSource.
fn iscsi(source: &At) -> Vec<Finding> {
    let (target, lun) = (source.field("iqn"), source.field("lun"));
    let mut errors = missing(source, &["targetPortal", "iqn"]);
    if !target.text().is_empty() {
        errors.extend(iscsi_name(target.text()).map(|it| target.invalid(it)));
    }
    errors.extend(out_of_reach(&lun));
    let secret = source.field("secretRef");
    let asks = ["chapAuthDiscovery", "chapAuthSession"]
        .iter()
        .any(|it| source.field(it).flag());
    if asks && !secret.is_set() {
        errors.push(secret.required(""));
    }
    let initiator = source.field("initiatorName");
    if initiator.is_set() {
        let path = source.path.field("initiatorname");
        errors.extend(iscsi_name(initiator.text()).map(|it| Finding::invalid(path, initiator.text(), it)));
    }
    errors
}

fn out_of_reach(lun: &At) -> Option<Finding> {
    (!(0..=255).contains(&lun.number())).then(|| lun.invalid(format::between(0, 255)))
}

fn iscsi_name(name: &str) -> Option<&'static str> {
    let of_length = |rest: &str, length: usize| {
        let mut letters = rest.chars();
        letters.next().is_some() && letters.clone().count() == length && letters.all(|it| it.is_ascii_alphanumeric())
    };
    let fits = match name.split_at_checked(3) {
        Some(("iqn", _)) => is_qualified(name),
        Some(("eui", rest)) => of_length(rest, 16),
        Some(("naa", rest)) => of_length(rest, 32),
        _ => return Some("must be valid format starting with iqn, eui, or naa"),
    };
    (!fits).then_some("must be valid format")
}

/// `iqn.2015-02.example.com:test`; the end of the name must be safe in a command line.
fn is_qualified(name: &str) -> bool {
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|it| it.is_ascii_digit());
    let Some((date, rest)) = name.strip_prefix("iqn.").and_then(|it| it.split_once('.')) else {
        return false;
    };
    let Some((domain, own)) = rest.split_once(':') else {
        return false;
    };
    date.split_once('-')
        .is_some_and(|(year, month)| digits(year, 4) && digits(month, 2))
        && !domain.is_empty()
        && domain
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || b"-.".contains(&it))
        && !own.is_empty()
        && !own.contains(|it: char| ",;*&$|".contains(it) || it.is_ascii_whitespace())
}

/// Models: validateFCVolumeSource.
fn fibre_channel(source: &At) -> Vec<Finding> {
    let (targets, wwids, lun) = (source.field("targetWWNs"), source.field("wwids"), source.field("lun"));
    let mut errors = Vec::new();
    if targets.is_empty() && wwids.is_empty() {
        errors.push(targets.required("must specify either targetWWNs or wwids, but not both"));
    }
    if !targets.is_empty() && !wwids.is_empty() {
        errors.push(targets.invalid("targetWWNs and wwids can not be specified simultaneously"));
    }
    if !targets.is_empty() && !lun.is_set() {
        errors.push(lun.required("lun is required if targetWWNs is specified"));
    } else if !targets.is_empty() {
        errors.extend(out_of_reach(&lun));
    }
    errors
}

/// Models: validateFlockerVolumeSource.
fn flocker(source: &At) -> Vec<Finding> {
    let (name, id) = (source.field("datasetName"), source.field("datasetUUID"));
    let mut errors = Vec::new();
    if name.text().is_empty() && id.text().is_empty() {
        errors.push(source.required("one of datasetName and datasetUUID is required"));
    }
    if !name.text().is_empty() && !id.text().is_empty() {
        let words = "datasetName and datasetUUID can not be specified simultaneously";
        errors.push(Finding::invalid(source.path.clone(), "resource", words));
    }
    if name.text().contains('/') {
        errors.push(name.invalid("must not contain '/'"));
    }
    errors
}

/// Models: validateFlexVolumeSource.
fn flex(source: &At) -> Vec<Finding> {
    let options = source.field("options");
    let mut errors = missing(source, &["driver"]);
    for (key, _) in options.entries() {
        let namespace = key.split_once('/').map_or(key, |(namespace, _)| namespace);
        let normalized = format!(".{}", namespace.to_lowercase());
        if normalized.ends_with(".kubernetes.io") || normalized.ends_with(".k8s.io") {
            let words = "kubernetes.io and k8s.io namespaces are reserved";
            errors.push(Finding::invalid(options.path.key(key), key, words));
        }
    }
    errors
}

/// Models: validateAzureDisk.
fn azure_disk(source: &At) -> Vec<Finding> {
    let (kind, uri) = (source.field("kind"), source.field("diskURI"));
    let mut errors = missing(source, &["diskName", "diskURI"]);
    errors.extend(
        source
            .field("cachingMode")
            .one_of_if_set(&["None", "ReadOnly", "ReadWrite"]),
    );
    errors.extend(kind.one_of_if_set(&["Dedicated", "Managed", "Shared"]));
    let managed = kind.text() == "Managed";
    let (start, form) = if managed {
        (
            "/subscriptions/",
            "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}",
        )
    } else {
        (
            "https://",
            "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd",
        )
    };
    if kind.is_set() && !uri.text().starts_with(start) {
        errors.push(Finding::not_supported(uri.path.clone(), uri.text(), &[form]));
    }
    errors
}

/// Models: validateQuobyteVolumeSource.
fn quobyte(source: &At) -> Vec<Finding> {
    const MAX_TENANT: usize = 64;
    let (registry, tenant) = (source.field("registry"), source.field("tenant"));
    let pairs = "must be a host:port pair or multiple pairs separated by commas";
    let mut errors = Vec::new();
    if registry.text().is_empty() {
        errors.push(registry.required(pairs));
    } else if tenant.text().len() > MAX_TENANT {
        errors.push(tenant.required("must be a UUID and may not exceed a length of 64 characters"));
    } else {
        let wrong = registry.text().split(',').filter(|it| !is_host_and_port(it));
        errors.extend(wrong.map(|_| registry.invalid(pairs)));
    }
    errors.extend(missing(source, &["volume"]));
    errors
}

fn is_host_and_port(text: &str) -> bool {
    match text.strip_prefix('[') {
        Some(rest) => rest
            .split_once("]:")
            .is_some_and(|(_, port)| !port.contains([':', '[', ']'])),
        None => text.matches(':').count() == 1 && !text.contains(['[', ']']),
    }
}

/// Models: validateStorageOSVolumeSource.
fn storage_os(source: &At) -> Vec<Finding> {
    let (name, namespace) = (source.field("volumeName"), source.field("volumeNamespace"));
    let mut errors = missing(source, &["volumeName"]);
    for field in [name, namespace].iter().filter(|it| !it.text().is_empty()) {
        errors.extend(field.invalid_each(format::dns1123_label(field.text())));
    }
    errors.extend(nameless_secret(source));
    errors
}
