//! kubectl: turns a command line into cluster operations, and objects into text as v1.36 prints it.
//!
//! May import: base, yaml, api, cluster.
//! Invariant: decides nothing; the cluster crate admits or refuses every change.

#![forbid(unsafe_code)]

mod admit;
mod client;
mod commands;
mod complete;
mod context;
mod describe;
mod discovery;
mod dispatch;
mod explain;
mod failure;
mod help;
mod line;
mod output;
mod print;
mod surroundings;
mod targets;

pub use admit::{Created, Gate, Refusal, admit, admit_cached};
pub use client::KubectlVersion;
pub use commands::{api_answer, shell_ended};
pub use complete::{Completion, Offer, complete};
pub use discovery::Discovery;
pub use dispatch::{is_command, run};
pub use line::words::{Lexer, ShellToken, ShellTokenKind, is_kubectl, split};
pub use surroundings::{
    AskedPod, Call, Containers, Edit, Edited, Ended, ForwardedPort, LogLine, OpenedBy, OpenedShell, Output, Place,
    Surroundings,
};
