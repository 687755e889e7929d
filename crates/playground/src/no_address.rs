//! Why a name has no address.

use network::{ObjectKey, Service, ServiceType, World};
use std::net::IpAddr;

/// What to say of a name that nobody has.
pub const NO_SUCH_NAME: &str =
    "The cluster's DNS knows no such name: use the name of a Service, or name.namespace from another namespace.";

/// What to say of a name of the world.
const WORLD_LEFT_OUT: &str =
    "The world outside is left out here: of the names outside the cluster only db.example.com is known.";

/// Why the name of a Service has no address; `None` if it has one.
pub fn why_no_address(service: &Service) -> Option<String> {
    let name = &service.key.name;
    if service.kind == ServiceType::ExternalName {
        let external = service
            .external_name
            .as_deref()
            .unwrap_or_default()
            .trim_end_matches('.');
        return service.leads_to.is_empty().then(|| of_external_name(name, external));
    }
    if !service.cluster_ips.is_empty() {
        return None;
    }
    let endpoints: Vec<_> = service.ports.iter().flat_map(|port| &port.endpoints).collect();
    if endpoints.iter().any(|endpoint| endpoint.ready) {
        return None;
    }
    let why = match (
        endpoints.is_empty(),
        service.selector.is_empty(),
        service.ports.is_empty(),
    ) {
        (false, ..) => "none of its pods is ready",
        (_, _, true) => "has no ready endpoints",
        (_, true, _) => "nobody wrote endpoints for it",
        _ => "selects no pod",
    };
    Some(format!("{name} is headless and {why}, so its name has no address."))
}

fn of_external_name(name: &str, external: &str) -> String {
    if external.parse::<IpAddr>().is_ok() {
        return format!(
            "{name} has the externalName {external}, an address, but it is looked up as a name, which nobody has. A Service \
             without selector and an EndpointSlice lead to an address."
        );
    }
    if external.ends_with(".cluster.local") {
        return format!("{name} stands for {external}, and the cluster's DNS knows no such name.");
    }
    format!("{name} stands for {external}, and of the names outside the cluster only db.example.com is known here.")
}

/// Why a name that a program in a pod asked for has no address, where that can be told from the name.
pub fn why_not_found(world: &World, asked: &str) -> Option<String> {
    let asked = asked.trim_end_matches('.');
    let inside = asked.strip_suffix(".cluster.local").unwrap_or(asked);
    let inside = inside.strip_suffix(".svc").unwrap_or(inside);
    let parts: Vec<&str> = inside.split('.').collect();
    let known = |namespace: &str, name: &str| world.service(&ObjectKey::new(namespace, name));
    match parts.as_slice() {
        [name] => {
            let all = named(world, name);
            let first = all.first()?;
            if let Some(why) = all.iter().find_map(|it| why_no_address(it)) {
                return Some(why);
            }
            let namespace = &first.key.namespace;
            Some(format!(
                "Service {name} is in namespace {namespace}: from another namespace its name is {name}.{namespace}."
            ))
        }
        [name, namespace] if known(namespace, name).is_some() => known(namespace, name).and_then(why_no_address),
        [pod, service] if !named(world, service).is_empty() => Some(of_pod(pod, service)),
        [pod, service, namespace] if known(namespace, service).is_some() => Some(of_pod(pod, service)),
        [.., _] if !is_of_cluster(world, asked, &parts) => Some(WORLD_LEFT_OUT.to_owned()),
        _ => None,
    }
}

/// Why a name that the machine outside the cluster asked for has no address.
pub fn why_not_found_outside(asked: &str) -> &'static str {
    let asked = asked.trim_end_matches('.');
    let is_of_cluster = !asked.contains('.') || is_under_a_zone_of_the_cluster(asked);
    if is_of_cluster {
        "Outside the cluster none of its names is known: ask at a node's port, at a load balancer's address or by kubectl port-forward, \
         or from a pod with kubectl exec."
    } else {
        WORLD_LEFT_OUT
    }
}

fn is_under_a_zone_of_the_cluster(asked: &str) -> bool {
    [".svc", ".cluster.local"].iter().any(|zone| asked.ends_with(zone))
}

fn named<'a>(world: &'a World, name: &str) -> Vec<&'a Service> {
    world.services.iter().filter(|it| *it.key.name == *name).collect()
}

fn of_pod(pod: &str, service: &str) -> String {
    format!(
        "Service {service} gives no ready pod the name {pod}: a StatefulSet names its pods by the headless Service in its \
         serviceName, other pods by hostname and subdomain."
    )
}

/// Whether a name is meant to be one of the cluster.
fn is_of_cluster(world: &World, asked: &str, parts: &[&str]) -> bool {
    let is_namespace = |part: &str| world.services.iter().any(|it| *it.key.namespace == *part);
    is_under_a_zone_of_the_cluster(asked) || parts.last().is_some_and(|last| is_namespace(last))
}

/// The name that a program says it could not find.
pub fn unresolved(line: &str) -> Option<&str> {
    /// What stands before the name, and after it.
    const SAID: [(&str, char); 4] = [
        ("Could not resolve host: ", '\n'),
        ("can't find ", ':'),
        ("bad address '", '\''),
        ("can't resolve '", '\''),
    ];
    if let Some(named) = line.strip_suffix(": Name or service not known") {
        return named.rsplit(' ').next();
    }
    SAID.iter().find_map(|(before, after)| {
        let (_, rest) = line.split_once(before)?;
        let name = rest.split(*after).next()?.trim();
        (!name.is_empty()).then_some(name)
    })
}
