//! Pods of higher priority take the place of others.
#![allow(missing_docs)]

use playground::{Micros, Scenario, Session};

fn session(text: &str) -> Session {
    let class = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: 1000\n---\n";
    Session::new(Scenario {
        text: format!("{class}{text}"),
        ..Scenario::default()
    })
}

fn pod(name: &str, cpu: &str, more: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{{more}containers: [{{name: c, image: nginx, resources: {{requests: {{cpu: '{cpu}'}}}}}}]}}\n---\n"
    )
}

fn print(session: &mut Session, second: u64, command: &str) -> String {
    let output = session.kubectl(Micros::from_seconds(second), command);
    output.stdout + &output.stderr
}

const NAMES: &str = "kubectl get pods --field-selector=status.phase=Running -o jsonpath={.items[*].metadata.name}";
const HIGH: &str = "priorityClassName: high, ";

#[test]
fn the_fewest_pods_of_lower_priority_go() {
    let text = pod("a", "2", "") + &pod("b", "1", "") + &pod("c", "500m", "") + &pod("vip", "1", HIGH);
    let mut session = session(&text);
    // Of those that could go, the latest does, as that is enough.
    assert_eq!(print(&mut session, 10, NAMES), "a b vip");
    let events = print(&mut session, 10, "kubectl get events");
    let uid = print(&mut session, 10, "kubectl get pod vip -o jsonpath={.metadata.uid}");
    for words in [
        format!("Preempted by pod {uid} on node minikube"),
        "FailedScheduling".to_owned(),
        "0/1 nodes are available: 1 Insufficient cpu.\n".to_owned(),
    ] {
        assert!(events.contains(&words), "{words}: {events}");
    }
}

#[test]
fn a_pod_waits_until_its_victims_are_gone() {
    let deaf = pod("a", "3", "").replace("image: nginx", "image: busybox, command: [sleep, '9999']");
    let mut session = session(&(deaf + &pod("vip", "2", HIGH)));
    assert!(print(&mut session, 10, "kubectl get pods").contains("Terminating"));
    assert_eq!(
        print(
            &mut session,
            10,
            "kubectl get pod vip -o jsonpath={.status.nominatedNodeName}"
        ),
        "minikube"
    );
    let described = print(&mut session, 10, "kubectl describe pod vip");
    assert!(described.contains("\nNominatedNodeName:    minikube\n"), "{described}");
    assert_eq!(print(&mut session, 40, NAMES), "vip");
}

#[test]
fn nobody_goes_in_vain() {
    let told = |text: &str| {
        let mut session = session(text);
        assert_eq!(print(&mut session, 10, NAMES), "a");
        print(
            &mut session,
            10,
            "kubectl get pod vip -o jsonpath={.status.conditions[0].message}",
        )
    };
    let begin = "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: ";
    let helpless = format!("{begin}0/1 nodes are available: 1 Preemption is not helpful for scheduling.");
    assert_eq!(told(&(pod("a", "3", "") + &pod("vip", "5", HIGH))), helpless);
    let equal = format!("{begin}0/1 nodes are available: 1 No preemption victims found for incoming pod.");
    assert_eq!(told(&(pod("a", "3", HIGH) + &pod("vip", "2", HIGH))), equal);
    let never = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: polite}\nvalue: 1000\npreemptionPolicy: Never\n---\n";
    let polite = never.to_owned() + &pod("a", "3", "") + &pod("vip", "2", "priorityClassName: polite, ");
    assert_eq!(
        told(&polite),
        format!("{begin}not eligible due to preemptionPolicy=Never.")
    );
}

#[test]
fn a_controller_replaces_what_had_to_go_once_there_is_room() {
    let low = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: low}\nspec: {replicas: 4, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: nginx, resources: {requests: {cpu: '1'}}}]}}}\n---\n";
    let mut session = session(&(low.to_owned() + &pod("vip", "1500m", HIGH)));
    let running = print(&mut session, 20, NAMES);
    assert_eq!(running.split(' ').count(), 3, "{running}");
    assert!(running.ends_with("vip"), "{running}");
    session.perform(Micros::from_seconds(30), "kubectl delete pod vip");
    assert_eq!(print(&mut session, 40, NAMES).split(' ').count(), 4);
}
