use crate::at::At;
use crate::trail::Trail;
use crate::validate::pod::{claim, container, env, paths, storage};
use crate::{Finding, Rule, format, quantity};
use std::collections::BTreeMap;

/// The valid volumes of a pod, by name.
pub type Volumes<'a> = BTreeMap<&'a str, At<'a>>;

const MAX_ISCSI_NAME: usize = 64;
const ONE_SOURCE: (Rule, &str) = (Rule::VolumeSourcesTooMany, "may not specify more than 1 volume type");
const FILE_MODE: &str = "must be a number between 0 and 0777 (octal), both inclusive";
const FIELDS: [&str; 5] = [
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
];
const HOST_PATHS: [&str; 8] = [
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
];
/// The sources, in the order in which Kubernetes looks for them.
const SOURCES: [&str; 30] = [
    "emptyDir",
    "hostPath",
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "secret",
    "nfs",
    "iscsi",
    "glusterfs",
    "flocker",
    "persistentVolumeClaim",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "downwardAPI",
    "fc",
    "flexVolume",
    "configMap",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "storageos",
    "projected",
    "scaleIO",
    "csi",
    "ephemeral",
    "image",
];

/// Models: pkg/apis/core/validation ValidateVolumes (v1.36).
pub fn all<'a>(volumes: &At<'a>, metadata: Option<&At>, errors: &mut Vec<Finding>) -> Volumes<'a> {
    let mut known = Volumes::new();
    let pod = metadata.map_or("", |it| it.field("name").text());
    let made = made_claims(volumes, pod);
    for volume in volumes.items() {
        let name = volume.field("name");
        let mut wrong = source(&volume, pod);
        if name.text().is_empty() {
            wrong.push(name.required(""));
        } else {
            wrong.extend(name.invalid_each(format::dns1123_label(name.text())));
        }
        if known.contains_key(name.text()) {
            wrong.push(name.duplicate());
        }
        let claim = volume.field("persistentVolumeClaim").field("claimName");
        if wrong.is_empty() {
            known.insert(name.text(), volume);
        } else {
            errors.extend(wrong);
        }
        if made.iter().any(|it| it == claim.text()) {
            errors.push(claim.invalid("must not reference a PVC that gets created for an ephemeral volume"));
        }
    }
    known
}

/// The claims that are created with a pod of that name.
fn made_claims(volumes: &At, pod: &str) -> Vec<String> {
    let ephemeral = volumes.items().filter(|it| it.field("ephemeral").is_set());
    let named = ephemeral.filter(|_| !pod.is_empty());
    named.map(|it| format!("{pod}-{}", it.field("name").text())).collect()
}

/// Models: validateVolumeSource.
fn source(volume: &At, pod: &str) -> Vec<Finding> {
    let given: Vec<(&str, At)> = SOURCES
        .iter()
        .map(|name| (*name, volume.field(name)))
        .filter(|(_, source)| source.is_set())
        .collect();
    let Some(((name, first), others)) = given.split_first() else {
        return vec![volume.required("must specify a volume type")];
    };
    let mut errors = rules(name, first);
    errors.extend(others.iter().map(|(name, source)| {
        // Kubernetes leaves a letter out of this one.
        let shown = if *name == "downwardAPI" { "downwarAPI" } else { *name };
        Finding::forbidden(volume.path.field(shown), ONE_SOURCE).placed(&source.path)
    }));
    let name = volume.field("name").text();
    let iscsi = volume.field("iscsi");
    if iscsi.field("initiatorName").is_set()
        && name.len() + 1 + iscsi.field("targetPortal").text().len() > MAX_ISCSI_NAME
    {
        let words = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if \
                     iscsi.initiatorName is specified.";
        errors.push(volume.field("name").invalid(words));
    }
    if volume.field("ephemeral").is_set() && !pod.is_empty() {
        let claim = format!("{pod}-{name}");
        let forms = format::dns1123_subdomain(&claim).into_iter();
        let words = forms.map(|it| format!("PVC name {}: {it}", crate::go::quote(&claim)));
        errors.extend(words.map(|it| volume.field("name").invalid(it)));
    }
    errors
}

/// The rules for a source.
pub fn rules(name: &str, source: &At) -> Vec<Finding> {
    match name {
        "emptyDir" => {
            let limit = source.field("sizeLimit");
            let negative = quantity::nanos(limit.text()).is_some_and(|it| it < 0);
            let words = "SizeLimit field must be a valid resource quantity";
            negative.then(|| limit.forbidden(words)).into_iter().collect()
        }
        "hostPath" => host_path(source),
        "gitRepo" => {
            let directory = source.field("directory");
            let mut errors = missing(source, &["repository"]);
            errors.extend(paths::descending(&directory.path, directory.text()));
            errors
        }
        "secret" => with_items(source, "secretName"),
        "configMap" => with_items(source, "name"),
        "nfs" => {
            let path = source.field("path");
            let mut errors = missing(source, &["server", "path"]);
            if !path.text().starts_with('/') {
                let words = "must be an absolute path";
                errors.push(Finding::invalid(path.path.clone(), path.text(), words));
            }
            errors
        }
        "persistentVolumeClaim" => missing(source, &["claimName"]),
        "csi" => csi(source),
        "downwardAPI" => {
            let mut errors: Vec<Finding> = file_mode(source, "defaultMode").into_iter().collect();
            let files = source.field("items");
            let found = files.items().map(|it| (downward_file(&it, source), it.path));
            let placed = |(findings, place): (Vec<Finding>, Trail)| {
                let source = source.path.clone();
                findings.into_iter().map(move |it| it.moved(&source, &place))
            };
            errors.extend(found.flat_map(placed));
            errors
        }
        "projected" => projected(source),
        "ephemeral" => {
            let template = source.field("volumeClaimTemplate");
            if template.is_set() {
                claim::template(&template)
            } else {
                vec![template.required("")]
            }
        }
        "image" => missing(source, &["reference"])
            .into_iter()
            .chain(container::pull_policy(&source.field("pullPolicy")))
            .collect(),
        _ => storage::rules(name, source),
    }
}

pub fn missing(source: &At, names: &[&'static str]) -> Vec<Finding> {
    let fields = names.iter().map(|it| source.field(it));
    fields
        .filter(|it| it.text().is_empty())
        .map(|it| it.required(""))
        .collect()
}

fn host_path(source: &At) -> Vec<Finding> {
    let (path, kind) = (source.field("path"), source.field("type"));
    if path.text().is_empty() {
        return vec![path.required("")];
    }
    let mut errors: Vec<Finding> = paths::no_backsteps(&path.path, path.text()).into_iter().collect();
    errors.extend(kind.one_of_if_set(&HOST_PATHS));
    errors
}

fn file_mode(owner: &At, name: &'static str) -> Option<Finding> {
    let mode = owner.field(name);
    let fits = !mode.is_set() || (0..=0o777).contains(&mode.number());
    (!fits).then(|| mode.invalid(FILE_MODE))
}

/// Models: validateSecretVolumeSource, validateConfigMapVolumeSource.
fn with_items(source: &At, name: &'static str) -> Vec<Finding> {
    let mut errors = missing(source, &[name]);
    errors.extend(file_mode(source, "defaultMode"));
    errors.extend(source.field("items").items().flat_map(|it| key_to_path(&it)));
    errors
}

fn key_to_path(item: &At) -> Vec<Finding> {
    let path = item.field("path");
    let mut errors = missing(item, &["key", "path"]);
    errors.extend(paths::non_reserved(&path.path, path.text()));
    errors.extend(file_mode(item, "mode"));
    errors
}

/// Models: validateDownwardAPIVolumeFile, which names all at the volume.
fn downward_file(file: &At, volume: &At) -> Vec<Finding> {
    let here = |name: &'static str| At {
        value: file.field(name).value,
        path: volume.path.field(name),
    };
    let (path, field, resource) = (here("path"), here("fieldRef"), here("resourceFieldRef"));
    let mut errors = Vec::new();
    if path.text().is_empty() {
        errors.push(path.required(""));
    }
    errors.extend(paths::non_reserved(&path.path, path.text()));
    if field.is_set() {
        errors.extend(env::field_reference(&field, &FIELDS));
        if resource.is_set() {
            let words = "fieldRef and resourceFieldRef can not be specified simultaneously";
            errors.push(Finding::invalid(volume.path.clone(), "resource", words));
        }
    } else if resource.is_set() {
        errors.extend(env::resource_reference(&resource, true));
    } else {
        errors.push(volume.required("one of fieldRef and resourceFieldRef is required"));
    }
    let mode = here("mode");
    if mode.is_set() && !(0..=0o777).contains(&mode.number()) {
        errors.push(mode.invalid(FILE_MODE));
    }
    errors
}

/// Models: validateProjectedVolumeSource, validateProjectionSources.
fn projected(volume: &At) -> Vec<Finding> {
    let mut errors: Vec<Finding> = file_mode(volume, "defaultMode").into_iter().collect();
    let mut seen = Vec::new();
    for source in volume.field("sources").items() {
        let kinds = [
            "secret",
            "configMap",
            "downwardAPI",
            "serviceAccountToken",
            "clusterTrustBundle",
            "podCertificate",
        ];
        let given: Vec<(&str, At)> = kinds
            .iter()
            .map(|name| (*name, source.field(name)))
            .filter(|(_, it)| it.is_set())
            .collect();
        for (kind, projection) in &given {
            errors.extend(match *kind {
                "secret" | "configMap" => projected_items(volume, projection, &mut seen),
                "downwardAPI" => projected_files(volume, projection, &mut seen),
                "serviceAccountToken" => token(volume, projection),
                _ => Vec::new(),
            });
        }
        if given.len() > 1 {
            errors.push(source.forbidden((
                Rule::VolumeSourcesTooMany,
                "may not specify more than 1 volume type per source",
            )));
        }
    }
    errors
}

/// The same path for two files.
fn conflict<'a>(volume: &Trail, path: &'a str, shown: &str, seen: &mut Vec<&'a str>) -> Option<Finding> {
    if path.is_empty() {
        return None;
    }
    let known = seen.contains(&path);
    seen.push(path);
    known.then(|| Finding::invalid(volume.clone(), shown, "conflicting duplicate paths"))
}

fn projected_items<'a>(volume: &At, projection: &At<'a>, seen: &mut Vec<&'a str>) -> Vec<Finding> {
    let mut errors = missing(projection, &["name"]);
    for item in projection.field("items").items() {
        errors.extend(key_to_path(&item));
        let name = projection.field("name").text();
        errors.extend(conflict(&volume.path, item.field("path").text(), name, seen));
    }
    errors
}

fn projected_files<'a>(volume: &At, projection: &At<'a>, seen: &mut Vec<&'a str>) -> Vec<Finding> {
    let mut errors = Vec::new();
    for file in projection.field("items").items() {
        let findings = downward_file(&file, projection).into_iter();
        errors.extend(findings.map(|it| it.moved(&projection.path, &file.path)));
        let path = file.field("path").text();
        errors.extend(conflict(&volume.path, path, path, seen));
    }
    errors
}

fn token(volume: &At, token: &At) -> Vec<Finding> {
    let (seconds, path) = (token.field("expirationSeconds"), token.field("path").text());
    let mut errors = Vec::new();
    if seconds.number() < 600 {
        errors.push(seconds.invalid("may not specify a duration less than 10 minutes"));
    }
    if seconds.number() > 1 << 32 {
        errors.push(seconds.invalid("may not specify a duration larger than 2^32 seconds"));
    }
    let at = volume.path.field("path");
    if path.is_empty() {
        errors.push(Finding::required(at, "").placed(token.path.field("path")));
    } else {
        let findings = paths::non_reserved(&at, path).into_iter();
        errors.extend(findings.map(|it| it.placed(token.path.field("path"))));
    }
    errors
}

/// Models: validateCSIVolumeSource, which names the secret's name at the volume.
fn csi(source: &At) -> Vec<Finding> {
    let mut errors = csi_driver(&source.field("driver"));
    let secret = source.field("nodePublishSecretRef");
    let name = secret.field("name");
    if secret.is_set() && name.text().is_empty() {
        errors.push(name.required(""));
    } else if secret.is_set() {
        let forms = format::dns1123_subdomain(name.text()).into_iter();
        let findings = forms.map(|it| Finding::invalid(source.path.field("name"), name.text(), it));
        errors.extend(findings.map(|it| it.placed(&name.path)));
    }
    errors
}

/// Models: ValidateCSIDriverName.
pub fn csi_driver(driver: &At) -> Vec<Finding> {
    const MAX_BYTES: usize = 63;
    if driver.text().is_empty() {
        return vec![driver.required("")];
    }
    let mut errors = Vec::new();
    if driver.text().len() > MAX_BYTES {
        errors.push(Finding::too_long(driver.path.clone(), MAX_BYTES));
    }
    errors.extend(driver.invalid_each(format::dns1123_subdomain(&driver.text().to_lowercase())));
    errors
}
