//! The admission plugin PodSecurity: what the labels of a namespace refuse in pods, and warn of.
//!
//! Models: staging/src/k8s.io/pod-security-admission/admission/admission.go (v1.36), without exemptions, of which a cluster has
//! none by default.

use crate::store::{Object, Store};
use api::pod_security::{Level, Policy, Standard, makes_pods, violation};
use api::{Fields, Finding, Kind, Path, Rule, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Why an object is refused.
pub(crate) enum Objection {
    /// The labels of a namespace cannot be read.
    Labels(Vec<Finding>),
    /// A pod breaks the standard that its namespace enforces.
    Pod { words: String, at: Path },
}

/// Checks an object that is to be created, or to replace another; returns what is to be warned of.
pub(crate) fn check(
    store: &Store,
    kind: Kind,
    namespace: &str,
    object: &Value,
    old: Option<&Value>,
) -> Result<Vec<Finding>, Objection> {
    match kind {
        Kind::Namespace => check_namespace(store, object, old),
        Kind::Pod if old.is_some_and(|old| !brings_images(object, old)) => Ok(Vec::new()),
        Kind::Pod => check_pods(kind, object, policy(store, namespace).as_ref(), true),
        _ if makes_pods(kind) => check_pods(kind, object, policy(store, namespace).as_ref(), false),
        _ => Ok(Vec::new()),
    }
}

/// Whether the labels of the namespace concern objects of this kind.
pub(crate) fn concerns(store: &Store, kind: Kind, namespace: &str) -> bool {
    (kind == Kind::Pod || makes_pods(kind)) && policy(store, namespace).is_some()
}

/// What the namespace asks of pods, if it asks anything.
fn policy(store: &Store, namespace: &str) -> Option<Policy> {
    let namespace = store.find(Kind::Namespace, "", namespace)?;
    let policy = Policy::of_namespace(&namespace.value);
    (!policy.is_privileged()).then_some(policy)
}

/// Models: EvaluatePod.
fn check_pods(kind: Kind, object: &Value, policy: Option<&Policy>, enforces: bool) -> Result<Vec<Finding>, Objection> {
    let Some(policy) = policy else {
        return Ok(Vec::new());
    };
    let (enforced, warned) = (policy.enforce, policy.warn);
    if enforces && let Some(found) = violation(kind, object, enforced) {
        let words = format!("violates PodSecurity \"{enforced}\": {}", found.words);
        return Err(Objection::Pod { words, at: found.at });
    }
    let warning = violation(kind, object, warned).map(|found| {
        let words = format!("would violate PodSecurity \"{warned}\": {}", found.words);
        Finding::message(found.at, (Rule::PodSecurityWarning, words))
    });
    Ok(warning.into_iter().collect())
}

/// Models: ValidateNamespace.
fn check_namespace(store: &Store, namespace: &Value, old: Option<&Value>) -> Result<Vec<Finding>, Objection> {
    let policy = Policy::of_namespace(namespace);
    let old = old.map(Policy::of_namespace);
    let was_as_wrong = old.as_ref().is_some_and(|old| old.errors == policy.errors);
    if !policy.errors.is_empty() && !was_as_wrong {
        return Err(Objection::Labels(policy.errors));
    }
    let Some(old) = old else {
        return Ok(Vec::new());
    };
    let (new, old) = (policy.enforce, old.enforce);
    let is_laxer = new.version == old.version && new.level <= old.level;
    if new.level == Level::Privileged || is_laxer {
        return Ok(Vec::new());
    }
    Ok(existing(store, namespace.metadata().field("name").text(), new))
}

/// Warnings about the pods that a namespace has when it begins to enforce a standard.
///
/// Models: EvaluatePodsInNamespace.
/// Differs: no limit of time or of their number.
fn existing(store: &Store, namespace: &str, standard: Standard) -> Vec<Finding> {
    let mut found: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for pod in store.of_namespace(Kind::Pod, namespace) {
        if let Some(violation) = violation(Kind::Pod, &pod.value, standard) {
            found.entry(violation.reasons).or_default().insert(Object::name(pod));
        }
    }
    if found.is_empty() {
        return Vec::new();
    }
    let mut lines: Vec<String> = found.iter().filter_map(|(reasons, pods)| line(reasons, pods)).collect();
    lines.sort_unstable();
    lines.insert(
        0,
        format!("existing pods in namespace \"{namespace}\" violate the new PodSecurity enforce level \"{standard}\""),
    );
    let labels = Path::root().field("metadata").field("labels");
    let warning = |words| Finding::message(labels.clone(), (Rule::PodSecurityWarning, words));
    lines.into_iter().map(warning).collect()
}

/// Models: decoratePodWarnings.
fn line(reasons: &str, pods: &BTreeSet<&str>) -> Option<String> {
    let first = pods.first()?;
    Some(match pods.len() {
        1 => format!("{first}: {reasons}"),
        2 => format!("{first} (and 1 other pod): {reasons}"),
        all => format!("{first} (and {} other pods): {reasons}", all - 1),
    })
}

/// Whether a changed pod runs other containers or images.
///
/// Models: isSignificantPodUpdate.
fn brings_images(pod: &Value, old: &Value) -> bool {
    let images = |pod: &Value, list: &str| -> Vec<String> {
        let containers = pod.spec().field(list).items();
        containers.map(|it| it.field("image").text().to_owned()).collect()
    };
    let of_ephemeral = |pod: &Value| -> BTreeSet<(String, String)> {
        let containers = pod.spec().field("ephemeralContainers").items();
        let named = containers.map(|it| (it.field("name").text().to_owned(), it.field("image").text().to_owned()));
        named.collect()
    };
    ["containers", "initContainers"]
        .iter()
        .any(|list| images(pod, list) != images(old, list))
        || !of_ephemeral(pod).is_subset(&of_ephemeral(old))
}
