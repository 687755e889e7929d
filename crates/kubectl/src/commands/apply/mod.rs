//! `apply`: merges the manifest, the last-applied annotation and the live object.

mod last_applied;
mod prune;
mod server_side;

pub(crate) use last_applied::{EDIT_FLAGS, SET_FLAGS, VIEW_FLAGS, of as last_applied};

use crate::admit::{self, Document};
use crate::commands::delete::check_cascade;
use crate::commands::patch;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{
    ALL, CASCADE, DRY_RUN, FIELD_MANAGER, FILES, FORCE, FORCE_CONFLICTS, Flags, GRACE_PERIOD, OVERWRITE, PRINT, PRUNE,
    PRUNE_ALLOWLIST, RECORD, SELECTOR, SERVER_SIDE, SUBRESOURCE, TIMEOUT, VALIDATE, WAIT,
};
use crate::output::dry_run::DryRun;
use crate::output::format::Format;
use crate::output::objects::{show, written};
use crate::output::report::report;
use crate::print;
use crate::targets::documents::{LAST_APPLIED, remember, sketch};
use crate::targets::manifests::{chosen, each, needs_file, validation};
use crate::targets::one;
use api::{Fields, Kind, Value};
use cluster::{Cluster, Deletion, Object, Reason, RequestOptions};
use std::rc::Rc;

pub(crate) const FLAGS: Flags = &[
    &[
        RECORD,
        DRY_RUN,
        VALIDATE,
        ALL,
        SELECTOR,
        PRUNE,
        PRUNE_ALLOWLIST,
        CASCADE,
        FORCE,
        GRACE_PERIOD,
        TIMEOUT,
        WAIT,
        OVERWRITE,
        SERVER_SIDE,
        FORCE_CONFLICTS,
        FIELD_MANAGER,
        SUBRESOURCE,
    ],
    FILES,
    PRINT,
];

/// Models: kubectl/pkg/cmd/apply/apply.go NewCmdApply (v1.36).
pub(crate) fn apply(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let Some((verb, words)) = args.words.split_first() else {
        return manifests(run, args);
    };
    match verb.as_str() {
        "view-last-applied" => last_applied::view(run, args, words),
        "set-last-applied" => last_applied::set(run, args).map_err(one),
        "edit-last-applied" => last_applied::edit(run, args, words),
        _ => Err(one(unexpected(&args.words, "kubectl apply"))),
    }
}

/// The failure for words after a command that takes only flags.
pub(crate) fn unexpected(words: &[String], command: &str) -> Failure {
    Failure::usage(&format!("Unexpected args: [{}]", words.join(" ")), command)
}

/// Models: kubectl/pkg/cmd/apply/apply.go Run (v1.36).
fn manifests(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let dry = DryRun::read(args).map_err(one)?;
    needs_file(args).map_err(one)?;
    let options = RequestOptions {
        validation: validation(args).map_err(one)?,
        ..dry.options()
    };
    let pruned = prune::kinds(args).map_err(one)?;
    check_cascade(args).map_err(one)?;
    check(args, dry).map_err(one)?;
    let format = Format::of_change(args).map_err(one)?;
    let mut documents = chosen(run, args).map_err(one)?;
    for document in &mut documents {
        if let Err(Failure::Guessed(resource)) = document {
            *document = Err(resource.applied());
        }
    }
    if documents.is_empty() {
        return Err(one(Failure::own("no objects passed to apply")));
    }
    let mut applied = Vec::new();
    let failures = each(run, documents, |run, document| {
        let (object, verb) = apply_one(run, args, document, dry, options)?;
        if matches!(format, None | Some(Format::Name)) {
            report(run, args, &object, verb, dry)?;
        }
        applied.push(object);
        Ok(())
    });
    let failures = failures.after_reading();
    if !failures.is_empty() {
        return Err(failures);
    }
    if let Some(format) = format.filter(|format| !matches!(format, Format::Name)) {
        print(run, args, &format, &applied).map_err(one)?;
    }
    if args.is("prune") {
        prune::prune(run, args, &pruned, &applied, dry).map_err(one)?;
    }
    Ok(())
}

/// Prints the applied object, or a list without a resource version.
///
/// Models: kubectl/pkg/cmd/apply/apply.go printObjects (v1.36).
fn print(run: &mut CommandContext<'_>, args: &Args, format: &Format, applied: &[Rc<Object>]) -> Result<(), Failure> {
    if applied.len() == 1 {
        return show(run, args, format, applied, false, true);
    }
    let mut list = print::list(applied);
    list["metadata"] = serde_json::json!({});
    let text = match format {
        Format::Json => print::list_json(&list),
        format => written(run, args, format, &list)?,
    };
    run.output.stdout.push_str(&text);
    Ok(())
}

/// Checks flags before the server is asked.
///
/// Models: kubectl/pkg/cmd/apply/apply.go Validate (v1.36).
fn check(args: &Args, dry: DryRun) -> Result<(), Failure> {
    let (server_side, force, prune, all) = (
        args.is("server-side"),
        args.is("force"),
        args.is("prune"),
        args.is("all"),
    );
    let given = |flag| args.text(flag).is_some_and(|text| !text.is_empty());
    let wrong = if args.is("force-conflicts") && !server_side {
        "--force-conflicts only works with --server-side"
    } else if dry == DryRun::Client && server_side {
        "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)"
    } else if server_side && force {
        "--force cannot be used with --server-side"
    } else if dry == DryRun::Server && force {
        "--dry-run=server cannot be used with --force"
    } else if all && given("selector") {
        "cannot set --all and --selector at the same time"
    } else if prune && force {
        "--force cannot be used with --prune"
    } else if prune && !all && !given("selector") {
        "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector"
    } else if prune && server_side {
        "--prune is in alpha and doesn't currently work on objects created by server-side apply"
    } else if given("subresource") && !server_side {
        "--subresource can only be specified for --server-side"
    } else {
        return Ok(());
    };
    Err(Failure::own(wrong))
}

/// An applied object, and its verb.
type AppliedObject = (Rc<Object>, &'static str);

/// Models: kubectl/pkg/cmd/apply/apply.go applyOneObject (v1.36).
fn apply_one(
    run: &mut CommandContext<'_>,
    args: &Args,
    document: &Document,
    dry: DryRun,
    options: RequestOptions,
) -> Result<AppliedObject, Failure> {
    if document.name.is_empty() {
        return Err(nameless(document));
    }
    run.warn_of(document.kind);
    let mut document = document.clone();
    run.record(&mut document.value);
    if args.is("server-side") {
        return Ok((server_side::apply(run, args, &document, options)?, "serverside-applied"));
    }
    remember(&mut document.value, Some(&document.namespace.clone()));
    let old = run.cluster.find(document.kind, &document.namespace, &document.name);
    if let Some(old) = old.cloned() {
        return apply_onto(run, args, &document, &old, dry, options);
    }
    if dry == DryRun::Client {
        return Ok((sketch(&document), "created"));
    }
    let created = admit::create(run.cluster, &document, options, &document.source)?;
    run.warn_all(&created.warnings);
    Ok((created.object, "created"))
}

fn nameless(document: &Document) -> Failure {
    let generated = document.value.metadata().field("generateName").as_text();
    if let Some(generated) = generated.filter(|name| !name.is_empty()) {
        return Failure::own(format!("from {generated}: cannot use generate name with apply"));
    }
    Failure::own(format!(
        "error when retrieving current configuration of:\n{}\nfrom server for: \"{}\": resource name may not be empty",
        named(document),
        document.source
    ))
}

/// A document as messages name it.
///
/// Models: cli-runtime/pkg/resource/visitor.go Info.String (v1.36).
fn named(document: &Document) -> String {
    let kind = document.kind;
    let version = if kind.group().is_empty() {
        "/v1"
    } else {
        kind.api_version()
    };
    format!(
        "Resource: \"{version}, Resource={}\", GroupVersionKind: \"{version}, Kind={}\"\nName: \"{}\", Namespace: \"{}\"",
        kind.plural(),
        kind.name(),
        document.name,
        document.namespace
    )
}

fn apply_onto(
    run: &mut CommandContext<'_>,
    args: &Args,
    document: &Document,
    old: &Rc<Object>,
    dry: DryRun,
    options: RequestOptions,
) -> Result<AppliedObject, Failure> {
    let last = last_applied::of(old);
    if last.is_none() {
        run.warn(&format!(
            "resource {}/{} is missing the {LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.",
            document.kind.plural(), document.name
        ));
    }
    let last = last.unwrap_or(Value::Null);
    let patch = patch::three_way(document.kind, &last, &document.value, &old.value);
    if args.text("overwrite").is_some() && !args.is("overwrite") {
        check_overwritten(run, document, &patch, &last, old)?;
    }
    if patch.as_object().is_none_or(serde_json::Map::is_empty) {
        return Ok((old.clone(), "unchanged"));
    }
    if dry == DryRun::Client {
        let mut merged = (**old).clone();
        merged.value = patch::strategic(document.kind, &old.value, &patch)?.into();
        return Ok((Rc::new(merged), "configured"));
    }
    let admitted = match patch::send_strategic(run, old, &patch, options) {
        Err(status) if args.is("force") && [Reason::Invalid, Reason::Conflict].contains(&status.reason) => {
            return recreate(run, document, options);
        }
        other => other.map_err(|status| {
            let what = format!(
                "applying patch:\n{}\nto:\n{}\nfor:",
                api::go::json(&patch),
                named(document)
            );
            Failure::from(status)
                .with_source("patching", &document.source)
                .with_source(&what, &document.source)
        })?,
    };
    run.warn_all(&admitted.warnings);
    Ok((admitted.object, "configured"))
}

/// `--overwrite=false`: gives up where the object was changed otherwise. kubectl makes the patch by three schemas, one
/// after the other, and each time says why it cannot.
///
/// Models: kubectl/pkg/cmd/apply/patcher.go patchSimple (v1.36).
fn check_overwritten(
    run: &mut CommandContext<'_>,
    document: &Document,
    patch: &Value,
    last: &Value,
    old: &Object,
) -> Result<(), Failure> {
    let live = Cluster::with_managed_fields(old);
    if document.kind.is_custom() {
        return Ok(());
    }
    let Some(conflict) = patch::conflict(document.kind, patch, last, &live) else {
        return Ok(());
    };
    for schema in ["openapi v3 spec", "openapi spec"] {
        let warning = format!("warning: error calculating patch from {schema}: {conflict}\n");
        run.output.stderr.push_str(&warning);
    }
    let (source, original) = (&document.source, old.annotation(LAST_APPLIED).unwrap_or_default());
    Err(Failure::own(format!(
        "error when applying patch:\n\nto:\n{}\nfor: \"{source}\": error when patching \"{source}\": creating patch with:\noriginal:\n{original}\nmodified:\n{}\n\ncurrent:\n{}\n\nfor: {conflict}",
        named(document),
        api::go::json(&document.value),
        api::go::json(&live),
    )))
}

/// `--force`: deletes and creates an object that cannot be patched.
///
/// Models: kubectl/pkg/cmd/apply/patcher.go deleteAndCreate (v1.36).
fn recreate(
    run: &mut CommandContext<'_>,
    document: &Document,
    options: RequestOptions,
) -> Result<AppliedObject, Failure> {
    let (kind, namespace, name) = (document.kind, &document.namespace, &document.name);
    // Differs: it goes at once, where kubectl waits until it is gone.
    let deletion = Deletion {
        grace_period: Some(0),
        ..Deletion::default()
    };
    run.cluster.delete(kind, namespace, name, deletion)?;
    if kind == Kind::Namespace {
        run.cluster.hasten(name);
    }
    run.cluster.settle();
    let created = admit::create(run.cluster, document, options, &document.source)?;
    Ok((created.object, "configured"))
}
