//! Admission plugins: what they refuse in an object, and what they fill in.
//!
//! Models: plugin/pkg/admission/{limitranger,serviceaccount,priority,runtimeclass,defaulttolerationseconds,resourcequota,
//! security/podsecurity} (v1.36), in the order of pkg/kubeapiserver/options/plugins.go.

use crate::server::status::Status;
use crate::server::{limit_ranger, pod_security, quota, service_account};
use crate::stand_ins::setting::Kubelet;
use crate::store::{Object, Store, Tools, set};
use api::{Fields, Finding, Kind, Path, Rule, Value};
use serde_json::json;
use std::rc::Rc;

const PREEMPTION: &str = "PreemptLowerPriority";

/// Why an object is refused.
pub(crate) enum Refusal {
    /// It is forbidden: the rule, the field if one is to blame, the words.
    Forbidden {
        rule: Rule,
        field: Option<Path>,
        words: String,
    },
    Invalid(Vec<Finding>),
}

impl Refusal {
    /// A field of the object's spec is to blame.
    fn at(rule: Rule, field: &'static str, words: String) -> Self {
        Self::Forbidden {
            rule,
            field: Some(Path::root().field("spec").field(field)),
            words,
        }
    }

    fn of_whole(words: String) -> Self {
        Self::Forbidden {
            rule: Rule::Other,
            field: None,
            words,
        }
    }

    /// The API server's answer about an object of this name.
    pub(crate) fn status(self, kind: Kind, name: &str) -> Status {
        match self {
            Self::Forbidden { rule, field, words } => {
                let status = Status::forbidden(kind, name, &words);
                match field {
                    Some(field) => status.about(rule, field),
                    None => status,
                }
            }
            Self::Invalid(findings) => Status::invalid(kind, name, &findings),
        }
    }
}

impl From<pod_security::Objection> for Refusal {
    fn from(objection: pod_security::Objection) -> Self {
        match objection {
            pod_security::Objection::Labels(findings) => Self::Invalid(findings),
            pod_security::Objection::Pod { words, at } => Self::Forbidden {
                rule: Rule::PodSecurity,
                field: Some(at),
                words,
            },
        }
    }
}

/// Fills in what a new pod of this name leaves out, or refuses it.
///
/// The recorded clusters have no service accounts for pods.
pub(crate) fn mutate(tools: &Tools, namespace: &str, name: &str, pod: &mut Value) -> Result<(), Refusal> {
    let store = &tools.store;
    limit_ranger::fill(store, namespace, pod);
    if tools.kubelet() == Kubelet::Programs {
        service_account::admit(tools, namespace, name, pod)
            .map_err(|words| Refusal::at(Rule::ServiceAccountUnknown, "serviceAccountName", words))?;
    }
    set_priority(store, pod)?;
    tolerate(pod);
    set_runtime_class(store, pod)
}

/// Refuses a valid object that is to be created, or to replace another; returns what is to be warned of.
pub(crate) fn validate(
    store: &Store,
    kind: Kind,
    namespace: &str,
    object: &Value,
    old: Option<&Value>,
) -> Result<Vec<Finding>, Refusal> {
    let out_of_bounds = || limit_ranger::refuse(store, kind, namespace, object).filter(|_| old.is_none());
    if let Some(words) = out_of_bounds() {
        return Err(Refusal::of_whole(words));
    }
    let warnings = pod_security::check(store, kind, namespace, object, old)?;
    if kind == Kind::PriorityClass
        && object.field("globalDefault").flag()
        && let Some(class) = default_class(store)
        && (old.is_none() || object.metadata().field("name") != class.name())
    {
        let name = class.name();
        return Err(Refusal::of_whole(format!(
            "PriorityClass {name} is already marked as default. Only one default can exist"
        )));
    }
    if kind == Kind::Pod && old.is_none() {
        check_overhead(store, object)?;
    }
    match quota::refuse(store, kind, namespace, object, old) {
        Some(words) => Err(Refusal::of_whole(words)),
        None => Ok(warnings),
    }
}

/// Whether admission depends on more than the object: on limits, quotas, labels, classes or accounts that somebody made.
pub(crate) fn depends_on_others(tools: &Tools, object: &Object) -> bool {
    let (store, kind, namespace) = (&tools.store, object.kind, object.namespace());
    let any = |kind: Kind, namespace: &str| store.of_namespace(kind, namespace).next().is_some();
    any(Kind::ResourceQuota, namespace)
        || any(Kind::LimitRange, namespace)
        || pod_security::concerns(store, kind, namespace)
        || kind == Kind::Pod
            && (any(Kind::RuntimeClass, "")
                || store.all(Kind::PriorityClass).count() != 2
                || !service_account::admits_as_usual(tools, namespace, object.spec()))
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.field(field).text()
}

/// The class of pods that name none: of several, the one with the lowest value.
fn default_class(store: &Store) -> Option<&Rc<Object>> {
    let defaults = store
        .all(Kind::PriorityClass)
        .filter(|class| class.field("globalDefault").flag());
    defaults.min_by_key(|class| class.field("value").number())
}

/// Models: priority/admission.go admitPod (v1.36).
fn set_priority(store: &Store, pod: &mut Value) -> Result<(), Refusal> {
    let named = text(pod.spec().value, "priorityClassName").to_owned();
    let class = match named.as_str() {
        "" => default_class(store),
        name => Some(store.find(Kind::PriorityClass, "", name).ok_or_else(|| {
            let words = format!("no PriorityClass with name {name} was found");
            Refusal::at(Rule::PriorityClassUnknown, "priorityClassName", words)
        })?),
    };
    let value = class.map_or(0, |class| class.field("value").number());
    let policy = class
        .and_then(|class| class.field("preemptionPolicy").as_text())
        .unwrap_or(PREEMPTION);
    let by_class = "priority admission controller computed";
    let spec = pod.spec();
    if let Some(given) = spec.field("priority").as_number().filter(|it| *it != value) {
        let words = format!(
            "the integer value of priority ({given}) must not be provided in pod spec; {by_class} {value} from the given PriorityClass name"
        );
        return Err(Refusal::at(Rule::Other, "priority", words));
    }
    if let Some(given) = spec.field("preemptionPolicy").as_text().filter(|it| *it != policy) {
        let words = format!(
            "the string value of PreemptionPolicy ({given}) must not be provided in pod spec; {by_class} {policy} from the given PriorityClass name"
        );
        return Err(Refusal::at(Rule::Other, "preemptionPolicy", words));
    }
    if let Some(class) = class {
        set(pod, &["spec", "priorityClassName"], class.name().into());
    }
    set(pod, &["spec", "priority"], value.into());
    set(pod, &["spec", "preemptionPolicy"], policy.into());
    Ok(())
}

/// Models: runtimeclass/admission.go Admit (v1.36).
fn set_runtime_class(store: &Store, pod: &mut Value) -> Result<(), Refusal> {
    let Some(name) = pod.spec().field("runtimeClassName").as_text() else {
        return Ok(());
    };
    let Some(class) = store.find(Kind::RuntimeClass, "", name) else {
        let words = format!("pod rejected: RuntimeClass \"{name}\" not found");
        return Err(Refusal::at(Rule::RuntimeClassUnknown, "runtimeClassName", words));
    };
    let fixed = class.field("overhead").field("podFixed");
    let given = pod.spec().field("overhead");
    if class.field("overhead").is_set() {
        if !given.is_empty() && given.value != fixed.value {
            return Err(other_overhead());
        }
        set(pod, &["spec", "overhead"], fixed.value.clone());
    }
    let scheduling = class.field("scheduling");
    for (key, value) in scheduling.field("nodeSelector").text_entries() {
        let own = pod.spec().field("nodeSelector").field(key).as_text();
        if let Some(own) = own.filter(|own| *own != value) {
            return Err(Refusal::at(
                Rule::Other,
                "nodeSelector",
                format!(
                    "conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; pod.spec.nodeSelector[{key}] = {own}"
                ),
            ));
        }
        set(pod, &["spec", "nodeSelector", key], value.into());
    }
    let mut tolerations = pod.spec().field("tolerations").list().to_vec();
    for toleration in scheduling.field("tolerations").list() {
        if !tolerations.contains(toleration) {
            tolerations.push(toleration.clone());
        }
    }
    set(pod, &["spec", "tolerations"], tolerations.into());
    Ok(())
}

fn other_overhead() -> Refusal {
    let words = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";
    Refusal::at(Rule::Other, "overhead", words.to_owned())
}

/// Models: runtimeclass/admission.go validateOverhead (v1.36).
fn check_overhead(store: &Store, pod: &Value) -> Result<(), Refusal> {
    let class = store.find(Kind::RuntimeClass, "", text(pod.spec().value, "runtimeClassName"));
    let defined = class.map(|class| class.field("overhead")).filter(|it| it.is_set());
    let given = pod.spec().field("overhead");
    match defined {
        Some(defined) if defined.field("podFixed").value != given.value => Err(other_overhead()),
        None if given.is_set() => {
            let words = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";
            Err(Refusal::at(Rule::Other, "overhead", words.to_owned()))
        }
        _ => Ok(()),
    }
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
