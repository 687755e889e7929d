//! kubectl: a command line becomes cluster operations, and objects become text, to the letter as v1.36 prints it.
//!
//! May import: api, cluster.
//! Invariant: decides nothing; whatever a command changes, the cluster crate admits or refuses.

#[allow(dead_code)]
mod describe;
mod duration;
#[allow(dead_code, unused_imports)]
mod print;
