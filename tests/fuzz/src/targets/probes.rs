//! Pods with probes live the same whether time is brought in one step or in many, and their parts agree.

use crate::{Choices, generate};
use playground::{Micros, Scenario, Session};
use serde_json::Value;
use std::collections::BTreeMap;

const SECONDS: [u64; 6] = [0, 1, 4, 11, 29, 61];

pub fn run(input: &[u8]) {
    let mut choices = Choices::new(input);
    let nodes = 1 + choices.below(2);
    let scenario = Scenario {
        text: generate::documents(&mut choices, true, false).join("---\n"),
        nodes,
        seed: u64::from(choices.byte()),
        ..Scenario::default()
    };
    let mut at_once = Session::new(scenario.clone());
    at_once.run(Micros::from_seconds(61));
    let mut stepped = Session::new(scenario.clone());
    let mut restarts = BTreeMap::new();
    for second in SECONDS {
        let at = Micros::from_seconds(second);
        stepped.run(at);
        assert_eq!(
            stepped.world(at),
            at_once.world(at),
            "second {second}\n{}",
            scenario.text
        );
        let print = |session: &Session| session.kubectl(at, "kubectl get pods -A -o json").stdout;
        let printed = print(&stepped);
        assert_eq!(printed, print(&at_once), "second {second}\n{}", scenario.text);
        let pods: Value = serde_json::from_str(&printed).unwrap_or_default();
        for pod in pods["items"].as_array().into_iter().flatten() {
            agrees(pod, &stepped, at);
            grow(pod, &mut restarts);
        }
    }
}

fn agrees(pod: &Value, session: &Session, at: Micros) {
    let name = (pod["metadata"]["namespace"].as_str(), pod["metadata"]["name"].as_str());
    let condition = |kind: &str| {
        let all = pod["status"]["conditions"].as_array().into_iter().flatten();
        let mut of_kind = all.filter(|it| it["type"] == kind);
        of_kind.next().is_some_and(|it| it["status"] == "True")
    };
    let statuses = pod["status"]["containerStatuses"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let ready = condition("Ready");
    assert_eq!(ready, condition("ContainersReady"), "{pod}");
    if ready {
        assert_eq!(pod["status"]["phase"], "Running", "{pod}");
        assert!(statuses.iter().all(|it| it["ready"] == true), "{pod}");
    }
    for status in &statuses {
        let states =
            ["running", "waiting", "terminated"].map(|state| usize::from(status["state"].get(state).is_some()));
        assert_eq!(states.iter().sum::<usize>(), 1, "a container is in one state: {pod}");
        assert!(
            status["ready"] != true || status["state"].get("running").is_some(),
            "{pod}"
        );
        assert!(status["ready"] != true || status["started"] == true, "{pod}");
    }
    let world = session.world(at);
    let seen = world
        .pods
        .iter()
        .find(|it| (Some(&*it.key.namespace), Some(&*it.key.name)) == name);
    assert_eq!(
        seen.is_some_and(|it| it.ready),
        ready,
        "the network knows what the status says: {pod}"
    );
}

/// Of the same pod no container restarted less often than before.
fn grow(pod: &Value, restarts: &mut BTreeMap<String, u64>) {
    let uid = pod["metadata"]["uid"].as_str().unwrap_or_default();
    for status in pod["status"]["containerStatuses"].as_array().into_iter().flatten() {
        let count = status["restartCount"].as_u64().unwrap_or_default();
        let before = restarts
            .insert(format!("{uid} {}", status["name"]), count)
            .unwrap_or_default();
        assert!(count >= before, "{pod}");
    }
}
