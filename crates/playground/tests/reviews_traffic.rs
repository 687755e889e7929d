//! What learners asked in public threads about where requests go, each reduced.
#![allow(missing_docs)]

use playground::{FlowSpec, Micros, Proxy, Scenario, Session};

const CLIENT: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: client}\nspec: {containers: [{name: c, image: curlimages/curl, command: [sleep, '9999']}]}\n---\n";
const HOSTNAMES: &str = "image: registry.k8s.io/e2e-test-images/agnhost, args: [serve-hostname]";

fn session_with(text: &str, nodes: usize, proxy: Proxy) -> Session {
    Session::new(Scenario {
        text: format!("{CLIENT}{text}"),
        nodes,
        proxy,
        ..Scenario::default()
    })
}

fn session(text: &str) -> Session {
    session_with(text, 1, Proxy::Iptables)
}

fn service(spec: &str) -> String {
    format!("apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{{spec}}}\n---\n")
}

fn pod(name: &str, spec: &str, container: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{app: web}}}}\nspec: {{{spec}containers: [{{name: c, {container}}}]}}\n---\n"
    )
}

fn replicas(count: u8) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{replicas: {count}, selector: {{matchLabels: {{app: web}}}}, template: {{metadata: {{labels: {{app: web}}}}, spec: {{containers: [{{name: c, {HOSTNAMES}}}]}}}}}}\n---\n"
    )
}

/// What a command prints at a second, and how it ends.
fn run(session: &mut Session, second: u64, command: &str) -> (String, i32) {
    let began = Micros::from_seconds(second);
    let (mut output, _) = session.perform(began, command);
    if let Some(until) = output.waits_until {
        output = session.kubectl_since(began, Micros::from_seconds(until.unsigned_abs()), command);
    }
    (output.stdout + &output.stderr, output.exit)
}

#[test]
fn case_7_affinity_tells_clients_apart() {
    let affinity = "sessionAffinity: ClientIP, selector: {app: web}, ports: [{port: 80, targetPort: 9376}]";
    let clients: String = (1..=6)
        .map(|number| CLIENT.replace("name: client", &format!("name: c{number}")))
        .collect();
    let mut session = session(&(clients + &service(affinity) + &replicas(8)));
    let mut asked =
        |second, client: u32| run(&mut session, second, &format!("kubectl exec c{client} -- curl -sS web")).0;
    let first: Vec<String> = (1..=6).map(|client| asked(10, client)).collect();
    let again: Vec<String> = (1..=6).map(|client| asked(60, client)).collect();
    assert_eq!(first, again, "each keeps its pod");
    assert!(
        first.iter().any(|pod| *pod != first[0]),
        "they differ among each other: {first:?}"
    );
}

#[test]
fn case_11_a_slice_written_by_hand_counts_one_address_an_endpoint() {
    let pods = pod("a", "", HOSTNAMES) + &pod("b", "", HOSTNAMES);
    let slice = |endpoints: &str| {
        format!(
            "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {{name: web-1, labels: {{kubernetes.io/service-name: web}}}}\naddressType: IPv4\nports: [{{port: 9376}}]\nendpoints: {endpoints}\n---\n"
        )
    };
    let reached = |endpoints: &str| {
        let text = service("ports: [{port: 80, targetPort: 9376}]") + &slice(endpoints) + &pods;
        let mut session = session(&text);
        let mut names: Vec<String> = (0..30)
            .map(|turn| run(&mut session, 10 + turn, "kubectl exec client -- curl -sS web").0)
            .collect();
        names.sort_unstable();
        names.dedup();
        names.concat()
    };
    // The client has 10.244.0.2.
    assert_eq!(reached("[{addresses: [10.244.0.3]}, {addresses: [10.244.0.4]}]"), "ab");
    assert_eq!(reached("[{addresses: [10.244.0.3, 10.244.0.4]}]"), "a");
}

#[test]
fn case_19_an_external_name_is_asked_for_under_its_own_name() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {type: ExternalName, externalName: db.example.com}\n---\n";
    let (out, _) = run(&mut session(text), 10, "kubectl exec client -- curl -v http://db/");
    assert!(out.contains("> Host: db\r\n") || out.contains("> Host: db\n"), "{out}");
    assert!(out.contains("HTTP/1.1 200 OK"), "{out}");
    let told = session(text).caveats(Micros::ZERO).concat();
    assert!(
        told.contains("the machine at db.example.com is made up: it answers at every port"),
        "{told}"
    );
}

#[test]
fn case_31_what_helm_makes_of_a_new_chart() {
    let text = "apiVersion: v1
kind: ServiceAccount
metadata: {name: release-chart, labels: {app.kubernetes.io/name: chart}}
automountServiceAccountToken: true
---
apiVersion: v1
kind: Service
metadata: {name: release-chart}
spec:
  type: ClusterIP
  ports: [{port: 80, targetPort: http, protocol: TCP, name: http}]
  selector: {app.kubernetes.io/name: chart}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: release-chart}
spec:
  replicas: 1
  selector: {matchLabels: {app.kubernetes.io/name: chart}}
  template:
    metadata: {labels: {app.kubernetes.io/name: chart}}
    spec:
      serviceAccountName: release-chart
      containers:
      - name: chart
        image: 'nginx:1.16.0'
        ports: [{name: http, containerPort: 80, protocol: TCP}]
        livenessProbe: {httpGet: {path: /, port: http}}
        readinessProbe: {httpGet: {path: /, port: http}}
---
apiVersion: v1
kind: Pod
metadata: {name: release-chart-test-connection, annotations: {helm.sh/hook: test}}
spec:
  containers:
  - {name: wget, image: busybox, command: [wget], args: ['release-chart:80']}
  restartPolicy: Never
";
    let mut session = session(text);
    let told: Vec<_> = session.diagnostics().iter().map(|it| it.message.clone()).collect();
    assert_eq!(told, [""; 0]);
    let (out, _) = run(&mut session, 10, "kubectl exec client -- curl -sS release-chart");
    assert!(out.contains("Welcome to nginx!"), "{out}");
    let account = "kubectl get pods -l app.kubernetes.io/name=chart -o jsonpath={.items[0].spec.serviceAccountName}";
    assert_eq!(run(&mut session, 10, account).0, "release-chart");
}

#[test]
fn case_34_a_port_that_a_cluster_ip_does_not_have() {
    let text = service("selector: {app: web}, ports: [{port: 80}]") + &pod("a", "", "image: nginx");
    for (proxy, words) in [
        (Proxy::Iptables, "timed out"),
        (Proxy::Nftables, "Could not connect"),
        (Proxy::Ipvs, "Could not connect"),
    ] {
        let mut session = session_with(&text, 1, proxy);
        let (out, _) = run(&mut session, 10, "kubectl exec client -- curl -sS -m 3 web:81");
        assert!(out.contains(words), "{}: {out}", proxy.word());
    }
}

#[test]
fn case_35_one_connection_has_one_pod() {
    let text = service("selector: {app: web}, ports: [{port: 80, targetPort: 9376}]") + &replicas(4);
    let mut session = session(&text);
    let (out, _) = run(&mut session, 10, "kubectl exec client -- curl -sS web web web web");
    assert_eq!(out.get(..out.len() / 4).unwrap_or_default().repeat(4), out);
    let (apart, _) = run(
        &mut session,
        11,
        "kubectl exec client -- curl -sS -H 'Connection: close' web web web web",
    );
    assert_ne!(apart.get(..apart.len() / 4).unwrap_or_default().repeat(4), apart);
    let flow = |keep_alive| FlowSpec {
        from: "pod/default/client".to_owned(),
        to: "default/web".to_owned(),
        port: 80,
        millihertz: 1_000,
        keep_alive,
        ..FlowSpec::default()
    };
    let reached = |keep_alive, second| {
        let counts = session.tally(Micros::from_seconds(second), &flow(keep_alive), 1_000);
        counts.map_or(0, |counts| counts.shares.iter().filter(|share| share.got > 0).count())
    };
    assert_eq!((reached(true, 20), reached(false, 20)), (1, 4));
    session.perform(Micros::from_seconds(30), "kubectl scale deployment web --replicas=6");
    let reached = |keep_alive, second| {
        let counts = session.tally(Micros::from_seconds(second), &flow(keep_alive), 1_000);
        counts.map_or(0, |counts| counts.shares.iter().filter(|share| share.got > 0).count())
    };
    assert_eq!((reached(true, 40), reached(false, 40)), (1, 6));
}

#[test]
fn case_38_a_service_with_the_name_of_its_namespace() {
    let named = "apiVersion: v1\nkind: Service\nmetadata: {name: default}\nspec: {type: ExternalName, externalName: db.example.com}\n---\n";
    let text = named.to_owned() + &service("selector: {app: web}, ports: [{port: 80}]") + &pod("a", "", "image: nginx");
    let mut session = session(&text);
    for name in ["web", "web.default", "web.default.svc.cluster.local"] {
        let (out, _) = run(&mut session, 10, &format!("kubectl exec client -- curl -sS {name}"));
        assert!(out.contains("Welcome to nginx!"), "{name}: {out}");
    }
}

#[test]
fn case_39_traffic_that_stays_on_a_node_without_a_pod() {
    let on = |node: &str| format!("nodeSelector: {{kubernetes.io/hostname: {node}}}, ");
    let local = service("internalTrafficPolicy: Local, selector: {app: web}, ports: [{port: 80}]");
    let mut session = session_with(&(local + &pod("a", &on("node-2"), "image: nginx")), 2, Proxy::Iptables);
    let (out, _) = run(&mut session, 10, "kubectl get pod client -o jsonpath={.spec.nodeName}");
    assert_eq!(out, "node-1");
    let (out, exit) = run(&mut session, 10, "kubectl exec client -- curl -sS -m 3 web");
    assert!(out.contains("timed out") && exit == 28, "{exit}: {out}");
}

#[test]
fn case_26_services_of_two_families() {
    let families = |spec: &str| {
        let text =
            service(&format!("{spec}selector: {{app: web}}, ports: [{{port: 80}}]")) + &pod("a", "", "image: nginx");
        let mut session = session(&text);
        let families = "kubectl get service web -o jsonpath={.spec.ipFamilyPolicy}:{.spec.ipFamilies}";
        let slices = "kubectl get endpointslices -l kubernetes.io/service-name=web -o jsonpath={.items[*].addressType}";
        let (out, _) = run(&mut session, 10, families);
        let mut types: Vec<String> = run(&mut session, 10, slices).0.split(' ').map(str::to_owned).collect();
        types.sort_unstable();
        format!("{out} {}", types.join(" "))
    };
    assert_eq!(families(""), "SingleStack:[\"IPv4\"] IPv4");
    for policy in ["PreferDualStack", "RequireDualStack"] {
        let both = format!("{policy}:[\"IPv4\",\"IPv6\"] IPv4 IPv6");
        assert_eq!(families(&format!("ipFamilyPolicy: {policy}, ")), both);
    }
}
