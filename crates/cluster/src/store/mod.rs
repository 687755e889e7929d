//! The objects, the indexes over them, and [`Tools`], by which everything in the cluster changes them.

pub(crate) mod content;
pub(crate) mod events;
pub(crate) mod fields;
mod generation;
mod ip_addresses;
pub(crate) mod key;
mod label_index;
mod object;
mod pod_budget;
mod queue;
mod selections;
mod shared;
mod sorted_map;
mod tables;
mod tools;

pub(crate) use events::EventSource;
pub(crate) use fields::{remove, set};
pub(crate) use generation::{has_generation, is_new_generation, without_empty_lists};
pub use key::ObjectKey;
pub use object::{Involved, Object};
pub use pod_budget::PodLimits;
pub(crate) use shared::Shared;
pub(crate) use sorted_map::SortedMap;
pub(crate) use tables::{ObjectTable, Store, UsedBytes};
pub(crate) use tools::{Tools, next_state};
