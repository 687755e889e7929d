//! Finds the command of a line, reads its flags and runs it.

use crate::commands::{
    api_resources, apply, attach, auth, autoscale, certificate, config, cp, create, create_generators, debug, delete,
    describe, diff, edit, events, exec, expose, get, label, logs, node_commands, patch, port_forward, proxy, replace,
    rollout, run, scale, set, shell_integration, top, unsupported, version, wait,
};
use crate::context::CommandContext;
use crate::failure::{self, Failure};
use crate::line::args::{self, Args};
use crate::line::duration::Span;
use crate::line::flags::{Flags, Takes};
use crate::line::words::is_kubectl;
use crate::surroundings::{Output, Surroundings};
use crate::{explain, help};
use base::Order;
use cluster::{Cluster, FieldManager};

struct Command {
    name: &'static str,
    flags: Flags,
    run: fn(&mut CommandContext<'_>, &Args) -> Result<(), Vec<Failure>>,
    /// The subcommands with flags of their own.
    subcommands: &'static [(&'static str, Flags)],
}

const fn command(
    name: &'static str,
    flags: Flags,
    run: fn(&mut CommandContext<'_>, &Args) -> Result<(), Vec<Failure>>,
) -> Command {
    Command {
        name,
        flags,
        run,
        subcommands: &[],
    }
}

impl Command {
    const fn with(self, subcommands: &'static [(&'static str, Flags)]) -> Self {
        Self { subcommands, ..self }
    }
}

const COMMANDS: &[Command] = &[
    command("explain", explain::FLAGS, explain::explain),
    command("get", get::FLAGS, get::get),
    command("describe", describe::FLAGS, describe::describe),
    command("create", create::FLAGS, create::create).with(&[
        ("create namespace", create_generators::NAMESPACE_FLAGS),
        ("create deployment", create_generators::DEPLOYMENT_FLAGS),
        ("create service", &[]),
        ("create service clusterip", create_generators::CLUSTER_IP_FLAGS),
        ("create service nodeport", create_generators::NODE_PORT_FLAGS),
        ("create service loadbalancer", create_generators::LOAD_BALANCER_FLAGS),
        ("create service externalname", create_generators::EXTERNAL_NAME_FLAGS),
    ]),
    command("apply", apply::FLAGS, apply::apply).with(&[
        ("apply view-last-applied", apply::VIEW_FLAGS),
        ("apply set-last-applied", apply::SET_FLAGS),
        ("apply edit-last-applied", apply::EDIT_FLAGS),
    ]),
    command("replace", replace::FLAGS, replace::replace),
    command("delete", delete::FLAGS, delete::delete),
    command("diff", diff::FLAGS, diff::diff),
    command("label", label::FLAGS, label::label),
    command("annotate", label::FLAGS, label::annotate),
    command("scale", scale::FLAGS, scale::scale),
    command("autoscale", autoscale::FLAGS, autoscale::autoscale),
    command("set", set::FLAGS, set::set).with(&[
        ("set env", set::ENV_FLAGS),
        ("set image", set::IMAGE_FLAGS),
        ("set resources", set::RESOURCES_FLAGS),
        ("set selector", set::SELECTOR_FLAGS),
        ("set serviceaccount", set::SERVICE_ACCOUNT_FLAGS),
        ("set subject", set::SUBJECT_FLAGS),
    ]),
    command("edit", edit::FLAGS, edit::edit),
    command("patch", patch::FLAGS, patch::patch),
    command("expose", expose::FLAGS, expose::expose),
    command("run", run::FLAGS, run::run),
    command("rollout", rollout::FLAGS, rollout::rollout).with(&[
        ("rollout history", rollout::HISTORY_FLAGS),
        ("rollout pause", rollout::PATCH_FLAGS),
        ("rollout restart", rollout::PATCH_FLAGS),
        ("rollout resume", rollout::PATCH_FLAGS),
        ("rollout status", rollout::STATUS_FLAGS),
        ("rollout undo", rollout::UNDO_FLAGS),
    ]),
    command("events", events::FLAGS, events::events),
    command("logs", logs::FLAGS, logs::logs),
    command("exec", exec::FLAGS, exec::exec),
    command("attach", attach::FLAGS, attach::attach),
    command("debug", debug::FLAGS, debug::debug),
    command("port-forward", port_forward::FLAGS, port_forward::port_forward),
    command("proxy", proxy::FLAGS, proxy::proxy),
    command("cp", cp::FLAGS, cp::cp),
    command("certificate", certificate::FLAGS, certificate::certificate),
    command("wait", wait::FLAGS, wait::wait),
    command("api-resources", api_resources::RESOURCES, api_resources::resources),
    command("api-versions", &[], api_resources::versions),
    command("cluster-info", &[], config::cluster_info),
    command("config", config::FLAGS, config::config).with(&[
        ("config get-contexts", config::CONTEXTS_FLAGS),
        ("config set", config::SET_FLAGS),
        ("config set-context", config::SET_CONTEXT_FLAGS),
        ("config unset", &[]),
        ("config use-context", &[]),
        ("config view", config::VIEW_FLAGS),
    ]),
    command("completion", &[], shell_integration::completion),
    command("plugin", shell_integration::PLUGIN_FLAGS, shell_integration::plugin)
        .with(&[("plugin list", shell_integration::PLUGIN_FLAGS)]),
    command("cordon", node_commands::CORDON, node_commands::cordon),
    command("uncordon", node_commands::CORDON, node_commands::uncordon),
    command("drain", node_commands::DRAIN, node_commands::drain),
    command("taint", node_commands::TAINT, node_commands::taint),
    command("version", version::FLAGS, version::version),
    command("top", top::FLAGS, top::top).with(&[("top node", top::NODE_FLAGS), ("top pod", top::POD_FLAGS)]),
    command("auth", auth::FLAGS, auth::auth).with(&[
        ("auth can-i", auth::CAN_I_FLAGS),
        ("auth reconcile", auth::RECONCILE_FLAGS),
        ("auth whoami", auth::WHO_AM_I_FLAGS),
    ]),
];

/// The names of all commands, sorted.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let mut names: Vec<&'static str> = COMMANDS.iter().map(|command| command.name).collect();
    names.order();
    names.into_iter()
}

/// Whether a word is a command of kubectl, simulated or not.
pub fn is_command(word: &str) -> bool {
    find(word).is_some() || unsupported::is_known(word) || ["help", "options"].contains(&word)
}

fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.name == name)
}

/// The flags of a command or subcommand, by the name of its help page.
fn flags_of(path: &str) -> Flags {
    let name = path.split(' ').next().unwrap_or_default();
    let Some(command) = find(name) else {
        return &[];
    };
    let own = command.subcommands.iter().find(|(name, _)| *name == path);
    let own = own.map(|(_, flags)| *flags).or_else(|| create_generators::flags(path));
    own.unwrap_or(command.flags)
}

/// The flags of the command that these words name; `None` if it cannot be run.
pub(crate) fn flags(name: &str, rest: &[String]) -> Option<Flags> {
    find(name).map(|command| taken(command, rest).1)
}

/// The command or subcommand as hints print it, and its flags.
fn taken(command: &Command, rest: &[String]) -> (String, Flags) {
    let words = plain_words(rest, command.flags);
    let path = if command.name == "create" {
        create_generators::path(&words).map(str::to_owned)
    } else {
        words.first().map(|word| format!("{} {word}", command.name))
    };
    path.and_then(|path| help::exactly(&[&path]).map(|page| (path, flags_of(page.name))))
        .unwrap_or_else(|| (command.name.to_owned(), command.flags))
}

/// Runs a command, given the words after `kubectl` and its surroundings.
///
/// Changes settle when the caller lets the cluster settle.
pub fn run(cluster: &mut Cluster, words: &[String], around: Surroundings<'_>) -> Output {
    let words = match words.split_first() {
        Some((first, rest)) if is_kubectl(first) => rest,
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
    let (leading, words) = leading_flags(words, &[]);
    let Some((name, rest)) = words.split_first() else {
        Args::read("kubectl", &[], leading).map_err(|failure| vec![failure])?;
        run.output.stdout.push_str(&help::overview());
        return Ok(());
    };
    match name.as_str() {
        "help" => help_on(run, rest),
        "options" => run.output.stdout.push_str(&help::options()),
        name => {
            if let (Some(flag), false) = (leading.first(), is_command(name)) {
                return Err(vec![no_plugin(flag)]);
            }
            return run_command(run, name, &[leading, rest].concat());
        }
    }
    Ok(())
}

/// What is no command may be a plugin, which stands in front of its flags.
///
/// Models: kubectl/pkg/cmd/cmd.go HandlePluginCommand (v1.36).
fn no_plugin(flag: &str) -> Failure {
    Failure::Verbatim(format!("Error: flags cannot be placed before plugin name: {flag}"))
}

fn run_command(run: &mut CommandContext<'_>, name: &str, rest: &[String]) -> Result<(), Vec<Failure>> {
    if let Some(failure) = unsupported::listed(name) {
        let asks = rest.iter().any(|word| word == "--help" || word == "-h");
        return if asks {
            explain_itself(run, name, &[])
        } else {
            Err(vec![failure])
        };
    }
    let Some(command) = find(name) else {
        return Err(vec![unsupported::unknown(name)]);
    };
    let name = command.name;
    let (path, flags) = taken(command, rest);
    let args = Args::read(&format!("kubectl {path}"), flags, rest);
    let args = match args {
        Err(failure) if name == "diff" => {
            diff::misread(run, failure);
            return Ok(());
        }
        args => args.map_err(|failure| vec![failure])?.by(run.around.version),
    };
    let args = args.in_context(run.around.namespace);
    if args.text("request-timeout").is_some_and(|text| !is_timeout(text)) {
        return Err(vec![Failure::own(BAD_TIMEOUT)]);
    }
    if args.text("record").is_some() {
        let words = "Flag --record has been deprecated, --record will be removed in the future\n";
        run.output.stderr.push_str(words);
        run.cause = args.is("record").then(|| args.command_line(name));
    }
    if args.is("help") {
        return explain_itself(run, name, &args.words);
    }
    if help::is_junction(&full_name(name, &args.words)) {
        explain_itself(run, name, &args.words)?;
        lead_on(run, name);
        return Ok(());
    }
    run.yaml_printed = PRINTER_FOR_ALL.contains(&name).then_some(0);
    let before = run.cluster.field_manager().clone();
    run.cluster.set_field_manager(field_manager(name, &args));
    let result = (command.run)(run, &args);
    run.cluster.set_field_manager(before);
    result
}

/// Commands that print all objects with one printer.
///
/// Models: kubectl/pkg/cmd, where Complete calls ToPrinter (v1.36).
const PRINTER_FOR_ALL: &[&str] = &["annotate", "create", "expose", "replace", "run", "scale", "set"];

/// The name by which a command manages the fields that it writes.
///
/// Models: kubectl/pkg/cmd/util/helpers.go AddFieldManagerFlagVar, as each command calls it (v1.36).
fn field_manager(command: &str, args: &Args) -> FieldManager {
    let given = args.text("field-manager").filter(|name| !name.is_empty());
    FieldManager::new(given.unwrap_or(match command {
        "annotate" => "kubectl-annotate",
        "apply" if !args.is("server-side") => "kubectl-client-side-apply",
        "autoscale" => "kubectl-autoscale",
        "create" => "kubectl-create",
        "edit" => "kubectl-edit",
        "expose" => "kubectl-expose",
        "label" => "kubectl-label",
        "patch" => "kubectl-patch",
        "replace" => "kubectl-replace",
        "rollout" => "kubectl-rollout",
        "run" => "kubectl-run",
        "set" => "kubectl-set",
        "taint" => "kubectl-taint",
        _ => "kubectl",
    }))
}

/// Models: client-go/tools/clientcmd/helpers.go ParseTimeout (v1.36).
const BAD_TIMEOUT: &str = "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)";

fn is_timeout(text: &str) -> bool {
    text.is_empty() || text.parse::<i64>().is_ok() || Span::read(text).is_ok()
}

/// The words that may name a command.
fn full_name<'a>(name: &'a str, words: &'a [String]) -> Vec<&'a str> {
    std::iter::once(name).chain(words.iter().map(String::as_str)).collect()
}

fn explain_itself(run: &mut CommandContext<'_>, name: &str, words: &[String]) -> Result<(), Vec<Failure>> {
    let page = help::page(&full_name(name, words)).ok_or_else(|| vec![unsupported::unknown(name)])?;
    run.output.stdout.push_str(&page.text(flags_of(page.name)));
    Ok(())
}

/// The help page of a command; empty where it has none.
pub(crate) fn help_page(words: &[&str]) -> String {
    help::page(words).map_or_else(String::new, |page| page.text(flags_of(page.name)))
}

/// `kubectl help [COMMAND]`.
fn help_on(run: &mut CommandContext<'_>, words: &[String]) {
    let words = words.iter().map(String::as_str);
    let words: Vec<&str> = words.filter(|word| !word.starts_with('-')).collect();
    if words.is_empty() {
        run.output.stdout.push_str(&help::overview());
    } else if let Some(page) = help::page(&words) {
        run.output.stdout.push_str(&page.text(flags_of(page.name)));
    } else {
        run.output.stderr.push_str(&help::unknown_topic(&words));
    }
}

/// Ends a command that only has subcommands: it fails, and all but `rollout` print to standard error.
///
/// Models: kubectl/pkg/cmd/util DefaultSubCommandRun (v1.36), as each command calls it.
fn lead_on(run: &mut CommandContext<'_>, name: &str) {
    run.output.exit = 1;
    if name != "rollout" {
        let page = std::mem::take(&mut run.output.stdout);
        run.output.stderr.push_str(&page);
    }
}

/// The flags in front of the command, and the words from the command on. A flag that is not known takes the next word
/// as its value, but for the last one.
///
/// Models: spf13/cobra Command.Find, stripFlags (v1.10).
fn leading_flags(words: &[String], flags: Flags) -> (&[String], &[String]) {
    let mut rest = words;
    while let Some((flag, after)) = rest.split_first().filter(|(word, _)| word.starts_with('-')) {
        let takes = takes_next(flag, flags);
        if flag == "--" || takes && after.len() < 2 {
            return (words, &[]);
        }
        rest = after.get(usize::from(takes)..).unwrap_or_default();
    }
    words.split_at(words.len().saturating_sub(rest.len()))
}

/// The words that are no flags or their values, as far as the flags are known.
fn plain_words(words: &[String], flags: Flags) -> Vec<String> {
    let mut plain = Vec::new();
    let (_, mut rest) = leading_flags(words, flags);
    while let Some((word, after)) = rest.split_first() {
        plain.push(word.clone());
        (_, rest) = leading_flags(after, flags);
    }
    plain
}

fn takes_next(word: &str, flags: Flags) -> bool {
    let known = match word.strip_prefix("--") {
        _ if word.contains('=') => return false,
        Some("help") => return true,
        None if word == "-h" => return true,
        Some(name) if unsupported::is_switch(name) => return false,
        Some(name) => args::find(flags, |flag| flag.name == name),
        None if word.len() == 2 => args::find(flags, |flag| flag.short.is_some_and(|letter| word.ends_with(letter))),
        None => return false,
    };
    known.is_none_or(|flag| !matches!(flag.takes, Takes::Bool | Takes::Optional(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_and_every_flag_its_words() {
        for command in COMMANDS {
            let subcommands = command.subcommands.iter().map(|(name, flags)| (*name, *flags));
            for (name, flags) in subcommands.chain([(command.name, command.flags)]) {
                assert!(help::exactly(&[name]).is_some(), "{name} has no page in help/pages");
                for flag in flags.iter().copied().flatten() {
                    assert!(!flag.help.is_empty(), "--{} of {name} has no words", flag.name);
                }
            }
        }
    }

    fn page(words: &[&str]) -> String {
        help::page(words).map_or_else(String::new, |page| page.text(flags_of(page.name)))
    }

    #[test]
    fn a_page_is_laid_out_as_kubectls() {
        let text = page(&["version"]);
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
    fn the_longest_name_that_is_a_command_is_explained() {
        let text = page(&["create", "svc", "nodeport"]);
        assert!(
            text.contains("--node-port=0:") && !text.contains("--replicas"),
            "{text}"
        );
        assert!(page(&["create", "service"]).contains("Available Commands:\n  clusterip      "));
        assert!(page(&["get", "pods"]).contains("kubectl get "));
        assert_eq!(page(&["nope"]), "");
    }
}
