//! Mode `nftables`: one table of chains, sets and verdict maps.

mod names;
mod print;
mod rules;
mod sync;

pub use rules::{
    BaseChain, KeyKind, Map, MapElement, NftChain, NftKey, NftRule, NftTable, Set, SetElements, Statement, Verdict,
};

pub(crate) use rules::Hook;
