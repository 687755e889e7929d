use crate::at::At;
use crate::trail::Trail;
use crate::warn::claim;
use crate::warn::pod::node_term;
use crate::{Finding, Rule, go};

/// Deprecated sources, in the order in which Kubernetes warns of them.
const DEPRECATED: [(&str, &str); 7] = [
    ("photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
    ("gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
    ("scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
    ("flocker", "deprecated in v1.22, non-functional in v1.25+"),
    ("storageos", "deprecated in v1.22, non-functional in v1.25+"),
    ("quobyte", "deprecated in v1.22, non-functional in v1.25+"),
    ("glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
];
const DEPRECATED_LATER: [(&str, &str); 2] = [
    ("cephfs", "deprecated in v1.28, non-functional in v1.31+"),
    ("rbd", "deprecated in v1.28, non-functional in v1.31+"),
];

/// Models: pkg/api/pod warningsForPodSpecAndMeta, its part on volumes (v1.36).
pub fn warnings(volumes: &At) -> Vec<Finding> {
    let mut warnings = Vec::new();
    for volume in volumes.items() {
        warnings.extend(deprecated(&volume, &DEPRECATED));
        let template = volume.field("ephemeral").field("volumeClaimTemplate");
        if template.is_set() {
            let spec = template.field("spec");
            warnings.extend(claim(&spec.path, &spec));
        }
        warnings.extend(deprecated(&volume, &DEPRECATED_LATER));
    }
    warnings.extend(volumes.items().flat_map(|it| overlapping(&it)));
    warnings
}

fn deprecated(volume: &At, sources: &[(&'static str, &str)]) -> Vec<Finding> {
    let given = sources.iter().map(|(name, words)| (name, volume.field(name), words));
    let given = given.filter(|(_, source, _)| source.is_set());
    given
        .map(|(name, source, words)| {
            // Kubernetes names this field in another case here than it is written.
            let shown = if *name == "storageos" { "storageOS" } else { name };
            let detail = (Rule::VolumeDeprecated, *words);
            Finding::warning(volume.path.field(shown), detail).placed(source.path)
        })
        .collect()
}

/// A file of a volume, and which of several sources it comes from.
struct File {
    path: String,
    source: String,
    at: Trail,
}

impl File {
    fn of(path: &At, source: &str) -> Self {
        Self {
            path: path.text().trim_end_matches('/').to_owned(),
            source: source.to_owned(),
            at: path.path.clone(),
        }
    }

    fn shown(&self) -> String {
        let path = go::quote(&self.path);
        if self.source.is_empty() {
            path
        } else {
            format!("{path} ({})", self.source)
        }
    }

    /// Whether the paths are equal, or one is a directory above the other.
    fn overlaps(&self, other: &Self) -> bool {
        let (mine, theirs) = (format!("{}/", self.path), format!("{}/", other.path));
        !self.path.is_empty() && !other.path.is_empty() && (mine.starts_with(&theirs) || theirs.starts_with(&mine))
    }
}

/// Models: warningsForOverlappingVirtualPaths.
fn overlapping(volume: &At) -> Vec<Finding> {
    let quoted = go::quote(volume.field("name").text());
    let mut warnings = Vec::new();
    let say = |of: &str, pairs: Vec<(Trail, String)>| {
        let prefix = format!("volume {quoted} ({of}): overlapping paths");
        let finding = move |(at, pair): (Trail, String)| {
            Finding::message(at, (Rule::VolumePathsOverlap, format!("{prefix}: {pair}")))
        };
        pairs.into_iter().map(finding)
    };
    let named =
        |what: &str, source: &At, name: &'static str| format!("{what} {}", go::quote(source.field(name).text()));
    let (map, secret) = (volume.field("configMap"), volume.field("secret"));
    warnings.extend(say(&named("ConfigMap", &map, "name"), pairs(&items(&map, ""))));
    warnings.extend(say(&named("Secret", &secret, "secretName"), pairs(&items(&secret, ""))));
    warnings.extend(say("DownwardAPI", pairs(&items(&volume.field("downwardAPI"), ""))));
    let mut all = Vec::new();
    for source in volume.field("projected").field("sources").items() {
        if source.value.as_object().is_none_or(serde_json::Map::is_empty) {
            let words = format!("volume {quoted} (Projected) has no sources provided");
            warnings.push(Finding::message(&source.path, (Rule::ProjectedEmpty, words)));
        }
        all.extend(projected(&source));
    }
    warnings.extend(say("Projected", pairs(&all)));
    warnings
}

fn items(source: &At, shown: &str) -> Vec<File> {
    let paths = source.field("items").items().map(|it| it.field("path"));
    paths.map(|it| File::of(&it, shown)).collect()
}

fn projected(source: &At) -> Vec<File> {
    let named = |what: &str, of: &At| format!("{what} {}", go::quote(of.field("name").text()));
    let field = |name: &'static str| source.field(name);
    let (map, secret, downward) = (field("configMap"), field("secret"), field("downwardAPI"));
    let (token, bundle, certificate) = (
        field("serviceAccountToken"),
        field("clusterTrustBundle"),
        field("podCertificate"),
    );
    if map.field("items").is_set() {
        items(&map, &named("ConfigMap", &map))
    } else if secret.field("items").is_set() {
        items(&secret, &named("Secret", &secret))
    } else if downward.field("items").is_set() {
        items(&downward, "DownwardAPI")
    } else if token.is_set() {
        vec![File::of(&token.field("path"), "ServiceAccountToken")]
    } else if bundle.is_set() {
        let name = ["name", "signerName"].map(|it| bundle.field(it));
        let name = name.iter().find(|it| it.is_set()).map_or("", At::text);
        let shown = format!("ClusterTrustBundle {}", go::quote(name));
        vec![File::of(&bundle.field("path"), &shown)]
    } else {
        let paths = [
            ("certificateChainPath", "PodCertificate chain"),
            ("keyPath", "PodCertificate key"),
            ("credentialBundlePath", "PodCertificate credential bundle"),
        ];
        let given = paths.map(|(name, shown)| File::of(&certificate.field(name), shown));
        given.into_iter().filter(|it| !it.path.is_empty()).collect()
    }
}

/// Each pair of overlapping files, with the place of the later one.
///
/// Models: checkVolumeMappingForOverlap, checkForOverlap.
fn pairs(files: &[File]) -> Vec<(Trail, String)> {
    let mut pairs = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let earlier = files.iter().take(index).filter(|it| file.overlaps(it));
        let pair = |it: &File| (file.at.clone(), format!("{} with {}", file.shown(), it.shown()));
        pairs.extend(earlier.map(pair));
    }
    pairs
}

/// The annotations by which volumes once said what fields say.
const OLD_CLASS: (&str, &str) = (
    "volume.beta.kubernetes.io/storage-class",
    "deprecated since v1.8; use \"storageClassName\" attribute instead",
);
const OLD_OPTIONS: (&str, &str) = (
    "volume.beta.kubernetes.io/mount-options",
    "deprecated since v1.31; use \"mountOptions\" attribute instead",
);

/// Models: pkg/api/persistentvolume warningsForPersistentVolumeSpecAndMeta (v1.36).
pub fn persistent(volume: &At) -> Vec<Finding> {
    let (spec, annotations) = (volume.field("spec"), volume.field("metadata").field("annotations"));
    let old = [OLD_CLASS, OLD_OPTIONS].into_iter();
    let mut warnings: Vec<Finding> = old.filter_map(|it| annotated(&annotations, it)).collect();
    let policy = spec.field("persistentVolumeReclaimPolicy");
    if policy.text() == "Recycle" {
        warnings.push(Finding::warning(
            policy.path,
            "The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.",
        ));
    }
    let terms = spec.field("nodeAffinity").field("required").field("nodeSelectorTerms");
    warnings.extend(terms.items().flat_map(|it| node_term(&it, false)));
    let order = [
        "cephfs",
        "photonPersistentDisk",
        "scaleIO",
        "storageos",
        "glusterfs",
        "rbd",
    ];
    let sources = order.iter().filter_map(|name| {
        let mut known = DEPRECATED.iter().chain(&DEPRECATED_LATER);
        known.find(|(source, _)| source == name)
    });
    warnings.extend(sources.flat_map(|source| deprecated(&spec, std::slice::from_ref(source))));
    warnings
}

/// Models: pkg/api/persistentvolumeclaim GetWarningsForPersistentVolumeClaim, on its annotations.
pub fn old_class(annotations: &At) -> Option<Finding> {
    annotated(annotations, OLD_CLASS)
}

fn annotated(annotations: &At, (key, words): (&str, &'static str)) -> Option<Finding> {
    let annotation = annotations.key(key);
    annotation.is_set().then(|| Finding::warning(annotation.path, words))
}
