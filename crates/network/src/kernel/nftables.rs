//! Executes nftables chains.
//!
//! Models: net/netfilter/nf_tables_core.c `nft_do_chain` (Linux 6).

use super::walk::{ChainFrame, ChainResult, ChainWalk, Chance, Decision, Locals, RuleHit, WalkLog, within};
use super::{Packet, Transport};
use crate::proxy::nftables::{Hook, KeyKind, NftKey, NftTable, SetElements, Statement, Verdict};
use base::Order;
use std::net::IpAddr;
use std::rc::Rc;

const TABLE: &str = "kube-proxy";

pub(super) fn base_chains(table: &NftTable, hook: Hook) -> Vec<ChainWalk> {
    let mut bases: Vec<_> = table
        .chains
        .iter()
        .filter_map(|chain| Some((chain.base.filter(|base| base.hook == hook)?, &chain.name)))
        .collect();
    bases.order_by_key(|(base, _)| base.priority);
    bases
        .into_iter()
        .map(|(base, chain)| ChainWalk::new(TABLE, chain, base.translates))
        .collect()
}

pub(super) fn walk(
    table: &NftTable,
    walk: &mut ChainWalk,
    packet: &mut Packet,
    locals: Locals,
    answer: Option<usize>,
    log: &mut WalkLog,
) -> ChainResult {
    let mut answer = answer;
    while let Some(frame) = walk.stack.last_mut() {
        let rule = table.chain(&frame.chain).and_then(|chain| chain.rules.get(frame.next));
        let Some(rule) = rule else {
            walk.stack.pop();
            continue;
        };
        let waited = walk.waiting.take();
        let mut statements = Statements {
            table,
            packet,
            locals,
            log,
            chance: None,
        };
        let done = statements.run(&rule.statements, waited, answer.take());
        let chance = statements.chance;
        if let Done::Waits(place, choice) = done {
            walk.waiting = Some(place);
            return ChainResult::Decide(choice);
        }
        frame.next += 1;
        if done != Done::NotHeld {
            log.hits.push(RuleHit {
                table: TABLE,
                chain: frame.chain.clone(),
                position: frame.next,
                chance,
            });
        }
        match done {
            Done::Through | Done::NotHeld | Done::Waits(..) => {}
            Done::Ends(flow) => return flow,
            Done::Jumps(chain) => walk.stack.push(ChainFrame { chain, next: 0 }),
            Done::Goes(chain) => *frame = ChainFrame { chain, next: 0 },
        }
    }
    ChainResult::Accept
}

#[derive(PartialEq, Eq)]
enum Done {
    NotHeld,
    /// All statements ran without a verdict.
    Through,
    Jumps(Rc<str>),
    Goes(Rc<str>),
    Ends(ChainResult),
    Waits(usize, Decision),
}

impl Done {
    fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Jump(chain) => Self::Jumps(chain.clone()),
            Verdict::Goto(chain) => Self::Goes(chain.clone()),
            Verdict::Drop => Self::Ends(ChainResult::Drop),
            Verdict::Reject => Self::Ends(ChainResult::Reject),
        }
    }
}

struct Statements<'a> {
    table: &'a NftTable,
    packet: &'a mut Packet,
    locals: Locals,
    log: &'a mut WalkLog,
    chance: Option<Chance>,
}

impl Statements<'_> {
    fn run(&mut self, statements: &[Statement], waited: Option<usize>, answer: Option<usize>) -> Done {
        for (place, statement) in statements.iter().enumerate().skip(waited.unwrap_or(0)) {
            let given = answer.filter(|_| waited == Some(place));
            match self.one(place, statement, given) {
                Done::Through => {}
                done => return done,
            }
        }
        Done::Through
    }

    fn one(&mut self, place: usize, statement: &Statement, answer: Option<usize>) -> Done {
        let client = self.packet.source.ip();
        match (statement, answer) {
            (Statement::SourceRemembered(_), Some(answer)) => held(answer == 1),
            (Statement::SourceRemembered(list), None) => Done::Waits(
                place,
                Decision::Remembered {
                    list: list.clone(),
                    client,
                    seconds: self.seconds(list),
                },
            ),
            (Statement::RandomChain(chains), Some(answer)) => {
                self.chance = Some(Chance::OneIn(chains.len()));
                chains
                    .get(answer)
                    .map_or(Done::NotHeld, |chain| Done::Goes(chain.clone()))
            }
            (Statement::RandomDnat(addresses), Some(answer)) => {
                self.chance = Some(Chance::OneIn(addresses.len()));
                addresses
                    .get(answer)
                    .map_or(Done::NotHeld, |address| Done::Ends(ChainResult::Dnat(*address)))
            }
            (Statement::RandomChain(chains), None) => Done::Waits(place, Decision::OneOf(chains.len())),
            (Statement::RandomDnat(addresses), None) => Done::Waits(place, Decision::OneOf(addresses.len())),
            (Statement::Remember(list), _) => {
                self.log.remember.push((list.clone(), client, false));
                Done::Through
            }
            (Statement::SetMark, _) => {
                self.packet.marked = true;
                Done::Through
            }
            (Statement::FlipMark, _) => {
                self.packet.marked = !self.packet.marked;
                Done::Through
            }
            (Statement::Lookup(kind, map), _) => self.look_up(*kind, map),
            (Statement::Dnat(address), _) => Done::Ends(ChainResult::Dnat(*address)),
            (Statement::Masquerade, _) => Done::Ends(ChainResult::Masquerade),
            (Statement::Verdict(verdict), _) => Done::of(verdict),
            (condition, _) => held(self.holds(condition)),
        }
    }

    fn holds(&self, condition: &Statement) -> bool {
        let (source, destination) = (self.packet.source.ip(), self.packet.destination.ip());
        match condition {
            Statement::StateNew => self.packet.is_new,
            Statement::StatusDnat => self.packet.is_dnat,
            Statement::Protocol(protocol) => self.packet.transport.is(*protocol),
            Statement::DestinationIn(set) => self.set_has(set, destination),
            Statement::DestinationWithin(range) => range.contains(destination),
            Statement::SourceWithin(range) => within(*range, source, false),
            Statement::SourceOutside(range) => within(*range, source, true),
            Statement::SourceInNone(ranges) => !ranges.iter().any(|range| range.contains(source)),
            Statement::SourceLocal => self.locals.has(source),
            Statement::HairpinIn(set) => self.is_hairpin(set),
            Statement::Marked => self.packet.marked,
            _ => true,
        }
    }

    fn set_has(&self, set: &str, address: IpAddr) -> bool {
        let elements = self.table.set(set).map(|set| &set.elements);
        matches!(elements, Some(SetElements::Addresses(addresses)) if addresses.contains(&address))
    }

    fn is_hairpin(&self, set: &str) -> bool {
        let (source, destination) = (self.packet.source.ip(), self.packet.destination);
        let Transport::Port(protocol) = self.packet.transport else {
            return false;
        };
        let elements = self.table.set(set).map(|set| &set.elements);
        let way = (destination.ip(), protocol, destination.port());
        source == destination.ip()
            && matches!(elements, Some(SetElements::Hairpins(hairpins)) if hairpins.contains(&way))
    }

    fn seconds(&self, list: &str) -> u32 {
        match self.table.set(list).map(|set| &set.elements) {
            Some(SetElements::Clients { seconds }) => *seconds,
            _ => 0,
        }
    }

    /// A packet without ports or without an entry in the map ends the rule.
    fn look_up(&self, kind: KeyKind, map: &str) -> Done {
        let Transport::Port(protocol) = self.packet.transport else {
            return Done::NotHeld;
        };
        let destination = self.packet.destination;
        let key = NftKey {
            address: (kind == KeyKind::Address).then_some(destination.ip()),
            protocol,
            port: destination.port(),
        };
        let element = self.table.map(map).and_then(|map| map.elements.get(&key));
        element.map_or(Done::NotHeld, |element| Done::of(&element.verdict))
    }
}

fn held(holds: bool) -> Done {
    if holds { Done::Through } else { Done::NotHeld }
}
