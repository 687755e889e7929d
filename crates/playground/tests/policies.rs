//! Network policies on the road: what they drop, at which end, and what programs in pods say then.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use playground::{
    Direction, FlowSpec, Micros, NetworkPolicies, Outcome, Request, Scenario, Session, TextStatus, Traffic, replay,
    share,
};
use serde_json::json;

/// `web` and `db` behind Services, `client` and, in `other`, a `stranger`.
const APPS: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: other, labels: {team: other}}
---
apiVersion: v1
kind: Pod
metadata: {name: client, labels: {app: client}}
spec: {containers: [{name: client, image: curlimages/curl, command: [sleep, infinity]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: stranger, namespace: other, labels: {app: client}}
spec: {containers: [{name: client, image: curlimages/curl, command: [sleep, infinity]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: nginx, ports: [{name: http, containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 8080, targetPort: 80}]}
";

fn policy(name: &str, spec: &str) -> String {
    format!("---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {name}}}\nspec: {spec}\n")
}

fn scenario(policies: &[(&str, &str)], from: &str) -> Scenario {
    let policies = policies.iter().map(|(name, spec)| policy(name, spec));
    let flow = FlowSpec {
        from: from.to_owned(),
        to: "default/web".to_owned(),
        port: 8080,
        millihertz: 1_000,
        ..FlowSpec::default()
    };
    Scenario {
        text: std::iter::once(APPS.to_owned()).chain(policies).collect(),
        traffic: Traffic::Chosen(vec![flow]),
        ..Scenario::default()
    }
}

/// The third request, of a session that runs for ten seconds.
fn asked(scenario: Scenario) -> Request {
    let mut session = Session::new(scenario);
    assert!(
        matches!(session.text_status(), TextStatus::Applied { .. }),
        "{:?}",
        session.diagnostics()
    );
    session.run(Micros::from_seconds(10));
    session.request(3).unwrap().clone()
}

/// How the request of a client ended, and the direction and the policies that kept it back.
fn fate(policies: &[(&str, &str)], from: &str) -> (Outcome, Option<(Direction, String)>) {
    let request = asked(scenario(policies, from));
    let denial = request.route.denial.as_ref();
    (request.outcome, denial.map(|it| (it.direction, it.policies_words())))
}

const DENY: (&str, &str) = ("default-deny", "{podSelector: {}}");
const CLIENT: &str = "pod/default/client";
const STRANGER: &str = "pod/other/stranger";

fn kept(direction: Direction, policies: &str) -> (Outcome, Option<(Direction, String)>) {
    (Outcome::TimedOut, Some((direction, policies.to_owned())))
}

const PASSED: (Outcome, Option<(Direction, String)>) = (Outcome::Answered, None);

#[test]
fn a_dropped_request_times_out_and_names_the_policies_and_the_end() {
    assert_eq!(fate(&[], CLIENT), PASSED);
    assert_eq!(
        fate(&[DENY], CLIENT),
        kept(Direction::Ingress, "NetworkPolicy default-deny")
    );
    let from_client =
        "{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]}";
    let both = [DENY, ("allow-client", from_client)];
    assert_eq!(fate(&both, CLIENT), PASSED);
    let named = "NetworkPolicies allow-client and default-deny";
    assert_eq!(fate(&both, STRANGER), kept(Direction::Ingress, named));
}

#[test]
fn ports_are_those_of_the_pod_not_of_the_service() {
    let at = |port: &str| format!("{{podSelector: {{}}, ingress: [{{ports: [{{port: {port}}}]}}]}}");
    assert_eq!(fate(&[("at", &at("80"))], CLIENT), PASSED);
    assert_eq!(fate(&[("at", &at("http"))], CLIENT), PASSED);
    assert_eq!(
        fate(&[("at", &at("8080"))], CLIENT),
        kept(Direction::Ingress, "NetworkPolicy at")
    );
}

#[test]
fn a_policy_for_egress_cuts_off_the_names_unless_it_lets_dns_through() {
    let egress = |rules: &str| {
        format!("{{podSelector: {{matchLabels: {{app: client}}}}, policyTypes: [Egress], egress: [{rules}]}}")
    };
    let to_web = "{to: [{podSelector: {matchLabels: {app: web}}}]}";
    let request = asked(scenario(&[("out", &egress(to_web))], CLIENT));
    assert_eq!(
        (request.outcome, request.dialled),
        (Outcome::TimedOut, None),
        "no name, no address"
    );
    let denial = request.route.denial.as_ref().unwrap();
    assert_eq!(
        (denial.direction, denial.port_words().as_str()),
        (Direction::Egress, "UDP port 53")
    );
    let dns = "{to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{port: 53, protocol: UDP}]}";
    assert_eq!(fate(&[("out", &egress(&format!("{to_web}, {dns}")))], CLIENT), PASSED);
    let request = asked(scenario(&[("out", &egress(dns))], CLIENT));
    assert!(request.dialled.is_some(), "the name has an address");
    assert_eq!(request.route.denial.as_ref().unwrap().direction, Direction::Egress);
}

#[test]
fn a_node_reaches_its_own_pods_and_the_outside_is_an_address() {
    assert_eq!(fate(&[DENY], "node/minikube"), PASSED);
    assert_eq!(
        fate(&[DENY], "outside"),
        kept(Direction::Ingress, "NetworkPolicy default-deny")
    );
    let block = |range: &str| format!("{{podSelector: {{}}, ingress: [{{from: [{{ipBlock: {{cidr: {range}}}}}]}}]}}");
    assert_eq!(fate(&[("block", &block("192.168.49.0/24"))], "outside"), PASSED);
    assert_eq!(fate(&[("block", &block("10.0.0.0/8"))], "outside").0, Outcome::TimedOut);
    // A node that is not the pod's own is an address, too.
    let from_other = |block: String| {
        let scenario = Scenario {
            nodes: 2,
            text: format!("{APPS}{}", policy("block", &block)).replace(
                "{containers: [{name: web,",
                "{nodeName: node-2, containers: [{name: web,",
            ),
            ..scenario(&[], "node/node-1")
        };
        asked(scenario).outcome
    };
    assert_eq!(from_other(block("10.0.0.0/8")), Outcome::TimedOut);
    assert_eq!(from_other(block("192.168.49.0/24")), Outcome::Answered);
}

#[test]
fn every_mode_of_kube_proxy_meets_the_same_policies() {
    for proxy in playground::Proxy::ALL {
        let mode = |policies: &[(&str, &str)], from| {
            asked(Scenario {
                proxy,
                ..scenario(policies, from)
            })
            .outcome
        };
        assert_eq!(mode(&[DENY], CLIENT), Outcome::TimedOut, "{proxy:?}");
        let own = ("own", "{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}");
        assert_eq!(mode(&[own], CLIENT), Outcome::Answered, "{proxy:?}");
        assert_eq!(mode(&[own], STRANGER), Outcome::TimedOut, "{proxy:?}");
    }
}

#[test]
fn a_plugin_without_policies_lets_all_pass_and_the_screen_says_so() {
    let ignored = Scenario {
        network_policies: NetworkPolicies::Ignored,
        ..scenario(&[DENY], CLIENT)
    };
    assert_eq!(asked(ignored.clone()).outcome, Outcome::Answered);
    let caveats = |scenario: Scenario| Session::new(scenario).caveats(Micros::ZERO).join("\n");
    assert!(caveats(ignored.clone()).contains("ignores network policies"));
    assert!(!caveats(scenario(&[DENY], CLIENT)).contains("network policies"));
    assert_eq!(share::decode(&share::encode(&ignored)).unwrap(), ignored);
    let file = Scenario::from_yaml("networkPolicies: ignored\n").unwrap();
    assert_eq!(file.network_policies, NetworkPolicies::Ignored);
}

#[test]
fn programs_in_pods_meet_them_too() {
    let exec = |policies: &[(&str, &str)], line: &str| {
        let text = scenario(policies, CLIENT).text;
        let steps = [
            json!({"run": "kubectl create -f -", "stdin": text}),
            json!({"run": format!("kubectl exec {line}")}),
        ];
        let played = replay(&json!({"name": "exec", "steps": steps})).unwrap();
        let text = |field: &str| played["steps"][1][field].as_str().unwrap_or_default().to_owned();
        text("stdout") + &text("stderr")
    };
    let answer = exec(&[], "client -- curl -sS web:8080");
    assert!(!answer.is_empty() && !answer.contains("curl:"), "{answer}");
    let curl = exec(&[DENY], "client -- curl -s -S -m 3 web:8080");
    assert!(curl.contains("curl: (28) Connection timed out after 3"), "{curl}");
    let ping = exec(&[DENY], "web -- ping -c 1 10.244.0.2");
    assert!(ping.contains("100% packet loss"), "{ping}");
    let shut = ("shut", "{podSelector: {}, policyTypes: [Egress]}");
    let curl = exec(&[shut], "client -- curl -sS web:8080");
    assert!(curl.contains("curl: (6) Could not resolve host: web"), "{curl}");
    let lookup = exec(&[shut], "client -- nslookup web");
    assert!(lookup.contains("no servers could be reached"), "{lookup}");
    let stranger = exec(&[DENY], "-n other stranger -- curl -sS -m 3 web.default:8080");
    assert!(stranger.contains("timed out"), "{stranger}");
}

/// Messages and labels of the fixes of the advice on policies; each first fix leaves none of it.
fn advice(policies: &[(&str, &str)], from: &str) -> Vec<(String, Vec<String>)> {
    let on_policies = |session: &Session| -> Vec<playground::Diagnostic> {
        let all = session.diagnostics().iter();
        all.filter(|it| it.code.word() == "shut-out").cloned().collect()
    };
    let scenario = scenario(policies, from);
    let found = on_policies(&Session::new(scenario.clone()));
    for fix in found.iter().filter_map(|it| it.fixes.first()) {
        let mut text = scenario.text.clone();
        text.replace_range(fix.range.clone(), &fix.replacement);
        let mended = Session::new(Scenario {
            text: text.clone(),
            ..scenario.clone()
        });
        assert!(matches!(mended.text_status(), TextStatus::Applied { .. }), "{text}");
        assert!(
            on_policies(&mended).iter().all(|it| it.message != found[0].message),
            "{text}"
        );
    }
    let labels = |it: &playground::Diagnostic| it.fixes.iter().map(|fix| fix.label.clone()).collect();
    found.iter().map(|it| (it.message.clone(), labels(it))).collect()
}

#[test]
fn a_policy_that_shuts_out_a_client_is_advised_on_at_its_rules() {
    let told = |message: &str, fixes: &[&str]| {
        vec![(
            message.to_owned(),
            fixes.iter().map(|&it| it.to_owned()).collect::<Vec<_>>(),
        )]
    };
    assert_eq!(advice(&[], CLIENT), []);
    assert_eq!(
        advice(&[DENY], CLIENT),
        told("no rule lets client in to web at TCP port 80", &["Let client in"]),
        "by another policy, as this one is right"
    );
    let shut = ("shut", "{podSelector: {}, policyTypes: [Ingress, Egress]}");
    let asks = "no rule lets client ask the cluster's DNS at UDP port 53";
    assert_eq!(advice(&[shut], CLIENT), told(asks, &["Let it ask the cluster's DNS"]));
    let dns = (
        "names",
        "{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}]}]}",
    );
    let sends = "no rule lets client send to web at TCP port 80";
    assert_eq!(advice(&[shut, dns], CLIENT)[0].0, sends);
    let empty = ("empty", "\n  podSelector: {}\n  ingress: []");
    let in_to_web = "no rule lets client in to web at TCP port 80";
    assert_eq!(advice(&[empty], CLIENT), told(in_to_web, &["Let client in"]));
    let block = (
        "block",
        "\n  podSelector: {}\n  ingress:\n  - from:\n    - podSelector: {matchLabels: {app: other}}",
    );
    assert_eq!(advice(&[DENY, block], CLIENT), told(in_to_web, &["Let client in"]));
    let stranger = told("no rule lets stranger in to web at TCP port 80", &["Let stranger in"]);
    assert_eq!(advice(&[block], STRANGER), stranger);
    assert_eq!(advice(&[block], "outside")[0].1, ["Let the laptop in"]);
    let port = ("port", "{podSelector: {}, ingress: [{ports: [{port: 8080}]}]}");
    assert_eq!(
        advice(&[port], CLIENT),
        told(in_to_web, &["Change to 80", "Let client in"])
    );
    let dns = (
        "dns",
        "\n  podSelector: {matchLabels: {app: client}}\n  egress:\n    - to:\n        - podSelector: {matchLabels: {app: web}}\n  policyTypes: [Egress]",
    );
    let names = "no rule lets client ask the cluster's DNS at UDP port 53";
    assert_eq!(advice(&[dns], CLIENT), told(names, &["Let it ask the cluster's DNS"]));
    let out = (
        "out",
        "{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}]}]}",
    );
    assert_eq!(
        advice(&[out], CLIENT),
        told(
            "no rule lets client send to web at TCP port 80",
            &["Let it send to web"]
        )
    );
}

#[test]
fn advice_on_policies_follows_the_traffic() {
    let mut session = Session::new(scenario(&[DENY], CLIENT));
    let count = |session: &Session| {
        session
            .diagnostics()
            .iter()
            .filter(|it| it.code.word() == "shut-out")
            .count()
    };
    assert_eq!(count(&session), 1);
    session.set_traffic(Micros::ZERO, Traffic::Chosen(Vec::new()));
    assert_eq!(count(&session), 0);
    session.set_network_policies(NetworkPolicies::Ignored);
    assert_eq!(count(&session), 0);
}

#[test]
fn a_client_without_labels_is_let_in_with_all_pods_of_its_namespace() {
    let text = APPS.replace("{name: client, labels: {app: client}}", "{name: client}") + &policy(DENY.0, DENY.1);
    let session = Session::new(Scenario {
        text: text.clone(),
        ..scenario(&[], CLIENT)
    });
    let fixes: Vec<&playground::Fix> = session.diagnostics().iter().flat_map(|it| &it.fixes).collect();
    let fix = fixes
        .iter()
        .find(|it| it.label == "Let all pods of default in")
        .unwrap();
    let mut mended = text;
    mended.replace_range(fix.range.clone(), &fix.replacement);
    let mut session = Session::new(Scenario {
        text: mended,
        ..scenario(&[], CLIENT)
    });
    let (output, _) = session.perform(
        Micros::from_seconds(20),
        "kubectl exec client -- curl -sS -m 3 web:8080",
    );
    assert!(output.stdout.contains("Welcome to nginx"), "{output:?}");
}
