//! `rollout undo`.

use super::history::{Revision, Revisions, revisions};
use super::targets::{targets, without_rollouts};
use crate::context::CommandContext;
use crate::describe::{template_text, without_hash};
use crate::failure::Failure;
use crate::line::args::Args;
use crate::output::dry_run::DryRun;
use crate::output::report::report_typed;
use crate::targets::documents::LAST_APPLIED;
use crate::targets::done;
use api::view::Deployment;
use api::{Kind, Value};
use cluster::Object;
use serde_json::json;
use std::rc::Rc;

/// Annotations that a Deployment keeps across rollbacks.
const KEPT: [&str; 6] = [
    LAST_APPLIED,
    "deployment.kubernetes.io/revision",
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
];

/// Models: kubectl/pkg/cmd/rollout/rollout_undo.go RunUndo (v1.36).
pub(super) fn undo(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<(), Vec<Failure>> {
    let dry = DryRun::read(args).map_err(|failure| vec![failure])?;
    let found = targets(run, args, words)?;
    let mut failures = found.failures;
    for object in found.objects {
        if object.annotation(LAST_APPLIED).is_some() {
            let (resource, name) = (object.kind.plural(), object.name());
            run.warn(&format!(
                "resource {resource}/{name} was previously managed with 'kubectl apply'. Rolling back will not update the {LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead."
            ));
        }
        let told = roll_back(run, args, &object, dry).and_then(|words| report_typed(run, args, &object, &words, dry));
        failures.extend(told.err());
    }
    done(failures)
}

/// Models: kubectl/pkg/polymorphichelpers/rollback.go Rollback (v1.36).
fn roll_back(run: &mut CommandContext<'_>, args: &Args, object: &Rc<Object>, dry: DryRun) -> Result<String, Failure> {
    if let Some(failure) = without_rollouts(object.kind, "rollbacker", "rollbacker") {
        return Err(failure);
    }
    let number = args.number("to-revision").unwrap_or(0);
    let known = revisions(run.cluster, object);
    let target = choose(object, &known, number)?;
    let is_deployment = object.kind == Kind::Deployment;
    if dry == DryRun::Client {
        let intent = if is_deployment { "" } else { "will roll back to " };
        return Ok(format!("{intent}{}", template_text(&target.template)));
    }
    if is_deployment && Deployment::of(&object.value).is_paused() {
        return Err(Failure::own(
            "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
        ));
    }
    let template = without_hash(&target.template);
    if object.spec().field("template") == &template {
        return Ok(format!(
            "skipped rollback (current template already matches revision {number})"
        ));
    }
    let mut value = object.value.clone();
    value["spec"]["template"] = template;
    if is_deployment {
        value["metadata"]["annotations"] = annotations(object, &target.keeper);
    }
    let updated = run
        .cluster
        .update(object.kind, object.namespace(), object.name(), &value, dry.options());
    let updated =
        updated.map_err(|status| Failure::own(format!("failed restoring revision {number}: {}", status.message)))?;
    run.warn_all(&updated.warnings);
    Ok("rolled back".to_owned())
}

/// A revision by number; 0 is the one before the last.
///
/// Models: kubectl/pkg/polymorphichelpers/rollback.go deploymentRevision, findHistory (v1.36).
fn choose<'a>(object: &Object, known: &'a Revisions, number: i64) -> Result<&'a Revision, Failure> {
    if number != 0 {
        return known
            .get(&number)
            .filter(|_| number > 0)
            .ok_or_else(|| Failure::own(format!("unable to find specified revision {number} in history")));
    }
    known.values().rev().nth(1).ok_or_else(|| {
        Failure::own(if object.kind == Kind::Deployment {
            format!("no rollout history found for deployment \"{}\"", object.name())
        } else {
            "no last revision to roll back to".to_owned()
        })
    })
}

/// The annotations after a rollback: the Deployment's own, and the others of the revision.
fn annotations(deployment: &Object, set: &Object) -> Value {
    let [own, revision] = [deployment, set].map(|it| it.metadata().field("annotations").text_entries());
    let kept = own.filter(|(key, _)| KEPT.contains(key));
    let brought = revision.filter(|(key, _)| !KEPT.contains(key));
    let mut annotations = json!({});
    for (key, value) in kept.chain(brought) {
        annotations[key] = value.into();
    }
    annotations
}
