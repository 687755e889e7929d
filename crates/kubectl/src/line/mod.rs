//! The words of a command line: flags, names, selectors, spans of time.

pub(crate) mod args;
pub(crate) mod duration;
pub(crate) mod field_selector;
pub(crate) mod flags;
pub(crate) mod resources;
pub(crate) mod selector;
pub(crate) mod words;
