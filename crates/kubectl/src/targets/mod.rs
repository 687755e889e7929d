//! What a command acts on: the objects and documents that its words and files name.

pub(crate) mod containers;
pub(crate) mod documents;
pub(crate) mod manifests;

use crate::client::KubectlVersion;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::resources::{self, BareKind, Resource, ResourceArgs};
use crate::output::dry_run::DryRun;
use api::{Kind, Value};
use cluster::{Object, Status};
use std::rc::Rc;

pub(crate) fn one(failure: Failure) -> Vec<Failure> {
    vec![failure]
}

pub(crate) fn done(failures: Vec<Failure>) -> Result<(), Vec<Failure>> {
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

/// kubectl's message if a command names no object.
pub(crate) const NOTHING_GIVEN: &str = "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'";

/// The objects that arguments or files name.
pub(crate) fn targets(
    run: &mut CommandContext<'_>,
    args: &Args,
    words: &[String],
) -> Result<resources::FoundObjects, Vec<Failure>> {
    targets_to("get", run, args, words)
}

/// The same for a command that asks for named objects with another verb.
pub(crate) fn targets_to(
    verb: &str,
    run: &mut CommandContext<'_>,
    args: &Args,
    words: &[String],
) -> Result<resources::FoundObjects, Vec<Failure>> {
    if !manifests::are_named(args) {
        if words.is_empty() {
            let selected = args.is("all") || args.text("selector").is_some();
            let words = if selected {
                "at least one resource must be specified to use a selector"
            } else {
                NOTHING_GIVEN
            };
            return Err(one(Failure::own(words)));
        }
        let asked = resources::read(run.mapper(), args, words, BareKind::None).map_err(one)?;
        warn_of_all(run, &asked);
        return Ok(resources::find_to(verb, run.cluster, args, &asked));
    }
    if !words.is_empty() {
        return Err(one(Failure::own(manifests::AND_WORDS)));
    }
    Ok(run.objects_of_files(args))
}

/// What a command finds that reads objects as Go structs: kubectl has none for kinds that extend the API.
///
/// Models: cli-runtime/pkg/resource/builder.go WithScheme, kubectl/pkg/scheme/install.go (v1.36).
pub(crate) fn registered(found: resources::FoundObjects) -> resources::FoundObjects {
    let resources::FoundObjects { objects, mut failures } = found;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for object in objects {
        match registered_object(object) {
            Ok(object) => known.push(object),
            Err(failure) => unknown.push(failure),
        }
    }
    failures.extend(unknown);
    resources::FoundObjects {
        objects: known,
        failures,
    }
}

/// The same for a single object.
pub(crate) fn registered_object(object: Rc<Object>) -> Result<Rc<Object>, Failure> {
    let kind = object.kind;
    if kind.is_custom() || matches!(kind, Kind::CustomResourceDefinition | Kind::APIService) {
        let (name, version) = (kind.name(), kind.api_version());
        return Err(Failure::own(format!(
            "no kind \"{name}\" is registered for version \"{version}\" in scheme \"k8s.io/kubectl/pkg/scheme/scheme.go:28\""
        )));
    }
    Ok(object)
}

/// Updates an object, or only sketches it with `--local` or `--dry-run=client`.
pub(crate) fn store(
    run: &mut CommandContext<'_>,
    args: &Args,
    object: &Object,
    mut value: Value,
) -> Result<Rc<Object>, Status> {
    run.record(&mut value);
    let dry = DryRun::read(args).unwrap_or(DryRun::Client);
    if args.is("local") || dry == DryRun::Client {
        let mut sketch = object.clone();
        sketch.value = value.into();
        return Ok(Rc::new(sketch));
    }
    let (kind, namespace, name) = (object.kind, object.namespace(), object.name());
    let admitted = run.cluster.update(kind, namespace, name, &value, dry.options())?;
    run.warn_all(&admitted.warnings);
    Ok(admitted.object)
}

/// Models: cli-runtime/pkg/resource/builder.go, client-go/restmapper/shortcut.go warnAmbiguous (v1.36).
pub(crate) fn warn_of_short_names(run: &mut CommandContext<'_>, words: &[String]) {
    let warns = run.around.version > KubectlVersion::V1_28;
    if warns
        && words
            .first()
            .is_some_and(|types| types.split(',').any(|word| word == "ev"))
    {
        run.warn("short name \"ev\" could also match lower priority resource events.events.k8s.io");
    }
}

/// kubectl's message if nothing is found.
pub(crate) fn nothing(run: &mut CommandContext<'_>, args: &Args, asked: &[Resource]) {
    if args.is("ignore-not-found") {
        return;
    }
    let namespaced = asked.iter().all(|kind| kind.namespaced());
    let text = if namespaced && !args.is("all-namespaces") {
        format!("No resources found in {} namespace.\n", args.namespace())
    } else {
        "No resources found\n".to_owned()
    };
    run.output.stderr.push_str(&text);
}

/// Warns of each deprecated kind that is asked for.
pub(crate) fn warn_of_all(run: &mut CommandContext<'_>, asked: &ResourceArgs) {
    for resource in asked.resources() {
        if let Resource::Kept(kind) = resource {
            run.warn_of(kind);
        }
    }
}
