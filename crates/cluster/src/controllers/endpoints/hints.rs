//! Hints in slices: which zones and nodes should use an endpoint.

use crate::controllers::endpoints::plan::{Plan, SliceChange};
use crate::store::{Object, ObjectKey, Shared, Store, Tools};

use api::view::Node;
use api::{Fields, Kind, Value, quantity};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// How much more than its share of requests an endpoint may get.
const OVERLOAD: f64 = 0.2;
const OFF: &str = "TopologyAwareHintsDisabled";
const COMPONENT: &str = "endpoint-slice-controller";

/// How many endpoints a zone needs.
struct Allocation {
    minimum: i32,
    maximum: i32,
    desired: f64,
}

type Allocations = BTreeMap<String, Allocation>;

/// The Services whose endpoints have hints by topology.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Hinted(Shared<BTreeSet<ObjectKey>>);

impl Hinted {
    /// Returns whether the Service was among them.
    fn remove(&mut self, service: &ObjectKey) -> bool {
        self.0.contains(service) && self.0.edit().remove(service)
    }
}

/// Models: staging/src/k8s.io/endpointslice/reconciler.go reconcileByAddressType, its part on hints (v1.36).
pub(crate) fn add_hints(tools: &mut Tools, hinted: &mut Hinted, service: &Rc<Object>, family: &str, plan: &mut Plan) {
    let by_topology = is_by_topology(service);
    let said = if by_topology {
        match hint_by_topology(&tools.store, plan) {
            Ok(()) => {
                let new = hinted.0.edit().insert(service.key.clone());
                let on = (
                    "Normal",
                    "TopologyAwareHintsEnabled",
                    "Topology Aware Hints has been enabled",
                );
                new.then(|| (on.0, on.1, on.2.to_owned()))
            }
            Err(why) => {
                hinted.remove(&service.key);
                hint_each(plan, |_| None);
                Some(("Warning", OFF, why))
            }
        }
    } else {
        let distribution = service.spec().field("trafficDistribution").as_text();
        hint_each(plan, |endpoint| preferred(distribution, endpoint));
        let off = ("Warning", OFF, "Topology Aware Hints has been disabled".to_owned());
        hinted.remove(&service.key).then_some(off)
    };
    if let Some((kind, reason, message)) = said {
        let message = format!("{message}, addressType: {family}");
        tools.event_of_type(kind, service, COMPONENT, reason, &message);
    }
}

/// Gives each zone endpoints in proportion to its processors, its own first; the error is the message of the event.
///
/// Models: staging/src/k8s.io/endpointslice/topologycache/topologycache.go AddHints (v1.36).
fn hint_by_topology(store: &Store, plan: &mut Plan) -> Result<(), String> {
    let allocations = allocations(store, ready_endpoints(plan))?;
    let mut given: BTreeMap<String, i32> = BTreeMap::new();
    for mut change in std::mem::take(&mut plan.unchanged) {
        let stored = change.slice.field("endpoints").list().to_vec();
        if let Some(hints) = usable_hints(&stored, &given, &allocations) {
            for (zone, count) in hints {
                *given.entry(zone).or_default() += count;
            }
            change.content.endpoints = stored;
            plan.unchanged.push(change);
        } else {
            plan.update.push(change);
        }
    }
    for endpoint in changing(plan) {
        let Some(zone) = endpoint.field("zone").as_text().map(str::to_owned) else {
            return Err("One or more endpoints do not have a zone specified".to_owned());
        };
        endpoint["hints"] = json!({"forZones": [{"name": zone}]});
        *given.entry(zone).or_default() += 1;
    }
    redistribute(plan, &allocations, &mut given);
    if given.is_empty() {
        return Err("No hints allocated for zones".to_owned());
    }
    Ok(())
}

/// Models: topologycache.go SetNodes, getAllocations.
fn allocations(store: &Store, endpoints: i32) -> Result<Allocations, String> {
    const NO_NODES: &str = "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes";
    let mut by_zone: BTreeMap<String, i128> = BTreeMap::new();
    for node in store.all(Kind::Node) {
        let excluded = ["control-plane", "master"]
            .iter()
            .any(|role| node.label(&format!("node-role.kubernetes.io/{role}")).is_some());
        if excluded || !is_node_ready(node) {
            continue;
        }
        let processors = node
            .status()
            .field("allocatable")
            .field("cpu")
            .as_text()
            .and_then(quantity::nanos);
        match (node.label("topology.kubernetes.io/zone"), processors) {
            (Some(zone), Some(processors)) if processors > 0 => {
                *by_zone.entry(zone.to_owned()).or_default() += processors;
            }
            _ => return Err(NO_NODES.to_owned()),
        }
    }
    if by_zone.len() < 2 {
        return Err(NO_NODES.to_owned());
    }
    let zones = by_zone.len();
    let counts = format!("({endpoints} endpoints, {zones} zones)");
    if i32::try_from(zones).is_ok_and(|zones| zones > endpoints) {
        return Err(format!("Insufficient number of endpoints {counts}"));
    }
    let total: i128 = by_zone.values().sum();
    let mut allocations = Allocations::new();
    for (zone, processors) in by_zone {
        let desired = share(processors, total) * f64::from(endpoints);
        let minimum = whole((desired * (1.0 / (1.0 + OVERLOAD))).ceil());
        let desired = desired.max(f64::from(minimum));
        allocations.insert(
            zone,
            Allocation {
                minimum,
                maximum: 0,
                desired,
            },
        );
    }
    let least: i32 = allocations.values().map(|it| it.minimum).sum();
    if least > endpoints {
        return Err(format!(
            "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold {counts}"
        ));
    }
    for allocation in allocations.values_mut() {
        allocation.maximum = allocation.minimum + endpoints - least;
    }
    Ok(allocations)
}

#[allow(clippy::cast_precision_loss, reason = "a share of a few processors")]
fn share(part: i128, of: i128) -> f64 {
    part as f64 / of as f64
}

#[allow(clippy::cast_possible_truncation, reason = "no more than there are endpoints")]
fn whole(number: f64) -> i32 {
    number as i32
}

/// Models: staging/src/k8s.io/endpointslice/utils.go hintsEnabled (v1.36).
pub(crate) fn is_by_topology(service: &Object) -> bool {
    let annotation = |name: &str| service.annotation(&format!("service.kubernetes.io/{name}"));
    let mode = annotation("topology-aware-hints").or_else(|| annotation("topology-mode"));
    matches!(mode, Some("Auto" | "auto"))
}

fn is_node_ready(node: &Object) -> bool {
    let ready = Node::of(&node.value).condition("Ready");
    ready.is_some_and(|it| it.field("status") == "True")
}

fn is_ready(endpoint: &Value) -> bool {
    endpoint.field("conditions").field("ready").flag()
}

fn ready_endpoints(plan: &Plan) -> i32 {
    let created = plan.create.iter();
    let changed = plan.update.iter().chain(&plan.unchanged).map(|it| &it.content);
    let endpoints = created.chain(changed).flat_map(|it| &it.endpoints);
    i32::try_from(endpoints.filter(|it| is_ready(it)).count()).unwrap_or(i32::MAX)
}

/// The ready endpoints of slices that will be written anyway.
fn changing(plan: &mut Plan) -> impl Iterator<Item = &mut Value> {
    let created = plan.create.iter_mut();
    let changed = plan.update.iter_mut().map(|it| &mut it.content);
    let endpoints = created.chain(changed).flat_map(|it| &mut it.endpoints);
    endpoints.filter(|it| is_ready(it))
}

/// Models: staging/src/k8s.io/endpointslice/trafficdist/trafficdist.go (v1.36).
fn preferred(distribution: Option<&str>, endpoint: &Value) -> Option<Value> {
    let by_node = match distribution? {
        "PreferClose" | "PreferSameZone" => false,
        "PreferSameNode" => true,
        _ => return None,
    };
    let name = |field: &str| endpoint.field(field).as_text();
    let mut hints = json!({});
    if let Some(node) = name("nodeName").filter(|_| by_node) {
        hints["forNodes"] = json!([{"name": node}]);
    }
    if let Some(zone) = name("zone") {
        hints["forZones"] = json!([{"name": zone}]);
    }
    let given = hints.as_object().is_some_and(|it| !it.is_empty());
    (given && is_ready(endpoint)).then_some(hints)
}

/// Gives each endpoint the hints for it; a slice that had others is updated.
fn hint_each(plan: &mut Plan, hints: impl Fn(&Value) -> Option<Value>) {
    let give = |endpoints: &mut Vec<Value>| {
        for endpoint in endpoints {
            if let Some(hints) = hints(endpoint) {
                endpoint["hints"] = hints;
            }
        }
    };
    for content in &mut plan.create {
        give(&mut content.endpoints);
    }
    for change in plan.update.iter_mut().chain(&mut plan.unchanged) {
        give(&mut change.content.endpoints);
    }
    let has_others = |change: &SliceChange| {
        let stored = change.slice.field("endpoints").list().iter();
        let pairs = stored.zip(&change.content.endpoints);
        { pairs }.any(|(old, new)| old.field("hints") != new.field("hints"))
    };
    let (others, same) = std::mem::take(&mut plan.unchanged).into_iter().partition(has_others);
    plan.unchanged = same;
    plan.update.extend::<Vec<SliceChange>>(others);
}

/// How many hints a slice has for each zone; `None` if an endpoint has none or a zone would get too many.
///
/// Models: staging/src/k8s.io/endpointslice/topologycache/utils.go getHintsByZone (v1.36).
fn usable_hints(
    endpoints: &[Value],
    given: &BTreeMap<String, i32>,
    allocations: &Allocations,
) -> Option<BTreeMap<String, i32>> {
    let mut hints: BTreeMap<String, i32> = BTreeMap::new();
    for endpoint in endpoints.iter().filter(|it| is_ready(it)) {
        let zones = endpoint.field("hints").field("forZones").list();
        if zones.is_empty() {
            return None;
        }
        for zone in zones {
            let zone = zone.field("name").as_text()?;
            allocations.get(zone)?;
            *hints.entry(zone.to_owned()).or_default() += 1;
        }
    }
    let fits = hints.iter().all(|(zone, count)| {
        let most = allocations.get(zone).map_or(0, |it| it.maximum);
        count + given.get(zone).copied().unwrap_or_default() <= most
    });
    fits.then_some(hints)
}

/// Moves hints from zones with more endpoints than they need to zones with fewer.
///
/// Models: staging/src/k8s.io/endpointslice/topologycache/utils.go getGivingAndReceivingZones, redistributeHints (v1.36).
fn redistribute(plan: &mut Plan, allocations: &Allocations, given: &mut BTreeMap<String, i32>) {
    let (mut giving, mut receiving): (BTreeMap<&str, f64>, BTreeMap<&str, f64>) = Default::default();
    for (zone, allocation) in allocations {
        let over = f64::from(given.get(zone).copied().unwrap_or_default()) - allocation.desired;
        if over > 0.0 {
            giving.insert(zone, over);
        } else if over < 0.0 {
            receiving.insert(zone, -over);
        }
    }
    let (mut to_give, mut takers): (BTreeMap<&str, i32>, Vec<&str>) = Default::default();
    while let (Some((from, more)), Some((to, less))) = (most(&giving), most(&receiving)) {
        if more < 1.0 && less < 1.0 || more < 0.5 || less < 0.5 {
            break;
        }
        giving.entry(from).and_modify(|it| *it -= 1.0);
        receiving.entry(to).and_modify(|it| *it -= 1.0);
        *to_give.entry(from).or_default() += 1;
        takers.push(to);
    }
    for endpoint in changing(plan) {
        let zone = endpoint.field("zone").text();
        let Some(left) = to_give.get_mut(zone).filter(|it| **it > 0) else {
            continue;
        };
        let Some(to) = takers.pop() else { break };
        *left -= 1;
        *given.entry(zone.to_owned()).or_default() -= 1;
        *given.entry(to.to_owned()).or_default() += 1;
        endpoint["hints"] = json!({"forZones": [{"name": to}]});
    }
}

/// The zone with the highest number, the first of equals.
fn most<'a>(zones: &BTreeMap<&'a str, f64>) -> Option<(&'a str, f64)> {
    let mut most: Option<(&str, f64)> = None;
    for (zone, number) in zones {
        if *number > most.map_or(0.0, |(_, number)| number) {
            most = Some((zone, *number));
        }
    }
    most
}
