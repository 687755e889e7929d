//! What comes of files that are dropped on the page.

/// The files that were dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// Their names and texts.
    Texts(Vec<(String, String)>),
    /// Why one of them is not opened, in a sentence.
    Refused(String),
}
