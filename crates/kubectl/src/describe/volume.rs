use super::description::{Description, flag, int_or_string, joined, number, text};
use api::{Value, quantity};
use cluster::{at, list, map};

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
            out.line(2, format_args!("{title}\t{}", written.write(source, field)));
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

/// How a field of a volume is written.
#[derive(Clone, Copy)]
enum As {
    Text,
    Flag,
    Number,
    /// A list as Go's `%v` writes it.
    Texts,
    /// A list with commas.
    Joined,
    /// `<none>` where it isn't given.
    OrNone,
    /// The name of a Secret, as its Go type writes itself.
    Reference,
    /// A map as Go's `%v` writes it.
    Map,
}

impl As {
    fn write(self, source: &Value, field: &str) -> String {
        let value = at(source, &[field]);
        match self {
            Self::Text => text(source, &[field]).to_owned(),
            Self::Flag => flag(source, &[field]).to_string(),
            Self::Number => number(source, &[field]).to_string(),
            Self::Texts => format!("[{}]", joined(source, &[field], " ")),
            Self::Joined => joined(source, &[field], ", "),
            Self::OrNone if value.is_null() => "<none>".to_owned(),
            Self::OrNone => int_or_string(value),
            Self::Reference if value.is_null() => "nil".to_owned(),
            Self::Reference => format!("&LocalObjectReference{{Name:{},}}", text(value, &["name"])),
            Self::Map => {
                let entries: Vec<_> = map(value).map(|(key, value)| format!("{key}:{value}")).collect();
                format!("map[{}]", entries.join(" "))
            }
        }
    }
}

/// A kind of volume that is told field by field: its field, its type, and the titles and fields of what follows.
struct Source {
    field: &'static str,
    kind: &'static str,
    rows: &'static [(&'static str, &'static str, As)],
}

const SOURCES: &[Source] = &[
    Source {
        field: "gcePersistentDisk",
        kind: "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        rows: &[
            ("PDName:", "pdName", As::Text),
            ("FSType:", "fsType", As::Text),
            ("Partition:", "partition", As::Number),
            ("ReadOnly:", "readOnly", As::Flag),
        ],
    },
    Source {
        field: "awsElasticBlockStore",
        kind: "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        rows: &[
            ("VolumeID:", "volumeID", As::Text),
            ("FSType:", "fsType", As::Text),
            ("Partition:", "partition", As::Number),
            ("ReadOnly:", "readOnly", As::Flag),
        ],
    },
    Source {
        field: "gitRepo",
        kind: "GitRepo (a volume that is pulled from git when the pod is created)",
        rows: &[
            ("Repository:", "repository", As::Text),
            ("Revision:", "revision", As::Text),
        ],
    },
    Source {
        field: "secret",
        kind: "Secret (a volume populated by a Secret)",
        rows: &[
            ("SecretName:", "secretName", As::Text),
            ("Optional:", "optional", As::Flag),
        ],
    },
    Source {
        field: "configMap",
        kind: "ConfigMap (a volume populated by a ConfigMap)",
        rows: &[("Name:", "name", As::Text), ("Optional:", "optional", As::Flag)],
    },
    Source {
        field: "nfs",
        kind: "NFS (an NFS mount that lasts the lifetime of a pod)",
        rows: &[
            ("Server:", "server", As::Text),
            ("Path:", "path", As::Text),
            ("ReadOnly:", "readOnly", As::Flag),
        ],
    },
    Source {
        field: "iscsi",
        kind: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
        rows: &[
            ("TargetPortal:", "targetPortal", As::Text),
            ("IQN:", "iqn", As::Text),
            ("Lun:", "lun", As::Number),
            ("ISCSIInterface", "iscsiInterface", As::Text),
            ("FSType:", "fsType", As::Text),
            ("ReadOnly:", "readOnly", As::Flag),
            ("Portals:", "portals", As::Texts),
            ("DiscoveryCHAPAuth:", "chapAuthDiscovery", As::Flag),
            ("SessionCHAPAuth:", "chapAuthSession", As::Flag),
            ("SecretRef:", "secretRef", As::Reference),
            ("InitiatorName:", "initiatorName", As::OrNone),
        ],
    },
    Source {
        field: "glusterfs",
        kind: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
        rows: &[
            ("EndpointsName:", "endpoints", As::Text),
            ("Path:", "path", As::Text),
            ("ReadOnly:", "readOnly", As::Flag),
        ],
    },
    Source {
        field: "persistentVolumeClaim",
        kind: "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        rows: &[
            ("ClaimName:", "claimName", As::Text),
            ("ReadOnly:", "readOnly", As::Flag),
        ],
    },
    Source {
        field: "rbd",
        kind: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
        rows: &[
            ("CephMonitors:", "monitors", As::Texts),
            ("RBDImage:", "image", As::Text),
            ("FSType:", "fsType", As::Text),
            ("RBDPool:", "pool", As::Text),
            ("RadosUser:", "user", As::Text),
            ("Keyring:", "keyring", As::Text),
            ("SecretRef:", "secretRef", As::Reference),
            ("ReadOnly:", "readOnly", As::Flag),
        ],
    },
    Source {
        field: "quobyte",
        kind: "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
        rows: &[
            ("Registry:", "registry", As::Text),
            ("Volume:", "volume", As::Text),
            ("ReadOnly:", "readOnly", As::Flag),
        ],
    },
    Source {
        field: "azureDisk",
        kind: "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
        rows: &[
            ("DiskName:", "diskName", As::Text),
            ("DiskURI:", "diskURI", As::Text),
            ("Kind: ", "kind", As::Text),
            ("FSType:", "fsType", As::Text),
            ("CachingMode:", "cachingMode", As::Text),
            ("ReadOnly:", "readOnly", As::Flag),
        ],
    },
    Source {
        field: "vsphereVolume",
        kind: "vSphereVolume (a Persistent Disk resource in vSphere)",
        rows: &[
            ("VolumePath:", "volumePath", As::Text),
            ("FSType:", "fsType", As::Text),
            ("StoragePolicyName:", "storagePolicyName", As::Text),
        ],
    },
    Source {
        field: "cinder",
        kind: "Cinder (a Persistent Disk resource in OpenStack)",
        rows: &[
            ("VolumeID:", "volumeID", As::Text),
            ("FSType:", "fsType", As::Text),
            ("ReadOnly:", "readOnly", As::Flag),
            ("SecretRef:", "secretRef", As::Reference),
        ],
    },
    Source {
        field: "photonPersistentDisk",
        kind: "PhotonPersistentDisk (a Persistent Disk resource in photon platform)",
        rows: &[("PdID:", "pdID", As::Text), ("FSType:", "fsType", As::Text)],
    },
    Source {
        field: "portworxVolume",
        kind: "PortworxVolume (a Portworx Volume resource)",
        rows: &[("VolumeID:", "volumeID", As::Text)],
    },
    Source {
        field: "scaleIO",
        kind: "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
        rows: &[
            ("Gateway:", "gateway", As::Text),
            ("System:", "system", As::Text),
            ("Protection Domain:", "protectionDomain", As::Text),
            ("Storage Pool:", "storagePool", As::Text),
            ("Storage Mode:", "storageMode", As::Text),
            ("VolumeName:", "volumeName", As::Text),
            ("FSType:", "fsType", As::Text),
            ("ReadOnly:", "readOnly", As::Flag),
        ],
    },
    Source {
        field: "cephfs",
        kind: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
        rows: &[
            ("Monitors:", "monitors", As::Texts),
            ("Path:", "path", As::Text),
            ("User:", "user", As::Text),
            ("SecretFile:", "secretFile", As::Text),
            ("SecretRef:", "secretRef", As::Reference),
            ("ReadOnly:", "readOnly", As::Flag),
        ],
    },
    Source {
        field: "storageos",
        kind: "StorageOS (a StorageOS Persistent Disk resource)",
        rows: &[
            ("VolumeName:", "volumeName", As::Text),
            ("VolumeNamespace:", "volumeNamespace", As::Text),
            ("FSType:", "fsType", As::Text),
            ("ReadOnly:", "readOnly", As::Flag),
        ],
    },
    Source {
        field: "fc",
        kind: "FC (a Fibre Channel disk)",
        rows: &[
            ("TargetWWNs:", "targetWWNs", As::Joined),
            ("LUN:", "lun", As::OrNone),
            ("FSType:", "fsType", As::Text),
            ("ReadOnly:", "readOnly", As::Flag),
        ],
    },
    Source {
        field: "azureFile",
        kind: "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
        rows: &[
            ("SecretName:", "secretName", As::Text),
            ("ShareName:", "shareName", As::Text),
            ("ReadOnly:", "readOnly", As::Flag),
        ],
    },
    Source {
        field: "flexVolume",
        kind: "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
        rows: &[
            ("Driver:", "driver", As::Text),
            ("FSType:", "fsType", As::Text),
            ("SecretRef:", "secretRef", As::Reference),
            ("ReadOnly:", "readOnly", As::Flag),
            ("Options:", "options", As::Map),
        ],
    },
    Source {
        field: "flocker",
        kind: "Flocker (a Flocker volume mounted by the Flocker agent)",
        rows: &[
            ("DatasetName:", "datasetName", As::Text),
            ("DatasetUUID:", "datasetUUID", As::Text),
        ],
    },
    Source {
        field: "image",
        kind: "Image (a container image or OCI artifact)",
        rows: &[
            ("Reference:", "reference", As::Text),
            ("PullPolicy:", "pullPolicy", As::Text),
        ],
    },
];
