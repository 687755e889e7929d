//! Who sends requests to whom where nobody has chosen it.

use super::callers::Callers;
use super::{askable, client_word, ports, simple_rules, target_word, through};
use crate::scenario::FlowSpec;
use cluster::Cluster;
use network::{Client, ObjectKey, PodStage, Router, RouterRule, Service, World};
use std::collections::BTreeSet;

/// The default request rate of a Service, in thousandths per second.
const AUTO_MILLIHERTZ: u32 = 2_700;
/// The default number of clients of a Service.
const AUTO_CLIENTS: usize = 3;
/// The number of Services with default traffic.
const AUTO_SERVICES: usize = 12;
/// The number of rules of routers with default traffic.
const AUTO_ROUTES: usize = 6;
/// The default traffic.
///
/// The machine outside asks the ingress controller and Gateways what each rule is for, and Services with a node port.
/// A Service with only a cluster IP is asked by the pods that are set up to ask it; where none is known, by pods behind
/// another Service or behind none; without such pods, by a process of the node.
pub fn auto(world: &World, cluster: &Cluster) -> Vec<FlowSpec> {
    let direct = askable(world).filter(|service| !world.routers.iter().any(|router| is_at_router(router, service)));
    let callers = Callers::of(world, cluster);
    let direct = direct
        .take(AUTO_SERVICES)
        .flat_map(|service| auto_flows(world, service, &callers));
    routed_flows(world).into_iter().chain(direct).collect()
}

/// Whether a router asks a Service, or its own pods are behind it.
fn is_at_router(router: &Router, service: &Service) -> bool {
    router.carries_to(&service.key) || router.is_own(&service.key)
}

/// The machine outside asks for what the rules of routers are for.
fn routed_flows(world: &World) -> Vec<FlowSpec> {
    let rules = world
        .routers
        .iter()
        .flat_map(|router| simple_rules(router).map(|rule| (&**router, rule)));
    let rules: Vec<_> = rules.take(AUTO_ROUTES).collect();
    let shares = u32::try_from(rules.len()).unwrap_or(1) + 1;
    let flow = |(router, rule): (&Router, &RouterRule)| {
        let target = through(router, rule);
        let web = target.web.unwrap_or_default();
        FlowSpec {
            from: client_word(&Client::Outside),
            to: target_word(&target.service),
            port: target.port,
            millihertz: 2 * AUTO_MILLIHERTZ / shares,
            host: Some(web.host).filter(|host| !host.is_empty()),
            path: Some(web.path).filter(|path| path != "/"),
            ..FlowSpec::default()
        }
    };
    rules.into_iter().map(flow).collect()
}

fn auto_flows(world: &World, service: &Service, callers: &Callers) -> Vec<FlowSpec> {
    let Some(port) = ports(service).first().copied() else {
        return Vec::new();
    };
    let exposed = service.ports.first().is_some_and(|port| port.node_port.is_some());
    let clients = if exposed {
        vec![Client::Outside]
    } else {
        inside_clients(world, service, callers)
    };
    let millihertz = AUTO_MILLIHERTZ / u32::try_from(clients.len().max(1)).unwrap_or(1);
    let flow = |client: Client| FlowSpec {
        from: client_word(&client),
        to: target_word(&service.key),
        port,
        millihertz,
        ..FlowSpec::default()
    };
    clients.into_iter().map(flow).collect()
}

fn inside_clients(world: &World, service: &Service, callers: &Callers) -> Vec<Client> {
    let known = callers.clients(service, AUTO_CLIENTS);
    if !known.is_empty() {
        return known.into_iter().map(Client::Pod).collect();
    }
    if callers.is_entrance(service) {
        return process_of_node(world);
    }
    guessed_clients(world, service)
}

/// Pods that could ask a Service: those behind a Service that people outside ask, behind another, or behind none.
fn guessed_clients(world: &World, service: &Service) -> Vec<Client> {
    let behind: BTreeSet<&ObjectKey> = pods_behind(service).collect();
    let others = || world.services.iter().filter(|other| other.key != service.key);
    let free = |key: &&ObjectKey| !behind.contains(*key) && key.namespace == service.key.namespace;
    let is_routed = |other: &Service| world.routers.iter().any(|it| it.carries_to(&other.key));
    let is_exposed = |other: &Service| is_routed(other) || other.ports.iter().any(|port| port.node_port.is_some());
    let is_controller = |other: &Service| world.routers.iter().any(|it| it.is_own(&other.key));
    let tier = |exposed: bool| {
        others()
            .filter(|other| exposed == is_exposed(other) && !is_controller(other))
            .map(|other| {
                pods_behind(other)
                    .filter(free)
                    .take(AUTO_CLIENTS)
                    .cloned()
                    .collect::<Vec<_>>()
            })
            .find(|pods| !pods.is_empty())
    };
    let loose = || {
        world
            .pods
            .iter()
            .filter(|pod| !matches!(pod.stage, PodStage::Succeeded | PodStage::Failed))
            .map(|pod| &pod.key)
            .filter(free)
            .take(AUTO_CLIENTS)
            .cloned()
            .collect::<Vec<_>>()
    };
    let pods = tier(true).or_else(|| tier(false)).unwrap_or_else(loose);
    if pods.is_empty() {
        return process_of_node(world);
    }
    pods.into_iter().map(Client::Pod).collect()
}

fn process_of_node(world: &World) -> Vec<Client> {
    let first = world.nodes.iter().take(1);
    first.map(|node| Client::Node(node.name.clone())).collect()
}

/// In the order of the slices.
pub(super) fn pods_behind(service: &Service) -> impl Iterator<Item = &ObjectKey> {
    service
        .ports
        .iter()
        .take(1)
        .flat_map(|port| port.endpoints.iter().filter_map(|endpoint| endpoint.pod.as_ref()))
}
