//! `config` and `cluster-info`.

use crate::commands::unsupported;
use crate::context::CommandContext;
use crate::dispatch;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{Flag, Flags, NO_HEADERS, OUTPUT, PRINT, RAW, Takes};
use crate::output::format::Format;
use crate::output::objects::written;
use crate::print;
use api::Value;
use serde_json::json;
use std::fmt::Write;

const FLATTEN: Flag = Flag::new(
    "flatten",
    Takes::Bool,
    "Put what files hold into the text; there are none here.",
);
const MERGE: Flag = Flag::new(
    "merge",
    Takes::Optional("true"),
    "Merge several kubeconfigs; there is one here.",
)
.default("true");
const SET_RAW_BYTES: Flag = Flag::new("set-raw-bytes", Takes::Bool, "Take bytes as they are written.");
const MINIFY: Flag = Flag::new("minify", Takes::Bool, "Only what the current context uses.");
const CURRENT: Flag = Flag::new("current", Takes::Bool, "The current context.");

const VIEW_ONLY: &[Flag] = &[FLATTEN, MERGE, MINIFY, RAW.takes(Takes::Bool)];

/// Flags in front of a subcommand, when it is not known yet.
pub(crate) const FLAGS: Flags = &[VIEW_ONLY, &[NO_HEADERS, CURRENT], PRINT];
pub(crate) const CONTEXTS_FLAGS: Flags = &[&[OUTPUT, NO_HEADERS]];
pub(crate) const SET_CONTEXT_FLAGS: Flags = &[&[CURRENT]];
pub(crate) const SET_FLAGS: Flags = &[&[SET_RAW_BYTES]];
pub(crate) const VIEW_FLAGS: Flags = &[VIEW_ONLY, PRINT];

/// The one context, and its cluster and user.
const NAME: &str = "minikube";
/// The address of the API server.
const SERVER: &str = "https://192.168.49.2:6443";

/// Models: kubectl/pkg/cmd/clusterinfo/clusterinfo.go Run (v1.36), of a cluster without add-ons.
pub(crate) fn cluster_info(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    if args.words.first().is_some_and(|word| word == "dump") {
        return Err(unsupported::listed("cluster-info dump").into_iter().collect());
    }
    let _ = write!(
        run.output.stdout,
        "Kubernetes control plane is running at {SERVER}\n\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n"
    );
    Ok(())
}

/// Models: kubectl/pkg/cmd/config (v1.36).
///
/// Differs: of the kubeconfig only the namespace of its context can be changed.
pub(crate) fn config(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let (verb, words) = args.words.split_first().unzip();
    let words = words.unwrap_or_default();
    let result = match verb.map_or("", String::as_str) {
        "view" => view(run, args),
        "current-context" => Ok(format!("{NAME}\n")),
        "get-contexts" => contexts(run, args, words),
        "get-clusters" | "get-users" => Ok(format!("NAME\n{NAME}\n")),
        "use-context" | "use" => switch(run, words),
        "set" => set(run, words),
        "unset" => unset(run, words),
        "set-context" => set_context(run, args, words),
        verb => Err(unsupported::listed(&format!("config {verb}"))
            .unwrap_or_else(|| Failure::unknown_subcommand("kubectl config", &args.words))),
    };
    match result {
        Ok(text) => {
            run.output.stdout.push_str(&text);
            Ok(())
        }
        Err(failure) => Err(vec![failure]),
    }
}

/// The namespace of the context.
fn namespace<'a>(run: &CommandContext<'a>) -> &'a str {
    match run.around.namespace {
        "" => "default",
        namespace => namespace,
    }
}

/// Models: kubectl/pkg/cmd/config/set_context.go run, validate (v1.36).
fn set_context(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<String, Failure> {
    let current = args.is("current");
    match words {
        [] if !current => Err(Failure::own("you must specify a non-empty context name or --current")),
        [_, ..] if current => Err(Failure::own("you cannot specify both a context name and --current")),
        _ if current || words == [NAME] => {
            run.output.namespace = args.text("namespace").map(str::to_owned);
            Ok(format!("Context \"{NAME}\" modified.\n"))
        }
        [name] => Err(unsupported::not_here(
            &format!("config set-context {name}"),
            "there is one context here, minikube",
        )),
        others => Err(unexpected(run, "set-context", others)),
    }
}

/// Prints the help page of a subcommand, and says what is wrong.
///
/// Models: kubectl/pkg/cmd/config/config.go helpErrorf (v1.36).
fn unexpected(run: &mut CommandContext<'_>, verb: &str, words: &[String]) -> Failure {
    run.output.stdout.push_str(&dispatch::help_page(&["config", verb]));
    Failure::own(format!("Unexpected args: [{}]", words.join(" ")))
}

/// The one property that can be changed: its name.
const NAMESPACE_PROPERTY: [&str; 3] = ["contexts", NAME, "namespace"];
/// Models: client-go/tools/clientcmd/api/types.go Config (v1.36).
const PROPERTIES: [&str; 8] = [
    "apiVersion",
    "clusters",
    "contexts",
    "current-context",
    "extensions",
    "kind",
    "preferences",
    "users",
];

/// Models: kubectl/pkg/cmd/config/set.go (v1.36).
fn set(run: &mut CommandContext<'_>, words: &[String]) -> Result<String, Failure> {
    let [property, value] = words else {
        return Err(unexpected(run, "set", words));
    };
    if value.is_empty() {
        return Err(Failure::own("you cannot use set to unset a property"));
    }
    change(run, property, value, "set")
}

/// Models: kubectl/pkg/cmd/config/unset.go (v1.36).
fn unset(run: &mut CommandContext<'_>, words: &[String]) -> Result<String, Failure> {
    let [property] = words else {
        return Err(unexpected(run, "unset", words));
    };
    change(run, property, "", "unset")
}

/// Models: kubectl/pkg/cmd/config/navigation_step_parser.go newNavigationSteps (v1.36).
fn change(run: &mut CommandContext<'_>, property: &str, value: &str, verb: &str) -> Result<String, Failure> {
    if property.is_empty() {
        return Err(Failure::own("you must specify a property"));
    }
    let steps: Vec<&str> = property.split('.').collect();
    if !steps.first().is_some_and(|first| PROPERTIES.contains(first)) {
        return Err(Failure::own(format!(
            "unable to parse {property} after [] at api.Config"
        )));
    }
    if steps != NAMESPACE_PROPERTY {
        let what = format!("config {verb} {property}");
        return Err(unsupported::not_here(&what, unsupported::ONE_CONTEXT));
    }
    run.output.namespace = Some(value.to_owned());
    Ok(format!("Property {} {verb}.\n", api::go::quote(property)))
}

fn view(run: &mut CommandContext<'_>, args: &Args) -> Result<String, Failure> {
    let format = Format::of_change(args)?.unwrap_or(Format::Yaml);
    let config = json!({
        "apiVersion": "v1",
        "clusters": [{
            "cluster": {"certificate-authority-data": "DATA+OMITTED", "server": SERVER},
            "name": NAME,
        }],
        "contexts": [{"context": {"cluster": NAME, "namespace": namespace(run), "user": NAME}, "name": NAME}],
        "current-context": NAME,
        "kind": "Config",
        "users": [{
            "name": NAME,
            "user": {"client-certificate-data": "DATA+OMITTED", "client-key-data": "DATA+OMITTED"},
        }],
    });
    written(run, args, &format, &config as &Value)
}

fn contexts(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<String, Failure> {
    match args.text("output").unwrap_or_default() {
        "name" => return Ok(format!("{NAME}\n")),
        "" => {}
        other => {
            return Err(Failure::own(format!(
                "--output {other} is not available in kubectl config get-contexts; resetting to default output format"
            )));
        }
    }
    let rows = [
        ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"],
        ["*", NAME, NAME, NAME, namespace(run)],
    ];
    let other = words.iter().find(|word| *word != NAME);
    let known = if words.is_empty() || words.iter().any(|word| word == NAME) {
        2
    } else {
        1
    };
    let shown = rows.iter().take(known).skip(usize::from(args.is("no-headers")));
    let rows: Vec<Vec<String>> = shown
        .map(|row| row.iter().map(|cell| (*cell).to_owned()).collect())
        .collect();
    let table = print::lay_out(&rows);
    let Some(other) = other else {
        return Ok(table);
    };
    run.output.stdout.push_str(&table);
    Err(Failure::own(format!("context {other} not found")))
}

/// Models: kubectl/pkg/cmd/config/use_context.go (v1.36).
fn switch(run: &mut CommandContext<'_>, words: &[String]) -> Result<String, Failure> {
    match words {
        [name] if name == NAME => Ok(format!("Switched to context \"{NAME}\".\n")),
        [name] if name.is_empty() => Err(Failure::own("empty context names are not allowed")),
        [name] => Err(Failure::own(format!("no context exists with the name: \"{name}\""))),
        [] | [_, ..] => Err(unexpected(run, "use-context", words)),
    }
}
