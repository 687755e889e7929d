//! What a watcher of requests notices of pods that are slow or fail on purpose.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, missing_docs)]

mod shop;

use cluster::Cluster;
use network::dataplane::DataPlane;
use network::proxy::ProxyMode;
use network::{Flow, Hop, Micros, Outcome, Pace, Request, Simulation, World};
use proptest::prelude::*;
use serde_json::json;
use shop::key;
use std::rc::Rc;

fn cluster(answers: &[&str]) -> Cluster {
    shop::cluster(1, &["client"], answers, &json!({}))
}

fn plane(cluster: &Cluster) -> Rc<DataPlane> {
    Rc::new(DataPlane::new(Rc::new(World::of(cluster)), ProxyMode::Iptables))
}

fn flow(keep_alive: bool) -> Flow {
    Flow {
        keep_alive,
        ..shop::flow("client")
    }
}

fn requests(answers: &[&str], keep_alive: bool) -> Vec<Request> {
    let mut simulation = Simulation::new(7, Pace::WATCHED, plane(&cluster(answers)));
    simulation.set_flows(Micros::ZERO, vec![flow(keep_alive)]);
    simulation.run(Micros::from_seconds(30));
    simulation.requests().to_vec()
}

fn at_pod(request: &Request) -> Micros {
    let leg = request.legs.iter().find(|leg| leg.hop == Hop::AtBackend).unwrap();
    leg.to - leg.from
}

#[test]
fn a_slow_pod_takes_the_time_it_says() {
    for request in requests(&["700ms", "1s-2s"], false) {
        let slow = request.backend.as_ref().unwrap().pod == Some(key("web-2"));
        let expected = if slow { 1_000..=2_000 } else { 700..=700 };
        assert_eq!(request.outcome, Outcome::Answered);
        assert!(expected.contains(&(at_pod(&request).0 / 1_000)), "{request:?}");
        assert_eq!(request.latency(), at_pod(&request) + Micros(4 * Pace::WATCHED.hop.0));
    }
}

#[test]
fn a_failing_pod_answers_that_it_failed_as_often_as_it_says() {
    let requests = requests(&["20% 503"], false);
    let failed: Vec<&Request> = requests
        .iter()
        .filter(|request| request.outcome == Outcome::Failed)
        .collect();
    assert!(
        (40..80).contains(&failed.len()),
        "{} of {}",
        failed.len(),
        requests.len()
    );
    assert!(failed.iter().all(|request| request.status == Some(503)));
    let answered = requests.iter().filter(|request| request.outcome == Outcome::Answered);
    assert_eq!(answered.count() + failed.len(), requests.len());
}

#[test]
fn a_pod_that_closes_gives_an_empty_reply_and_one_that_is_silent_none() {
    assert!(
        requests(&["closes"], false)
            .iter()
            .all(|request| request.outcome == Outcome::EmptyReply)
    );
    for silent in ["never", "10s"] {
        for request in requests(&[silent], false) {
            assert_eq!(request.outcome, Outcome::TimedOut);
            assert_eq!(at_pod(&request), Pace::WATCHED.patience);
        }
    }
}

#[test]
fn a_connection_outlives_a_failed_request_and_not_one_that_is_closed() {
    let pods = |answers: &[&str]| {
        let requests = requests(answers, true).into_iter();
        let mut pods: Vec<_> = requests.filter_map(|request| request.backend?.pod).collect();
        pods.sort();
        pods.dedup();
        pods.len()
    };
    assert_eq!(pods(&["50% 500", "50% 500", "50% 500"]), 1);
    assert_eq!(pods(&["50% closes", "50% closes", "50% closes"]), 3);
}

#[test]
fn statistics_tell_a_slow_pod_from_a_fast_one() {
    let simulation = Simulation::new(
        7,
        Pace::WATCHED,
        plane(&cluster(&["5ms", "5ms, 10% 1s", "50% 500 1ms"])),
    );
    let tally = simulation.tally(Micros::ZERO, &flow(false), 30_000, Pace::UNSTRETCHED);
    let [fast, tail, failing] = [0, 1, 2].map(|place: usize| tally.shares[place].latency.unwrap());
    let (quick, slow) = (Micros(5_200), Micros(1_000_200));
    assert_eq!((fast.p50, fast.longest), (quick, quick));
    assert_eq!((tail.p50, tail.p99, tail.longest), (quick, slow, slow));
    assert_eq!(failing.longest, Micros(400), "of those that were answered");
    assert_eq!(tally.latency.unwrap().longest, slow);
    let failed = tally.outcomes[&Outcome::Failed];
    assert!((4_700..5_300).contains(&failed), "{failed}");
    assert_eq!(tally.outcomes.values().sum::<u64>(), 30_000);
}

proptest! {
    #[test]
    fn any_split_of_the_time_span_gives_the_same_events(cuts in prop::collection::vec(0_u64..20_000_000, 0..12), change in 0_u64..20_000_000) {
        let (slow, later) = (cluster(&["1s-2s", "30% never", "20% closes, 10% 500"]), cluster(&["2s", "2s", "2s"]));
        let before = plane(&slow);
        let after = plane(&later);
        let play = |cuts: &[u64]| {
            let mut simulation = Simulation::new(3, Pace::WATCHED, before.clone());
            simulation.set_flows(Micros::ZERO, vec![flow(false), flow(true)]);
            let mut cuts: Vec<u64> = cuts.to_vec();
            cuts.sort_unstable();
            for cut in &cuts {
                simulation.run(Micros(*cut));
            }
            simulation.change(Micros(change), after.clone());
            simulation.run(Micros::from_seconds(20));
            simulation.requests().to_vec()
        };
        prop_assert_eq!(play(&cuts), play(&[]));
    }
}
