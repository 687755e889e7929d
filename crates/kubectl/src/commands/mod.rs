//! The commands, one file or folder each.

pub(crate) mod api_resources;
pub(crate) mod apply;
pub(crate) mod attach;
mod attached;
pub(crate) mod auth;
pub(crate) mod autoscale;
pub(crate) mod builtin_rows;
pub(crate) mod config;
pub(crate) mod create;
pub(crate) mod create_generators;
pub(crate) mod debug;
pub(crate) mod delete;
pub(crate) mod describe;
pub(crate) mod diff;
pub(crate) mod edit;
pub(crate) mod events;
pub(crate) mod exec;
pub(crate) mod expose;
mod generated;
pub(crate) mod get;
pub(crate) mod label;
pub(crate) mod logs;
pub(crate) mod node_commands;
pub(crate) mod patch;
pub(crate) mod port_forward;
pub(crate) mod replace;
pub(crate) mod rollout;
pub(crate) mod run;
pub(crate) mod scale;
pub(crate) mod set;
pub(crate) mod top;
pub(crate) mod unsupported;
pub(crate) mod version;
pub(crate) mod wait;
pub(crate) mod watch;

pub use attached::{shell_ended, words_of};
