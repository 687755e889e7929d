//! What clients in containers and on the laptop see: names, addresses, headers, and the servers that take no client.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use playground::{Micros, Scenario, Session};
use std::collections::BTreeSet;

const WEB: &str = "
apiVersion: v1
kind: Service
metadata: {name: pods}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: who}, ports: [{port: 80, nodePort: 30080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx:1.29.4}]}
---
apiVersion: v1
kind: Pod
metadata: {name: who, labels: {app: who}}
spec: {containers: [{name: who, image: traefik/whoami}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: c, image: nicolaka/netshoot, command: [sleep, infinity]}]}
";

fn session(text: &str) -> Session {
    Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    })
}

fn second(second: u64) -> Micros {
    Micros(second * 1_000_000)
}

/// What a command prints at a second.
fn at(session: &Session, moment: u64, line: &str) -> String {
    let output = session.kubectl(second(moment), line);
    format!("{}{}", output.stdout, output.stderr)
}

/// What a command that waits has printed when it ends.
fn ended(session: &mut Session, began: u64, line: &str) -> String {
    let mut output = session.perform(second(began), line).0;
    for later in began + 1..began + 300 {
        if output.waits_until.is_none() {
            break;
        }
        output = session.kubectl_since(second(began), second(later), line);
    }
    assert_eq!(output.waits_until, None, "{line}: {output:?}");
    format!("{}{}", output.stdout, output.stderr)
}

#[test]
fn the_name_server_shuffles_the_addresses_of_a_headless_service() {
    let session = session(WEB);
    let said = at(
        &session,
        2,
        "kubectl exec client -- sh -c 'for i in 1 2 3 4 5 6 7 8 9; do dig +short +search pods | head -n 1; done'",
    );
    let first: BTreeSet<&str> = said.lines().collect();
    assert!(first.len() > 1, "{said}");
    assert!(first.iter().all(|it| it.starts_with("10.244.")), "{said}");
}

#[test]
fn a_server_that_says_who_asks_sees_the_pod_or_the_node() {
    let mut session = session(WEB);
    let own = at(&session, 2, "kubectl get pod client -o jsonpath='{.status.podIP}'");
    let said = at(&session, 2, "kubectl exec client -- curl -s web");
    assert!(said.contains(&format!("\nRemoteAddr: {own}:")), "{said}");
    let from_outside = session.perform(second(2), "curl -s http://192.168.49.2:30080").0.stdout;
    assert!(from_outside.contains("RemoteAddr: "), "{from_outside}");
    assert!(!from_outside.contains("RemoteAddr: 192.168.49.1:"), "{from_outside}");
    let local = "kubectl patch service web -p '{\"spec\":{\"externalTrafficPolicy\":\"Local\"}}'";
    session.perform(second(3), local);
    let from_outside = session.perform(second(4), "curl -s http://192.168.49.2:30080").0.stdout;
    assert!(from_outside.contains("RemoteAddr: 192.168.49.1:"), "{from_outside}");
}

#[test]
fn nginx_names_itself_in_its_headers() {
    let session = session(WEB);
    let said = at(&session, 2, "kubectl exec client -- curl -sI pods");
    assert!(
        said.starts_with("HTTP/1.1 200 OK\r\nServer: nginx/1.29.4\r\nDate: "),
        "{said}"
    );
    assert!(said.contains("\r\nAccept-Ranges: bytes\r\n"), "{said}");
}

#[test]
fn arguments_reach_the_program_of_the_image() {
    let mut session = session(WEB);
    let run = "kubectl run probe -i --rm --restart=Never --image=curlimages/curl --";
    for (words, says) in [
        ("-sS -m 3 http://web/", "Hostname: who"),
        ("curl -sS -m 3 http://web/", "Hostname: who"),
        ("sh -c 'curl -sS -m 3 http://web/'", "Hostname: who"),
    ] {
        let said = ended(&mut session, 10, &format!("{run} {words}"));
        assert!(said.contains(says), "{words}: {said}");
        assert!(
            said.ends_with("pod \"probe\" deleted from default namespace\n"),
            "{said}"
        );
    }
}

#[test]
fn a_service_that_is_made_again_has_another_address() {
    let mut session = session(WEB);
    let address = "kubectl get service web -o jsonpath='{.spec.clusterIP}'";
    let before = at(&session, 2, address);
    session.perform(second(3), "kubectl delete service web");
    session.perform(second(3), "kubectl expose pod who --name=web --port=80");
    let after = at(&session, 4, address);
    assert!(after.starts_with("10."), "{after}");
    assert_ne!(before, after);
}

const LINKED: &str = "
apiVersion: v1
kind: Service
metadata: {name: redis}
spec: {selector: {app: redis}, ports: [{port: 6379}]}
---
apiVersion: v1
kind: Pod
metadata: {name: redis, labels: {app: redis}}
spec: {containers: [{name: c, image: redis, command: [sh, -c, 'exec redis-server --port ${REDIS_PORT:-6379}']}]}
---
apiVersion: v1
kind: Pod
metadata: {name: net}
spec: {containers: [{name: c, image: registry.k8s.io/e2e-test-images/agnhost:2.53, args: [netexec, --http-port=$(REDIS_PORT)]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: unlinked}
spec: {enableServiceLinks: false, containers: [{name: c, image: redis, command: [sh, -c, 'exec redis-server --port ${REDIS_PORT:-7000}']}]}
---
apiVersion: v1
kind: Pod
metadata: {name: says}
spec: {containers: [{name: c, image: busybox, command: [sh, -c, 'echo port ${REDIS_PORT:-6379}; exit 1']}]}
";

#[test]
fn a_server_that_takes_the_variable_of_a_service_for_its_port_ends() {
    let session = session(LINKED);
    let said = at(&session, 20, "kubectl get pods --no-headers");
    let fails = |name: &str| {
        said.lines()
            .any(|line| line.starts_with(name) && !line.contains("Running"))
    };
    assert!(fails("redis ") && fails("net ") && !fails("unlinked "), "{said}");
    let log = at(&session, 20, "kubectl logs redis");
    assert!(log.contains(">>> 'port \"tcp://10."), "{log}");
    let log = at(&session, 20, "kubectl logs net");
    assert!(log.contains("for \"--http-port\" flag"), "{log}");
    let log = at(&session, 20, "kubectl logs says --previous");
    assert!(log.starts_with("port tcp://10."), "{log}");
    let said = at(&session, 20, "kubectl exec unlinked -- nc -zv -w 1 localhost 7000");
    assert!(said.contains("open") || said.contains("succeeded"), "{said}");
}

#[test]
fn a_long_loop_after_a_change_is_followed_once() {
    let mut session = session(WEB);
    let line = "kubectl rollout restart deploy web && kubectl exec client -- sh -c 'for i in $(seq 40); do curl -s -o /dev/null -w \"%{http_code} \" web; sleep 0.05; done'";
    let said = ended(&mut session, 5, line);
    assert_eq!(said.matches("200 ").count(), 40, "{said}");
}

#[test]
fn an_address_that_nobody_gave_is_said() {
    let text =
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: LoadBalancer, ports: [{port: 80}]}\n";
    let mut session = session(text);
    let patch = "kubectl patch service web --subresource=status -p '{\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"203.0.113.9\"}]}}}'";
    session.perform(second(1), patch);
    let said = session.caveats(second(2)).join("\n");
    assert!(said.contains("web: only its status names 203.0.113.9"), "{said}");
}

/// What a loop in a pod is told by each request while a Deployment of two is rolled out anew; `grace` stands in its containers.
fn told_in_a_rollout(grace: &str) -> String {
    let text = format!(
        "apiVersion: v1
kind: Service
metadata: {{name: web}}
spec: {{selector: {{app: web}}, ports: [{{port: 80}}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: web, image: nginx{grace}}}]}}
---
apiVersion: v1
kind: Pod
metadata: {{name: client}}
spec: {{containers: [{{name: c, image: curlimages/curl, command: [sleep, infinity]}}]}}
"
    );
    let mut session = session(&text);
    session.perform(second(5), "kubectl rollout restart deploy web");
    let script =
        "for i in $(seq 200); do curl -s -o /dev/null -m 1 -w \"%{http_code} \" web || echo gone; sleep 0.1; done";
    ended(&mut session, 5, &format!("kubectl exec client -- sh -c '{script}'"))
}

#[test]
fn a_loop_is_refused_between_the_end_of_a_pod_and_the_news_of_it() {
    let told = told_in_a_rollout("");
    assert!(told.matches("200 ").count() > 180, "{told}");
    assert!(told.contains("000 gone"), "{told}");
    let told = told_in_a_rollout(", lifecycle: {preStop: {sleep: {seconds: 5}}}");
    assert_eq!(told.matches("200 ").count(), 200, "{told}");
}
