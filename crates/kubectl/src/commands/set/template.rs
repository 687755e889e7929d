//! `set image`, `set resources`, `set serviceaccount`: fields of a pod template.

use super::targets::{ALL_AND_SELECTOR, LOCAL_AND_SERVER, NO_RESOURCES, chosen, rehearses_locally, selects_twice};
use crate::commands::label::changes;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::output::dry_run::DryRun;
use crate::output::report::report_typed;
use crate::targets::manifests;
use crate::targets::{done, one, store};
use api::{Fields, Kind, Value};
use cluster::Object;
use serde_json::json;
use std::rc::Rc;

/// The words that messages about a change use.
pub(super) struct ChangeWords {
    pub(super) done: &'static str,
    pub(super) refused: &'static str,
}

/// The container lists of a pod spec.
const CONTAINERS: [&str; 2] = ["initContainers", "containers"];

/// The pod spec of a pod or of a pod template.
///
/// Models: kubectl/pkg/polymorphichelpers/updatepodspec.go updatePodSpecForObject (v1.36).
pub(super) fn pod_spec(kind: Kind, value: &mut Value) -> Result<&mut Value, String> {
    let path = match kind {
        Kind::Pod => "/spec",
        Kind::Deployment
        | Kind::ReplicaSet
        | Kind::StatefulSet
        | Kind::DaemonSet
        | Kind::ReplicationController
        | Kind::Job => "/spec/template/spec",
        Kind::CronJob => "/spec/jobTemplate/spec/template/spec",
        _ => "",
    };
    let spec = if path.is_empty() { None } else { value.pointer_mut(path) };
    spec.ok_or_else(|| {
        format!(
            "the object is not a pod or does not have a pod template: *v1.{}",
            kind.name()
        )
    })
}

/// Changes the pod spec of each object, then sends the changed objects.
///
/// The failure of one object does not keep others from being sent.
///
/// Models: kubectl/pkg/cmd/set/helper.go CalculatePatches (v1.36), and how each subcommand goes on.
pub(super) fn change_templates(
    run: &mut CommandContext<'_>,
    args: &Args,
    objects: &[Rc<Object>],
    words: &ChangeWords,
    mut change: impl FnMut(&mut CommandContext<'_>, &Object, &mut Value, &mut Vec<Failure>) -> Result<(), String>,
) -> Result<(), Vec<Failure>> {
    let dry = DryRun::read(args).map_err(one)?;
    let mut failures = Vec::new();
    let mut changed = Vec::new();
    for object in objects {
        let mut value = object.value.clone();
        let result = pod_spec(object.kind, &mut value).and_then(|spec| change(run, object, spec, &mut failures));
        changed.push((object, result.map(|()| value)));
    }
    for (object, result) in changed {
        let value = match result {
            Ok(value) if value == object.value => continue,
            Ok(value) => value,
            Err(why) => {
                failures.push(not_changed(object, &why));
                continue;
            }
        };
        match store(run, args, object, value) {
            Ok(object) => report_typed(run, args, &object, words.done, dry).map_err(one)?,
            Err(status) => failures.push(Failure::own(format!("{} {}", words.refused, status.message))),
        }
    }
    done(failures)
}

pub(super) fn not_changed(object: &Object, why: &str) -> Failure {
    Failure::own(format!("error: {}/{} {why}\n", object.kind.plural(), object.name()))
}

/// The containers whose name matches a pattern.
///
/// Models: kubectl/pkg/cmd/set/helper.go selectContainers (v1.36).
pub(super) fn matching<'a>(spec: &'a mut Value, field: &str, pattern: &str) -> Vec<&'a mut Value> {
    let containers = spec.get_mut(field).and_then(Value::as_array_mut);
    let named = |container: &&mut Value| fits(container.field("name").text(), pattern);
    containers.into_iter().flatten().filter(named).collect()
}

/// Whether a name matches a pattern with `*`.
///
/// Models: kubectl/pkg/cmd/set/helper.go selectString (v1.36), which takes fewer patterns than one expects.
fn fits(name: &str, pattern: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    if !pattern.contains('*') {
        return name == pattern;
    }
    let parts: Vec<&str> = pattern.split('*').collect();
    let mut reached = 0;
    for (index, part) in parts.iter().enumerate().filter(|(_, part)| !part.is_empty()) {
        let Some(next) = name.get(reached..).and_then(|rest| rest.find(part)) else {
            return false;
        };
        let too_early = next < reached || index == 0 && reached != 0;
        if too_early || index + 1 == parts.len() && name.len() != part.len() + next {
            return false;
        }
        reached = next;
    }
    true
}

/// The containers to change.
pub(super) fn pattern(args: &Args) -> &str {
    args.text("containers").unwrap_or("*")
}

/// Models: kubectl/pkg/cmd/set/set_image.go Complete, Validate, Run (v1.36).
pub(super) fn image(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<(), Vec<Failure>> {
    let (named, changes) = changes(words, "image").map_err(one)?;
    let images = images(changes).map_err(one)?;
    let objects = chosen(run, args, named)?;
    let mut wrong = Vec::new();
    if selects_twice(args) {
        wrong.push(Failure::own(ALL_AND_SELECTOR));
    }
    if named.is_empty() && !manifests::are_named(args) {
        wrong.push(Failure::own(NO_RESOURCES));
    }
    if images.is_empty() {
        wrong.push(Failure::own("at least one image update is required"));
    } else if images.len() > 1 && images.iter().any(|(name, _)| *name == "*") {
        wrong.push(Failure::own(
            "all containers are already specified by *, but saw more than one container_name=container_image pairs",
        ));
    }
    if rehearses_locally(args) {
        wrong.push(Failure::own(LOCAL_AND_SERVER));
    }
    done(wrong)?;
    let words = ChangeWords {
        done: "image updated",
        refused: "failed to patch image update to pod template:",
    };
    change_templates(run, args, &objects, &words, |_, _, spec, failures| {
        for (name, image) in &images {
            if !set_image(spec, name, image) {
                let quoted = api::go::quote(name);
                failures.push(Failure::own(format!("error: unable to find container named {quoted}")));
            }
        }
        Ok(())
    })
}

/// Pairs of container and image; the last one for a container wins.
///
/// Models: kubectl/pkg/cmd/util/helpers.go ParsePairs (v1.36).
fn images(changes: &[String]) -> Result<Vec<(&str, &str)>, Failure> {
    let mut images: Vec<(&str, &str)> = Vec::new();
    let mut invalid = Vec::new();
    for change in changes {
        match change.split_once('=') {
            Some((name, image)) => {
                images.retain(|(known, _)| *known != name);
                images.push((name, image));
            }
            None => invalid.push(change.as_str()),
        }
    }
    if invalid.is_empty() {
        Ok(images)
    } else {
        Err(Failure::own(format!("invalid image format: {}", invalid.join(", "))))
    }
}

/// Sets the image of a container, or of all for `*`; returns whether there was one.
fn set_image(spec: &mut Value, name: &str, image: &str) -> bool {
    let mut hit = false;
    for field in CONTAINERS {
        let containers = spec.get_mut(field).and_then(Value::as_array_mut);
        for container in containers.into_iter().flatten() {
            if name == "*" || container.field("name") == name {
                container["image"] = image.into();
                hit = true;
            }
        }
    }
    hit
}

/// Models: kubectl/pkg/cmd/set/set_resources.go Complete, Validate, Run (v1.36).
pub(super) fn resources(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<(), Vec<Failure>> {
    let objects = chosen(run, args, words)?;
    if rehearses_locally(args) {
        return Err(one(Failure::own(LOCAL_AND_SERVER)));
    }
    if selects_twice(args) {
        return Err(one(Failure::own(ALL_AND_SELECTOR)));
    }
    let limits = amounts(args.text("limits").unwrap_or_default()).map_err(one)?;
    let requests = amounts(args.text("requests").unwrap_or_default()).map_err(one)?;
    if limits.is_empty() && requests.is_empty() {
        return Err(one(Failure::own(
            "you must specify an update to requests or limits (in the form of --requests/--limits)",
        )));
    }
    let words = ChangeWords {
        done: "resource requirements updated",
        refused: "failed to patch resources update to pod template",
    };
    change_templates(run, args, &objects, &words, |_, _, spec, failures| {
        let mut hit = false;
        for field in CONTAINERS {
            for container in matching(spec, field, pattern(args)) {
                set_amounts(container, "limits", &limits);
                set_amounts(container, "requests", &requests);
                hit = true;
            }
        }
        if !hit {
            let pattern = pattern(args);
            failures.push(Failure::own(format!("error: unable to find container named {pattern}")));
        }
        Ok(())
    })
}

/// Reads `cpu=200m,memory=512Mi`.
///
/// Models: kubectl/pkg/generate/versioned/run.go populateResourceListV1 (v1.36).
fn amounts(text: &str) -> Result<Vec<(&str, String)>, Failure> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let read = |statement| match str::split(statement, '=').collect::<Vec<_>>().as_slice() {
        [name, amount] => {
            let amount = api::quantity::canonical(&(*amount).into()).map_err(|detail| Failure::own(detail.words))?;
            Ok((*name, amount))
        }
        _ => Err(Failure::own(format!(
            "Invalid argument syntax {statement}, expected <resource>=<value>"
        ))),
    };
    text.split(',').map(read).collect()
}

fn set_amounts(container: &mut Value, field: &str, amounts: &[(&str, String)]) {
    if amounts.is_empty() {
        return;
    }
    if !container["resources"].is_object() {
        container["resources"] = json!({});
    }
    if !container["resources"][field].is_object() {
        container["resources"][field] = json!({});
    }
    for (name, amount) in amounts {
        container["resources"][field][*name] = amount.as_str().into();
    }
}

/// Models: kubectl/pkg/cmd/set/set_serviceaccount.go Complete, Run (v1.36).
pub(super) fn service_account(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<(), Vec<Failure>> {
    if rehearses_locally(args) {
        return Err(one(Failure::own(LOCAL_AND_SERVER)));
    }
    let Some((account, named)) = words.split_last() else {
        return Err(one(Failure::own("serviceaccount is required")));
    };
    let dry = DryRun::read(args).map_err(one)?;
    let mut failures = Vec::new();
    for object in chosen(run, args, named)? {
        let mut value = object.value.clone();
        match pod_spec(object.kind, &mut value) {
            Ok(spec) => spec["serviceAccountName"] = account.as_str().into(),
            Err(why) => {
                failures.push(not_changed(&object, &why));
                continue;
            }
        }
        match store(run, args, &object, value) {
            Ok(object) => report_typed(run, args, &object, "serviceaccount updated", dry).map_err(one)?,
            Err(status) => failures.push(Failure::own(format!(
                "failed to patch ServiceAccountName {}",
                status.message
            ))),
        }
    }
    done(failures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_named_by_patterns() {
        for (name, pattern, wanted) in [
            ("web", "*", true),
            ("web", "web", true),
            ("web", "we", false),
            ("web", "w*", true),
            ("web", "*b", true),
            ("web", "x*", false),
            ("", "w*", false),
        ] {
            assert_eq!(fits(name, pattern), wanted, "{name} {pattern}");
        }
    }
}
