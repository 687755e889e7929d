//! The playground in the browser: state, effects, components, and the stage.
//!
//! May import: playground.
//! Invariant: only `host`, `frame`, `effect`, `editor`, `reader_worker` and `stage::paint` reach for the browser's globals (`tests/globals.rs`); `state` and
//! everything computed for the components is plain data, tested natively.

mod announcer;
mod app;
mod at_once;
mod card_position;
mod compare;
mod components;
mod counting;
mod dropped;
mod editor;
mod effect;
mod export;
mod first_story;
mod frame;
mod gallery;
mod glossary;
mod hops;
mod host;
mod ingress;
pub mod live;
pub mod mentions;
pub mod messages;
mod next_act;
mod outcome_word;
mod outcomes;
pub mod outputs;
#[cfg(test)]
mod played;
mod pod_state;
mod port;
mod prose;
mod reader_worker;
pub mod requests;
pub mod saved;
pub mod say;
pub mod scenarios;
pub mod selection;
pub mod snippets;
pub mod stage;
pub mod state;
pub mod story;
pub mod theme;
pub mod twin;
mod unsaved;
mod utf16;

pub use app::start;
