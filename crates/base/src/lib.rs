//! What every crate may use: stable sorting, seeded random numbers, edit distance, hunks of a difference, SHA-256, a small hash.
//!
//! May import: nothing of the workspace.
//! Invariant: the same input gives the same output, natively and in WebAssembly.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod distance;
mod hunks;
mod order;
mod random;
mod sha256;

pub use distance::distance;
pub use hunks::{Edit, hunks};
pub use order::Order;
pub use random::{Stream, below, finalize, hash, long_hash, mix, short_hash};
pub use sha256::sha256;
