//! What the browser says of its screen and its reader's wishes.

use super::browser::window;
use web_sys::MediaQueryList;

/// Below this width all panes are tabs.
pub(super) const NARROW: &str = "(max-width: 959px)";
pub(super) const DARK: &str = "(prefers-color-scheme: dark)";
pub(super) const REDUCED: &str = "(prefers-reduced-motion: reduce)";

pub(super) fn prefers(query: &str) -> bool {
    media(query).is_some_and(|media| media.matches())
}

pub(super) fn media(query: &str) -> Option<MediaQueryList> {
    window()?.match_media(query).ok()?
}
