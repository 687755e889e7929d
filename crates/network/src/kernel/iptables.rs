//! Goes through chains of iptables.
//!
//! Models: net/ipv4/netfilter/ip_tables.c ipt_do_table, net/netfilter/xt_*.c (Linux 6).

use super::Packet;
use super::walk::{ChainResult, Chance, Choice, Frame, Here, Log, RuleHit, Walk, within};
use crate::proxy::CLUSTER_CIDR;
use crate::proxy::iptables::{
    CHAIN_FORWARD, CHAIN_INPUT, CHAIN_OUTPUT, CHAIN_POSTROUTING, CHAIN_PREROUTING, ConntrackState, Match, Recent, Rule,
    Ruleset, Side, Target,
};
use crate::proxy::nftables::Hook;

pub(super) fn base_chains(hook: Hook) -> Vec<Walk> {
    let nat = |chain| Walk::new("nat", chain, true);
    let filter = |chain| Walk::new("filter", chain, false);
    match hook {
        Hook::Prerouting => vec![nat(CHAIN_PREROUTING)],
        Hook::Input => vec![filter(CHAIN_INPUT)],
        Hook::Forward => vec![filter(CHAIN_FORWARD)],
        Hook::Output => vec![nat(CHAIN_OUTPUT), filter(CHAIN_OUTPUT)],
        Hook::Postrouting => vec![nat(CHAIN_POSTROUTING)],
    }
}

pub(super) fn walk(
    rules: &Ruleset,
    walk: &mut Walk,
    packet: &mut Packet,
    here: Here<'_>,
    answer: Option<usize>,
    log: &mut Log,
) -> ChainResult {
    let table = if walk.table == rules.nat.name {
        &rules.nat
    } else {
        &rules.filter
    };
    let mut answer = answer;
    while let Some(frame) = walk.stack.last_mut() {
        let Some(rule) = table.rules(&frame.chain).get(frame.next) else {
            walk.stack.pop();
            continue;
        };
        let conditions = Conditions { packet, here, log };
        let applies = match conditions.hold(rule, walk.waiting.take(), answer.take()) {
            Held::Yes => true,
            Held::No => false,
            Held::Waits(place, choice) => {
                walk.waiting = Some(place);
                return ChainResult::Decide(choice);
            }
        };
        frame.next += 1;
        let Some(target) = rule.target.as_ref().filter(|_| applies) else {
            continue;
        };
        log.hits.push(RuleHit {
            table: table.name,
            chain: frame.chain.clone(),
            position: frame.next,
            chance: chance(rule),
        });
        match target {
            Target::Jump(chain) => walk.stack.push(Frame {
                chain: chain.clone(),
                next: 0,
            }),
            Target::Return => {
                walk.stack.pop();
            }
            Target::SetMark => packet.marked = true,
            Target::FlipMark => packet.marked = !packet.marked,
            Target::Accept => return ChainResult::Accept,
            Target::Drop => return ChainResult::Drop,
            Target::Reject => return ChainResult::Reject,
            Target::Dnat(address) => return ChainResult::Dnat(*address),
            Target::Masquerade => return ChainResult::Masquerade,
        }
    }
    ChainResult::Accept
}

fn chance(rule: &Rule) -> Option<Chance> {
    rule.matches.iter().find_map(|condition| match condition {
        Match::Statistic(probability) => Some(Chance::Probability(*probability)),
        _ => None,
    })
}

enum Held {
    Yes,
    No,
    Waits(usize, Choice),
}

struct Conditions<'a> {
    packet: &'a Packet,
    here: Here<'a>,
    log: &'a mut Log,
}

impl Conditions<'_> {
    /// Whether a rule's conditions hold; from the one that waited on, if one did.
    fn hold(self, rule: &Rule, waited: Option<usize>, answer: Option<usize>) -> Held {
        if waited.is_none() && !self.addresses_fit(rule) {
            return Held::No;
        }
        for (place, condition) in rule.matches.iter().enumerate().skip(waited.unwrap_or(0)) {
            let given = answer.filter(|_| waited == Some(place));
            let holds = match (condition, given) {
                (Match::Statistic(_) | Match::Recent(Recent::Check { .. }), Some(answer)) => answer == 1,
                (Match::Statistic(probability), None) => return Held::Waits(place, Choice::Chance(*probability)),
                (Match::Recent(Recent::Check { list, seconds }), None) => {
                    let choice = Choice::Remembered {
                        list: list.clone(),
                        client: *self.packet.source.ip(),
                        seconds: *seconds,
                    };
                    return Held::Waits(place, choice);
                }
                (Match::Recent(Recent::Set { list }), _) => {
                    let client = *self.packet.source.ip();
                    self.log.remember.push((list.clone(), client, true));
                    true
                }
                (condition, _) => self.holds(condition),
            };
            if !holds {
                return Held::No;
            }
        }
        Held::Yes
    }

    fn addresses_fit(&self, rule: &Rule) -> bool {
        let packet = self.packet;
        let protocol = rule.protocol.is_none_or(|protocol| packet.transport.is(protocol));
        let destination = rule
            .destination
            .is_none_or(|range| range.contains(*packet.destination.ip()));
        let source = rule
            .source
            .is_none_or(|source| within(source.value, *packet.source.ip(), source.negated));
        protocol && destination && source
    }

    fn holds(&self, condition: &Match) -> bool {
        let packet = self.packet;
        match condition {
            Match::Comment(_) | Match::Nfacct(_) | Match::Statistic(_) | Match::Recent(_) => true,
            Match::Port(protocol, port) => {
                packet.transport.is(*protocol) && port.is_none_or(|port| port == packet.destination.port())
            }
            Match::Conntrack { states, negated } => states.iter().any(|state| has_state(packet, *state)) != *negated,
            Match::Mark { negated } => packet.marked != *negated,
            Match::AddrTypeLocal(Side::Source) => self.here.has(*packet.source.ip()),
            Match::AddrTypeNotLocal(Side::Source) => !self.here.has(*packet.source.ip()),
            Match::AddrTypeNotLocal(Side::Destination) => !self.here.has(*packet.destination.ip()),
            Match::NotBridged => !CLUSTER_CIDR.contains(*packet.source.ip()),
            Match::Set { set, .. } => set.has(packet),
            Match::VirtualServer(address, protocol) => {
                packet.virtual_server == Some(*address) && packet.transport.is(*protocol)
            }
            Match::AddrTypeLocal(Side::Destination) => self.here.has(*packet.destination.ip()),
        }
    }
}

/// No packet here is invalid, and none but those that rules make is related.
fn has_state(packet: &Packet, state: ConntrackState) -> bool {
    match state {
        ConntrackState::New => packet.is_new,
        ConntrackState::Established => !packet.is_new,
        ConntrackState::Dnat => packet.is_dnat,
        ConntrackState::Invalid | ConntrackState::Related => false,
    }
}
