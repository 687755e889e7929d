//! `rollout`: the revisions of a workload's template.

mod history;
mod patch;
mod status;
mod undo;

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{DRY_RUN, FIELD_MANAGER, FILES, Flag, Flags, PRINT, SELECTOR, TIMEOUT, Takes, WATCH};
use crate::line::resources::{self, Default, Found};
use crate::targets::manifests;
use crate::targets::warn_of_all;
use api::Kind;

const REVISION: Flag = Flag::new("revision", Takes::Long, "The revision to show.");
const TO_REVISION: Flag = Flag::new(
    "to-revision",
    Takes::Long,
    "The revision to go back to; the one before where 0.",
);

/// Flags in front of the subcommand, before it is known.
pub(crate) const FLAGS: Flags = &[
    &[SELECTOR, DRY_RUN, REVISION, TO_REVISION, WATCH, TIMEOUT, FIELD_MANAGER],
    FILES,
    PRINT,
];
pub(crate) const HISTORY_FLAGS: Flags = &[&[REVISION, SELECTOR], FILES, PRINT];
/// Of `pause`, `restart` and `resume`.
pub(crate) const PATCH_FLAGS: Flags = &[&[FIELD_MANAGER, SELECTOR], FILES, PRINT];
pub(crate) const STATUS_FLAGS: Flags = &[&[REVISION, TIMEOUT, WATCH, SELECTOR], FILES];
pub(crate) const UNDO_FLAGS: Flags = &[&[TO_REVISION, DRY_RUN, SELECTOR], FILES, PRINT];

/// Models: kubectl/pkg/cmd/rollout (v1.36).
pub(crate) fn rollout(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let (verb, words) = args.words.split_first().unzip();
    let words = words.unwrap_or_default();
    match verb.map_or("", String::as_str) {
        "history" => history::history(run, args, words),
        "pause" => patch::pause(run, args, words),
        "restart" => patch::restart(run, args, words),
        "resume" => patch::resume(run, args, words),
        "status" => status::status(run, args, words),
        "undo" => undo::undo(run, args, words),
        _ => Err(vec![Failure::unknown_subcommand("kubectl rollout", &args.words)]),
    }
}

/// What the words or files of a subcommand name: a kind alone means all of it.
fn targets(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<Found, Vec<Failure>> {
    let one = |failure| vec![failure];
    if !manifests::are_named(args) {
        if words.is_empty() {
            return Err(one(Failure::own("required resource not specified")));
        }
        check_revision(args).map_err(one)?;
        let asked = resources::read(args, words, Default::All).map_err(one)?;
        warn_of_all(run, &asked);
        return Ok(resources::find(run.cluster, args, &asked));
    }
    check_revision(args).map_err(one)?;
    if !words.is_empty() {
        return Err(one(Failure::own(manifests::AND_WORDS)));
    }
    Ok(run.objects_of_files(args))
}

fn check_revision(args: &Args) -> Result<(), Failure> {
    match args.number("revision") {
        Some(revision) if revision < 0 => Err(Failure::own(format!("revision must be a positive integer: {revision}"))),
        _ => Ok(()),
    }
}

/// What kubectl says of a kind that has no rollouts; none where it has.
///
/// Models: kubectl/pkg/apps/kind_visitor.go Accept, polymorphichelpers HistoryViewerFor, RollbackerFor (v1.36).
fn without_rollouts(kind: Kind, task: &str, actor: &str) -> Option<Failure> {
    let (group, name) = (kind.group(), kind.name());
    let qualified = if group.is_empty() {
        name.to_owned()
    } else {
        format!("{name}.{group}")
    };
    match kind {
        Kind::Deployment | Kind::StatefulSet => None,
        Kind::Pod | Kind::ReplicaSet => Some(Failure::own(format!(
            "no {actor} has been implemented for \"{qualified}\""
        ))),
        _ => Some(Failure::own(format!(
            "error retrieving {task} for \"{qualified}\", no visitor method exists for {{{group} {name}}}"
        ))),
    }
}

/// What kubectl says where a selection chooses nothing.
fn nothing_found(run: &mut CommandContext<'_>, args: &Args) {
    let words = format!("No resources found in {} namespace.\n", args.namespace());
    run.output.stderr.push_str(&words);
}
