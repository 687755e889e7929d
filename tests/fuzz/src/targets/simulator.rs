//! A session with arbitrary acts, flows and edits.
//!
//! No request is lost or doubled, endpoints are the selector's, no address is given twice, time never goes back, the size of the
//! steps changes nothing, and what is remembered is what would be computed anew.

use crate::mutate::Random;
use crate::{Choices, generate};
use network::{ObjectKey, Pod, PodStage, Request, Service, World};
use playground::{Act, FlowSpec, Micros, Proxy, Scenario, Session, TextStatus, TimedAct, Traffic, View, share};
use std::collections::{BTreeMap, BTreeSet};

/// How long a session is played.
const SPAN: u64 = 6_000_000;

fn act(choices: &mut Choices<'_>) -> Act {
    match choices.below(4) {
        0 => Act::Ready {
            namespace: "default".to_owned(),
            pod: format!("p{}", choices.below(9)),
            ready: choices.one_in(2),
        },
        1 => Act::Send {
            from: choices.of(&["outside", "node/node-1"]).to_owned(),
            to: format!("default/s{}", choices.below(8)),
            port: choices.of(&[80, 443, 8080]),
            count: 1 + u32::from(choices.byte() % 40),
            host: None,
            path: None,
        },
        _ => Act::Kubectl(generate::line(choices)),
    }
}

fn flow(choices: &mut Choices<'_>) -> FlowSpec {
    let from = match choices.below(3) {
        0 => "outside".to_owned(),
        1 => "node/node-1".to_owned(),
        _ => format!("pod/default/p{}", choices.below(9)),
    };
    FlowSpec {
        from,
        to: format!("default/s{}", choices.below(8)),
        port: choices.of(&[80, 443, 8080]),
        millihertz: 1_000 + 100 * u32::from(choices.byte()),
        keep_alive: choices.one_in(3),
        ..FlowSpec::default()
    }
}

fn scenario(choices: &mut Choices<'_>) -> Scenario {
    let (nodes, proxy) = (1 + choices.below(3), choices.of(&Proxy::ALL));
    let mut documents = generate::documents(choices, false, false);
    documents.extend(
        generate::documents(choices, false, false)
            .into_iter()
            .skip(1)
            .map(|it| it.replace("name: s", "name: t")),
    );
    let flows = (0..choices.below(4)).map(|_| flow(choices)).collect();
    let mut acts: Vec<TimedAct> = (0..choices.below(8))
        .map(|_| TimedAct {
            at: u64::from(choices.byte()) * 20_000,
            act: act(choices),
        })
        .collect();
    acts.sort_by_key(|it| it.at);
    Scenario {
        text: documents.join("---\n"),
        seed: 7,
        nodes,
        proxy,
        traffic: Traffic::Chosen(flows),
        acts,
        ..Scenario::default()
    }
}

pub fn run(input: &[u8]) {
    let scenario = scenario(&mut Choices::new(input));
    let mut session = Session::new(scenario.clone());
    let mut stepped = session.clone();
    session.run(Micros(SPAN));
    let mut at = 0;
    for step in [1, 700_000, 1_234_567, 20_000, 3_000_000, SPAN] {
        at = (at + step).min(SPAN);
        stepped.run(Micros(at));
    }
    let requests = session.requests(Micros(SPAN)).to_vec();
    assert_eq!(
        stepped.requests(Micros(SPAN)).to_vec(),
        requests,
        "the size of the steps changes nothing"
    );
    in_order(&requests);
    none_lost(&scenario, requests.len());
    let changes: Vec<Micros> = session.changes().collect();
    assert!(changes.is_sorted(), "time never goes back: {changes:?}");
    let publishes = scenario.text.contains("publishNotReady");
    for moment in changes.into_iter().filter(|it| it.0 <= SPAN).chain([Micros(SPAN)]) {
        let world = session.world(moment);
        assert_eq!(world, stepped.world(moment));
        addresses_once(world);
        let settled = session.kubectl(moment, "kubectl get pods -A -o name").exit == 0;
        for service in world.services.iter().filter(|it| settled && !it.selector.is_empty()) {
            endpoints_by_definition(world, service, publishes, &scenario);
        }
    }
}

fn in_order(requests: &[Request]) {
    for (request, number) in requests.iter().zip(1..) {
        assert_eq!(request.number, number);
        assert!(request.done >= request.sent);
        let mut from = request.sent;
        for leg in &request.legs {
            assert!(leg.from == from && leg.to >= leg.from, "{request:?}");
            from = leg.to;
        }
    }
    assert!(requests.is_sorted_by_key(|it| it.sent), "in the order of sending");
}

/// Requests of acts come on top of those of flows, each once.
fn none_lost(scenario: &Scenario, all: usize) {
    let sends = |it: &TimedAct| match &it.act {
        Act::Send { count, .. } => *count as usize,
        _ => 0,
    };
    let asked: usize = scenario.acts.iter().map(sends).sum();
    let mut without = Session::new(Scenario {
        acts: scenario.acts.iter().filter(|it| sends(it) == 0).cloned().collect(),
        ..scenario.clone()
    });
    without.run(Micros(SPAN));
    assert_eq!(all, without.requests(Micros(SPAN)).len() + asked, "{:?}", scenario.acts);
}

fn is_over(pod: &Pod) -> bool {
    matches!(pod.stage, PodStage::Succeeded | PodStage::Failed)
}

fn addresses_once(world: &World) {
    let mut taken = BTreeMap::new();
    for pod in world.pods.iter().filter(|pod| !pod.host_network && !is_over(pod)) {
        for ip in [pod.ip, pod.second_ip].into_iter().flatten() {
            let before = taken.insert(ip, pod.key.clone());
            assert_eq!(before, None, "{ip} is {:?}", pod.key);
        }
    }
    for service in &world.services {
        for ip in &service.cluster_ips {
            let before = taken.insert(*ip, service.key.clone());
            assert_eq!(before, None, "{ip} is {:?}", service.key);
        }
    }
    let mut ports = BTreeSet::new();
    for service in &world.services {
        for port in &service.ports {
            let new = port
                .node_port
                .is_none_or(|number| ports.insert((number, port.protocol.word())));
            assert!(new, "node port {:?} of {:?}", port.node_port, service.key);
        }
    }
}

/// The pods that the selector selects, at the port that `targetPort` names there; ready where the pod is.
fn endpoints_by_definition(world: &World, service: &Service, publishes: bool, scenario: &Scenario) {
    if service.external_name.is_some() {
        return;
    }
    for port in &service.ports {
        let selected = world.pods.iter().filter(|pod| {
            pod.key.namespace == service.key.namespace
                && pod.ip.is_some()
                && !is_over(pod)
                && service
                    .selector
                    .iter()
                    .all(|(key, value)| pod.labels.get(key) == Some(value))
        });
        let wanted: BTreeMap<(ObjectKey, u16), bool> = selected
            .filter_map(|pod| {
                let named = || {
                    pod.ports
                        .iter()
                        .find(|it| it.name == port.target && it.protocol == port.protocol)
                };
                let number = port.target.parse().ok().or_else(|| named().map(|it| it.port))?;
                Some(((pod.key.clone(), number), pod.ready && !pod.terminating))
            })
            .collect();
        let listed = port.endpoints.iter();
        let listed: BTreeMap<(ObjectKey, u16), bool> = listed
            .filter_map(|it| Some(((it.pod.clone()?, it.port), it.ready)))
            .collect();
        if publishes {
            assert!(
                listed.keys().eq(wanted.keys()),
                "{:?} {listed:?} {wanted:?}",
                service.key
            );
        } else {
            assert_eq!(
                listed, wanted,
                "{:?} {port:?}\n{:#?}\n{}",
                service.key, scenario.acts, scenario.text
            );
        }
    }
}

/// All that can be seen of a session.
fn seen(session: &Session) -> (Vec<String>, String, World) {
    let kinds = "nodes,services,endpointslices,pods,deployments,replicasets,statefulsets,daemonsets,events";
    (
        session.diagnostics().iter().map(|it| format!("{it:?}")).collect(),
        session
            .kubectl(Micros::ZERO, &format!("kubectl get {kinds} -A -o yaml"))
            .stdout,
        World::clone(session.world(Micros::ZERO)),
    )
}

/// A text that is edited shows what it shows when it is opened.
pub fn edits(input: &[u8]) {
    let mut choices = Choices::new(input);
    let mut scenario = scenario(&mut choices);
    let mut documents: Vec<String> = scenario.text.split("---\n").map(ToOwned::to_owned).collect();
    let mut typed = Session::new(scenario.clone());
    for _ in 0..=choices.below(5) {
        let place = choices.below(documents.len());
        match choices.below(5) {
            0 if documents.len() > 1 => drop(documents.remove(place)),
            1 => {
                let more = generate::documents(&mut choices, false, true);
                documents.insert(place, more.last().cloned().unwrap_or_default());
            }
            2 => {
                let other = choices.below(documents.len());
                documents.swap(place, other);
            }
            3 => {
                let (from, to) = choices.of(&[
                    ("app: a", "app: b"),
                    ("80", "81"),
                    ("nginx", "redis"),
                    ("replicas: ", "replicas: 1"),
                    ("name: s", "name: q"),
                    ("}", ""),
                ]);
                documents[place] = documents[place].replacen(from, to, 1);
            }
            _ => {
                if choices.one_in(2) {
                    typed.undo();
                } else {
                    let act = act(&mut choices);
                    typed.act(Micros(u64::from(choices.byte()) * 10_000), act);
                }
            }
        }
        typed.set_text(Micros::ZERO, documents.join("---\n"));
        scenario.text = documents.join("---\n");
        scenario.acts = typed.acts().to_vec();
        let fresh = Session::new(scenario.clone());
        if matches!(typed.text_status(), TextStatus::Applied { .. }) {
            let (typed, fresh) = (seen(&typed), seen(&fresh));
            assert_eq!(typed.0, fresh.0, "diagnostics\n{}", scenario.text);
            assert_eq!(typed.1, fresh.1, "objects\n{}", scenario.text);
            assert_eq!(typed.2, fresh.2, "world\n{}", scenario.text);
        } else {
            assert_eq!(typed.diagnostics(), fresh.diagnostics());
        }
    }
    let again = Session::new(typed.scenario(View::default()));
    assert_eq!(again.text(), typed.text());
}

/// A link with commands and spans of time, for comparing the core natively and as WebAssembly; JSON.
pub fn case(number: u64) -> serde_json::Value {
    let mut random = Random::new(number);
    let bytes: Vec<u8> = (0..256).map(|_| random.number().to_le_bytes()[0]).collect();
    let mut choices = Choices::new(&bytes);
    let link = share::encode(&scenario(&mut choices));
    let mut steps = vec![serde_json::json!({"simulate": 2})];
    for _ in 0..3 {
        steps.push(serde_json::json!({"kubectl": generate::line(&mut choices), "says": true}));
        steps.push(serde_json::json!({"simulate": 1.5}));
    }
    let all = "kubectl get pods,services,endpointslices,deployments,statefulsets,events -A -o yaml";
    steps.push(serde_json::json!({"kubectl": all, "says": true}));
    steps.push(serde_json::json!({"kubectl": "kubectl describe services -A", "says": true}));
    serde_json::json!({"link": link, "steps": steps})
}
