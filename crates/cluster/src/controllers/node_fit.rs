//! Whether a node is one that a pod asks for.

use crate::store::Object;
use api::Cursor;

/// Whether a node has the labels that a pod's node selector and required node affinity ask for.
///
/// Models: component-helpers/scheduling/corev1/nodeaffinity GetRequiredNodeAffinity Match (v1.36).
pub(crate) fn is_wanted(pod_spec: Cursor<'_>, node: &Object) -> bool {
    let mut selector = pod_spec.field("nodeSelector").text_entries();
    let required = pod_spec
        .field("affinity")
        .field("nodeAffinity")
        .field("requiredDuringSchedulingIgnoredDuringExecution");
    selector.all(|(key, value)| node.label(key) == Some(value))
        && (!required.is_set() || required.field("nodeSelectorTerms").items().any(|term| fits(term, node)))
}

/// A term without any requirement fits no node.
fn fits(term: Cursor<'_>, node: &Object) -> bool {
    let (labels, fields) = (term.field("matchExpressions"), term.field("matchFields"));
    let by_label = |it: Cursor<'_>| meets(it, node.label(it.field("key").text()));
    let by_field = |it: Cursor<'_>| it.field("key") == "metadata.name" && meets(it, Some(node.name()));
    !(labels.is_empty() && fields.is_empty()) && labels.items().all(by_label) && fields.items().all(by_field)
}

/// Models: apimachinery/pkg/labels Requirement Matches (v1.36).
fn meets(requirement: Cursor<'_>, value: Option<&str>) -> bool {
    let values = requirement.field("values");
    let among = value.is_some_and(|value| values.texts().any(|it| it == value));
    let compares = |holds: fn(i64, i64) -> bool| {
        let [value, bound] = [value, values.texts().next()].map(|it| it.and_then(|it| it.parse().ok()));
        value.zip(bound).is_some_and(|(value, bound)| holds(value, bound))
    };
    match requirement.field("operator").text() {
        "In" => among,
        "NotIn" => !among,
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        "Gt" => compares(|value, bound| value > bound),
        "Lt" => compares(|value, bound| value < bound),
        _ => false,
    }
}
