//! The revision numbers of a deployment's templates.

use crate::controllers::deployment::proportional_scaling::{DESIRED, MAX};
use crate::store::{Object, set};
use api::{Fields, Value};

/// The label that tells a deployment's replica sets apart.
pub(crate) const HASH: &str = "pod-template-hash";
/// The annotation with the revision number.
pub(crate) const REVISION: &str = "deployment.kubernetes.io/revision";
/// The annotation with the numbers a replica set had before its template was used again.
const REVISION_HISTORY: &str = "deployment.kubernetes.io/revision-history";
/// The annotations that replica sets do not get from their deployment.
const NOT_COPIED: [&str; 6] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION,
    REVISION_HISTORY,
    DESIRED,
    MAX,
    "deprecated.deployment.rollback.to",
];
/// The most bytes that the list of earlier numbers takes.
const HISTORY_LENGTH: usize = 2000;

pub(crate) fn revision(set: &Object) -> i64 {
    set.annotation(REVISION).and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Models: pkg/controller/deployment/util/deployment_util.go EqualIgnoreHash (v1.36).
pub(crate) fn same_template(replica_set: &Object, deployment: &Object) -> bool {
    let [one, other] = [replica_set, deployment].map(|object| object.spec().field("template").value);
    let metadata = [one, other].map(|template| template.metadata().value);
    let labels = metadata.map(|metadata| metadata.field("labels").value);
    same_but([one, other], &["metadata"])
        && same_but(metadata, &["labels", "creationTimestamp"])
        && same_but(labels, &[HASH])
}

/// Whether two maps hold the same besides some keys.
fn same_but([one, other]: [&Value; 2], keys: &[&str]) -> bool {
    let (Some(one), Some(other)) = (one.as_object(), other.as_object()) else {
        return one == other;
    };
    let counted = |(key, _): &(&String, &Value)| !keys.contains(&key.as_str());
    one.iter().filter(counted).eq(other.iter().filter(counted))
}

/// Gives a replica set the deployment's annotations, and the number `newest` if it is higher than its own.
///
/// Models: pkg/controller/deployment/util/deployment_util.go SetNewReplicaSetAnnotations (v1.36).
pub(crate) fn annotate(value: &mut Value, deployment: &Object, newest: i64) {
    for (key, text) in deployment.metadata().field("annotations").text_entries() {
        if !NOT_COPIED.contains(&key) {
            set(value, &["metadata", "annotations", key], text.into());
        }
    }
    let annotation = |value: &Value, key: &str| {
        value
            .metadata()
            .field("annotations")
            .field(key)
            .as_text()
            .map(str::to_owned)
    };
    let before = annotation(value, REVISION);
    let number = match before.as_deref() {
        None | Some("") => Some(0),
        Some(text) => text.parse::<i64>().ok(),
    };
    if number.is_none_or(|number| number >= newest) {
        return;
    }
    set(value, &["metadata", "annotations", REVISION], newest.to_string().into());
    let Some(before) = before else { return };
    let history = annotation(value, REVISION_HISTORY).unwrap_or_default();
    let mut numbers: Vec<&str> = history.split(',').filter(|text| !text.is_empty()).collect();
    numbers.push(&before);
    while numbers.len() > 1 && numbers.iter().map(|text| text.len() + 1).sum::<usize>() > HISTORY_LENGTH + 1 {
        numbers.remove(0);
    }
    set(
        value,
        &["metadata", "annotations", REVISION_HISTORY],
        numbers.join(",").into(),
    );
}
