//! What somebody who edits, clicks and shares can notice.
#![allow(clippy::unwrap_used, missing_docs)]

use playground::dataplane::Host;
use playground::{
    Act, Cause, Client, FlowSpec, Micros, ObjectKey, Outcome, Proxy, Scenario, Session, TextStatus, TimedAct, Traffic,
    View, dns, share,
};
use std::collections::BTreeSet;

const SEED: &str = include_str!("../../../web/scenarios/three-tiers.yaml");

fn session() -> Session {
    session_of(SEED)
}

fn session_of(text: &str) -> Session {
    Session::new(Scenario {
        text: text.to_owned(),
        seed: 7,
        ..Scenario::default()
    })
}

fn second(seconds: u64) -> Micros {
    Micros::from_seconds(seconds)
}

/// The addresses of the endpoints of `back-end` that are ready.
fn endpoints(session: &Session, at: Micros) -> Vec<String> {
    let key = ObjectKey::new("default", "back-end");
    let world = session.world(at);
    let port = &world.service(&key).unwrap().ports[0];
    port.endpoints
        .iter()
        .filter(|endpoint| endpoint.ready)
        .map(|endpoint| endpoint.ip.to_string())
        .collect()
}

fn delete(pod: &str) -> Act {
    Act::Kubectl(format!("kubectl delete pod {pod}"))
}

fn unready(pod: &str) -> Act {
    Act::Ready {
        namespace: "default".into(),
        pod: pod.into(),
        ready: false,
    }
}

#[test]
fn the_article_opens_with_all_its_pods_answering() {
    let mut session = session();
    assert_eq!(session.text_status(), TextStatus::Applied { objects: 12 });
    session.run(second(10));
    assert_eq!(
        endpoints(&session, Micros::ZERO),
        ["10.244.0.5", "10.244.0.6", "10.244.0.7"]
    );
    let requests = session.requests(second(10));
    assert_eq!(requests.len(), 53);
    assert!(requests.iter().all(|request| request.outcome == Outcome::Answered));
}

#[test]
fn nobody_asks_before_somebody_can_be_asked() {
    let mut session = session_of("");
    session.run(second(10));
    assert!(session.requests(second(10)).is_empty());
}

#[test]
fn a_deleted_pod_leaves_the_endpoints_from_that_moment_on() {
    let mut session = session();
    session.act(second(5), delete("back-end-2"));
    assert_eq!(endpoints(&session, second(4)).len(), 3);
    assert_eq!(endpoints(&session, second(5)), ["10.244.0.5", "10.244.0.7"]);
}

#[test]
fn a_pod_that_is_not_ready_gets_no_new_requests() {
    let mut session = session();
    session.act(second(5), unready("back-end-1"));
    session.run(second(60));
    let pods = session
        .requests(second(60))
        .iter()
        .filter(|request| request.sent > second(5));
    assert!(
        pods.filter_map(|request| request.backend.clone()?.pod)
            .all(|pod| *pod.name != *"back-end-1")
    );
}

#[test]
fn an_act_can_be_taken_back() {
    let mut session = session();
    session.act(second(5), unready("back-end-1"));
    session.act(second(6), delete("back-end-2"));
    assert_eq!(session.undo().map(|act| act.act), Some(delete("back-end-2")));
    assert_eq!(endpoints(&session, second(7)), ["10.244.0.6", "10.244.0.7"]);
}

#[test]
fn an_act_in_the_past_keeps_what_came_later() {
    let mut session = session();
    session.act(second(6), delete("back-end-2"));
    session.act(second(3), unready("back-end-1"));
    assert_eq!(endpoints(&session, second(4)), ["10.244.0.6", "10.244.0.7"]);
    assert_eq!(endpoints(&session, second(7)), ["10.244.0.7"]);
}

#[test]
fn an_edit_holds_from_its_moment_on_and_acts_stay_done() {
    let mut session = session();
    session.act(second(2), delete("back-end-2"));
    session.run(second(20));
    let before: Vec<_> = session.requests(second(20)).to_vec();
    session.set_text(second(10), SEED.replace("type: back-end\n---", "type: back\n---"));
    assert!(endpoints(&session, second(10)).is_empty());
    assert_eq!(endpoints(&session, second(9)).len(), 2);
    session.run(second(20));
    let after = session.requests(second(20));
    assert!(
        before
            .iter()
            .zip(after)
            .filter(|(old, _)| old.done < second(10))
            .all(|(old, new)| old == new)
    );
    assert!(
        after
            .iter()
            .any(|request| request.outcome == Outcome::RefusedNoEndpoints)
    );
}

#[test]
fn a_text_with_errors_leaves_the_last_good_cluster_and_is_not_lost() {
    let mut session = session();
    let broken = SEED.replacen("kind: Service", "kind: Service\n\tbad", 1);
    session.set_text(second(3), broken.clone());
    assert_eq!(session.text_status(), TextStatus::LastGood { errors: 1 });
    assert_eq!(session.text(), broken);
    assert_eq!(endpoints(&session, second(4)).len(), 3);
    session.set_text(second(5), SEED.to_owned());
    assert_eq!(session.text_status(), TextStatus::Applied { objects: 12 });
}

#[test]
fn a_text_with_errors_opens_with_what_could_be_created_and_what_was_done_to_it() {
    let broken = SEED.replacen("kind: Service", "kind: Service\n\tbad", 1);
    let act = TimedAct {
        at: 5_000_000,
        act: delete("back-end-2"),
    };
    let opened = Scenario {
        text: broken.clone(),
        seed: 7,
        acts: vec![act.clone()],
        ..Scenario::default()
    };
    let link = share::encode(&opened);
    let mut session = Session::new(share::decode(&link).unwrap());
    assert_eq!(session.text_status(), TextStatus::Partial { objects: 11, errors: 1 });
    assert_eq!(session.text(), broken);
    assert_eq!(session.acts(), [act]);
    assert!(session.said().all(|said| said.exit == 0));
    let pods = |at| session.kubectl(at, "kubectl get pods -o name").stdout;
    assert!(pods(second(4)).contains("pod/back-end-2"));
    assert!(!pods(second(6)).contains("pod/back-end-2"));
    session.set_text(second(6), SEED.to_owned());
    assert_eq!(session.text_status(), TextStatus::Applied { objects: 12 });
}

#[test]
fn chosen_traffic_replaces_what_is_made_up() {
    let mut session = session();
    let flow = FlowSpec {
        from: "pod/default/redis-1".into(),
        to: "default/back-end".into(),
        port: 80,
        millihertz: 2_000,
        ..FlowSpec::default()
    };
    session.set_traffic(Micros::ZERO, Traffic::Chosen(vec![flow]));
    session.run(second(30));
    let requests = session.requests(second(30));
    assert!((50..=60).contains(&requests.len()), "{}", requests.len());
    assert!(
        requests
            .iter()
            .all(|request| request.client == playground::Client::Pod(ObjectKey::new("default", "redis-1")))
    );
}

#[test]
fn a_link_gives_the_same_requests_again() {
    let mut session = session();
    session.act(second(3), unready("back-end-1"));
    session.run(second(20));
    let view = View {
        at: 12_480_000,
        paused: true,
        ..View::default()
    };
    let mut again = Session::new(share::decode(&share::encode(&session.scenario(view))).unwrap());
    again.run(second(20));
    assert_eq!(session.requests(second(20)), again.requests(second(20)));
    assert_eq!(
        again.acts(),
        [TimedAct {
            at: 3_000_000,
            act: unready("back-end-1")
        }]
    );
}

#[test]
fn another_seed_draws_other_pods() {
    let mut session = session();
    session.run(second(20));
    let before = session.requests(second(20)).to_vec();
    session.set_seed(8);
    session.run(second(20));
    assert_ne!(before, session.requests(second(20)).to_vec());
    assert_eq!(session.seed(), 8);
}

#[test]
fn what_is_not_simulated_is_said_and_only_where_it_occurs() {
    assert!(session().caveats(Micros::ZERO).is_empty());
    let pending = SEED.replace("type: NodePort", "type: LoadBalancer");
    let session = session_of(&pending);
    let said = session.caveats(Micros::ZERO);
    assert_eq!(
        said,
        [
            "myapp-service: no load balancer gives it an address here, as minikube tunnel would; until its status has one the laptop asks at the node port"
        ]
    );
}

#[test]
fn a_policy_that_keeps_traffic_on_the_node_is_obeyed_in_either_mode() {
    for proxy in [Proxy::Iptables, Proxy::Nftables] {
        let local = SEED.replace("type: NodePort", "type: NodePort\n  externalTrafficPolicy: Local");
        let mut session = Session::new(Scenario {
            text: local,
            nodes: 2,
            proxy,
            ..Scenario::default()
        });
        let asks = |node: &str| FlowSpec {
            from: "outside".into(),
            to: "default/myapp-service".into(),
            port: 80,
            millihertz: 10_000,
            at: Some(format!("node/{node}")),
            ..FlowSpec::default()
        };
        session.set_traffic(Micros::ZERO, Traffic::Chosen(vec![asks("node-1"), asks("node-2")]));
        session.run(second(20));
        let requests = session.requests(second(20));
        assert!(requests.len() > 300);
        for request in requests {
            let Some(pod) = request.backend.as_ref().and_then(|backend| backend.pod.as_ref()) else {
                continue;
            };
            let node = session.world(second(1)).pod(pod).unwrap().node.clone().unwrap();
            assert_eq!(request.route.places.len(), 3, "laptop, node, pod");
            assert_eq!(request.route.places[1], Host::Node(node));
            assert_eq!(request.route.source.unwrap().to_string(), "192.168.49.1");
        }
    }
}

#[test]
fn a_command_that_changes_anything_is_kept_and_one_that_reads_is_not() {
    let mut session = session();
    session.perform(second(1), "kubectl get pods");
    assert!(session.acts().is_empty());
    session.perform(second(1), "kubectl annotate service back-end team=shop");
    session.perform(second(2), "kubectl delete pod back-end-1");
    assert_eq!(session.acts().len(), 2);
    assert!(
        session
            .kubectl(second(3), "kubectl describe service back-end")
            .stdout
            .contains("team: shop")
    );
}

#[test]
fn the_editor_is_a_file_of_the_terminal() {
    let mut session = Session::new(Scenario {
        text: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports: [{ port: 80 }]\n".to_owned(),
        ..Scenario::default()
    });
    let again = session.perform(Micros::ZERO, "kubectl create -f services.yaml").0;
    let words =
        "Error from server (AlreadyExists): error when creating \"services.yaml\": services \"web\" already exists\n";
    assert_eq!(again.stderr, words);
    assert!(session.acts().is_empty());
    session.perform(Micros::ZERO, "kubectl delete -f services.yaml");
    assert_eq!(session.acts().len(), 1);
    assert_eq!(session.services(Micros::ZERO).len(), 1);
}

#[test]
fn a_client_s_names_are_looked_up_in_the_cluster_of_the_moment() {
    let mut session = session();
    let front = Client::Pod(ObjectKey::new("default", "front-end-1"));
    let outcome = |session: &Session, at: u64, client: &Client| {
        session
            .resolve(second(at), client, "back-end")
            .map(|found| found.result)
    };
    session.act(second(5), Act::Kubectl("kubectl delete svc back-end".into()));
    assert_eq!(outcome(&session, 4, &front), Some(dns::NameResult::Found));
    assert_eq!(outcome(&session, 6, &front), Some(dns::NameResult::NoSuchName));
    assert_eq!(
        outcome(&session, 4, &Client::Outside),
        Some(dns::NameResult::NoSuchName)
    );
    let tries = session.resolve(second(6), &front, "back-end").unwrap().tries;
    assert_eq!(tries.len(), 4);
}

fn send(count: u32) -> Act {
    Act::Send {
        from: "pod/default/redis-1".into(),
        to: "default/back-end".into(),
        port: 80,
        count,
        host: None,
        path: None,
    }
}

#[test]
fn requests_sent_by_hand_join_the_others_change_none_of_them_and_can_be_taken_back() {
    let by_hand = |request: &playground::Request| matches!(&request.client, playground::Client::Pod(key) if *key.name == *"redis-1");
    let mut session = session();
    session.run(second(10));
    let sent = |session: &Session| -> Vec<Micros> {
        let others = session.requests(second(10)).iter().filter(|request| !by_hand(request));
        others.map(|request| request.sent).collect()
    };
    let before = sent(&session);
    session.act(second(4), send(30));
    session.run(second(10));
    let burst: Vec<Micros> = session
        .requests(second(10))
        .iter()
        .filter(|request| by_hand(request))
        .map(|request| request.sent)
        .collect();
    assert_eq!(burst.len(), 30);
    assert!(burst.iter().all(|sent| second(4) <= *sent && *sent < second(5)));
    assert_eq!(sent(&session), before);
    assert_eq!(session.changes().count(), 1, "nothing in the cluster changed");
    session.undo();
    session.run(second(10));
    assert!(!session.requests(second(10)).iter().any(by_hand));
    assert_eq!(sent(&session), before);
}

#[test]
fn a_link_carries_what_was_sent_by_hand() {
    let mut session = session();
    session.act(second(4), send(5));
    session.run(second(10));
    let link = share::encode(&session.scenario(View::default()));
    let mut again = Session::new(share::decode(&link).unwrap());
    again.run(second(10));
    assert_eq!(session.requests(second(10)), again.requests(second(10)));
}

#[test]
fn the_workload_of_a_pod_is_what_a_command_can_scale() {
    let text = include_str!("../../../web/scenarios/deployment.yaml");
    let mut session = session_of(text);
    let pods = &session.world(Micros::ZERO).pods;
    let pod = pods
        .iter()
        .find(|pod| pod.key.name.starts_with("hello-"))
        .unwrap()
        .key
        .clone();
    let workload = session.workload(Micros::ZERO, &pod).unwrap();
    assert_eq!((workload.word(), workload.replicas), ("deployment", Some(3)));
    session.perform(second(1), &workload.scale(5));
    let pods = &session.world(second(1)).pods;
    assert_eq!(pods.iter().filter(|pod| pod.key.name.starts_with("hello-")).count(), 5);
    assert_eq!(
        session.workload(second(1), &pod).map(|workload| workload.replicas),
        Some(Some(5))
    );
    let alone = self::session();
    assert_eq!(
        alone.workload(Micros::ZERO, &alone.world(Micros::ZERO).pods[0].key),
        None
    );
}

#[test]
fn a_cluster_can_have_more_nodes() {
    let mut session = session();
    session.set_nodes(3);
    assert_eq!(session.world(Micros::ZERO).nodes.len(), 3);
    let nodes: std::collections::BTreeSet<_> = session
        .world(Micros::ZERO)
        .pods
        .iter()
        .map(|pod| pod.node.clone())
        .collect();
    assert_eq!(nodes.len(), 3);
}

#[test]
fn a_pod_tells_of_the_requests_that_reached_it() {
    let mut session = Session::new(Scenario {
        text: include_str!("../../../web/scenarios/three-tiers.yaml").to_owned(),
        ..Scenario::default()
    });
    let at = Micros::from_seconds(10);
    session.run(at);
    let lines = session.perform(at, "kubectl logs back-end-1").0.stdout;
    assert!(
        lines.starts_with("/docker-entrypoint.sh: ") && lines.contains("+0000] \"GET / HTTP/1.1\" 200 615 "),
        "{lines}"
    );
    let followed = session.perform(at, "kubectl logs -f back-end-1").0;
    assert_eq!(
        (followed.stdout.as_str(), followed.waits_until),
        (lines.as_str(), Some(i64::MAX))
    );
    let begun = session.perform(Micros::ZERO, "kubectl logs back-end-1").0.stdout;
    assert!(begun.ends_with("start worker processes\n"), "{begun}");
}

#[test]
fn a_scenario_names_the_mode_for_the_stage_and_for_programs_in_pods() {
    // Unlike nginx, this image says which pod answers.
    let scenario = Scenario {
        text: SEED.replace("image: nginx", "image: traefik/whoami"),
        ..Scenario::from_yaml("proxy: ipvs-sh\n").unwrap()
    };
    let mut session = Session::new(scenario);
    assert!(session.caveats(second(0))[0].starts_with("mode ipvs, scheduler sh: modelled"));
    let command = "kubectl exec front-end-1 -- curl -s back-end";
    let answers: Vec<String> = (0..5).map(|_| session.perform(second(1), command).0.stdout).collect();
    assert!(answers[0].starts_with("Hostname: back-end-"), "{answers:?}");
    let pods: BTreeSet<_> = answers.iter().map(|answer| answer.lines().next()).collect();
    assert_eq!(pods.len(), 1, "{answers:?}");
    let words = |proxy| {
        share::decode(&share::encode(&Scenario {
            proxy,
            ..Scenario::default()
        }))
        .unwrap()
        .proxy
    };
    for proxy in [Proxy::Ipvs, Proxy::IpvsLeastConnection, Proxy::IpvsSourceHash] {
        assert_eq!(words(proxy), proxy);
    }
}

#[test]
fn an_external_name_leads_where_the_names_say() {
    let named = |name: &str, to: &str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{ name: {name} }}\nspec: {{ type: ExternalName, externalName: {to} }}\n---\n"
        )
    };
    let text = named("db", "db.example.com")
        + &named("nowhere", "nobody.example.org")
        + &named("alias", "back-end.default.svc.cluster.local")
        + SEED;
    let mut session = session_of(&text);
    let flow = |to: &str| FlowSpec {
        from: "pod/default/front-end-1".into(),
        to: format!("default/{to}"),
        port: 80,
        millihertz: 1_000,
        ..FlowSpec::default()
    };
    session.set_traffic(second(0), Traffic::Chosen(["db", "nowhere", "alias"].map(flow).into()));
    session.run(second(10));
    let of = |name: &str| {
        let requests = session.requests(second(10)).iter();
        requests
            .filter(|request| *request.target.service.name == *name)
            .cloned()
            .collect::<Vec<_>>()
    };
    for request in of("db") {
        assert_eq!(request.outcome, Outcome::Answered);
        assert_eq!(request.dialled.unwrap().0.to_string(), "198.51.100.7");
        assert_eq!(request.route.places.last(), Some(&Host::Outside));
    }
    assert!(
        of("nowhere")
            .iter()
            .all(|request| request.outcome == Outcome::NameNotFound)
    );
    for request in of("alias") {
        assert_eq!(request.outcome, Outcome::Answered);
        assert_eq!(request.dialled.unwrap().0.to_string(), "10.111.52.100");
        assert!(request.backend.unwrap().pod.unwrap().name.starts_with("back-end-"));
    }
    assert!(["db", "nowhere", "alias"].iter().all(|name| of(name).len() > 5));
    let caveats = session.caveats(second(0)).join("\n");
    assert!(
        caveats.contains("nowhere: of the names outside the cluster only db.example.com"),
        "{caveats}"
    );
    let (said, _) = session.perform(second(1), "kubectl exec front-end-1 -- curl -s db");
    assert_eq!(said.stdout, "a machine outside the cluster answers\n");
}

#[test]
fn what_happens_by_itself_happens_on_the_stage() {
    use Cause::{Act, Text, Time};

    let mut session = Session::new(Scenario {
        text: SEED.to_owned(),
        ..Scenario::default()
    });
    session.perform(second(1), "kubectl create ns x");
    session.perform(second(2), "kubectl run a --image=nginx -n x");
    session.perform(second(3), "kubectl delete ns x --wait=false");
    let pods = |session: &Session, at| {
        session
            .world(at)
            .pods
            .iter()
            .filter(|pod| &*pod.key.namespace == "x")
            .count()
    };
    assert_eq!((pods(&session, second(8)), pods(&session, second(9))), (1, 0));
    let asked = |session: &mut Session, at| session.perform(second(at), "kubectl get ns x -o name").0.stdout;
    assert_eq!(asked(&mut session, 12), "namespace/x\n");
    assert_eq!(asked(&mut session, 13), "");

    let causes = |session: &Session| -> Vec<(u64, Cause)> {
        { session.changes() }
            .map(|at| (at.seconds(), session.cause(at)))
            .collect()
    };
    assert_eq!(causes(&session), [(1, Act), (2, Act), (3, Act), (8, Time), (9, Time)]);
    session.set_text(second(20), SEED.to_owned());
    assert_eq!(
        causes(&session),
        [(1, Act), (2, Act), (3, Act), (8, Time), (9, Time), (20, Text)],
        "what happened before an edit does not happen after it"
    );
    assert_eq!(pods(&session, second(20)), 0);
    session.undo();
    assert_eq!(session.cause(second(3)), Cause::Undo);
}

#[test]
fn the_revision_counts_up_with_each_change_and_never_goes_back() {
    let mut session = session();
    let mut last = session.revision();
    let changes: [&dyn Fn(&mut Session); 6] = [
        &|session| session.set_text(second(1), SEED.replace("port: 80", "port: 81")),
        &|session| assert!(session.act(second(2), unready("back-end-1"))),
        &|session| session.set_seed(9),
        &|session| session.set_nodes(3),
        &|session| session.set_proxy(Proxy::Nftables),
        &|session| session.set_traffic(second(3), Traffic::Chosen(Vec::new())),
    ];
    for change in changes {
        change(&mut session);
        assert!(session.revision() > last, "{} after {last}", session.revision());
        last = session.revision();
    }
}

#[test]
fn an_edit_that_the_network_does_not_see_leaves_its_world_as_it_is() {
    let mut session = session();
    let before = session.world(second(1)).clone();
    let settings = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n";
    session.set_text(second(1), format!("{SEED}\n{settings}"));
    let found = session
        .kubectl(second(2), "kubectl get configmap settings -o name")
        .stdout;
    assert_eq!(found, "configmap/settings\n");
    assert!(std::rc::Rc::ptr_eq(&before, session.world(second(2))));
    session.set_text(second(2), SEED.replacen("port: 80", "port: 81", 1));
    assert!(!std::rc::Rc::ptr_eq(&before, session.world(second(2))));
}
