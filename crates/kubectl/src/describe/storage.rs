//! Volumes, claims and their classes.

use super::description::{Description, joined};
use super::volume::describe_source;
use crate::print::age::since;
use crate::print::inline;
use crate::print::volumes::{access_modes, class, is_default_class};
use api::{Cursor, Kind};
use cluster::{Cluster, Object};

/// Models: kubectl/pkg/describe describePersistentVolume (v1.36).
pub(super) fn describe_volume(out: &mut Description, cluster: &Cluster, volume: &Object) {
    let spec = volume.spec();
    out.field(0, "Name", volume.name());
    out.labels("Labels", volume.metadata().field("labels"));
    out.annotations("Annotations", volume.metadata().field("annotations"));
    out.field(0, "Finalizers", finalizers(volume));
    out.field(0, "StorageClass", class(volume));
    out.field(0, "Status", status(cluster, volume));
    let claim = spec.field("claimRef").if_set().map(|claim| {
        let text = |field: &str| claim.field(field).text();
        format!("{}/{}", text("namespace"), text("name"))
    });
    out.field(0, "Claim", claim.unwrap_or_default());
    out.field(0, "Reclaim Policy", spec.field("persistentVolumeReclaimPolicy").text());
    out.field(0, "Access Modes", access_modes(spec.field("accessModes")));
    if let Some(mode) = spec.field("volumeMode").as_text() {
        out.field(0, "VolumeMode", mode);
    }
    let capacity = spec.field("capacity").field("storage");
    out.field(0, "Capacity", capacity.as_text().unwrap_or("0"));
    node_affinity(out, spec.field("nodeAffinity"));
    out.field(0, "Message", volume.status().field("message").text());
    out.line(0, "Source:");
    describe_source(out, spec.value);
}

/// Models: printVolumeNodeAffinity, printNodeSelectorTermsMultilineWithIndent.
fn node_affinity(out: &mut Description, affinity: Cursor<'_>) {
    let required = affinity.field("required");
    if !required.is_set() {
        out.field(0, "Node Affinity", "<none>");
        return;
    }
    out.field(0, "Node Affinity", "");
    let terms = required.field("nodeSelectorTerms").items();
    out.field(1, "Required Terms", if terms.len() == 0 { "<none>" } else { "" });
    for (index, term) in terms.enumerate() {
        requirements(out, 2, &format!("Term {index}"), term.field("matchExpressions"));
    }
}

fn requirements(out: &mut Description, level: usize, title: &str, list: Cursor<'_>) {
    let mut texts = list.items().map(|rule| {
        let operator = rule.field("operator").as_text().unwrap_or("In").to_lowercase();
        let text = format!("{} {operator}", rule.field("key").text());
        match rule.field("values").list() {
            [] => text,
            _ => format!("{text} [{}]", joined(rule.field("values"), ", ")),
        }
    });
    out.field(level, title, texts.next().as_deref().unwrap_or("<none>"));
    texts.for_each(|text| out.line(level, format_args!("\t{text}")));
}

/// Models: kubectl/pkg/describe describePersistentVolumeClaim (v1.36).
pub(super) fn describe_claim(out: &mut Description, cluster: &Cluster, claim: &Object) {
    let (spec, name) = (claim.spec(), claim.name());
    out.field(0, "Name", name);
    out.field(0, "Namespace", claim.namespace());
    out.field(0, "StorageClass", class(claim));
    out.field(0, "Status", status(cluster, claim));
    let volume = spec.field("volumeName").text();
    out.field(0, "Volume", volume);
    out.labels("Labels", claim.metadata().field("labels"));
    out.annotations("Annotations", claim.metadata().field("annotations"));
    out.field(0, "Finalizers", finalizers(claim));
    let (mut capacity, mut modes) = ("", String::new());
    if !volume.is_empty() {
        capacity = claim
            .status()
            .field("capacity")
            .field("storage")
            .as_text()
            .unwrap_or("0");
        modes = access_modes(claim.status().field("accessModes"));
    }
    out.field(0, "Capacity", capacity);
    out.field(0, "Access Modes", modes);
    if let Some(mode) = spec.field("volumeMode").as_text() {
        out.field(0, "VolumeMode", mode);
    }
    if let Some(source) = spec.field("dataSource").if_set() {
        out.line(0, "DataSource:");
        if let Some(group) = source.field("apiGroup").as_text() {
            out.field(1, "APIGroup", group);
        }
        out.field(1, "Kind", source.field("kind").text());
        out.field(1, "Name", source.field("name").text());
    }
    let pods = cluster.list(Kind::Pod, Some(claim.namespace()));
    let users = pods.into_iter().filter(|pod| uses(pod, name));
    out.lines("Used By", users.map(|pod| pod.name().to_owned()));
}

/// Models: getPvcs, getPodsForPVC: claims of ephemeral volumes are named by pod and volume.
fn uses(pod: &Object, claim: &str) -> bool {
    pod.spec().field("volumes").items().any(|volume| {
        let made = || format!("{}-{}", pod.name(), volume.field("name").text());
        volume.field("persistentVolumeClaim").field("claimName") == claim
            || volume.field("ephemeral").is_set() && made() == claim
    })
}

/// Models: kubectl/pkg/describe describeStorageClass (v1.36).
pub(super) fn describe_class(out: &mut Description, class: &Object) {
    out.field(0, "Name", class.name());
    out.field(0, "IsDefaultClass", if is_default_class(class) { "Yes" } else { "No" });
    out.field(
        0,
        "Annotations",
        inline::labels(class.metadata().field("annotations").value),
    );
    out.field(0, "Provisioner", class.field("provisioner").text());
    out.field(0, "Parameters", inline::labels(class.field("parameters").value));
    let expansion = match class.field("allowVolumeExpansion").as_flag() {
        None => "<unset>",
        Some(true) => "True",
        Some(false) => "False",
    };
    out.field(0, "AllowVolumeExpansion", expansion);
    let options = class.field("mountOptions");
    if options.is_empty() {
        out.field(0, "MountOptions", "<none>");
    } else {
        out.line(0, "MountOptions:");
        options.texts().for_each(|option| out.line(1, option));
    }
    for (title, field) in [
        ("ReclaimPolicy", "reclaimPolicy"),
        ("VolumeBindingMode", "volumeBindingMode"),
    ] {
        if let Some(text) = class.field(field).as_text() {
            out.field(0, title, text);
        }
    }
    let topologies = class.field("allowedTopologies");
    if topologies.is_set() {
        out.field(
            0,
            "AllowedTopologies",
            if topologies.is_empty() { "<none>" } else { "" },
        );
        for (index, term) in topologies.items().enumerate() {
            requirements(out, 1, &format!("Term {index}"), term.field("matchLabelExpressions"));
        }
    }
}

fn status(cluster: &Cluster, object: &Object) -> String {
    if object.is_terminating() {
        let since = since(cluster, object.metadata().field("deletionTimestamp").as_text());
        return format!("Terminating (lasts {since})");
    }
    object.status().field("phase").text().to_owned()
}

/// Finalizers as Go's `%v` prints a list.
fn finalizers(object: &Object) -> String {
    format!("[{}]", joined(object.metadata().field("finalizers"), " "))
}
