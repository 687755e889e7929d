//! What a pod wants of its node, and a node of its pods.

use crate::store::Object;
use api::{Cursor, Fields, Value};

/// Whether a pod says anything of its node.
pub(super) fn has_any(pod: &Object) -> bool {
    let spec = pod.spec();
    !spec.field("nodeSelector").is_empty() || !spec.field("affinity").field("nodeAffinity").is_empty()
}

/// Whether a node has the labels that a pod selects it by.
///
/// Models: component-helpers/scheduling/corev1/nodeaffinity GetRequiredNodeAffinity, Match (v1.36).
pub(super) fn match_node(pod: &Object, node: &Object) -> bool {
    let spec = pod.spec();
    let mut wanted = spec.field("nodeSelector").text_entries();
    if !wanted.all(|(key, value)| node.label(key) == Some(value)) {
        return false;
    }
    let affinity = spec.field("affinity").field("nodeAffinity");
    let required = affinity.field("requiredDuringSchedulingIgnoredDuringExecution");
    let mut terms = required.field("nodeSelectorTerms").items();
    !required.is_set() || terms.any(|term| term_matches(term, node))
}

fn term_matches(term: Cursor<'_>, node: &Object) -> bool {
    let (labels, fields) = (term.field("matchExpressions"), term.field("matchFields"));
    let has_any = !labels.is_empty() || !fields.is_empty();
    has_any
        && labels
            .items()
            .all(|rule| holds(rule, node.label(rule.field("key").text())))
        && fields.items().all(|rule| holds(rule, Some(node.name())))
}

fn holds(rule: Cursor<'_>, value: Option<&str>) -> bool {
    let among = value.is_some_and(|value| rule.field("values").texts().any(|it| it == value));
    let number = |text: &str| text.parse::<i64>().ok();
    let limit = rule.field("values").texts().next().and_then(number);
    match rule.field("operator").text() {
        "In" => among,
        "NotIn" => !among,
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        "Gt" => value
            .and_then(number)
            .zip(limit)
            .is_some_and(|(value, limit)| value > limit),
        "Lt" => value
            .and_then(number)
            .zip(limit)
            .is_some_and(|(value, limit)| value < limit),
        _ => false,
    }
}

/// Whether a pod tolerates the taints that keep pods off a node.
pub(super) fn tolerates_all(pod: &Object, node: &Object) -> bool {
    let mut taints = node.spec().field("taints").list().iter();
    taints.all(|taint| taint.field("effect") == "PreferNoSchedule" || tolerates(pod.spec(), taint))
}

/// Models: staging/src/k8s.io/component-helpers/scheduling/corev1 ToleratesTaint (v1.36).
pub(crate) fn tolerates(pod_spec: Cursor<'_>, taint: &Value) -> bool {
    pod_spec.field("tolerations").list().iter().any(|toleration| {
        let of = |field: &str| toleration.field(field).text();
        let taints = |field: &str| taint.field(field).text();
        let any = of("operator") == "Exists";
        (of("effect").is_empty() || of("effect") == taints("effect"))
            && (of("key") == taints("key") || of("key").is_empty() && any)
            && (any || of("value") == taints("value"))
    })
}
