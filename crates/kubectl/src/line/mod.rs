//! Parts of a command line: flags, names, selectors, durations.

pub(crate) mod args;
pub(crate) mod duration;
pub(crate) mod field_selector;
pub(crate) mod flags;
pub(crate) mod resources;
pub(crate) mod selector;
pub(crate) mod words;
