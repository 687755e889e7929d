//! `edit`: opens objects in an editor, and sends what was changed when the text is saved.

mod applied;
mod create;

pub(super) use applied::edit_last_applied;
pub(super) use create::edit_and_create;

use crate::admit;
use crate::commands::patch;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{
    FIELD_MANAGER, FILES, Flag, Flags, PRINT, RECORD, SAVE_CONFIG, SUBRESOURCE, Takes, VALIDATE, WINDOWS_LINE_ENDINGS,
};
use crate::line::resources::{self, BareKind};
use crate::output::dry_run::DryRun;
use crate::output::format::Format;
use crate::output::report::report;
use crate::print;
use crate::surroundings::{Edit, Edited};
use crate::targets::documents::remember;
use crate::targets::{manifests, one};
use api::{Fields, Value};
use cluster::{FieldValidation, Object, Reason, RequestOptions, Status};
use std::fmt::Write;
use std::rc::Rc;

const OUTPUT_PATCH: Flag = Flag::new("output-patch", Takes::Bool, "Print the patch that is sent.");

pub(crate) const FLAGS: Flags = &[
    &[
        OUTPUT_PATCH,
        WINDOWS_LINE_ENDINGS,
        VALIDATE,
        SAVE_CONFIG,
        FIELD_MANAGER,
        SUBRESOURCE,
        RECORD,
    ],
    FILES,
    PRINT,
];

const HEAD: &str = "# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
";

/// Models: kubectl/pkg/cmd/util/editor/editoptions.go Complete, Run (v1.36).
///
/// Differs: where kubectl leaves a file with what could not be sent, the editor opens again with it.
pub(crate) fn edit(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let as_json = match Format::of_change(args).map_err(one)? {
        None | Some(Format::Yaml) => false,
        Some(Format::Json) => true,
        Some(_) => {
            let words = "The flag 'output' must be one of yaml|json";
            return Err(one(Failure::own(words)));
        }
    };
    if let Some(edited) = run.around.edited {
        return save(run, args, edited);
    }
    let objects = chosen(run, args)?;
    let shown = match objects.as_slice() {
        [one] => one.value.clone(),
        several => {
            let mut list = print::list(several);
            list["metadata"] = serde_json::json!({});
            list
        }
    };
    let text = if as_json {
        print::json(&shown)
    } else {
        format!("{HEAD}{}", print::yaml(&shown))
    };
    let names: Vec<String> = objects.iter().map(|it| print::name(it.kind, it.name())).collect();
    open(run, &names, text);
    Ok(())
}

fn open(run: &mut CommandContext<'_>, names: &[String], text: String) {
    run.output.edit = Some(Edit {
        title: names.join(", "),
        original: text.clone(),
        text,
    });
}

/// What became of an editor.
enum Saved {
    /// It changed nothing.
    Nothing,
    /// The text, without comments.
    Text(String),
}

fn saved(run: &mut CommandContext<'_>, edited: Edited<'_>) -> Result<Saved, Failure> {
    let [original, opened, text] = [edited.original, edited.opened, edited.text].map(without_comments);
    if edited.opened != edited.original && opened == text {
        return Err(Failure::own("Edit cancelled, no valid changes were saved."));
    }
    let words = if original == text {
        "Edit cancelled, no changes made.\n"
    } else if text.trim().is_empty() {
        "Edit cancelled, saved file was empty.\n"
    } else {
        return Ok(Saved::Text(text));
    };
    run.output.stderr.push_str(words);
    Ok(Saved::Nothing)
}

fn chosen(run: &mut CommandContext<'_>, args: &Args) -> Result<Vec<Rc<Object>>, Vec<Failure>> {
    let found = if manifests::are_named(args) {
        if !args.words.is_empty() {
            return Err(one(Failure::own(manifests::AND_WORDS)));
        }
        run.objects_of_files(args)
    } else if args.words.is_empty() {
        return Err(one(Failure::own(crate::targets::NOTHING_GIVEN)));
    } else {
        let asked = resources::read(run.mapper(), args, &args.words, BareKind::All).map_err(one)?;
        resources::find(run.cluster, args, &asked)
    };
    if !found.failures.is_empty() {
        return Err(found.failures);
    }
    if found.objects.is_empty() {
        return Err(one(Failure::own("edit cancelled, no objects found")));
    }
    Ok(found.objects)
}

/// Why the editor opens again: a line, and what stands below it.
struct Objection {
    head: String,
    other: Vec<String>,
}

/// What a saved text comes to.
fn save(run: &mut CommandContext<'_>, args: &Args, edited: Edited<'_>) -> Result<(), Vec<Failure>> {
    let Saved::Text(text) = saved(run, edited).map_err(one)? else {
        return Ok(());
    };
    let before = objects_of(&without_comments(edited.original)).unwrap_or_default();
    let after = match objects_of(&text) {
        Ok(after) => after,
        Err(why) => {
            let name = before
                .first()
                .map(|it| (resource_of(run, it), it.metadata().field("name").text()));
            let (resource, name) = name.unwrap_or_default();
            let _ = writeln!(run.output.stderr, "error: {resource} \"{name}\" is invalid");
            let reason = Objection {
                head: format!("{resource} \"{name}\" was not valid"),
                other: vec![format!(
                    "<nil>: Invalid value: \"The edited file failed validation\": {why}"
                )],
            };
            reopen(run, edited, &[reason]);
            return Ok(());
        }
    };
    let mut reasons = Vec::new();
    for object in after {
        if let Err(failure) = save_one(run, args, &before, object, &mut reasons) {
            reasons.push(Objection {
                head: failure.alone().trim_end().to_owned(),
                other: Vec::new(),
            });
            reopen(run, edited, &reasons);
            return Err(one(failure));
        }
    }
    if !reasons.is_empty() {
        reopen(run, edited, &reasons);
    }
    Ok(())
}

/// Opens the editor again, with what was saved below the reasons why it was not taken.
///
/// Models: kubectl/pkg/cmd/util/editor/editoptions.go editHeader.writeTo (v1.36).
fn reopen(run: &mut CommandContext<'_>, edited: Edited<'_>, reasons: &[Objection]) {
    let mut text = HEAD.to_owned();
    for Objection { head, other } in reasons {
        let colon = if other.is_empty() { "" } else { ":" };
        let _ = writeln!(text, "# {}{colon}", head.replace('\n', "\n# "));
        for line in other {
            let _ = writeln!(text, "# * {}", line.replace('\n', "\n# "));
        }
        text.push_str("#\n");
    }
    text.push_str(&without_comments(edited.text));
    run.output.edit = Some(Edit {
        title: String::new(),
        original: edited.original.to_owned(),
        text,
    });
}

/// Models: kubectl/pkg/cmd/util/editor/editoptions.go visitToPatch (v1.36).
fn save_one(
    run: &mut CommandContext<'_>,
    args: &Args,
    before: &[Value],
    mut edited: Value,
    reasons: &mut Vec<Objection>,
) -> Result<(), Failure> {
    let uid = edited.metadata().field("uid").text();
    let known = before
        .iter()
        .find(|it| it.metadata().field("uid") == uid && !uid.is_empty());
    let Some(original) = known else {
        let (kind, name) = (edited.field("kind").text(), edited.metadata().field("name").text());
        return Err(Failure::own(format!(
            "no original object found for {kind} \"{name}\": keep its uid"
        )));
    };
    let asked = args.namespace();
    let namespace = edited.metadata().field("namespace").text();
    if !namespace.is_empty() && namespace != asked {
        return Err(Failure::own(format!(
            "the namespace from the provided object \"{namespace}\" does not match the namespace \"{asked}\". You must pass '--namespace={namespace}' to perform this operation."
        )));
    }
    if args.is("save-config") {
        remember(&mut edited, None);
    }
    run.record(&mut edited);
    let document = admit::document(
        run.mapper(),
        original,
        "edited-file",
        (None, "default"),
        FieldValidation::Ignore,
    );
    let document = document.map_err(|unread| unread.0)?;
    let (kind, namespace, name) = (document.kind, document.namespace.as_str(), document.name.as_str());
    let object = run.cluster.get(kind, namespace, name);
    if *original == edited {
        return object
            .map_err(Failure::from)
            .and_then(|object| report(run, args, &object, "skipped", DryRun::No));
    }
    let is_kept = |field: &str| original.field(field) == edited.field(field).value;
    if !is_kept("apiVersion") || !is_kept("kind") || edited.metadata().field("name") != name {
        return Err(Failure::own("At least one of apiVersion, kind and name was changed"));
    }
    let patch = if kind.is_custom() {
        merge_patch(original, &edited)
    } else {
        patch::three_way(kind, original, &edited, original)
    };
    if args.is("output-patch") {
        let _ = writeln!(run.output.stdout, "Patch: {}", api::go::json(&patch));
    }
    match object.and_then(|object| send(run, args, &object, &patch)) {
        Ok(object) => {
            run.output.equals.push(patch_line(args, &object, &patch));
            report(run, args, &object, "edited", DryRun::No)
        }
        Err(status) => {
            reasons.push(refused(run, &kind.qualified_resource(), name, &status));
            Ok(())
        }
    }
}

fn send(run: &mut CommandContext<'_>, args: &Args, object: &Rc<Object>, patch: &Value) -> Result<Rc<Object>, Status> {
    let options = RequestOptions {
        validation: manifests::validation(args).unwrap_or_default(),
        ..RequestOptions::default()
    };
    let (kind, namespace, name) = (object.kind, object.namespace(), object.name());
    let admitted = if args.text("subresource") == Some("status") {
        let merged = patch::strategic(kind, &object.value, patch)?;
        run.cluster.update_status(kind, namespace, name, &merged, options)?
    } else if kind.is_custom() {
        let merged = patch::merge(&object.value, patch);
        run.cluster.update(kind, namespace, name, &merged, options)?
    } else {
        patch::send_strategic(run, object, patch, options)?
    };
    run.warn_all(&admitted.warnings);
    Ok(admitted.object)
}

/// Tells why an object was not taken.
///
/// Models: kubectl/pkg/cmd/util/editor/editoptions.go addError (v1.36).
fn refused(run: &mut CommandContext<'_>, resource: &str, name: &str, status: &Status) -> Objection {
    run.output
        .rules
        .extend(status.findings.iter().map(|finding| finding.rule));
    let err = &mut run.output.stderr;
    let (head, other) = match status.reason {
        Reason::Invalid => {
            let _ = writeln!(err, "error: {resource} \"{name}\" is invalid");
            let causes = status.findings.iter().map(ToString::to_string).collect();
            (format!("{resource} \"{name}\" was not valid"), causes)
        }
        Reason::NotFound => {
            let words = format!("{resource} \"{name}\" could not be found on the server");
            let _ = writeln!(err, "error: {words}");
            run.output.exit = 1;
            (words, Vec::new())
        }
        _ => {
            let words = format!("{resource} \"{name}\" could not be patched: {}", status.message);
            let _ = writeln!(err, "error: {words}");
            run.output.exit = 1;
            (words, Vec::new())
        }
    };
    Objection { head, other }
}

/// The command that does the same without an editor.
fn patch_line(args: &Args, object: &Object, patch: &Value) -> String {
    let (kind, name) = (object.kind, object.name());
    let namespace = match object.namespace() {
        "" => String::new(),
        namespace => format!(" -n {namespace}"),
    };
    let way = if kind.is_custom() { " --type=merge" } else { "" };
    let part = args.text("subresource").filter(|part| !part.is_empty());
    let part = part.map_or_else(String::new, |part| format!(" --subresource={part}"));
    let patch = api::go::json(patch).replace('\'', "'\\''");
    format!(
        "kubectl patch {} {name}{namespace}{way}{part} --field-manager=kubectl-edit -p '{patch}'",
        kind.qualified_resource()
    )
}

fn resource_of(run: &CommandContext<'_>, value: &Value) -> String {
    let document = admit::document(run.mapper(), value, "", (None, "default"), FieldValidation::Ignore);
    document.map_or_else(|_| String::new(), |document| document.kind.qualified_resource())
}

/// A text without the lines that are comments.
///
/// Models: kubectl/pkg/cmd/util/helpers.go ManualStrip (v1.36).
fn without_comments(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.fold(String::new(), |text, line| text + line + "\n")
}

/// The objects of a text, those of lists one by one.
fn objects_of(text: &str) -> Result<Vec<Value>, String> {
    let mut objects = Vec::new();
    for value in manifests::read(text) {
        let value = value.map_err(|why| why.replace("error converting YAML to JSON: ", ""))?;
        if value.field("kind") == "List" {
            objects.extend(value.field("items").list().iter().cloned());
        } else if !value.is_null() {
            objects.push(value);
        }
    }
    Ok(objects)
}

/// The merge patch that makes one value of another.
fn merge_patch(before: &Value, after: &Value) -> Value {
    let (Some(old), Some(new)) = (before.as_object(), after.as_object()) else {
        return after.clone();
    };
    let gone = old.keys().filter(|key| !new.contains_key(*key));
    let mut patch: api::Map<String, Value> = gone.map(|key| (key.clone(), Value::Null)).collect();
    for (key, value) in new {
        match old.get(key) {
            Some(known) if known == value => {}
            Some(known) => drop(patch.insert(key.clone(), merge_patch(known, value))),
            None => drop(patch.insert(key.clone(), value.clone())),
        }
    }
    patch.into()
}
