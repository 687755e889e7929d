//! `rollout`, `events`, `version`, `auth`.

use crate::command::Run;
use crate::create::{DryRun, tell};
use crate::describe::align;
use crate::failure::Failure;
use crate::flags::{ALL_NAMESPACES, Args, DRY_RUN, FILENAME, Flag, OUTPUT, SELECTOR, Takes};
use crate::print;
use crate::resources::{self, Default};
use api::{Kind, Value};
use cluster::{Object, timestamp};
use std::fmt::Write;
use std::rc::Rc;

pub(crate) const FLAGS: &[Flag] = &[
    FILENAME,
    OUTPUT,
    SELECTOR,
    DRY_RUN,
    ("revision", None, Takes::Number),
    ("to-revision", None, Takes::Number),
    ("watch", Some('w'), Takes::Bool),
    ("timeout", None, Takes::Text),
    ("field-manager", None, Takes::Text),
];
pub(crate) const EVENTS: &[Flag] = &[
    OUTPUT,
    ALL_NAMESPACES,
    ("for", None, Takes::Text),
    ("types", None, Takes::List),
    ("watch", Some('w'), Takes::Bool),
    ("no-headers", None, Takes::Bool),
];
pub(crate) const VERSION: &[Flag] = &[OUTPUT, ("client", None, Takes::Bool)];
pub(crate) const AUTH: &[Flag] = &[
    OUTPUT,
    ALL_NAMESPACES,
    ("list", None, Takes::Bool),
    ("quiet", Some('q'), Takes::Bool),
];

const REVISION: &str = "deployment.kubernetes.io/revision";

fn one(failure: Failure) -> Vec<Failure> {
    vec![failure]
}

/// Models: kubectl/pkg/cmd/rollout (v1.36).
pub(crate) fn rollout(run: &mut Run<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let Some((verb, words)) = args.words.split_first() else {
        run.output
            .stdout
            .push_str("Manage the rollout of one or many resources.\n");
        return Ok(());
    };
    if !["status", "history", "restart", "undo", "pause", "resume"].contains(&verb.as_str()) {
        return Err(one(Failure::unknown_subcommand("kubectl rollout", &args.words)));
    }
    if words.is_empty() {
        let words = "required resource not specified";
        return Err(one(Failure::own(words)));
    }
    let asked = resources::read(args, words, Default::None).map_err(one)?;
    let found = resources::find(run.cluster, args, &asked);
    let mut failures = found.failures;
    for object in found.objects {
        let result = match verb.as_str() {
            "status" => status(run, &object),
            "history" => history(run, args, &object),
            "restart" => restart(run, args, &object),
            "undo" => undo(run, args, &object),
            "pause" => pause(run, args, &object, true),
            _ => pause(run, args, &object, false),
        };
        if let Err(failure) = result {
            failures.push(failure);
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

/// Models: kubectl/pkg/polymorphichelpers/rollout_status.go (v1.36).
fn status(run: &mut Run<'_>, object: &Object) -> Result<(), Failure> {
    let number = |fields: &[&str]| object.number(fields).unwrap_or(0);
    let name = object.name();
    let line = match object.kind {
        Kind::Deployment => {
            let (wanted, updated) = (number(&["spec", "replicas"]), number(&["status", "updatedReplicas"]));
            let (total, available) = (
                number(&["status", "replicas"]),
                number(&["status", "availableReplicas"]),
            );
            if updated < wanted {
                format!(
                    "Waiting for deployment \"{name}\" rollout to finish: {updated} out of {wanted} new replicas have been updated...\n"
                )
            } else if total > updated {
                format!(
                    "Waiting for deployment \"{name}\" rollout to finish: {} old replicas are pending termination...\n",
                    total - updated
                )
            } else if available < updated {
                format!(
                    "Waiting for deployment \"{name}\" rollout to finish: {available} of {updated} updated replicas are available...\n"
                )
            } else {
                format!("deployment \"{name}\" successfully rolled out\n")
            }
        }
        Kind::StatefulSet => {
            let (ready, wanted) = (number(&["status", "readyReplicas"]), number(&["spec", "replicas"]));
            if ready < wanted {
                format!("Waiting for {} pods to be ready...\n", wanted - ready)
            } else {
                let current = number(&["status", "currentReplicas"]);
                let revision = object.text(&["status", "currentRevision"]).unwrap_or_default();
                format!("statefulset rolling update complete {current} pods at revision {revision}...\n")
            }
        }
        kind => {
            return Err(Failure::own(format!(
                "no status viewer has been implemented for {}",
                kind.name()
            )));
        }
    };
    run.output.stdout.push_str(&line);
    Ok(())
}

fn revision(set: &Object) -> i64 {
    set.annotation(REVISION).and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn sets(run: &Run<'_>, deployment: &Object) -> Vec<Rc<Object>> {
    let mut sets = run.cluster.list(Kind::ReplicaSet, Some(deployment.namespace()));
    sets.retain(|set| set.controller_uid() == Some(deployment.uid()));
    sets.sort_by_key(|set| revision(set));
    sets
}

fn history(run: &mut Run<'_>, args: &Args, object: &Object) -> Result<(), Failure> {
    if object.kind != Kind::Deployment {
        return Err(Failure::own(format!(
            "no history viewer has been implemented for \"{}\"",
            object.kind.name()
        )));
    }
    let sets = sets(run, object);
    if let Some(wanted) = args.number("revision").filter(|revision| *revision > 0) {
        if !sets.iter().any(|set| revision(set) == wanted) {
            return Err(Failure::own("unable to find the specified revision"));
        }
        let _ = writeln!(
            run.output.stdout,
            "deployment.apps/{} with revision #{wanted}",
            object.name()
        );
        return Ok(());
    }
    let mut table = "REVISION\tCHANGE-CAUSE\n".to_owned();
    for set in &sets {
        let cause = set.annotation("kubernetes.io/change-cause").unwrap_or("<none>");
        let _ = writeln!(table, "{}\t{cause}", revision(set));
    }
    let text = format!(
        "{}/{} \n{}\n",
        object.kind.resource_name(),
        object.name(),
        align(&table)
    );
    run.output.stdout.push_str(&text);
    Ok(())
}

fn is_rolled(object: &Object) -> bool {
    matches!(object.kind, Kind::Deployment | Kind::StatefulSet)
}

fn restart(run: &mut Run<'_>, args: &Args, object: &Rc<Object>) -> Result<(), Failure> {
    if !is_rolled(object) {
        let (resource, name) = (object.kind.qualified_resource(), object.name());
        return Err(Failure::own(format!(
            "{resource} \"{name}\" restarting is not supported"
        )));
    }
    if object.at(&["spec", "paused"]) == &Value::Bool(true) {
        let (resource, name) = (object.kind.qualified_resource(), object.name());
        return Err(Failure::own(format!(
            "{resource} \"{name}\" can't restart paused deployment (run rollout resume first)"
        )));
    }
    let mut value = object.value.clone();
    let now = timestamp(run.cluster.now());
    let metadata = &mut value["spec"]["template"]["metadata"];
    if !metadata["annotations"].is_object() {
        metadata["annotations"] = serde_json::json!({});
    }
    metadata["annotations"]["kubectl.kubernetes.io/restartedAt"] = now.into();
    change(run, args, object, &value, "restarted")
}

fn change(run: &mut Run<'_>, args: &Args, object: &Object, value: &Value, verb: &str) -> Result<(), Failure> {
    let dry = DryRun::read(args)?;
    let object = run
        .cluster
        .update(object.kind, object.namespace(), object.name(), value, dry.options())?
        .object;
    tell(run, args, &object, verb, dry)
}

fn pause(run: &mut Run<'_>, args: &Args, object: &Rc<Object>, pause: bool) -> Result<(), Failure> {
    let (resource, name) = (object.kind.qualified_resource(), object.name());
    if object.kind != Kind::Deployment {
        let word = if pause { "pausing" } else { "resuming" };
        return Err(Failure::own(format!("{resource} \"{name}\" {word} is not supported")));
    }
    let paused = object.at(&["spec", "paused"]) == &Value::Bool(true);
    if paused == pause {
        let word = if pause { "is already paused" } else { "is not paused" };
        return Err(Failure::own(format!("{resource} \"{name}\" {word}")));
    }
    let mut value = object.value.clone();
    value["spec"]["paused"] = pause.into();
    change(run, args, object, &value, if pause { "paused" } else { "resumed" })
}

/// Models: kubectl/pkg/polymorphichelpers/rollback.go (v1.36).
fn undo(run: &mut Run<'_>, args: &Args, object: &Rc<Object>) -> Result<(), Failure> {
    if object.kind != Kind::Deployment {
        return Err(Failure::own(format!(
            "no rollbacker has been implemented for \"{}\"",
            object.kind.name()
        )));
    }
    let sets = sets(run, object);
    let wanted = args.number("to-revision").unwrap_or(0);
    let target = if wanted > 0 {
        let found = sets.iter().find(|set| revision(set) == wanted);
        found.ok_or_else(|| Failure::own(format!("unable to find specified revision {wanted} in history")))?
    } else {
        let previous = sets.len().checked_sub(2).and_then(|at| sets.get(at));
        previous
            .ok_or_else(|| Failure::own(format!("no rollout history found for deployment \"{}\"", object.name())))?
    };
    let mut template = target.at(&["spec", "template"]).clone();
    if let Some(labels) = template.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) {
        labels.remove("pod-template-hash");
    }
    let mut value = object.value.clone();
    value["spec"]["template"] = template;
    change(run, args, object, &value, "rolled back")
}

/// Models: kubectl/pkg/cmd/events/events.go Run (v1.36).
pub(crate) fn events(run: &mut Run<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let namespace = if args.is("all-namespaces") {
        None
    } else {
        Some(args.namespace())
    };
    let mut events = run.cluster.list(Kind::Event, namespace);
    if let Some(target) = args.text("for") {
        let Some((word, name)) = target.split_once('/') else {
            return Err(one(Failure::own("--for must be in resource/name form")));
        };
        let kind = match resources::Resource::of(word).map_err(one)? {
            resources::Resource::Kept(kind) => kind.name(),
            resources::Resource::Empty(..) => "",
        };
        events.retain(|event| {
            event.text(&["involvedObject", "kind"]) == Some(kind)
                && event.text(&["involvedObject", "name"]) == Some(name)
        });
    }
    events.sort_by_key(|event| event.order);
    if events.is_empty() {
        let all = args.is("all-namespaces");
        let words = if all {
            "No events found.\n".to_owned()
        } else {
            format!("No events found in {} namespace.\n", args.namespace())
        };
        run.output.stderr.push_str(&words);
        return Ok(());
    }
    let table = print::events(run.cluster, &events, args.is("all-namespaces"), args.is("no-headers"));
    run.output.stdout.push_str(&table);
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "all commands look alike")]
pub(crate) fn version(run: &mut Run<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    run.output
        .stdout
        .push_str("Client Version: v1.36.2\nKustomize Version: v5.8.1\n");
    if !args.is("client") {
        run.output.stdout.push_str("Server Version: v1.36.2\n");
    }
    Ok(())
}

/// The learner is the cluster's admin.
#[expect(clippy::unnecessary_wraps, reason = "all commands look alike")]
pub(crate) fn auth(run: &mut Run<'_>, _args: &Args) -> Result<(), Vec<Failure>> {
    run.output.stdout.push_str("yes\n");
    Ok(())
}
