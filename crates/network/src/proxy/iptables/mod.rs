//! Mode `iptables`: chains of rules in the tables nat and filter.

mod names;
mod program;
mod sync;

pub use program::{Chain, ConntrackState, Match, Negatable, Probability, Recent, Rule, Ruleset, Side, Table, Target};

pub(crate) use program::{CHAIN_FORWARD, CHAIN_INPUT, CHAIN_OUTPUT, CHAIN_POSTROUTING, CHAIN_PREROUTING};
