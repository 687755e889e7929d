//! How fast the core is, natively: `cargo bench -p playground`. The figures and what they are compared with stand in BENCHMARKS.md.
#![allow(missing_docs, clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used)]

use playground::{Micros, Scenario, Session};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const SEED: &str = include_str!("../../../web/scenarios/three-tiers.yaml");

fn main() {
    keystroke("the three tiers (12 documents)", SEED);
    keystroke("100 documents", &manifest(10, 9));
    keystroke("1,000 pods behind a Service", &manifest(1, 1_000));
    requests("3 pods", 3);
    requests("100 pods", 100);
}

/// Services with so many pods each.
fn manifest(services: usize, pods: usize) -> String {
    let mut text = String::new();
    for service in 0..services {
        let _ = write!(
            text,
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: web-{service}\nspec:\n  selector:\n    app: web-{service}\n  ports:\n    - port: 80\n---\n"
        );
        for pod in 0..pods {
            let _ = write!(
                text,
                "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web-{service}-{pod}\n  labels:\n    app: web-{service}\nspec:\n  containers:\n    - name: web\n      image: nginx\n---\n"
            );
        }
    }
    text
}

/// From a changed character to the diagnostics and the text of `describe`.
fn keystroke(what: &str, text: &str) {
    let mut session = Session::new(Scenario {
        text: text.to_owned(),
        nodes: 10,
        ..Scenario::default()
    });
    let service = session
        .services(Micros::ZERO)
        .first()
        .map(|key| key.name.clone())
        .unwrap_or_default();
    let texts = [text.replace("port: 80", "port: 81"), text.to_owned()];
    let mut spans: Vec<Duration> = (0..60)
        .map(|round| {
            let text = texts[round % 2].clone();
            let begin = Instant::now();
            session.set_text(Micros::ZERO, text);
            let output = session.kubectl(Micros::ZERO, &format!("kubectl describe service {service}"));
            let span = begin.elapsed();
            assert!(!output.stdout.is_empty(), "{}", output.stderr);
            span
        })
        .collect();
    spans.sort();
    println!(
        "keystroke → describe, {what}: median {:?}, 95th percentile {:?}",
        spans[spans.len() / 2],
        spans[spans.len() * 95 / 100]
    );
}

/// Requests that are decided a second, each with its legs.
fn requests(what: &str, pods: usize) {
    let flow = playground::FlowSpec {
        from: "node/minikube".into(),
        to: "default/web-0".into(),
        port: 80,
        millihertz: 1_000_000,
    };
    let scenario = Scenario {
        text: manifest(1, pods),
        traffic: playground::Traffic::Chosen(vec![flow; 50]),
        ..Scenario::default()
    };
    let mut session = Session::new(scenario);
    let begin = Instant::now();
    session.run(Micros::from_seconds(20));
    let count = session.requests(Micros::from_seconds(20)).len();
    let span = begin.elapsed();
    println!(
        "requests through a Service with {what}: {:.0} a second",
        f64::from(u32::try_from(count).unwrap()) / span.as_secs_f64()
    );
}
