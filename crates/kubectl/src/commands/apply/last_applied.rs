//! `apply view-last-applied`, `set-last-applied` and `edit-last-applied`.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{
    ALL, DRY_RUN, FIELD_MANAGER, FILENAME, FILES, Flag, Flags, OUTPUT, PRINT, SELECTOR, Takes, VALIDATE,
    WINDOWS_LINE_ENDINGS,
};
use crate::output::dry_run::DryRun;
use crate::output::report::report;
use crate::print;
use crate::targets::documents::LAST_APPLIED;
use crate::targets::manifests;
use crate::targets::{NOTHING_GIVEN, targets};
use api::Value;
use cluster::Object;
use serde_json::json;
use std::rc::Rc;

const CREATE_ANNOTATION: Flag = Flag::new(
    "create-annotation",
    Takes::Bool,
    "Note what was applied last even where nothing was noted before.",
);

pub(crate) const VIEW_FLAGS: Flags = &[&[ALL, OUTPUT, SELECTOR], FILES];
pub(crate) const SET_FLAGS: Flags = &[&[FILENAME, CREATE_ANNOTATION, DRY_RUN], PRINT];
pub(crate) const EDIT_FLAGS: Flags = &[&[FIELD_MANAGER, VALIDATE, WINDOWS_LINE_ENDINGS], FILES, PRINT];

/// The content of the last-applied annotation.
pub(crate) fn of(object: &Object) -> Option<Value> {
    object
        .annotation(LAST_APPLIED)
        .and_then(|text| serde_json::from_str(text).ok())
}

/// Models: kubectl/pkg/cmd/apply/apply_view_last_applied.go (v1.36).
pub(super) fn view(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<(), Vec<Failure>> {
    let found = targets(run, args, words)?;
    let one = |failure| vec![failure];
    let mut texts = Vec::new();
    for object in found.objects {
        match of(&object) {
            Some(last) => texts.push(last),
            None if manifests::are_named(args) => {
                let name = object.name();
                return Err(one(Failure::own(format!(
                    "error when no last-applied-configuration annotation found on resource: {name}\n \"STDIN\": <nil>"
                ))));
            }
            None => {}
        }
    }
    if let Some(failure) = found.failures.into_iter().next() {
        return Err(one(failure));
    }
    for last in texts {
        let text = match args.text("output").unwrap_or("yaml") {
            "json" => indented(&last),
            "yaml" => print::yaml(&last),
            other => {
                let words = format!("Unexpected -o output mode: {other}, the flag 'output' must be one of yaml|json");
                return Err(one(Failure::usage(&words, "kubectl apply view-last-applied")));
            }
        };
        run.output.stdout.push_str(&text);
    }
    Ok(())
}

/// Go's encoding/json, indented by two blanks.
fn indented(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
    text.replace('&', "\\u0026")
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
}

/// Models: kubectl/pkg/cmd/apply/apply_set_last_applied.go (v1.36).
pub(super) fn set(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Failure> {
    let dry = DryRun::read(args)?;
    if !manifests::are_named(args) {
        return Err(Failure::own(NOTHING_GIVEN));
    }
    let mut changed: Vec<(Rc<Object>, String)> = Vec::new();
    for document in run.documents(args) {
        let document = document?;
        let mut value = document.value;
        if document.kind.namespaced() {
            value["metadata"]["namespace"] = document.namespace.clone().into();
        }
        let text = api::go::json(&value) + "\n";
        let object = run.cluster.get(document.kind, &document.namespace, &document.name)?;
        let last = object.annotation(LAST_APPLIED);
        if last.is_none() && !args.is("create-annotation") {
            return Err(Failure::own(format!(
                "no last-applied-configuration annotation found on resource: {}, to create the annotation, run the command with --create-annotation",
                document.name
            )));
        }
        if last == Some(&text) {
            let line = format!("set-last-applied {}: no changes required.\n", document.name);
            run.output.stdout.push_str(&line);
        } else {
            changed.push((object, text));
        }
    }
    for (object, text) in changed {
        let stored = if dry == DryRun::Client {
            object
        } else {
            let mut value = object.value.clone();
            if !value["metadata"]["annotations"].is_object() {
                value["metadata"]["annotations"] = json!({});
            }
            value["metadata"]["annotations"][LAST_APPLIED] = text.into();
            let (kind, namespace, name) = (object.kind, object.namespace(), object.name());
            run.cluster.update(kind, namespace, name, &value, dry.options())?.object
        };
        report(run, args, &stored, "configured", dry)?;
    }
    Ok(())
}

/// Models: kubectl/pkg/cmd/util/editor/editoptions.go, for what is applied (v1.36).
pub(super) fn edit(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<(), Vec<Failure>> {
    let found = targets(run, args, words)?;
    if !found.failures.is_empty() {
        return Err(found.failures);
    }
    if found.objects.iter().all(|object| of(object).is_none()) {
        let words = "no last-applied-configuration annotation found on resources, to create the annotation, use command `kubectl apply set-last-applied --create-annotation`";
        return Err(vec![Failure::own(words)]);
    }
    crate::commands::edit::edit_last_applied(run, args, &found.objects)
}
