//! What exceeds a limit is reported in a sentence, costs no more than the limit, and leaves the text as it is.
#![allow(clippy::unwrap_used, missing_docs)]

use playground::{
    Act, Diagnostic, FlowSpec, Micros, Proxy, Scenario, Session, Severity, TextStatus, TimedAct, Traffic, View, limits,
    share,
};
use std::fmt::Write as _;

fn deployment(name: &str, replicas: u64) -> String {
    workload("Deployment", name, replicas)
}

fn workload(kind: &str, name: &str, replicas: u64) -> String {
    format!(
        "apiVersion: apps/v1\nkind: {kind}\nmetadata:\n  name: {name}\nspec:\n  replicas: {replicas}\n  selector:\n    matchLabels:\n      app: {name}\n  template:\n    metadata:\n      labels:\n        app: {name}\n    spec:\n      containers:\n        - name: web\n          image: nginx\n---\n"
    )
}

fn session(text: &str) -> Session {
    Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    })
}

fn pods(session: &Session) -> usize {
    let all = &session.world(Micros::ZERO).pods;
    all.iter().filter(|pod| !pod.terminating).count()
}

fn only(session: &Session) -> &Diagnostic {
    let [diagnostic] = session.diagnostics() else {
        panic!("one diagnostic, not {:?}", session.diagnostics());
    };
    diagnostic
}

fn marked<'a>(session: &'a Session, diagnostic: &Diagnostic) -> &'a str {
    session.text().get(diagnostic.range.clone()).unwrap()
}

#[test]
fn many_replicas_are_stored_as_written_and_made_up_to_the_limit() {
    for (replicas, message) in [
        (
            30_000,
            "30,000 pods: the playground runs up to 2,000 of a workload; 28,000 of these are not made",
        ),
        (
            2_147_483_647,
            "2,147,483,647 pods: the playground runs up to 2,000 of a workload; 2,147,481,647 of these are not made",
        ),
    ] {
        let session = session(&deployment("web", replicas));
        assert_eq!(session.text_status(), TextStatus::Applied { objects: 1 });
        assert_eq!(pods(&session), limits::REPLICA_SET_PODS);
        let advice = only(&session);
        assert_eq!((advice.severity, advice.message.as_str()), (Severity::Advice, message));
        assert_eq!(marked(&session, advice), format!("replicas: {replicas}"));
        assert_eq!(session.caveats(Micros::ZERO), [format!("web: {message}")]);
        let row = session
            .kubectl(Micros::ZERO, "kubectl get deployment web --no-headers")
            .stdout;
        assert!(row.starts_with(&format!("web   110/{replicas} ")), "{row}");
    }
}

#[test]
fn deployments_share_the_limit() {
    let text: String = (0..100)
        .map(|number| deployment(&format!("web-{number}"), 1_000))
        .collect();
    let session = session(&text);
    assert_eq!(pods(&session), limits::PODS);
    assert_eq!(session.diagnostics().len(), 90);
    assert_eq!(
        session.diagnostics()[0].message,
        "1,000 pods: the playground runs up to 10,000; 1,000 of these are not made"
    );
}

#[test]
fn a_stateful_set_has_a_limit_of_its_own() {
    let session = session(&workload("StatefulSet", "db", 1_000_000).replace(
        "spec:\n  replicas",
        "spec:\n  podManagementPolicy: Parallel\n  replicas",
    ));
    assert_eq!(pods(&session), limits::STATEFUL_SET_PODS);
    assert_eq!(
        only(&session).message,
        "1,000,000 pods: the playground runs up to 500 of a stateful set; 999,500 of these are not made"
    );
}

#[test]
fn commands_that_ask_for_too_many_pods_say_so_once() {
    let mut session = session(&deployment("web", 1));
    let (output, act) = session.perform(Micros::ZERO, "kubectl scale deployment web --replicas=1000000");
    assert_eq!(output.stdout, "deployment.apps/web scaled\n");
    let note = "1,000,000 pods: the playground runs up to 2,000 of a workload; 998,000 of these are not made\n";
    assert_eq!(output.stderr, format!("note: web: {note}"));
    assert!(act.is_some());
    assert_eq!(pods(&session), limits::REPLICA_SET_PODS);
    let (output, _) = session.perform(
        Micros::ZERO,
        "kubectl create deployment x --image=nginx --replicas=1000000",
    );
    assert_eq!(output.stderr, format!("note: x: {note}"));
    let (output, _) = session.perform(Micros::ZERO, "kubectl scale deployment web --replicas=2");
    assert_eq!(output.stderr, "");
    assert_eq!(pods(&session), limits::REPLICA_SET_PODS + 2);
}

#[test]
fn a_text_of_too_many_documents_changes_nothing() {
    let mut session = session(&deployment("web", 2));
    let many = "---\na: 1\n".repeat(10_000);
    session.set_text(Micros::ZERO, many.clone());
    assert_eq!(session.text(), many);
    assert_eq!(session.text_status(), TextStatus::LastGood { errors: 1 });
    assert_eq!(pods(&session), 2);
    let error = only(&session);
    assert_eq!(
        error.message,
        "10,000 documents: the playground reads up to 5,000, so nothing was changed"
    );
    assert_eq!((error.document, marked(&session, error)), (limits::DOCUMENTS, "a: 1"));
    assert_eq!(
        error.range.start,
        limits::DOCUMENTS * "---\na: 1\n".len() + "---\n".len()
    );
}

#[test]
fn items_of_a_list_count_as_documents() {
    let mut text = "apiVersion: v1\nkind: List\nitems:\n".to_owned();
    for number in 0..15_000 {
        let _ = writeln!(text, "- {{apiVersion: v1, kind: Pod, metadata: {{name: p{number}}}}}");
    }
    let session = session(&text);
    assert_eq!(pods(&session), 0);
    assert_eq!(
        only(&session).message,
        "15,000 documents: the playground reads up to 5,000, so nothing was changed"
    );
}

#[test]
fn separators_alone_are_no_documents() {
    let session = session(&"---\n".repeat(249_000));
    assert_eq!(session.text_status(), TextStatus::Applied { objects: 0 });
    assert_eq!(session.diagnostics(), []);
}

#[test]
fn of_many_errors_the_first_are_listed_and_all_are_counted() {
    let session = session(&"---\na: 1\n".repeat(limits::DOCUMENTS));
    let errors = session.diagnostics().iter().filter(|it| it.severity.is_error()).count();
    assert_eq!(errors, limits::DIAGNOSTICS);
    assert_eq!(
        session.text_status(),
        TextStatus::Partial {
            objects: 0,
            errors: limits::DOCUMENTS
        }
    );
    let last = session.diagnostics().last().unwrap();
    assert_eq!(last.message, "4,000 more from here on: the playground lists 1,000");
}

/// The session of a link that carries this scenario.
fn opened(scenario: &Scenario) -> Session {
    Session::new(share::decode(&share::encode(scenario)).unwrap())
}

#[test]
fn a_link_with_too_many_nodes_opens_with_as_many_as_there_may_be() {
    for nodes in [100_000, 1_000_000_000, 4_294_967_295] {
        let session = opened(&Scenario {
            nodes,
            ..Scenario::default()
        });
        assert_eq!(session.nodes(), limits::NODES);
        assert_eq!(session.notices().len(), 1);
        assert!(
            session.notices()[0].ends_with(" nodes: the playground runs up to 100"),
            "{:?}",
            session.notices()
        );
    }
}

#[test]
fn a_link_to_a_moment_too_late_opens_at_the_latest() {
    for at in [1_000_000_000_000_000, u64::MAX] {
        for paused in [false, true] {
            let view = View {
                at,
                paused,
                ..View::default()
            };
            let session = opened(&Scenario {
                view,
                ..Scenario::default()
            });
            assert_eq!(session.opening(), Micros::from_seconds(limits::PLAYHEAD_HOURS * 3_600));
            assert!(
                session.notices()[0].starts_with("opened at hour 1,000, "),
                "{:?}",
                session.notices()
            );
        }
    }
}

#[test]
fn a_link_plays_a_limited_number_of_requests_before_it_opens() {
    let fast = FlowSpec {
        from: "outside".into(),
        to: "default/web".into(),
        port: 80,
        millihertz: 1_000_000,
        ..FlowSpec::default()
    };
    let session = opened(&Scenario {
        traffic: Traffic::Chosen(vec![fast; 100]),
        view: View {
            at: 3_600_000_000,
            ..View::default()
        },
        ..Scenario::default()
    });
    assert_eq!(session.opening(), Micros::from_seconds(20));
    assert_eq!(
        session.notices(),
        ["opened at second 20 instead of 3,600: the playground plays up to 2,000,000 requests before it opens"]
    );
}

#[test]
fn acts_and_flows_over_their_limits_are_cut_with_a_word() {
    let unready = |at: u64| TimedAct {
        at,
        act: Act::Ready {
            namespace: "default".into(),
            pod: "p".into(),
            ready: false,
        },
    };
    let mut acts: Vec<_> = (0..20_000).map(unready).collect();
    acts.push(unready(u64::MAX));
    let send = Act::Send {
        from: "outside".into(),
        to: "default/web".into(),
        port: 80,
        count: u32::MAX,
        host: None,
        path: None,
    };
    acts.insert(0, TimedAct { at: 0, act: send });
    let flow = FlowSpec {
        millihertz: u32::MAX,
        ..FlowSpec::default()
    };
    let session = opened(&Scenario {
        acts,
        traffic: Traffic::Chosen(vec![flow; 300]),
        ..Scenario::default()
    });
    assert_eq!(session.acts().len(), limits::ACTS);
    assert_eq!(session.sending().len(), limits::FLOWS);
    assert_eq!(
        session.notices(),
        [
            "1 change made by hand after hour 1,000: left out",
            "20,001 changes made by hand: the playground keeps up to 1,000; the first 1,000 are kept",
            "4,294,967,295 requests sent by hand: the playground sends up to 1,000 at once",
            "300 flows of requests: the playground plays up to 200; the first 200 are kept",
            "4,294,967 requests a second: a flow sends up to 1,000",
        ]
    );
}

#[test]
fn what_keeps_to_the_limits_is_taken_without_a_word() {
    let scenario = Scenario {
        text: deployment("web", 3),
        nodes: limits::NODES,
        proxy: Proxy::Nftables,
        view: View {
            at: 3_600_000_000,
            ..View::default()
        },
        ..Scenario::default()
    };
    let session = opened(&scenario);
    assert_eq!(session.notices(), [""; 0]);
    assert_eq!(session.opening(), Micros(scenario.view.at));
}

#[test]
fn a_word_that_nobody_knows_is_named() {
    let scenario = Scenario::from_yaml("proxy: ebpf\n");
    assert!(scenario.is_err_and(|error| error.contains("unknown variant `ebpf`")));
}

/// A text that is refused as a whole, and why.
fn refused(text: &str) -> String {
    let session = session(text);
    assert_eq!(pods(&session), 0);
    only(&session).message.clone()
}

#[test]
fn values_of_a_text_have_an_end() {
    let settings =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n".to_owned() + &"? a\n".repeat(240_000);
    assert_eq!(
        refused(&settings),
        "480,011 values: the playground reads up to 400,000, so nothing was changed"
    );
}

#[test]
fn aliases_stand_for_a_limited_number_of_values() {
    let mut text = format!("a: &a [{}]\n", "x,".repeat(1_000));
    for number in 0..200 {
        let _ = writeln!(text, "b{number}: *a");
    }
    assert!(
        refused(&text).contains("aliases stand for more than 100000 values, the most the playground reads"),
        "{}",
        refused(&text)
    );
}

fn service(name: &str, app: &str, ports: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec:\n  selector: {{app: {app}}}\n  ports: [{ports}]\n"
    )
}

#[test]
fn services_and_their_ports_have_an_end() {
    let services: String = (0..2_001)
        .map(|number| service(&format!("web-{number}"), "web", "{port: 80}"))
        .collect();
    assert_eq!(
        refused(&services),
        "2,001 Services: the playground reads up to 2,000, so nothing was changed"
    );
    let ports: Vec<String> = (1..=5_001)
        .map(|port| format!("{{name: p{port}, port: {port}}}"))
        .collect();
    let ports = ports.join(", ");
    assert_eq!(
        refused(&service("web", "web", &ports)),
        "5,001 ports of Services: the playground reads up to 5,000, so nothing was changed"
    );
}

#[test]
fn services_list_a_limited_number_of_endpoints_in_all() {
    let services: String = (0..60)
        .map(|number| service(&format!("web-{number}"), "web", "{port: 80}"))
        .collect();
    let session = Session::new(Scenario {
        text: services + &deployment("web", 1_000),
        nodes: 10,
        ..Scenario::default()
    });
    let world = session.world(Micros::ZERO);
    let listed = world.services.iter().flat_map(|service| &service.ports);
    let listed: usize = listed.map(|port| port.endpoints.len()).sum();
    assert!((49_000..=limits::ENDPOINTS + 1).contains(&listed), "{listed}");
    let caveats = session.caveats(Micros::ZERO);
    let lacking = caveats
        .iter()
        .filter(|it| it.ends_with("of its pods are not among them"));
    assert_eq!(lacking.count(), 3, "{caveats:?}");
    let others = caveats.last().unwrap();
    let others = others.strip_suffix(" more Services lack endpoints for the same reason");
    let others: usize = others.unwrap().parse().unwrap();
    assert!((6..=8).contains(&others), "{caveats:?}");
}

#[test]
fn what_happens_by_itself_is_looked_at_ever_less_often() {
    let job = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: tick}\nspec:\n  schedule: '* * * * *'\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          restartPolicy: Never\n          containers: [{name: a, image: busybox, command: [sleep, '5']}]\n";
    let mut session = session(job);
    let late = Micros::from_seconds(limits::PLAYHEAD_HOURS * 3_600);
    assert!(session.caveats(Micros::ZERO).is_empty());
    let (output, act) = session.perform(late, "kubectl scale deployment none --replicas=1");
    assert!(act.is_none() && !output.stderr.is_empty());
    session.run(late);
    assert_eq!(
        session.caveats(late),
        [
            "much has happened here by itself: from now on programs, jobs and probes are looked at once every 10 hours, and what lies between is left out"
        ]
    );
    assert!(
        session
            .kubectl(late, "kubectl get jobs --no-headers")
            .stdout
            .lines()
            .count()
            >= 3
    );
}
