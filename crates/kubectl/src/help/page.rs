//! What a help page says of a command.

/// How the overview groups the commands.
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

/// Where a page leaves a field out.
pub(super) const NONE: Page = Page {
    name: "",
    aliases: &[],
    group: Group::Other,
    short: "",
    about: "",
    examples: &[],
    usage: "[flags]",
};
