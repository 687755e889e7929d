//! Scenario documents: the first document of a text.

use playground::{Act, Micros, NetworkPolicies, Proxy, Scenario, Session, Severity, View, check, judge};

const LESSON: &str = r#"apiVersion: playground/v1
kind: Scenario
title: A selector that matches no pod
story: The shop was moved to another team, and nobody can buy anything. Make it answer.
cluster: { nodes: 2, proxyMode: nftables }
seed: 42
traffic:
- { from: pod/client, to: shop, port: 80, rate: 2 }
steps:
- say: A second pod joins.
  at: 3s
  run: ["kubectl run extra --image=nginx --labels=app=shop"]
- say: The first one goes.
  run: ["kubectl delete pod shop"]
checks:
- { say: Every request is answered, from: pod/client, to: "shop:80" }
hints: [Compare the labels with the selector.]
solution:
- { replace: "app: shoop", with: "app: shop" }
mistakes:
- say: Another port does not help a Service without endpoints.
  changes: [{ replace: "port: 80", with: "port: 8080" }]
cause: No pod has the label that the selector asks for.
view: { service: shop, tab: describe }
---
apiVersion: v1
kind: Service
metadata: { name: shop }
spec:
  selector: { app: shoop }
  ports: [{ port: 80 }]
---
apiVersion: v1
kind: Pod
metadata: { name: shop, labels: { app: shop } }
spec: { containers: [{ name: web, image: nginx }] }
---
apiVersion: v1
kind: Pod
metadata: { name: client }
spec: { containers: [{ name: client, image: curlimages/curl, command: [sleep, infinity] }] }
"#;

fn open(text: &str) -> Session {
    Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    })
}

fn errors(session: &Session) -> Vec<String> {
    let errors = session.diagnostics().iter().filter(|it| it.severity.is_error());
    errors.map(|it| it.message.clone()).collect()
}

#[test]
fn a_document_sets_the_cluster_and_its_traffic() {
    let session = open(LESSON);
    assert_eq!(errors(&session), Vec::<String>::new());
    assert_eq!(
        (session.nodes(), session.proxy(), session.seed()),
        (2, Proxy::Nftables, 42)
    );
    let flow = &session.sending()[0];
    assert_eq!(
        (flow.from.as_str(), flow.to.as_str(), flow.millihertz),
        ("pod/default/client", "default/shop", 2_000)
    );
}

#[test]
fn kubectl_does_not_see_it() {
    let mut session = open(LESSON);
    let (output, _) = session.perform(Micros::from_seconds(1), "kubectl apply -f services.yaml");
    assert!(!output.stdout.contains("scenario") && output.exit == 0, "{output:?}");
}

#[test]
fn a_link_carries_only_what_the_document_does_not_say() {
    let session = open(LESSON);
    let link = session.scenario(View::default());
    assert_eq!((link.nodes, link.seed, link.acts.len()), (0, 0, 0));
    let again = Session::new(link);
    assert_eq!((again.nodes(), again.acts().len()), (2, 1));
}

#[test]
fn steps_happen_at_their_moment_or_when_they_are_reached() {
    let mut session = open(LESSON);
    let pods = |session: &Session| {
        session
            .kubectl(Micros::from_seconds(30), "kubectl get pods -o name")
            .stdout
    };
    assert_eq!(pods(&session), "pod/client\npod/extra\npod/shop\n");
    session.set_step(2);
    assert_eq!(pods(&session), "pod/client\npod/extra\n");
    assert_eq!(session.opening(), Micros::from_seconds(9));
    let again = Session::new(session.scenario(View::default()));
    assert_eq!((again.step(), pods(&again).as_str()), (2, "pod/client\npod/extra\n"));
    session.set_step(1);
    assert_eq!(pods(&session), "pod/client\npod/extra\npod/shop\n");
}

#[test]
fn an_edit_of_the_document_plays_it_again() {
    let mut session = open(LESSON);
    session.set_text(
        Micros::from_seconds(5),
        LESSON.replace("nodes: 2", "nodes: 3, networkPolicies: ignored"),
    );
    assert_eq!(
        (session.nodes(), session.network_policies()),
        (3, NetworkPolicies::Ignored)
    );
    assert_eq!(session.proxy(), Proxy::Nftables);
}

#[test]
fn a_mistyped_field_is_said_at_its_place_with_its_fix() {
    let text = LESSON.replace("hints:", "hint:");
    let session = open(&text);
    let found = &session.diagnostics()[0];
    assert_eq!(found.severity, Severity::Decode);
    assert_eq!(&text[found.range.clone()], "hint");
    assert!(
        found.message.starts_with("unknown field `hint`, expected one of"),
        "{}",
        found.message
    );
    assert_eq!(found.fixes[0].replacement, "hints");
}

#[test]
fn a_wrong_value_is_said_at_its_line_and_the_cluster_stays() {
    let mut session = open(LESSON);
    let text = LESSON.replace("seed: 42", "seed: many");
    session.set_text(Micros::from_seconds(5), text.clone());
    let found = &session.diagnostics()[0];
    assert_eq!(&text[found.range.clone()].lines().next(), &Some("many"));
    assert_eq!(session.nodes(), 2);
    session.set_text(Micros::from_seconds(6), LESSON.to_owned());
    assert_eq!(errors(&session), Vec::<String>::new());
}

#[test]
fn a_version_of_the_future_is_refused_in_words() {
    let session = open(&LESSON.replace("playground/v1", "playground/v2"));
    assert_eq!(
        errors(&session),
        ["this playground reads playground/v1, not playground/v2"]
    );
}

#[test]
fn the_checks_judge_what_the_learner_did() {
    let mut session = open(LESSON);
    assert!(!judge(&session, Micros::from_seconds(4))[0].passes());
    session.perform(Micros::from_seconds(5), "kubectl label pod shop app=shoop --overwrite");
    let judged = judge(&session, Micros::from_seconds(5));
    assert_eq!(
        (judged[0].say.as_str(), judged[0].faults.clone()),
        ("Every request is answered", Vec::new())
    );
}

#[test]
fn an_exercise_is_tried_with_its_solution_and_its_mistakes() {
    assert_eq!(check(LESSON), Ok(Vec::new()));
    let easy = LESSON.replace("selector: { app: shoop }", "selector: { app: shop } # app: shoop");
    assert_eq!(
        check(&easy),
        Ok(vec!["15: the checks pass although nothing is solved".to_owned()])
    );
    let useless = LESSON.replace("with: \"app: shop\"", "with: \"app: shp\"");
    let [fault] = &check(&useless).unwrap_or_default()[..] else {
        panic!("one fault");
    };
    assert!(
        fault.starts_with("18: the solution does not pass: pod/default/client to shop:80"),
        "{fault}"
    );
    let lucky = LESSON.replace(
        "changes: [{ replace: \"port: 80\", with: \"port: 8080\" }]",
        "changes: [{ replace: \"app: shoop\", with: \"app: shop\" }]",
    );
    assert_eq!(
        check(&lucky),
        Ok(vec!["21: this mistake solves the exercise".to_owned()])
    );
}

#[test]
fn an_older_kubectl_describes_a_service_as_it_did() {
    let described = |text: &str| {
        let session = open(text);
        session
            .kubectl(Micros::from_seconds(4), "kubectl describe svc shop")
            .stdout
    };
    let old = described(&LESSON.replace("nodes: 2,", "nodes: 2, kubectl: \"1.30\","));
    assert!(
        old.contains("Endpoints:         <none>") && !old.contains("Internal Traffic Policy"),
        "{old}"
    );
    assert!(described(LESSON).contains("Internal Traffic Policy:  Cluster"));
    let unknown = open(&LESSON.replace("nodes: 2,", "nodes: 2, kubectl: 1.3,"));
    assert_eq!(
        errors(&unknown),
        ["kubectl 1.3 is not known: 1.27 to 1.36 are; quotes keep 1.30 a text"]
    );
}

#[test]
fn a_document_that_is_no_yaml_is_said_at_its_line() {
    let text = LESSON.replace("title: A selector", "title: Oh: A selector");
    assert_eq!(
        check(&text),
        Ok(vec![
            "3: error converting YAML to JSON: yaml: line 3: mapping values are not allowed in this context".to_owned()
        ])
    );
    let mut session = open(LESSON);
    session.set_text(Micros::from_seconds(5), text);
    assert_eq!((session.nodes(), errors(&session).len()), (2, 1));
}

/// The cluster of the article that this playground began with.
const OLD: &str = "nodes: 1, kubectl: \"1.30\", serviceCIDR: 10.43.0.0/16, apiServer: \"192.40.199.6:6443\",";

#[test]
fn the_article_s_cluster_has_its_own_addresses() {
    let session = open(&LESSON.replace("nodes: 2,", OLD));
    assert_eq!(errors(&session), Vec::<String>::new());
    let run = |line: &str| session.kubectl(Micros::from_seconds(12), line).stdout;
    assert_eq!(
        run("kubectl describe service kubernetes"),
        "\
Name:              kubernetes
Namespace:         default
Labels:            component=apiserver
                   provider=kubernetes
Annotations:       <none>
Selector:          <none>
Type:              ClusterIP
IP Family Policy:  SingleStack
IP Families:       IPv4
IP:                10.43.0.1
IPs:               10.43.0.1
Port:              https  443/TCP
TargetPort:        6443/TCP
Endpoints:         192.40.199.6:6443
Session Affinity:  None
Events:            <none>
"
    );
    let shop = run("kubectl get svc shop -o jsonpath={.spec.clusterIP}");
    assert!(shop.starts_with("10.43."), "{shop}");
    assert!(run("kubectl exec client -- cat /etc/resolv.conf").contains("nameserver 10.43.0.10\n"));
    assert!(run("kubectl get servicecidr").contains("10.43.0.0/16"));
    let wrong = open(&LESSON.replace("nodes: 2,", "serviceCIDR: 10.43.0.0/30,"));
    assert_eq!(
        errors(&wrong),
        ["serviceCIDR: \"10.43.0.0/30\": a range of cluster IPs of IPv4 has 12 to 23 bits"]
    );
}

/// What the article's terminal shows of `back-end` lies outside the range that its `kubernetes` Service is in: so its cluster has two.
#[test]
fn the_article_s_four_terminal_blocks_are_exact() {
    let text = format!(
        "apiVersion: playground/v1\nkind: Scenario\ntitle: The article\ncluster: {{{OLD}}}\n---\n\
         apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {{name: second}}\nspec: {{cidrs: [10.111.0.0/16]}}\n"
    );
    let mut session = open(&text);
    assert_eq!(errors(&session), Vec::<String>::new());
    let mut run = |seconds: u64, line: &str| {
        let at = Micros::from_seconds(seconds);
        let act = Act::Kubectl(line.to_owned());
        assert!(session.act(at, act));
        session.said().last().unwrap().stdout.clone()
    };
    assert_eq!(
        run(34, "kubectl get service"),
        "NAME         TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\n\
         kubernetes   ClusterIP   10.43.0.1    <none>        443/TCP   5m17s\n"
    );
    let kubernetes = run(40, "kubectl describe service kubernetes");
    assert!(
        kubernetes.contains("\nEndpoints:         192.40.199.6:6443\n"),
        "{kubernetes}"
    );
    let definition = "apiVersion: v1\nkind: Service\nmetadata: {name: back-end}\nspec: {type: ClusterIP, clusterIP: 10.111.52.100, \
                      ports: [{targetPort: 80, port: 80}], selector: {app: myapp, type: back-end}}";
    assert_eq!(
        run(60, &format!("kubectl create -f - <<EOF\n{definition}\nEOF")),
        "service/back-end created\n"
    );
    assert_eq!(
        run(90, "kubectl get service"),
        "NAME         TYPE        CLUSTER-IP      EXTERNAL-IP   PORT(S)   AGE\n\
         back-end     ClusterIP   10.111.52.100   <none>        80/TCP    30s\n\
         kubernetes   ClusterIP   10.43.0.1       <none>        443/TCP   6m13s\n"
    );
}
