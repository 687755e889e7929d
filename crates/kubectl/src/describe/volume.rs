use super::description::{Description, int_or_string, joined};
use api::{Fields, Value, quantity};

/// Models: kubectl/pkg/describe describeVolumes (v1.36).
pub(super) fn describe_volumes(out: &mut Description, space: &str, volumes: &[Value]) {
    if volumes.is_empty() {
        out.field(0, &format!("{space}Volumes"), "<none>");
        return;
    }
    out.line(0, format_args!("{space}Volumes:"));
    let indent = if space.is_empty() { "" } else { " " };
    for volume in volumes {
        out.line(1, format_args!("{indent}{}:", volume.field("name").text()));
        describe_source(out, volume);
    }
}

/// The source of a volume of a pod, or of a persistent one.
pub(super) fn describe_source(out: &mut Description, volume: &Value) {
    let source = |field: &str| Some(volume.field(field)).filter(|source| source.is_set());
    let plain = SOURCES.iter().find_map(|kind| Some((kind, source(kind.field)?)));
    if let Some((kind, source)) = plain {
        out.field(2, "Type", kind.kind);
        for (title, field, written) in kind.rows {
            out.line(2, format_args!("{title}\t{}", written.write(source.value, field)));
        }
    } else if let Some(host_path) = source("hostPath") {
        out.field(2, "Type", "HostPath (bare host directory volume)");
        out.field(2, "Path", host_path.field("path").text());
        let kind = host_path.field("type").as_text().unwrap_or("<none>");
        out.field(2, "HostPathType", kind);
    } else if let Some(directory) = source("emptyDir") {
        describe_empty_dir(out, directory.value);
    } else if let Some(projected) = source("projected") {
        describe_projected(out, projected.value);
    } else if let Some(downward) = source("downwardAPI") {
        describe_downward(out, downward.value);
    } else if let Some(ephemeral) = source("ephemeral") {
        describe_ephemeral(out, ephemeral.value);
    } else if let Some(local) = source("local") {
        out.field(
            2,
            "Type",
            "LocalVolume (a persistent volume backed by local storage on a node)",
        );
        out.field(2, "Path", local.field("path").text());
    } else if let Some(csi) = source("csi") {
        describe_csi(out, csi.value);
    } else {
        out.line(1, "<unknown>");
    }
}

fn describe_empty_dir(out: &mut Description, directory: &Value) {
    let kind = "EmptyDir (a temporary directory that shares a pod's lifetime)";
    out.field(2, "Type", kind);
    out.field(2, "Medium", directory.field("medium").text());
    let limit = directory.field("sizeLimit");
    let limit = (!limit.value.is_null()).then(|| int_or_string(limit.value));
    let limit = limit.filter(|limit| quantity::nanos(limit).is_some_and(|nanos| nanos > 0));
    out.field(2, "SizeLimit", limit.as_deref().unwrap_or("<unset>"));
}

fn describe_projected(out: &mut Description, projected: &Value) {
    let kind = "Projected (a volume that contains injected data from multiple sources)";
    out.field(2, "Type", kind);
    for source in projected.field("sources").list() {
        let (secret, config_map) = (source.field("secret"), source.field("configMap"));
        if secret.is_set() {
            out.field(2, "SecretName", secret.field("name").text());
            out.field(2, "Optional", secret.field("optional").flag());
        } else if source.field("downwardAPI").is_set() {
            out.field(2, "DownwardAPI", true);
        } else if config_map.is_set() {
            out.field(2, "ConfigMapName", config_map.field("name").text());
            out.field(2, "Optional", config_map.field("optional").flag());
        } else if source.field("serviceAccountToken").is_set() {
            let seconds = source.field("serviceAccountToken").field("expirationSeconds").number();
            out.field(2, "TokenExpirationSeconds", seconds);
        }
    }
}

fn describe_downward(out: &mut Description, downward: &Value) {
    let kind = "DownwardAPI (a volume populated by information about the pod)";
    out.field(2, "Type", kind);
    out.line(2, "Items:");
    for item in downward.field("items").list() {
        let path = item.field("path").text();
        for (from, field) in [("fieldRef", "fieldPath"), ("resourceFieldRef", "resource")] {
            if let Some(from) = item.field(from).field(field).as_text() {
                out.line(3, format_args!("{from} -> {path}"));
            }
        }
    }
}

/// Models: kubectl/pkg/describe printPersistentVolumeClaim through a nested writer, whose indentation shows within lines too (v1.36).
fn describe_ephemeral(out: &mut Description, ephemeral: &Value) {
    let kind = "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)";
    out.field(2, "Type", kind);
    let template = ephemeral.field("volumeClaimTemplate");
    if !template.is_set() {
        return;
    }
    let spec = template.spec();
    out.field(2, "StorageClass", storage_class(template.value));
    out.field(2, "Volume", spec.field("volumeName").text());
    for (title, field, between) in [("Labels", "labels", "="), ("Annotations", "annotations", ": ")] {
        let entries = template.metadata().field(field).text_entries();
        let entries: Vec<_> = entries.map(|(key, value)| format!("{key}{between}{value}")).collect();
        nested(out, title, &entries);
    }
    out.field(
        2,
        "Capacity",
        if spec.field("volumeName").text().is_empty() {
            ""
        } else {
            "0"
        },
    );
    out.field(2, "Access Modes", "");
    out.text_field(2, "VolumeMode", spec.field("volumeMode"));
    let from = spec.field("dataSource");
    if from.is_set() {
        out.line(2, "DataSource:");
        out.text_field(3, "APIGroup", from.field("apiGroup"));
        out.field(3, "Kind", from.field("kind").text());
        out.field(3, "Name", from.field("name").text());
    }
}

/// The storage class of a claim: the old annotation, or the field.
///
/// Models: kubectl/pkg/util/storage GetPersistentVolumeClaimClass (v1.36).
pub(super) fn storage_class(claim: &Value) -> &str {
    let annotation = claim
        .metadata()
        .field("annotations")
        .field("volume.beta.kubernetes.io/storage-class");
    annotation
        .as_text()
        .unwrap_or_else(|| claim.spec().field("storageClassName").text())
}

fn describe_csi(out: &mut Description, csi: &Value) {
    out.field(2, "Type", "CSI (a Container Storage Interface (CSI) volume source)");
    out.field(2, "Driver", csi.field("driver").text());
    out.field(2, "FSType", csi.field("fsType").text());
    out.text_field(2, "VolumeHandle", csi.field("volumeHandle"));
    out.field(2, "ReadOnly", csi.field("readOnly").flag());
    let attributes = csi.field("volumeAttributes").text_entries();
    let attributes: Vec<_> = attributes.map(|(key, value)| format!("{key}={value}")).collect();
    if attributes.is_empty() {
        out.field(2, "VolumeAttributes", "<none>");
    } else {
        nested(out, "VolumeAttributes", &attributes);
    }
}

/// A map with every line indented by two levels.
fn nested(out: &mut Description, title: &str, entries: &[String]) {
    let first = entries.first().map_or("<none>", String::as_str);
    out.field(2, title, format_args!("    {first}"));
    for entry in entries.iter().skip(1) {
        out.line(4, format_args!("\t    {entry}"));
    }
}

/// How a field of a volume is printed.
#[derive(Clone, Copy)]
enum As {
    Text,
    Flag,
    Number,
    /// A list in Go's `%v`.
    Texts,
    /// A list separated by commas.
    Joined,
    /// `<none>` if it is not given.
    OrNone,
    /// The name of a Secret, as its Go type prints it.
    Reference,
    /// A map in Go's `%v`.
    Map,
}

impl As {
    fn write(self, source: &Value, field: &str) -> String {
        let value = source.field(field);
        match self {
            Self::Text => source.field(field).text().to_owned(),
            Self::Flag => source.field(field).flag().to_string(),
            Self::Number => source.field(field).number().to_string(),
            Self::Texts => format!("[{}]", joined(source.field(field), " ")),
            Self::Joined => joined(source.field(field), ", "),
            Self::OrNone if value.value.is_null() => "<none>".to_owned(),
            Self::OrNone => int_or_string(value.value),
            Self::Reference if value.value.is_null() => "nil".to_owned(),
            Self::Reference => format!("&LocalObjectReference{{Name:{},}}", value.field("name").text()),
            Self::Map => {
                let entries: Vec<_> = value
                    .text_entries()
                    .map(|(key, value)| format!("{key}:{value}"))
                    .collect();
                format!("map[{}]", entries.join(" "))
            }
        }
    }
}

/// A kind of volume that is described field by field: its field, its type, the titles and fields that follow.
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

#[cfg(test)]
mod tests;
