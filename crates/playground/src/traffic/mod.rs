mod auto;
mod callers;

pub use auto::auto;

use crate::limits;
use crate::scenario::{Act, FlowSpec, TimedAct};
use network::{
    Client, Door, Flow, HTTPS, Micros, ObjectKey, Router, RouterRule, Service, ServiceType, Target, WebAddress, World,
};
use programs::ForwardedRequest;

/// What stands for the ingress controller in place of `NAMESPACE/NAME`.
const INGRESS: &str = "ingress";

/// All possible clients and targets, for selection lists.
pub fn offers(world: &World) -> (Vec<Client>, Vec<Target>) {
    let pods = world.pods.iter().map(|pod| Client::Pod(pod.key.clone()));
    let nodes = world.nodes.iter().map(|node| Client::Node(node.name.clone()));
    let clients = std::iter::once(Client::Outside).chain(pods).chain(nodes).collect();
    let targets = askable(world).flat_map(|service| {
        ports(service).into_iter().map(|port| Target {
            service: service.key.clone(),
            port,
            door: Door::Usual,
            web: None,
        })
    });
    let routes = world
        .routers
        .iter()
        .flat_map(|router| simple_rules(router).map(|rule| through(router, rule)));
    (clients, routes.chain(targets).collect())
}

/// The rules that host and path alone decide.
fn simple_rules(router: &Router) -> impl Iterator<Item = &RouterRule> {
    router.rules.iter().filter(|rule| rule.also.is_empty())
}

/// The target of requests that a rule of a router is for.
fn through(router: &Router, rule: &RouterRule) -> Target {
    Target {
        service: router.key.clone(),
        port: rule.port,
        door: Door::Usual,
        web: Some(rule.example()),
    }
}

/// The key of the router that a scenario names: the ingress controller, or a Gateway as `gateway/NAMESPACE/NAME`.
pub fn read_router(word: &str) -> Option<ObjectKey> {
    if word == INGRESS {
        return Some(Router::ingress_key());
    }
    let (namespace, name) = word.strip_prefix("gateway/")?.split_once('/')?;
    Some(Router::gateway_key(&ObjectKey::new(namespace, name)))
}

/// The Service of a target as scenarios name it.
pub fn target_word(service: &ObjectKey) -> String {
    if *service == Router::ingress_key() {
        return INGRESS.to_owned();
    }
    if service.namespace.is_empty() {
        return service.name.to_string();
    }
    format!("{}/{}", service.namespace, service.name)
}

fn askable(world: &World) -> impl Iterator<Item = &Service> {
    let own = ObjectKey::new("default", "kubernetes");
    world.services.iter().filter(move |service| service.key != own)
}

/// The ports of a Service; 80 for an external name without ports.
fn ports(service: &Service) -> Vec<u16> {
    if service.kind == ServiceType::ExternalName && service.ports.is_empty() {
        return vec![80];
    }
    service.ports.iter().map(|port| port.port).collect()
}

/// As in scenarios: `pod/NAMESPACE/NAME`, `node/NAME`, `outside`.
pub fn client_word(client: &Client) -> String {
    match client {
        Client::Pod(key) => format!("pod/{}/{}", key.namespace, key.name),
        Client::Node(name) => format!("node/{name}"),
        Client::Outside => "outside".to_owned(),
    }
}

/// Reads a client of a scenario.
pub fn read_client(word: &str) -> Option<Client> {
    let mut parts = word.splitn(3, '/');
    match (parts.next()?, parts.next(), parts.next()) {
        ("outside", None, None) => Some(Client::Outside),
        ("node", Some(name), None) => Some(Client::Node(name.to_owned())),
        ("pod", Some(namespace), Some(name)) => Some(Client::Pod(ObjectKey::new(namespace, name))),
        _ => None,
    }
}

/// Reads the contacted address of a scenario's flow.
fn read_door(word: Option<&str>) -> Option<Door> {
    match word {
        None => Some(Door::Usual),
        Some("load-balancer") => Some(Door::LoadBalancer),
        Some(word) => match word.strip_prefix("node/") {
            Some(node) => Some(Door::Node(node.to_owned())),
            None => word.parse().ok().map(Door::Address),
        },
    }
}

/// The flows of a scenario, the first due soon after `from`; invalid ones are omitted.
///
/// Flows start evenly spread over the first interval, so that their requests do not coincide.
pub fn flows(specs: &[FlowSpec], from: Micros) -> Vec<Flow> {
    let specs: Vec<&FlowSpec> = specs
        .iter()
        .filter(|spec| spec.millihertz > 0)
        .take(limits::FLOWS)
        .collect();
    let count = specs.len().max(1) as u64;
    let flow = |(index, spec): (usize, &&FlowSpec)| {
        let flow = flow(spec, from)?;
        Some(Flow {
            start: from + Micros(flow.every.0 * index as u64 / count),
            ..flow
        })
    };
    specs.iter().enumerate().filter_map(flow).collect()
}

/// The flow of a scenario, its first request due at `from`; `None` if it is invalid.
pub fn flow(spec: &FlowSpec, from: Micros) -> Option<Flow> {
    let millihertz = spec.millihertz.clamp(1, limits::REQUESTS_PER_SECOND * 1_000);
    Some(Flow {
        client: read_client(&spec.from)?,
        target: Target {
            door: read_door(spec.at.as_deref())?,
            ..target(&spec.to, spec.port, spec.host.as_deref(), spec.path.as_deref())?
        },
        start: from,
        every: Micros(1_000_000_000 / u64::from(millihertz)),
        count: None,
        keep_alive: spec.keep_alive && read_router(&spec.to).is_none(),
    })
}

/// Requests sent by hand, as finite flows.
pub fn bursts(acts: &[TimedAct]) -> Vec<Flow> {
    /// Requests sent by hand leave one after the other, so that each is visible.
    const APART: Micros = Micros::from_millis(24);
    let burst = |timed: &TimedAct| match &timed.act {
        Act::Send {
            from,
            to,
            port,
            count,
            host,
            path,
        } => Some(Flow {
            client: read_client(from)?,
            target: target(to, *port, host.as_deref(), path.as_deref())?,
            start: Micros(timed.at),
            every: APART,
            count: Some(u64::from(*count).min(limits::BURST_REQUESTS)),
            keep_alive: false,
        }),
        Act::Kubectl(_) | Act::Ready { .. } => None,
    };
    acts.iter().filter_map(burst).collect()
}

/// Connections that the API server leads to pods, each as a flow of one request at its moment, not before `at`.
pub fn through_forwards(requests: &[ForwardedRequest], at: Micros) -> Vec<Flow> {
    /// Those of one moment leave one after the other, so that each is visible.
    const APART: Micros = Micros::from_millis(120);
    let moment = |second: i64| Micros::from_seconds(u64::try_from(second).unwrap_or(0)).max(at);
    let mut free = at;
    let flow = |request: &ForwardedRequest| {
        let (pod, port) = (request.pod.clone(), request.port);
        let start = moment(request.second).max(free);
        free = start + APART;
        Flow {
            client: Client::Outside,
            target: match request.local {
                Some(local) => Target::forwarded(pod, local, port),
                None => Target::proxied(pod, port),
            },
            start,
            every: Micros(1),
            count: Some(1),
            keep_alive: false,
        }
    };
    requests.iter().map(flow).collect()
}

fn target(service: &str, port: u16, host: Option<&str>, path: Option<&str>) -> Option<Target> {
    let web = || WebAddress {
        host: host.unwrap_or_default().to_owned(),
        path: path.unwrap_or("/").to_owned(),
        tls: port == HTTPS,
        ..WebAddress::default()
    };
    let (service, web) = if let Some(router) = read_router(service) {
        (router, Some(web()))
    } else {
        let (namespace, name) = service.split_once('/')?;
        let asks = host.is_some() || path.is_some();
        (ObjectKey::new(namespace, name), asks.then(web))
    };
    Some(Target {
        service,
        port,
        door: Door::Usual,
        web,
    })
}
