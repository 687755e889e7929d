//! Rules that kube-proxy writes from a cluster: each chain that is named is there, and in every mode the same pods get requests.

use crate::{Choices, generate};
use api::ip::Family;
use network::World;
use network::proxy::{NodeRules, ProxyMode, ProxyNode};
use playground::{FlowSpec, Micros, Proxy, Scenario, Session};
use std::collections::BTreeSet;

const MODES: [Proxy; 3] = [Proxy::Iptables, Proxy::Nftables, Proxy::Ipvs];

pub fn run(input: &[u8]) {
    let mut choices = Choices::new(input);
    let nodes = 1 + choices.below(3);
    let text = generate::shop(&mut choices).join("---\n");
    let sessions = MODES.map(|proxy| {
        Session::new(Scenario {
            text: text.clone(),
            nodes,
            proxy,
            ..Scenario::default()
        })
    });
    let world = sessions[0].world(Micros::ZERO);
    for node in &world.nodes {
        for family in Family::ALL {
            written(world, &node.name, family);
        }
    }
    for service in &world.services {
        for port in &service.ports {
            let flow = FlowSpec {
                from: choices
                    .of(&["pod/default/p8", "pod/default/p7", "node/node-1"])
                    .to_owned(),
                to: format!("{}/{}", service.key.namespace, service.key.name),
                port: port.port,
                ..FlowSpec::default()
            };
            let reached = sessions.each_ref().map(|session| reached(session, &flow));
            assert!(
                reached.iter().all(|it| *it == reached[0]),
                "{flow:?} {reached:?}\n{text}"
            );
        }
    }
}

/// Who could get a request, or how it ends if nobody does.
fn reached(session: &Session, flow: &FlowSpec) -> BTreeSet<String> {
    let Some(counts) = session.tally(Micros::ZERO, flow, 24) else {
        return BTreeSet::new();
    };
    assert_eq!(
        counts.outcomes.values().sum::<u64>(),
        counts.sent,
        "each request ends once"
    );
    let got: u64 = counts.shares.iter().map(|share| share.got).sum();
    assert!(got <= counts.sent);
    counts.shares.iter().map(|share| share.backend.name()).collect()
}

fn written(world: &World, node: &str, family: Family) {
    let Some(place) = ProxyNode::of(world, node, family) else {
        return;
    };
    let services = world.proxied(family);
    for mode in MODES.map(ProxyMode::from) {
        let text = NodeRules::new(mode, services, &place).to_string();
        match mode {
            ProxyMode::Iptables => iptables(&text),
            ProxyMode::Nftables => nftables(&text),
            ProxyMode::Ipvs(_) => {}
        }
        for endpoint in services.endpoints.values().flatten().filter(|it| it.ready) {
            let named = services.ports.iter().any(|(name, port)| {
                port.uses_cluster_endpoints()
                    && services.endpoints(name).iter().any(|it| it.address == endpoint.address)
                    && services
                        .endpoints(name)
                        .iter()
                        .all(|it| it.zone_hints.is_empty() && it.node_hints.is_empty())
            });
            let ip = endpoint.address.ip().to_string();
            assert!(
                !named || text.contains(&ip),
                "{mode:?} on {node} says nothing of {ip}:\n{text}"
            );
        }
    }
}

/// Targets of the kernel, and chains that other programs make.
const BUILT_IN: [&str; 9] = [
    "ACCEPT",
    "DROP",
    "REJECT",
    "RETURN",
    "MARK",
    "MASQUERADE",
    "DNAT",
    "SNAT",
    "LOG",
];

fn iptables(text: &str) {
    let mut chains = BTreeSet::new();
    let mut jumps = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["*nat" | "*filter" | "*mangle"] => chains.clear(),
            ["COMMIT"] => {
                for (chain, target) in jumps.drain(..) {
                    assert!(chains.contains(chain), "{chain} is not declared\n{text}");
                    assert!(
                        chains.contains(target) || BUILT_IN.contains(&target),
                        "{target} is nowhere\n{text}"
                    );
                }
            }
            [chain, ..] if chain.starts_with(':') => {
                assert!(
                    chain.len() <= 29,
                    "iptables knows no chain of more than 28 letters: {chain}"
                );
                chains.insert(&chain[1..]);
            }
            ["-A", chain, rest @ ..] => {
                let target = rest
                    .iter()
                    .rposition(|it| *it == "-j" || *it == "-g")
                    .and_then(|at| rest.get(at + 1));
                if let Some(target) = target {
                    jumps.push((*chain, *target));
                }
            }
            _ => {}
        }
    }
    assert!(jumps.is_empty(), "no table without its end\n{text}");
}

fn nftables(text: &str) {
    let mut depth = 0_i32;
    for c in text.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        assert!(depth >= 0, "{text}");
    }
    assert_eq!(depth, 0, "{text}");
    let words: Vec<&str> = text.split_whitespace().collect();
    let chains: BTreeSet<&str> = words.windows(2).filter(|it| it[0] == "chain").map(|it| it[1]).collect();
    for pair in words.windows(2).filter(|it| it[0] == "jump" || it[0] == "goto") {
        let target = pair[1].trim_end_matches(',');
        assert!(chains.contains(target), "{target} is nowhere\n{text}");
    }
}
