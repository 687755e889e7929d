//! The admission plugin LimitRanger: defaults and bounds of what containers ask for.
//!
//! Models: plugin/pkg/admission/limitranger/admission.go (v1.36).

use crate::store::{Store, set};
use api::{Amounts, Cursor, Fields, Kind, Value, quantity};

const NANO: i128 = 1_000_000_000;

/// Gives containers the requests and limits they leave out.
///
/// Models: mergePodResourceRequirements.
pub(crate) fn fill(store: &Store, namespace: &str, pod: &mut Value) {
    for range in store.of_namespace(Kind::LimitRange, namespace) {
        let items = range.spec().field("limits").items();
        let items: Vec<_> = items.filter(|it| it.field("type") == "Container").collect();
        let mut notes = Vec::new();
        for (list, title) in [("containers", "container"), ("initContainers", "init container")] {
            let containers = pod.pointer_mut(&format!("/spec/{list}")).and_then(Value::as_array_mut);
            for container in containers.into_iter().flatten() {
                for (defaults, to, word) in [
                    ("defaultRequest", "requests", "request"),
                    ("default", "limits", "limit"),
                ] {
                    let names = merge(container, to, items.iter().map(|it| it.field(defaults)));
                    if !names.is_empty() {
                        let name = container.field("name").text();
                        notes.push(format!("{} {word} for {title} {name}", names.join(", ")));
                    }
                }
            }
        }
        if !notes.is_empty() {
            let note = format!("LimitRanger plugin set: {}", notes.join("; "));
            set(
                pod,
                &["metadata", "annotations", "kubernetes.io/limit-ranger"],
                note.into(),
            );
        }
    }
}

/// Adds the amounts that a container lacks, and returns their names.
fn merge<'a>(container: &mut Value, to: &str, defaults: impl Iterator<Item = Cursor<'a>>) -> Vec<String> {
    let mut amounts = Amounts::new();
    for list in defaults {
        amounts.extend(
            list.text_entries()
                .map(|(name, amount)| (name.to_owned(), amount.to_owned())),
        );
    }
    let lacks = |name: &str| !container.field("resources").field(to).field(name).is_set();
    amounts.retain(|name, _| lacks(name));
    for (name, amount) in &amounts {
        set(container, &["resources", to, name], amount.as_str().into());
    }
    amounts.into_keys().collect()
}

/// Why a pod or a claim is out of bounds.
///
/// Models: PodValidateLimitFunc, PersistentVolumeClaimValidateLimitFunc.
pub(crate) fn refuse(store: &Store, kind: Kind, namespace: &str, object: &Value) -> Option<String> {
    if !matches!(kind, Kind::Pod | Kind::PersistentVolumeClaim) {
        return None;
    }
    store.of_namespace(Kind::LimitRange, namespace).find_map(|range| {
        let mut errors: Vec<String> = Vec::new();
        for limit in range.spec().field("limits").items() {
            match (limit.field("type").text(), kind) {
                ("Container", Kind::Pod) => {
                    for list in ["containers", "initContainers"] {
                        for container in object.spec().field(list).items() {
                            let resources = container.field("resources");
                            let amounts = ["requests", "limits"].map(|it| amounts(resources.field(it)));
                            errors.extend(out_of_bounds(limit, &amounts));
                        }
                    }
                }
                ("Pod", Kind::Pod) => {
                    let amounts = ["requests", "limits"].map(|it| api::pod_amounts(object.spec().value, it));
                    errors.extend(out_of_bounds(limit, &amounts));
                }
                ("PersistentVolumeClaim", Kind::PersistentVolumeClaim) => {
                    let requests = amounts(object.spec().field("resources").field("requests"));
                    errors.extend(out_of_bounds(limit, &[requests, Amounts::new()]));
                }
                _ => {}
            }
        }
        aggregate(errors)
    })
}

fn amounts(list: Cursor<'_>) -> Amounts {
    list.text_entries()
        .map(|(name, amount)| (name.to_owned(), amount.to_owned()))
        .collect()
}

/// Models: apimachinery/pkg/util/errors Aggregate (v1.36): the same words count once.
pub(crate) fn aggregate(errors: Vec<String>) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    for error in errors {
        if !words.contains(&error) {
            words.push(error);
        }
    }
    match words.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        all => Some(format!("[{}]", all.join(", "))),
    }
}

fn out_of_bounds(limit: Cursor<'_>, [requests, limits]: &[Amounts; 2]) -> Vec<String> {
    let kind = limit.field("type").text();
    let of_claim = kind == "PersistentVolumeClaim";
    let mut errors = Vec::new();
    for (name, bound) in limit.field("min").text_entries() {
        let usage = format!("minimum {name} usage per {kind} is {bound}");
        match (requests.get(name), limits.get(name)) {
            (None, _) => errors.push(format!("{usage}.  No request is specified")),
            (Some(request), _) if nanos(request) < nanos(bound) => {
                errors.push(format!("{usage}, but request is {request}"));
            }
            (_, Some(limit)) if nanos(limit) < nanos(bound) => errors.push(format!("{usage}, but limit is {limit}")),
            _ => {}
        }
    }
    for (name, bound) in limit.field("max").text_entries() {
        let usage = format!("maximum {name} usage per {kind} is {bound}");
        match (requests.get(name), limits.get(name)) {
            (None, _) if of_claim => errors.push(format!("{usage}.  No request is specified")),
            (_, None) if !of_claim => errors.push(format!("{usage}.  No limit is specified")),
            (_, Some(limit)) if nanos(limit) > nanos(bound) => errors.push(format!("{usage}, but limit is {limit}")),
            (Some(request), _) if nanos(request) > nanos(bound) => {
                errors.push(format!("{usage}, but request is {request}"));
            }
            _ => {}
        }
    }
    if !of_claim {
        for (name, bound) in limit.field("maxLimitRequestRatio").text_entries() {
            let of = |list: &Amounts| list.get(name).map_or(0, |amount| nanos(amount));
            errors.extend(over_ratio(name, kind, bound, of(requests), of(limits)));
        }
    }
    errors
}

/// Models: limitRequestRatioConstraint.
fn over_ratio(name: &str, kind: &str, bound: &str, request: i128, limit: i128) -> Option<String> {
    let words = format!("{name} max limit to request ratio per {kind} is {bound}");
    if request == 0 {
        return Some(format!("{words}, but no request is specified or request is 0"));
    }
    if limit == 0 {
        return Some(format!("{words}, but no limit is specified or limit is 0"));
    }
    let is_over = limit.saturating_mul(NANO) > nanos(bound).saturating_mul(request);
    #[expect(clippy::cast_precision_loss, reason = "Kubernetes prints a floating-point number")]
    let ratio = limit as f64 / request as f64;
    is_over.then(|| format!("{words}, but provided ratio is {ratio:.6}"))
}

fn nanos(amount: &str) -> i128 {
    quantity::nanos(amount).unwrap_or_default()
}
