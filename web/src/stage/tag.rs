//! The tag beside the selected request: source and destination of its packet, as rules rewrite them.

use super::course::since;
use crate::hops::{self, PacketAddresses, PacketSummary};
use crate::say;
use playground::{Hop, Micros, Request};

/// How long a rewritten address is emphasised.
const FRESH: Micros = Micros::from_millis(420);

/// Shortens the hash of the chain: `KUBE-SVC-MH7M… rule 2`.
pub fn short(rule: &str) -> String {
    /// Enough of a chain's name to recognise it.
    const TELLING: usize = 13;
    let (chain, place) = rule.split_once(' ').unwrap_or((rule, ""));
    match chain.get(..TELLING) {
        Some(start) if chain.len() > TELLING + 1 => format!("{start}… {place}"),
        _ => rule.to_owned(),
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tag {
    /// Lines with their emphasis: 1 for just rewritten, 0 for unchanged.
    pub lines: Vec<(String, f64)>,
}

impl Tag {
    /// `None` before the request is sent and after it ended.
    pub fn of(request: &Request, packet: Option<&PacketSummary>, at: Micros) -> Option<Self> {
        let leg = request.leg_at(at)?;
        let name = &request.target.service.name;
        if let Some((from, to)) = hops::lookup(request).filter(|(_, to)| at < *to) {
            let told = request.dialled.filter(|_| since(from, at, to - from) >= 0.5);
            let words = told.map_or_else(|| format!("{name}?"), |(ip, _)| say::tag_is(&name, &ip));
            return Some(Self::plain(vec![words]));
        }
        let packet = packet?;
        let (sent, arrived) = (&packet.sent, &packet.arrived);
        let age = 1.0 - since(leg.from, at, FRESH);
        Some(match leg.hop {
            Hop::ToService | Hop::ToController => Self::going(sent, sent, age),
            Hop::ToBackend | Hop::AtBackend => {
                let age = if leg.hop == Hop::ToBackend { age } else { 0.0 };
                Self::going(arrived, sent, age)
            }
            Hop::FromBackend => Self::coming(arrived, arrived, age),
            Hop::FromController | Hop::FromService => Self::coming(sent, arrived, age),
            Hop::Resolving | Hop::LostAtClient | Hop::LostAtService | Hop::LostAtBackend => return None,
        })
    }

    fn plain(words: Vec<String>) -> Self {
        Self {
            lines: words.into_iter().map(|words| (words, 0.0)).collect(),
        }
    }

    /// On the way to the endpoint.
    fn going(now: &PacketAddresses, before: &PacketAddresses, age: f64) -> Self {
        let is_new = |changed: bool| if changed { age } else { 0.0 };
        Self {
            lines: vec![
                (say::tag_from(&now.from), is_new(now.from != before.from)),
                (say::tag_to(&now.to), is_new(now.to != before.to)),
            ],
        }
    }

    /// On the way back to the client: source and destination are swapped.
    fn coming(now: &PacketAddresses, before: &PacketAddresses, age: f64) -> Self {
        let is_new = |changed: bool| if changed { age } else { 0.0 };
        Self {
            lines: vec![
                (say::tag_from(&now.to), is_new(now.to != before.to)),
                (say::tag_to(&now.from), is_new(now.from != before.from)),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::played::Played;
    use crate::scenarios;
    use playground::Client;

    fn first(matches: impl Fn(&Request) -> bool) -> (Request, Option<PacketSummary>) {
        let at = Micros::from_seconds(8);
        let mut session = Played::new(scenarios::ALL[0].scenario());
        session.run(at);
        let Some(request) = session.requests(at).iter().find(|request| matches(request)).cloned() else {
            panic!("such a request is sent")
        };
        let packet = PacketSummary::of(&session, request.number);
        (request, packet)
    }

    fn words(request: &Request, packet: Option<&PacketSummary>, leg: usize, millis: u64) -> Vec<String> {
        let at = request.legs[leg].from + Micros::from_millis(millis);
        let tag = Tag::of(request, packet, at).unwrap_or_default();
        tag.lines.into_iter().map(|(words, _)| words).collect()
    }

    #[test]
    fn an_address_changes_where_the_rule_rewrites_it_and_back_again() {
        let (request, packet) = first(|request| request.client == Client::Outside);
        let at = |leg| words(&request, packet.as_ref(), leg, 1);
        assert_eq!(at(0), ["from 192.168.49.1", "to 192.168.49.2:30008"]);
        assert_eq!(at(1)[0], "from 10.244.0.1", "masqueraded");
        assert!(at(1)[1].starts_with("to 10.244.0."), "{:?}", at(1));
        assert_eq!(at(3)[0], at(1)[1].replace("to ", "from "));
        assert_eq!(at(4), ["from 192.168.49.2:30008", "to 192.168.49.1"]);
        let fresh = Tag::of(&request, packet.as_ref(), request.legs[1].from).unwrap_or_default();
        assert!(fresh.lines.iter().all(|(_, fresh)| *fresh > 0.9), "{fresh:?}");
    }

    #[test]
    fn before_anything_is_sent_the_name_is_asked_for() {
        let (request, packet) = first(|request| *request.target.service.name == *"back-end");
        assert_eq!(words(&request, packet.as_ref(), 0, 1), ["back-end?"]);
        assert_eq!(words(&request, packet.as_ref(), 0, 120), ["back-end is 10.111.52.100"]);
        assert_eq!(words(&request, packet.as_ref(), 0, 200)[1], "to 10.111.52.100:80");
    }

    #[test]
    fn a_chain_is_told_by_the_beginning_of_its_name() {
        assert_eq!(short("KUBE-SVC-MH7MMLQAG4W6N4Z6 rule 2"), "KUBE-SVC-MH7M… rule 2");
        assert_eq!(short("KUBE-SERVICES rule 1"), "KUBE-SERVICES rule 1");
    }
}
