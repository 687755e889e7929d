//! The text of a help page.

/// Groups of commands in the overview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Beginner,
    Intermediate,
    Deploy,
    Cluster,
    Troubleshooting,
    Advanced,
    Settings,
    Other,
}

/// A help page.
pub(crate) struct Page {
    /// The words behind `kubectl`.
    pub(crate) name: &'static str,
    /// Other words for the same command.
    pub(super) aliases: &'static [&'static str],
    pub(super) group: Group,
    /// One line without a full stop.
    pub(super) short: &'static str,
    pub(super) about: &'static str,
    /// Each a sentence and a command line.
    pub(super) examples: &'static [(&'static str, &'static str)],
    /// What follows the name; empty if the command only has subcommands.
    pub(super) usage: &'static str,
}

/// Default fields.
pub(super) const NONE: Page = Page {
    name: "",
    aliases: &[],
    group: Group::Other,
    short: "",
    about: "",
    examples: &[],
    usage: "[flags]",
};
