//! `create` of manifests, and what it shares with `apply`, `replace` and `diff`.

use crate::admit::{self, Document};
use crate::change::{done, one};
use crate::command::Run;
use crate::failure::Failure;
use crate::flags::{
    ALL, ALLOW_MISSING_TEMPLATE_KEYS, Args, DRY_RUN, FIELD_MANAGER, FILENAME, FORCE, Flag, GRACE_PERIOD, KUSTOMIZE,
    OUTPUT, OVERWRITE, RAW, RECORD, RECURSIVE, SAVE_CONFIG, SELECTOR, SHOW_MANAGED_FIELDS, SUBRESOURCE, TEMPLATE,
    TIMEOUT, Takes,
};
use crate::get::{Format, show};
use crate::print;
use crate::selector::Selector;
use crate::{generate, manifests};
use api::Value;
use cluster::{FieldValidation, Object, Options};
use serde_json::json;
use std::rc::Rc;

pub(crate) const FLAGS: &[Flag] = &[
    FILENAME,
    OUTPUT,
    DRY_RUN,
    SELECTOR,
    ALL,
    FORCE,
    GRACE_PERIOD,
    TIMEOUT,
    ("wait", None, Takes::Bool),
    ("cascade", None, Takes::Optional("background")),
    ("validate", None, Takes::Optional("strict")),
    SAVE_CONFIG,
    RECORD,
    FIELD_MANAGER,
    ("server-side", None, Takes::Bool),
    ("force-conflicts", None, Takes::Bool),
    OVERWRITE,
    ("prune", None, Takes::Bool),
    ("prune-allowlist", None, Takes::List),
    ("create-annotation", None, Takes::Bool),
    ("windows-line-endings", None, Takes::Bool),
    ALLOW_MISSING_TEMPLATE_KEYS,
    RAW,
    ("edit", None, Takes::Bool),
    RECURSIVE,
    KUSTOMIZE,
    SHOW_MANAGED_FIELDS,
    TEMPLATE,
    SUBRESOURCE,
    ("image", None, Takes::List),
    ("replicas", Some('r'), Takes::Number),
    ("port", None, Takes::Number),
    ("tcp", None, Takes::List),
    ("node-port", None, Takes::Number),
    ("clusterip", None, Takes::Text),
    ("external-name", None, Takes::Text),
];

/// Where kubectl keeps what was applied last.
pub(crate) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// What a change does for real.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DryRun {
    No,
    Client,
    Server,
}

impl DryRun {
    pub(crate) fn read(args: &Args) -> Result<Self, Failure> {
        match args.text("dry-run") {
            None | Some("none") => Ok(Self::No),
            Some("server") => Ok(Self::Server),
            // Without a value it is deprecated, and means the client's.
            Some("client" | "unchanged") => Ok(Self::Client),
            Some(other) => Err(Failure::own(format!(
                "Invalid dry-run value ({other}). Must be \"none\", \"server\", or \"client\"."
            ))),
        }
    }

    /// What stands behind the line that tells of a change.
    pub(crate) fn mark(self) -> &'static str {
        match self {
            Self::No => "",
            Self::Client => " (dry run)",
            Self::Server => " (server dry run)",
        }
    }

    pub(crate) fn options(self) -> Options {
        Options {
            dry_run: self != Self::No,
            ..Options::default()
        }
    }
}

/// What is wrong with the format in which changes are to be told of.
pub(crate) fn check_output(args: &Args) -> Result<(), Failure> {
    Format::told(args).map(|_| ())
}

/// Tells of a change, or prints the object in the format asked for.
pub(crate) fn tell(
    run: &mut Run<'_>,
    args: &Args,
    object: &Rc<Object>,
    verb: &str,
    dry: DryRun,
) -> Result<(), Failure> {
    if let Some(format) = Format::told(args)? {
        return show(run, args, &format, std::slice::from_ref(object), false, true);
    }
    let line = format!(
        "{}/{} {verb}{}\n",
        object.kind.resource_name(),
        object.name(),
        dry.mark()
    );
    run.output.stdout.push_str(&line);
    Ok(())
}

/// The same of an object that kubectl holds as a Go struct.
pub(crate) fn tell_typed(
    run: &mut Run<'_>,
    args: &Args,
    object: &Rc<Object>,
    verb: &str,
    dry: DryRun,
) -> Result<(), Failure> {
    if let Some(Format::Json) = Format::told(args)? {
        run.output.stdout.push_str(&print::typed_json(&object.value));
        return Ok(());
    }
    tell(run, args, object, verb, dry)
}

/// What the server is to do about fields nobody knows, by `--validate`.
///
/// Models: kubectl/pkg/cmd/util/helpers.go GetValidationDirective (v1.36).
pub(crate) fn validation(args: &Args) -> Result<FieldValidation, Failure> {
    match args.text("validate") {
        None | Some("strict" | "true" | "1" | "t" | "T" | "TRUE" | "True") => Ok(FieldValidation::Strict),
        Some("warn") => Ok(FieldValidation::Warn),
        Some("ignore" | "false" | "0" | "f" | "F" | "FALSE" | "False") => Ok(FieldValidation::Ignore),
        Some(other) => Err(Failure::own(format!(
            "invalid - validate option {}; must be one of: strict (or true), warn, ignore (or false)",
            api::go::quote(other)
        ))),
    }
}

/// The documents of `-f` that a selector chooses, and what went wrong with others.
pub(crate) fn chosen(run: &Run<'_>, args: &Args) -> Result<Vec<Result<Document, Failure>>, Failure> {
    let selector = Selector::parse(args.text("selector").unwrap_or_default()).map_err(Failure::own)?;
    let mut documents = run.documents(args);
    documents.retain(|document| {
        let fits = |document: &Document| selector.matches(&sketch(document));
        document.as_ref().map_or(true, fits)
    });
    Ok(documents)
}

/// Collects what goes wrong, and goes on.
pub(crate) fn each(
    run: &mut Run<'_>,
    documents: Vec<Result<Document, Failure>>,
    mut act: impl FnMut(&mut Run<'_>, &Document) -> Result<(), Failure>,
) -> Vec<Failure> {
    let mut failures = Vec::new();
    for document in documents {
        if let Err(failure) = document.and_then(|document| act(run, &document)) {
            failures.push(failure);
        }
    }
    failures
}

pub(crate) fn needs_file(args: &Args) -> Result<(), Failure> {
    if manifests::are_named(args) {
        Ok(())
    } else {
        Err(Failure::own("must specify one of -f and -k"))
    }
}

/// What `--raw` asks of a command that sends something; nothing of it is simulated but its refusals.
///
/// Models: kubectl/pkg/cmd/create/create.go Validate, kubectl/pkg/cmd/replace/replace.go Validate (v1.36).
pub(crate) fn check_raw(args: &Args, command: &str) -> Result<(), Failure> {
    let Some(path) = args.text("raw").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let words = if args.all("filename").len() != 1 {
        "--raw can only use a single local file or stdin".to_owned()
    } else if args.is("recursive") {
        "--raw and --recursive are mutually exclusive".to_owned()
    } else if args.text("output").is_some_and(|output| !output.is_empty()) {
        "--raw and --output are mutually exclusive".to_owned()
    } else if path.starts_with('/') {
        format!("{command} --raw is not simulated: leave --raw out")
    } else {
        let quoted = api::go::quote(path);
        format!("--raw must be a valid URL path: parse {quoted}: invalid URI for request")
    };
    Err(Failure::own(words))
}

/// Models: kubectl/pkg/cmd/create/create.go RunCreate (v1.36).
pub(crate) fn create(run: &mut Run<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    if !args.words.is_empty() {
        return generate::create(run, args).map_err(one);
    }
    needs_file(args).map_err(one)?;
    check_raw(args, "create").map_err(one)?;
    if args.is("edit") {
        return Err(one(Failure::own(
            "create --edit is not simulated: change the manifest in the editor, and create it from there",
        )));
    }
    let dry = DryRun::read(args).map_err(one)?;
    let options = Options {
        validation: validation(args).map_err(one)?,
        ..dry.options()
    };
    check_output(args).map_err(one)?;
    let documents = chosen(run, args).map_err(one)?;
    if documents.is_empty() {
        return Err(one(Failure::own("no objects passed to create")));
    }
    done(each(run, documents, |run, document| {
        let mut document = document.clone();
        if args.is("save-config") {
            remember(&mut document.value, None);
        }
        run.record(&mut document.value);
        if dry == DryRun::Client {
            let object = sketch(&document);
            return tell(run, args, &object, "created", dry);
        }
        run.warn_of(document.kind);
        let created = admit::create(run.cluster, &document, options, &document.source);
        if let (Err(_), FieldValidation::Warn) = (&created, options.validation) {
            for path in document.unknown_fields() {
                run.warn(&format!("unknown field \"{path}\""));
            }
        }
        if let Err(Failure::Server(status)) = &created {
            for warning in admit::warnings_of_taken(status, &document) {
                run.warn(&warning);
            }
        }
        let created = created?;
        for warning in &created.warnings {
            run.warn(warning);
        }
        tell(run, args, &created.object, "created", dry)
    }))
}

/// A document as an object nobody has seen but kubectl.
pub(crate) fn sketch(document: &Document) -> Rc<Object> {
    let mut value = document.value.clone();
    if document.kind.namespaced() && value["metadata"].is_object() {
        value["metadata"]["namespace"] = document.namespace.clone().into();
    }
    let key = cluster::ObjectKey::new(&document.namespace, &document.name);
    Rc::new(Object::new(document.kind, key, value, 0))
}

/// A document that no server is asked about, as it was written.
pub(crate) fn local(document: &Document) -> Rc<Object> {
    let key = cluster::ObjectKey::new(&document.namespace, &document.name);
    Rc::new(Object::new(document.kind, key, document.value.clone(), 0))
}

/// Writes what is applied into its own annotation.
///
/// Models: kubectl/pkg/util/apply.go GetModifiedConfiguration (v1.36).
pub(crate) fn remember(value: &mut Value, namespace: Option<&str>) {
    if !value["metadata"].is_object() {
        return;
    }
    if let Some(namespace) = namespace.filter(|namespace| !namespace.is_empty()) {
        value["metadata"]["namespace"] = namespace.into();
    }
    if let Some(annotations) = value["metadata"]["annotations"].as_object_mut() {
        annotations.remove(LAST_APPLIED);
    } else {
        value["metadata"]["annotations"] = json!({});
    }
    let text = api::go::json(value) + "\n";
    value["metadata"]["annotations"][LAST_APPLIED] = text.into();
}

/// The same of an object that kubectl wrote, which it holds as a Go struct.
///
/// Models: kubectl/pkg/util/apply.go CreateApplyAnnotation (v1.36).
pub(crate) fn remember_typed(value: &mut Value) {
    let text = print::typed_line(value) + "\n";
    if !value["metadata"]["annotations"].is_object() {
        value["metadata"]["annotations"] = json!({});
    }
    value["metadata"]["annotations"][LAST_APPLIED] = text.into();
}
