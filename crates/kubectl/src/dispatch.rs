//! A command line, dispatched.

use crate::commands::{
    api_resources, apply, auth, config, create, create_generators, delete, describe, diff, events, exec, get, label,
    logs, node_commands, patch, replace, rollout, scale, set, unsupported, version, wait,
};
use crate::context::CommandContext;
use crate::failure::{self, Failure};
use crate::line::args::Args;
use crate::line::duration::Span;
use crate::line::flags::{Flag, GLOBAL, Takes};
use crate::surroundings::{Output, Surroundings};
use crate::{explain, help};
use base::Order;
use cluster::Cluster;

type Command = fn(&mut CommandContext<'_>, &Args) -> Result<(), Vec<Failure>>;

/// Each command with its flags and what it does.
pub(crate) const COMMANDS: &[(&str, &[Flag], Command)] = &[
    ("explain", explain::FLAGS, explain::explain),
    ("get", get::FLAGS, get::get),
    ("describe", describe::FLAGS, describe::describe),
    ("create", create::FLAGS, create::create),
    ("apply", create::FLAGS, apply::apply),
    ("replace", create::FLAGS, replace::replace),
    ("delete", delete::FLAGS, delete::delete),
    ("diff", diff::FLAGS, diff::diff),
    ("label", label::FLAGS, label::label),
    ("annotate", label::FLAGS, label::annotate),
    ("scale", scale::FLAGS, scale::scale),
    ("set", set::FLAGS, set::set),
    ("patch", patch::FLAGS, patch::patch),
    ("expose", create_generators::EXPOSE, create_generators::expose),
    ("run", create_generators::RUN, create_generators::run),
    ("rollout", rollout::FLAGS, rollout::rollout),
    ("events", events::FLAGS, events::events),
    ("logs", logs::FLAGS, logs::logs),
    ("exec", exec::FLAGS, exec::exec),
    ("wait", wait::FLAGS, wait::wait),
    ("api-resources", api_resources::RESOURCES, api_resources::resources),
    ("api-versions", &[], api_resources::versions),
    ("cluster-info", &[], config::cluster_info),
    ("config", config::FLAGS, config::config),
    ("cordon", node_commands::CORDON, node_commands::cordon),
    ("uncordon", node_commands::CORDON, node_commands::uncordon),
    ("drain", node_commands::DRAIN, node_commands::drain),
    ("taint", node_commands::TAINT, node_commands::taint),
    ("version", version::FLAGS, version::version),
    ("auth", auth::FLAGS, auth::auth),
];

/// All commands of kubectl, for guessing which one was meant.
const NAMES: [&str; 43] = [
    "create",
    "expose",
    "run",
    "set",
    "explain",
    "get",
    "edit",
    "delete",
    "rollout",
    "scale",
    "autoscale",
    "certificate",
    "cluster-info",
    "top",
    "cordon",
    "uncordon",
    "drain",
    "taint",
    "describe",
    "logs",
    "attach",
    "exec",
    "port-forward",
    "proxy",
    "cp",
    "auth",
    "debug",
    "events",
    "diff",
    "apply",
    "patch",
    "replace",
    "wait",
    "kustomize",
    "label",
    "annotate",
    "completion",
    "api-resources",
    "api-versions",
    "config",
    "plugin",
    "version",
    "kuberc",
];

/// The commands that can be run, in the order of the alphabet.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let mut names: Vec<&'static str> = COMMANDS.iter().map(|(name, ..)| *name).collect();
    names.order();
    names.into_iter()
}

/// The flags of a command that can be run.
pub(crate) fn flags(name: &str) -> Option<&'static [Flag]> {
    let (_, flags, _) = COMMANDS.iter().find(|(command, ..)| *command == name)?;
    Some(flags)
}

/// Runs a command: the words after `kubectl`, and what it finds around it.
///
/// What it changes settles when the caller lets it.
pub fn run(cluster: &mut Cluster, words: &[String], around: Surroundings<'_>) -> Output {
    let words = match words.split_first() {
        Some((first, rest)) if first == "kubectl" => rest,
        _ => words,
    };
    let mut run = CommandContext::new(cluster, around);
    let result = dispatch(&mut run, words);
    if let Err(failures) = result {
        run.output.stderr.push_str(&failure::print(&failures));
        run.output.rules.extend(failures.iter().flat_map(Failure::rules));
        run.output.exit = 1;
    }
    run.output
}

fn dispatch(run: &mut CommandContext<'_>, words: &[String]) -> Result<(), Vec<Failure>> {
    let (leading, words) = leading_flags(words);
    Args::read("kubectl", &[], leading).map_err(|failure| vec![failure])?;
    let Some((name, rest)) = words.split_first() else {
        run.output.stdout.push_str(&help::overview());
        return Ok(());
    };
    match name.as_str() {
        "help" | "-h" | "--help" => help::help(run, rest),
        "options" => help::options(run),
        _ => return command(run, name, &[leading, rest].concat()),
    }
    Ok(())
}

fn command(run: &mut CommandContext<'_>, name: &str, rest: &[String]) -> Result<(), Vec<Failure>> {
    if let Some(failure) = unsupported::failure(name, rest) {
        let asks = rest.iter().any(|word| word == "--help" || word == "-h");
        return if asks && name != "create" {
            explain_itself(run, name, &[])
        } else {
            Err(vec![failure])
        };
    }
    let Some((name, flags, command)) = COMMANDS.iter().find(|(command, ..)| *command == name) else {
        return Err(vec![unknown(name)]);
    };
    let args = if *name == "create" {
        let (path, flags) = create_generators::create_flags(rest);
        Args::read(path, &flags, rest)
    } else {
        let path = path(name, rest);
        let own = help::flags_of(&path);
        Args::read(&format!("kubectl {path}"), own.as_deref().unwrap_or(flags), rest)
    };
    let args = match args {
        Err(failure) if *name == "diff" => {
            diff::misread(run, failure);
            return Ok(());
        }
        args => args.map_err(|failure| vec![failure])?,
    };
    if args.text("request-timeout").is_some_and(|text| !is_timeout(text)) {
        return Err(vec![Failure::own(BAD_TIMEOUT)]);
    }
    if args.text("record").is_some() {
        let words = "Flag --record has been deprecated, --record will be removed in the future\n";
        run.output.stderr.push_str(words);
        run.cause = args.is("record").then(|| args.told(name));
    }
    if args.is("help") {
        return explain_itself(run, name, &args.words);
    }
    if help::is_junction(&full_name(name, &args.words)) {
        explain_itself(run, name, &args.words)?;
        lead_on(run, name);
        return Ok(());
    }
    command(run, &args)
}

/// Models: client-go/tools/clientcmd/helpers.go ParseTimeout (v1.36).
const BAD_TIMEOUT: &str = "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)";

fn is_timeout(text: &str) -> bool {
    text.is_empty() || text.parse::<i64>().is_ok() || Span::read(text).is_ok()
}

/// A command's words, as far as they may name it.
fn full_name<'a>(name: &'a str, words: &'a [String]) -> Vec<&'a str> {
    std::iter::once(name).chain(words.iter().map(String::as_str)).collect()
}

/// Prints the page of a command.
fn explain_itself(run: &mut CommandContext<'_>, name: &str, words: &[String]) -> Result<(), Vec<Failure>> {
    let page = help::of(&full_name(name, words)).ok_or_else(|| vec![unknown(name)])?;
    run.output.stdout.push_str(&page);
    Ok(())
}

/// The name of a command with that of its subcommand, as hints name it behind `kubectl`.
fn path(name: &str, rest: &[String]) -> String {
    let (_, words) = leading_flags(rest);
    let full = words.first().map(|sub| format!("{name} {sub}"));
    match full {
        Some(full) if ["apply", "config", "set", "rollout"].contains(&name) && help::flags_of(&full).is_some() => full,
        _ => name.to_owned(),
    }
}

/// A command that only leads to others fails; all but `rollout` say so on standard error.
///
/// Models: kubectl/pkg/cmd/util DefaultSubCommandRun (v1.36), as each command calls it.
fn lead_on(run: &mut CommandContext<'_>, name: &str) {
    run.output.exit = 1;
    if name != "rollout" {
        let page = std::mem::take(&mut run.output.stdout);
        run.output.stderr.push_str(&page);
    }
}

/// The words before the command, which are flags, and the others.
///
/// Models: spf13/cobra Command.Find, stripFlags (v1.10).
fn leading_flags(words: &[String]) -> (&[String], &[String]) {
    let mut at = 0;
    while let Some(word) = words.get(at).filter(|word| word.len() > 1 && word.starts_with('-')) {
        if ["-h", "--help"].contains(&word.as_str()) {
            break;
        }
        at += if takes_next(word) { 2 } else { 1 };
    }
    words.split_at(at.min(words.len()))
}

/// Whether a flag of all commands has its value in the word behind it.
fn takes_next(word: &str) -> bool {
    let is = |flag: &&Flag| {
        word.strip_prefix("--") == Some(flag.0) || flag.1.is_some_and(|letter| word == format!("-{letter}"))
    };
    GLOBAL.iter().find(is).is_some_and(|flag| flag.2 != Takes::Bool)
}

/// Models: spf13/cobra legacyArgs, SuggestionsFor (v1.10): names at a distance of two or less, or that begin so.
fn unknown(name: &str) -> Failure {
    if NAMES.contains(&name) {
        return Failure::own(format!("{name} is not simulated"));
    }
    let mut message = format!("unknown command {} for \"kubectl\"", api::go::quote(name));
    let near: Vec<&&str> = NAMES
        .iter()
        .filter(|known| base::distance(&name.to_lowercase(), known) <= 2 || known.starts_with(&name.to_lowercase()))
        .collect();
    if !near.is_empty() {
        message.push_str("\n\nDid you mean this?");
        for known in near {
            message.push_str("\n\t");
            message.push_str(known);
        }
    }
    Failure::own(message)
}
