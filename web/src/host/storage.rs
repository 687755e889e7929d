//! The browser's storage, which may be full or forbidden.

use super::browser::window;
use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::Storage;

/// Keys of the local storage.
pub mod storage_keys {
    /// What was shown last, by any page.
    pub const DRAFT: &str = "draft";
    /// Which of the saved texts it is, if it is one.
    pub const DRAFT_OF: &str = "draft-of";
    /// Where the text before the current one was kept, until texts were.
    pub const EARLIER: &str = "earlier";
    pub const HISTORY: &str = "history";
    pub const LAYOUT: &str = "layout";
    /// Whether the first story has been told.
    pub const STORY_TOLD: &str = "story-told";
    /// Whether the line with the next thing to do is hidden.
    pub const HIDES_NEXT: &str = "hides-next";
    pub const SOLVED: &str = "solved";
    /// `index.html` reads it before the first paint.
    pub const THEME: &str = "theme";
    /// `index.html` reads it, too.
    pub const LANGUAGE: &str = "language";
    /// The length of the text that is being read.
    pub const READING: &str = "reading";
}

/// `None` in a sandboxed frame, where access throws.
pub(super) fn storage() -> Option<Storage> {
    window()?.local_storage().ok()?
}

pub(super) fn recall_word(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

pub(super) fn recall<T: DeserializeOwned>(key: &str) -> Option<T> {
    serde_json::from_str(&recall_word(key)?).ok()
}

pub fn store_word(key: &str, word: &str) {
    if let Some(storage) = storage() {
        // A full or forbidden storage loses no more than what it would have kept.
        let _ = storage.set_item(key, word);
    }
}

/// Removes what was stored.
pub fn forget(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key);
    }
}

pub fn store<T: Serialize>(key: &str, value: &T) {
    if let Ok(json) = serde_json::to_string(value) {
        store_word(key, &json);
    }
}
