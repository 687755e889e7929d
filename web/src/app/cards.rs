//! The content of the card of what is selected.

use super::App;
use crate::components::inspector::Card;
use crate::outputs;
use crate::pod_state::PodState;
use crate::requests;
use crate::say;
use crate::selection::Selection;
use crate::state::{Action, BURST, workload};
use playground::{Client, Direction, Micros, ObjectKey, Pod, Service, ServiceType, World};

impl App {
    pub(super) fn card(&self) -> Option<Card> {
        let selection = self.state.selection.clone()?;
        let session = self.live.session.borrow();
        let at = self.live.at();
        let world = session.world(at);
        Some(match &selection {
            Selection::Pod(key) | Selection::Client(Client::Pod(key)) => Card {
                workload: workload(&self.live, &selection),
                ..isolated(
                    pod_card(world.pod(key)?, session.answers(at, key).as_deref()),
                    world,
                    world.pod(key)?,
                )
            },
            Selection::Service(key) if key.namespace.is_empty() => router_card(world.router(key)?),
            Selection::Service(key) => Card {
                workload: workload(&self.live, &selection),
                ..service_card(world, world.service(key)?, self.live.at())
            },
            Selection::Node(name) | Selection::Client(Client::Node(name)) => {
                let node = world.nodes.iter().find(|node| node.name == *name)?;
                let pods = world.pods.iter().filter(|pod| pod.node.as_ref() == Some(name)).count();
                let zone = node.zone.clone().map(|zone| (say::fact_zone(), zone));
                let facts = [
                    (say::fact_address(), node.ip.to_string()),
                    (say::fact_pods(), pods.to_string()),
                ];
                Card {
                    kind: say::fact_node().to_owned(),
                    name: name.clone(),
                    facts: facts.into_iter().chain(zone).collect(),
                    actions: sending(&Client::Node(name.clone())).into(),
                    ..Card::of(selection)
                }
            }
            Selection::Client(Client::Outside) => Card {
                kind: say::kind_client().to_owned(),
                name: requests::client(&Client::Outside),
                facts: vec![(say::fact_where(), say::card_outside().to_owned())],
                note: Some(say::card_outside_note().to_owned()),
                actions: sending(&Client::Outside).into(),
                ..Card::of(selection)
            },
            // The log says it.
            Selection::Request(_) => return None,
        })
    }
}

fn pod_card(pod: &Pod, answers: Option<&str>) -> Card {
    let ObjectKey { namespace, name } = &pod.key;
    let ports = pod.listeners.iter().map(|listener| {
        let host = if listener.loopback_only { "127.0.0.1:" } else { "" };
        format!("{host}{}", listener.port)
    });
    let listens: Vec<String> = ports.collect();
    let facts = [
        (
            say::fact_namespace(),
            Some(namespace.to_string()).filter(|namespace| namespace != "default"),
        ),
        (
            say::fact_address(),
            Some(
                pod.ip
                    .map_or_else(|| say::card_no_address().to_owned(), |ip| ip.to_string()),
            ),
        ),
        (say::fact_node(), pod.node.clone()),
        (
            say::fact_listens(),
            Some(match (listens.is_empty(), pod.is_guess) {
                (false, false) => listens.join(", "),
                (false, true) => say::card_port_guess(&listens.join(", ")),
                (true, false) => say::card_listens_nowhere().to_owned(),
                (true, true) => say::card_listens_unknown().to_owned(),
            }),
        ),
        (say::fact_answers(), answers.map(str::to_owned)),
    ];
    let ready = if pod.ready {
        (say::act_unready(), false, Action::SetReady(pod.key.clone(), false))
    } else {
        (say::act_ready(), false, Action::SetReady(pod.key.clone(), true))
    };
    let slow = if answers.is_none() {
        say::act_slow()
    } else {
        say::act_fast()
    };
    let slow = (slow, false, Action::Slow(pod.key.clone()));
    let delete = (say::act_delete(), true, Action::Delete(pod.key.clone()));
    let sending = sending(&Client::Pod(pod.key.clone()));
    Card {
        kind: say::card_pod(&PodState::of(pod).word()),
        name: name.to_string(),
        facts: facts
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect(),
        labels: Some((pod.key.clone(), pod.labels.clone())),
        actions: [ready, slow, delete].into_iter().chain(sending).collect(),
        ..Card::of(Selection::Pod(pod.key.clone()))
    }
}

/// The card of a pod with the policies that select it.
fn isolated(mut card: Card, world: &World, pod: &Pod) -> Card {
    let mut lines = Vec::new();
    for (direction, way) in [
        (Direction::Ingress, say::policy_in()),
        (Direction::Egress, say::policy_out()),
    ] {
        lines.extend(world.policies.isolating(pod, direction).map(|policy| {
            let what = match policy.is_shut(direction) {
                _ if !world.policies.decide() => say::policy_ignored(),
                true => say::policy_nothing(),
                false => say::policy_rules(),
            };
            format!("{}, {way}: {what}", policy.key.name)
        }));
    }
    if !lines.is_empty() {
        card.facts.push((say::fact_policies(), lines.join("\n")));
    }
    card
}

/// The buttons by which a client sends requests.
fn sending(client: &Client) -> [(&'static str, bool, Action); 3] {
    [
        (say::act_send_one(), false, Action::Send(client.clone(), 1)),
        (say::act_send_many(), false, Action::Send(client.clone(), BURST)),
        (say::act_repeat(), false, Action::SendFrom(client.clone())),
    ]
}

fn router_card(router: &playground::Router) -> Card {
    let rule = |rule: &playground::RouterRule| say::card_rule(&rule.asked(), &rule.leads_to());
    let rules: Vec<String> = router.rules.iter().map(rule).collect();
    let rules = if rules.is_empty() {
        say::none().to_owned()
    } else {
        rules.join("\n")
    };
    let place = match router.node_address() {
        Some(ip) => say::card_built_in(&ip),
        None => say::its_pods().to_owned(),
    };
    let controller = match &router.kind {
        playground::RouterKind::Gateway { controller, .. } => Some((say::fact_stands_for(), controller.clone())),
        playground::RouterKind::IngressController => None,
    };
    let ports: Vec<String> = router.doors.iter().map(|door| door.port.to_string()).collect();
    let facts = [(say::fact_runs(), place), (say::fact_ports(), ports.join(", "))];
    Card {
        kind: router.kind_word().to_owned(),
        name: router.name().to_owned(),
        facts: { facts.into_iter() }
            .chain(controller)
            .chain([(say::fact_rules(), rules)])
            .collect(),
        note: Some(say::card_router_note().to_owned()),
        ..Card::of(Selection::Service(router.key.clone()))
    }
}

fn service_card(world: &World, service: &Service, at: Micros) -> Card {
    let selector: Vec<String> = service
        .selector
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let port = |port: &playground::ServicePort| {
        let node = port
            .node_port
            .map(|number| say::card_node_port(&number))
            .unwrap_or_default();
        say::card_port(&port.port, &port.target, &node)
    };
    let ports: Vec<String> = service.ports.iter().map(port).collect();
    let addresses: Vec<String> = service.cluster_ips.iter().map(ToString::to_string).collect();
    let ready = service.ports.first().map_or(0, |port| {
        port.endpoints.iter().filter(|endpoint| endpoint.ready).count()
    });
    let address = match (&service.external_name, addresses.is_empty()) {
        (Some(name), _) => name.clone(),
        (None, true) => say::card_headless().to_owned(),
        (None, false) => addresses.join("\n"),
    };
    let outside = (service.kind == ServiceType::LoadBalancer).then(|| {
        let given = service.ingress.join("\n");
        (
            say::fact_outside(),
            if given.is_empty() {
                say::card_no_outside().to_owned()
            } else {
                given
            },
        )
    });
    Card {
        kind: "Service".to_owned(),
        name: service.key.name.to_string(),
        facts: [
            (say::fact_address(), address),
            (
                say::fact_ports(),
                if ports.is_empty() {
                    say::none().to_owned()
                } else {
                    ports.join("\n")
                },
            ),
            (
                say::fact_selector(),
                if selector.is_empty() {
                    say::none().to_owned()
                } else {
                    selector.join("\n")
                },
            ),
            (say::fact_ready(), say::endpoint_count(ready)),
        ]
        .into_iter()
        .chain(outside)
        .collect(),
        note: outputs::why_empty(world, service, at),
        ..Card::of(Selection::Service(service.key.clone()))
    }
}
