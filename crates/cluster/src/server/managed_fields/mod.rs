//! Server-side apply: who manages which fields of an object, and what follows for what is applied.
//!
//! Models: apimachinery/pkg/util/managedfields, structured-merge-diff/v6/merge (v1.36).

mod apply;
mod compare;
pub(crate) mod entry;
mod field_set;
mod merge;
mod migration;
mod owners;
mod shape;
mod typed;

pub use apply::Applied;
pub(crate) use owners::{created, updated};
