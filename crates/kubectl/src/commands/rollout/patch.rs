//! `rollout restart`, `pause` and `resume`, which set a field of the workload.

use super::targets::{nothing_found, targets};
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::output::dry_run::DryRun;
use crate::output::report::{check_output, report_typed};
use crate::targets::{done, store};
use api::view::Deployment;
use api::{Kind, Value};
use cluster::{Object, timestamp};
use std::rc::Rc;

/// Changes an object, or says why it cannot be changed.
type ObjectChange = fn(&Object, i64) -> Result<Value, String>;

/// Models: kubectl/pkg/polymorphichelpers/objectrestarter.go (v1.36).
pub(super) fn restart(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<(), Vec<Failure>> {
    each(run, args, words, "restarted", |object, now| {
        if !matches!(object.kind, Kind::Deployment | Kind::StatefulSet | Kind::DaemonSet) {
            return Err("restarting is not supported".to_owned());
        }
        if is_paused(object) {
            return Err("can't restart paused deployment (run rollout resume first)".to_owned());
        }
        let mut value = object.value.clone();
        let metadata = &mut value["spec"]["template"]["metadata"];
        if !metadata["annotations"].is_object() {
            metadata["annotations"] = serde_json::json!({});
        }
        metadata["annotations"]["kubectl.kubernetes.io/restartedAt"] = timestamp(now).into();
        Ok(value)
    })
}

/// Models: kubectl/pkg/polymorphichelpers/objectpauser.go (v1.36).
pub(super) fn pause(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<(), Vec<Failure>> {
    each(run, args, words, "paused", |object, _| match object.kind {
        Kind::Deployment if is_paused(object) => Err("is already paused".to_owned()),
        Kind::Deployment => Ok(with_paused(object, true)),
        _ => Err("pausing is not supported".to_owned()),
    })
}

/// Models: kubectl/pkg/polymorphichelpers/objectresumer.go (v1.36).
pub(super) fn resume(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<(), Vec<Failure>> {
    each(run, args, words, "resumed", |object, _| match object.kind {
        Kind::Deployment if is_paused(object) => Ok(with_paused(object, false)),
        Kind::Deployment => Err("is not paused".to_owned()),
        _ => Err("resuming is not supported".to_owned()),
    })
}

fn is_paused(object: &Object) -> bool {
    Deployment::of(&object.value).is_paused()
}

fn with_paused(object: &Object, paused: bool) -> Value {
    let mut value = object.value.clone();
    value["spec"]["paused"] = paused.into();
    value
}

/// Models: kubectl/pkg/cmd/rollout/rollout_restart.go RunRestart, rollout_pause.go RunPause (v1.36).
fn each(
    run: &mut CommandContext<'_>,
    args: &Args,
    words: &[String],
    verb: &str,
    change: ObjectChange,
) -> Result<(), Vec<Failure>> {
    let found = targets(run, args, words)?;
    if found.objects.is_empty() && found.failures.is_empty() {
        nothing_found(run, args);
    }
    let mut failures = found.failures;
    for object in found.objects {
        failures.extend(one(run, args, &object, verb, change).err());
    }
    done(failures)
}

fn one(
    run: &mut CommandContext<'_>,
    args: &Args,
    object: &Rc<Object>,
    verb: &str,
    change: ObjectChange,
) -> Result<(), Failure> {
    let (resource, name) = (object.kind.qualified_resource(), object.name());
    let value =
        change(object, run.cluster.now()).map_err(|why| Failure::own(format!("error: {resource} \"{name}\" {why}")))?;
    if value == object.value {
        return Err(Failure::own(format!(
            "failed to create patch for {name}: if restart has already been triggered within the past second, please wait before attempting to trigger another"
        )));
    }
    let stored = store(run, args, object, value)
        .map_err(|status| Failure::own(format!("failed to patch: {}", status.message)))?;
    check_output(args)?;
    report_typed(run, args, &stored, verb, DryRun::No)
}
