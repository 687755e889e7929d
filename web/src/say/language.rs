//! The languages that there are.

use super::sentences::LANGUAGES;

/// By its place among all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Language(usize);

impl Language {
    pub fn all() -> impl Iterator<Item = Self> {
        (0..LANGUAGES.len()).map(Self)
    }

    /// As in `?lang=` and `<html lang>`.
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// In its own words.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    fn row(self) -> (&'static str, &'static str) {
        LANGUAGES.get(self.0).copied().unwrap_or_default()
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().find(|language| language.code() == code)
    }

    /// Whether its sentences are in the module.
    pub const fn is_first(self) -> bool {
        self.0 == 0
    }
}
