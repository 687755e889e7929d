//! The length of DNS messages, and the part that fits into a datagram.
//!
//! Models: github.com/miekg/dns msg.go, msg_truncate.go as CoreDNS 1.13.1 uses them.

use super::{DnsMessage, DnsRecord, Question, RecordData};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// The longest answer to a client that does not state a limit.
pub const DATAGRAM: usize = 512;

const HEADER: usize = 12;
/// Type, class, TTL and length, before a record's data.
const FIXED: usize = 10;
/// The limit for compression pointers.
const REACH: usize = 2 << 13;

/// A message truncated to a datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datagram {
    /// Without the records that did not fit.
    pub message: DnsMessage,
    /// Whether records of the answer did not fit: the client retries over TCP.
    pub truncated: bool,
    pub length: usize,
}

impl DnsMessage {
    /// The datagram of at most `limit` bytes, `reserved` of which are used otherwise.
    pub fn datagram(&self, question: &Question, limit: usize, reserved: usize) -> Datagram {
        let length = self.length(question) + reserved;
        if length <= limit {
            return Datagram {
                message: self.clone(),
                truncated: false,
                length,
            };
        }
        let mut writer = MessageWriter::with_pointers(question);
        let mut room = limit.saturating_sub(reserved);
        let mut message = Self::empty(self.status);
        message.authoritative = self.authoritative;
        for (records, fitting) in [
            (&self.answer, &mut message.answer),
            (&self.authority, &mut message.authority),
            (&self.additional, &mut message.additional),
        ] {
            for record in records {
                let before = writer.length;
                writer.record(record);
                if writer.length > room {
                    // Nothing comes after what had no room.
                    writer.length = before;
                    room = 0;
                    break;
                }
                fitting.push(record.clone());
            }
        }
        Datagram {
            truncated: message.answer.len() < self.answer.len(),
            length: writer.length + reserved,
            message,
        }
    }

    /// The length without name compression.
    pub fn length(&self, question: &Question) -> usize {
        let mut writer = MessageWriter {
            length: HEADER,
            names: None,
        };
        writer.question(question);
        for record in [&self.answer, &self.authority, &self.additional].into_iter().flatten() {
            writer.record(record);
        }
        writer.length
    }
}

struct MessageWriter {
    length: usize,
    /// The names and suffixes written so far, if names are compressed.
    names: Option<BTreeSet<String>>,
}

impl MessageWriter {
    fn with_pointers(question: &Question) -> Self {
        let mut writer = Self {
            length: HEADER,
            names: Some(BTreeSet::new()),
        };
        writer.question(question);
        writer
    }

    fn question(&mut self, question: &Question) {
        self.name(&question.name, true);
        self.length += 4;
    }

    fn record(&mut self, record: &DnsRecord) {
        self.name(&record.name, true);
        self.length += FIXED;
        match &record.data {
            RecordData::Address(IpAddr::V4(_)) => self.length += 4,
            RecordData::Address(IpAddr::V6(_)) => self.length += 16,
            RecordData::Cname(name) | RecordData::Ns(name) | RecordData::Ptr(name) => self.name(name, true),
            RecordData::Soa { ns, mailbox, .. } => {
                self.name(ns, true);
                self.name(mailbox, true);
                self.length += 20;
            }
            RecordData::Srv { target, .. } => {
                self.length += 6;
                self.name(target, false);
            }
            RecordData::Txt(text) => self.length += text.len() + 1,
        }
    }

    fn name(&mut self, name: &str, may_point: bool) {
        if name == "." {
            self.length += 1;
            return;
        }
        let mut written = name.len() + 1;
        if let Some(names) = &mut self.names {
            let starts = name.match_indices('.').map(|(dot, _)| dot + 1);
            for start in std::iter::once(0).chain(starts) {
                let Some(end) = name.get(start..).filter(|end| !end.is_empty()) else {
                    break;
                };
                if names.contains(end) {
                    if may_point {
                        written = start + 2;
                    }
                    break;
                }
                if self.length + start < REACH {
                    names.insert(end.to_owned());
                }
            }
        }
        self.length += written;
    }
}
