//! What BIND's programs have in common: whom they ask, how they walk through the search list, how they write names.
//!
//! Models: bind bin/dig/dighost.c (9.18).

mod client;
mod domain;
mod search;

pub(super) use client::{Client, Received, Server};
pub(super) use domain::{reverse, written};
pub(super) use search::{Lookup, SearchList};

use super::Record;
use base::Order;

/// The version of BIND.
pub(super) const VERSION: &str = "9.18.49";

/// What a program printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// On standard output.
    pub stdout: String,
    /// On standard error.
    pub stderr: String,
    /// The exit code.
    pub exit: i32,
}

/// The program ends at once.
pub(super) struct End {
    pub(super) stderr: String,
    pub(super) exit: i32,
}

/// The records of one name together, and of these those of one type, each in the order of its first.
pub(super) fn by_name_and_type(records: &[Record]) -> Vec<&Record> {
    let mut sorted: Vec<&Record> = records.iter().collect();
    let first = |same: &dyn Fn(&Record) -> bool| records.iter().position(same);
    sorted.order_by_key(|record| {
        let of_name = |other: &Record| other.name.eq_ignore_ascii_case(&record.name);
        let of_type = |other: &Record| of_name(other) && other.kind() == record.kind();
        (first(&of_name), first(&of_type))
    });
    sorted
}
