//! What BIND's programs share: asking name servers, the search list, printing names.
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

pub(crate) const VERSION: &str = "9.18.49";

/// The program ends early.
pub(crate) struct EarlyExit {
    pub(crate) stderr: String,
    pub(crate) exit: i32,
}

/// Records grouped by name, then by type, in order of first occurrence.
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
