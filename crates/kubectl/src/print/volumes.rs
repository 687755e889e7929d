//! What tables and descriptions print alike of volumes, claims and classes.

use api::Cursor;
use cluster::Object;

const MODES: [(&str, &str); 4] = [
    ("ReadWriteOnce", "RWO"),
    ("ReadOnlyMany", "ROX"),
    ("ReadWriteMany", "RWX"),
    ("ReadWriteOncePod", "RWOP"),
];

/// Models: pkg/apis/core/helper GetAccessModesAsString (v1.36).
pub(crate) fn access_modes(modes: Cursor<'_>) -> String {
    let given = MODES.iter().filter(|(mode, _)| modes.texts().any(|it| it == *mode));
    given.map(|(_, short)| *short).collect::<Vec<_>>().join(",")
}

/// Models: pkg/apis/core/helper GetPersistentVolumeClass, GetPersistentVolumeClaimClass (v1.36).
pub(crate) fn class(object: &Object) -> &str {
    let annotated = object.annotation("volume.beta.kubernetes.io/storage-class");
    annotated.unwrap_or_else(|| object.spec().field("storageClassName").text())
}

/// Models: pkg/apis/storage/util IsDefaultAnnotation (v1.36).
pub(crate) fn is_default_class(class: &Object) -> bool {
    let prefixes = ["", "beta."];
    prefixes
        .iter()
        .any(|it| class.annotation(&format!("storageclass.{it}kubernetes.io/is-default-class")) == Some("true"))
}
