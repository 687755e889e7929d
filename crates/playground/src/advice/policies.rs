//! Advice on network policies that shut out who sends requests.
//!
//! It depends on the traffic, so the session asks for it when that changes.

use super::context::at;
use crate::diagnostic::{Advice, Diagnostic, Fix};
use crate::documents::{Placed, TextObject, described};
use crate::scenario::FlowSpec;
use crate::traffic::read_client;
use crate::written::{change, field, on};
use base::Order;
use network::{Client, Denial, Direction, Door, ObjectKey, Pod, Service, World};
use std::collections::BTreeMap;
use yaml::{Node, NodeKind, Step};

/// Requests that one policy shuts out.
struct ShutOut<'a> {
    denial: Denial,
    service: &'a Service,
    clients: Vec<Client>,
    /// The pod that would get them, and its port; `None` if not even the name is found.
    to: Option<(&'a Pod, u16)>,
    /// The port of the Service that leads there.
    asked: u16,
}

/// Advice at each policy of the text that shuts out clients of these flows.
pub fn shut_out(text: &str, documents: &[Placed], world: &World, sending: &[FlowSpec]) -> Vec<Diagnostic> {
    if !world.policies.decide() {
        return Vec::new();
    }
    let objects = described(documents);
    let object = |key: &ObjectKey| objects.iter().find(|it| it.kind == "NetworkPolicy" && it.key == *key);
    let found = shut_outs(world, sending);
    let mut all: Vec<Diagnostic> = { found.iter() }
        .filter_map(|shut| {
            // A rule is missing where there are rules, if anywhere.
            let written = shut.denial.policies.iter().filter_map(&object);
            let direction = shut.denial.direction;
            let has_rules = |it: &&TextObject<'_>| !rules(it, direction).is_none_or(<[Node]>::is_empty);
            let object = written.clone().find(has_rules).or_else(|| written.clone().next())?;
            Some(advice(text, object, world, shut))
        })
        .collect();
    all.order_by_key(|it| it.range.start);
    all
}

/// By policies, direction, Service, and whether the name is found.
fn shut_outs<'a>(world: &'a World, sending: &[FlowSpec]) -> Vec<ShutOut<'a>> {
    let mut found = BTreeMap::<_, ShutOut<'a>>::new();
    for flow in sending {
        let Some((client, service)) = ends(world, flow) else {
            continue;
        };
        let Some(shut) = of_flow(world, flow, &client, service) else {
            continue;
        };
        let key = (
            shut.denial.policies.clone(),
            shut.denial.direction,
            service.key.clone(),
            shut.to.is_some(),
        );
        let known = found.entry(key).or_insert(shut);
        if !known.clients.contains(&client) {
            known.clients.push(client);
        }
    }
    found.into_values().collect()
}

fn ends<'a>(world: &'a World, flow: &FlowSpec) -> Option<(Client, &'a Service)> {
    let (namespace, name) = flow.to.split_once('/')?;
    Some((
        read_client(&flow.from)?,
        world.service(&ObjectKey::new(namespace, name))?,
    ))
}

fn of_flow<'a>(world: &'a World, flow: &FlowSpec, client: &Client, service: &'a Service) -> Option<ShutOut<'a>> {
    let passage = world.passage(client)?;
    let shut = |denial, to| ShutOut {
        denial,
        service,
        clients: Vec::new(),
        to,
        asked: flow.port,
    };
    if flow.at.is_none()
        && let Some(denial) = passage.dns_denial(&Door::Usual)
    {
        return Some(shut(denial, None));
    }
    let port = service.ports.iter().find(|port| port.port == flow.port)?;
    { port.endpoints.iter() }
        .filter(|endpoint| endpoint.ready)
        .find_map(|endpoint| {
            let pod = world.pod(endpoint.pod.as_ref()?)?;
            let denial = passage.denial(pod, port.protocol, endpoint.port)?;
            Some(shut(denial, Some((pod, endpoint.port))))
        })
}

fn advice(text: &str, object: &TextObject<'_>, world: &World, shut: &ShutOut<'_>) -> Diagnostic {
    let (direction, port) = (shut.denial.direction, shut.denial.port_words());
    let (field, what) = match direction {
        Direction::Ingress => ("ingress", "comes to"),
        Direction::Egress => ("egress", "leaves"),
    };
    let who = names(&shut.clients);
    let service = &shut.service.key.name;
    let message = match (shut.to, direction) {
        (None, _) => format!("no rule lets {who} ask the cluster's DNS at {port}"),
        (Some((pod, _)), Direction::Ingress) => format!("no rule lets {who} in to {} at {port}", pod.key.name),
        (Some((pod, _)), Direction::Egress) => format!("no rule lets {who} send to {} at {port}", pod.key.name),
    };
    let wrong_port = wrong_port(object, shut);
    let meaning = match (&wrong_port, shut.to) {
        (Some(_), Some((_, port))) => format!(
            "A policy sees the packet at the pod, where the Service's port {} has become {port}: rules name the pod's port.",
            shut.asked
        ),
        (_, None) => format!("Without an answer to the name {service}, its requests time out before they are sent."),
        _ => format!(
            "Of what {what} a pod that a policy selects, only what some rule of its policies allows passes: requests to {service} time out."
        ),
    };
    let path = [Step::Name("spec"), Step::Name(field)];
    Diagnostic {
        meaning: Some(meaning),
        fixes: wrong_port
            .into_iter()
            .chain(new_rule(text, object, world, shut))
            .collect(),
        ..at(object, object.key_at(&path), Advice::ShutOut, message)
    }
}

/// `laptop`, `a`, `a and b`, `a, b and 3 more`.
fn names(clients: &[Client]) -> String {
    let name = |client: &Client| match client {
        Client::Pod(key) => key.name.to_string(),
        Client::Node(name) => name.clone(),
        Client::Outside => "the laptop".to_owned(),
    };
    match clients {
        [one] => name(one),
        [one, two] => format!("{} and {}", name(one), name(two)),
        [one, two, more @ ..] => format!("{}, {} and {} more", name(one), name(two), more.len()),
        [] => String::new(),
    }
}

fn rules<'a>(object: &TextObject<'a>, direction: Direction) -> Option<&'a [Node]> {
    let name = direction.word().to_lowercase();
    match &field(object.node, &["spec", &name])?.kind {
        NodeKind::Sequence(items) => Some(items),
        _ => None,
    }
}

/// The change of a rule's port that is the Service's into the pod's.
fn wrong_port(object: &TextObject<'_>, shut: &ShutOut<'_>) -> Option<Fix> {
    let (_, port) = shut.to.filter(|(_, port)| *port != shut.asked)?;
    let asked = shut.asked.to_string();
    let rules = rules(object, shut.denial.direction)?.iter();
    let ports = rules.filter_map(|rule| match &field(rule, &["ports"])?.kind {
        NodeKind::Sequence(ports) => Some(ports),
        _ => None,
    });
    let numbers = ports.flatten().filter_map(|it| field(it, &["port"]));
    let wrong = { numbers }.find(|it| matches!(&it.kind, NodeKind::Scalar { text, .. } if *text == asked))?;
    Some(change(on(object.origin, &wrong.span), port.to_string()))
}

/// One more rule that lets the first client through.
fn new_rule(text: &str, object: &TextObject<'_>, world: &World, shut: &ShutOut<'_>) -> Option<Fix> {
    let (rule, label) = match (shut.to, shut.denial.direction) {
        (None, Direction::Ingress) => return None,
        (None, Direction::Egress) => (
            "{to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{port: 53, protocol: UDP}, {port: 53}]}".to_owned(),
            "Let it ask the cluster's DNS".to_owned(),
        ),
        (Some((pod, port)), direction) => {
            let own = &object.key.namespace;
            let to_service = || format!("Let it send to {}", shut.service.key.name);
            let (peers, (peer, label)) = match direction {
                Direction::Ingress => ("from", peer(world, shut, own)?),
                Direction::Egress => ("to", (of_pod(pod, own)?, to_service())),
            };
            let protocol = shut.service.ports.iter().find(|it| it.port == shut.asked)?.protocol;
            let ports = format!("[{{port: {port}, protocol: {}}}]", protocol.word().to_uppercase());
            (format!("{{{peers}: [{peer}], ports: {ports}}}"), label)
        }
    };
    let fix =
        added(text, object, shut.denial.direction, &rule).or_else(|| new_policy(text, object, world, shut, &rule))?;
    Some(Fix { label, ..fix })
}

/// One more policy with the rule, for one that denies all: that is right as it is, since policies add up.
fn new_policy(text: &str, object: &TextObject<'_>, world: &World, shut: &ShutOut<'_>, rule: &str) -> Option<Fix> {
    let direction = shut.denial.direction.word();
    let (name, selected) = match (shut.to, shut.denial.direction) {
        (None, _) => ("allow-dns".to_owned(), None),
        (Some((pod, _)), Direction::Ingress) => (format!("allow-{}", shut.service.key.name), label_of(pod)),
        (Some(_), Direction::Egress) => {
            let name = format!("allow-to-{}", shut.service.key.name);
            match shut.clients.first()? {
                Client::Pod(key) => (name, label_of(world.pod(key)?)),
                Client::Node(_) | Client::Outside => return None,
            }
        }
    };
    if text.contains(&format!("name: {name}")) {
        return None;
    }
    let selector = selected.map_or_else(|| "{}".to_owned(), |label| format!("{{matchLabels: {{{label}}}}}"));
    let namespace = &object.key.namespace;
    let line = if text.ends_with('\n') { "" } else { "\n" };
    let field = direction.to_lowercase();
    Some(change(
        text.len()..text.len(),
        format!(
            "{line}---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: {name}\n  namespace: {namespace}\nspec:\n  podSelector: {selector}\n  policyTypes: [{direction}]\n  {field}:\n  - {rule}\n"
        ),
    ))
}

/// The first client as a peer, and what letting it in is called. A client without labels can be let in only with all others of
/// its namespace.
fn peer(world: &World, shut: &ShutOut<'_>, own: &str) -> Option<(String, String)> {
    let label = format!("Let {} in", names(shut.clients.get(..1)?));
    match shut.clients.first()? {
        Client::Pod(key) => {
            let pod = world.pod(key)?;
            let all = || {
                (
                    of_namespace(&key.namespace, own),
                    format!("Let all pods of {} in", key.namespace),
                )
            };
            Some(of_pod(pod, own).map_or_else(all, |peer| (peer, label)))
        }
        Client::Node(_) | Client::Outside => Some((format!("{{ipBlock: {{cidr: {}/32}}}}", shut.denial.remote), label)),
    }
}

/// All pods of a namespace as a peer.
fn of_namespace(namespace: &str, own: &str) -> String {
    if namespace == own {
        "{podSelector: {}}".to_owned()
    } else {
        format!("{{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {namespace}}}}}}}")
    }
}

/// One of a pod's labels, as a pair.
fn label_of(pod: &Pod) -> Option<String> {
    let usual = ["app", "app.kubernetes.io/name", "k8s-app"];
    let (key, value) = { usual.iter() }
        .find_map(|name| pod.labels.get_key_value(*name))
        .or_else(|| pod.labels.first_key_value())?;
    Some(format!("{key}: {value:?}"))
}

/// A pod as a peer, by one of its labels.
fn of_pod(pod: &Pod, own: &str) -> Option<String> {
    let pods = format!("podSelector: {{matchLabels: {{{}}}}}", label_of(pod)?);
    let namespace = &pod.key.namespace;
    Some(if **namespace == *own {
        format!("{{{pods}}}")
    } else {
        format!("{{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {namespace}}}}}, {pods}}}")
    })
}

/// The change that adds a rule to a list of rules, as the list is written.
fn added(text: &str, object: &TextObject<'_>, direction: Direction, rule: &str) -> Option<Fix> {
    let name = direction.word().to_lowercase();
    let spec = field(object.node, &["spec"])?;
    let list = field(spec, &[&name])?;
    let NodeKind::Sequence(rules) = &list.kind else {
        return None;
    };
    let place = |node: &Node| on(object.origin, &node.span);
    let (Some(first), Some(last)) = (rules.first(), rules.last()) else {
        return Some(change(place(list), format!("[{rule}]")));
    };
    let span = place(last);
    let end = span.start + text.get(span.clone())?.trim_end().len();
    let line = text.get(..place(first).start)?.rsplit('\n').next()?;
    let addition = match line.strip_suffix("- ").filter(|indent| indent.trim().is_empty()) {
        Some(indent) => format!("\n{indent}- {rule}"),
        None => format!(", {rule}"),
    };
    Some(change(end..end, addition))
}
