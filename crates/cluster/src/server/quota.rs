//! Resource quotas: what objects use, and the admission plugin that refuses what exceeds a quota.
//!
//! Models: pkg/quota/v1/evaluator/core, apiserver/pkg/admission/plugin/resourcequota/controller.go (v1.36).

use crate::server::qos::qos_class;
use crate::store::{Object, Store};
use api::{Amounts, Cursor, Fields, Kind, Value, quantity};
use std::collections::{BTreeMap, BTreeSet};

/// Resources for which every container must say what it needs, once a quota names them.
const REQUIRED: [&str; 6] = [
    "cpu",
    "limits.cpu",
    "limits.memory",
    "memory",
    "requests.cpu",
    "requests.memory",
];

/// Why an object exceeds a quota of its namespace; `old` is what it replaces.
///
/// Models: CheckRequest.
/// Differs: usage is counted now, not when the controller last looked.
pub(crate) fn refuse(
    store: &Store,
    kind: Kind,
    namespace: &str,
    object: &Value,
    old: Option<&Value>,
) -> Option<String> {
    if old.is_some() && !matches!(kind, Kind::Service | Kind::PersistentVolumeClaim) {
        return None;
    }
    store.of_namespace(Kind::ResourceQuota, namespace).find_map(|quota| {
        let hard = quota.spec().field("hard");
        let names: Vec<&str> = hard
            .text_entries()
            .map(|(name, _)| name)
            .filter(|name| measures(kind, name))
            .collect();
        if names.is_empty() || !is_in_scope(quota, kind, object) {
            return None;
        }
        if let Some(why) = unspecified(kind, object, &names) {
            return Some(format!("failed quota: {}: {why}", quota.name()));
        }
        let (asked, before) = (usage(kind, object), old.map(|old| usage(kind, old)).unwrap_or_default());
        let used = total(store, quota, Some(kind));
        let mut exceeded = BTreeMap::new();
        for name in names {
            let nothing = || "0".to_owned();
            let amount = asked.get(name).cloned().unwrap_or_else(nothing);
            let more = match before.get(name) {
                Some(before) => quantity::difference(&amount, before).unwrap_or(amount),
                None => amount,
            };
            let used = used.get(name).cloned().unwrap_or_else(nothing);
            let limit = hard.field(name).text();
            let sum = nanos(&used).saturating_add(nanos(&more));
            if nanos(&more) > 0 && sum > nanos(limit) {
                exceeded.insert(name, [more, used, limit.to_owned()]);
            }
        }
        let list = |part: usize| {
            let amounts = exceeded
                .iter()
                .filter_map(|(name, parts)| Some(format!("{name}={}", parts.get(part)?)));
            amounts.collect::<Vec<_>>().join(",")
        };
        (!exceeded.is_empty()).then(|| {
            let name = quota.name();
            format!(
                "exceeded quota: {name}, requested: {}, used: {}, limited: {}",
                list(0),
                list(1),
                list(2)
            )
        })
    })
}

/// What is used of a quota, by the names of its hard limits; of the objects of one kind or of all.
pub(crate) fn total(store: &Store, quota: &Object, only: Option<Kind>) -> Amounts {
    let names: Vec<&str> = quota
        .spec()
        .field("hard")
        .text_entries()
        .map(|(name, _)| name)
        .collect();
    let mut used: Amounts = names.iter().map(|name| ((*name).to_owned(), "0".to_owned())).collect();
    let kinds = store.kinds().filter(|kind| only.is_none_or(|only| only == *kind));
    for kind in kinds {
        let measured: Vec<&str> = names.iter().copied().filter(|name| measures(kind, name)).collect();
        if measured.is_empty() {
            continue;
        }
        for object in store.of_namespace(kind, quota.namespace()) {
            if !is_in_scope(quota, kind, &object.value) {
                continue;
            }
            let own = usage(kind, &object.value);
            for name in &measured {
                if let (Some(sum), Some(amount)) = (used.get_mut(*name), own.get(*name))
                    && let Some(more) = quantity::sum(sum, amount)
                {
                    *sum = more;
                }
            }
        }
    }
    used
}

/// Whether a quota's resource is counted on objects of a kind.
///
/// Models: each evaluator's MatchingResources.
fn measures(kind: Kind, name: &str) -> bool {
    if !kind.namespaced() {
        return false;
    }
    if name
        .strip_prefix("count/")
        .is_some_and(|counted| counted == kind.qualified_resource())
    {
        return true;
    }
    let is_request = name.starts_with("requests.") && name != "requests.storage";
    let of_class = name.contains(".storageclass.storage.k8s.io/");
    match kind {
        Kind::Pod => {
            matches!(name, "pods" | "cpu" | "memory" | "ephemeral-storage")
                || name.starts_with("limits.")
                || name.starts_with("hugepages-")
                || is_request && !of_class
        }
        Kind::Service => matches!(name, "services" | "services.nodeports" | "services.loadbalancers"),
        Kind::PersistentVolumeClaim => matches!(name, "persistentvolumeclaims" | "requests.storage") || of_class,
        Kind::ConfigMap | Kind::Secret | Kind::ReplicationController | Kind::ResourceQuota => name == kind.plural(),
        _ => false,
    }
}

/// What an object uses.
fn usage(kind: Kind, object: &Value) -> Amounts {
    let mut used = Amounts::new();
    let mut count = |name: &str, number: usize| used.insert(name.to_owned(), number.to_string());
    count(&format!("count/{}", kind.qualified_resource()), 1);
    match kind {
        Kind::Pod => {
            let over = matches!(object.status().field("phase").text(), "Succeeded" | "Failed");
            if !over {
                count("pods", 1);
                let amounts = |list| api::pod_amounts_with_overhead(object.spec().value, list);
                used.extend(compute(&amounts("requests"), &amounts("limits")));
            }
        }
        Kind::Service => {
            let ports = object.spec().field("ports");
            let chosen = ports
                .items()
                .filter(|port| port.field("nodePort").number() != 0)
                .count();
            let all = ports.items().count();
            let allocates = object.spec().field("allocateLoadBalancerNodePorts").as_flag() != Some(false);
            let kind = object.spec().field("type").text();
            count("services", 1);
            count("services.loadbalancers", usize::from(kind == "LoadBalancer"));
            count(
                "services.nodeports",
                match kind {
                    "NodePort" => all,
                    "LoadBalancer" if allocates => all,
                    "LoadBalancer" => chosen,
                    _ => 0,
                },
            );
        }
        Kind::PersistentVolumeClaim => {
            let spec = object.spec();
            count("persistentvolumeclaims", 1);
            let class = spec.field("storageClassName").text();
            if !class.is_empty() {
                count(
                    &format!("{class}.storageclass.storage.k8s.io/persistentvolumeclaims"),
                    1,
                );
            }
            if let Some(storage) = spec.field("resources").field("requests").field("storage").as_text() {
                used.insert("requests.storage".to_owned(), storage.to_owned());
                if !class.is_empty() {
                    let name = format!("{class}.storageclass.storage.k8s.io/requests.storage");
                    used.insert(name, storage.to_owned());
                }
            }
        }
        _ => {
            count(kind.plural(), 1);
        }
    }
    used
}

/// Models: podComputeUsageHelper.
fn compute(requests: &Amounts, limits: &Amounts) -> Amounts {
    let is_native = |name: &str| matches!(name, "cpu" | "memory" | "ephemeral-storage");
    let mut used = Amounts::new();
    for (name, amount) in requests {
        if is_native(name) || name.starts_with("hugepages-") {
            used.insert(name.clone(), amount.clone());
        }
        used.insert(format!("requests.{name}"), amount.clone());
    }
    let limits = limits.iter().filter(|(name, _)| is_native(name));
    used.extend(limits.map(|(name, amount)| (format!("limits.{name}"), amount.clone())));
    used
}

/// Which containers do not say what a quota counts.
///
/// Models: podEvaluator.Constraints.
fn unspecified(kind: Kind, object: &Value, names: &[&str]) -> Option<String> {
    let whole = object.spec().field("resources");
    if kind != Kind::Pod || !whole.field("requests").is_empty() || !whole.field("limits").is_empty() {
        return None;
    }
    let mut missing: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for list in ["containers", "initContainers"] {
        for container in object.spec().field(list).items() {
            let resources = container.field("resources");
            let used = compute(
                &amounts(resources.field("requests")),
                &amounts(resources.field("limits")),
            );
            for name in REQUIRED.iter().filter(|name| names.contains(name)) {
                if !used.contains_key(*name) {
                    missing.entry(name).or_default().insert(container.field("name").text());
                }
            }
        }
    }
    let words = missing.into_iter().map(|(name, containers)| {
        let containers: Vec<&str> = containers.into_iter().collect();
        format!("{name} for: {}", containers.join(","))
    });
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| format!("must specify {}", words.join("; ")))
}

fn amounts(list: Cursor<'_>) -> Amounts {
    list.text_entries()
        .map(|(name, amount)| (name.to_owned(), amount.to_owned()))
        .collect()
}

/// Whether all scopes of a quota hold of an object; only pods and claims have any.
///
/// Models: podMatchesScopeFunc, generic.Matches.
fn is_in_scope(quota: &Object, kind: Kind, object: &Value) -> bool {
    let spec = quota.spec();
    let plain = spec
        .field("scopes")
        .texts()
        .all(|scope| holds(kind, object, scope, "Exists", Cursor::new(&Value::Null)));
    let rules = spec.field("scopeSelector").field("matchExpressions");
    plain
        && rules.items().all(|rule| {
            let text = |field: &str| rule.field(field).text();
            holds(kind, object, text("scopeName"), text("operator"), rule.field("values"))
        })
}

fn holds(kind: Kind, object: &Value, scope: &str, operator: &str, values: Cursor<'_>) -> bool {
    let spec = object.spec();
    let named = |field: &str| {
        let name = spec.field(field).text();
        let among = !name.is_empty() && values.texts().any(|value| value == name);
        match operator {
            "In" => among,
            "NotIn" => !among,
            "DoesNotExist" => name.is_empty(),
            _ => !name.is_empty(),
        }
    };
    match (kind, scope) {
        (Kind::PersistentVolumeClaim, "VolumeAttributesClass") => named("volumeAttributesClassName"),
        (Kind::Pod, "Terminating") => spec.field("activeDeadlineSeconds").is_set(),
        (Kind::Pod, "NotTerminating") => !spec.field("activeDeadlineSeconds").is_set(),
        (Kind::Pod, "BestEffort") => qos_class(object) == "BestEffort",
        (Kind::Pod, "NotBestEffort") => qos_class(object) != "BestEffort",
        (Kind::Pod, "PriorityClass") => named("priorityClassName"),
        (Kind::Pod, "CrossNamespacePodAffinity") => ["podAffinity", "podAntiAffinity"].iter().any(|pods| {
            let terms = spec.field("affinity").field(pods);
            let required = terms.field("requiredDuringSchedulingIgnoredDuringExecution").items();
            let preferred = terms.field("preferredDuringSchedulingIgnoredDuringExecution").items();
            let preferred = preferred.map(|term| term.field("podAffinityTerm"));
            let crosses =
                |term: Cursor<'_>| !term.field("namespaces").is_empty() || term.field("namespaceSelector").is_set();
            required.chain(preferred).any(crosses)
        }),
        _ => false,
    }
}

fn nanos(amount: &str) -> i128 {
    quantity::nanos(amount).unwrap_or_default()
}
