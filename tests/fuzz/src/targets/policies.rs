//! Network policies: between any two pods the network drops what the policies' definition drops, and nothing else.

use crate::Choices;
use crate::generate::{self, Selector, selector};
use network::{Direction, Pod, Protocol, Remote, Transport, World};
use playground::{Micros, Scenario, Session};
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};

/// A policy as a test reads it.
struct Policy {
    namespace: &'static str,
    pods: Selector,
    ingress: Option<Vec<Rule>>,
    egress: Option<Vec<Rule>>,
}

struct Rule {
    ports: Vec<Port>,
    peers: Vec<Peer>,
}

struct Port {
    protocol: &'static str,
    number: Number,
}

enum Number {
    Any,
    From(u16, u16),
    Named(&'static str),
}

enum Peer {
    Pods(Option<Selector>, Option<Selector>),
    /// 10.244.0.0 with so many bits, without 10.244.0.0 with so many.
    Block(u8, Option<u8>),
}

pub fn run(input: &[u8]) {
    let mut choices = Choices::new(input);
    let mut documents = generate::documents(&mut choices, false, false);
    let mut policies = Vec::new();
    for number in 0..=choices.below(3) {
        let (policy, text) = policy(&mut choices, number);
        policies.push(policy);
        documents.push(text);
    }
    let session = Session::new(Scenario {
        text: documents.join("---\n"),
        nodes: 2,
        ..Scenario::default()
    });
    assert!(
        session
            .diagnostics()
            .iter()
            .all(|it| !it.message.contains("networkpolicies")),
        "{:?}",
        session.diagnostics()
    );
    let world = session.world(Micros::ZERO);
    for pod in &world.pods {
        for other in &world.pods {
            for (port, protocol) in [
                (80, Protocol::Tcp),
                (53, Protocol::Udp),
                (8080, Protocol::Tcp),
                (443, Protocol::Sctp),
            ] {
                for direction in [Direction::Ingress, Direction::Egress] {
                    compare(world, &policies, (pod, other), (port, protocol), direction, &documents);
                }
            }
        }
    }
}

fn compare(
    world: &World,
    policies: &[Policy],
    (pod, other): (&Pod, &Pod),
    (port, protocol): (u16, Protocol),
    direction: Direction,
    documents: &[String],
) {
    let Some(address) = other.ip else {
        return;
    };
    let remote = Remote {
        address,
        pod: Some(other).filter(|it| !it.host_network),
    };
    let said = world
        .policies
        .denial(direction, pod, remote, Transport::Port(protocol), port)
        .is_none();
    let defined = passes(policies, (pod, other), (port, protocol), direction, address);
    assert_eq!(
        said,
        defined,
        "{direction:?} at {:?} with {:?} {address}:{port} {protocol:?}\n{}",
        pod.key,
        other.key,
        documents.join("---\n")
    );
}

fn passes(
    policies: &[Policy],
    (pod, other): (&Pod, &Pod),
    (port, protocol): (u16, Protocol),
    direction: Direction,
    address: IpAddr,
) -> bool {
    if pod.host_network || pod.key == other.key {
        return true;
    }
    let receiver = if direction == Direction::Ingress { pod } else { other };
    let of_direction = |policy: &'_ Policy| match direction {
        Direction::Ingress => policy.ingress.is_some(),
        Direction::Egress => policy.egress.is_some(),
    };
    let isolating: Vec<&Policy> = policies
        .iter()
        .filter(|it| *it.namespace == *pod.key.namespace && of_direction(it) && it.pods.selects(&pod.labels))
        .collect();
    let admits = |policy: &&Policy| {
        let rules = match direction {
            Direction::Ingress => policy.ingress.as_deref(),
            Direction::Egress => policy.egress.as_deref(),
        };
        rules.unwrap_or_default().iter().any(|rule| {
            let is_port = |it: &Port| it.is(receiver, port, protocol);
            let is_peer = |it: &Peer| it.is(policy.namespace, other, address);
            (rule.ports.is_empty() || rule.ports.iter().any(is_port))
                && (rule.peers.is_empty() || rule.peers.iter().any(is_peer))
        })
    };
    isolating.is_empty() || isolating.iter().any(admits)
}

impl Port {
    fn is(&self, receiver: &Pod, port: u16, protocol: Protocol) -> bool {
        protocol.word().eq_ignore_ascii_case(self.protocol)
            && match self.number {
                Number::Any => true,
                Number::From(first, last) => (first..=last).contains(&port),
                Number::Named(name) => receiver
                    .ports
                    .iter()
                    .any(|it| it.name == name && it.port == port && it.protocol == protocol),
            }
    }
}

impl Peer {
    fn is(&self, namespace: &str, other: &Pod, address: IpAddr) -> bool {
        match self {
            Self::Pods(pods, namespaces) => {
                let in_namespace = namespaces.as_ref().map_or(*other.key.namespace == *namespace, |it| {
                    it.selects(&generate::namespace_labels(&other.key.namespace))
                });
                !other.host_network && in_namespace && pods.as_ref().is_none_or(|it| it.selects(&other.labels))
            }
            Self::Block(bits, except) => {
                let IpAddr::V4(address) = address else {
                    return false;
                };
                let within = |bits: u8| {
                    let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or_default();
                    (u32::from(address) ^ u32::from(Ipv4Addr::new(10, 244, 0, 0))) & mask == 0
                };
                within(*bits) && !except.is_some_and(within)
            }
        }
    }
}

fn policy(choices: &mut Choices<'_>, number: usize) -> (Policy, String) {
    let namespace = choices.of(&["default", "other"]);
    let pods = selector(choices);
    let kinds = choices.of(&["Ingress", "Egress", "Ingress, Egress"]);
    let mut spec = format!("podSelector: {}, policyTypes: [{kinds}]", pods.yaml);
    let ingress = kinds
        .contains("Ingress")
        .then(|| rules(choices, &mut spec, "ingress", "from"));
    let egress = kinds
        .contains("Egress")
        .then(|| rules(choices, &mut spec, "egress", "to"));
    let text = format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: n{number}, namespace: {namespace}}}\nspec: {{{spec}}}\n"
    );
    let policy = Policy {
        namespace,
        pods,
        ingress,
        egress,
    };
    (policy, text)
}

fn rules(choices: &mut Choices<'_>, spec: &mut String, field: &str, peers_field: &str) -> Vec<Rule> {
    let _ = write!(spec, ", {field}: [");
    let rules = (0..choices.below(3))
        .map(|_| rule(choices, spec, peers_field))
        .collect();
    spec.push(']');
    rules
}

fn rule(choices: &mut Choices<'_>, spec: &mut String, peers_field: &str) -> Rule {
    spec.push_str("{ports: [");
    let ports = (0..choices.below(3)).map(|_| port(choices, spec)).collect();
    let _ = write!(spec, "], {peers_field}: [");
    let peers = (0..choices.below(3)).map(|_| peer(choices, spec)).collect();
    spec.push_str("]}, ");
    Rule { ports, peers }
}

fn port(choices: &mut Choices<'_>, spec: &mut String) -> Port {
    let protocol = choices.of(&["TCP", "UDP", "SCTP"]);
    let _ = write!(spec, "{{protocol: {protocol}");
    let number = match choices.below(4) {
        0 => Number::Any,
        1 => {
            let name = choices.of(&["http", "dns", "web"]);
            let _ = write!(spec, ", port: {name}");
            Number::Named(name)
        }
        2 => {
            let number = choices.of(&[80, 53, 443, 8080]);
            let _ = write!(spec, ", port: {number}");
            Number::From(number, number)
        }
        _ => {
            let (first, last) = (choices.of(&[50, 80, 443]), choices.of(&[443, 8080, 65_535]));
            let _ = write!(spec, ", port: {first}, endPort: {last}");
            Number::From(first, last)
        }
    };
    spec.push_str("}, ");
    Port { protocol, number }
}

fn peer(choices: &mut Choices<'_>, spec: &mut String) -> Peer {
    if choices.one_in(3) {
        let bits = choices.of(&[8, 16, 24, 30, 32]);
        let except = choices
            .one_in(2)
            .then(|| choices.of(&[17, 25, 31]))
            .filter(|it| *it > bits);
        let except_text = except.map_or_else(String::new, |it| format!(", except: [10.244.0.0/{it}]"));
        let network = if bits == 8 { "10.0.0.0" } else { "10.244.0.0" };
        let _ = write!(spec, "{{ipBlock: {{cidr: {network}/{bits}{except_text}}}}}, ");
        return Peer::Block(bits, except);
    }
    let (with_pods, with_namespaces) = choices.of(&[(true, false), (false, true), (true, true)]);
    spec.push('{');
    let pods = with_pods.then(|| selector(choices));
    if let Some(pods) = &pods {
        let _ = write!(spec, "podSelector: {}, ", pods.yaml);
    }
    let namespaces = with_namespaces.then(|| selector(choices));
    if let Some(namespaces) = &namespaces {
        let _ = write!(spec, "namespaceSelector: {}, ", namespaces.yaml);
    }
    spec.push_str("}, ");
    Peer::Pods(pods, namespaces)
}
