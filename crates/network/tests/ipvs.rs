//! What a watcher of requests notices in mode ipvs.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, missing_docs)]

mod shop;

use network::dataplane::DataPlane;
use network::proxy::ProxyMode;
use network::proxy::ipvs::Scheduler;
use network::{Flow, Micros, Outcome, Pace, Request, Simulation, World};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Four clients, and behind the Service `web` a pod for each text that says how it answers.
fn plane(answers: &[&str], spec: Value, scheduler: Scheduler) -> Rc<DataPlane> {
    let mut whole = json!({"clusterIP": "10.111.52.100"});
    for (field, value) in spec.as_object().unwrap() {
        whole[field] = value.clone();
    }
    let clients = ["client-1", "client-2", "client-3", "client-4"];
    let cluster = shop::cluster(1, &clients, answers, &whole);
    let world = Rc::new(World::of(&cluster));
    Rc::new(DataPlane::new(world, ProxyMode::Ipvs(scheduler)))
}

fn flow(client: &str, port: u16) -> Flow {
    let mut flow = shop::flow(client);
    flow.target.port = port;
    flow
}

fn requests(plane: Rc<DataPlane>, flows: Vec<Flow>, steps: u64) -> Vec<Request> {
    let mut simulation = Simulation::new(7, Pace::WATCHED, plane);
    simulation.set_flows(Micros::ZERO, flows);
    let whole = 30_000_000;
    (1..=steps).for_each(|step| simulation.run(Micros(whole * step / steps)));
    simulation.requests().to_vec()
}

fn by_pod<'a>(requests: impl IntoIterator<Item = &'a Request>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for request in requests {
        let pod = request.backend.as_ref().unwrap().pod.clone().unwrap();
        *counts.entry(pod.name.to_string()).or_default() += 1;
    }
    counts
}

#[test]
fn round_robin_gives_each_its_turn() {
    let plane = plane(&["", "", ""], json!({}), Scheduler::RoundRobin);
    let requests = requests(plane, vec![flow("client-1", 80), flow("client-2", 80)], 1);
    for three in requests.chunks_exact(3) {
        assert_eq!(by_pod(three).len(), 3);
    }
    assert!(requests.iter().all(|request| request.outcome == Outcome::Answered));
}

#[test]
fn a_source_hash_keeps_a_client_with_its_pod() {
    let plane = plane(&[""; 8], json!({}), Scheduler::SourceHash);
    let clients = ["client-1", "client-2", "client-3", "client-4"];
    let pods = clients.map(|client| by_pod(&requests(plane.clone(), vec![flow(client, 80)], 1)));
    assert!(pods.iter().all(|pods| pods.len() == 1));
    let first = pods.iter().filter(|other| other.keys().eq(pods[0].keys()));
    assert!(first.count() < 4, "not all clients have one pod");
}

#[test]
fn least_connection_spares_a_slow_pod() {
    let answers = ["10ms", "10ms", "2900ms"];
    let shares = |scheduler| {
        by_pod(&requests(
            plane(&answers, json!({}), scheduler),
            vec![flow("client-1", 80)],
            1,
        ))
    };
    let (turns, least) = (shares(Scheduler::RoundRobin), shares(Scheduler::LeastConnection));
    assert_eq!(turns["web-3"], turns["web-1"]);
    assert!(least["web-3"] * 2 < least["web-1"], "{least:?}");
}

#[test]
fn persistence_keeps_a_client() {
    let plane = plane(
        &["", "", ""],
        json!({"sessionAffinity": "ClientIP"}),
        Scheduler::RoundRobin,
    );
    let clients = ["client-1", "client-2", "client-3"];
    let pods = by_pod(&requests(plane.clone(), vec![flow("client-1", 80)], 1));
    assert_eq!(pods.len(), 1);
    let all = requests(plane, clients.map(|client| flow(client, 80)).into(), 1);
    assert_eq!(by_pod(&all).len(), 3, "each client in its turn");
}

#[test]
fn what_has_no_endpoint_and_what_is_no_port_are_refused() {
    let plane = plane(&[], json!({}), Scheduler::RoundRobin);
    for port in [80, 81] {
        let requests = requests(plane.clone(), vec![flow("client-1", port)], 1);
        assert!(
            requests
                .iter()
                .all(|request| matches!(request.outcome, Outcome::RefusedNoEndpoints | Outcome::RefusedNoPort))
        );
    }
}

#[test]
fn statistics_are_exact_where_turns_are_taken() {
    let simulation = Simulation::new(7, Pace::WATCHED, plane(&["", "", ""], json!({}), Scheduler::RoundRobin));
    let tally = simulation.tally(Micros::ZERO, &flow("client-1", 80), 30_000, Pace::UNSTRETCHED);
    let shares: Vec<(u64, u64)> = tally.shares.iter().map(|share| (share.got, share.expected)).collect();
    assert_eq!(shares, [(10_000, 10_000); 3]);
}

#[test]
fn the_text_is_what_ipvsadm_ipset_and_iptables_print() {
    let spec = json!({"type": "NodePort", "ports": [{"port": 80, "nodePort": 30080}], "sessionAffinity": "ClientIP"});
    let plane = plane(&["", ""], spec, Scheduler::RoundRobin);
    let text = plane.rules("minikube", api::ip::Family::V4).unwrap().to_string();
    for lines in [
        "TCP  10.111.52.100:80 rr persistent 10800\n  -> 10.244.0.6:80                Masq    1      0          0\n  -> 10.244.0.7:80                Masq    1      0          0\n",
        "TCP  192.168.49.2:30080 rr persistent 10800\n",
        "Name: KUBE-CLUSTER-IP\nType: hash:ip,port\nMembers:\n10.96.0.1,tcp:443\n10.111.52.100,tcp:80\n",
        "Name: KUBE-NODE-PORT-TCP\nType: bitmap:port\nMembers:\n30080\n",
        "-A KUBE-SERVICES ! -s 10.244.0.0/16 -m comment --comment \"Kubernetes service cluster ip + port for masquerade purpose\" -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ\n",
        "-A KUBE-IPVS-FILTER -m conntrack --ctstate NEW -m set --match-set KUBE-IPVS-IPS dst -j REJECT --reject-with icmp-port-unreachable\n",
    ] {
        assert!(text.contains(lines), "{lines}\n---\n{text}");
    }
}

#[test]
fn a_trace_names_the_real_server() {
    let mut simulation = Simulation::new(7, Pace::WATCHED, plane(&["", ""], json!({}), Scheduler::RoundRobin));
    simulation.set_flows(Micros::ZERO, vec![flow("client-1", 80)]);
    simulation.run(Micros::from_seconds(1));
    let trace = simulation.trace(1).unwrap();
    let (_, rule) = trace.decisive().unwrap();
    assert_eq!(rule.text, "TCP  10.111.52.100:80 rr -> 10.244.0.6:80 Masq");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_steps_and_any_change_give_the_same_events(steps in 1_u64..40, change in 0_u64..30_000_000) {
        let schedulers = [Scheduler::RoundRobin, Scheduler::LeastConnection];
        for scheduler in schedulers {
            let plane = plane(&["10ms", "1s-2s", "50% closes"], json!({}), scheduler);
            let flows = vec![flow("client-1", 80), flow("client-2", 80)];
            let whole = requests(plane.clone(), flows.clone(), 1);
            prop_assert_eq!(&requests(plane.clone(), flows.clone(), steps), &whole);
            let mut changed = Simulation::new(7, Pace::WATCHED, plane.clone());
            changed.set_flows(Micros::ZERO, flows);
            changed.run(Micros(30_000_000));
            changed.change(Micros(change), plane);
            prop_assert_eq!(changed.requests().len(), whole.len());
            let same = |request: &&Request| request.done < Micros(change);
            let [before, after] = [whole.clone(), changed.requests().to_vec()].map(|all| all.iter().filter(same).cloned().collect::<Vec<_>>());
            prop_assert_eq!(before, after);
        }
    }
}
