#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use crate::describe::tests::{check_part, full_pod};
use api::Kind;
use expect_test::expect;

#[test]
fn a_container_shows_its_ports_command_and_resources() {
    let cluster = full_pod();
    check_part(
        &cluster,
        Kind::Pod,
        "web-1",
        ("Containers:", "Liveness:"),
        &expect![[r#"
        Containers:
          web:
            Container ID:  containerd://0
            Image:         nginx
            Image ID:      nginx
            Ports:         80/TCP (http), 53/UDP
            Host Ports:    0/TCP (http), 0/UDP
            Command:
              sh
              -c
              echo a
              echo b
            Args:
              -v
            State:          Running
              Started:      Mon, 05 Jan 2026 09:00:00 +0000
            Ready:          True
            Restart Count:  0
            Limits:
              cpu:     1500m
              memory:  128Mi
            Requests:
              cpu:      100m
              memory:   128Mi
    "#]],
    );
}

#[test]
fn probes_take_a_line_each() {
    let cluster = full_pod();
    check_part(
        &cluster,
        Kind::Pod,
        "web-1",
        ("Liveness:", "Environment Variables"),
        &expect![[r#"
            Liveness:   http-get http://:http/healthz%3Fx delay=0s timeout=1s period=10s #success=1 #failure=3
            Readiness:  exec [cat /ready] delay=0s timeout=1s period=5s #success=1 #failure=3
            Startup:    tcp-socket :80 delay=0s timeout=1s period=10s #success=1 #failure=3
    "#]],
    );
}

#[test]
fn variables_show_where_their_values_come_from() {
    let cluster = full_pod();
    check_part(
        &cluster,
        Kind::Pod,
        "web-1",
        ("Environment Variables", "Mounts:"),
        &expect![[r#"
            Environment Variables from:
              web  ConfigMap                  Optional: false
              key  Secret with prefix 'KEY_'  Optional: true
            Environment:
              PLAIN:     two
                         lines
              NAME:      web-1 (v1:metadata.name)
              ADDRESS:    (v1:status.podIP)
              CPU:       2 (limits.cpu)
              DISK:      0 (limits.ephemeral-storage)
              PASSWORD:  <set to the key 'password' in secret 'key'>   Optional: false
              COLOR:     <set to the key 'color' of config map 'web'>  Optional: true
    "#]],
    );
}
