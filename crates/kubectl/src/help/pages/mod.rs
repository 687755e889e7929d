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
pub(super) struct Page {
    /// Its words, behind `kubectl`.
    pub(super) name: &'static str,
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
    /// Those of its command's flags that it takes, in groups; all where none is named.
    pub(super) flags: &'static [&'static [&'static str]],
}

const NONE: Page = Page {
    name: "",
    aliases: &[],
    group: Group::Other,
    short: "",
    about: "",
    examples: &[],
    usage: "[flags]",
    flags: &[],
};

/// Flags of all that makes something.
const MAKES: &[&str] = &["dry-run", "output", "field-manager", "save-config"];
/// Flags of all that reads manifests.
const FILES: &[&str] = &["filename", "kustomize", "recursive"];
/// Flags of all that prints objects.
const PRINT: &[&str] = &[
    "output",
    "template",
    "allow-missing-template-keys",
    "show-managed-fields",
];

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
