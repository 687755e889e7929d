//! A page for each command.

mod advanced;
mod basic;
mod cluster;
mod deploy;
mod objects;
mod set;
mod troubleshooting;

use super::Group;

/// What is told of a command.
pub(crate) struct Page {
    /// Its words, behind `kubectl`.
    pub(crate) name: &'static str,
    /// Other words for it.
    pub(super) aliases: &'static [&'static str],
    /// Where the overview has it.
    pub(super) group: Group,
    /// What it does, in a line without full stop.
    pub(super) short: &'static str,
    /// What else is good to know.
    pub(super) about: &'static str,
    /// What an example does, and its line.
    pub(super) examples: &'static [(&'static str, &'static str)],
    /// What follows its name; empty for a command that only leads to others.
    pub(super) usage: &'static str,
}

const NONE: Page = Page {
    name: "",
    aliases: &[],
    group: Group::Other,
    short: "",
    about: "",
    examples: &[],
    usage: "[flags]",
};

/// All pages, in the order of the overview; a subcommand follows its command.
pub(super) fn all() -> impl Iterator<Item = &'static Page> {
    [
        basic::PAGES,
        set::PAGES,
        objects::PAGES,
        deploy::PAGES,
        cluster::PAGES,
        troubleshooting::PAGES,
        advanced::PAGES,
    ]
    .into_iter()
    .flatten()
}
