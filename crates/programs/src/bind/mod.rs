//! What BIND's programs have in common: whom they ask, how they walk through the search list, how they write names.
//!
//! Models: bind bin/dig/dighost.c (9.18).

mod client;
mod domain;
mod search;

pub(crate) use client::{BindClient, DnsServer, Received};
pub(crate) use domain::{reverse, written};
pub(crate) use search::{Lookup, SearchList};

use base::Order;
use network::dns::DnsRecord;

/// The version of BIND.
pub(crate) const VERSION: &str = "9.18.49";

/// The program ends at once.
pub(crate) struct EarlyExit {
    pub(crate) stderr: String,
    pub(crate) exit: i32,
}

/// The records of one name together, and of these those of one type, each in the order of its first.
pub(crate) fn by_name_and_type(records: &[DnsRecord]) -> Vec<&DnsRecord> {
    let mut sorted: Vec<&DnsRecord> = records.iter().collect();
    let first = |same: &dyn Fn(&DnsRecord) -> bool| records.iter().position(same);
    sorted.order_by_key(|record| {
        let of_name = |other: &DnsRecord| other.name.eq_ignore_ascii_case(&record.name);
        let of_type = |other: &DnsRecord| of_name(other) && other.kind() == record.kind();
        (first(&of_name), first(&of_type))
    });
    sorted
}
