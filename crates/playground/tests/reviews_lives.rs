//! What learners asked in public threads about how pods live and what stands in front of them, each reduced.
#![allow(missing_docs)]

use playground::{Micros, Scenario, Session};

const CLIENT: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: client}\nspec: {containers: [{name: c, image: nicolaka/netshoot, command: [sleep, infinity]}]}\n---\n";
const SERVICE: &str =
    "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n---\n";
const WEB: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\nspec: {containers: [{name: w, image: nginx}]}\n---\n";

fn session(text: &str) -> Session {
    Session::new(Scenario {
        text: format!("{CLIENT}{text}"),
        ..Scenario::default()
    })
}

/// What a command prints at a second, to its end.
fn print(session: &mut Session, second: u64, command: &str) -> String {
    let began = Micros::from_seconds(second);
    let (mut output, _) = session.perform(began, command);
    if let Some(until) = output.waits_until.filter(|until| *until != i64::MAX) {
        output = session.kubectl_since(began, Micros::from_seconds(until.unsigned_abs()), command);
    }
    output.stdout + &output.stderr
}

/// Whether a message of the text contains these words.
#[track_caller]
fn tells(text: &str, words: &str) {
    let session = session(text);
    let told: Vec<&str> = session.diagnostics().iter().map(|it| it.message.as_str()).collect();
    let caveats = session.caveats(Micros::from_seconds(5));
    assert!(
        told.iter().any(|told| told.contains(words)) || caveats.iter().any(|told| told.contains(words)),
        "{words}: {told:#?}"
    );
}

#[test]
fn case_20_a_probe_of_a_port_that_nobody_serves() {
    let text = SERVICE.replace("selector", "clusterIP: None, selector")
        + &WEB.replace(
            "image: nginx",
            "image: nginx, readinessProbe: {httpGet: {path: /, port: 8080}}",
        );
    let mut session = session(&text);
    assert!(print(&mut session, 30, "kubectl get pod web").contains("web    0/1     Running"));
    let ready = "kubectl get endpointslices -l kubernetes.io/service-name=web -o jsonpath={.items[*].endpoints[*].conditions.ready}";
    assert_eq!(print(&mut session, 31, ready), "false");
    assert!(print(&mut session, 32, "kubectl exec client -- nslookup web").contains("can't find web: NXDOMAIN"));
    let events = print(&mut session, 33, "kubectl describe pod web");
    assert!(events.contains("Readiness probe failed"), "{events}");
    tells(&text, "8080");
}

#[test]
fn case_22_pods_that_end_take_their_time() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {terminationGracePeriodSeconds: 60, containers: [{name: w, image: nginx, lifecycle: {preStop: {exec: {command: [sleep, '20']}}}}]}}}\n";
    let mut session = session(text);
    print(&mut session, 20, "kubectl delete pod -l app=web --wait=false");
    let then = print(&mut session, 25, "kubectl get pods -l app=web");
    assert_eq!(then.matches("Terminating").count(), 2, "{then}");
    assert_eq!(then.matches("Running").count(), 2, "{then}");
    let after = print(&mut session, 60, "kubectl get pods -l app=web");
    assert_eq!(after.matches("Terminating").count(), 0, "{after}");
}

#[test]
fn case_24_an_ingress_that_leads_to_a_port_that_is_not_there() {
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {rules: [{host: a.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 8080}}}}]}}]}\n---\n";
    let text = format!("{ingress}{SERVICE}{WEB}");
    tells(&text, "8080");
    tells(&text, "ngress controller");
    let class = "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: nginx}\nspec: {controller: k8s.io/ingress-nginx}\n---\n";
    let of_class = ingress.replace("spec: {rules", "spec: {ingressClassName: nginx, rules");
    let mut session = session(&format!("{class}{of_class}{SERVICE}{WEB}"));
    let ask = "curl -s -o /dev/null -w '%{http_code}' --resolve a.example:80:192.168.49.2 http://a.example/";
    assert_eq!(print(&mut session, 20, ask), "503");
    let elsewhere = "curl -s -o /dev/null -w '%{http_code}' -H 'Host: b.example' http://192.168.49.2/";
    assert_eq!(print(&mut session, 21, elsewhere), "404");
}

#[test]
fn case_25_a_default_deny_policy_cuts_names_too() {
    let policy = |types: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: deny}}\nspec: {{podSelector: {{matchLabels: {{app: web}}}}, policyTypes: [{types}]}}\n---\n{SERVICE}{WEB}"
        )
    };
    let ask = "kubectl exec client -- curl -sS -m 3 -o /dev/null web";
    let mut denied = session(&policy("Ingress"));
    assert!(print(&mut denied, 20, ask).starts_with("curl: (28) "));
    let mut mute = session(&policy("Egress"));
    assert_eq!(print(&mut mute, 20, ask), "", "it is asked all the same");
    let names = print(&mut mute, 21, "kubectl exec web -- curl -sS -m 3 client");
    assert!(names.starts_with("curl: (28) Resolving timed out"), "{names}");
}

#[test]
fn case_27_pods_on_the_network_of_their_node_resolve_as_it_does() {
    let of = |policy: &str| {
        format!(
            "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: agent}}\nspec: {{selector: {{matchLabels: {{app: agent}}}}, template: {{metadata: {{labels: {{app: agent}}}}, spec: {{hostNetwork: true, {policy}containers: [{{name: c, image: nicolaka/netshoot, command: [sleep, infinity]}}]}}}}}}\n---\n{SERVICE}{WEB}"
        )
    };
    let ask = "kubectl exec ds/agent -- curl -sS -o /dev/null web.default.svc.cluster.local";
    let mut as_node = session(&of(""));
    assert!(print(&mut as_node, 20, ask).starts_with("curl: (6) Could not resolve host"));
    let address = "kubectl get pod -l app=agent -o jsonpath={.items[0].status.podIP}";
    assert_eq!(print(&mut as_node, 21, address), "192.168.49.2");
    let mut as_pod = session(&of("dnsPolicy: ClusterFirstWithHostNet, "));
    assert_eq!(print(&mut as_pod, 20, ask), "");
}

#[test]
fn case_28_a_forwarded_port_leads_to_the_target_port_of_one_pod() {
    let mut session = session(&format!(
        "{}{WEB}",
        SERVICE.replace("{port: 80}", "{port: 80, targetPort: 8080}")
    ));
    let forwards = print(&mut session, 20, "kubectl port-forward svc/web 8080:80");
    assert!(
        forwards.starts_with("Forwarding from 127.0.0.1:8080 -> 8080\n"),
        "{forwards}"
    );
    assert_eq!(
        print(&mut session, 21, "curl -sS localhost:8080"),
        "curl: (52) Empty reply from server\n"
    );
}

#[test]
fn case_30_where_the_cluster_is_a_virtual_machine_its_node_is_reached_from_outside() {
    let mut session = session(&format!(
        "{}{WEB}",
        SERVICE.replace("selector", "type: NodePort, selector")
    ));
    let ask = "curl -sS -o /dev/null -w '%{http_code}' $(minikube service web --url)";
    assert_eq!(print(&mut session, 20, ask), "200");
}

#[test]
fn case_37_a_pod_for_one_question() {
    let mut session = session(&format!("{SERVICE}{WEB}"));
    let asked = print(
        &mut session,
        20,
        "kubectl run tmp -it --rm --restart=Never --image=busybox -- wget -qO- web",
    );
    assert!(
        asked.contains("Welcome to nginx") && asked.ends_with("pod \"tmp\" deleted from default namespace\n"),
        "{asked}"
    );
    assert!(!print(&mut session, 40, "kubectl get pods").contains("tmp"));
}

#[test]
fn case_41_a_sidecar_counts_among_the_containers() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: app}\nspec: {initContainers: [{name: proxy, image: nginx, restartPolicy: Always}], containers: [{name: app, image: busybox, command: [sleep, infinity]}]}\n";
    let mut session = session(text);
    assert!(print(&mut session, 20, "kubectl get pod app").contains("app    2/2     Running"));
    let status = "kubectl get pod app -o jsonpath={.status.initContainerStatuses[0].ready}";
    assert_eq!(print(&mut session, 21, status), "true");
}

#[test]
fn what_a_default_cluster_adds_to_a_pod_is_described() {
    let mut session = session(WEB);
    let described = print(&mut session, 20, "kubectl describe pod web");
    for words in [
        "Service Account:  default",
        "/var/run/secrets/kubernetes.io/serviceaccount from kube-api-access-",
        "Successfully assigned default/web to minikube",
    ] {
        assert!(described.contains(words), "{words}\n{described}");
    }
}

#[test]
fn a_shell_in_a_pod_has_pipes_loops_and_variables() {
    let mut session = session(&format!("{SERVICE}{WEB}"));
    let script = "kubectl exec client -- sh -c 'X=2; for i in 1 2; do echo $i; done | wc -l && echo $((X + 1)); curl -s web | grep -c nginx | head -1'";
    let said = print(&mut session, 20, script);
    let lines: Vec<&str> = said.split_whitespace().collect();
    assert!(lines.len() == 3 && lines.starts_with(&["2", "3"]), "{said}");
}

#[test]
fn names_of_the_world_are_said_to_be_left_out() {
    let mut session = session(WEB);
    let said = print(&mut session, 20, "kubectl exec web -- curl -sS https://kubernetes.io");
    assert!(said.contains("Could not resolve host: kubernetes.io"), "{said}");
    assert!(said.contains("of the world outside the cluster only"), "{said}");
}

#[test]
fn what_the_api_server_asks_of_a_pod_runs_on_the_map() {
    let mut session = session(&format!("{SERVICE}{WEB}"));
    print(&mut session, 20, "kubectl proxy");
    let page = "curl -s localhost:8001/api/v1/namespaces/default/services/web:80/proxy/";
    assert!(print(&mut session, 21, page).contains("Welcome to nginx"));
    let raw = "kubectl get --raw /api/v1/namespaces/default/pods/web:81/proxy/";
    assert!(print(&mut session, 25, raw).contains("connection refused"));
    let until = Micros::from_seconds(40);
    session.run(until);
    let requests = session.requests(until);
    let proxied: Vec<_> = requests.iter().filter(|it| it.target.is_proxied()).collect();
    let ends: Vec<_> = proxied.iter().map(|it| (it.outcome.word(), it.status)).collect();
    assert_eq!(ends, [("answered", None), ("failed", Some(503))]);
    assert!(
        proxied.iter().all(|it| it.route.rule.is_none()),
        "past Services and kube-proxy"
    );
    assert_eq!(
        proxied
            .first()
            .and_then(|it| it.dialled)
            .map(|(ip, port)| format!("{ip}:{port}")),
        Some("192.168.49.2:6443".to_owned())
    );
}
