//! Fuzzing: inputs that nobody would write, and what must hold of their answers.
//!
//! A [`Target`] runs one input. [`Fuzzer`] makes inputs from a kept corpus, by a seed, and counts how many it ran; where the
//! program is compiled with counters of coverage it keeps those that reach something new.
//!
//! `cargo test -p playground-fuzz` runs all kept inputs and a fixed number of new ones. `src/main.rs` says how to run more.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a target fails where something does not hold"
)]

mod choices;
mod corpus;
mod coverage;
mod fuzzer;
mod generate;
mod mutate;
mod panics;
mod targets;

pub use choices::Choices;
pub use corpus::{Corpus, find_file};
pub use coverage::is_instrumented;
pub use fuzzer::{Find, Fuzzer, Progress};
pub use panics::{Panic, caught};
pub use targets::{TARGETS, Target, case};
