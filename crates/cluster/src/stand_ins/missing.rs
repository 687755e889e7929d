//! What a pod mounts that is not there.

use crate::stand_ins::environment::absent;
use crate::store::{Object, ObjectKey, Store};
use api::{Cursor, Kind};

/// A volume that kubelet cannot set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmounted {
    pub volume: String,
    /// As the event `FailedMount` says it.
    pub message: String,
}

/// The first volume of a pod that names a ConfigMap, Secret or key that is not there.
///
/// Models: pkg/volume/configmap, pkg/volume/secret, pkg/volume/projected SetUpAt and MakePayload (v1.36).
pub(crate) fn unmounted(store: &Store, pod: &Object) -> Option<Unmounted> {
    pod.spec().field("volumes").items().find_map(|volume| {
        let why = volume_error(store, pod, volume)?;
        let name = volume.field("name").text();
        Some(Unmounted {
            message: format!("MountVolume.SetUp failed for volume {name:?} : {why}"),
            volume: name.to_owned(),
        })
    })
}

fn volume_error(store: &Store, pod: &Object, volume: Cursor<'_>) -> Option<String> {
    let projected = volume.field("projected").field("sources").items();
    let own = source_error(store, pod, volume, "secretName");
    own.or_else(|| { projected }.find_map(|source| source_error(store, pod, source, "name")))
}

fn source_error(store: &Store, pod: &Object, source: Cursor<'_>, secret_name: &str) -> Option<String> {
    let kinds = [
        (
            "configMap",
            "name",
            Kind::ConfigMap,
            "configmap references non-existent config key",
        ),
        (
            "secret",
            secret_name,
            Kind::Secret,
            "references non-existent secret key",
        ),
    ];
    kinds.into_iter().find_map(|(field, name, kind, no_key)| {
        let reference = source.field(field).if_set()?;
        if reference.field("optional").flag() {
            return None;
        }
        let name = reference.field(name).text();
        let Some(object) = store.get(kind, &ObjectKey::new(pod.namespace(), name)) else {
            return Some(absent(kind, name));
        };
        let has = |key: &str| {
            ["data", "binaryData"]
                .iter()
                .any(|field| object.field(field).field(key).is_set())
        };
        let keys = reference.field("items").items().map(|item| item.field("key").text());
        { keys }.find(|key| !has(key)).map(|key| format!("{no_key}: {key}"))
    })
}
