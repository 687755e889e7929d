//! Questions and answers.

use crate::dns::{DnsRecord, RecordType};
use std::fmt;

/// What a name server is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// A whole name, with its last dot, in the case it was typed.
    pub name: String,
    /// The type of records.
    pub kind: RecordType,
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.kind)
    }
}

/// How a name server answers, its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseCode {
    /// The name exists; it may yet have no records of the type.
    NoError,
    /// There is no such name.
    NxDomain,
    /// It won't say.
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

/// What a name server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsMessage {
    /// The code.
    pub status: ResponseCode,
    /// Whether the server speaks for the zone itself.
    pub authoritative: bool,
    /// The records asked for.
    pub answer: Vec<DnsRecord>,
    /// The zone's start of authority, where there are no records.
    pub authority: Vec<DnsRecord>,
    /// Addresses of names in the answer.
    pub additional: Vec<DnsRecord>,
}

impl DnsMessage {
    /// An answer without records.
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
