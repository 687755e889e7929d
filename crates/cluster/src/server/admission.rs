//! Admission plugins: what they refuse in a pod, and what they fill in.
//!
//! Models: plugin/pkg/admission/{priority,runtimeclass,defaulttolerationseconds} (v1.36).

use api::{Fields, Rule, Value};
use serde_json::json;

const CLASSES: [(&str, i64); 2] = [
    ("system-cluster-critical", 2_000_000_000),
    ("system-node-critical", 2_000_001_000),
];
const PREEMPTION: &str = "PreemptLowerPriority";

/// Why a pod is forbidden: the rule, the field of its spec, the words.
pub(crate) fn refuse(pod: &Value) -> Option<(Rule, &'static str, String)> {
    let spec = pod.spec();
    let Some(priority) = priority(spec.value) else {
        let name = text(spec.value, "priorityClassName");
        let words = format!("no PriorityClass with name {name} was found");
        return Some((Rule::PriorityClassUnknown, "priorityClassName", words));
    };
    let by_class = "priority admission controller computed";
    let given = spec.field("priority").as_number().filter(|it| *it != priority);
    if let Some(given) = given {
        let words = format!(
            "the integer value of priority ({given}) must not be provided in pod spec; {by_class} {priority} from the given PriorityClass name"
        );
        return Some((Rule::Other, "priority", words));
    }
    let policy = spec.field("preemptionPolicy");
    if policy.as_text().is_some_and(|it| it != PREEMPTION) {
        let given = text(spec.value, "preemptionPolicy");
        let words = format!(
            "the string value of PreemptionPolicy ({given}) must not be provided in pod spec; {by_class} {PREEMPTION} from the given PriorityClass name"
        );
        return Some((Rule::Other, "preemptionPolicy", words));
    }
    let class = spec.field("runtimeClassName").as_text()?;
    let words = format!("pod rejected: RuntimeClass \"{class}\" not found");
    Some((Rule::RuntimeClassUnknown, "runtimeClassName", words))
}

/// Why a valid pod is forbidden.
pub(crate) fn refuse_valid(pod: &Value) -> Option<&'static str> {
    let given = pod.spec().field("overhead").is_set();
    given.then_some("pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead")
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.field(field).text()
}

/// The priority of a pod's class; `None` if there is no such class.
fn priority(spec: &Value) -> Option<i64> {
    match text(spec, "priorityClassName") {
        "" => Some(0),
        name => CLASSES
            .iter()
            .find(|(class, _)| *class == name)
            .map(|(_, priority)| *priority),
    }
}

/// Fills in a pod's priority and tolerations.
pub(crate) fn fill(pod: &mut Value) {
    let priority = priority(pod.spec().value).unwrap_or_default();
    let Some(Value::Object(spec)) = pod.get_mut("spec") else {
        return;
    };
    spec.entry("priority").or_insert_with(|| priority.into());
    spec.entry("preemptionPolicy").or_insert_with(|| PREEMPTION.into());
    tolerate(pod);
}

/// Fills in for how many seconds a pod stays on a node that is not ready.
pub(crate) fn tolerate(pod: &mut Value) {
    let Some(Value::Object(spec)) = pod.get_mut("spec") else {
        return;
    };
    let tolerations = spec.entry("tolerations").or_insert_with(|| json!([]));
    if tolerations.is_null() {
        *tolerations = json!([]);
    }
    let Some(tolerations) = tolerations.as_array_mut() else {
        return;
    };
    for taint in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let tolerated = tolerations.iter().any(|toleration| {
            let (key, effect) = (text(toleration, "key"), text(toleration, "effect"));
            (key == taint || key.is_empty()) && (effect == "NoExecute" || effect.is_empty())
        });
        if !tolerated {
            tolerations
                .push(json!({"effect": "NoExecute", "key": taint, "operator": "Exists", "tolerationSeconds": 300}));
        }
    }
}
