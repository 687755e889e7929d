//! Containers live as their programs do, and pods run where the scheduler lets them.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use network::Micros;
use playground::{Scenario, Session};

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
    let output = session.kubectl(second(moment), &format!("kubectl {line}"));
    format!("{}{}", output.stdout, output.stderr)
}

const CLIENT: &str = "
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: c, image: busybox, command: [sleep, infinity]}]}
";

#[test]
fn a_pod_on_the_hosts_network_answers_at_its_nodes_address() {
    let text = format!(
        "apiVersion: v1
kind: Pod
metadata: {{name: hn, labels: {{app: hn}}}}
spec: {{hostNetwork: true, containers: [{{name: c, image: nginx}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: hn}}
spec: {{selector: {{app: hn}}, ports: [{{port: 8080, targetPort: 80}}]}}
{CLIENT}"
    );
    let session = session(&text);
    assert_eq!(
        at(&session, 1, "get pod hn -o jsonpath='{.status.podIP} {.status.hostIP}'"),
        "192.168.49.2 192.168.49.2"
    );
    for target in ["192.168.49.2 80", "hn 8080"] {
        let said = at(&session, 2, &format!("exec client -- nc -zv -w 2 {target}"));
        assert!(said.contains("open") || said.contains("succeeded"), "{target}: {said}");
    }
    let said = at(&session, 2, "exec client -- nc -zv -w 2 192.168.49.2 81");
    assert!(said.contains("refused"), "{said}");
}

#[test]
fn a_host_port_leads_to_its_pod() {
    let text = format!(
        "apiVersion: v1
kind: Pod
metadata: {{name: web}}
spec: {{containers: [{{name: c, image: nginx, ports: [{{containerPort: 80, hostPort: 8080}}]}}]}}
{CLIENT}"
    );
    let session = session(&text);
    let said = at(&session, 2, "exec client -- nc -zv -w 2 192.168.49.2 8080");
    assert!(said.contains("open") || said.contains("succeeded"), "{said}");
    let said = at(&session, 2, "exec client -- nc -zv -w 2 192.168.49.2 80");
    assert!(said.contains("refused"), "{said}");
}

#[test]
fn what_a_pod_waits_for_is_said() {
    let session = session(
        "apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {nodeSelector: {disk: ssd}, containers: [{name: c, image: nginx}]}
",
    );
    assert!(at(&session, 1, "get pod web").contains("Pending"));
    let said = at(&session, 1, "describe pod web");
    assert!(
        said.contains("0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector."),
        "{said}"
    );
}

#[test]
fn the_environment_comes_from_config_maps_secrets_and_fields() {
    let session = session(
        "apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
data: {COLOR: blue, SIZE: \"7\"}
---
apiVersion: v1
kind: Secret
metadata: {name: keys}
stringData: {TOKEN: s3cret}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {tier: front}}
spec:
  containers:
  - name: c
    image: nginx
    resources: {limits: {memory: 64Mi}}
    envFrom: [{configMapRef: {name: conf}, prefix: APP_}, {secretRef: {name: gone, optional: true}}]
    env:
    - {name: TOKEN, valueFrom: {secretKeyRef: {name: keys, key: TOKEN}}}
    - {name: TIER, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['tier']\"}}}
    - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
    - {name: MEMORY, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
    - {name: GREETING, value: \"hi $(TIER) $$(TIER) $(NOPE)\"}
",
    );
    let env = at(&session, 1, "exec web -- env");
    for line in [
        "APP_COLOR=blue",
        "APP_SIZE=7",
        "TOKEN=s3cret",
        "TIER=front",
        "IP=10.244.0.2",
        "MEMORY=64",
        "GREETING=hi front $(TIER) $(NOPE)",
    ] {
        assert!(env.lines().any(|it| it == line), "{line} in {env}");
    }
}

/// A pod of this container behind a Service `web` on port 80, and a client.
fn serving(container: &str, target: u16, rest: &str) -> Session {
    session(&format!(
        "apiVersion: v1
kind: Pod
metadata: {{name: web, labels: {{app: web}}}}
spec: {{containers: [{container}]{rest}}}
---
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec: {{selector: {{app: web}}, ports: [{{port: 80, targetPort: {target}}}]}}
{CLIENT}"
    ))
}

#[test]
fn images_answer_as_the_real_ones() {
    let asked = |image: &str, target: u16, command: &str| {
        at(
            &serving(&format!("{{name: a, {image}}}"), target, ""),
            9,
            &format!("exec client -- {command}"),
        )
    };
    assert_eq!(
        asked("image: \"gcr.io/google-samples/hello-app:1.0\"", 8080, "wget -qO- web"),
        "Hello, world!\nVersion: 1.0.0\nHostname: web\n"
    );
    assert!(asked("image: nginx", 80, "wget -qO- web").contains("<h1>Welcome to nginx!</h1>"));
    assert!(asked("image: httpd", 80, "wget -qO- web").contains("It works!"));
    assert!(asked("image: httpd", 80, "wget -qO- web/nope").contains("404 Not Found"));
    assert_eq!(
        asked(
            "image: hashicorp/http-echo, args: [\"-text=hi there\"]",
            5678,
            "wget -qO- web"
        ),
        "hi there\n"
    );
    assert_eq!(
        asked(
            "image: registry.k8s.io/e2e-test-images/agnhost, args: [netexec]",
            8080,
            "wget -qO- web/hostname"
        ),
        "web"
    );
    assert!(asked("image: redis", 6379, "curl -sS web").contains("Received HTTP/0.9 when not allowed"));
    let postgres = "image: postgres, env: [{name: POSTGRES_PASSWORD, value: x}]";
    assert!(asked(postgres, 5432, "curl -sS web").contains("Empty reply from server"));
    assert_eq!(
        asked(
            "image: \"me/app:1\", env: [{name: PORT, value: \"80\"}]",
            80,
            "wget -qO- web"
        ),
        "web answers from 10.244.0.2\n"
    );
}

#[test]
fn a_web_server_serves_the_files_it_is_given() {
    let mount = "volumeMounts: [{name: html, mountPath: /usr/share/nginx/html}]";
    let from_map = serving(
        &format!("{{name: a, image: nginx, {mount}}}"),
        80,
        ", volumes: [{name: html, configMap: {name: site}}]",
    );
    let text = format!(
        "{}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: site}}\ndata: {{index.html: \"<h1>mine</h1>\"}}\n",
        from_map.text()
    );
    assert_eq!(at(&session(&text), 9, "exec client -- wget -qO- web"), "<h1>mine</h1>");
    let written = serving(
        &format!("{{name: a, image: nginx, {mount}}}"),
        80,
        ", volumes: [{name: html, emptyDir: {}}], initContainers: [{name: i, image: busybox, command: [sh, -c, 'echo made > /work/index.html'], volumeMounts: [{name: html, mountPath: /work}]}]",
    );
    assert_eq!(at(&written, 9, "exec client -- wget -qO- web"), "made\n");
    let empty = serving(
        &format!("{{name: a, image: nginx, {mount}}}"),
        80,
        ", volumes: [{name: html, emptyDir: {}}]",
    );
    assert!(at(&empty, 9, "exec client -- wget -qO- web").contains("403 Forbidden"));
}

#[test]
fn logs_say_what_a_program_prints_as_time_passes() {
    let session = session(
        "apiVersion: v1
kind: Pod
metadata: {name: counter}
spec:
  containers:
  - name: count
    image: busybox
    args: [/bin/sh, -c, 'i=0; while true; do echo \"$i: $(date)\"; i=$((i+1)); sleep 1; done']
",
    );
    assert_eq!(
        at(&session, 2, "logs counter --tail=2"),
        "1: Mon Jan  5 09:00:01 UTC 2026\n2: Mon Jan  5 09:00:02 UTC 2026\n"
    );
}

#[test]
fn pods_live_as_their_programs_do() {
    let session = session(
        "apiVersion: v1
kind: Pod
metadata: {name: shell}
spec: {containers: [{name: c, image: busybox}]}
---
apiVersion: v1
kind: Pod
metadata: {name: once}
spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [echo, hi]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: two}
spec: {containers: [{name: a, image: nginx}, {name: b, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: bare}
spec: {containers: [{name: c, image: traefik/whoami, command: [sh, -c, date]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: lacks}
spec: {containers: [{name: c, image: nginx, envFrom: [{configMapRef: {name: gone}}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: waits}
spec:
  initContainers: [{name: i, image: busybox, command: [sh, -c, 'until nslookup db; do echo waiting for db; sleep 2; done']}]
  containers: [{name: c, image: nginx}]
",
    );
    let row = |pod: &str| {
        let table = at(&session, 30, &format!("get pod {pod} --no-headers"));
        let words: Vec<&str> = table.split_whitespace().skip(1).take(2).collect();
        words.join(" ")
    };
    assert_eq!(row("shell"), "0/1 CrashLoopBackOff");
    assert_eq!(row("once"), "0/1 Completed");
    assert_eq!(row("lacks"), "0/1 CreateContainerConfigError");
    assert_eq!(row("waits"), "0/1 Init:0/1");
    assert_eq!(at(&session, 30, "logs once"), "hi\n");
    assert!(at(&session, 30, "logs two -c b").contains("bind() to 0.0.0.0:80 failed (98: Address already in use)"));
    assert!(at(&session, 30, "describe pod bare").contains("exec: \"sh\": executable file not found in $PATH"));
    assert!(at(&session, 30, "describe pod lacks").contains("configmap \"gone\" not found"));
    let logged = at(&session, 9, "logs waits -c i");
    assert_eq!(
        logged
            .matches("can't find db.cluster.local: NXDOMAIN\n\nwaiting for db\n")
            .count(),
        5,
        "{logged}"
    );
}

#[test]
fn a_pod_that_has_ended_asks_nothing() {
    let session = session(
        "apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: once}
spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [echo, hi]}]}
",
    );
    let clients: Vec<_> = session.sending().iter().map(|flow| flow.from.as_str()).collect();
    assert_eq!(clients, ["node/minikube"]);
}

#[test]
fn nothing_runs_in_a_container_that_has_ended() {
    let session = session(
        "apiVersion: v1
kind: Pod
metadata: {name: ends}
spec: {containers: [{name: c, image: busybox}]}
",
    );
    for (line, words) in [
        ("exec ends -- ls", "container not found (\"c\")"),
        ("exec -it ends -- sh", "container not found (\"c\")"),
        ("attach ends", "container c not found in pod ends_default"),
    ] {
        assert_eq!(
            at(&session, 9, line),
            format!("error: Internal error occurred: unable to upgrade connection: {words}\n"),
            "{line}"
        );
    }
}

/// Compared with BusyBox 1.35 itself.
#[test]
fn each_image_brings_its_own_nslookup() {
    let pod = |name: &str, image: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{containers: [{{name: c, image: '{image}', command: [sleep, infinity]}}]}}\n---\n"
        )
    };
    let session = session(&format!(
        "{}{}{}",
        pod("new", "busybox"),
        pod("old", "busybox:1.28"),
        pod("bind", "nicolaka/netshoot")
    ));
    let said = |pod: &str, name: &str| at(&session, 2, &format!("exec {pod} -- nslookup {name}"));
    assert_eq!(
        said("new", "kubernetes.default"),
        "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n\
         ** server can't find kubernetes.default: NXDOMAIN\n\n\
         ** server can't find kubernetes.default: NXDOMAIN\n\n\
         command terminated with exit code 1\n"
    );
    assert_eq!(
        said("old", "kubernetes.default"),
        "Server:    10.96.0.10\nAddress 1: 10.96.0.10\n\n\
         Name:      kubernetes.default\nAddress 1: 10.96.0.1 kubernetes.default.svc.cluster.local\n"
    );
    assert!(said("bind", "kubernetes.default").contains("Name:\tkubernetes.default.svc.cluster.local\n"));
}
