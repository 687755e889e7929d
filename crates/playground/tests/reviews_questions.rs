//! What learners asked in public threads, each reduced: the cause is shown where they would look for it.
#![allow(missing_docs)]

use playground::{Act, FlowSpec, Micros, Outcome, Scenario, Session, Traffic};

const CLIENT: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: client}\nspec: {containers: [{name: c, image: nicolaka/netshoot, command: [sleep, infinity]}]}\n---\n";

fn session_on(text: &str, nodes: usize) -> Session {
    Session::new(Scenario {
        text: format!("{CLIENT}{text}"),
        nodes,
        ..Scenario::default()
    })
}

fn session(text: &str) -> Session {
    session_on(text, 1)
}

fn service(spec: &str) -> String {
    format!("apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{{spec}}}\n---\n")
}

fn pod(name: &str, container: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{app: web}}}}\nspec: {{containers: [{{name: c, {container}}}]}}\n---\n"
    )
}

/// What these commands print, each some seconds after the one before.
fn printed(session: &mut Session, commands: &[&str]) -> Vec<String> {
    let all = commands.iter().zip(1_u64..);
    let run = all.map(|(command, turn)| {
        let (output, _) = session.perform(Micros::from_seconds(turn * 30), command);
        output.stdout + &output.stderr
    });
    run.collect()
}

fn print(text: &str, command: &str) -> String {
    printed(&mut session(text), &[command]).concat()
}

/// Each message of the text, with the labels of its fixes.
fn told(text: &str) -> Vec<(String, Vec<String>)> {
    let session = session(text);
    let told = session.diagnostics().iter();
    told.map(|it| {
        let fixes = it.fixes.iter().map(|fix| fix.label.clone());
        (it.message.clone(), fixes.collect())
    })
    .collect()
}

#[track_caller]
fn tells(text: &str, words: &str, fix: &str) {
    let told = told(text);
    let found = told
        .iter()
        .any(|(message, fixes)| message.contains(words) && (fix.is_empty() || fixes.iter().any(|label| label == fix)));
    assert!(found, "{words} / {fix}: {told:#?}\n{text}");
}

/// How the requests of a client end, each outcome once.
fn outcomes(session: &mut Session, from: &str, to: &str) -> Vec<Outcome> {
    let flow = FlowSpec {
        from: from.to_owned(),
        to: to.to_owned(),
        port: 80,
        millihertz: 4_000,
        ..FlowSpec::default()
    };
    session.set_traffic(Micros::from_seconds(20), Traffic::Chosen(vec![flow]));
    let until = Micros::from_seconds(40);
    session.run(until);
    let from = Micros::from_seconds(20);
    let sent = session.requests(until);
    let asked = |it: &&playground::Request| it.sent >= from && it.done <= until;
    let mut outcomes: Vec<Outcome> = sent.iter().filter(asked).map(|it| it.outcome).collect();
    outcomes.dedup();
    outcomes
}

#[test]
fn case_1_a_target_port_that_no_container_port_is_called() {
    let text = service("selector: {app: web}, ports: [{port: 80, targetPort: http}]")
        + &pod("a", "image: nginx, ports: [{containerPort: 80}]");
    assert!(print(&text, "kubectl get endpointslices -l kubernetes.io/service-name=web").contains("<unset>"));
    tells(&text, "no selected pod names a port http", "Change to 80");
}

#[test]
fn case_2_a_headless_service_maps_no_ports() {
    let container =
        "image: python, command: [python3, -m, http.server, '8000'], ports: [{name: http, containerPort: 8000}]";
    let text =
        service("clusterIP: None, selector: {app: web}, ports: [{port: 80, targetPort: http}]") + &pod("a", container);
    tells(&text, "a headless Service maps no ports", "Change to 8000");
    assert!(print(&text, "kubectl exec client -- curl -sS web").contains("Could not connect"));
    assert!(!print(&text, "kubectl exec client -- curl -sS web:8000").contains("Could not connect"));
}

#[test]
fn case_3_a_selector_with_a_label_too_many() {
    let text = service("type: LoadBalancer, selector: {app: web, tier: front}, ports: [{port: 80}]")
        + &pod("a", "image: nginx");
    tells(&text, "no endpoints: no pod has app=web,tier=front", "");
    assert!(print(&text, "kubectl get service web").contains("<pending>"));
}

#[test]
fn case_4_exposing_a_port_of_two_protocols() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: multiport}\nspec: {selector: {matchLabels: {app: m}}, template: {metadata: {labels: {app: m}}, spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 93}, {containerPort: 93, protocol: UDP}]}]}}}\n";
    let out = printed(
        &mut session(text),
        &["kubectl expose deploy multiport", "kubectl get svc multiport"],
    );
    assert_eq!(out[0], "service/multiport exposed\n");
    assert!(out[1].contains("93/TCP,93/UDP"), "{out:?}");
}

#[test]
fn case_5_a_node_port_of_two_protocols() {
    let ports = "[{name: t, port: 53, nodePort: 30053}, {name: u, port: 53, protocol: UDP, nodePort: 30053}]";
    let text = service(&format!("type: NodePort, selector: {{app: web}}, ports: {ports}"))
        + &pod("a", "image: coredns/coredns");
    assert!(print(&text, "kubectl get svc web").contains("53:30053/TCP,53:30053/UDP"));
}

#[test]
fn case_6_external_traffic_stays_on_the_node_that_was_asked() {
    let text = service(
        "type: NodePort, externalTrafficPolicy: Local, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]",
    ) + &pod("a", "image: nginx");
    let mut session = session_on(&text, 3);
    let node = session
        .world(Micros::from_seconds(20))
        .pods
        .iter()
        .find(|it| *it.key.name == *"a")
        .and_then(|it| it.node.clone())
        .unwrap_or_default();
    let nodes: Vec<_> = session
        .world(Micros::ZERO)
        .nodes
        .iter()
        .map(|it| (it.name.clone(), it.ip))
        .collect();
    for (name, ip) in nodes {
        let line = format!("curl -sS -m 3 {ip}:30080");
        let (output, _) = session.perform(Micros::from_seconds(20), &line);
        assert_eq!(
            !output.stdout.is_empty(),
            name == node,
            "{name}: {}{}",
            output.stdout,
            output.stderr
        );
    }
}

#[test]
fn case_7_affinity_is_each_client_s_and_ends() {
    let set = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 8, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: registry.k8s.io/e2e-test-images/agnhost, args: [serve-hostname]}]}}}\n---\n";
    let spec = "sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 2}}, selector: {app: web}, ports: [{port: 80, targetPort: 9376}]";
    let mut session = session(&(service(spec) + set));
    // Two requests within a second go to one pod; after the timeout it is drawn anew.
    let ask = "kubectl exec client -- curl -sS web web";
    let out: Vec<String> = (1..20)
        .map(|turn| session.perform(Micros::from_seconds(turn * 30), ask).0.stdout)
        .collect();
    let mut first: Vec<&str> = out.iter().filter_map(|it| it.get(..it.len() / 2)).collect();
    first.sort_unstable();
    first.dedup();
    assert!(first.len() > 2, "after the timeout it is drawn anew: {out:?}");
}

#[test]
fn case_8_a_stateful_set_that_names_another_service() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: db-svc}\nspec: {clusterIP: None, selector: {app: database}, ports: [{port: 5432}]}\n---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: database}\nspec: {serviceName: database, selector: {matchLabels: {app: database}}, template: {metadata: {labels: {app: database}}, spec: {containers: [{name: pg, image: postgres, env: [{name: POSTGRES_PASSWORD, value: a}]}]}}}\n";
    tells(text, "there is no Service database", "Change to db-svc");
    assert!(print(text, "kubectl exec client -- nslookup database-0.db-svc").contains("NXDOMAIN"));
    let mended = text.replace("serviceName: database", "serviceName: db-svc");
    assert!(
        !print(
            &mended,
            "kubectl exec client -- nslookup database-0.db-svc.default.svc.cluster.local"
        )
        .contains("NXDOMAIN")
    );
}

#[test]
fn case_9_endpoints_whose_port_has_another_name() {
    let text = service("ports: [{name: '9200', port: 9200}]")
        + "apiVersion: v1\nkind: Endpoints\nmetadata: {name: web}\nsubsets: [{addresses: [{ip: 198.51.100.7}], ports: [{port: 9200}]}]\n";
    tells(&text, "they are matched by name", "Add name: \"9200\"");
    assert!(print(&text, "kubectl get endpoints web").contains("198.51.100.7:9200"));
}

#[test]
fn case_10_the_port_of_endpoints_wins_over_target_port() {
    let text = service("ports: [{port: 80, targetPort: 15461}]")
        + "apiVersion: v1\nkind: Endpoints\nmetadata: {name: web}\nsubsets: [{addresses: [{ip: 198.51.100.7}], ports: [{port: 15460}]}]\n";
    let out = print(&text, "kubectl describe service web");
    assert!(out.contains("15461/TCP") && out.contains("198.51.100.7:15460"), "{out}");
}

#[test]
fn case_12_what_get_printed_can_be_applied_once() {
    let mut session = session(&service("selector: {app: web}, ports: [{port: 80}]"));
    let dump = printed(&mut session, &["kubectl get service web -o yaml"]).concat();
    let apply = format!("kubectl apply -f - <<EOF\n{dump}EOF");
    let out = printed(&mut session, &[&apply, &apply]);
    assert!(out[0].contains("configured"), "{out:?}");
    assert!(out[1].contains("the object has been modified"), "{out:?}");
}

#[test]
fn case_13_an_address_of_another_cluster() {
    tells(
        &service("clusterIP: 172.20.10.5, ports: [{port: 80}]"),
        "the provided network does not match",
        "",
    );
    let lines = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  clusterIP: 172.20.10.5\n  clusterIPs:\n  - 172.20.10.5\n  ports:\n  - port: 80\n";
    tells(
        lines,
        "the provided network does not match",
        "Leave it out: a free one is taken",
    );
}

#[test]
fn case_14_a_pod_of_an_owner_that_is_not_there() {
    let owned = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: web-1\n    labels: {app: web}\n    ownerReferences:\n    - {apiVersion: apps/v1, kind: ReplicaSet, name: web, uid: 0d0d1111-2222-3333-4444-555555555555, controller: true}\n  spec: {containers: [{name: c, image: nginx}]}\n";
    tells(
        owned,
        "its owner, ReplicaSet web, is not here",
        "Leave ownerReferences out",
    );
    let list = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: web}\n  spec: {selector: {app: wep}, ports: [{port: 80}]}\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: web, labels: {app: web}}\n  spec: {containers: [{name: web, image: nginx}]}\n";
    tells(list, "no pod has app=wep", "Change to web");
}

#[test]
fn case_15_a_service_keeps_its_address() {
    let text = service("selector: {app: web}, ports: [{port: 80}]");
    let out = print(
        &text,
        "kubectl patch service web -p '{\"spec\":{\"clusterIP\":\"None\"}}'",
    );
    assert!(out.contains("may not change once set"), "{out}");
}

#[test]
fn case_16_from_node_port_to_cluster_ip() {
    let text = service("type: NodePort, selector: {app: web}, ports: [{port: 80}]");
    let out = printed(
        &mut session(&text),
        &[
            "kubectl patch service web -p '{\"spec\":{\"type\":\"ClusterIP\"}}'",
            "kubectl get service web",
        ],
    );
    assert!(out[1].contains("80/TCP") && !out[1].contains("80:"), "{out:?}");
}

#[test]
fn case_17_apply_loses_a_port_of_two_protocols() {
    let tcp = "{apiVersion: v1, kind: Service, metadata: {name: dns}, spec: {selector: {app: web}, ports: [{name: tcp, port: 53}]}}";
    let both = tcp.replace(
        "[{name: tcp, port: 53}]",
        "[{name: tcp, port: 53}, {name: udp, port: 53, protocol: UDP}]",
    );
    let mut session = session("");
    let at = |second| Micros::from_seconds(second);
    session.perform(at(10), &format!("kubectl apply -f - <<EOF\n{tcp}\nEOF"));
    let (output, _) = session.perform(at(20), &format!("kubectl apply -f - <<EOF\n{both}\nEOF"));
    let said = session.plain_words(at(20), &output).concat();
    assert!(
        said.contains("kubectl apply tells ports apart by their number alone"),
        "{}{said}",
        output.stdout
    );
}

#[test]
fn case_18_an_external_name_maps_no_ports() {
    let text = service("type: ExternalName, externalName: db.example.com, ports: [{port: 8080, targetPort: 80}]");
    tells(
        &text,
        "a Service of type ExternalName maps no ports",
        "Change port to 80",
    );
    tells(
        &service("type: ExternalName, externalName: 192.168.1.50"),
        "is an address, but externalName is looked up as a name",
        "",
    );
}

#[test]
fn case_21_names_of_pods_that_are_not_ready() {
    let headless = "clusterIP: None, selector: {app: web}, ports: [{port: 80}]";
    let text = service(headless) + &pod("a", "image: nginx");
    let mut session = session(&text);
    let unready = Act::Ready {
        namespace: "default".to_owned(),
        pod: "a".to_owned(),
        ready: false,
    };
    session.act(Micros::from_seconds(20), unready.clone());
    let at = Micros::from_seconds(30);
    let (output, _) = session.perform(at, "kubectl exec client -- curl -sS web");
    assert_eq!(
        session.plain_words(at, &output),
        ["web is headless and none of its pods is ready, so its name has no address."]
    );
    let mut published = self::session(&text.replace("clusterIP", "publishNotReadyAddresses: true, clusterIP"));
    published.act(Micros::from_seconds(20), unready);
    let (output, _) = published.perform(at, "kubectl exec client -- nslookup web.default.svc.cluster.local");
    assert!(!output.stdout.contains("NXDOMAIN"), "{}", output.stdout);
}

#[test]
fn case_23_a_pod_reaches_itself_by_its_service() {
    let text = service("selector: {app: web}, ports: [{port: 80}]") + &pod("a", "image: nginx");
    let mut session = session(&text);
    assert_eq!(
        outcomes(&mut session, "pod/default/a", "default/web"),
        [Outcome::Answered]
    );
}

#[test]
fn case_26_a_service_of_ipv6_alone() {
    let text = service("ipFamilies: [IPv6], selector: {app: web}, ports: [{port: 80}]") + &pod("a", "image: nginx");
    tells(&text, "this Service has IPv6 alone", "Change to IPv4");
}

#[test]
fn case_29_node_ports_have_a_range() {
    let lines = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  type: NodePort\n  ports:\n  - port: 80\n    nodePort: 80\n";
    tells(
        lines,
        "The range of valid ports is 30000-32767",
        "Leave it out: a free one is taken",
    );
}

#[test]
fn case_32_what_is_no_manifest() {
    let kustomization =
        session("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n");
    let meaning = kustomization
        .diagnostics()
        .iter()
        .find_map(|it| it.meaning.clone())
        .unwrap_or_default();
    assert!(meaning.starts_with("This is a file for kustomize"), "{meaning}");
    let template = session(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n  labels:\n  {{- include \"labels\" . | nindent 4 }}\n",
    );
    let meaning = template
        .diagnostics()
        .iter()
        .find_map(|it| it.meaning.clone())
        .unwrap_or_default();
    assert!(meaning.starts_with("This is a template"), "{meaning}");
}

#[test]
fn case_33_two_workloads_with_the_same_label() {
    let text = service("selector: {app: web}, ports: [{port: 80}]")
        + &pod("web", "image: nginx")
        + &pod("worker", "image: busybox, command: [sleep, '9999']");
    tells(&text, "this selects pods of worker too, which do not listen on 80", "");
}

#[test]
fn case_36_short_names_across_namespaces() {
    let text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: blue}\n---\n".to_owned()
        + &service("selector: {app: web}, ports: [{port: 80}]").replace("{name: web}", "{name: web, namespace: blue}");
    let mut session = session(&text);
    let at = Micros::from_seconds(30);
    let (output, _) = session.perform(at, "kubectl exec client -- curl -sS web");
    assert_eq!(
        session.plain_words(at, &output),
        ["Service web is in namespace blue: from another namespace its name is web.blue."]
    );
    let (output, _) = session.perform(at, "kubectl exec client -- nslookup google.com");
    assert!(
        session
            .plain_words(at, &output)
            .concat()
            .starts_with("The world outside is left out here")
    );
}

#[test]
fn case_40_a_program_that_listens_for_its_pod_alone() {
    let listens = pod("a", "image: me/own").replace(
        "labels: {app: web}",
        "labels: {app: web}, annotations: {playground/listens: '127.0.0.1:5000'}",
    );
    let text = service("selector: {app: web}, ports: [{port: 80, targetPort: 5000}]") + &listens;
    tells(&text, "no selected pod listens on 5000", "");
    assert!(print(&text, "kubectl logs a").contains("127.0.0.1:5000"));
}

#[test]
fn case_42_protocol_http() {
    tells(
        &service("selector: {app: web}, ports: [{port: 80, protocol: HTTP}]"),
        "supported values",
        "Change to TCP",
    );
}

#[test]
fn case_43_a_target_port_in_quotes() {
    tells(
        &service("selector: {app: web}, ports: [{port: 80, targetPort: \"8080\"}]"),
        "must contain at least one letter",
        "Take the quotes away",
    );
}

#[test]
fn case_44_names_of_pods_behind_a_service_with_an_address() {
    let text = service("selector: {app: web}, ports: [{port: 80}]")
        + "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\nspec: {serviceName: web, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: nginx}]}}}\n";
    assert_eq!(told(&text), []);
    assert!(
        !print(
            &text,
            "kubectl exec client -- nslookup web-0.web.default.svc.cluster.local"
        )
        .contains("NXDOMAIN")
    );
}

#[test]
fn an_image_that_is_not_known_is_said_in_the_text() {
    let declared = service("selector: {app: web}, ports: [{port: 80, targetPort: 8080}]")
        + &pod("a", "image: me/own, ports: [{containerPort: 8080}]");
    tells(
        &declared,
        "guesses that it listens on 8080",
        "Say it in playground/listens",
    );
    let silent = service("selector: {app: web}, ports: [{port: 80, targetPort: 8080}]") + &pod("a", "image: me/own");
    tells(
        &silent,
        "no selected pod listens on 8080",
        "Say it in playground/listens",
    );
}

#[test]
fn a_kind_that_every_cluster_serves_is_created() {
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: x}\n";
    assert_eq!(told(account), []);
    assert!(print(account, "kubectl get sa x").contains('x'));
}
