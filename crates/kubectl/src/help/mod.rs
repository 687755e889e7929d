//! `--help`, `help`, `options`, and `kubectl` alone.
//!
//! The layout is kubectl's, the words are ours: what a command does, an example, the flags it takes here, its usage.

mod flags;
mod pages;

use crate::context::CommandContext;
use crate::dispatch::COMMANDS;
use crate::line::flags::{Flag, GLOBAL, Takes};
use base::Order;
use pages::Page;
use std::fmt::Write;

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

/// What `kubectl` alone prints.
pub(crate) fn overview() -> String {
    format!(
        "kubectl controls the Kubernetes cluster manager.\n\n Find more information at: https://kubernetes.io/docs/reference/kubectl/\n\n{}",
        commands()
    )
}

/// All commands by groups, and how to go on.
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

/// The page of the command that words name, its subcommands included; none where there is no such command.
pub(crate) fn of(words: &[&str]) -> Option<String> {
    let page = (1..=words.len()).rev().find_map(|count| page(words.get(..count)?))?;
    Some(page.text())
}

/// The flags that a command takes, by the name of its page; none where it has no page.
pub(crate) fn flags_of(name: &str) -> Option<Vec<Flag>> {
    page(&[name]).map(Page::taken)
}

/// Whether words name a command that only leads to others, such as `create service`.
pub(crate) fn is_junction(words: &[&str]) -> bool {
    page(words).is_some_and(|page| page.usage.is_empty())
}

fn page(words: &[&str]) -> Option<&'static Page> {
    let name = words.join(" ");
    pages::all().find(|page| page.name == name || page.aliases.contains(&name.as_str()))
}

/// `kubectl help [COMMAND]`.
pub(crate) fn help(run: &mut CommandContext<'_>, words: &[String]) {
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let text = if words.is_empty() { Some(overview()) } else { of(&words) };
    if let Some(text) = text {
        run.output.stdout.push_str(&text);
        return;
    }
    let topics: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    let _ = write!(
        run.output.stderr,
        "Unknown help topic [{}]\n\n\n{}",
        topics.join(" "),
        commands()
    );
}

/// `kubectl options`.
pub(crate) fn options(run: &mut CommandContext<'_>) {
    let text = format!(
        "The following options can be passed to any command:\n\n{}",
        describe_flags(GLOBAL.iter().copied())
    );
    run.output.stdout.push_str(text.trim_end_matches('\n'));
    run.output.stdout.push('\n');
}

fn describe_flags(flags: impl Iterator<Item = Flag>) -> String {
    let mut flags: Vec<Flag> = flags.filter(|flag| flag.0 != "help").collect();
    flags.order_by_key(|flag| flag.0);
    let mut text = String::new();
    for (name, letter, takes) in flags {
        let Some((given, words)) = flags::words(name) else {
            continue;
        };
        let letter = letter.map_or_else(|| "    ".to_owned(), |letter| format!("    -{letter}, "));
        let otherwise = match takes {
            _ if !given.is_empty() => given,
            Takes::Bool => "false",
            Takes::List => "[]",
            Takes::Number | Takes::Long => "0",
            Takes::Duration => "0s",
            Takes::Text | Takes::Optional(_) => "''",
        };
        let _ = writeln!(text, "{letter}--{name}={otherwise}:\n\t{words}\n");
    }
    text
}

impl Page {
    fn group(&self) -> Option<Group> {
        (!self.name.contains(' ')).then_some(self.group)
    }

    /// The flags the command takes: those named, or all that its command does.
    fn taken(&self) -> Vec<Flag> {
        let command = self.name.split(' ').next().unwrap_or_default();
        let all = COMMANDS.iter().find(|(name, ..)| *name == command);
        let all = all.map_or(&[] as &[Flag], |(_, flags, _)| flags);
        let wanted = |flag: &&Flag| self.flags.is_empty() || self.flags.iter().any(|group| group.contains(&flag.0));
        all.iter().filter(wanted).copied().collect()
    }

    fn below(&self) -> impl Iterator<Item = &'static Page> {
        let prefix = format!("{} ", self.name);
        pages::all().filter(move |page| page.name.strip_prefix(&prefix).is_some_and(|rest| !rest.contains(' ')))
    }

    fn text(&self) -> String {
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
            describe_flags(self.taken().into_iter())
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
    use super::*;

    #[test]
    fn every_command_has_a_page_and_every_flag_its_words() {
        for (name, flags, _) in COMMANDS {
            assert!(page(&[name]).is_some(), "{name} has no page in help/pages.rs");
            for (flag, ..) in flags.iter().chain(GLOBAL).filter(|flag| flag.0 != "help") {
                assert!(
                    flags::words(flag).is_some(),
                    "--{flag} of {name} has no words in help/flags.rs"
                );
            }
        }
        for page in pages::all() {
            let command = page.name.split(' ').next().unwrap_or_default();
            for flag in page.flags.iter().copied().flatten() {
                let taken = page.taken();
                assert!(
                    taken.iter().any(|(name, ..)| name == flag),
                    "{command} takes no --{flag}"
                );
            }
        }
    }

    #[test]
    fn a_page_is_laid_out_as_kubectls() {
        let text = of(&["version"]).unwrap_or_default();
        let wanted = "Print the versions of kubectl and of the cluster.

Examples:
  # Print both
  kubectl version

Options:
    --client=false:
\tPrint the version of kubectl alone.

    -o, --output='':
\tThe format to print in; see kubectl get.

Usage:
  kubectl version [flags] [options]

Use \"kubectl options\" for a list of global command-line options (applies to all commands).
";
        assert_eq!(text, wanted);
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

    #[test]
    fn the_longest_name_that_is_a_command_is_explained() {
        let text = of(&["create", "svc", "nodeport"]).unwrap_or_default();
        assert!(
            text.contains("--node-port=0:") && !text.contains("--replicas"),
            "{text}"
        );
        assert!(of(&["create", "service"]).is_some_and(|text| text.contains("Available Commands:\n  clusterip      ")));
        assert!(of(&["get", "pods"]).is_some_and(|text| text.contains("kubectl get ")));
        assert_eq!(of(&["nope"]), None);
    }
}
