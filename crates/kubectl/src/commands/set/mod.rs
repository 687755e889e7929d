//! `set`: one thing of a resource.

mod env;
mod selector;
mod subject;
mod template;

use crate::admit::Document;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{
    ALL, ALLOW_MISSING_TEMPLATE_KEYS, DRY_RUN, FIELD_MANAGER, FILENAME, Flag, KUSTOMIZE, LIST, LOCAL, OUTPUT,
    OVERWRITE, RECORD, RECURSIVE, RESOURCE_VERSION, SELECTOR, SHOW_MANAGED_FIELDS, TEMPLATE, Takes,
};
use crate::targets::documents::local;
use crate::targets::{one, targets};
use cluster::Object;
use std::rc::Rc;

/// The flags of all subcommands; which of them takes which is said by its page.
pub(crate) const FLAGS: &[Flag] = &[
    FILENAME,
    OUTPUT,
    DRY_RUN,
    SELECTOR,
    ALL,
    LOCAL,
    RECURSIVE,
    KUSTOMIZE,
    TEMPLATE,
    SHOW_MANAGED_FIELDS,
    ALLOW_MISSING_TEMPLATE_KEYS,
    FIELD_MANAGER,
    RESOURCE_VERSION,
    ("containers", Some('c'), Takes::Text),
    ("env", Some('e'), Takes::List),
    ("from", None, Takes::Text),
    ("keys", None, Takes::Text),
    ("prefix", None, Takes::Text),
    LIST,
    OVERWRITE,
    RECORD,
    ("limits", None, Takes::Text),
    ("requests", None, Takes::Text),
    ("user", None, Takes::List),
    ("group", None, Takes::List),
    ("serviceaccount", None, Takes::List),
];

/// Models: kubectl/pkg/cmd/set (v1.36).
pub(crate) fn set(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let (what, words) = args.words.split_first().unzip();
    let words = words.unwrap_or_default();
    match what.map_or("", String::as_str) {
        "image" => template::image(run, args, words),
        "resources" => template::resources(run, args, words),
        "serviceaccount" | "sa" => template::service_account(run, args, words),
        "env" => env::env(run, args, words),
        "selector" => selector::selector(run, args, words),
        "subject" => subject::subject(run, args, words),
        _ => Err(one(Failure::unknown_subcommand("kubectl set", &args.words))),
    }
}

/// What kubectl says where `--local` has nothing to read.
const LOCAL_NEEDS_FILES: &str = "you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'";

const LOCAL_AND_SERVER: &str = "cannot specify --local and --dry-run=server - did you mean --dry-run=client?";

const ALL_AND_SELECTOR: &str = "cannot set --all and --selector at the same time";

const NO_RESOURCES: &str = "one or more resources must be specified as <resource> <name> or <resource>/<name>";

/// The objects to change: those named, or with `--local` those that files hold. Where one is missing, none is changed.
fn chosen(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<Vec<Rc<Object>>, Vec<Failure>> {
    if !args.is("local") {
        let found = targets(run, args, words)?;
        return if found.failures.is_empty() {
            Ok(found.objects)
        } else {
            Err(found.failures)
        };
    }
    if !words.is_empty() || !crate::targets::manifests::are_named(args) {
        return Err(one(Failure::own(LOCAL_NEEDS_FILES)));
    }
    let (mut objects, mut failures) = (Vec::new(), Vec::new());
    for document in run.documents(args) {
        match document {
            Ok(document) => objects.push(local(&typed(document))),
            Err(failure) => failures.push(failure),
        }
    }
    if failures.is_empty() {
        Ok(objects)
    } else {
        Err(failures)
    }
}

/// A document as kubectl holds it, as a Go struct: fields nobody knows are lost, and some empty ones are written.
fn typed(mut document: Document) -> Document {
    if let Ok((value, _)) = api::decode_known(document.kind, &document.value) {
        document.value = value;
    }
    document
}

/// Whether both a selection by labels and all objects are asked for.
fn selects_twice(args: &Args) -> bool {
    args.is("all") && args.text("selector").is_some_and(|text| !text.is_empty())
}

/// Whether the server is asked to rehearse what it is not to know.
fn rehearses_locally(args: &Args) -> bool {
    args.is("local") && args.text("dry-run") == Some("server")
}
