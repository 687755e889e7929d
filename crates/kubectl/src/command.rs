//! A command line, dispatched.

use crate::duration::Span;
use crate::failure::{self, Failure};
use crate::flags::{Args, Flag, GLOBAL, Takes};
use crate::resources::{Asked, Resource};
use crate::{
    Output, Surroundings, api_resources, apply, auth, config, create, delete, describe_command, diff, elsewhere,
    events, exec, explain, generate, get, help, label, logs, nodes, patch, replace, rollout, scale, set, version, wait,
};
use api::{Kind, Value};
use base::Order;
use cluster::{Cluster, Options};
use std::fmt::Write;

/// A command at work.
pub(crate) struct Run<'a> {
    pub(crate) cluster: &'a mut Cluster,
    pub(crate) around: Surroundings<'a>,
    pub(crate) output: Output,
    warned: Vec<String>,
    /// The command line, where `--record` asks to note it.
    cause: Option<String>,
}

/// The annotation that says why an object was changed.
pub(crate) const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

type Command = fn(&mut Run<'_>, &Args) -> Result<(), Vec<Failure>>;

/// Each command with its flags and what it does.
pub(crate) const COMMANDS: &[(&str, &[Flag], Command)] = &[
    ("explain", explain::FLAGS, explain::explain),
    ("get", get::FLAGS, get::get),
    ("describe", describe_command::FLAGS, describe_command::describe),
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
    ("expose", generate::EXPOSE, generate::expose),
    ("run", generate::RUN, generate::run),
    ("rollout", rollout::FLAGS, rollout::rollout),
    ("events", events::FLAGS, events::events),
    ("logs", logs::FLAGS, logs::logs),
    ("exec", exec::FLAGS, exec::exec),
    ("wait", wait::FLAGS, wait::wait),
    ("api-resources", api_resources::RESOURCES, api_resources::resources),
    ("api-versions", &[], api_resources::versions),
    ("cluster-info", &[], config::cluster_info),
    ("config", config::FLAGS, config::config),
    ("cordon", nodes::CORDON, nodes::cordon),
    ("uncordon", nodes::CORDON, nodes::uncordon),
    ("drain", nodes::DRAIN, nodes::drain),
    ("taint", nodes::TAINT, nodes::taint),
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
    let mut run = Run {
        cluster,
        around,
        output: Output::default(),
        warned: Vec::new(),
        cause: None,
    };
    let result = dispatch(&mut run, words);
    if let Err(failures) = result {
        run.output.stderr.push_str(&failure::print(&failures));
        run.output.exit = 1;
    }
    run.output
}

fn dispatch(run: &mut Run<'_>, words: &[String]) -> Result<(), Vec<Failure>> {
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

fn command(run: &mut Run<'_>, name: &str, rest: &[String]) -> Result<(), Vec<Failure>> {
    if let Some(failure) = elsewhere::failure(name, rest) {
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
        let (path, flags) = generate::create_flags(rest);
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
fn explain_itself(run: &mut Run<'_>, name: &str, words: &[String]) -> Result<(), Vec<Failure>> {
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
fn lead_on(run: &mut Run<'_>, name: &str) {
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

impl Run<'_> {
    /// The cluster as it was when the command began.
    pub(crate) fn before(&self) -> &Cluster {
        self.around.before.unwrap_or(self.cluster)
    }

    /// For how many virtual seconds the command has been running.
    pub(crate) fn elapsed(&self) -> i64 {
        self.cluster.now().saturating_sub(self.before().now())
    }

    /// The command has not ended, but will, so many virtual seconds after it began.
    pub(crate) fn waits(&mut self, seconds: i64) {
        self.output.waits_until = Some(self.before().now().saturating_add(seconds));
    }

    /// Notes the command line in an object, where that is asked for.
    ///
    /// Models: cli-runtime/pkg/genericclioptions/record_flags.go ChangeCauseRecorder.Record (v1.36).
    pub(crate) fn record(&self, value: &mut Value) {
        let (Some(cause), Some(metadata)) = (&self.cause, value.get_mut("metadata")) else {
            return;
        };
        if !metadata["annotations"].is_object() {
            metadata["annotations"] = serde_json::json!({});
        }
        metadata["annotations"][CHANGE_CAUSE] = cause.as_str().into();
    }

    /// The same of an object that is stored already.
    pub(crate) fn record_later(&mut self, kind: Kind, namespace: &str, name: &str) -> Result<(), Failure> {
        let Some(object) = self
            .cluster
            .find(kind, namespace, name)
            .filter(|_| self.cause.is_some())
            .cloned()
        else {
            return Ok(());
        };
        let mut value = object.value.clone();
        self.record(&mut value);
        self.cluster.update(kind, namespace, name, &value, Options::default())?;
        Ok(())
    }

    /// Prints a warning of the API server; each only once.
    pub(crate) fn warn(&mut self, message: &str) {
        if !self.warned.iter().any(|known| known == message) {
            let _ = writeln!(self.output.stderr, "Warning: {message}");
            self.warned.push(message.to_owned());
        }
    }

    /// Warns of each deprecated kind that is asked for.
    pub(crate) fn warn_of_all(&mut self, asked: &Asked) {
        for resource in asked.resources() {
            if let Resource::Kept(kind) = resource {
                self.warn_of(kind);
            }
        }
    }

    /// Warns of a deprecated kind.
    pub(crate) fn warn_of(&mut self, kind: Kind) {
        if let Some(message) = get::deprecation(kind) {
            self.warn(message);
        }
    }
}
