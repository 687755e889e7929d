//! Mode `nftables`: one table of chains, sets and verdict maps.

mod names;
mod print;
mod program;
mod sync;

pub use program::{BaseChain, Chain, Key, KeyKind, Map, MapElement, Rule, Set, SetElements, Statement, Table, Verdict};

pub(crate) use program::Hook;
