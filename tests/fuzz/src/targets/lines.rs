//! Lines of the terminal: the same line says the same, leaves text and past alone, and what it changed is played again from a link.

use playground::{Micros, Scenario, Session, View};
use std::cell::OnceCell;

const TEXT: &str = "\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: client, image: busybox, command: [sleep, infinity]}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {mode: dark}
";

thread_local! {
    static SESSION: OnceCell<Session> = const { OnceCell::new() };
}

/// A session that is made once.
fn session() -> Session {
    SESSION.with(|cell| {
        cell.get_or_init(|| {
            Session::new(Scenario {
                text: TEXT.to_owned(),
                nodes: 2,
                ..Scenario::default()
            })
        })
        .clone()
    })
}

pub fn run(input: &[u8]) {
    let line = String::from_utf8_lossy(input);
    let at = Micros::from_seconds(3);
    let mut session = session();
    let (output, act) = session.perform(at, &line);
    assert_eq!(session.text(), TEXT);
    assert!(output.stdout.len() + output.stderr.len() < 20_000_000);
    assert!(act.is_some() || session.acts().is_empty());
    let _ = session.complete(at, &line);
    // Seldom, by what the line is, since it takes as long as all else.
    if act.is_some() && input.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)) % 8 == 0 {
        let again = Session::new(session.scenario(View::default()));
        assert_eq!(again.acts(), session.acts());
        for second in [3, 5] {
            let at = Micros::from_seconds(second);
            let print = |session: &Session| {
                session
                    .kubectl(at, "kubectl get pods,services,deployments,configmaps -A -o yaml")
                    .stdout
            };
            assert_eq!(print(&again), print(&session), "played again at second {second}");
        }
    }
}
