//! The content of the card of what is selected.

use super::App;
use crate::components::inspector::Card;
use crate::outputs;
use crate::pod_state::PodState;
use crate::requests;
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
                let zone = node.zone.clone().map(|zone| ("zone", zone));
                let facts = [("address", node.ip.to_string()), ("pods", pods.to_string())];
                Card {
                    kind: "node".to_owned(),
                    name: name.clone(),
                    facts: facts.into_iter().chain(zone).collect(),
                    actions: sending(&Client::Node(name.clone())).into(),
                    ..Card::of(selection)
                }
            }
            Selection::Client(Client::Outside) => Card {
                kind: "client".to_owned(),
                name: requests::client(&Client::Outside),
                facts: vec![("where", "outside the cluster, on the nodes' network".to_owned())],
                note: Some("It reaches node ports only: cluster IPs work only inside the cluster.".to_owned()),
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
            "namespace",
            Some(namespace.to_string()).filter(|namespace| namespace != "default"),
        ),
        (
            "address",
            Some(pod.ip.map_or_else(|| "none yet".to_owned(), |ip| ip.to_string())),
        ),
        ("node", pod.node.clone()),
        (
            "listens on",
            Some(match (listens.is_empty(), pod.is_guess) {
                (false, false) => listens.join(", "),
                (false, true) => format!("{}: a guess by containerPort", listens.join(", ")),
                (true, false) => "nothing".to_owned(),
                (true, true) => "nothing: a guess, the image is not known".to_owned(),
            }),
        ),
        ("answers", answers.map(str::to_owned)),
    ];
    let ready = if pod.ready {
        ("Make not ready", false, Action::SetReady(pod.key.clone(), false))
    } else {
        ("Make ready", false, Action::SetReady(pod.key.clone(), true))
    };
    let slow = if answers.is_none() {
        "Slow down"
    } else {
        "Answer at once"
    };
    let slow = (slow, false, Action::Slow(pod.key.clone()));
    let delete = ("Delete pod", true, Action::Delete(pod.key.clone()));
    let sending = sending(&Client::Pod(pod.key.clone()));
    Card {
        kind: format!("pod, {}", PodState::of(pod).word()),
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
    for (direction, way) in [(Direction::Ingress, "in"), (Direction::Egress, "out")] {
        lines.extend(world.policies.isolating(pod, direction).map(|policy| {
            let what = match policy.is_shut(direction) {
                _ if !world.policies.decide() => "ignored by the network plugin",
                true => "nothing passes",
                false => "what its rules allow passes",
            };
            format!("{}, {way}: {what}", policy.key.name)
        }));
    }
    if !lines.is_empty() {
        card.facts.push(("policies", lines.join("\n")));
    }
    card
}

/// The buttons by which a client sends requests.
fn sending(client: &Client) -> [(&'static str, bool, Action); 3] {
    [
        ("Send one", false, Action::Send(client.clone(), 1)),
        ("Send 50", false, Action::Send(client.clone(), BURST)),
        ("Repeat", false, Action::SendFrom(client.clone())),
    ]
}

fn router_card(router: &playground::Router) -> Card {
    let rule = |rule: &playground::RouterRule| format!("{} to {}", rule.asked(), rule.leads_to());
    let rules: Vec<String> = router.rules.iter().map(rule).collect();
    let rules = if rules.is_empty() {
        "none".to_owned()
    } else {
        rules.join("\n")
    };
    let place = match router.node_address() {
        Some(ip) => format!("built in, at {ip}"),
        None => "its pods".to_owned(),
    };
    let controller = match &router.kind {
        playground::RouterKind::Gateway { controller, .. } => Some(("stands for", controller.clone())),
        playground::RouterKind::IngressController => None,
    };
    let ports: Vec<String> = router.doors.iter().map(|door| door.port.to_string()).collect();
    let facts = [("runs", place), ("ports", ports.join(", "))];
    Card {
        kind: router.kind_word().to_owned(),
        name: router.name().to_owned(),
        facts: { facts.into_iter() }
            .chain(controller)
            .chain([("rules", rules)])
            .collect(),
        note: Some("It sends to the pods behind each Service itself, not to the Service's address.".to_owned()),
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
            .map(|number| format!(", node port {number}"))
            .unwrap_or_default();
        format!("{} to {}{node}", port.port, port.target)
    };
    let ports: Vec<String> = service.ports.iter().map(port).collect();
    let addresses: Vec<String> = service.cluster_ips.iter().map(ToString::to_string).collect();
    let ready = service.ports.first().map_or(0, |port| {
        port.endpoints.iter().filter(|endpoint| endpoint.ready).count()
    });
    let address = match (&service.external_name, addresses.is_empty()) {
        (Some(name), _) => name.clone(),
        (None, true) => "none: headless".to_owned(),
        (None, false) => addresses.join("\n"),
    };
    let outside = (service.kind == ServiceType::LoadBalancer).then(|| {
        let given = service.ingress.join("\n");
        (
            "outside",
            if given.is_empty() {
                "no address yet".to_owned()
            } else {
                given
            },
        )
    });
    Card {
        kind: "Service".to_owned(),
        name: service.key.name.to_string(),
        facts: [
            ("address", address),
            (
                "ports",
                if ports.is_empty() {
                    "none".to_owned()
                } else {
                    ports.join("\n")
                },
            ),
            (
                "selector",
                if selector.is_empty() {
                    "none".to_owned()
                } else {
                    selector.join("\n")
                },
            ),
            (
                "ready",
                format!("{ready} {}", if ready == 1 { "endpoint" } else { "endpoints" }),
            ),
        ]
        .into_iter()
        .chain(outside)
        .collect(),
        note: outputs::why_empty(world, service, at),
        ..Card::of(Selection::Service(service.key.clone()))
    }
}
