//! `rollout status`.

use super::history::deployment_revision;
use super::targets::{nothing_found, targets};
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::duration::Span;
use crate::targets::done;
use api::{Fields, Kind};
use cluster::Object;
use std::rc::Rc;

/// The progress of a rollout: its line, and whether it is the last one.
type Progress = Result<(String, bool), Failure>;

/// Models: kubectl/pkg/cmd/rollout/rollout_status.go Run (v1.36).
///
/// Differs: of what is said while a rollout goes on, the first and the last are kept.
pub(super) fn status(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<(), Vec<Failure>> {
    let found = targets(run, args, words)?;
    let timeout = args.span("timeout").filter(|span| *span > Span::from_seconds(0));
    let watches = args.text("watch").is_none() || args.is("watch");
    if found.objects.is_empty() && found.failures.is_empty() {
        nothing_found(run, args);
    }
    let mut failures = found.failures;
    for object in found.objects {
        match follow(run, args, &object, watches) {
            Ok(true) => {}
            Ok(false) if !watches => {}
            Ok(false) if timeout.is_some_and(|span| run.elapsed() >= span.whole_seconds()) => {
                failures.push(Failure::own("timed out waiting for the condition"));
            }
            Ok(false) => {
                run.waits(timeout.map_or(i64::MAX, Span::whole_seconds));
                return Ok(());
            }
            Err(failure) => failures.push(failure),
        }
    }
    done(failures)
}

/// Prints the progress at the command's beginning and now; returns whether the rollout is done.
fn follow(run: &mut CommandContext<'_>, args: &Args, object: &Rc<Object>, watches: bool) -> Result<bool, Failure> {
    let before = run
        .before()
        .find(object.kind, object.namespace(), object.name())
        .cloned();
    let changed = before.filter(|before| watches && before.value != object.value);
    for moment in changed.iter().chain([object]) {
        let (text, done) = progress(moment, args.number("revision").unwrap_or(0))?;
        if !run.output.stdout.ends_with(&text) {
            run.output.stdout.push_str(&text);
        }
        if done {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Models: kubectl/pkg/polymorphichelpers/rollout_status.go (v1.36).
fn progress(object: &Object, revision: i64) -> Progress {
    match object.kind {
        Kind::Deployment => deployment(object, revision),
        Kind::StatefulSet => stateful_set(object),
        Kind::DaemonSet => daemon_set(object),
        kind => {
            let group = Some(kind.group()).filter(|group| !group.is_empty());
            let group = group.map_or_else(String::new, |group| format!(".{group}"));
            let name = kind.name();
            Err(Failure::own(format!(
                "no status viewer has been implemented for {name}{group}"
            )))
        }
    }
}

/// Models: kubectl/pkg/polymorphichelpers/rollout_status.go DeploymentStatusViewer (v1.36).
fn deployment(object: &Object, revision: i64) -> Progress {
    let name = object.name();
    let running = deployment_revision(object);
    if revision > 0 && revision != running {
        return Err(Failure::own(format!(
            "desired revision ({revision}) is different from the running revision ({running})"
        )));
    }
    let late = object.status().field("conditions").list().iter().any(|condition| {
        condition.field("type") == "Progressing" && condition.field("reason") == "ProgressDeadlineExceeded"
    });
    if late {
        return Err(Failure::own(format!(
            "deployment \"{name}\" exceeded its progress deadline"
        )));
    }
    let number = |field: &str| object.status().field(field).number();
    let wanted = object.spec().field("replicas").number();
    let [total, updated, available] = ["replicas", "updatedReplicas", "availableReplicas"].map(number);
    let rest = if updated < wanted {
        format!("{updated} out of {wanted} new replicas have been updated")
    } else if total > updated {
        format!("{} old replicas are pending termination", total - updated)
    } else if available < updated {
        format!("{available} of {updated} updated replicas are available")
    } else {
        return Ok((format!("deployment \"{name}\" successfully rolled out\n"), true));
    };
    let text = format!("Waiting for deployment \"{name}\" rollout to finish: {rest}...\n");
    Ok((text, false))
}

/// Models: kubectl/pkg/polymorphichelpers/rollout_status.go DaemonSetStatusViewer (v1.36).
fn daemon_set(object: &Object) -> Progress {
    if object.spec().field("updateStrategy").field("type") != "RollingUpdate" {
        return Err(Failure::own(
            "rollout status is only available for RollingUpdate strategy type",
        ));
    }
    let name = object.name();
    let number = |field: &str| object.status().field(field).number();
    let [desired, updated, available] =
        ["desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable"].map(number);
    if object.metadata().field("generation").number() > number("observedGeneration") {
        return Ok((
            "Waiting for daemon set spec update to be observed...\n".to_owned(),
            false,
        ));
    }
    let rest = if updated < desired {
        format!("{updated} out of {desired} new pods have been updated")
    } else if available < desired {
        format!("{available} of {desired} updated pods are available")
    } else {
        return Ok((format!("daemon set \"{name}\" successfully rolled out\n"), true));
    };
    let text = format!("Waiting for daemon set \"{name}\" rollout to finish: {rest}...\n");
    Ok((text, false))
}

/// Models: kubectl/pkg/polymorphichelpers/rollout_status.go StatefulSetStatusViewer (v1.36).
fn stateful_set(object: &Object) -> Progress {
    if object.spec().field("updateStrategy").field("type") != "RollingUpdate" {
        return Err(Failure::own(
            "rollout status is only available for RollingUpdate strategy type",
        ));
    }
    let number = |field: &str| object.status().field(field).number();
    let [ready, updated, current] = ["readyReplicas", "updatedReplicas", "currentReplicas"].map(number);
    let wanted = object.spec().field("replicas").number();
    if ready < wanted {
        return Ok((format!("Waiting for {} pods to be ready...\n", wanted - ready), false));
    }
    let revision = |field: &str| object.status().field(field).text();
    if object
        .spec()
        .field("updateStrategy")
        .field("rollingUpdate")
        .value
        .is_object()
    {
        let partition = object
            .spec()
            .field("updateStrategy")
            .field("rollingUpdate")
            .field("partition")
            .as_number();
        return Ok(match partition.map(|partition| wanted - partition) {
            Some(due) if updated < due => (
                format!(
                    "Waiting for partitioned roll out to finish: {updated} out of {due} new pods have been updated...\n"
                ),
                false,
            ),
            _ => (
                format!("partitioned roll out complete: {updated} new pods have been updated...\n"),
                true,
            ),
        });
    }
    if revision("updateRevision") != revision("currentRevision") {
        let at = revision("updateRevision");
        let text = format!("waiting for statefulset rolling update to complete {updated} pods at revision {at}...\n");
        return Ok((text, false));
    }
    let at = revision("currentRevision");
    Ok((
        format!("statefulset rolling update complete {current} pods at revision {at}...\n"),
        true,
    ))
}
