//! What `kubectl get` prints: tables, and all that `-o` can ask for.

mod columns;
mod events;
mod json;
mod layout;
mod pods;
mod table;
mod yaml;

pub(crate) use json::json;
pub(crate) use table::{TableOptions, table};
pub(crate) use yaml::yaml;
