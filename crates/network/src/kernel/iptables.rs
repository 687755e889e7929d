//! Executes iptables chains.
//!
//! Models: net/ipv4/netfilter/ip_tables.c ipt_do_table, net/netfilter/xt_*.c (Linux 6).

use super::Packet;
use super::walk::{ChainFrame, ChainResult, ChainWalk, Chance, Decision, HostAddresses, RuleHit, WalkLog, within};
use crate::proxy::iptables::{
    CHAIN_FORWARD, CHAIN_INPUT, CHAIN_OUTPUT, CHAIN_POSTROUTING, CHAIN_PREROUTING, ConntrackState, IptMatch, IptRule,
    IptTarget, Recent, Ruleset, Side,
};
use crate::proxy::nftables::Hook;

pub(super) fn base_chains(hook: Hook) -> Vec<ChainWalk> {
    let nat = |chain| ChainWalk::new("nat", chain, true);
    let filter = |chain| ChainWalk::new("filter", chain, false);
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
    walk: &mut ChainWalk,
    packet: &mut Packet,
    addresses: HostAddresses<'_>,
    answer: Option<usize>,
    log: &mut WalkLog,
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
        let conditions = Conditions { packet, addresses, log };
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
            IptTarget::Jump(chain) => walk.stack.push(ChainFrame {
                chain: chain.clone(),
                next: 0,
            }),
            IptTarget::Return => {
                walk.stack.pop();
            }
            IptTarget::SetMark => packet.marked = true,
            IptTarget::FlipMark => packet.marked = !packet.marked,
            IptTarget::Accept => return ChainResult::Accept,
            IptTarget::Drop => return ChainResult::Drop,
            IptTarget::Reject(_) => return ChainResult::Reject,
            IptTarget::Dnat(address) => return ChainResult::Dnat(*address),
            IptTarget::Masquerade => return ChainResult::Masquerade,
        }
    }
    ChainResult::Accept
}

fn chance(rule: &IptRule) -> Option<Chance> {
    rule.matches.iter().find_map(|condition| match condition {
        IptMatch::Statistic(probability) => Some(Chance::Probability(*probability)),
        _ => None,
    })
}

enum Held {
    Yes,
    No,
    Waits(usize, Decision),
}

struct Conditions<'a> {
    packet: &'a Packet,
    addresses: HostAddresses<'a>,
    log: &'a mut WalkLog,
}

impl Conditions<'_> {
    /// Whether a rule's conditions hold, starting at the one that waited for an answer.
    fn hold(self, rule: &IptRule, waited: Option<usize>, answer: Option<usize>) -> Held {
        if waited.is_none() && !self.addresses_fit(rule) {
            return Held::No;
        }
        for (place, condition) in rule.matches.iter().enumerate().skip(waited.unwrap_or(0)) {
            let given = answer.filter(|_| waited == Some(place));
            let holds = match (condition, given) {
                (IptMatch::Statistic(_) | IptMatch::Recent(Recent::Check { .. }), Some(answer)) => answer == 1,
                (IptMatch::Statistic(probability), None) => return Held::Waits(place, Decision::Chance(*probability)),
                (IptMatch::Recent(Recent::Check { list, seconds, .. }), None) => {
                    let choice = Decision::Remembered {
                        list: list.clone(),
                        client: self.packet.source.ip(),
                        seconds: *seconds,
                    };
                    return Held::Waits(place, choice);
                }
                (IptMatch::Recent(Recent::Set { list, .. }), _) => {
                    let client = self.packet.source.ip();
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

    fn addresses_fit(&self, rule: &IptRule) -> bool {
        let packet = self.packet;
        let protocol = rule.protocol.is_none_or(|protocol| packet.transport.is(protocol));
        let destination = rule
            .destination
            .is_none_or(|range| within(range.value, packet.destination.ip(), range.negated));
        let source = rule
            .source
            .is_none_or(|source| within(source.value, packet.source.ip(), source.negated));
        protocol && destination && source
    }

    fn holds(&self, condition: &IptMatch) -> bool {
        let packet = self.packet;
        match condition {
            IptMatch::Comment(_) | IptMatch::Nfacct(_) | IptMatch::Statistic(_) | IptMatch::Recent(_) => true,
            IptMatch::Port(protocol, port) => {
                packet.transport.is(*protocol) && port.is_none_or(|port| port == packet.destination.port())
            }
            IptMatch::Conntrack { states, negated } => states.iter().any(|state| has_state(packet, *state)) != *negated,
            IptMatch::Mark { negated } => packet.marked != *negated,
            IptMatch::AddrTypeLocal(Side::Source) => self.addresses.has(packet.source.ip()),
            IptMatch::AddrTypeNotLocal(Side::Source) => !self.addresses.has(packet.source.ip()),
            IptMatch::AddrTypeNotLocal(Side::Destination) => !self.addresses.has(packet.destination.ip()),
            IptMatch::NotBridged(pods) => !pods.contains(packet.source.ip()),
            IptMatch::Set { set, .. } => set.has(packet),
            IptMatch::VirtualServer(address, protocol) => {
                packet.virtual_server == Some(*address) && packet.transport.is(*protocol)
            }
            IptMatch::AddrTypeLocal(Side::Destination) => self.addresses.has(packet.destination.ip()),
        }
    }
}

/// The simulation has no invalid and no related packets.
fn has_state(packet: &Packet, state: ConntrackState) -> bool {
    match state {
        ConntrackState::New => packet.is_new,
        ConntrackState::Established => !packet.is_new,
        ConntrackState::Dnat => packet.is_dnat,
        ConntrackState::Invalid | ConntrackState::Related => false,
    }
}
