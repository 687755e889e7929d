//! Objects that kubectl generates: `create KIND`, `run`, `expose`.

use crate::admit;
use crate::admit::Document;
use crate::commands::patch;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::output::dry_run::DryRun;
use crate::output::report::{check_output, report_typed};
use crate::targets::documents::{remember_typed, sketch};
use crate::targets::manifests::validation;
use api::{Kind, Value};
use base::Stream;
use cluster::Object;
use serde_json::json;
use std::rc::Rc;

/// Turns a refusal of the server into kubectl's failure.
pub(super) type Explain = fn(cluster::Status) -> Failure;

/// Sends a generated object, or sketches it; with the last-applied annotation if `--save-config` is set.
pub(super) fn send(
    run: &mut CommandContext<'_>,
    args: &Args,
    mut document: Document,
    explain: Explain,
) -> Result<Rc<Object>, Failure> {
    if args.is("save-config") {
        remember_typed(&mut document.value);
    }
    run.record(&mut document.value);
    send_bare(run, args, &document, explain)
}

pub(super) fn send_bare(
    run: &mut CommandContext<'_>,
    args: &Args,
    document: &Document,
    explain: Explain,
) -> Result<Rc<Object>, Failure> {
    let dry = DryRun::read(args)?;
    check_output(args)?;
    validation(args)?;
    let object = if dry == DryRun::Client {
        sketch(document)
    } else {
        let created = run
            .cluster
            .create(document.kind, &document.namespace, &document.value, dry.options());
        let created = created.map_err(|status| {
            run.warn_all(&admit::warnings_of_taken(&status, document));
            explain(status)
        })?;
        run.warn_all(&created.warnings);
        created.object
    };
    Ok(object)
}

pub(super) fn generated(args: &Args, kind: Kind, name: &str, value: Value) -> Document {
    let namespace = if kind.namespaced() {
        args.namespace().to_owned()
    } else {
        String::new()
    };
    let mut value = value;
    // What kubectl prints without a server names a namespace only where one was asked for.
    if kind.namespaced() && args.text("namespace").is_some() {
        value["metadata"]["namespace"] = namespace.clone().into();
    }
    Document {
        kind,
        namespace,
        name: name.to_owned(),
        value,
        source: String::new(),
    }
}

/// Prints a generated object; a sketch without a namespace that was not given.
pub(super) fn report_generated(
    run: &mut CommandContext<'_>,
    args: &Args,
    object: &Rc<Object>,
    verb: &str,
) -> Result<(), Failure> {
    let dry = DryRun::read(args)?;
    if dry == DryRun::Client && args.text("namespace").is_none() {
        let mut bare = (**object).clone();
        let mut value = object.value.clone();
        if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.remove("namespace");
        }
        bare.value = value.into();
        return report_typed(run, args, &Rc::new(bare), verb, dry);
    }
    report_typed(run, args, object, verb, dry)
}

/// Reads `a=b,c=d`; the later value of a key wins.
///
/// Models: kubectl/pkg/generate ParseLabels, kubectl/pkg/cmd/expose parseLabels (v1.36).
pub(super) fn labels(text: &str) -> Result<Value, Failure> {
    let mut labels = json!({});
    for spec in text.split(',') {
        let Some((key, value)) = spec.split_once('=').filter(|(_, value)| !value.contains('=')) else {
            return Err(Failure::own(format!("unexpected label spec: {spec}")));
        };
        if key.is_empty() {
            return Err(Failure::own("unexpected empty label key"));
        }
        labels[key] = value.into();
    }
    Ok(labels)
}

/// A whole number as Go reads it.
pub(super) fn atoi(text: &str) -> Result<i64, Failure> {
    api::go::atoi(text).map_err(Failure::own)
}

/// Whether kubectl takes a variable's name that a line or file gives.
///
/// Models: apimachinery/pkg/util/validation IsEnvVarName (v1.36).
pub(super) fn is_variable_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let leads_away = name == "." || name.starts_with("..");
    !name.is_empty() && !leads_away && !name.starts_with(|c: char| c.is_ascii_digit()) && name.chars().all(fits)
}

/// Five letters, which follow from a count and from words.
///
/// Models: apimachinery/pkg/util/rand String (v1.36), but for chance.
pub(super) fn random_letters(count: u64, words: &[&str]) -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let stream = Stream::new(count, words);
    let letter = |place: u64| {
        let drawn = stream.at(place, LETTERS.len() as u64);
        let letter = usize::try_from(drawn).ok().and_then(|drawn| LETTERS.get(drawn));
        letter.copied().map_or('x', char::from)
    };
    (0..5).map(letter).collect()
}

/// Applies `--overrides` in the way that `--override-type` names.
///
/// Models: kubectl/pkg/cmd/util/override_options.go Apply (v1.36).
pub(super) fn overridden(args: &Args, kind: Kind, value: Value) -> Result<Value, Failure> {
    let Some(text) = args.text("overrides").filter(|text| !text.is_empty()) else {
        return Ok(value);
    };
    let mut value = patch::override_with(args.text("override-type").unwrap_or_default(), kind, &value, text)?;
    if let Some(containers) = value.pointer_mut("/spec/containers").and_then(Value::as_array_mut) {
        // A Go struct has this field whether or not it is written.
        for container in containers.iter_mut().filter_map(Value::as_object_mut) {
            container.entry("resources").or_insert_with(|| json!({}));
        }
    }
    Ok(value)
}
