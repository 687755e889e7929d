//! Cluster addresses, address families and node ports of Services.
//!
//! Models: pkg/registry/core/service/storage/{alloc,storage}.go (v1.36).

use crate::networks::Families;
use crate::server::allocations::{AllocationError, Allocator};
use crate::store::{Object, remove, set};
use api::ip::Family;
use api::view::{Service, ServiceType};
use api::{Detail, Fields, Finding, Map, Path, Rule, Value};
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
    let address = Service::of_spec(spec).cluster_ip().to_owned();
    if ips(spec).is_empty() && !address.is_empty() {
        set_ips(spec, vec![address]);
    }
    init_families(allocator.families(), spec, None)?;
    allocate_addresses(allocator, spec)?;
    if Service::of_spec(spec).service_type().has_node_ports() {
        init_node_ports(allocator, spec)?;
    }
    if Service::of_spec(spec).needs_health_check() {
        allocate_health_check(allocator, spec)?;
    }
    Ok(())
}

fn update(allocator: &mut Allocator, old: &Object, spec: &mut Value) -> Result<(), AllocationError> {
    let before = old.spec().value;
    patch_allocated(spec, before);
    normalize_ips(spec, before);
    init_families(allocator.families(), spec, Some(before))?;
    update_addresses(allocator, spec, before)?;
    if Service::of_spec(spec).service_type().has_node_ports() {
        update_node_ports(allocator, spec, before)?;
    }
    if Service::of_spec(spec).needs_health_check() && !Service::of_spec(before).needs_health_check() {
        allocate_health_check(allocator, spec)?;
    }
    Ok(())
}

fn ips(spec: &Value) -> Vec<String> {
    Service::of_spec(spec).cluster_ips().map(str::to_owned).collect()
}

fn families(spec: &Value) -> Vec<String> {
    Service::of_spec(spec).ip_families().map(str::to_owned).collect()
}

fn set_ips(spec: &mut Value, ips: Vec<String>) {
    set(spec, &["clusterIPs"], ips.into());
}

fn invalid(path: &Path, value: Value, detail: impl Into<Detail>) -> Finding {
    Finding::invalid(path.clone(), value, detail)
}

/// The other family than one that is named.
fn other(family: &str) -> String {
    Family::read(family).unwrap_or_default().other().word().to_owned()
}

/// Models: initIPFamilyFields.
fn init_families(cluster: Families, spec: &mut Value, before: Option<&Value>) -> Result<(), AllocationError> {
    if Service::of_spec(spec).is_external_name() || before.is_some_and(|before| unchanged_prefer_dual(spec, before)) {
        return Ok(());
    }
    let bare_headless = Service::of_spec(spec).is_headless() && !Service::of_spec(spec).has_selector();
    if !spec.field("ipFamilyPolicy").is_set() {
        let inherited = before
            .map(|before| before.field("ipFamilyPolicy").text())
            .filter(|policy| !policy.is_empty());
        let inferred = if bare_headless {
            "RequireDualStack"
        } else {
            "SingleStack"
        };
        set(spec, &["ipFamilyPolicy"], inherited.unwrap_or(inferred).into());
    }
    let wrong = api::validate_service_cluster_ips(spec, before);
    if !wrong.is_empty() {
        return Err(AllocationError::Fields(wrong));
    }
    let policy = spec.field("ipFamilyPolicy").text().to_owned();
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
    infer_families(cluster, spec, &mut named, &mut errors);
    if !errors.is_empty() {
        return Err(AllocationError::Fields(errors));
    }
    if !bare_headless {
        errors = unconfigured(cluster, &policy, &named);
    }
    if !errors.is_empty() {
        return Err(AllocationError::Fields(errors));
    }
    if named.is_empty() {
        named.push(cluster.primary().word().to_owned());
    }
    if let [only] = named.as_slice()
        && policy != "SingleStack"
        && (bare_headless || cluster.is_dual())
    {
        named.push(other(only));
    }
    set(spec, &["ipFamilies"], named.into());
    Ok(())
}

/// Adds the families of the addresses that were asked for.
fn infer_families(cluster: Families, spec: &Value, named: &mut Vec<String>, errors: &mut Vec<Finding>) {
    let asked = ips(spec);
    for (index, ip) in asked.iter().enumerate().skip(named.len()) {
        let Ok(ip) = ip.parse::<IpAddr>() else { return };
        let family = Family::of(ip);
        if cluster.has(family) {
            named.push(family.word().to_owned());
        } else {
            let why = format!("{} is not configured on this cluster", family.word());
            let path = spec_path("clusterIPs").index(index);
            errors.push(invalid(&path, asked.clone().into(), (Rule::FamilyNotConfigured, why)));
        }
    }
}

/// What is asked for that the cluster lacks.
fn unconfigured(cluster: Families, policy: &str, named: &[String]) -> Vec<Finding> {
    let mut errors = Vec::new();
    if policy == "RequireDualStack" && !cluster.is_dual() {
        let why = "this cluster is not configured for dual-stack services";
        let path = spec_path("ipFamilyPolicy");
        errors.push(invalid(&path, policy.into(), (Rule::FamilyNotConfigured, why)));
    }
    for (index, family) in named.iter().enumerate() {
        if !Family::read(family).is_some_and(|family| cluster.has(family)) {
            let why = "not configured on this cluster";
            let path = spec_path("ipFamilies").index(index);
            errors.push(invalid(&path, family.as_str().into(), (Rule::FamilyNotConfigured, why)));
        }
    }
    errors
}

/// Models: isMatchingPreferDualStackClusterIPFields.
fn unchanged_prefer_dual(spec: &Value, before: &Value) -> bool {
    Service::of_spec(spec).known_type() == Service::of_spec(before).known_type()
        && spec.field("ipFamilyPolicy") == "PreferDualStack"
        && matches!(before.field("ipFamilyPolicy").text(), "PreferDualStack" | "")
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
    if Service::of_spec(spec).is_external_name() || addresses.first().is_some_and(|ip| ip == "None") {
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
        let free = allocator.take_free_address(Family::read(family).unwrap_or_default());
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
    let external = |spec: &Value| Service::of_spec(spec).is_external_name();
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

fn port_number(port: &Value, field: &str) -> i64 {
    port.field(field).number()
}

/// Models: initNodePorts.
fn init_node_ports(allocator: &mut Allocator, spec: &mut Value) -> Result<(), AllocationError> {
    let all = spec.field("ports").list().to_vec();
    let allocate = Service::of_spec(spec).allocates_node_ports();
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

/// Whether a Service may keep node ports: a load balancer that is to get no more keeps those it has.
///
/// Models: pkg/registry/core/service/strategy.go needsNodePort (v1.36).
fn needs_node_ports(spec: &Value) -> bool {
    let kind = Service::of_spec(spec).known_type();
    kind.is_some_and(ServiceType::has_node_ports)
}

/// Models: updateNodePorts.
fn update_node_ports(allocator: &mut Allocator, spec: &mut Value, before: &Value) -> Result<(), AllocationError> {
    let allocate = Service::of_spec(spec).allocates_node_ports();
    let held: BTreeSet<i64> = before
        .field("ports")
        .list()
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
        let protocol = port.field("protocol").text().to_owned();
        let duplicate = format!("duplicate nodePort: {{{protocol} {given}}}");
        if !seen.insert((protocol, given)) {
            return Err(AllocationError::Unexplained(duplicate));
        }
    }
    Ok(())
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
    if !Service::of_spec(before).is_external_name() && !Service::of_spec(spec).is_external_name() {
        if spec.field("clusterIP").text().is_empty() && !before.field("clusterIP").text().is_empty() {
            set(spec, &["clusterIP"], before.field("clusterIP").value.clone());
        }
        if ips(spec).is_empty() && !ips(before).is_empty() {
            set_ips(spec, ips(before));
        }
    }
    if needs_node_ports(before) && needs_node_ports(spec) {
        let used = |spec: &Value| -> BTreeSet<i64> {
            spec.field("ports")
                .list()
                .iter()
                .map(|port| port_number(port, "nodePort"))
                .filter(|port| *port != 0)
                .collect()
        };
        let kept: BTreeSet<i64> = used(before).intersection(&used(spec)).copied().collect();
        let old = before.field("ports").list();
        for port in spec
            .get_mut("ports")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            let same_name = old
                .iter()
                .rev()
                .find(|old| old.field("name").text() == port.field("name").text());
            let known = same_name.map_or(0, |old| port_number(old, "nodePort"));
            if port_number(port, "nodePort") == 0 && known != 0 && !kept.contains(&known) {
                set(port, &["nodePort"], known.into());
            }
        }
    }
    if Service::of_spec(before).needs_health_check()
        && Service::of_spec(spec).needs_health_check()
        && port_number(spec, "healthCheckNodePort") == 0
    {
        set(
            spec,
            &["healthCheckNodePort"],
            before.field("healthCheckNodePort").value.clone(),
        );
    }
}

/// Models: normalizeClusterIPs, for updates.
fn normalize_ips(spec: &mut Value, before: &Value) {
    let (now, then) = (
        spec.field("clusterIP").text().to_owned(),
        before.field("clusterIP").text().to_owned(),
    );
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
    let before = old.spec().value;
    let Some(spec) = value.get_mut("spec") else { return };
    let same = |spec: &Value, field: &str| spec.get(field) == before.get(field);
    if !Service::of_spec(before).is_external_name() && Service::of_spec(spec).is_external_name() {
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
        spec.field("ports")
            .list()
            .iter()
            .map(|port| port_number(port, "nodePort"))
            .collect::<BTreeSet<_>>()
    };
    if needs_node_ports(before) && !needs_node_ports(spec) && node_ports(before) == node_ports(spec) {
        for port in spec
            .get_mut("ports")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            remove(port, &["nodePort"]);
        }
    }
    if Service::of_spec(before).needs_health_check()
        && !Service::of_spec(spec).needs_health_check()
        && same(spec, "healthCheckNodePort")
    {
        remove(spec, &["healthCheckNodePort"]);
    }
    if Service::of_spec(before).is_load_balancer() && !Service::of_spec(spec).is_load_balancer() {
        for field in ["allocateLoadBalancerNodePorts", "loadBalancerClass"] {
            if same(spec, field) {
                remove(spec, &[field]);
            }
        }
    }
    let reachable = |spec: &Value| Service::of_spec(spec).is_externally_accessible();
    if reachable(before) && !reachable(spec) && same(spec, "externalTrafficPolicy") {
        remove(spec, &["externalTrafficPolicy"]);
    }
    if !Service::of_spec(spec).is_load_balancer() {
        set(value, &["status", "loadBalancer"], Value::Object(Map::new()));
    }
}
