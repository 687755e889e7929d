//! Servers listen where their configuration says, if a ConfigMap or Secret holds it.
#![allow(missing_docs)]

use playground::{Micros, Scenario, Session};

fn session(text: &str) -> Session {
    Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    })
}

fn indented(text: &str) -> String {
    text.lines().flat_map(|line| ["    ", line, "\n"]).collect()
}

/// A pod that mounts a ConfigMap of one file, and a client.
fn mounted(file: &str, text: &str, at: &str, container: &str) -> String {
    format!(
        "apiVersion: v1
kind: ConfigMap
metadata: {{name: config}}
data:
  {file}: |
{}---
apiVersion: v1
kind: Pod
metadata: {{name: web}}
spec:
  volumes: [{{name: config, configMap: {{name: config}}}}]
  containers:
  - {{name: c, volumeMounts: [{{name: config, {at}}}], {container}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: client}}
spec: {{containers: [{{name: c, image: busybox, command: [sleep, '9999']}}]}}
",
        indented(text)
    )
}

/// Which of these ports of the pod `web` answer a client.
fn open(text: &str, ports: &[u16]) -> Vec<u16> {
    let mut session = session(text);
    let at = Micros::from_seconds(20);
    let ip = session
        .kubectl(at, "kubectl get pod web -o jsonpath={.status.podIP}")
        .stdout;
    let mut answers = |port: &&u16| {
        let line = format!("kubectl exec client -- nc -zv -w 2 {ip} {port}");
        let (output, _) = session.perform(at, &line);
        output.exit == 0
    };
    ports.iter().filter(&mut answers).copied().collect()
}

#[test]
fn nginx_listens_where_its_servers_say() {
    let main = "events {}\nhttp {\n  upstream back { server 10.0.0.1:9000; }\n  server { listen 8080 default_server; listen [::]:8080; }\n  server { # listen 7000;\n    listen 127.0.0.1:8081;\n  }\n}\n";
    let whole = mounted(
        "nginx.conf",
        main,
        "mountPath: /etc/nginx/nginx.conf, subPath: nginx.conf",
        "image: nginx",
    );
    assert_eq!(open(&whole, &[80, 7000, 8080, 8081, 9000]), [8080]);
    let server = "server {\n  listen 9090;\n  location / { return 200; }\n}\n";
    let directory = mounted("site.conf", server, "mountPath: /etc/nginx/conf.d", "image: nginx");
    assert_eq!(open(&directory, &[80, 9090]), [9090]);
    let beside = mounted(
        "site.conf",
        server,
        "mountPath: /etc/nginx/conf.d/site.conf, subPath: site.conf",
        "image: nginx",
    );
    assert_eq!(open(&beside, &[80, 9090]), [80, 9090]);
    let silent = mounted(
        "default.conf",
        "server {\n  root /www;\n}\n",
        "mountPath: /etc/nginx/conf.d",
        "image: nginx",
    );
    assert_eq!(open(&silent, &[80]), [80]);
    let template = mounted(
        "default.conf.template",
        "server {\n  listen ${NGINX_PORT};\n}\n",
        "mountPath: /etc/nginx/templates",
        "image: nginx, env: [{name: NGINX_PORT, value: '8085'}]",
    );
    assert_eq!(open(&template, &[80, 8085]), [8085]);
}

#[test]
fn redis_listens_where_its_file_says() {
    let file = |text: &str, command: &str| mounted("redis.conf", text, "mountPath: /conf", command);
    let server = "image: redis, command: [redis-server, /conf/redis.conf]";
    assert_eq!(open(&file("# port 1\nport 6380\n", server), &[6379, 6380]), [6380]);
    assert_eq!(open(&file("bind 127.0.0.1\n", server), &[6379]), [0; 0]);
    let args = "image: redis, args: [/conf/redis.conf]";
    assert_eq!(open(&file("port 6380\n", args), &[6379, 6380]), [6380]);
    let wins = "image: redis, command: [redis-server, /conf/redis.conf, --port, '7000']";
    assert_eq!(open(&file("port 6380\n", wins), &[6379, 6380, 7000]), [7000]);
    let script = "image: redis, command: [sh, -c, 'exec redis-server /conf/redis.conf']";
    assert_eq!(open(&file("port 6380\n", script), &[6379, 6380]), [6380]);
    let sentinel = "image: redis, command: [redis-sentinel, /conf/redis.conf]";
    let watched = "sentinel monitor mymaster 10.0.0.1 6379 2\n";
    assert_eq!(open(&file(watched, sentinel), &[6379, 26379]), [26379]);
    let option = "image: redis, command: [redis-server, /conf/none.conf, --sentinel]";
    assert_eq!(open(&file(watched, option), &[6379, 26379]), [26379]);
}

#[test]
fn databases_listen_where_their_files_say() {
    let mysql = mounted(
        "my.cnf",
        "[client]\nport = 1\n[mysqld]\nport=3307\n",
        "mountPath: /etc/mysql/conf.d",
        "image: mysql, env: [{name: MYSQL_ROOT_PASSWORD, value: a}]",
    );
    assert_eq!(open(&mysql, &[1, 3306, 3307]), [3307]);
    let postgres = |text: &str| {
        let container = "image: postgres, args: [-c, config_file=/conf/postgresql.conf], env: [{name: POSTGRES_PASSWORD, value: a}]";
        mounted("postgresql.conf", text, "mountPath: /conf", container)
    };
    assert_eq!(
        open(&postgres("listen_addresses = '*'\nport = 5433 # own\n"), &[5432, 5433]),
        [5433]
    );
    assert_eq!(
        open(&postgres("port = 5433\n"), &[5432, 5433]),
        [0; 0],
        "without listen_addresses it is localhost"
    );
    let mongo = mounted(
        "mongod.conf",
        "net:\n  port: 27018\n  bindIp: 127.0.0.1\n",
        "mountPath: /conf",
        "image: mongo, args: [--config, /conf/mongod.conf]",
    );
    assert_eq!(open(&mongo, &[27017, 27018]), [0; 0]);
}

#[test]
fn proxies_listen_where_their_files_say() {
    let haproxy = "frontend web\n  bind *:8000\n  bind 127.0.0.1:8001,:8443 ssl\n  default_backend b\nbackend b\n  server s1 web:9000\n";
    let haproxy = mounted(
        "haproxy.cfg",
        haproxy,
        "mountPath: /usr/local/etc/haproxy",
        "image: haproxy",
    );
    assert_eq!(open(&haproxy, &[80, 8000, 8001, 8443, 9000]), [8000, 8443]);
    let envoy = "admin:
  address: { socket_address: { address: 127.0.0.1, port_value: 9901 } }
static_resources:
  listeners:
  - name: web
    address:
      socket_address:
        address: 0.0.0.0
        port_value: 8080
  clusters:
  - name: back
    load_assignment:
      endpoints:
      - lb_endpoints:
        - endpoint:
            address:
              socket_address:
                address: back
                port_value: 7000
";
    let envoy = mounted(
        "envoy.yaml",
        envoy,
        "mountPath: /etc/envoy",
        "image: 'envoyproxy/envoy:v1.31'",
    );
    assert_eq!(open(&envoy, &[7000, 8080, 9901, 10000]), [8080]);
    let httpd = mounted(
        "httpd.conf",
        "Listen 8080\n",
        "mountPath: /usr/local/apache2/conf",
        "image: httpd",
    );
    assert_eq!(open(&httpd, &[80, 8080]), [8080]);
    let coredns = ".:1053 {\n  errors\n  health\n  ready :8182\n  forward . 8.8.8.8:53\n}\n";
    let coredns = mounted(
        "Corefile",
        coredns,
        "mountPath: /etc/coredns",
        "image: coredns/coredns, args: [-conf, /etc/coredns/Corefile]",
    );
    assert_eq!(open(&coredns, &[53, 1053, 8080, 8181, 8182]), [1053, 8080, 8182]);
}

#[test]
fn a_collector_listens_where_its_receivers_say() {
    let config = "receivers:
  otlp:
    protocols:
      grpc:
        endpoint: ${env:MY_POD_IP}:4317
      http:
exporters:
  otlp:
    endpoint: tempo:4319
  prometheus:
    endpoint: 0.0.0.0:8889
extensions:
  health_check:
    endpoint: 0.0.0.0:13133
service:
  pipelines:
    traces: {receivers: [otlp], exporters: [otlp]}
";
    let collector = |tag: &str| {
        let container = format!(
            "image: 'otel/opentelemetry-collector-contrib:{tag}', args: [--config=/conf/relay.yaml], env: [{{name: MY_POD_IP, valueFrom: {{fieldRef: {{fieldPath: status.podIP}}}}}}]"
        );
        mounted("relay.yaml", config, "mountPath: /conf", &container)
    };
    let ports = [4317, 4318, 4319, 8889, 13133, 55679];
    assert_eq!(
        open(&collector("0.115.0"), &ports),
        [4317, 8889, 13133],
        "http listens on localhost"
    );
    assert_eq!(open(&collector("0.90.0"), &ports), [4317, 4318, 8889, 13133]);
}

#[test]
fn an_address_in_the_arguments_is_the_only_one() {
    let pod = |container: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {{containers: [{{name: c, {container}}}]}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: client}}\nspec: {{containers: [{{name: c, image: busybox, command: [sleep, '9999']}}]}}\n"
        )
    };
    let cases: [(&str, &[u16]); 13] = [
        ("image: python, command: [python3, -m, http.server, '8080']", &[8080]),
        (
            "image: python, command: [python3, -m, http.server, --bind, 127.0.0.1, '8080']",
            &[],
        ),
        (
            "image: python, command: [python3, -m, http.server, '8080', -b, 0.0.0.0]",
            &[8080],
        ),
        ("image: redis, args: [redis-server, --bind, 127.0.0.1]", &[]),
        ("image: me/app, command: [uvicorn, 'app:app']", &[]),
        ("image: me/app, command: [uvicorn, 'app:app', --port, '8080']", &[]),
        (
            "image: me/app, command: [uvicorn, 'app:app', --host, 0.0.0.0, --port, '8080']",
            &[8080],
        ),
        ("image: python, command: [python, manage.py, runserver]", &[]),
        (
            "image: python, command: [python, manage.py, runserver, '0.0.0.0:8000']",
            &[8000],
        ),
        ("image: redis, args: [--bind, 127.0.0.1]", &[]),
        (
            "image: me/db, args: [-c, listen_addresses=127.0.0.1], ports: [{containerPort: 5432}]",
            &[],
        ),
        (
            "image: me/db, args: [-c, listen_addresses=0.0.0.0], ports: [{containerPort: 5432}]",
            &[5432],
        ),
        (
            "image: me/asks, args: [--host, 127.0.0.1], ports: [{containerPort: 5432}]",
            &[5432],
        ),
    ];
    for (container, expected) in cases {
        assert_eq!(
            open(&pod(container), &[5000, 5432, 6379, 8000, 8080]),
            expected,
            "{container}"
        );
    }
}

#[test]
fn a_variable_out_of_a_config_map_says_the_port() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\ndata: {PORT: '8099'}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: gcr.io/google-samples/hello-app, envFrom: [{configMapRef: {name: config}}]}]}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: client}\nspec: {containers: [{name: c, image: busybox, command: [sleep, '9999']}]}\n";
    assert_eq!(open(text, &[8080, 8099]), [8099]);
}

#[test]
fn a_node_port_answers_at_loopback_of_its_node_as_the_mode_says() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\nspec: {containers: [{name: w, image: nginx}]}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: host}\nspec: {hostNetwork: true, containers: [{name: c, image: curlimages/curl, command: [sleep, '9999']}]}\n";
    for proxy in playground::Proxy::ALL {
        let mut session = Session::new(Scenario {
            text: text.to_owned(),
            proxy,
            ..Scenario::default()
        });
        let (output, _) = session.perform(
            Micros::from_seconds(10),
            "kubectl exec host -- curl -sS 127.0.0.1:30080",
        );
        let answers = output.stdout.contains("nginx");
        assert_eq!(
            answers,
            proxy == playground::Proxy::Iptables,
            "{}: {}",
            proxy.word(),
            output.stderr
        );
    }
}
