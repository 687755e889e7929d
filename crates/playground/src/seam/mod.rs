//! The seam between a page and a reader that works elsewhere, such as in a worker that can be ended.
//!
//! [`Command`]s go to the reader, [`Update`]s come back, one for each and in the same order; both have a byte form. The page keeps
//! a [`Mirror`] of the session: it plays by itself, and knows of the text what the reader told last.

mod command;
mod handle;
mod json;
mod mirror;
pub(crate) mod pooled;
mod question;
mod update;

pub use command::{Command, Task};
pub use handle::handle;
pub use mirror::Mirror;
pub use question::{Question, Reply};
pub use update::{Done, Facts, Update};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The byte form of a command or an update.
pub fn to_bytes<T: Serialize>(message: &T) -> Vec<u8> {
    // Writing into memory fails for sequences of unknown length alone, of which there are none.
    postcard::to_allocvec(message).unwrap_or_default()
}

/// The command or update of this byte form; `None` if it is none of this program.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}
