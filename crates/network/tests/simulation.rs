//! What a watcher of requests can notice.
#![allow(clippy::unwrap_used, missing_docs)]

use network::{
    Client, Endpoint, Flow, Key, Listener, Micros, Node, Outcome, Pace, Pod, Protocol, Road, Service, ServicePort,
    ServiceType, Simulation, Target, World,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

fn key(name: &str) -> Key {
    Key {
        namespace: "default".into(),
        name: name.into(),
    }
}

fn address(last: u8) -> IpAddr {
    IpAddr::from([10, 244, 0, last])
}

fn pod(name: &str, last: u8, listens: &[u16]) -> Pod {
    Pod {
        key: key(name),
        uid: name.into(),
        ip: Some(address(last)),
        node: Some("minikube".into()),
        labels: BTreeMap::new(),
        ready: true,
        terminating: false,
        listeners: listens
            .iter()
            .map(|port| Listener {
                port: *port,
                protocol: Protocol::Tcp,
                loopback_only: false,
            })
            .collect(),
    }
}

fn endpoint(name: &str, last: u8, ready: bool) -> Endpoint {
    Endpoint {
        ip: address(last),
        port: 80,
        pod: Some(key(name)),
        ready,
        serving: ready,
        terminating: false,
    }
}

/// `front-end` at .2, `back-end-1…` from .5 on, behind the Service `back-end`.
fn world(ready: &[bool]) -> World {
    let backs = || {
        ready
            .iter()
            .enumerate()
            .map(|(at, ready)| (format!("back-end-{}", at + 1), 5 + u8::try_from(at).unwrap(), *ready))
    };
    let mut pods = vec![pod("front-end", 2, &[80])];
    pods.extend(backs().map(|(name, last, _)| pod(&name, last, &[80])));
    let service = Service {
        key: key("back-end"),
        kind: ServiceType::ClusterIp,
        cluster_ips: vec![IpAddr::from([10, 111, 52, 100])],
        selector: BTreeMap::new(),
        external_name: None,
        affinity: None,
        ports: vec![ServicePort {
            name: String::new(),
            port: 80,
            target: "80".into(),
            node_port: None,
            protocol: Protocol::Tcp,
            endpoints: backs()
                .map(|(name, last, ready)| endpoint(&name, last, ready))
                .collect(),
        }],
    };
    let node = Node {
        name: "minikube".into(),
        ip: IpAddr::from([192, 168, 49, 2]),
        zone: None,
        pod_cidr: None,
    };
    World {
        nodes: vec![node],
        pods,
        services: vec![service],
        ..World::default()
    }
}

fn ask(client: Client, port: u16, per_second: u64) -> Flow {
    let target = Target {
        service: key("back-end"),
        port,
    };
    Flow {
        client,
        target,
        start: Micros::ZERO,
        every: Micros(1_000_000 / per_second),
        count: None,
    }
}

fn front_end() -> Client {
    Client::Pod(key("front-end"))
}

fn played(world: World, flow: Flow, seconds: u64) -> Simulation {
    let mut simulation = Simulation::new(7, Pace::WATCHED, Rc::new(world));
    simulation.set_flows(Micros::ZERO, vec![flow]);
    simulation.run(Micros::from_seconds(seconds));
    simulation
}

fn outcomes(simulation: &Simulation) -> BTreeMap<Outcome, usize> {
    simulation
        .requests()
        .iter()
        .fold(BTreeMap::new(), |mut counts, request| {
            *counts.entry(request.outcome).or_default() += 1;
            counts
        })
}

fn shares(simulation: &Simulation) -> BTreeMap<String, usize> {
    let pods = simulation
        .requests()
        .iter()
        .filter_map(|request| request.backend.as_ref()?.pod.clone());
    pods.fold(BTreeMap::new(), |mut counts, pod| {
        *counts.entry(pod.name).or_default() += 1;
        counts
    })
}

#[test]
fn ready_endpoints_get_about_equal_shares_and_unready_ones_nothing() {
    let simulation = played(world(&[true, false, true, true]), ask(front_end(), 80, 10), 300);
    let shares = shares(&simulation);
    assert_eq!(
        shares.keys().collect::<Vec<_>>(),
        ["back-end-1", "back-end-3", "back-end-4"]
    );
    assert!(shares.values().all(|share| (900..1_100).contains(share)), "{shares:?}");
}

#[test]
fn choice_is_random_not_in_turn() {
    let simulation = played(world(&[true, true]), ask(front_end(), 80, 10), 20);
    let pods: Vec<_> = simulation
        .requests()
        .iter()
        .map(|request| request.backend.as_ref().unwrap().ip)
        .collect();
    assert!(
        pods.windows(2).any(|pair| pair[0] == pair[1]),
        "two in a row go to the same pod now and then"
    );
}

#[test]
fn without_ready_endpoints_the_rule_refuses_at_once() {
    let simulation = played(world(&[false]), ask(front_end(), 80, 10), 5);
    let request = simulation.requests().first().unwrap();
    assert_eq!(request.outcome, Outcome::RefusedNoEndpoints);
    assert_eq!(
        request.legs.iter().map(|leg| leg.road).collect::<Vec<_>>(),
        [Road::ToService, Road::FromService]
    );
}

#[test]
fn a_pod_that_does_not_listen_on_the_target_port_refuses() {
    let mut world = world(&[true]);
    world.pods[1].listeners.clear();
    assert_eq!(
        outcomes(&played(world, ask(front_end(), 80, 10), 5))
            .keys()
            .collect::<Vec<_>>(),
        [&Outcome::RefusedNotListening]
    );
}

#[test]
fn terminating_endpoints_that_serve_are_used_only_when_no_other_is_ready() {
    let mut world = world(&[true, false]);
    world.services[0].ports[0].endpoints[1] = Endpoint {
        serving: true,
        terminating: true,
        ..endpoint("back-end-2", 6, false)
    };
    let mut last = world.clone();
    last.services[0].ports[0].endpoints.remove(0);
    assert_eq!(
        shares(&played(world, ask(front_end(), 80, 10), 5))
            .keys()
            .collect::<Vec<_>>(),
        ["back-end-1"]
    );
    assert_eq!(
        shares(&played(last, ask(front_end(), 80, 10), 5))
            .keys()
            .collect::<Vec<_>>(),
        ["back-end-2"]
    );
}

#[test]
fn a_wrong_service_port_times_out_as_with_iptables_and_an_unknown_service_has_no_name() {
    let wrong = played(world(&[true]), ask(front_end(), 81, 10), 5);
    assert_eq!(outcomes(&wrong).keys().collect::<Vec<_>>(), [&Outcome::TimedOut]);
    let unknown = Flow {
        target: Target {
            service: key("back-ends"),
            port: 80,
        },
        ..ask(front_end(), 80, 10)
    };
    assert_eq!(
        outcomes(&played(world(&[true]), unknown, 5)).keys().collect::<Vec<_>>(),
        [&Outcome::NameNotFound]
    );
}

#[test]
fn from_outside_only_a_node_port_is_reached() {
    let closed = played(world(&[true]), ask(Client::Outside, 80, 10), 5);
    assert_eq!(outcomes(&closed).keys().collect::<Vec<_>>(), [&Outcome::TimedOut]);
    let mut world = world(&[true]);
    world.services[0].ports[0].node_port = Some(30_008);
    let open = played(world, ask(Client::Outside, 80, 10), 5);
    let request = open.requests().first().unwrap();
    assert_eq!(
        (request.outcome, request.dialled),
        (Outcome::Answered, Some((IpAddr::from([192, 168, 49, 2]), 30_008)))
    );
}

#[test]
fn a_headless_service_is_dialled_at_its_pods_so_that_target_port_means_nothing() {
    let mut world = world(&[true, true]);
    world.services[0].cluster_ips.clear();
    world.services[0].ports[0]
        .endpoints
        .iter_mut()
        .for_each(|endpoint| endpoint.port = 8_080);
    let simulation = played(world, ask(front_end(), 80, 10), 5);
    assert!(
        simulation
            .requests()
            .iter()
            .all(|request| request.dialled.unwrap().1 == 80 && request.outcome == Outcome::Answered)
    );
}

#[test]
fn session_affinity_keeps_a_client_on_its_pod_until_the_pod_leaves() {
    let mut kept = world(&[true, true, true]);
    kept.services[0].affinity = Some(Micros::from_seconds(10_800));
    let mut simulation = played(kept.clone(), ask(front_end(), 80, 10), 10);
    let before = shares(&simulation);
    assert_eq!(before.len(), 1);
    let chosen = before.keys().next().unwrap().clone();
    kept.services[0].ports[0]
        .endpoints
        .retain(|endpoint| endpoint.pod.as_ref().unwrap().name != chosen);
    simulation.change(Micros::from_seconds(10), Rc::new(kept));
    simulation.run(Micros::from_seconds(20));
    let after = shares(&simulation);
    assert_eq!(after.len(), 2, "{after:?}");
}

#[test]
fn a_change_leaves_what_was_done_before_as_it_was() {
    let mut simulation = played(world(&[true, true, true]), ask(front_end(), 80, 10), 20);
    let before = simulation.requests().to_vec();
    let at = Micros::from_seconds(10);
    simulation.change(at, Rc::new(world(&[false, false, false])));
    for (old, new) in before.iter().zip(simulation.requests()) {
        if old.done < at {
            assert_eq!(old, new);
        } else if old.sent >= at {
            assert_eq!(new.outcome, Outcome::RefusedNoEndpoints);
        }
    }
}

#[test]
fn a_pod_that_ends_while_it_works_closes_the_connection_and_its_address_then_answers_nobody() {
    let mut simulation = played(world(&[true]), ask(front_end(), 80, 10), 5);
    let first = simulation.requests().first().unwrap().clone();
    let work = first.legs.iter().find(|leg| leg.road == Road::AtBackend).unwrap();
    let mut gone = world(&[true]);
    gone.pods.remove(1);
    simulation.change(work.from + Micros(1), Rc::new(gone));
    assert_eq!(simulation.requests()[0].outcome, Outcome::Closed);
    assert_eq!(simulation.requests().last().unwrap().outcome, Outcome::TimedOut);
}

proptest! {
    #[test]
    fn any_split_of_the_same_time_gives_the_same_requests(cuts in proptest::collection::vec(0_u64..20_000_000, 0..12)) {
        let whole = played(world(&[true, true, false]), ask(front_end(), 80, 7), 20);
        let mut pieces = played(world(&[true, true, false]), ask(front_end(), 80, 7), 0);
        for cut in cuts {
            pieces.run(Micros(cut));
        }
        pieces.run(Micros::from_seconds(20));
        prop_assert_eq!(whole.requests(), pieces.requests());
    }

    #[test]
    fn legs_meet_and_cover_the_request(ready in proptest::collection::vec(any::<bool>(), 1..5), port in 80_u16..82) {
        for request in played(world(&ready), ask(front_end(), port, 9), 3).requests() {
            let mut at = request.sent;
            for leg in &request.legs {
                prop_assert_eq!(leg.from, at);
                at = leg.to;
            }
            prop_assert_eq!(at, request.done);
        }
    }
}
