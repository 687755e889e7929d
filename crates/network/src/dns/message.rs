//! DNS questions and answers.

use crate::dns::{DnsRecord, RecordData, RecordType};
use std::fmt;

/// A question to a name server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// A fully qualified name with its final dot, in the case it was typed.
    pub name: String,
    pub kind: RecordType,
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.kind)
    }
}

/// The response code of a name server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseCode {
    /// The name exists, but it may have no records of the type.
    NoError,
    /// The name does not exist.
    NxDomain,
    Refused,
}

impl fmt::Display for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoError => "NOERROR",
            Self::NxDomain => "NXDOMAIN",
            Self::Refused => "REFUSED",
        })
    }
}

/// The answer of a name server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsMessage {
    pub status: ResponseCode,
    /// Whether the server is an authority for the zone.
    pub authoritative: bool,
    pub answer: Vec<DnsRecord>,
    /// The SOA record of the zone, if there are no records.
    pub authority: Vec<DnsRecord>,
    pub additional: Vec<DnsRecord>,
}

impl DnsMessage {
    /// The same with its addresses in an order that follows from a random number, behind its other records.
    ///
    /// Models: coredns plugin/loadbalance/loadbalance.go roundRobin (1.13.1).
    #[must_use]
    pub fn shuffled(mut self, draw: u64) -> Self {
        shuffle(&mut self.answer, draw);
        shuffle(&mut self.additional, base::mix(draw));
        self
    }

    pub fn empty(status: ResponseCode) -> Self {
        Self {
            status,
            authoritative: true,
            answer: Vec::new(),
            authority: Vec::new(),
            additional: Vec::new(),
        }
    }
}

fn shuffle(records: &mut Vec<DnsRecord>, draw: u64) {
    let is_address = |record: &DnsRecord| matches!(record.data, RecordData::Address(_));
    let (mut addresses, others): (Vec<_>, Vec<_>) = records.drain(..).partition(is_address);
    let mut number = draw;
    for place in (1..addresses.len()).rev() {
        number = base::mix(number);
        let other = base::below(number, place as u64 + 1);
        addresses.swap(place, usize::try_from(other).unwrap_or(place));
    }
    records.extend(others);
    records.extend(addresses);
}
