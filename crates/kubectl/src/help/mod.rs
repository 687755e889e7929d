//! `--help`, `help`, `options`, and `kubectl` alone.
//!
//! The layout is kubectl's, the words are ours.

mod page;
mod pages;

use crate::line::flags::{Flag, Flags, GLOBAL, Takes};
use base::Order;
use page::{Group, Page};
use std::fmt::Write;

/// The groups in order, with their titles.
const GROUPS: [(Group, &str); 8] = [
    (Group::Beginner, "Basic Commands (Beginner):"),
    (Group::Intermediate, "Basic Commands (Intermediate):"),
    (Group::Deploy, "Deploy Commands:"),
    (Group::Cluster, "Cluster Management Commands:"),
    (Group::Troubleshooting, "Troubleshooting and Debugging Commands:"),
    (Group::Advanced, "Advanced Commands:"),
    (Group::Settings, "Settings Commands:"),
    (Group::Other, "Other Commands:"),
];

const OPTIONS: &str = "Use \"kubectl options\" for a list of global command-line options (applies to all commands).\n";

/// The output of `kubectl` alone.
pub(crate) fn overview() -> String {
    format!(
        "kubectl controls the Kubernetes cluster manager.\n\n Find more information at: https://kubernetes.io/docs/reference/kubectl/\n\n{}",
        commands()
    )
}

/// All commands by groups, and the last lines of the overview.
fn commands() -> String {
    let mut text = String::new();
    for (group, title) in GROUPS {
        let _ = writeln!(text, "{title}");
        for page in pages::all().filter(|page| page.group() == Some(group)) {
            let _ = writeln!(text, "  {:<15} {}", page.name, page.short);
        }
        text.push('\n');
    }
    text + "Usage:\n  kubectl [flags] [options]\n\nUse \"kubectl <command> --help\" for more information about a given command.\n"
        + OPTIONS
}

/// The page of the longest command that the words begin with.
pub(crate) fn page(words: &[&str]) -> Option<&'static Page> {
    (1..=words.len()).rev().find_map(|count| exactly(words.get(..count)?))
}

/// The page of the command that all words name.
pub(crate) fn exactly(words: &[&str]) -> Option<&'static Page> {
    let name = words.join(" ");
    pages::all().find(|page| page.name == name || page.aliases.contains(&name.as_str()))
}

/// Whether words name a command that only has subcommands, such as `create service`.
pub(crate) fn is_junction(words: &[&str]) -> bool {
    exactly(words).is_some_and(|page| page.usage.is_empty() || lists_subcommands(words, page.usage))
}

/// Whether a usage is a choice of subcommands, as that of `create secret`.
fn lists_subcommands(words: &[&str], usage: &str) -> bool {
    let choice = usage.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let is_below = |word: &str| exactly(&[words, &[word.trim()]].concat()).is_some();
    choice.is_some_and(|choice| choice.split('|').all(is_below))
}

/// The output of `kubectl help` for words that name no command.
pub(crate) fn unknown_topic(words: &[&str]) -> String {
    let topics: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    format!("Unknown help topic [{}]\n\n\n{}", topics.join(" "), commands())
}

/// The output of `kubectl options`.
pub(crate) fn options() -> String {
    let text = describe_flags(GLOBAL.iter());
    format!(
        "The following options can be passed to any command:\n\n{}\n",
        text.trim_end_matches('\n')
    )
}

fn describe_flags<'a>(flags: impl Iterator<Item = &'a Flag>) -> String {
    let mut flags: Vec<&Flag> = flags.filter(|flag| !flag.help.is_empty()).collect();
    flags.order_by_key(|flag| flag.name);
    flags.dedup_by_key(|flag| flag.name);
    let mut text = String::new();
    for flag in flags {
        let letter = flag
            .short
            .map_or_else(|| "    ".to_owned(), |letter| format!("    -{letter}, "));
        let default = match flag.takes {
            _ if !flag.default.is_empty() => flag.default,
            Takes::Bool => "false",
            Takes::List => "[]",
            Takes::Number | Takes::Long => "0",
            Takes::Duration => "0s",
            Takes::Text | Takes::Optional(_) => "''",
        };
        let _ = writeln!(text, "{letter}--{}={default}:\n\t{}\n", flag.name, flag.help);
    }
    text
}

impl Page {
    fn group(&self) -> Option<Group> {
        (!self.name.contains(' ')).then_some(self.group)
    }

    fn below(&self) -> impl Iterator<Item = &'static Page> {
        let prefix = format!("{} ", self.name);
        pages::all().filter(move |page| page.name.strip_prefix(&prefix).is_some_and(|rest| !rest.contains(' ')))
    }

    /// The page with the flags of its command.
    pub(crate) fn text(&self, flags: Flags) -> String {
        let mut text = format!("{}.\n\n", self.short);
        if !self.about.is_empty() {
            let _ = writeln!(text, " {}\n", self.about);
        }
        let last = |name: &&str| name.rsplit(' ').next().unwrap_or_default().to_owned();
        let mut names: Vec<String> = [self.name].iter().chain(self.aliases).map(last).collect();
        names.dedup();
        if names.len() > 1 {
            let _ = writeln!(text, "Aliases:\n{}\n", names.join(", "));
        }
        if !self.examples.is_empty() {
            text.push_str("Examples:\n");
            let examples: Vec<String> = self
                .examples
                .iter()
                .map(|(what, line)| format!("  # {what}\n  {line}\n"))
                .collect();
            text.push_str(&examples.join("  \n"));
            text.push('\n');
        }
        let below: Vec<&Page> = self.below().collect();
        if !below.is_empty() {
            let last = |page: &Page| page.name.rsplit(' ').next().unwrap_or_default().len();
            let width = below.iter().map(|page| last(page)).max().unwrap_or(0).max(11);
            text.push_str("Available Commands:\n");
            for page in &below {
                let name = page.name.rsplit(' ').next().unwrap_or_default();
                let _ = writeln!(text, "  {name:<width$}   {}", page.short);
            }
            text.push('\n');
        }
        let flags = if self.usage.is_empty() {
            String::new()
        } else {
            describe_flags(flags.iter().copied().flatten())
        };
        if !flags.is_empty() {
            text.push_str("Options:\n");
            text.push_str(&flags);
        }
        let usage = if self.usage.is_empty() {
            "SUBCOMMAND"
        } else {
            self.usage
        };
        let _ = writeln!(text, "Usage:\n  kubectl {} {usage} [options]\n", self.name);
        if !below.is_empty() {
            let _ = writeln!(
                text,
                "Use \"kubectl {} <command> --help\" for more information about a given command.",
                self.name
            );
        }
        text + OPTIONS
    }
}

#[cfg(test)]
mod tests {
    use super::overview;
    use base::Order;

    #[test]
    fn each_command_has_one_page() {
        let mut names: Vec<&str> = super::pages::all().map(|page| page.name).collect();
        let count = names.len();
        names.order();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn the_overview_lists_commands_by_groups() {
        let text = overview();
        assert!(
            text.contains("Basic Commands (Beginner):\n  create          Create "),
            "{text}"
        );
        assert!(text.contains("\n  wait            Wait "), "{text}");
    }
}
