//! kubectl: a command line becomes cluster operations, and objects become text, to the letter as v1.36 prints it.
//!
//! May import: api, cluster.
//! Invariant: decides nothing; whatever a command changes, the cluster crate admits or refuses.

mod admit;
mod api_resources;
mod apply;
mod auth;
mod change;
mod command;
mod complete;
mod config;
mod containers;
mod create;
mod delete;
mod describe;
mod describe_command;
mod diff;
mod duration;
mod elsewhere;
mod events;
mod exec;
mod explain;
mod failure;
mod flags;
mod format;
mod generate;
mod get;
mod help;
mod label;
mod logs;
mod manifests;
mod nodes;
mod patch;
mod print;
mod replace;
mod resources;
mod rollout;
mod scale;
mod selector;
mod set;
mod standing;
mod surroundings;
mod version;
mod wait;
mod watch;
mod words;

pub use admit::{Created, Gate, Refusal, admit, admit_cached};
pub use command::run;
pub use complete::{Completion, Offer, complete};
pub use surroundings::{Call, Containers, Ended, Line, ManifestReader, Surroundings};
pub use words::split;

/// What a command printed, and its exit code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// 0 where all went well.
    pub exit: i32,
    /// Where the command has not ended by now: the virtual second by which it will, `i64::MAX` where it never does.
    /// Run again later, with the cluster as it was [`Surroundings::before`], it prints more or ends.
    pub waits_until: Option<i64>,
}
