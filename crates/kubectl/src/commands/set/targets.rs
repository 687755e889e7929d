//! The objects of a `set` subcommand.

use crate::admit::Document;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::targets::documents::local;
use crate::targets::{manifests, one, registered, targets};
use cluster::Object;
use std::rc::Rc;

/// kubectl's message for `--local` without files.
pub(super) const LOCAL_NEEDS_FILES: &str = "you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'";

pub(super) const LOCAL_AND_SERVER: &str =
    "cannot specify --local and --dry-run=server - did you mean --dry-run=client?";

pub(super) const ALL_AND_SELECTOR: &str = "cannot set --all and --selector at the same time";

pub(super) const NO_RESOURCES: &str =
    "one or more resources must be specified as <resource> <name> or <resource>/<name>";

/// The objects to change: named ones, or with `--local` those of files; fails if one is missing.
pub(super) fn chosen(
    run: &mut CommandContext<'_>,
    args: &Args,
    words: &[String],
) -> Result<Vec<Rc<Object>>, Vec<Failure>> {
    if !args.is("local") {
        let found = registered(targets(run, args, words)?);
        return if found.failures.is_empty() {
            Ok(found.objects)
        } else {
            Err(found.failures)
        };
    }
    if !words.is_empty() || !manifests::are_named(args) {
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

/// A document as a Go struct holds it: without unknown fields, with some empty ones.
fn typed(mut document: Document) -> Document {
    if let Ok((value, _)) = api::decode_known(document.kind, &document.value) {
        document.value = value;
    }
    document
}

/// Whether both `--selector` and `--all` are given.
pub(super) fn selects_twice(args: &Args) -> bool {
    args.is("all") && args.text("selector").is_some_and(|text| !text.is_empty())
}

/// Whether `--local` and `--dry-run=server` are both given.
pub(super) fn rehearses_locally(args: &Args) -> bool {
    args.is("local") && args.text("dry-run") == Some("server")
}
