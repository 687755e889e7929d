//! What a watcher of requests can notice.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, missing_docs)]

use api::ip::Family;
use api::{Kind, Value};
use cluster::{Cluster, Propagation};
use network::dataplane::{DataPlane, Event, Host, PacketEnd};
use network::proxy::{NodeRules, ProxyMode, ProxyNode};
use network::{Client, Door, Flow, Hop, Kept, Micros, ObjectKey, Outcome, Pace, Simulation, Target, World};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;
use testing::{Play, annotated, cluster, pod, service, with};

fn key(name: &str) -> ObjectKey {
    ObjectKey::new("default", name)
}

fn listening(name: &str, app: &str, listens: &str) -> Value {
    annotated(pod(name, app), "playground/listens", listens)
}

fn back_end(spec: &Value) -> Value {
    let service = with(service("back-end"), &json!({"clusterIP": "10.111.52.100"}));
    with(service, spec)
}

/// `front-end`, then `back-end-1…` behind the Service `back-end`, each ready or not, on one node.
fn stage(ready: &[bool]) -> Cluster {
    stage_with(ready, "80", json!({}))
}

fn stage_with(ready: &[bool], listens: &str, spec: Value) -> Cluster {
    let mut cluster = cluster(1);
    cluster.make(Kind::Pod, &listening("front-end", "front-end", "80"));
    for (number, ready) in (1..).zip(ready) {
        let name = format!("back-end-{number}");
        cluster.make(Kind::Pod, &listening(&name, "back-end", listens));
        cluster.set_ready("default", &name, *ready);
    }
    cluster.make(Kind::Service, &back_end(&spec));
    cluster
}

fn plane(cluster: &Cluster) -> Rc<DataPlane> {
    plane_in(cluster, ProxyMode::Iptables)
}

fn plane_in(cluster: &Cluster, mode: ProxyMode) -> Rc<DataPlane> {
    Rc::new(DataPlane::new(Rc::new(World::of(cluster)), mode))
}

fn ask(client: Client, port: u16, per_second: u64) -> Flow {
    let target = Target {
        service: key("back-end"),
        port,
        door: Door::Usual,
        web: None,
    };
    Flow {
        client,
        target,
        start: Micros::ZERO,
        every: Micros(1_000_000 / per_second),
        count: None,
        keep_alive: false,
    }
}

fn front_end() -> Client {
    Client::Pod(key("front-end"))
}

fn played(cluster: &Cluster, flow: Flow, seconds: u64) -> Simulation {
    played_in(plane(cluster), flow, seconds)
}

fn played_in(plane: Rc<DataPlane>, flow: Flow, seconds: u64) -> Simulation {
    let mut simulation = Simulation::new(7, Pace::WATCHED, plane);
    simulation.set_flows(Micros::ZERO, vec![flow]);
    run(&mut simulation, seconds);
    simulation
}

fn run(simulation: &mut Simulation, seconds: u64) {
    simulation.run(Micros::from_seconds(seconds));
}

fn change(simulation: &mut Simulation, at: Micros, cluster: &Cluster) {
    simulation.change(at, plane(cluster));
}

fn outcomes(simulation: &Simulation) -> Vec<Outcome> {
    simulation.outcomes().into_keys().collect()
}

fn shares(simulation: &Simulation) -> BTreeMap<String, usize> {
    let requests = simulation.requests().iter();
    let pods = requests.filter_map(|request| request.backend.as_ref()?.pod.clone());
    pods.fold(BTreeMap::new(), |mut counts, pod| {
        *counts.entry(pod.name.to_string()).or_default() += 1;
        counts
    })
}

#[test]
fn ready_endpoints_get_about_equal_shares_and_unready_ones_nothing() {
    for mode in [ProxyMode::Iptables, ProxyMode::Nftables] {
        let plane = plane_in(&stage(&[true, false, true, true]), mode);
        let shares = shares(&played_in(plane, ask(front_end(), 80, 10), 300));
        let pods: Vec<_> = shares.keys().collect();
        assert_eq!(pods, ["back-end-1", "back-end-3", "back-end-4"]);
        assert!(shares.values().all(|share| (900..1_100).contains(share)), "{shares:?}");
    }
}

#[test]
fn choice_is_random_not_in_turn() {
    let simulation = played(&stage(&[true, true]), ask(front_end(), 80, 10), 20);
    let requests = simulation.requests().iter();
    let pods: Vec<_> = requests.map(|request| request.backend.as_ref().unwrap().ip).collect();
    assert!(
        pods.windows(2).any(|pair| pair[0] == pair[1]),
        "two in a row go to the same pod now and then"
    );
}

#[test]
fn without_ready_endpoints_the_rule_refuses_at_once_and_can_be_read() {
    let cluster = stage(&[false]);
    let simulation = played(&cluster, ask(front_end(), 80, 10), 5);
    let request = simulation.requests().first().unwrap();
    assert_eq!(request.outcome, Outcome::RefusedNoEndpoints);
    let roads: Vec<_> = request.legs.iter().map(|leg| leg.hop).collect();
    assert_eq!(roads, [Hop::ToService, Hop::FromService]);
    let (node, rule) = request.route.rule.clone().unwrap();
    let plane = plane(&cluster);
    let text = plane
        .rules(&node, api::ip::Family::V4)
        .unwrap()
        .text(rule.table, &rule.chain, rule.position);
    assert_eq!(
        text.unwrap(),
        "-A KUBE-SERVICES -d 10.111.52.100/32 -p tcp -m comment --comment \"default/back-end has no endpoints\" \
         -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable"
    );
}

#[test]
fn a_pod_that_does_not_listen_on_the_target_port_or_to_itself_alone_refuses() {
    for listens in ["81", "127.0.0.1:80"] {
        let simulation = played(&stage_with(&[true], listens, json!({})), ask(front_end(), 80, 10), 5);
        assert_eq!(outcomes(&simulation), [Outcome::RefusedNotListening]);
    }
}

#[test]
fn terminating_endpoints_that_serve_are_used_only_when_no_other_is_ready() {
    let mut cluster = stage(&[true, true]);
    cluster.hold("default", "back-end-2", true);
    let delete = |cluster: &mut Cluster, name: &str| {
        cluster
            .delete(Kind::Pod, "default", name, Propagation::Background.into())
            .unwrap();
        cluster.settle();
    };
    delete(&mut cluster, "back-end-2");
    let shares = |cluster: &Cluster| {
        shares(&played(cluster, ask(front_end(), 80, 10), 5))
            .into_keys()
            .collect::<Vec<_>>()
    };
    assert_eq!(shares(&cluster), ["back-end-1"]);
    delete(&mut cluster, "back-end-1");
    assert_eq!(shares(&cluster), ["back-end-2"]);
}

#[test]
fn a_wrong_service_port_times_out_or_is_refused_by_mode_and_an_unknown_service_has_no_name() {
    let cluster = stage(&[true]);
    let wrong = |mode| outcomes(&played_in(plane_in(&cluster, mode), ask(front_end(), 81, 10), 5));
    assert_eq!(wrong(ProxyMode::Iptables), [Outcome::TimedOut]);
    assert_eq!(wrong(ProxyMode::Nftables), [Outcome::RefusedNoPort]);
    let mut unknown = ask(front_end(), 80, 10);
    unknown.target.service = key("back-ends");
    assert_eq!(outcomes(&played(&cluster, unknown, 5)), [Outcome::NameNotFound]);
}

#[test]
fn from_outside_only_a_node_port_or_a_routed_address_is_reached() {
    let outside = || ask(Client::Outside, 80, 10);
    assert_eq!(outcomes(&played(&stage(&[true]), outside(), 5)), [Outcome::TimedOut]);
    let ports = json!({"type": "NodePort", "ports": [{"port": 80, "nodePort": 30_008}]});
    let open = played(&stage_with(&[true], "80", ports), outside(), 5);
    let request = open.requests().first().unwrap();
    let node = IpAddr::from([192, 168, 49, 2]);
    assert_eq!(
        (request.outcome, request.dialled),
        (Outcome::Answered, Some((node, 30_008)))
    );
    let external = stage_with(&[true], "80", json!({"externalIPs": ["203.0.113.20"]}));
    let request = played(&external, outside(), 5).requests().first().unwrap().clone();
    let address = IpAddr::from([203, 0, 113, 20]);
    assert_eq!(
        (request.outcome, request.dialled),
        (Outcome::Answered, Some((address, 80)))
    );
    assert_eq!(request.route.source, Some("10.244.0.1".parse().unwrap()), "masqueraded");
}

#[test]
fn a_request_passes_the_kernels_of_both_nodes() {
    let mut cluster = cluster(2);
    cluster.make(Kind::Pod, &listening("front-end", "front-end", "80"));
    cluster.make(Kind::Pod, &listening("back-end-1", "back-end", "80"));
    cluster.make(Kind::Service, &back_end(&json!({})));
    let simulation = played(&cluster, ask(front_end(), 80, 10), 5);
    let way = &simulation.requests().first().unwrap().route;
    let node = |name: &str| Host::Node(name.into());
    assert_eq!(
        way.places,
        [
            Host::Pod(key("front-end")),
            node("node-1"),
            node("node-2"),
            Host::Pod(key("back-end-1")),
        ]
    );
    assert_eq!(way.source, Some("10.244.0.2".parse().unwrap()), "the pod's own address");
}

#[test]
fn a_headless_service_is_dialled_at_its_pods_so_that_target_port_means_nothing() {
    let spec = json!({"clusterIP": "None", "ports": [{"port": 80, "targetPort": 8_080}]});
    let simulation = played(&stage_with(&[true, true], "80", spec), ask(front_end(), 80, 10), 5);
    let mut requests = simulation.requests().iter();
    assert!(requests.all(|request| request.dialled.unwrap().1 == 80 && request.outcome == Outcome::Answered));
    assert_eq!(shares(&simulation).len(), 2);
}

#[test]
fn session_affinity_keeps_a_client_on_its_pod_until_the_pod_leaves_or_time_is_over() {
    for mode in [ProxyMode::Iptables, ProxyMode::Nftables] {
        let spec = json!({
            "sessionAffinity": "ClientIP",
            "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 60}},
        });
        let mut kept = stage_with(&[true, true, true], "80", spec);
        let mut simulation = played_in(plane_in(&kept, mode), ask(front_end(), 80, 10), 10);
        let before = shares(&simulation);
        assert_eq!(before.len(), 1, "{mode:?}");
        let chosen = before.keys().next().unwrap();
        kept.delete(Kind::Pod, "default", chosen, Propagation::Background.into())
            .unwrap();
        kept.settle();
        simulation.change(Micros::from_seconds(10), plane_in(&kept, mode));
        run(&mut simulation, 20);
        assert_eq!(shares(&simulation).len(), 2, "{mode:?}");
        let seldom = Flow {
            every: Micros::from_seconds(100),
            ..ask(front_end(), 80, 1)
        };
        assert_eq!(
            shares(&played_in(plane_in(&kept, mode), seldom, 6_000)).len(),
            2,
            "{mode:?}"
        );
    }
}

#[test]
fn a_change_leaves_what_was_done_before_as_it_was() {
    let mut simulation = played(&stage(&[true, true, true]), ask(front_end(), 80, 10), 20);
    let before = simulation.requests().to_vec();
    let at = Micros::from_seconds(10);
    change(&mut simulation, at, &stage(&[false, false, false]));
    assert_eq!(before.len(), simulation.requests().len());
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
    let cluster = stage(&[true]);
    let mut simulation = played(&cluster, ask(front_end(), 80, 10), 5);
    let first = simulation.requests().first().unwrap().clone();
    let work = first.legs.iter().find(|leg| leg.hop == Hop::AtBackend).unwrap();
    let mut gone = cluster.clone();
    gone.delete(Kind::Pod, "default", "back-end-1", Propagation::Background.into())
        .unwrap();
    change(&mut simulation, work.from + Micros(1), &gone);
    assert_eq!(simulation.requests().to_vec()[0].outcome, Outcome::Closed);
    assert!(
        simulation
            .requests()
            .iter()
            .any(|request| request.outcome == Outcome::TimedOut),
        "sent on before the rules knew"
    );
}

#[test]
fn a_connection_that_is_kept_alive_stays_with_its_pod_when_the_service_does_not() {
    let cluster = stage(&[true, true, true]);
    let flow = Flow {
        keep_alive: true,
        ..ask(front_end(), 80, 10)
    };
    let mut simulation = played(&cluster, flow, 10);
    let before = shares(&simulation);
    assert_eq!(before.len(), 1);
    let pod = before.into_keys().next().unwrap();
    let mut without = cluster.clone();
    without.set_ready("default", &pod, false);
    without.settle();
    change(&mut simulation, Micros::from_seconds(10), &without);
    run(&mut simulation, 20);
    assert!(shares(&simulation).into_keys().eq([pod.clone()]));
    let trace = simulation.trace(150).unwrap();
    assert_eq!(trace.end, PacketEnd::Pod(key(&pod)));
    assert!(trace.steps.iter().any(|step| step.event == Event::Known));
    let mut gone = without.clone();
    gone.delete(Kind::Pod, "default", &pod, Propagation::Background.into())
        .unwrap();
    gone.settle();
    change(&mut simulation, Micros::from_seconds(15), &gone);
    let after = simulation.requests();
    assert!(after.iter().any(|request| request.outcome == Outcome::Closed), "cut");
    let next = after.last().unwrap().backend.clone().unwrap().pod.unwrap();
    assert_ne!(*next.name, *pod, "a new connection");
}

#[test]
fn the_trace_leads_to_the_pod_that_the_request_came_to() {
    for mode in [ProxyMode::Iptables, ProxyMode::Nftables] {
        let simulation = played_in(plane_in(&stage(&[true, true, true]), mode), ask(front_end(), 80, 10), 5);
        for request in simulation.requests() {
            let trace = simulation.trace(request.number).unwrap();
            let backend = request.backend.clone().unwrap();
            assert_eq!(trace.end, PacketEnd::Pod(backend.pod.unwrap()));
            assert_eq!(trace.endpoint.map(|address| address.ip()), Some(backend.ip));
            assert_eq!(backend.of, 3);
        }
    }
}

/// Two clients, one of which keeps its connection, at a Service that remembers clients; its pods change every five seconds.
fn eventful(most: Kept) -> (Simulation, Vec<(Micros, Rc<DataPlane>)>) {
    let affinity = json!({"sessionAffinity": "ClientIP"});
    let [one, other] =
        [[true, true, false], [true, false, true]].map(|ready| plane(&stage_with(&ready, "80", affinity.clone())));
    let mut simulation = Simulation::new(7, Pace::WATCHED, one.clone()).keeping(most);
    let kept_alive = Flow {
        keep_alive: true,
        ..ask(Client::Node("minikube".into()), 80, 3)
    };
    simulation.set_flows(Micros::ZERO, vec![ask(front_end(), 80, 20), kept_alive]);
    let mut worlds = vec![(Micros::ZERO, one.clone())];
    for change in 1..100 {
        let at = Micros::from_seconds(change * 5);
        let next = if change % 2 == 0 { one.clone() } else { other.clone() };
        worlds.push((at, next));
    }
    simulation.change_all(worlds.get(1..).unwrap().to_vec());
    (simulation, worlds)
}

const FEW: Kept = Kept {
    requests: 1_000,
    worlds: 12,
    places: 1_000,
};

#[test]
fn what_is_kept_of_the_past_is_as_if_all_were() {
    let ((mut all, _), (mut few, _)) = (eventful(Kept::default()), eventful(FEW));
    for second in (10..500).step_by(10) {
        run(&mut all, second);
        run(&mut few, second);
        let (all, few) = (all.requests(), few.requests());
        assert_eq!(all.len(), few.len());
        assert!(few.kept().len() <= 1_250, "{}", few.kept().len());
        for place in few.kept().step_by(97) {
            assert_eq!((all.get(place), all.brief(place)), (few.get(place), few.brief(place)));
        }
    }
    let since = few.kept_since().unwrap();
    assert!(
        (Micros::from_seconds(400)..Micros::from_seconds(470)).contains(&since),
        "{since}"
    );
    assert_eq!(few.requests().first().unwrap().sent, since);
    for number in [10_400, 10_800, 11_200] {
        assert_eq!(all.trace(number), few.trace(number));
    }
    assert!(few.requests().get(0).is_none() && few.trace(1).is_none());
    let late = Micros::from_seconds(480);
    change(&mut all, late, &stage(&[false, false, true]));
    change(&mut few, late, &stage(&[false, false, true]));
    assert!(all.requests().since(late).iter().eq(few.requests().since(late).iter()));
}

#[test]
fn what_is_no_longer_kept_is_sent_again_where_something_changes_before() {
    let ((mut all, _), (mut few, worlds)) = (eventful(Kept::default()), eventful(FEW));
    run(&mut all, 499);
    run(&mut few, 499);
    let early = Micros::from_seconds(103);
    assert!(few.has_forgotten(early));
    few.begin_again(
        worlds.into_iter().filter(|(from, _)| *from < early).collect(),
        early,
        u64::MAX,
    );
    change(&mut all, early, &stage(&[false, true, true]));
    change(&mut few, early, &stage(&[false, true, true]));
    assert_eq!(all.requests().len(), few.requests().len());
    assert!(
        all.requests()
            .since(Micros::from_seconds(490))
            .iter()
            .eq(few.requests().since(Micros::from_seconds(490)).iter())
    );
}

proptest! {
    #[test]
    fn any_split_of_the_same_time_gives_the_same_requests(
        cuts in proptest::collection::vec(0_u64..20_000_000, 0..12),
        keep_alive in any::<bool>(),
        affinity in any::<bool>(),
    ) {
        let spec = if affinity { json!({"sessionAffinity": "ClientIP"}) } else { json!({}) };
        let (cluster, after) = (stage_with(&[true, true, false], "80", spec.clone()), stage_with(&[false, true, true], "80", spec));
        let start = || {
            let mut simulation = Simulation::new(7, Pace::WATCHED, plane(&cluster));
            let flows = [front_end(), Client::Node("minikube".into())].map(|client| Flow { keep_alive, ..ask(client, 80, 7) });
            simulation.set_flows(Micros::ZERO, flows.into());
            simulation
        };
        let mut whole = start();
        whole.change(Micros::from_seconds(9), plane(&after));
        run(&mut whole, 20);
        let mut pieces = start();
        for cut in cuts {
            pieces.run(Micros(cut));
        }
        pieces.change(Micros::from_seconds(9), plane(&after));
        run(&mut pieces, 20);
        prop_assert_eq!(whole.requests(), pieces.requests());
    }

    #[test]
    fn legs_meet_and_cover_the_request(ready in proptest::collection::vec(any::<bool>(), 1..5), port in 80_u16..82) {
        for request in played(&stage(&ready), ask(front_end(), port, 9), 3).requests() {
            let mut at = request.sent;
            for leg in &request.legs {
                prop_assert_eq!(leg.from, at);
                at = leg.to;
            }
            prop_assert_eq!(at, request.done);
        }
    }
}

/// A node port before two pods, on three nodes.
fn three_nodes(spec: Value) -> Rc<World> {
    let mut cluster = cluster(3);
    for name in ["back-end-1", "back-end-2"] {
        cluster.make(Kind::Pod, &listening(name, "back-end", "80"));
    }
    let door = with(back_end(&json!({"type": "NodePort"})), &spec);
    cluster.make(Kind::Service, &door);
    Rc::new(World::of(&cluster))
}

#[test]
fn nodes_share_rules_where_they_are_the_same_and_nowhere_else() {
    let rules_of = |spec: Value| {
        let world = three_nodes(spec);
        let plane = DataPlane::new(world.clone(), ProxyMode::Iptables);
        for node in &world.nodes {
            let as_one = ProxyNode::of(&world, &node.name, Family::V4).unwrap();
            let own = NodeRules::new(ProxyMode::Iptables, world.proxied(Family::V4), &as_one);
            assert_eq!(plane.rules(&node.name, Family::V4), Some(&own), "{}", node.name);
        }
        let at = |node: &str| std::ptr::from_ref(plane.rules(node, Family::V4).unwrap());
        at(&world.nodes[0].name) == at(&world.nodes[1].name)
    };
    assert!(rules_of(json!({})));
    assert!(!rules_of(json!({"externalTrafficPolicy": "Local"})));
    assert!(!rules_of(json!({"internalTrafficPolicy": "Local"})));
    assert!(!rules_of(json!({"trafficDistribution": "PreferSameNode"})));
    let narrowed = json!({"type": "LoadBalancer", "loadBalancerSourceRanges": ["192.168.49.3/32"]});
    assert!(!rules_of(narrowed));
}
