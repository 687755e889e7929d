//! Mode `iptables`: chains of rules in the tables nat and filter.

mod names;
mod rules;
mod sync;

pub use rules::{
    ConntrackState, IptChain, IptMatch, IptRule, IptTable, IptTarget, Negatable, Probability, Recent, Ruleset, Side,
};

pub(crate) use rules::{CHAIN_FORWARD, CHAIN_INPUT, CHAIN_OUTPUT, CHAIN_POSTROUTING, CHAIN_PREROUTING};
