//! The playground in the browser: state, effects, components, and the stage.
//!
//! May import: playground.
//! Invariant: only `host`, `effect`, `editor` and the stage's painting reach for the browser's globals; `state` and all that is
//! computed for the components is plain data, tested natively.

mod app;
mod at_once;
mod card_position;
mod components;
mod editor;
mod effect;
mod hops;
mod host;
pub mod live;
pub mod mentions;
pub mod outputs;
pub mod requests;
pub mod scenarios;
pub mod selection;
pub mod stage;
pub mod state;
pub mod story;
pub mod theme;
pub mod twin;

pub use app::start;
