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
    ALL, DRY_RUN, ENV, FIELD_MANAGER, FILES, Flag, Flags, LIST, LOCAL, OVERWRITE, PREFIX, PRINT, RECORD,
    RESOURCE_VERSION, SELECTOR, Takes, USER, Values,
};
use crate::targets::documents::local;
use crate::targets::{one, targets};
use cluster::Object;
use std::rc::Rc;

const CONTAINERS: Flag = Flag::new(
    "containers",
    Takes::Text,
    "The containers to change, by name or pattern.",
)
.short('c')
.default("'*'")
.values(Values::Containers);
const FROM: Flag = Flag::new(
    "from",
    Takes::Text,
    "The ConfigMap or Secret whose keys become variables; the cluster keeps none.",
);
const KEYS: Flag = Flag::new("keys", Takes::Text, "Which keys of --from become variables.");
const LIMITS: Flag = Flag::new(
    "limits",
    Takes::Text,
    "The most a container may use: cpu=200m,memory=512Mi.",
);
const REQUESTS: Flag = Flag::new(
    "requests",
    Takes::Text,
    "What a container is given at least: cpu=100m,memory=256Mi.",
);
const GROUP: Flag = Flag::new("group", Takes::List, "A group to bind to the role.");
const SERVICEACCOUNT: Flag = Flag::new(
    "serviceaccount",
    Takes::List,
    "A service account to bind to the role: NAMESPACE:NAME.",
);

/// The flags of all subcommands.
const EACH: &[Flag] = &[ALL, LOCAL, DRY_RUN, FIELD_MANAGER];
const ENV_ONLY: &[Flag] = &[ENV.short('e'), FROM, KEYS, PREFIX.takes(Takes::Text), LIST, OVERWRITE];

/// Flags in front of the subcommand, before it is known.
pub(crate) const FLAGS: Flags = &[
    EACH,
    ENV_ONLY,
    &[
        RECORD,
        SELECTOR,
        RESOURCE_VERSION,
        CONTAINERS,
        LIMITS,
        REQUESTS,
        USER.takes(Takes::List),
        GROUP,
        SERVICEACCOUNT,
    ],
    FILES,
    PRINT,
];
pub(crate) const ENV_FLAGS: Flags = &[EACH, &[SELECTOR, CONTAINERS], ENV_ONLY, FILES, PRINT];
pub(crate) const IMAGE_FLAGS: Flags = &[EACH, &[RECORD, SELECTOR], FILES, PRINT];
pub(crate) const RESOURCES_FLAGS: Flags = &[EACH, &[RECORD, SELECTOR, CONTAINERS, LIMITS, REQUESTS], FILES, PRINT];
pub(crate) const SELECTOR_FLAGS: Flags = &[EACH, &[RECORD, RESOURCE_VERSION], FILES, PRINT];
pub(crate) const SERVICE_ACCOUNT_FLAGS: Flags = &[EACH, &[RECORD], FILES, PRINT];
pub(crate) const SUBJECT_FLAGS: Flags = &[
    EACH,
    &[SELECTOR, USER.takes(Takes::List), GROUP, SERVICEACCOUNT],
    FILES,
    PRINT,
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
