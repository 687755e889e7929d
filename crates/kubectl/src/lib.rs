//! kubectl: a command line becomes cluster operations, and objects become text, to the letter as v1.36 prints it.
//!
//! May import: api, cluster.
//! Invariant: decides nothing; whatever a command changes, the cluster crate admits or refuses.

mod admit;
mod change;
mod command;
mod create;
mod describe;
mod describe_command;
mod duration;
mod failure;
mod flags;
mod format;
mod generate;
mod get;
mod patch;
mod print;
mod resources;
mod rollout;
mod selector;
mod words;

pub use admit::{Created, Gate, Refusal, admit};
pub use command::run;
pub use words::split;

use api::Value;

/// What a command printed, and its exit code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// 0 where all went well.
    pub exit: i32,
}

/// Turns a text into the documents it holds.
pub trait ManifestReader {
    /// Each document as kubectl would send it, or what kubectl says behind `error parsing STDIN: `.
    fn read(&self, text: &str) -> Vec<Result<Value, String>>;
}
