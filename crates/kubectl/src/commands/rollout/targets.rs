//! The objects of a `rollout` subcommand.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::resources::{self, BareKind, FoundObjects};
use crate::targets::{manifests, registered, warn_of_all};
use api::Kind;

/// The objects that words or files name; a kind alone means all objects of it.
pub(super) fn targets(
    run: &mut CommandContext<'_>,
    args: &Args,
    words: &[String],
) -> Result<FoundObjects, Vec<Failure>> {
    let one = |failure| vec![failure];
    if !manifests::are_named(args) {
        if words.is_empty() {
            return Err(one(Failure::own("required resource not specified")));
        }
        check_revision(args).map_err(one)?;
        let asked = resources::read(run.mapper(), args, words, BareKind::All).map_err(one)?;
        warn_of_all(run, &asked);
        return Ok(registered(resources::find(run.cluster, args, &asked)));
    }
    check_revision(args).map_err(one)?;
    if !words.is_empty() {
        return Err(one(Failure::own(manifests::AND_WORDS)));
    }
    Ok(registered(run.objects_of_files(args)))
}

fn check_revision(args: &Args) -> Result<(), Failure> {
    match args.number("revision") {
        Some(revision) if revision < 0 => Err(Failure::own(format!("revision must be a positive integer: {revision}"))),
        _ => Ok(()),
    }
}

/// The failure for a kind without rollouts.
///
/// Models: kubectl/pkg/apps/kind_visitor.go Accept, polymorphichelpers HistoryViewerFor, RollbackerFor (v1.36).
pub(super) fn without_rollouts(kind: Kind, task: &str, actor: &str) -> Option<Failure> {
    let (group, name) = (kind.group(), kind.name());
    let qualified = if group.is_empty() {
        name.to_owned()
    } else {
        format!("{name}.{group}")
    };
    match kind {
        Kind::Deployment | Kind::StatefulSet | Kind::DaemonSet => None,
        Kind::Pod | Kind::ReplicaSet | Kind::ReplicationController | Kind::Job | Kind::CronJob => Some(Failure::own(
            format!("no {actor} has been implemented for \"{qualified}\""),
        )),
        _ => Some(Failure::own(format!(
            "error retrieving {task} for \"{qualified}\", no visitor method exists for {{{group} {name}}}"
        ))),
    }
}

/// kubectl's message if a selection chooses nothing.
pub(super) fn nothing_found(run: &mut CommandContext<'_>, args: &Args) {
    let words = format!("No resources found in {} namespace.\n", args.namespace());
    run.output.stderr.push_str(&words);
}
