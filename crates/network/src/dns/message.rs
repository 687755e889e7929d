//! DNS questions and answers.

use crate::dns::{DnsRecord, RecordType};
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
