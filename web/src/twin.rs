//! The text twin of the stage: its objects as tables and its events as sentences, made from the same session as the picture.

use crate::hops;
use crate::ingress;
use crate::outcome_word::outcome_word;
use crate::outcomes;
use crate::pod_state::PodState;
use crate::requests::client;
use crate::say;
use crate::stage;
use crate::story;
use playground::seam::Mirror;
use playground::{
    ForwardedPort, Hop, Micros, ObjectKey, Pace, Request, Router, RouterRule, Service, ServiceType, World, read_client,
};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The most sentences about one moment; the rest is counted.
const MOST: usize = 8;
/// How far back a request that is under way can have been sent.
const WINDOW: Micros = Pace::WATCHED.longest();

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Twin {
    /// Without the `kubernetes` Service, unless a client asks it.
    pub services: Vec<ServiceRow>,
    pub pods: Vec<PodRow>,
    /// Kept-alive connections.
    pub connections: Vec<ConnectionRow>,
    /// A sentence for each port that `kubectl port-forward` leads to a pod.
    pub forwards: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionRow {
    pub from: String,
    pub to: String,
    /// The pod, or the address of an endpoint without one.
    pub with: String,
    pub opened_by: u64,
    /// Whether the EndpointSlices still list its endpoint as ready.
    pub listed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceRow {
    /// With the namespace unless that is `default`.
    pub name: String,
    /// The type, or `headless`.
    pub kind: String,
    pub address: String,
    pub asked_by: String,
    /// Its endpoints.
    pub leads_to: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodRow {
    pub key: ObjectKey,
    /// With the namespace unless that is `default`.
    pub name: String,
    pub ip: String,
    /// With the zone.
    pub node: String,
    /// The word of a [`PodState`].
    pub state: &'static str,
    /// The Services it is an endpoint of.
    pub behind: String,
}

pub fn twin(session: &Mirror, at: Micros) -> Twin {
    let world = session.world(at);
    let flows: BTreeSet<(String, &str)> = session
        .sending()
        .iter()
        .filter_map(|flow| Some((client(&read_client(&flow.from)?), flow.to.as_str())))
        .collect();
    let row = |service: &Service| {
        let target = format!("{}/{}", service.key.namespace, service.key.name);
        let asking: Vec<&str> = flows
            .iter()
            .filter(|(_, to)| *to == target)
            .map(|(from, _)| from.as_str())
            .collect();
        let own = *service.key.name != *"kubernetes" || !asking.is_empty();
        own.then(|| ServiceRow {
            name: named(&service.key),
            kind: kind(service).to_owned(),
            address: address(service),
            asked_by: listed(&asking, say::nobody()),
            leads_to: leads_to(service),
        })
    };
    Twin {
        services: world
            .services
            .iter()
            .filter_map(row)
            .chain(routers(world, &flows))
            .collect(),
        pods: pods(world),
        connections: connections(session, at),
        forwards: session.forwards(at).iter().map(forward).collect(),
    }
}

/// The rows of the ingress controller and of Gateways, with their rules.
fn routers(world: &World, flows: &BTreeSet<(String, &str)>) -> Vec<ServiceRow> {
    let shown = world.routers.iter().filter(|router| !router.rules.is_empty());
    let row = |router: &Rc<Router>| {
        let target = playground::target_word(&router.key);
        let asking = flows.iter().filter(|(_, to)| *to == target);
        let asking: Vec<&str> = asking.map(|(from, _)| from.as_str()).collect();
        let rule = |rule: &RouterRule| say::card_rule(&rule.asked(), &rule.leads_to());
        let rules: Vec<String> = router.rules.iter().map(rule).collect();
        let port = router.doors.first().map_or(80, |door| door.port);
        let address = router.node_address();
        ServiceRow {
            name: router.name().to_owned(),
            kind: router.kind_word().to_owned(),
            address: address.map_or_else(|| say::its_pods().to_owned(), |ip| format!("{ip}:{port}")),
            asked_by: listed(&asking, say::nobody()),
            leads_to: rules.join(", "),
        }
    };
    shown.map(row).collect()
}

fn forward(port: &ForwardedPort) -> String {
    say::twin_forward(&port.local, &port.remote, &port.pod)
}

fn connections(session: &Mirror, at: Micros) -> Vec<ConnectionRow> {
    let world = session.world(at);
    let row = |request: Request| {
        let backend = request.backend?;
        let service = &request.target.service;
        let ports = world
            .service(service)
            .map(|service| service.ports.as_slice())
            .unwrap_or_default();
        let mut endpoints = ports.iter().flat_map(|port| &port.endpoints);
        Some(ConnectionRow {
            from: client(&request.client),
            to: named(service),
            opened_by: request.connection?,
            listed: endpoints.any(|endpoint| endpoint.is_at(backend.ip) && endpoint.ready),
            with: backend
                .pod
                .map_or_else(|| backend.ip.to_string(), |pod| pod.name.to_string()),
        })
    };
    stage::connections(session, at).into_iter().filter_map(row).collect()
}

fn pods(world: &World) -> Vec<PodRow> {
    let mut behind: BTreeMap<&ObjectKey, BTreeSet<&str>> = BTreeMap::new();
    for service in &world.services {
        for endpoint in service.ports.iter().flat_map(|port| &port.endpoints) {
            if let Some(pod) = &endpoint.pod {
                behind.entry(pod).or_default().insert(&service.key.name);
            }
        }
    }
    let zone = |name: &str| {
        let node = world.nodes.iter().find(|node| node.name == name);
        node.and_then(|node| node.zone.clone())
    };
    let row = |pod: &Rc<playground::Pod>| PodRow {
        key: pod.key.clone(),
        name: named(&pod.key),
        ip: pod.ip.map_or_else(|| say::none().to_owned(), |ip| ip.to_string()),
        node: pod.node.as_ref().map_or_else(
            || say::none().to_owned(),
            |node| zone(node).map_or_else(|| node.clone(), |zone| say::twin_place(&node, &zone)),
        ),
        state: PodState::of(pod).word(),
        behind: behind.get(&pod.key).map_or_else(
            || say::no_service().to_owned(),
            |names| names.iter().copied().collect::<Vec<_>>().join(", "),
        ),
    };
    world.pods.iter().map(row).collect()
}

fn named(key: &ObjectKey) -> String {
    if *key.namespace == *"default" {
        key.name.to_string()
    } else {
        format!("{}/{}", key.namespace, key.name)
    }
}

fn kind(service: &Service) -> &'static str {
    match service.kind {
        ServiceType::ClusterIp if service.cluster_ips.is_empty() => "headless",
        kind => kind.word(),
    }
}

fn address(service: &Service) -> String {
    if let Some(name) = &service.external_name {
        return say::twin_by_name(&name);
    }
    let ports: Vec<String> = service
        .ports
        .iter()
        .map(|port| match port.node_port {
            Some(node_port) => say::twin_node_port(&port.port, &node_port),
            None => port.port.to_string(),
        })
        .collect();
    let ports = ports.join(", ");
    let outside = match (service.kind, service.ingress.as_slice()) {
        (ServiceType::LoadBalancer, []) => say::twin_no_load_balancer().to_owned(),
        (ServiceType::LoadBalancer, given) => say::twin_outside(&given.join(", ")),
        _ => String::new(),
    };
    match service.cluster_ips.first() {
        Some(ip) => say::twin_reach(&ip, &ports, &outside),
        None => say::twin_reach_pods(&ports),
    }
}

fn leads_to(service: &Service) -> String {
    if service.kind == ServiceType::ExternalName {
        let name = service.external_name.as_deref().unwrap_or_default();
        return say::twin_external(&name);
    }
    let endpoints = service.ports.iter().flat_map(|port| &port.endpoints);
    let ready: BTreeSet<String> = endpoints
        .filter(|endpoint| endpoint.ready)
        .map(|endpoint| {
            endpoint
                .pod
                .as_ref()
                .map_or_else(|| endpoint.ip.to_string(), |pod| pod.name.to_string())
        })
        .collect();
    let names: Vec<&str> = ready.iter().map(String::as_str).collect();
    listed(&names, say::no_endpoints())
}

/// Joins few names and counts many.
fn listed(names: &[&str], nobody: &str) -> String {
    match names {
        [] => nobody.to_owned(),
        few if few.len() <= MOST => few.join(", "),
        [first, rest @ ..] => say::first_and_more(&first, &rest.len()),
    }
}

/// What happens at exactly `at`, for stepping from event to event.
pub fn moment(session: &Mirror, at: Micros) -> Vec<String> {
    let mut told = Vec::new();
    if session.changes().any(|change| change == at) && at > Micros::ZERO {
        told.push(story::change(session, at));
    }
    let recent = session.requests(at).since(at - WINDOW);
    told.extend(recent.iter().flat_map(|request| of_request(request, at)));
    if told.len() > MOST {
        let more = told.len() - MOST;
        told.truncate(MOST);
        told.push(say::and_more(&more));
    }
    told
}

fn of_request(request: &Request, at: Micros) -> Vec<String> {
    let number = request.number;
    let service = request.target.words();
    let from = client(&request.client);
    let backend = request.backend.as_ref();
    let pod = backend.map_or_else(String::new, playground::Backend::name);
    let address = backend.map_or_else(String::new, |backend| backend.address().to_string());
    let dialled = request
        .dialled
        .filter(|_| !request.target.is_forwarded())
        .map_or_else(String::new, |(ip, port)| {
            say::twin_at(&std::net::SocketAddr::new(ip, port))
        });
    let began = request.legs.iter().filter(|leg| leg.from == at);
    let mut told: Vec<String> = began
        .filter_map(|leg| match leg.hop {
            Hop::Resolving => Some(say::happens_no_name(&from, &service)),
            Hop::ToService => {
                let before = before_sending(request);
                Some(say::happens_sends(&from, &before, &number, &service, &dialled))
            }
            Hop::ToBackend if request.routed.is_some() => {
                ingress::sends_on(request).map(|words| say::happens_why(&number, &words))
            }
            Hop::ToBackend if request.target.is_proxied() => Some(say::happens_proxy(&number, &pod, &address)),
            Hop::ToBackend if request.target.is_forwarded() => Some(say::happens_forward(&number, &pod)),
            Hop::ToBackend => {
                let of = backend.map_or(1, |backend| backend.of);
                let by = request.route.rule.as_ref();
                let by = by.map_or_else(String::new, |(node, _)| say::happens_by_rule(&node));
                Some(say::happens_sent_on(&number, &pod, &address, &of, &by))
            }
            Hop::ToController => ingress::reaches(request),
            Hop::AtBackend => Some(say::happens_reaches(&number, &pod)),
            Hop::FromBackend => Some(outcomes::told_reply(request, &pod)),
            Hop::FromService if request.routed.as_ref().is_some_and(|it| it.controller.is_some()) => None,
            Hop::FromController | Hop::FromService => outcomes::told_rejection(request),
            Hop::LostAtClient => outcomes::kept_back(request).map(|why| say::happens_why(&number, &why)),
            Hop::LostAtBackend if request.route.denial.is_some() => {
                outcomes::kept_back(request).map(|why| say::happens_why(&number, &why))
            }
            Hop::LostAtService | Hop::LostAtBackend => Some(say::happens_lost(&number, &from)),
        })
        .collect();
    if request.done == at {
        told.push(say::happens_ends(&number, &from, &outcome_word(request.outcome)));
    }
    told
}

/// What the client does before it sends, as the beginning of a sentence.
fn before_sending(request: &Request) -> String {
    let service = &request.target.service.name;
    match (request.connection, hops::lookup(request)) {
        (Some(opened_by), _) if opened_by != request.number => say::happens_reuses(&opened_by),
        (_, Some(_)) => say::happens_resolves(&service),
        _ => String::new(),
    }
}

/// A summary of what happened after `from` and up to `to`.
pub fn between(session: &Mirror, from: Micros, to: Micros) -> Vec<String> {
    let changes = session.changes().filter(|change| from < *change && *change <= to);
    let mut told: Vec<String> = changes.map(|change| story::change(session, change)).collect();
    let mut ended: BTreeMap<(String, &'static str), usize> = BTreeMap::new();
    let recent = session.requests(to).since(from - WINDOW).briefs();
    for request in recent.filter(|request| from < request.done && request.done <= to) {
        *ended
            .entry((request.target.words(), outcome_word(request.outcome)))
            .or_default() += 1;
    }
    let sentence =
        |((service, word), count): ((String, &'static str), usize)| say::happens_count(count, &service, &word);
    told.extend(ended.into_iter().map(sentence));
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::played::Played;
    use crate::scenarios;
    use playground::Act;

    fn session() -> Played {
        let mut session = Played::new(scenarios::ALL[0].scenario());
        session.run(Micros::from_seconds(12));
        session
    }

    #[test]
    fn the_tables_say_what_the_map_shows() {
        let session = session();
        let twin = twin(&session, Micros::ZERO);
        let back_end = twin.services.iter().find(|row| row.name == "back-end").cloned();
        assert_eq!(
            back_end,
            Some(ServiceRow {
                name: "back-end".to_owned(),
                kind: "ClusterIP".to_owned(),
                address: "10.111.52.100, port 80".to_owned(),
                asked_by: "front-end-1, front-end-2, front-end-3".to_owned(),
                leads_to: "back-end-1, back-end-2, back-end-3".to_owned(),
            })
        );
        let redis = twin.pods.iter().find(|row| row.name == "redis-1");
        assert_eq!(
            redis.map(|row| (row.state, row.behind.as_str())),
            Some(("ready", "no Service"))
        );
        assert_eq!(twin.services.len(), 2, "the cluster's own Service is asked by nobody");
    }

    #[test]
    fn a_forwarded_port_is_told() {
        let mut session = session();
        let at = Micros::from_seconds(10);
        session.perform(at, "kubectl port-forward svc/back-end 8080:80");
        let told = twin(&session, at).forwards;
        assert!(
            told.iter()
                .any(|words| words.starts_with("kubectl port-forward leads localhost:8080 from outside to port ")),
            "{told:?}"
        );
        session.stop_forwarding();
        assert!(twin(&session, at).forwards.is_empty());
    }

    #[test]
    fn a_connection_that_outlives_its_slice_is_told() {
        let mut session = Played::new(scenarios::kept_open());
        let (before, after) = (Micros::from_seconds(4), Micros::from_seconds(9));
        session.run(before);
        let open = twin(&session, before).connections;
        let [row] = open.as_slice() else {
            panic!("one connection is open, not {open:?}")
        };
        assert_eq!((row.from.as_str(), row.to.as_str()), ("front-end-1", "back-end"));
        assert!(row.listed && row.opened_by == 1);
        session.act(
            before,
            Act::Ready {
                namespace: "default".to_owned(),
                pod: row.with.clone(),
                ready: false,
            },
        );
        session.run(after);
        let later = twin(&session, after).connections;
        assert_eq!(later.len(), 1);
        assert_eq!(
            (&later[0].with, later[0].listed),
            (&row.with, false),
            "it stays with its pod"
        );
        session.act(after, Act::Kubectl(format!("kubectl delete pod {}", row.with)));
        let gone = Micros::from_millis(9_700);
        session.run(gone);
        assert!(twin(&session, gone).connections.iter().all(|now| now.with != row.with));
    }

    #[test]
    fn a_request_can_be_followed_from_step_to_step() {
        let session = session();
        let Some(first) = session.requests(Micros::from_seconds(12)).first().cloned() else {
            panic!("the scenario sends requests");
        };
        let told: Vec<String> = first
            .legs
            .iter()
            .map(|leg| leg.from)
            .chain([first.done])
            .flat_map(|at| moment(&session, at))
            .filter(|sentence| sentence.contains("request 1 ") || sentence.ends_with("request 1"))
            .collect();
        let parts = [
            "sends request 1 to ",
            "request 1 is sent on to ",
            "request 1 reaches ",
            " answers request 1",
            "request 1 from ",
        ];
        assert_eq!(told.len(), parts.len(), "{told:?}");
        for (sentence, part) in told.iter().zip(parts) {
            assert!(sentence.contains(part), "{sentence}");
        }
        assert!(told.iter().any(|sentence| sentence.ends_with(": answered")));
    }

    #[test]
    fn what_happened_meanwhile_is_summed_up_changes_first() {
        let mut session = session();
        let at = Micros::from_seconds(6);
        session.act(at, Act::Kubectl("kubectl delete pod back-end-2".to_owned()));
        session.run(Micros::from_seconds(12));
        let told = between(&session, Micros::from_seconds(5), Micros::from_seconds(9));
        assert!(
            told[0].starts_with("kubectl delete pod back-end-2; pod back-end-2 is terminating"),
            "{told:?}"
        );
        assert!(
            told.iter()
                .any(|sentence| sentence.ends_with(" requests to back-end answered")),
            "{told:?}"
        );
    }
}
