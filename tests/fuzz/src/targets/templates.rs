//! Templates, JSONPath and columns over a list of pods.

use playground::{Micros, Scenario, Session};
use std::cell::OnceCell;

thread_local! {
    static SESSION: OnceCell<Session> = const { OnceCell::new() };
}

const TEXT: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}, annotations: {'a/b.c': \"1\"}}
spec: {containers: [{name: web, image: nginx, ports: [{name: http, containerPort: 80}]}, {name: side, image: busybox, command: [sleep, '9']}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db}
spec: {containers: [{name: db, image: redis}]}
";

pub fn run(input: &[u8]) {
    let format = String::from_utf8_lossy(input);
    // Within single quotes of the shell.
    let quoted = format.replace('\'', "'\\''");
    let output = SESSION.with(|cell| {
        let session = cell.get_or_init(|| {
            Session::new(Scenario {
                text: TEXT.to_owned(),
                ..Scenario::default()
            })
        });
        session.kubectl(Micros::ZERO, &format!("kubectl get pods -o '{quoted}'"))
    });
    assert!(output.stdout.len() + output.stderr.len() < 20_000_000);
}
