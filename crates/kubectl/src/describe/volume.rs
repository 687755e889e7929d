use super::description::{Description, flag, int_or_string, number, text};
use api::{Value, quantity};
use cluster::{at, list, map};

/// How a field of a volume is written.
#[derive(Clone, Copy)]
enum As {
    Text,
    Flag,
}

/// A kind of volume that is told field by field: its field, its type, and title and path of what follows.
struct Source {
    field: &'static str,
    kind: &'static str,
    rows: &'static [(&'static str, &'static str, As)],
}

const SOURCES: &[Source] = &[
    Source {
        field: "secret",
        kind: "Secret (a volume populated by a Secret)",
        rows: &[
            ("SecretName", "secretName", As::Text),
            ("Optional", "optional", As::Flag),
        ],
    },
    Source {
        field: "configMap",
        kind: "ConfigMap (a volume populated by a ConfigMap)",
        rows: &[("Name", "name", As::Text), ("Optional", "optional", As::Flag)],
    },
    Source {
        field: "nfs",
        kind: "NFS (an NFS mount that lasts the lifetime of a pod)",
        rows: &[
            ("Server", "server", As::Text),
            ("Path", "path", As::Text),
            ("ReadOnly", "readOnly", As::Flag),
        ],
    },
    Source {
        field: "persistentVolumeClaim",
        kind: "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        rows: &[("ClaimName", "claimName", As::Text), ("ReadOnly", "readOnly", As::Flag)],
    },
    Source {
        field: "image",
        kind: "Image (a container image or OCI artifact)",
        rows: &[
            ("Reference", "reference", As::Text),
            ("PullPolicy", "pullPolicy", As::Text),
        ],
    },
    Source {
        field: "gitRepo",
        kind: "GitRepo (a volume that is pulled from git when the pod is created)",
        rows: &[
            ("Repository", "repository", As::Text),
            ("Revision", "revision", As::Text),
        ],
    },
];

/// Adds the volumes of a pod.
///
/// Models: kubectl/pkg/describe describeVolumes (v1.36).
pub(super) fn describe_volumes(out: &mut Description, space: &str, volumes: &[Value]) {
    if volumes.is_empty() {
        out.field(0, &format!("{space}Volumes"), "<none>");
        return;
    }
    out.line(0, format_args!("{space}Volumes:"));
    let indent = if space.is_empty() { "" } else { " " };
    for volume in volumes {
        out.line(1, format_args!("{indent}{}:", text(volume, &["name"])));
        describe_source(out, volume);
    }
}

fn describe_source(out: &mut Description, volume: &Value) {
    let source = |field: &str| Some(at(volume, &[field])).filter(|source| source.is_object());
    let plain = SOURCES.iter().find_map(|kind| Some((kind, source(kind.field)?)));
    if let Some((kind, source)) = plain {
        out.field(2, "Type", kind.kind);
        for (title, field, written) in kind.rows {
            match written {
                As::Text => out.field(2, title, text(source, &[field])),
                As::Flag => out.field(2, title, flag(source, &[field])),
            }
        }
    } else if let Some(host_path) = source("hostPath") {
        out.field(2, "Type", "HostPath (bare host directory volume)");
        out.field(2, "Path", text(host_path, &["path"]));
        let kind = at(host_path, &["type"]).as_str().unwrap_or("<none>");
        out.field(2, "HostPathType", kind);
    } else if let Some(directory) = source("emptyDir") {
        describe_empty_dir(out, directory);
    } else if let Some(projected) = source("projected") {
        describe_projected(out, projected);
    } else if let Some(downward) = source("downwardAPI") {
        describe_downward(out, downward);
    } else if let Some(ephemeral) = source("ephemeral") {
        describe_ephemeral(out, ephemeral);
    } else if let Some(csi) = source("csi") {
        describe_csi(out, csi);
    } else {
        out.line(1, "<unknown>");
    }
}

fn describe_empty_dir(out: &mut Description, directory: &Value) {
    let kind = "EmptyDir (a temporary directory that shares a pod's lifetime)";
    out.field(2, "Type", kind);
    out.field(2, "Medium", text(directory, &["medium"]));
    let limit = at(directory, &["sizeLimit"]);
    let limit = (!limit.is_null()).then(|| int_or_string(limit));
    let limit = limit.filter(|limit| quantity::nanos(limit).is_some_and(|nanos| nanos > 0));
    out.field(2, "SizeLimit", limit.as_deref().unwrap_or("<unset>"));
}

fn describe_projected(out: &mut Description, projected: &Value) {
    let kind = "Projected (a volume that contains injected data from multiple sources)";
    out.field(2, "Type", kind);
    for source in list(at(projected, &["sources"])) {
        let (secret, config_map) = (at(source, &["secret"]), at(source, &["configMap"]));
        if secret.is_object() {
            out.field(2, "SecretName", text(secret, &["name"]));
            out.field(2, "Optional", flag(secret, &["optional"]));
        } else if at(source, &["downwardAPI"]).is_object() {
            out.field(2, "DownwardAPI", true);
        } else if config_map.is_object() {
            out.field(2, "ConfigMapName", text(config_map, &["name"]));
            out.field(2, "Optional", flag(config_map, &["optional"]));
        } else if at(source, &["serviceAccountToken"]).is_object() {
            let seconds = number(source, &["serviceAccountToken", "expirationSeconds"]);
            out.field(2, "TokenExpirationSeconds", seconds);
        }
    }
}

fn describe_downward(out: &mut Description, downward: &Value) {
    let kind = "DownwardAPI (a volume populated by information about the pod)";
    out.field(2, "Type", kind);
    out.line(2, "Items:");
    for item in list(at(downward, &["items"])) {
        let path = text(item, &["path"]);
        for from in [&["fieldRef", "fieldPath"], &["resourceFieldRef", "resource"]] {
            if let Some(from) = at(item, from).as_str() {
                out.line(3, format_args!("{from} -> {path}"));
            }
        }
    }
}

/// Models: kubectl/pkg/describe printPersistentVolumeClaim through a nested writer, whose indentation shows within lines too (v1.36).
fn describe_ephemeral(out: &mut Description, ephemeral: &Value) {
    let kind = "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)";
    out.field(2, "Type", kind);
    let template = at(ephemeral, &["volumeClaimTemplate"]);
    if !template.is_object() {
        return;
    }
    let spec = at(template, &["spec"]);
    out.field(2, "StorageClass", storage_class(template));
    out.field(2, "Volume", text(spec, &["volumeName"]));
    for (title, field, between) in [("Labels", "labels", "="), ("Annotations", "annotations", ": ")] {
        let entries = map(at(template, &["metadata", field]));
        let entries: Vec<_> = entries.map(|(key, value)| format!("{key}{between}{value}")).collect();
        nested(out, title, &entries);
    }
    out.field(
        2,
        "Capacity",
        if text(spec, &["volumeName"]).is_empty() {
            ""
        } else {
            "0"
        },
    );
    out.field(2, "Access Modes", "");
    out.text_field(2, "VolumeMode", spec, &["volumeMode"]);
    let from = at(spec, &["dataSource"]);
    if from.is_object() {
        out.line(2, "DataSource:");
        out.text_field(3, "APIGroup", from, &["apiGroup"]);
        out.field(3, "Kind", text(from, &["kind"]));
        out.field(3, "Name", text(from, &["name"]));
    }
}

/// The storage class of a claim: the annotation of old, or the field.
///
/// Models: kubectl/pkg/util/storage GetPersistentVolumeClaimClass (v1.36).
pub(super) fn storage_class(claim: &Value) -> &str {
    let annotation = at(
        claim,
        &["metadata", "annotations", "volume.beta.kubernetes.io/storage-class"],
    );
    annotation
        .as_str()
        .unwrap_or_else(|| text(claim, &["spec", "storageClassName"]))
}

fn describe_csi(out: &mut Description, csi: &Value) {
    out.field(2, "Type", "CSI (a Container Storage Interface (CSI) volume source)");
    out.field(2, "Driver", text(csi, &["driver"]));
    out.field(2, "FSType", text(csi, &["fsType"]));
    out.field(2, "ReadOnly", flag(csi, &["readOnly"]));
    let attributes = map(at(csi, &["volumeAttributes"]));
    let attributes: Vec<_> = attributes.map(|(key, value)| format!("{key}={value}")).collect();
    if attributes.is_empty() {
        out.field(2, "VolumeAttributes", "<none>");
    } else {
        nested(out, "VolumeAttributes", &attributes);
    }
}

/// A map whose every piece is indented by two levels.
fn nested(out: &mut Description, title: &str, entries: &[String]) {
    let first = entries.first().map_or("<none>", String::as_str);
    out.field(2, title, format_args!("    {first}"));
    for entry in entries.iter().skip(1) {
        out.line(4, format_args!("\t    {entry}"));
    }
}
