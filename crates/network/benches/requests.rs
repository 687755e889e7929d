//! How many requests a second are decided, natively: `cargo bench -p playground-network`. The figures stand in BENCHMARKS.md.
#![allow(missing_docs, clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used)]

use api::Kind;
use cluster::{Cluster, Config, RequestOptions};
use network::dataplane::DataPlane;
use network::proxy::ProxyMode;
use network::proxy::ipvs::Scheduler;
use network::{Client, Door, Flow, Micros, ObjectKey, Pace, Simulation, Target, World};
use serde_json::json;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Of how many runs the fastest counts: others use the machine too.
const RUNS: usize = 7;

fn main() {
    for mode in [
        ProxyMode::Iptables,
        ProxyMode::Nftables,
        ProxyMode::Ipvs(Scheduler::RoundRobin),
    ] {
        let plane = plane(100, 5_000, 60, mode);
        let one = || vec![flow(Client::Node("node-1".into()), Micros(1))];
        measure(
            &format!("{}, 100 pods, zero latency", mode.word()),
            &plane,
            Pace::INSTANT,
            &one,
            4,
        );
        let many = || {
            (0..5_000)
                .map(|client| flow(pod(&format!("client-{client}")), Micros(1_000)))
                .collect()
        };
        measure(
            &format!("{}, 100 pods, latencies, 5,000 clients", mode.word()),
            &plane,
            Pace::WATCHED,
            &many,
            1,
        );
    }
    scrub();
}

fn key(name: &str) -> ObjectKey {
    ObjectKey::new("default", name)
}

fn pod(name: &str) -> Client {
    Client::Pod(key(name))
}

fn flow(client: Client, every: Micros) -> Flow {
    Flow {
        client,
        target: Target {
            service: key("web"),
            port: 80,
            door: Door::Usual,
            web: None,
        },
        start: Micros::ZERO,
        every,
        count: None,
        keep_alive: false,
    }
}

/// So many pods behind the Service `web`, and so many that are not.
fn plane(pods: usize, clients: usize, nodes: usize, mode: ProxyMode) -> Rc<DataPlane> {
    let mut cluster = Cluster::new(&Config {
        nodes,
        seed: 0,
        ..Config::default()
    });
    let mut create = |kind, value| {
        cluster
            .create(kind, "default", &value, RequestOptions::default())
            .unwrap();
    };
    let named = |name: String, app: &str| {
        json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": app}},
            "spec": {"containers": [{"name": "c", "image": "nginx"}]},
        })
    };
    let web = (0..pods).map(|number| named(format!("web-{number}"), "web"));
    let others = (0..clients).map(|number| named(format!("client-{number}"), "client"));
    web.chain(others).for_each(|pod| create(Kind::Pod, pod));
    create(
        Kind::Service,
        json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
            "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
        }),
    );
    cluster.settle();
    Rc::new(DataPlane::new(Rc::new(World::of(&cluster)), mode))
}

fn measure(what: &str, plane: &Rc<DataPlane>, pace: Pace, flows: &dyn Fn() -> Vec<Flow>, seconds: u64) {
    let (mut sent, mut best) = (0, Duration::MAX);
    for _ in 0..RUNS {
        let mut simulation = Simulation::new(7, pace, plane.clone());
        simulation.set_flows(Micros::ZERO, flows());
        simulation.run(Micros::from_millis(20));
        let before = simulation.sent();
        let begin = Instant::now();
        simulation.run(Micros::from_seconds(seconds));
        best = best.min(begin.elapsed());
        sent = simulation.sent() - before;
    }
    let rate = f64::from(u32::try_from(sent).unwrap()) / best.as_secs_f64();
    println!("{what}: {:.1} million requests a second ({sent} of them)", rate / 1e6);
}

/// An hour of traffic as it is watched, a change in the middle of it, and the requests that are then seen at its end.
fn scrub() {
    let plane = plane(100, 10, 3, ProxyMode::Iptables);
    let flows = (0..10).map(|client| flow(pod(&format!("client-{client}")), Micros::from_millis(400)));
    let hour = Micros::from_seconds(3_600);
    let mut simulation = Simulation::new(7, Pace::WATCHED, plane.clone());
    simulation.set_flows(Micros::ZERO, flows.collect());
    simulation.run(hour);
    let spans = (0..RUNS).map(|_| {
        let begin = Instant::now();
        simulation.change(Micros::from_seconds(1_800), plane.clone());
        let under_way = simulation.requests().since(hour - Micros::from_seconds(5)).iter();
        assert!(under_way.filter(|request| request.done >= hour).count() > 0);
        begin.elapsed()
    });
    let best = spans.min().unwrap_or_default();
    println!(
        "an hour of {} requests, changed from its middle on, and seen at its end: {best:?}",
        simulation.sent()
    );
}
