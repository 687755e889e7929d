//! How fast the core is, natively, in the processor's time: `cargo bench -p playground --bench speed`. The figures and what they are compared with stand in BENCHMARKS.md.
#![allow(missing_docs, clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used)]

mod clock;

use clock::processor_time;
use playground::{Act, Micros, ObjectKey, Scenario, Session};
use std::fmt::Write as _;
use std::time::Duration;

const SEED: &str = include_str!("../../../web/scenarios/three-tiers.yaml");

/// All, or those whose names hold the words given: `cargo bench -p playground -- 100`.
fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    let run = |what: &str, bench: &dyn Fn(&str)| {
        if words.iter().all(|word| what.contains(word.as_str())) {
            bench(what);
        }
    };
    run("keystroke → describe, the three tiers (12 documents)", &|what| {
        keystroke(what, SEED, 10, 60);
    });
    run("keystroke → describe, 100 documents", &|what| {
        keystroke(what, &manifest(10, 9), 10, 60);
    });
    run("keystroke → describe, 1,000 pods behind a Service", &|what| {
        keystroke(what, &manifest(1, 1_000), 10, 30);
    });
    run("text → describe for the first time, 100 documents", &|what| {
        anew(what, &manifest(10, 9), 10, 30);
    });
    run(
        "text → describe for the first time, the three tiers (12 documents)",
        &|what| {
            anew(what, SEED, 1, 60);
        },
    );
    run(
        "text → describe for the first time, a Deployment of 1,000 pods behind a Service",
        &|what| {
            anew(what, &deployments(1, 1_000), 10, 30);
        },
    );
    for (pods, rounds) in [(100, 30), (1_000, 10), (10_000, 3)] {
        run(
            &format!("text → describe for the first time, {pods} pods behind 1,000 Services of 100 endpoints each"),
            &|what| anew(what, &crossed(1_000, pods / 100), pods / 100, rounds),
        );
    }
    run(
        "text → describe for the first time, 10,000 pods behind 1,000 Services of 10 endpoints each",
        &|what| anew(what, &deployments(1_000, 10), 100, 3),
    );
    run("keystroke → describe, 10,000 pods behind 1,000 Services", &|what| {
        keystroke(what, &deployments(1_000, 10), 100, 10);
    });
    run("readiness of one of 10,000 pods → describe", &|what| {
        acts(what, |session, round| Act::Ready {
            namespace: "default".to_owned(),
            pod: session.world(Micros::ZERO).pods[0].key.name.to_string(),
            ready: round % 2 == 1,
        });
    });
    run("scale one of 1,000 Deployments → describe", &|what| {
        acts(what, |_, round| {
            Act::Kubectl(format!("kubectl scale deployment web-0 --replicas={}", 10 + round % 2))
        });
    });
    run("requests through a Service with 3 pods", &|what| requests(what, 3));
    run("requests through a Service with 100 pods", &|what| requests(what, 100));
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

/// Services with a Deployment each of so many pods.
fn deployments(services: usize, pods: usize) -> String {
    let mut text = String::new();
    for service in 0..services {
        let _ = write!(
            text,
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: web-{service}\nspec:\n  selector:\n    app: web-{service}\n  ports:\n    - port: 80\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web-{service}\nspec:\n  replicas: {pods}\n  selector:\n    matchLabels:\n      app: web-{service}\n  template:\n    metadata:\n      labels:\n        app: web-{service}\n    spec:\n      containers:\n        - name: web\n          image: nginx\n---\n"
        );
    }
    text
}

/// Services that share so many Deployments of 100 pods each.
fn crossed(services: usize, deployments: usize) -> String {
    let mut text = String::new();
    for service in 0..services {
        let app = service % deployments;
        let _ = write!(
            text,
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: web-{service}\nspec:\n  selector:\n    app: web-{app}\n  ports:\n    - port: 80\n---\n"
        );
    }
    for app in 0..deployments {
        let _ = write!(
            text,
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web-{app}\nspec:\n  replicas: 100\n  selector: {{matchLabels: {{app: web-{app}}}}}\n  template: {{metadata: {{labels: {{app: web-{app}}}}}, spec: {{containers: [{{name: web, image: nginx}}]}}}}\n---\n"
        );
    }
    text
}

fn scenario(text: &str, nodes: usize) -> Scenario {
    Scenario {
        text: text.to_owned(),
        nodes,
        ..Scenario::default()
    }
}

fn describe(session: &Session) {
    let ObjectKey { name, .. } = &session.services(Micros::ZERO)[1];
    let output = session.kubectl(Micros::ZERO, &format!("kubectl describe service {name}"));
    assert!(!output.stdout.is_empty(), "{}", output.stderr);
}

/// From a changed character to the diagnostics and the text of `describe`.
fn keystroke(what: &str, text: &str, nodes: usize, rounds: usize) {
    let mut session = Session::new(scenario(text, nodes));
    let texts = [text.replacen("port: 80", "port: 81", 1), text.to_owned()];
    report(what, rounds, |round| {
        let text = texts[round % 2].clone();
        let begin = processor_time();
        session.set_text(Micros::ZERO, text);
        describe(&session);
        processor_time().checked_sub(begin).unwrap()
    });
}

/// From a text that was never seen to the text of `describe`.
fn anew(what: &str, text: &str, nodes: usize, rounds: usize) {
    report(what, rounds, |_| {
        let scenario = scenario(text, nodes);
        let begin = processor_time();
        let session = Session::new(scenario);
        describe(&session);
        processor_time().checked_sub(begin).unwrap()
    });
}

/// From something done by hand to the text of `describe`, in a large cluster.
fn acts(what: &str, act: impl Fn(&Session, usize) -> Act) {
    let mut session = Session::new(scenario(&deployments(1_000, 10), 100));
    report(what, 10, |round| {
        let act = act(&session, round);
        let begin = processor_time();
        session.act(Micros::ZERO, act);
        describe(&session);
        processor_time().checked_sub(begin).unwrap()
    });
}

/// Their mean: the clock of the processor ticks every few milliseconds, so that a single span says little.
fn report(what: &str, rounds: usize, mut round: impl FnMut(usize) -> Duration) {
    let spans: Vec<Duration> = (0..rounds).map(&mut round).collect();
    let all: Duration = spans.iter().sum();
    println!("{what}: {:?}", all / u32::try_from(rounds).unwrap());
}

/// Requests that are decided a second, each with its legs.
fn requests(what: &str, pods: usize) {
    let flow = playground::FlowSpec {
        from: "node/minikube".into(),
        to: "default/web-0".into(),
        port: 80,
        millihertz: 1_000_000,
        ..playground::FlowSpec::default()
    };
    let scenario = Scenario {
        text: manifest(1, pods),
        traffic: playground::Traffic::Chosen(vec![flow; 50]),
        ..Scenario::default()
    };
    let mut session = Session::new(scenario);
    let begin = processor_time();
    session.run(Micros::from_seconds(20));
    let count = session.requests(Micros::from_seconds(20)).len();
    let span = processor_time().checked_sub(begin).unwrap();
    println!(
        "{what}: {:.0} a second",
        f64::from(u32::try_from(count).unwrap()) / span.as_secs_f64()
    );
}
