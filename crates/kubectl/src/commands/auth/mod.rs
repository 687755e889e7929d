//! `auth`: permissions. The learner is the cluster's admin.

mod impersonated;
mod reconcile;
mod whoami;

use crate::context::CommandContext;
use crate::describe::rule_lines;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{
    ALL_NAMESPACES, DRY_RUN, FILES, Flag, Flags, LIST, NO_HEADERS, PRINT, QUIET, SUBRESOURCE, Takes,
};
use crate::line::resources::Resource;
use crate::print;
use api::{Cursor, Value};
use std::fmt::Write;

pub(crate) const FLAGS: Flags = &[];
pub(crate) const CAN_I_FLAGS: Flags = &[&[
    ALL_NAMESPACES,
    Flag::new(
        "as",
        Takes::Text,
        "Whose permissions to check: USER, or system:serviceaccount:NAMESPACE:NAME.",
    ),
    Flag::new("as-group", Takes::List, "A group of that user."),
    LIST,
    NO_HEADERS,
    QUIET,
    SUBRESOURCE,
]];
pub(crate) const RECONCILE_FLAGS: Flags = &[
    &[
        DRY_RUN,
        Flag::new(
            "remove-extra-permissions",
            Takes::Bool,
            "Remove from roles what the manifest does not grant.",
        ),
        Flag::new(
            "remove-extra-subjects",
            Takes::Bool,
            "Remove from bindings whom the manifest does not name.",
        ),
    ],
    FILES,
    PRINT,
];
pub(crate) const WHO_AM_I_FLAGS: Flags = &[PRINT];

/// Models: kubectl/pkg/cmd/auth (v1.36).
pub(crate) fn auth(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let (verb, words) = args.words.split_first().unzip();
    let words = words.unwrap_or_default();
    let result = match verb.map_or("", String::as_str) {
        "can-i" => can_i(run, args, words),
        "whoami" => whoami::whoami(run, args),
        "reconcile" => return reconcile::reconcile(run, args, words),
        _ => Err(Failure::unknown_subcommand("kubectl auth", &args.words)),
    };
    result.map_err(|failure| vec![failure])
}

/// Models: kubectl/pkg/cmd/auth/cani.go Complete, RunAccessCheck, RunAccessList (v1.36).
fn can_i(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<(), Failure> {
    let user = args.text("as").filter(|user| !user.is_empty());
    if args.is("list") {
        let rules = match user {
            Some(user) => impersonated::rules(run, args, user)?,
            None => impersonated::everything().into(),
        };
        let text = rule_table(&rules, !args.is("no-headers"));
        run.output.stdout.push_str(&text);
        return Ok(());
    }
    let (2 | 3, Some(resource)) = (words.len(), words.get(1)) else {
        return Err(Failure::own(
            "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
        ));
    };
    let name = resource.split('/').next().unwrap_or_default();
    let warning = match Resource::of(run.mapper(), name) {
        _ if name == "*" || name.is_empty() => None,
        Err(_) => Some(format!("the server doesn't have a resource type '{name}'")),
        Ok(found) if !found.namespaced() => Some(found.unscoped()),
        Ok(_) => None,
    };
    let verb = words.first().map_or("", String::as_str);
    let unknown = !VERBS.contains(&verb);
    let unknown = unknown.then(|| format!("verb '{verb}' is not a known verb"));
    for warning in warning.into_iter().chain(unknown) {
        let _ = write!(run.output.stderr, "Warning: {warning}\n\n");
    }
    let refused = match user {
        Some(user) => impersonated(
            run,
            args,
            user,
            (verb, resource, words.get(2).map_or("", String::as_str)),
        )?,
        None => None,
    };
    run.output.exit = i32::from(refused.is_some());
    if !args.is("quiet") {
        let _ = match refused.as_deref() {
            None => writeln!(run.output.stdout, "yes"),
            Some("") => writeln!(run.output.stdout, "no"),
            Some(why) => writeln!(run.output.stdout, "no - {why}"),
        };
    }
    Ok(())
}

/// Why somebody else may not; `None` if they may.
fn impersonated(
    run: &CommandContext<'_>,
    args: &Args,
    user: &str,
    (verb, resource, name): (&str, &str, &str),
) -> Result<Option<String>, Failure> {
    let (word, rest) = match resource.split_once('/') {
        Some((word, rest)) if !word.is_empty() => (word, rest),
        _ => (resource, name),
    };
    let known = Resource::of(run.mapper(), word).ok();
    let (plain, group) = word.split_once('.').unwrap_or((word, ""));
    let asked = impersonated::Asked {
        verb,
        resource: known.map_or((plain, group), |it| (it.plural(), it.group())),
        subresource: args.text("subresource").unwrap_or_default(),
        name: rest,
        namespace: (!args.is("all-namespaces")).then(|| args.namespace()),
    };
    impersonated::refusal(run, args, user, &asked)
}

/// The verbs and resources of a permission.
///
/// Models: kubectl/pkg/cmd/auth/cani.go resourceVerbs (v1.36).
const VERBS: [&str; 14] = [
    "*",
    "bind",
    "create",
    "delete",
    "deletecollection",
    "escalate",
    "get",
    "impersonate",
    "list",
    "patch",
    "proxy",
    "update",
    "use",
    "watch",
];

/// Models: kubectl/pkg/cmd/auth/cani.go printStatus (v1.36).
fn rule_table(rules: &[Value], has_headers: bool) -> String {
    let headers = has_headers.then(|| "Resources\tNon-Resource URLs\tResource Names\tVerbs".to_owned());
    let lines = headers.into_iter().chain(rule_lines(rules.iter().map(Cursor::new)));
    let rows: Vec<Vec<String>> = lines
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect();
    print::lay_out(&rows)
}

fn table<const N: usize>(rows: &[[&str; N]]) -> String {
    let row = |row: &[&str; N]| row.iter().map(|cell| (*cell).to_owned()).collect();
    let rows: Vec<Vec<String>> = rows.iter().map(row).collect();
    print::lay_out(&rows)
}
