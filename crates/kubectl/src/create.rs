//! `create`, `apply` and `replace` of manifests.

use crate::admit::{self, Document};
use crate::command::Run;
use crate::failure::Failure;
use crate::flags::{ALL, Args, DRY_RUN, FILENAME, Flag, OUTPUT, SELECTOR, Takes};
use crate::get::{Format, show};
use crate::print;
use crate::{generate, manifests, patch};
use api::Value;
use cluster::{Object, Options, Propagation};
use serde_json::json;
use std::rc::Rc;

pub(crate) const FLAGS: &[Flag] = &[
    FILENAME,
    OUTPUT,
    DRY_RUN,
    SELECTOR,
    ALL,
    ("force", None, Takes::Bool),
    ("grace-period", None, Takes::Number),
    ("timeout", None, Takes::Text),
    ("wait", None, Takes::Bool),
    ("cascade", None, Takes::Optional("background")),
    ("validate", None, Takes::Optional("strict")),
    ("save-config", None, Takes::Bool),
    ("field-manager", None, Takes::Text),
    ("server-side", None, Takes::Bool),
    ("force-conflicts", None, Takes::Bool),
    ("overwrite", None, Takes::Bool),
    ("prune", None, Takes::Bool),
    ("raw", None, Takes::Text),
    ("edit", None, Takes::Bool),
    ("recursive", Some('R'), Takes::Bool),
    ("kustomize", Some('k'), Takes::Text),
    ("show-managed-fields", None, Takes::Bool),
    ("template", None, Takes::Text),
    ("subresource", None, Takes::Text),
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

/// Collects what goes wrong, and goes on.
fn each(
    run: &mut Run<'_>,
    args: &Args,
    verb: &str,
    mut act: impl FnMut(&mut Run<'_>, &Document) -> Result<(), Failure>,
) -> Result<(), Vec<Failure>> {
    let documents = run.documents(args);
    if documents.is_empty() {
        return Err(vec![Failure::own(format!("no objects passed to {verb}"))]);
    }
    let mut failures = Vec::new();
    for document in documents {
        if let Err(failure) = document.and_then(|document| act(run, &document)) {
            failures.push(failure);
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

fn needs_file(args: &Args) -> Result<(), Vec<Failure>> {
    if manifests::are_named(args) {
        Ok(())
    } else {
        Err(vec![Failure::own("must specify one of -f and -k")])
    }
}

/// Models: kubectl/pkg/cmd/create/create.go RunCreate (v1.36).
pub(crate) fn create(run: &mut Run<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    if !args.words.is_empty() {
        return generate::create(run, args).map_err(|failure| vec![failure]);
    }
    needs_file(args)?;
    let dry = DryRun::read(args).map_err(|failure| vec![failure])?;
    each(run, args, "create", |run, document| {
        let mut document = document.clone();
        if args.is("save-config") {
            remember(&mut document.value, None);
        }
        if dry == DryRun::Client {
            let object = sketch(&document);
            return tell(run, args, &object, "created", dry);
        }
        run.warn_of(document.kind);
        let created = admit::create(run.cluster, &document, dry.options(), &document.source)?;
        for warning in &created.warnings {
            run.warn(warning);
        }
        tell(run, args, &created.object, "created", dry)
    })
}

/// A document as an object nobody has seen but kubectl.
pub(crate) fn sketch(document: &Document) -> Rc<Object> {
    let mut value = document.value.clone();
    if document.kind.namespaced() && value["metadata"].is_object() {
        value["metadata"]["namespace"] = document.namespace.clone().into();
    }
    let key = cluster::Key::new(&document.namespace, &document.name);
    Rc::new(Object::new(document.kind, key, value, 0))
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

/// Models: kubectl/pkg/cmd/apply/apply.go applyOneObject (v1.36).
pub(crate) fn apply(run: &mut Run<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    if args.words.first().is_some_and(|word| word == "view-last-applied") {
        return view_last_applied(run, args).map_err(|failure| vec![failure]);
    }
    needs_file(args)?;
    let dry = DryRun::read(args).map_err(|failure| vec![failure])?;
    each(run, args, "apply", |run, document| {
        if document.name.is_empty() {
            let version = group_version(document);
            let (plural, kind, namespace) = (document.kind.plural(), document.kind.name(), &document.namespace);
            return Err(Failure::own(format!(
                "error when retrieving current configuration of:\nResource: \"{version}, Resource={plural}\", GroupVersionKind: \"{version}, Kind={kind}\"\nName: \"\", Namespace: \"{namespace}\"\nfrom server for: \"{}\": resource name may not be empty",
                document.source
            )));
        }
        run.warn_of(document.kind);
        let mut document = document.clone();
        remember(&mut document.value, Some(&document.namespace.clone()));
        let Some(old) = run
            .cluster
            .find(document.kind, &document.namespace, &document.name)
            .cloned()
        else {
            if dry == DryRun::Client {
                let object = sketch(&document);
                return tell(run, args, &object, "created", dry);
            }
            let created = admit::create(run.cluster, &document, dry.options(), &document.source)?;
            for warning in &created.warnings {
                run.warn(warning);
            }
            return tell(run, args, &created.object, "created", dry);
        };
        apply_onto(run, args, &document, &old, dry)
    })
}

fn apply_onto(
    run: &mut Run<'_>,
    args: &Args,
    document: &Document,
    old: &Rc<Object>,
    dry: DryRun,
) -> Result<(), Failure> {
    let last = old
        .annotation(LAST_APPLIED)
        .and_then(|text| serde_json::from_str::<Value>(text).ok());
    if last.is_none() {
        run.warn(&format!(
            "resource {}/{} is missing the {LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.",
            document.kind.plural(), document.name
        ));
    }
    let patch = patch::three_way(document.kind, &last.unwrap_or(Value::Null), &document.value, &old.value);
    if patch.as_object().is_none_or(serde_json::Map::is_empty) {
        return tell(run, args, old, "unchanged", dry);
    }
    if dry == DryRun::Client {
        return tell(run, args, old, "configured", dry);
    }
    let admitted = patch::send_strategic(run, old, &patch, dry.options());
    let admitted = admitted.map_err(|status| {
        Failure::from(status).with_source(&format!("applying patch:\n{}\nto:\nResource: \"{}, Resource={}\", GroupVersionKind: \"{}, Kind={}\"\nName: \"{}\", Namespace: \"{}\"\nfor:", api::go::json(&patch), group_version(document), document.kind.plural(), group_version(document), document.kind.name(), document.name, document.namespace), &document.source)
    })?;
    for warning in &admitted.warnings {
        run.warn(warning);
    }
    let same = admitted.object.value == old.value;
    tell(
        run,
        args,
        &admitted.object,
        if same { "unchanged" } else { "configured" },
        dry,
    )
}

fn group_version(document: &Document) -> String {
    if document.kind.group().is_empty() {
        "/v1".to_owned()
    } else {
        document.kind.api_version().to_owned()
    }
}

fn view_last_applied(run: &mut Run<'_>, args: &Args) -> Result<(), Failure> {
    let words = args.words.get(1..).unwrap_or_default();
    let asked = crate::resources::read(args, words, crate::resources::Default::None)?;
    let found = crate::resources::find(run.cluster, args, &asked);
    if let Some(failure) = found.failures.into_iter().next() {
        return Err(failure);
    }
    for object in found.objects {
        let Some(last) = object
            .annotation(LAST_APPLIED)
            .and_then(|text| serde_json::from_str::<Value>(text).ok())
        else {
            return Err(Failure::own(format!(
                "no last-applied-configuration annotation found on resource: {}",
                object.name()
            )));
        };
        let json = args.text("output") == Some("json");
        let text = if json { print::json(&last) } else { print::yaml(&last) };
        run.output.stdout.push_str(&text);
    }
    Ok(())
}

/// Models: kubectl/pkg/cmd/replace/replace.go Run (v1.36).
pub(crate) fn replace(run: &mut Run<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    needs_file(args)?;
    let dry = DryRun::read(args).map_err(|failure| vec![failure])?;
    if args.is("force") {
        return force_replace(run, args, dry);
    }
    each(run, args, "replace", |run, document| {
        let mut value = document.value.clone();
        let keeps = run
            .cluster
            .find(document.kind, &document.namespace, &document.name)
            .is_some_and(|old| old.annotation(LAST_APPLIED).is_some());
        if keeps || args.is("save-config") {
            remember(&mut value, Some(&document.namespace));
        }
        let wrap = |status| Failure::from(status).with_source("replacing", &document.source);
        let missing = run
            .cluster
            .find(document.kind, &document.namespace, &document.name)
            .is_none();
        let creates = document.kind == api::Kind::Service;
        let admitted = if missing && creates {
            run.cluster
                .create(document.kind, &document.namespace, &value, dry.options())
                .map_err(wrap)?
        } else {
            run.cluster
                .update(
                    document.kind,
                    &document.namespace,
                    &document.name,
                    &value,
                    dry.options(),
                )
                .map_err(wrap)?
        };
        for warning in &admitted.warnings {
            run.warn(warning);
        }
        tell(run, args, &admitted.object, "replaced", dry)
    })
}

fn force_replace(run: &mut Run<'_>, args: &Args, dry: DryRun) -> Result<(), Vec<Failure>> {
    each(run, args, "replace", |run, document| {
        let (kind, namespace, name) = (document.kind, document.namespace.as_str(), document.name.as_str());
        if run
            .cluster
            .delete(kind, namespace, name, Propagation::Background)
            .is_ok()
        {
            let words = crate::delete::deleted_line(kind, namespace, name, dry);
            run.output.stdout.push_str(&words);
        }
        Ok(())
    })?;
    run.cluster.settle();
    each(run, args, "replace", |run, document| {
        let created = admit::create(run.cluster, document, dry.options(), &document.source)?;
        tell(run, args, &created.object, "replaced", dry)
    })
}
