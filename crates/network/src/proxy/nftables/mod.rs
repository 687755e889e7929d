//! Mode `nftables`: one table of chains, sets and verdict maps.

mod names;
mod print;
mod program;
mod sync;

pub use program::{
    BaseChain, Chain, KeyKind, Map, MapElement, NftKey, Rule, Set, SetElements, Statement, Table, Verdict,
};

pub(crate) use program::Hook;
