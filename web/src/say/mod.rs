//! What the page says, by language: `web/words/LANGUAGE.yaml` has the sentences, `build.rs` makes a function of each.
//!
//! English is in the module. Another language is a table beside it, a line for each sentence, which [`speak`] takes; what it lacks
//! is said in English. What kubectl and Kubernetes print is no sentence of the page and stays as it is.

mod language;
mod sentences;
mod translated;

pub use language::Language;
pub use sentences::*;
pub use translated::{in_own_digits, translated, with_own_decimal};
