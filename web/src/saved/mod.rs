//! The learner's texts, as the browser keeps them: the last [`MOST`], each with the moment of its last change.
//!
//! A page writes into the text that it began. Another page, which another tab shows, begins a text of its own with its first
//! change, and so does a page that opens a text of long ago: so nobody overwrites what somebody else wrote, or what one may want
//! back. No browser in here: what it keeps is behind [`Store`].

mod shelf;
mod summary;

pub use shelf::{Shelf, all, take};
pub use summary::summary;

use crate::say;
use playground::Scenario;

/// How many texts are kept.
pub const MOST: usize = 20;
/// After so many milliseconds without a change, a text is left as it is, and the next change begins another.
pub const LONG_AGO_MS: u64 = 3_600_000;

/// Words by their keys.
pub trait Store {
    fn get(&self, key: &str) -> Option<String>;
    /// False if there is no room for it.
    fn set(&self, key: &str, word: &str) -> bool;
    fn remove(&self, key: &str);
    fn keys(&self) -> Vec<String>;
}

/// A text and the rest of its scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedText {
    pub id: String,
    /// The last change, in milliseconds since 1970.
    pub at: u64,
    pub scenario: Scenario,
}

/// A row of the list of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedTextRow {
    pub id: String,
    /// Its last change, in words.
    pub when: String,
    pub about: String,
    /// How many changes were made by hand.
    pub changes: usize,
    /// Whether it is shown.
    pub is_current: bool,
}

/// Whether the browser keeps what the learner writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Saving {
    #[default]
    Works,
    /// There is no room left.
    Full,
    /// The browser lets the page keep nothing.
    Denied,
}

impl Saving {
    /// In a word or two, and what it means.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Works => (say::saved(), say::saved_about()),
            Self::Full => (say::unsaved(), say::unsaved_full()),
            Self::Denied => (say::unsaved(), say::unsaved_denied()),
        }
    }
}
