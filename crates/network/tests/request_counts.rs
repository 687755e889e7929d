//! What a reader of statistics can notice.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, missing_docs)]

mod shop;

use cluster::Cluster;
use network::dataplane::DataPlane;
use network::proxy::ProxyMode;
use network::{Client, Flow, Micros, Outcome, Pace, RequestCounts, Simulation, World};
use serde_json::{Value, json};
use shop::key;
use std::collections::BTreeMap;
use std::rc::Rc;

fn cluster(pods: usize, spec: Value) -> Cluster {
    shop::cluster(2, &["client"], &vec![""; pods], &spec)
}

fn flow() -> Flow {
    shop::flow("client")
}

fn simulation(cluster: &Cluster, mode: ProxyMode) -> Simulation {
    let plane = Rc::new(DataPlane::new(Rc::new(World::of(cluster)), mode));
    Simulation::new(7, Pace::WATCHED, plane)
}

const MODES: [ProxyMode; 2] = [ProxyMode::Iptables, ProxyMode::Nftables];

fn tally(cluster: &Cluster, mode: ProxyMode, flow: &Flow, count: u64) -> RequestCounts {
    simulation(cluster, mode).tally(Micros::from_seconds(1), flow, count, Pace::UNSTRETCHED)
}

#[test]
fn each_endpoint_gets_about_what_is_expected() {
    for (pods, mode) in [1, 3, 100].into_iter().flat_map(|pods| MODES.map(|mode| (pods, mode))) {
        for spec in [json!({}), json!({"clusterIP": "None"})] {
            let tally = tally(&cluster(pods, spec), mode, &flow(), 30_000);
            let count = 30_000 / pods as u64;
            assert_eq!(tally.outcomes, BTreeMap::from([(Outcome::Answered, 30_000)]));
            assert_eq!(tally.shares.len(), pods);
            assert_eq!(tally.shares.iter().map(|share| share.got).sum::<u64>(), 30_000);
            for share in &tally.shares {
                assert_eq!(share.expected, count, "{mode:?}");
                assert!(share.got.abs_diff(count) * 3 < count, "{mode:?} {share:?}");
                assert_eq!(share.backend.of, pods);
            }
            assert!(!tally.is_sticky);
        }
    }
}

#[test]
fn a_client_that_is_remembered_or_keeps_its_connection_stays() {
    let affinity = cluster(3, json!({"sessionAffinity": "ClientIP"}));
    let kept = Flow {
        keep_alive: true,
        ..flow()
    };
    for mode in MODES {
        for tally in [
            tally(&affinity, mode, &flow(), 999),
            tally(&cluster(3, json!({})), mode, &kept, 999),
        ] {
            let got: Vec<u64> = tally
                .shares
                .iter()
                .map(|share| share.got)
                .filter(|got| *got > 0)
                .collect();
            assert_eq!((got, tally.is_sticky), (vec![999], true));
            assert!(tally.shares.iter().all(|share| share.expected == 333));
        }
    }
}

#[test]
fn whom_rules_remember_from_earlier_requests_counts() {
    let cluster = cluster(3, json!({"sessionAffinity": "ClientIP"}));
    for mode in MODES {
        let mut simulation = simulation(&cluster, mode);
        simulation.set_flows(Micros::ZERO, vec![flow()]);
        simulation.run(Micros::from_seconds(1));
        let before = simulation.requests().to_vec();
        let tally = simulation.tally(Micros::from_seconds(1), &flow(), 100, Pace::UNSTRETCHED);
        let got = tally.shares.iter().find(|share| share.got == 100).unwrap();
        assert_eq!(
            Some(&got.backend.ip),
            before[0].backend.as_ref().map(|backend| &backend.ip)
        );
        assert_eq!(simulation.requests().to_vec(), before);
    }
}

#[test]
fn what_is_not_answered_is_counted_and_has_no_latency() {
    let mut wrong = flow();
    wrong.target.port = 81;
    let cases = [
        (
            tally(&cluster(0, json!({})), ProxyMode::Iptables, &flow(), 10),
            Outcome::RefusedNoEndpoints,
        ),
        (
            tally(
                &cluster(2, json!({"ports": [{"port": 80, "targetPort": 8080}]})),
                ProxyMode::Iptables,
                &flow(),
                10,
            ),
            Outcome::RefusedNotListening,
        ),
        (
            tally(&cluster(2, json!({})), ProxyMode::Iptables, &wrong, 10),
            Outcome::TimedOut,
        ),
        (
            tally(
                &cluster(0, json!({"clusterIP": "None"})),
                ProxyMode::Iptables,
                &flow(),
                10,
            ),
            Outcome::NameNotFound,
        ),
    ];
    for (tally, outcome) in cases {
        assert_eq!((tally.outcomes, tally.latency), (BTreeMap::from([(outcome, 10)]), None));
    }
    let nobody = Flow {
        client: Client::Pod(key("nobody")),
        ..flow()
    };
    assert_eq!(
        tally(&cluster(1, json!({})), ProxyMode::Iptables, &nobody, 10),
        RequestCounts::default()
    );
}
