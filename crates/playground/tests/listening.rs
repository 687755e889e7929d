//! What containers of real manifests listen on, as somebody who asks them sees it.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use expect_test::{Expect, expect};
use playground::{Scenario, Session, Severity, replay};
use serde_json::json;

/// The container, the Service's target port, and a client.
fn text(container: &str, target: u16) -> String {
    format!(
        "apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {{app: web}}
spec:
  containers:
  - {container}
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {{app: web}}
  ports: [{{port: 80, targetPort: {target}}}]
---
apiVersion: v1
kind: Pod
metadata:
  name: client
spec:
  containers: [{{name: c, image: curlimages/curl}}]
"
    )
}

/// What `kubectl LINE` prints after creating the text.
fn kubectl(text: &str, line: &str) -> String {
    let steps = [
        json!({"run": "kubectl create -f -", "stdin": text}),
        json!({"run": format!("kubectl {line}")}),
    ];
    let played = replay(&json!({"name": "listening", "steps": steps})).unwrap();
    assert_eq!(played["steps"][0]["exit"], 0, "{}", played["steps"][0]);
    let step = &played["steps"][1];
    format!(
        "{}{}",
        step["stdout"].as_str().unwrap(),
        step["stderr"].as_str().unwrap()
    )
}

#[track_caller]
fn answers(container: &str, target: u16) {
    let said = kubectl(&text(container, target), "exec client -- nc -zv -w 2 web 80");
    assert!(
        said.contains("succeeded") || said.contains("open"),
        "{container} on {target}: {said}"
    );
}

#[track_caller]
fn refuses(container: &str, target: u16) {
    let said = kubectl(&text(container, target), "exec client -- nc -zv -w 2 web 80");
    assert!(said.contains("refused"), "{container} on {target}: {said}");
}

#[test]
fn known_images_listen_by_their_full_name() {
    answers("{name: a, image: \"gcr.io/google-samples/hello-app:1.0\"}", 8080);
    answers("{name: a, image: \"docker.io/library/nginx:1.27@sha256:0123\"}", 80);
    answers("{name: a, image: \"registry.k8s.io/nginx-slim:0.24\"}", 80);
    answers("{name: a, image: postgres}", 5432);
    answers("{name: a, image: ghcr.io/stefanprodan/podinfo}", 9898);
    answers("{name: a, image: docker.io/istio/examples-bookinfo-reviews-v3}", 9080);
    answers("{name: a, image: bitnami/nginx}", 8080);
    refuses("{name: a, image: bitnami/nginx}", 80);
    answers("{name: a, image: \"rabbitmq:3-management\"}", 15672);
    refuses("{name: a, image: \"rabbitmq:3\"}", 15672);
    refuses(
        "{name: a, image: curlimages/curl, ports: [{containerPort: 4321}]}",
        4321,
    );
}

#[test]
fn a_container_port_opens_nothing_where_the_image_is_known() {
    refuses("{name: a, image: nginx, ports: [{containerPort: 8080}]}", 8080);
    answers("{name: a, image: nginx, ports: [{containerPort: 8080}]}", 80);
}

#[test]
fn arguments_say_the_port() {
    answers("{name: a, image: redis, args: [redis-server, --port, \"6380\"]}", 6380);
    refuses("{name: a, image: redis, args: [redis-server, --port, \"6380\"]}", 6379);
    answers("{name: a, image: redis, args: [--port, \"6380\"]}", 6380);
    answers(
        "{name: a, image: hashicorp/http-echo, args: [\"-text=hi\", \"-listen=:8080\"]}",
        8080,
    );
    refuses(
        "{name: a, image: hashicorp/http-echo, args: [\"-text=hi\", \"-listen=:8080\"]}",
        5678,
    );
    answers("{name: a, image: hashicorp/http-echo, args: [\"-text=hi\"]}", 5678);
    answers(
        "{name: a, image: python, command: [python, -m, http.server, \"8080\"]}",
        8080,
    );
    answers("{name: a, image: python, command: [python3, -m, http.server]}", 8000);
    answers("{name: a, image: busybox, command: [nc, -l, -p, \"9000\"]}", 9000);
    answers(
        "{name: a, image: busybox, command: [sh, -c, \"while true; do nc -lk -p 7000 -e date; done\"]}",
        7000,
    );
    answers("{name: a, image: busybox, args: [httpd, -f, -p, \"8081\"]}", 8081);
    answers("{name: a, image: me/llm, args: [--model=x, --port=8000]}", 8000);
    answers("{name: a, image: me/app, args: [\":9898\"]}", 9898);
    answers("{name: a, image: me/app, env: [{name: PORT, value: \"3000\"}]}", 3000);
    answers(
        "{name: a, image: registry.k8s.io/e2e-test-images/agnhost, args: [netexec, --http-port=8083]}",
        8083,
    );
    answers(
        "{name: a, image: registry.k8s.io/e2e-test-images/agnhost, args: [netexec]}",
        8080,
    );
    answers(
        "{name: a, image: registry.k8s.io/e2e-test-images/agnhost, args: [serve-hostname]}",
        9376,
    );
    refuses(
        "{name: a, image: registry.k8s.io/e2e-test-images/agnhost, args: [pause]}",
        8080,
    );
    answers(
        "{name: a, image: nginx, command: [sh, -c, \"echo hi > /tmp/x && exec nginx -g 'daemon off;'\"]}",
        80,
    );
    // What only names somebody else's port says nothing.
    refuses(
        "{name: a, image: me/app, args: [--redis-port=6379, --upstream=http://api:8080]}",
        6379,
    );
    refuses(
        "{name: a, image: me/app, args: [\"--port=9000\"], ports: [{containerPort: 8080}]}",
        8080,
    );
}

#[test]
fn what_sleeps_or_loops_listens_on_nothing() {
    refuses("{name: a, image: nginx, args: [sleep, \"3600\"]}", 80);
    refuses("{name: a, image: nginx, command: [sleep, infinity]}", 80);
    refuses(
        "{name: a, image: me/app, command: [tail, -f, /dev/null], ports: [{containerPort: 80}]}",
        80,
    );
    let looping = "command: [/bin/sh, -c, \"while true; do curl -s web; sleep 1; done\"]";
    refuses(
        &format!("{{name: a, image: me/app, {looping}, ports: [{{containerPort: 80}}]}}"),
        80,
    );
}

#[test]
fn a_guess_answers_and_is_said() {
    let container = "{name: a, image: \"me/app:1\", ports: [{containerPort: 8080}]}";
    answers(container, 8080);
    assert_eq!(
        kubectl(&text(container, 8080), "logs web"),
        "a: started, listens on 8080/TCP: a guess by its containerPort, as the playground doesn't know the image\n"
    );
    assert_eq!(
        kubectl(&text("{name: a, image: me/app}", 8080), "logs web"),
        "a: started, listens on nothing: a guess, as the playground doesn't know the image\n"
    );
    let loopback = text("{name: a, image: me/app}", 5000).replacen(
        "  labels:",
        "  annotations: {playground/listens: \"127.0.0.1:5000\"}\n  labels:",
        1,
    );
    assert_eq!(
        kubectl(&loopback, "logs web"),
        "a: started, listens on 127.0.0.1:5000/TCP\n"
    );
}

/// The advice on a text, and what its fix makes of it.
fn check(text: &str, expected: &Expect) {
    let told = |text: &str| {
        Session::new(Scenario {
            text: text.to_owned(),
            ..Scenario::default()
        })
        .diagnostics()
        .to_vec()
    };
    let mut said = String::new();
    let mut fixed = text.to_owned();
    for diagnostic in told(text) {
        assert_eq!(diagnostic.severity, Severity::Advice, "{diagnostic:?}");
        let (code, place) = (diagnostic.code.word(), &text[diagnostic.range.clone()]);
        said.extend([code, " «", place, "» ", &diagnostic.message, "\n"]);
        for fix in &diagnostic.fixes {
            said.extend(["[", &fix.label, "]\n"]);
            text.clone_into(&mut fixed);
            fixed.replace_range(fix.range.clone(), &fix.replacement);
            assert_eq!(told(&fixed), [], "{fixed}");
        }
    }
    expected.assert_eq(&(said + &fixed));
}

#[test]
fn a_guess_is_said_at_the_image() {
    check(
        "apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: a
    image: me/app
    ports: [{containerPort: 8080}]
",
        &expect![[r#"
            listens «me/app» the playground doesn't know this image and guesses that it listens on 8080, its containerPort
            [Say it in playground/listens]
            apiVersion: v1
            kind: Pod
            metadata:
              annotations:
                playground/listens: "8080"
              name: web
            spec:
              containers:
              - name: a
                image: me/app
                ports: [{containerPort: 8080}]
        "#]],
    );
    check(
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: a
        image: me/app
        ports: [{containerPort: 8080}, {containerPort: 53, protocol: UDP}]
",
        &expect![[r#"
            listens «me/app» the playground doesn't know this image and guesses that it listens on 8080, 53/UDP, its containerPorts
            [Say it in playground/listens]
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {annotations: {playground/listens: "8080,53/UDP"}, labels: {app: web}}
                spec:
                  containers:
                  - name: a
                    image: me/app
                    ports: [{containerPort: 8080}, {containerPort: 53, protocol: UDP}]
        "#]],
    );
    check(
        "apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    a: b
spec:
  containers:
  - name: a
    image: me/app
    ports: [{containerPort: 8080}]
  - name: b
    image: redis
",
        &expect![[r#"
            listens «me/app» the playground doesn't know this image and guesses that it listens on 8080, its containerPort
            [Say it in playground/listens]
            apiVersion: v1
            kind: Pod
            metadata:
              name: web
              annotations:
                playground/listens: "8080,6379"
                a: b
            spec:
              containers:
              - name: a
                image: me/app
                ports: [{containerPort: 8080}]
              - name: b
                image: redis
        "#]],
    );
    check(
        &text("{name: a, image: nginx, ports: [{containerPort: 8080}]}", 80),
        &expect![[r#"
            apiVersion: v1
            kind: Pod
            metadata:
              name: web
              labels: {app: web}
            spec:
              containers:
              - {name: a, image: nginx, ports: [{containerPort: 8080}]}
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: web
            spec:
              selector: {app: web}
              ports: [{port: 80, targetPort: 80}]
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: client
            spec:
              containers: [{name: c, image: curlimages/curl}]
        "#]],
    );
}

#[test]
fn jobs_guess_too_and_what_declares_no_port_is_said_to_listen_on_nothing() {
    let advice = |text: &str| -> Vec<String> {
        let session = Session::new(Scenario {
            text: text.to_owned(),
            ..Scenario::default()
        });
        session.diagnostics().iter().map(|it| it.message.clone()).collect()
    };
    let job = |ports: &str| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: j}}\nspec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: me/app{ports}}}]}}}}}}\n"
        )
    };
    assert_eq!(
        advice(&job(", ports: [{containerPort: 80}]")),
        ["the playground doesn't know this image and guesses that it listens on 80, its containerPort"]
    );
    assert_eq!(advice(&job("")), Vec::<String>::new());
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: me/app}]}\n";
    assert_eq!(
        advice(pod),
        [
            "the playground doesn't know this image and guesses that it listens on nothing, as it declares no containerPort"
        ]
    );
}
