//! `diff`: the changes that `apply` would make.

mod lines;

use crate::admit::{self, Document};
use crate::commands::apply::unexpected;
use crate::commands::patch;
use crate::commands::unsupported;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{
    FIELD_MANAGER, FILES, FORCE_CONFLICTS, Flag, Flags, PRUNE, PRUNE_ALLOWLIST, SELECTOR, SERVER_SIDE,
    SHOW_MANAGED_FIELDS, Takes,
};
use crate::print;
use crate::targets::manifests::{chosen, needs_file};
use api::Value;
use cluster::{FieldValidation, RequestOptions, timestamp};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write;

const SHOW_SECRETS: Flag = Flag::new(
    "show-secrets",
    Takes::Bool,
    "Show what secrets hold; the cluster keeps none.",
);
const CONCURRENCY: Flag = Flag::new(
    "concurrency",
    Takes::Number,
    "How many objects are compared at once; nothing to be seen here.",
)
.default("1");

pub(crate) const FLAGS: Flags = &[
    &[
        SELECTOR,
        SERVER_SIDE,
        FORCE_CONFLICTS,
        FIELD_MANAGER,
        PRUNE,
        PRUNE_ALLOWLIST,
        SHOW_MANAGED_FIELDS,
        SHOW_SECRETS,
        CONCURRENCY,
    ],
    FILES,
];

/// The directories of the compared files; kubectl draws their last parts at random.
const DIRECTORIES: [&str; 2] = ["/tmp/LIVE-2718281828", "/tmp/MERGED-3141592653"];

/// Models: kubectl/pkg/cmd/diff/diff.go Run (v1.36), which leaves the rest to diff(1) of GNU diffutils.
#[expect(clippy::unnecessary_wraps, reason = "all commands look alike")]
pub(crate) fn diff(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    match compare(run, args) {
        Ok(text) => {
            run.output.exit = i32::from(!text.is_empty());
            run.output.stdout.push_str(&text);
        }
        Err(failure) => fail(run, &failure),
    }
    Ok(())
}

/// Prints what is wrong with the command line.
pub(crate) fn misread(run: &mut CommandContext<'_>, failure: Failure) {
    let words = match failure {
        Failure::Own(words) => words,
        other => other.alone(),
    };
    let words = words.split("\nSee ").next().unwrap_or_default();
    fail(run, &Failure::usage(words, "kubectl diff"));
}

fn fail(run: &mut CommandContext<'_>, failure: &Failure) {
    run.output.stderr.push_str(&failure.alone());
    // An exit code of 1 says that something differs.
    run.output.exit = 2;
}

fn compare(run: &mut CommandContext<'_>, args: &Args) -> Result<String, Failure> {
    if !args.words.is_empty() {
        return Err(unexpected(&args.words, "kubectl diff"));
    }
    needs_file(args)?;
    if args.is("force-conflicts") && !args.is("server-side") {
        return Err(Failure::own("--force-conflicts only works with --server-side"));
    }
    for flag in ["server-side", "prune"] {
        if let Some(failure) = unsupported::listed(&format!("diff --{flag}")).filter(|_| args.is(flag)) {
            return Err(failure);
        }
    }
    let mut files = BTreeMap::new();
    for document in chosen(run, args)? {
        let document = document?;
        files.insert(file_name(&document), versions(run, &document)?);
    }
    let now = timestamp(run.cluster.now()).replace('T', " ").replace('Z', "");
    let mut text = String::new();
    for (name, [live, merged]) in files {
        let hunks = lines::unified(&live, &merged);
        if hunks.is_empty() {
            continue;
        }
        let [before, after] = DIRECTORIES.map(|directory| format!("{directory}/{name}"));
        let moment = format!("{now}.000000000 +0000");
        let _ = write!(
            text,
            "diff -u -N {before} {after}\n--- {before}\t{moment}\n+++ {after}\t{moment}\n{hunks}"
        );
    }
    Ok(text)
}

/// Models: kubectl/pkg/cmd/diff/diff.go InfoObject.Name (v1.36).
fn file_name(document: &Document) -> String {
    let kind = document.kind;
    let version = kind.api_version().replace('/', ".");
    format!("{version}.{}.{}.{}", kind.name(), document.namespace, document.name)
}

/// The live object and the merged one as text; empty if there is none.
///
/// Models: kubectl/pkg/cmd/diff/diff.go InfoObject.Merged (v1.36).
fn versions(run: &mut CommandContext<'_>, document: &Document) -> Result<[String; 2], Failure> {
    let options = RequestOptions {
        dry_run: true,
        validation: FieldValidation::Warn,
    };
    let Some(live) = run
        .cluster
        .find(document.kind, &document.namespace, &document.name)
        .cloned()
    else {
        let created = admit::send(run.cluster, document, options)?;
        run.warn_all(&created.warnings);
        return Ok([String::new(), print::yaml(&created.object.value)]);
    };
    let mut wanted = document.value.clone();
    if document.kind.namespaced() {
        wanted["metadata"]["namespace"] = document.namespace.clone().into();
    }
    if !wanted["metadata"]["annotations"].is_object() {
        wanted["metadata"]["annotations"] = json!({});
    }
    let last = crate::commands::apply::last_applied(&live).unwrap_or(Value::Null);
    let patch = patch::three_way(document.kind, &last, &wanted, &live.value);
    let merged = patch::send_strategic(run, &live, &patch, options);
    if merged.is_err() {
        run.warn_all(&document.unknown_fields());
    }
    let merged = merged?;
    run.warn_all(&merged.warnings);
    Ok([&live.value, &merged.object.value].map(|value| print::yaml(value)))
}
