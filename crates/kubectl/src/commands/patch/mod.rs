//! `patch`: merge, strategic and JSON patches.

mod conflict;
mod json;
mod strategic;
mod three_way;
mod unreadable;

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{
    DRY_RUN, FIELD_MANAGER, FILENAME, Flag, Flags, LOCAL, OUTPUT, RECORD, RECURSIVE, SUBRESOURCE, TYPE, Takes, Values,
};
use crate::line::resources::FoundObjects;
use crate::output::dry_run::DryRun;
use crate::output::format::{CHANGE_FORMATS, Format};
use crate::output::objects::written;
use crate::output::report::report;
use crate::output::scale;
use crate::targets::documents::local;
use crate::targets::manifests;
use crate::targets::{done, one, targets};
use api::{Fields, Finding, Kind, Path, Rule, Value, go};
use cluster::{Admitted, FieldValidation, Object, Reason, RequestOptions, Status};
use std::fmt::Write;
use std::rc::Rc;

pub(crate) use conflict::conflict;
pub(crate) use strategic::strategic;
pub(crate) use three_way::three_way;

const PATCH: Flag = Flag::new("patch", Takes::Text, "The patch, in JSON or YAML.").short('p');
const PATCH_FILE: Flag = Flag::new("patch-file", Takes::Text, "The file that holds the patch.");

pub(crate) const FLAGS: Flags = &[&[
    FILENAME,
    OUTPUT,
    DRY_RUN,
    RECORD,
    PATCH,
    PATCH_FILE,
    TYPE.values(Values::Words(&["json", "merge", "strategic"])),
    SUBRESOURCE,
    LOCAL,
    FIELD_MANAGER,
    RECURSIVE,
]];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Json,
    Merge,
    Strategic,
}

impl Way {
    fn read(args: &Args) -> Result<Self, Failure> {
        let named = args.text("type").unwrap_or_default();
        match named.to_lowercase().as_str() {
            "json" => Ok(Self::Json),
            "merge" => Ok(Self::Merge),
            "strategic" | "" => Ok(Self::Strategic),
            _ => Err(Failure::own(format!(
                "--type must be one of [json merge strategic], not {}",
                go::quote(named)
            ))),
        }
    }
}

/// A patch, or the server's refusal of its text.
struct Patch {
    way: Way,
    body: Result<Value, Status>,
}

/// Models: kubectl/pkg/cmd/patch/patch.go RunPatch (v1.36).
pub(crate) fn patch(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let dry = DryRun::read(args).map_err(one)?;
    let local = args.is("local");
    let text = text(run, args, dry).map_err(one)?;
    let patch = Patch {
        way: text.0,
        body: read(text.0, &text.1).map_err(one)?,
    };
    let mut found = if local {
        local_targets(run, args)
    } else {
        targets(run, args, &args.words)?
    };
    if found.objects.is_empty() && found.failures.is_empty() {
        return Err(one(Failure::own("no objects passed to patch")));
    }
    for object in std::mem::take(&mut found.objects) {
        let told = if local || dry == DryRun::Client {
            rehearse(run, args, &object, &patch)
        } else {
            send(run, args, &object, &patch, dry)
        };
        found.failures.extend(told.err());
    }
    done(found.failures)
}

/// Models: kubectl/pkg/cmd/patch/patch.go Validate (v1.36).
fn text(run: &CommandContext<'_>, args: &Args, dry: DryRun) -> Result<(Way, String), Failure> {
    let given = |flag| args.text(flag).filter(|text| !text.is_empty());
    let (inline, file) = (given("patch"), given("patch-file"));
    if inline.is_some() && file.is_some() {
        return Err(Failure::own("cannot specify --patch and --patch-file together"));
    }
    let nothing = "must specify --patch or --patch-file containing the contents of the patch";
    let inline_or_file = inline.or(file).ok_or_else(|| Failure::own(nothing))?;
    if args.is("local") && !args.words.is_empty() {
        return Err(Failure::own("cannot specify --local and server resources"));
    }
    if args.is("local") && dry == DryRun::Server {
        return Err(Failure::own(
            "cannot specify --local and --dry-run=server - did you mean --dry-run=client?",
        ));
    }
    let way = Way::read(args)?;
    let Some(file) = file else {
        return Ok((way, inline_or_file.to_owned()));
    };
    match run.around.files.get(file.trim_start_matches("./")) {
        Some(text) => Ok((way, text.clone())),
        None => Err(Failure::own(format!(
            "unable to read patch file: open {file}: no such file or directory"
        ))),
    }
}

/// Reads a patch: JSON if it begins as an object, else YAML.
///
/// Models: apimachinery/pkg/util/yaml/decoder.go ToJSON (v1.36).
fn read(way: Way, text: &str) -> Result<Result<Value, Status>, Failure> {
    if text.trim_start().starts_with('{') {
        return Ok(serde_json::from_str::<Value>(text).map_err(|error| {
            let words = go::json_error(text).unwrap_or_else(|| error.to_string());
            let decoding = if way == Way::Strategic {
                ""
            } else {
                "error decoding patch: "
            };
            Status::bad_request(format!("{decoding}{words}"))
        }));
    }
    let first = manifests::read(text).into_iter().next();
    match first.unwrap_or(Ok(Value::Null)) {
        Ok(value) => Ok(Ok(value)),
        Err(why) => Err(Failure::own(format!("unable to parse {}: {why}", go::quote(text)))),
    }
}

/// The objects of files as they are written.
fn local_targets(run: &CommandContext<'_>, args: &Args) -> FoundObjects {
    let mut found = FoundObjects::default();
    for document in run.documents(args) {
        match document {
            Ok(document) => found.objects.push(local(&document)),
            Err(failure) => found.failures.push(failure),
        }
    }
    found
}

impl Patch {
    /// Applies the patch; also returns the server's warnings.
    ///
    /// Models: apiserver/pkg/endpoints/handlers/patch.go applyPatchToCurrentObject (v1.36).
    fn applied(&self, kind: Kind, target: &Value) -> Result<(Value, Vec<String>), Status> {
        let body = self.body.clone()?;
        let map = "map[string]interface {}";
        match (self.way, &body) {
            (Way::Json, _) => json::json_patch(target, &body),
            (Way::Merge, Value::Null) => Err(Status::bad_request("Invalid JSON Patch")),
            (Way::Merge | Way::Strategic, Value::Object(_)) | (Way::Strategic, Value::Null) => {
                let merged = match self.way {
                    Way::Merge => merge(target, &body),
                    _ => strategic(kind, target, &body)?,
                };
                Ok((merged, Vec::new()))
            }
            (Way::Merge, _) => Err(json::undecoded(&body, map)),
            (Way::Strategic, _) => {
                let mut status = json::undecoded(&body, map);
                status.message = status.message.replace("error decoding patch: ", "");
                Err(status)
            }
        }
    }

    /// The server's message for a patched object that cannot be decoded.
    fn unreadable(&self, kind: Kind, object: &Value) -> Option<Status> {
        let finding = api::decode_known(kind, object).err()?;
        let body = self.body.clone().unwrap_or_default();
        Some(if self.way == Way::Strategic {
            unreadable(kind, object, &body, &finding)
        } else {
            invalid_patch(&go::quote(&go::json(object)), &finding.detail)
        })
    }
}

fn unreadable(kind: Kind, object: &Value, body: &Value, finding: &Finding) -> Status {
    let why = unreadable::converted(kind, object, &finding.at).unwrap_or_else(|| finding.detail.clone());
    invalid_patch(&strategic::as_shown(body), &why)
}

/// The server's refusal of what a patch makes of an object.
pub(crate) fn invalid_patch(shown: &str, why: &str) -> Status {
    let message = format!("patch: Invalid value: {shown}: {why}");
    Status {
        findings: vec![Finding::message(Path::root(), message.clone())],
        ..Status::plain(422, Reason::Invalid, format!(" \"\" is invalid: {message}"))
    }
}

/// Sends a strategic patch, as `apply` does.
///
/// # Errors
///
/// Fails with the server's answer.
pub(crate) fn send_strategic(
    run: &mut CommandContext<'_>,
    object: &Object,
    body: &Value,
    options: RequestOptions,
) -> Result<Admitted, Status> {
    let patch = Patch {
        way: Way::Strategic,
        body: Ok(body.clone()),
    };
    let merged = strategic(object.kind, &object.value, body)?;
    if let Some(status) = patch.unreadable(object.kind, &merged) {
        return Err(status);
    }
    if let (FieldValidation::Strict, Err(strict)) = (options.validation, api::decode(object.kind, &merged)) {
        return Err(invalid_patch(&strategic::as_shown(body), &strict.to_string()));
    }
    same_uid(object, &merged)?;
    let (kind, namespace, name) = (object.kind, object.namespace(), object.name());
    run.cluster.update(kind, namespace, name, &merged, options)
}

/// A patch asks for no other object, as an update does, but must leave the uid as it is.
///
/// Models: apimachinery/pkg/api/validation/objectmeta.go ValidateObjectMetaAccessorUpdate (v1.36).
fn same_uid(object: &Object, merged: &Value) -> Result<(), Status> {
    let uid = merged.metadata().field("uid").text();
    if uid.is_empty() || uid == object.uid() {
        return Ok(());
    }
    let place = Path::root().field("metadata").field("uid");
    let finding = Finding::invalid(place, uid, (Rule::Immutable, "field is immutable"));
    Err(Status::invalid(object.kind, object.name(), &[finding]))
}

/// Applies a patch without the server.
///
/// Models: kubectl/pkg/cmd/patch/patch.go getPatchedJSON (v1.36).
fn rehearse(run: &mut CommandContext<'_>, args: &Args, object: &Rc<Object>, patch: &Patch) -> Result<(), Failure> {
    if object.kind.is_custom() && patch.way == Way::Strategic {
        let (version, kind) = (object.kind.api_version(), object.kind.name());
        return Err(Failure::own(format!(
            "strategic merge patch is not supported for {version}, Kind={kind} locally, try --type merge"
        )));
    }
    let applied = patch.applied(object.kind, &object.value);
    let (value, _) = applied.map_err(|status| Failure::own(status.message))?;
    let mut patched = (**object).clone();
    patched.value = value.into();
    report_patched(run, args, object, &Rc::new(patched))
}

/// Objects of custom kinds have no Go type that tells how lists are merged.
///
/// Models: apiserver/pkg/endpoints/handlers/negotiation/errors.go NewUnsupportedMediaTypeError (v1.36).
fn not_strategic() -> Status {
    let taken = "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml";
    let words = format!("the body of the request was in an unknown format - accepted media types include: {taken}");
    Status::plain(415, Reason::UnsupportedMediaType, words)
}

/// Sends a patch; the server only warns about unknown fields.
fn send(
    run: &mut CommandContext<'_>,
    args: &Args,
    object: &Rc<Object>,
    patch: &Patch,
    dry: DryRun,
) -> Result<(), Failure> {
    let options = RequestOptions {
        validation: FieldValidation::Warn,
        ..dry.options()
    };
    let (kind, namespace, name) = (object.kind, object.namespace(), object.name());
    if kind.is_custom() && patch.way == Way::Strategic {
        return Err(not_strategic().into());
    }
    let subresource = args.text("subresource").filter(|name| !name.is_empty());
    match subresource {
        None | Some("status") => {}
        Some("scale") => return send_scale(run, args, object, patch, options),
        Some(_) => {
            let words = "the server could not find the requested resource".to_owned();
            return Err(Status::plain(404, Reason::NotFound, words).into());
        }
    }
    let (merged, warnings) = patch.applied(kind, &object.value)?;
    if let Some(status) = patch.unreadable(kind, &merged) {
        return Err(status.into());
    }
    same_uid(object, &merged)?;
    let admitted = if subresource.is_some() {
        run.cluster.update_status(kind, namespace, name, &merged, options)?
    } else {
        run.cluster.update(kind, namespace, name, &merged, options)?
    };
    for warning in &warnings {
        run.warn(warning);
    }
    run.warn_all(&admitted.warnings);
    if dry == DryRun::No {
        run.record_later(kind, namespace, name)?;
    }
    report_patched(run, args, object, &admitted.object)
}

/// Patches the scale subresource.
///
/// Models: pkg/registry/apps/deployment/storage/storage.go ScaleREST (v1.36).
fn send_scale(
    run: &mut CommandContext<'_>,
    args: &Args,
    object: &Rc<Object>,
    patch: &Patch,
    options: RequestOptions,
) -> Result<(), Failure> {
    let (kind, namespace, name) = (object.kind, object.namespace(), object.name());
    let replicas = |value: &Value| value.spec().field("replicas").value.clone();
    let paths = scale::paths(run.cluster, kind)?;
    let (wanted, warnings) = patch.applied(kind, &scale::of(object, &paths)?)?;
    if patch.way == Way::Strategic && replicas(&wanted).is_string() {
        let body = patch.body.clone().unwrap_or_default();
        return Err(invalid_patch(&strategic::as_shown(&body), "unrecognized type: int32").into());
    }
    let replicas = match replicas(&wanted) {
        Value::Null => 0.into(),
        number => number,
    };
    let value = scale::scaled(object, &paths, replicas);
    let manager = run.cluster.field_manager().clone();
    run.cluster.set_field_manager(manager.on("scale"));
    let admitted = run.cluster.update(kind, namespace, name, &value, options);
    run.cluster.set_field_manager(manager);
    let admitted = admitted.map_err(scale::named)?;
    for warning in &warnings {
        run.warn(warning);
    }
    run.warn_all(&admitted.warnings);
    let word = word(object, &admitted.object);
    if args
        .text("output")
        .is_some_and(|output| !output.is_empty() && output != "name")
    {
        let format = Format::read(args, CHANGE_FORMATS)?;
        let text = written(run, args, &format, &scale::of(&admitted.object, &paths)?)?;
        run.output.stdout.push_str(&text);
        return Ok(());
    }
    let word = if args.text("output").is_some() {
        String::new()
    } else {
        format!(" {word}")
    };
    let _ = writeln!(run.output.stdout, "{}{word}", scale::name(name));
    Ok(())
}

fn word(before: &Object, after: &Object) -> &'static str {
    if before.value == after.value {
        "patched (no change)"
    } else {
        "patched"
    }
}

/// The line does not mention a dry run.
fn report_patched(
    run: &mut CommandContext<'_>,
    args: &Args,
    before: &Object,
    after: &Rc<Object>,
) -> Result<(), Failure> {
    report(run, args, after, word(before, after), DryRun::No)
}

/// Patches what a command generates, before it is sent.
///
/// Models: kubectl/pkg/cmd/util/helpers.go JSONPatch, Merge, StrategicMerge (v1.36).
pub(crate) fn override_with(way: &str, kind: Kind, value: &Value, text: &str) -> Result<Value, Failure> {
    let way = match way {
        "json" => Way::Json,
        "merge" | "" => Way::Merge,
        "strategic" => Way::Strategic,
        other => return Err(Failure::own(format!("invalid override type: {other}"))),
    };
    let body = serde_json::from_str(text).map_err(|_| Failure::own("Invalid JSON Patch"))?;
    if way == Way::Merge {
        return Ok(merge(value, &body));
    }
    let patch = Patch { way, body: Ok(body) };
    let applied = patch.applied(kind, value);
    applied
        .map(|(value, _)| value)
        .map_err(|status| Failure::own(status.message))
}

/// RFC 7386.
pub(crate) fn merge(target: &Value, patch: &Value) -> Value {
    let Value::Object(changes) = patch else {
        return patch.clone();
    };
    let mut merged = target.as_object().cloned().unwrap_or_default();
    for (key, change) in changes {
        if change.is_null() {
            merged.remove(key);
        } else {
            let value = merge(merged.get(key).unwrap_or(&Value::Null), change);
            merged.insert(key.clone(), value);
        }
    }
    merged.into()
}
