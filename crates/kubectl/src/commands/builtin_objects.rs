//! Objects that a cluster holds by itself, as far as tables and names show them.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::resources::{FoundObjects, ObjectSelection, Resource, ResourceArgs};
use api::{Kind, Value};
use base::Order;
use cluster::{Cluster, Object, ObjectKey};
use serde_json::json;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Flow schemas: name, priority level, precedence, and how flows are told apart.
///
/// Models: apiserver/pkg/apis/flowcontrol/bootstrap/default.go (v1.36).
const FLOW_SCHEMAS: [(&str, &str, i64, &str); 11] = [
    ("catch-all", "catch-all", 10000, "ByUser"),
    ("exempt", "exempt", 1, ""),
    ("global-default", "global-default", 9900, "ByUser"),
    ("kube-controller-manager", "workload-high", 800, "ByNamespace"),
    ("kube-scheduler", "workload-high", 800, "ByNamespace"),
    ("kube-system-service-accounts", "workload-high", 900, "ByNamespace"),
    ("probes", "exempt", 2, ""),
    ("service-accounts", "workload-low", 9000, "ByUser"),
    ("system-leader-election", "leader-election", 100, "ByUser"),
    ("system-node-high", "node-high", 400, "ByUser"),
    ("system-nodes", "system", 500, "ByUser"),
];

/// Name, shares, and queues with their hand size; none where requests do not wait.
type PriorityLevel = (&'static str, i64, Option<(i64, i64)>);

/// Priority levels.
///
/// Models: apiserver/pkg/apis/flowcontrol/bootstrap/default.go (v1.36).
const PRIORITY_LEVELS: [PriorityLevel; 8] = [
    ("catch-all", 5, None),
    ("exempt", 0, None),
    ("global-default", 20, Some((128, 6))),
    ("leader-election", 10, Some((16, 4))),
    ("node-high", 40, Some((64, 6))),
    ("system", 30, Some((64, 6))),
    ("workload-high", 40, Some((128, 6))),
    ("workload-low", 100, Some((128, 6))),
];
const QUEUE_LENGTH: i64 = 50;

/// A served version beside those of [`api::served`].
const OLDER: &str = "autoscaling/v1";

/// Whether a cluster holds objects of this kind that are listed here.
pub(super) fn are_listed(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::APIService | Kind::FlowSchema | Kind::PriorityLevelConfiguration
    )
}

/// Adds those that are asked for to those that the store has.
pub(super) fn add(
    run: &CommandContext<'_>,
    args: &Args,
    asked: &ResourceArgs,
    found: &mut FoundObjects,
) -> Result<(), Failure> {
    let listed = |resource: &Resource| matches!(resource, Resource::Kept(kind) if are_listed(*kind));
    if !asked.resources().iter().any(listed) {
        return Ok(());
    }
    let stored = std::mem::take(&mut found.objects);
    match asked {
        ResourceArgs::Kinds(kinds) => {
            for resource in kinds {
                let Resource::Kept(kind) = resource else { continue };
                let mut own: Vec<_> = stored.iter().filter(|it| it.kind == *kind).cloned().collect();
                let selection = ObjectSelection::read(args, *resource)?;
                let builtin = of(run.cluster, *kind).into_iter().map(Rc::new);
                let builtin = builtin.filter(|it| selection.contains(&it.value));
                let before = own.len();
                own.extend(builtin);
                if own.len() > before {
                    own.order_by_key(|it| it.name().to_owned());
                }
                found.objects.extend(own);
            }
        }
        ResourceArgs::Names(names) => {
            for (resource, name) in names {
                let Resource::Kept(kind) = resource else { continue };
                let kept = stored.iter().find(|it| it.kind == *kind && it.name() == name);
                let known = || of(run.cluster, *kind).into_iter().find(|it| it.name() == name);
                if let Some(object) = kept.cloned().or_else(|| known().map(Rc::new)) {
                    found.objects.push(object);
                    found.failures.retain(|it| *it != resource.not_found(name));
                }
            }
        }
    }
    Ok(())
}

fn of(cluster: &Cluster, kind: Kind) -> Vec<Object> {
    let namespaces = cluster.list(Kind::Namespace, None);
    let began = namespaces
        .first()
        .map_or(Value::Null, |it| it.metadata().field("creationTimestamp").value.clone());
    let object = |(name, mut value): (String, Value)| {
        value["apiVersion"] = kind.api_version().into();
        value["kind"] = kind.name().into();
        value["metadata"] = json!({"creationTimestamp": began, "name": name});
        Object::new(kind, ObjectKey::new("", &name), value, 0)
    };
    let rows: Vec<(String, Value)> = match kind {
        Kind::APIService => api_services(cluster),
        Kind::FlowSchema => FLOW_SCHEMAS.iter().map(flow_schema).collect(),
        Kind::PriorityLevelConfiguration => PRIORITY_LEVELS.iter().map(priority_level).collect(),
        _ => Vec::new(),
    };
    rows.into_iter().map(object).collect()
}

/// One for each group and version that the server serves itself.
///
/// Models: kube-aggregator/pkg/controllers/autoregister (v1.36).
fn api_services(cluster: &Cluster) -> Vec<(String, Value)> {
    let built_in = api::served().iter().map(|it| it.api_version.to_owned());
    let custom = cluster.custom_kinds().flat_map(|kind| {
        let versions = cluster.custom_versions(kind).into_iter();
        versions.map(move |version| format!("{}/{version}", kind.group()))
    });
    let all: BTreeSet<String> = built_in.chain([OLDER.to_owned()]).chain(custom).collect();
    let name = |served: &String| {
        let (group, version) = served.split_once('/').unwrap_or(("", served));
        format!("{version}.{group}")
    };
    let available = json!({"status": {"conditions": [{"type": "Available", "status": "True"}]}});
    let mut names: Vec<String> = all.iter().map(name).collect();
    names.order();
    names.into_iter().map(|name| (name, available.clone())).collect()
}

fn flow_schema((name, level, precedence, method): &(&str, &str, i64, &str)) -> (String, Value) {
    let mut spec = json!({"matchingPrecedence": precedence, "priorityLevelConfiguration": {"name": level}});
    if !method.is_empty() {
        spec["distinguisherMethod"] = json!({"type": method});
    }
    let status = json!({"conditions": [{"type": "Dangling", "status": "False"}]});
    ((*name).to_owned(), json!({"spec": spec, "status": status}))
}

fn priority_level((name, shares, queues): &PriorityLevel) -> (String, Value) {
    let response = match queues {
        Some((queues, hand)) => json!({
            "queuing": {"handSize": hand, "queueLengthLimit": QUEUE_LENGTH, "queues": queues}, "type": "Queue",
        }),
        None => json!({"type": "Reject"}),
    };
    let spec = if *name == "exempt" {
        json!({"exempt": {"nominalConcurrencyShares": shares}, "type": "Exempt"})
    } else {
        json!({"limited": {"limitResponse": response, "nominalConcurrencyShares": shares}, "type": "Limited"})
    };
    ((*name).to_owned(), json!({"spec": spec}))
}
