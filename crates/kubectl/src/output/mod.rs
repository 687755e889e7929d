//! What commands print: objects in a format, and a line for each change.

pub(crate) mod dry_run;
pub(crate) mod format;
pub(crate) mod objects;
mod older;
pub(crate) mod report;
pub(crate) mod scale;
