//! Cluster addresses, address families and node ports of Services.
//!
//! Models: pkg/registry/core/service/storage/{alloc,storage}.go (v1.36).

use crate::server::allocations::{AllocationError, Allocator};
use crate::store::fields::{at, list, remove, set, text, texts};
use crate::store::object::Object;
use api::{Detail, Finding, Map, Path, Rule, Value};
use std::collections::BTreeSet;
use std::net::IpAddr;

pub(crate) fn on_create(mut allocator: Allocator, value: &mut Value) -> Result<(), AllocationError> {
    let mut spec = take_spec(value);
    let result = create(&mut allocator, &mut spec);
    set(value, &["spec"], spec);
    result
}

pub(crate) fn on_update(mut allocator: Allocator, old: &Object, value: &mut Value) -> Result<(), AllocationError> {
    let mut spec = take_spec(value);
    let result = update(&mut allocator, old, &mut spec);
    set(value, &["spec"], spec);
    result
}

/// The path of a field of `spec`.
fn spec_path(field: &str) -> Path {
    Path::root().field("spec").field(field)
}

fn take_spec(value: &mut Value) -> Value {
    match value.get_mut("spec") {
        Some(spec) if spec.is_object() => spec.take(),
        _ => Value::Object(Map::new()),
    }
}

fn create(allocator: &mut Allocator, spec: &mut Value) -> Result<(), AllocationError> {
    if ips(spec).is_empty() && !text(spec, &["clusterIP"]).is_empty() {
        set_ips(spec, vec![text(spec, &["clusterIP"])]);
    }
    init_families(spec, None)?;
    allocate_addresses(allocator, spec)?;
    if matches!(kind(spec).as_str(), "NodePort" | "LoadBalancer") {
        init_node_ports(allocator, spec)?;
    }
    if needs_health_check(spec) {
        allocate_health_check(allocator, spec)?;
    }
    Ok(())
}

fn update(allocator: &mut Allocator, old: &Object, spec: &mut Value) -> Result<(), AllocationError> {
    let before = old.at(&["spec"]);
    patch_allocated(spec, before);
    normalize_ips(spec, before);
    init_families(spec, Some(before))?;
    update_addresses(allocator, spec, before)?;
    if matches!(kind(spec).as_str(), "NodePort" | "LoadBalancer") {
        update_node_ports(allocator, spec, before)?;
    }
    if needs_health_check(spec) && !needs_health_check(before) {
        allocate_health_check(allocator, spec)?;
    }
    Ok(())
}

fn kind(spec: &Value) -> String {
    text(spec, &["type"])
}

fn ips(spec: &Value) -> Vec<String> {
    texts(at(spec, &["clusterIPs"]))
}

fn families(spec: &Value) -> Vec<String> {
    texts(at(spec, &["ipFamilies"]))
}

fn set_ips(spec: &mut Value, ips: Vec<String>) {
    set(spec, &["clusterIPs"], ips.into());
}

fn invalid(path: &Path, value: Value, detail: impl Into<Detail>) -> Finding {
    Finding::invalid(path.clone(), value, detail)
}

fn family(ip: &str) -> Option<&'static str> {
    match ip.parse::<IpAddr>().ok()? {
        IpAddr::V4(_) => Some("IPv4"),
        IpAddr::V6(_) => Some("IPv6"),
    }
}

fn other(family: &str) -> &'static str {
    if family == "IPv4" { "IPv6" } else { "IPv4" }
}

/// Models: initIPFamilyFields.
fn init_families(spec: &mut Value, before: Option<&Value>) -> Result<(), AllocationError> {
    if kind(spec) == "ExternalName" || before.is_some_and(|before| unchanged_prefer_dual(spec, before)) {
        return Ok(());
    }
    let bare_headless = text(spec, &["clusterIP"]) == "None" && map_is_empty(at(spec, &["selector"]));
    if at(spec, &["ipFamilyPolicy"]).is_null() {
        let inherited = before
            .map(|before| text(before, &["ipFamilyPolicy"]))
            .filter(|policy| !policy.is_empty());
        let inferred = if bare_headless {
            "RequireDualStack"
        } else {
            "SingleStack"
        };
        set(
            spec,
            &["ipFamilyPolicy"],
            inherited.unwrap_or_else(|| inferred.to_owned()).into(),
        );
    }
    let wrong = api::validate_service_cluster_ips(spec, before);
    if !wrong.is_empty() {
        return Err(AllocationError::Fields(wrong));
    }
    let policy = text(spec, &["ipFamilyPolicy"]);
    let mut errors = Vec::new();
    if let Some(before) = before {
        release_secondary(spec, before, &policy, &mut errors);
    }
    if policy == "SingleStack" {
        let path = spec_path("ipFamilyPolicy");
        if ips(spec).len() == 2 {
            let why = "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified";
            errors.push(invalid(&path, policy.clone().into(), (Rule::DualStackPolicy, why)));
        }
        if families(spec).len() == 2 {
            let why = "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified";
            errors.push(invalid(&path, policy.clone().into(), (Rule::DualStackPolicy, why)));
        }
    }
    let mut named = families(spec);
    for ip in ips(spec).iter().skip(named.len()) {
        match family(ip) {
            Some(family) => named.push(family.to_owned()),
            None => break,
        }
    }
    if !errors.is_empty() {
        return Err(AllocationError::Fields(errors));
    }
    if named.is_empty() {
        named.push("IPv4".to_owned());
    }
    if policy != "SingleStack" && named.len() == 1 {
        let second = other(named.first().map_or("IPv4", String::as_str)).to_owned();
        named.push(second);
    }
    set(spec, &["ipFamilies"], named.into());
    Ok(())
}

fn map_is_empty(value: &Value) -> bool {
    value.as_object().is_none_or(Map::is_empty)
}

/// Models: isMatchingPreferDualStackClusterIPFields.
fn unchanged_prefer_dual(spec: &Value, before: &Value) -> bool {
    let policy = |spec: &Value| text(spec, &["ipFamilyPolicy"]);
    kind(spec) == kind(before)
        && policy(spec) == "PreferDualStack"
        && matches!(policy(before).as_str(), "PreferDualStack" | "")
        && ips(spec) == ips(before)
        && families(spec) == families(before)
}

fn release_secondary(spec: &mut Value, before: &Value, policy: &str, errors: &mut Vec<Finding>) {
    let (now, then) = (ips(spec), ips(before));
    let (named, named_then) = (families(spec), families(before));
    if policy == "SingleStack" {
        if now == then && now.len() > 1 {
            set_ips(spec, now.into_iter().take(1).collect());
        }
        if named == named_then && named.len() > 1 {
            set(
                spec,
                &["ipFamilies"],
                named.into_iter().take(1).collect::<Vec<_>>().into(),
            );
        }
        return;
    }
    let path = spec_path("ipFamilyPolicy");
    if !now.is_empty() && now.len() < then.len() {
        let why = "must be 'SingleStack' to release the secondary cluster IP";
        errors.push(invalid(&path, policy.into(), (Rule::SecondaryReleased, why)));
    }
    if !named.is_empty() && named.len() < named_then.len() {
        let why = "must be 'SingleStack' to release the secondary IP family";
        errors.push(invalid(&path, policy.into(), (Rule::SecondaryReleased, why)));
    }
}

/// Models: allocClusterIPs.
fn allocate_addresses(allocator: &Allocator, spec: &mut Value) -> Result<(), AllocationError> {
    let mut addresses = ips(spec);
    if kind(spec) == "ExternalName" || addresses.first().is_some_and(|ip| ip == "None") {
        return Ok(());
    }
    let named = families(spec);
    addresses.resize(addresses.len().max(named.len()), String::new());
    set_ips(spec, addresses.clone());
    for index in 0..named.len() {
        allocate_address(allocator, spec, &named, &mut addresses, index)?;
    }
    if let Some(first) = addresses.first() {
        set(spec, &["clusterIP"], first.clone().into());
    }
    set_ips(spec, addresses);
    Ok(())
}

/// Models: allocIPs.
fn allocate_address(
    allocator: &Allocator,
    spec: &Value,
    named: &[String],
    addresses: &mut [String],
    index: usize,
) -> Result<(), AllocationError> {
    let (Some(family), Some(address)) = (named.get(index), addresses.get_mut(index)) else {
        return Ok(());
    };
    let refuse = |doing: &str, why: &Detail| {
        let detail = (why.rule.unwrap_or(Rule::Other), format!("{doing}: {why}"));
        let finding = invalid(&spec_path("clusterIPs"), ips(spec).into(), detail);
        let nameless = finding.rule == Rule::ServiceUnnamed;
        AllocationError::field(finding.placed(if nameless {
            Path::root().field("metadata").field("name")
        } else {
            spec_path("clusterIPs").index(index)
        }))
    };
    if address.is_empty() {
        let free = allocator.take_free_address(family);
        *address = free.map_err(|why| refuse("failed to allocate IP", &why))?.to_string();
        return Ok(());
    }
    let Ok(ip) = address.parse::<IpAddr>() else {
        let words = format!("failed to parse service IP \"{address}\"");
        let finding = Finding::message(spec_path("clusterIPs").index(index), words);
        return Err(AllocationError::Internal(Box::new(finding)));
    };
    allocator
        .take_address(ip)
        .map_err(|why| refuse(&format!("failed to allocate IP {address}"), &why))
}

/// Models: updateClusterIPs.
fn update_addresses(allocator: &Allocator, spec: &mut Value, before: &Value) -> Result<(), AllocationError> {
    if unchanged_prefer_dual(spec, before) {
        return Ok(());
    }
    let external = |spec: &Value| kind(spec) == "ExternalName";
    if external(before) && !external(spec) {
        return allocate_addresses(allocator, spec);
    }
    if ips(before).first().is_some_and(|ip| ip == "None") || external(spec) {
        return Ok(());
    }
    let named = families(spec);
    if families(before).len() == 1 && named.len() == 2 {
        let mut addresses = ips(spec);
        addresses.resize(addresses.len().max(2), String::new());
        set_ips(spec, addresses.clone());
        allocate_address(allocator, spec, &named, &mut addresses, 1)?;
        set_ips(spec, addresses);
    }
    Ok(())
}

fn should_allocate_ports(spec: &Value) -> bool {
    match kind(spec).as_str() {
        "NodePort" => true,
        "LoadBalancer" => at(spec, &["allocateLoadBalancerNodePorts"]) != &Value::Bool(false),
        _ => false,
    }
}

fn port_number(port: &Value, field: &str) -> i64 {
    at(port, &[field]).as_i64().unwrap_or_default()
}

/// Models: initNodePorts.
fn init_node_ports(allocator: &mut Allocator, spec: &mut Value) -> Result<(), AllocationError> {
    let all = list(at(spec, &["ports"])).to_vec();
    let allocate = should_allocate_ports(spec);
    let mut by_port = std::collections::BTreeMap::<i64, i64>::new();
    let Some(ports) = spec.get_mut("ports").and_then(Value::as_array_mut) else {
        return Ok(());
    };
    for (index, port) in ports.iter_mut().enumerate() {
        let (number, given) = (port_number(port, "port"), port_number(port, "nodePort"));
        if given == 0 && !allocate {
            continue;
        }
        let refuse = |asked: i64, why: (Rule, &str)| {
            let path = spec_path("ports").index(index).field("nodePort");
            AllocationError::field(invalid(&path, asked.into(), why))
        };
        match by_port.get(&number).copied() {
            None => {
                let asked = all
                    .iter()
                    .find(|other| port_number(other, "port") == number && port_number(other, "nodePort") != 0)
                    .map(|other| port_number(other, "nodePort"));
                let node_port = match asked {
                    Some(asked) => allocator
                        .take_port(asked)
                        .map(|()| asked)
                        .map_err(|why| refuse(asked, why))?,
                    None => allocator.take_free_port(&number.to_string()),
                };
                set(port, &["nodePort"], node_port.into());
                by_port.insert(number, node_port);
            }
            Some(node_port) if given == 0 => set(port, &["nodePort"], node_port.into()),
            Some(node_port) if given == node_port => {}
            Some(_) => allocator.take_port(given).map_err(|why| refuse(given, why))?,
        }
    }
    Ok(())
}

/// Models: updateNodePorts.
fn update_node_ports(allocator: &mut Allocator, spec: &mut Value, before: &Value) -> Result<(), AllocationError> {
    let allocate = should_allocate_ports(spec);
    let held: BTreeSet<i64> = list(at(before, &["ports"]))
        .iter()
        .map(|port| port_number(port, "nodePort"))
        .collect();
    let mut asked = BTreeSet::<i64>::new();
    let mut seen = BTreeSet::<(String, i64)>::new();
    let Some(ports) = spec.get_mut("ports").and_then(Value::as_array_mut) else {
        return Ok(());
    };
    for (index, port) in ports.iter_mut().enumerate() {
        let mut given = port_number(port, "nodePort");
        if given == 0 && !allocate {
            continue;
        }
        if given == 0 {
            given = allocator.take_free_port(&port_number(port, "port").to_string());
            set(port, &["nodePort"], given.into());
        } else if !held.contains(&given) && asked.insert(given) {
            allocator.take_port(given).map_err(|why| {
                let path = spec_path("ports").index(index).field("nodePort");
                AllocationError::field(invalid(&path, given.into(), why))
            })?;
        }
        let protocol = text(port, &["protocol"]);
        let duplicate = format!("duplicate nodePort: {{{protocol} {given}}}");
        if !seen.insert((protocol, given)) {
            return Err(AllocationError::Unexplained(duplicate));
        }
    }
    Ok(())
}

/// Models: pkg/api/service NeedsHealthCheck.
fn needs_health_check(spec: &Value) -> bool {
    kind(spec) == "LoadBalancer" && text(spec, &["externalTrafficPolicy"]) == "Local"
}

fn allocate_health_check(allocator: &mut Allocator, spec: &mut Value) -> Result<(), AllocationError> {
    let given = port_number(spec, "healthCheckNodePort");
    if given == 0 {
        let port = allocator.take_free_port("health check");
        set(spec, &["healthCheckNodePort"], port.into());
        return Ok(());
    }
    allocator.take_port(given).map_err(|why| {
        let words = format!("failed to allocate requested HealthCheck NodePort {given}: {}", why.1);
        AllocationError::Internal(Box::new(Finding::message(
            spec_path("healthCheckNodePort"),
            (why.0, words),
        )))
    })
}

/// Models: patchAllocatedValues.
fn patch_allocated(spec: &mut Value, before: &Value) {
    if kind(before) != "ExternalName" && kind(spec) != "ExternalName" {
        if text(spec, &["clusterIP"]).is_empty() && !text(before, &["clusterIP"]).is_empty() {
            set(spec, &["clusterIP"], at(before, &["clusterIP"]).clone());
        }
        if ips(spec).is_empty() && !ips(before).is_empty() {
            set_ips(spec, ips(before));
        }
    }
    if should_allocate_ports(before) && should_allocate_ports(spec) {
        let used = |spec: &Value| -> BTreeSet<i64> {
            list(at(spec, &["ports"]))
                .iter()
                .map(|port| port_number(port, "nodePort"))
                .filter(|port| *port != 0)
                .collect()
        };
        let kept: BTreeSet<i64> = used(before).intersection(&used(spec)).copied().collect();
        let old = list(at(before, &["ports"]));
        for port in spec
            .get_mut("ports")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            let same_name = old
                .iter()
                .rev()
                .find(|old| text(old, &["name"]) == text(port, &["name"]));
            let known = same_name.map_or(0, |old| port_number(old, "nodePort"));
            if port_number(port, "nodePort") == 0 && known != 0 && !kept.contains(&known) {
                set(port, &["nodePort"], known.into());
            }
        }
    }
    if needs_health_check(before) && needs_health_check(spec) && port_number(spec, "healthCheckNodePort") == 0 {
        set(
            spec,
            &["healthCheckNodePort"],
            at(before, &["healthCheckNodePort"]).clone(),
        );
    }
}

/// Models: normalizeClusterIPs, for updates.
fn normalize_ips(spec: &mut Value, before: &Value) {
    let (now, then) = (text(spec, &["clusterIP"]), text(before, &["clusterIP"]));
    let same = ips(spec) == ips(before);
    if now == then {
        if ips(spec).is_empty() && !ips(before).is_empty() {
            set_ips(spec, ips(before));
        }
    } else if !same {
    } else if now.is_empty() {
        remove(spec, &["clusterIPs"]);
    } else {
        set_ips(spec, vec![now]);
    }
}

/// Models: pkg/registry/core/service/strategy.go dropTypeDependentFields (v1.36).
pub(crate) fn drop_type_dependent_fields(value: &mut Value, old: &Value) {
    let before = at(old, &["spec"]);
    let Some(spec) = value.get_mut("spec") else { return };
    let same = |spec: &Value, field: &str| spec.get(field) == before.get(field);
    if kind(before) != "ExternalName" && kind(spec) == "ExternalName" {
        if same(spec, "clusterIP") && same(spec, "clusterIPs") {
            remove(spec, &["clusterIP"]);
            remove(spec, &["clusterIPs"]);
        }
        for field in ["ipFamilies", "ipFamilyPolicy"] {
            if same(spec, field) {
                remove(spec, &[field]);
            }
        }
    }
    let node_ports = |spec: &Value| {
        list(at(spec, &["ports"]))
            .iter()
            .map(|port| port_number(port, "nodePort"))
            .collect::<BTreeSet<_>>()
    };
    if should_allocate_ports(before) && !should_allocate_ports(spec) && node_ports(before) == node_ports(spec) {
        for port in spec
            .get_mut("ports")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            remove(port, &["nodePort"]);
        }
    }
    if needs_health_check(before) && !needs_health_check(spec) && same(spec, "healthCheckNodePort") {
        remove(spec, &["healthCheckNodePort"]);
    }
    if kind(before) == "LoadBalancer" && kind(spec) != "LoadBalancer" {
        for field in ["allocateLoadBalancerNodePorts", "loadBalancerClass"] {
            if same(spec, field) {
                remove(spec, &[field]);
            }
        }
    }
    let reachable = |spec: &Value| {
        matches!(kind(spec).as_str(), "NodePort" | "LoadBalancer")
            || kind(spec) == "ClusterIP" && !list(at(spec, &["externalIPs"])).is_empty()
    };
    if reachable(before) && !reachable(spec) && same(spec, "externalTrafficPolicy") {
        remove(spec, &["externalTrafficPolicy"]);
    }
    if kind(spec) != "LoadBalancer" {
        set(value, &["status", "loadBalancer"], Value::Object(Map::new()));
    }
}
