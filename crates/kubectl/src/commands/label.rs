//! `label` and `annotate`.

use crate::context::{CHANGE_CAUSE, CommandContext};
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{
    ALL, ALL_NAMESPACES, ALLOW_MISSING_TEMPLATE_KEYS, DRY_RUN, FIELD_MANAGER, FIELD_SELECTOR, FILENAME, Flags, LIST,
    LOCAL, OUTPUT, OVERWRITE, RECORD, RECURSIVE, RESOURCE_VERSION, SELECTOR, SHOW_MANAGED_FIELDS, TEMPLATE,
};
use crate::line::resources;
use crate::line::selector;
use crate::output::dry_run::DryRun;
use crate::output::report::report;
use crate::targets::documents::local;
use crate::targets::manifests;
use crate::targets::{done, one, targets};
use api::Value;
use cluster::Object;
use std::fmt::Write;
use std::rc::Rc;

pub(crate) const FLAGS: Flags = &[&[
    FILENAME,
    OUTPUT,
    DRY_RUN,
    SELECTOR,
    FIELD_SELECTOR,
    ALL,
    ALL_NAMESPACES,
    OVERWRITE,
    RECORD,
    LIST,
    LOCAL,
    RESOURCE_VERSION,
    FIELD_MANAGER,
    RECURSIVE,
    TEMPLATE,
    ALLOW_MISSING_TEMPLATE_KEYS,
    SHOW_MANAGED_FIELDS,
]];

/// Splits words into objects and changes.
///
/// Models: kubectl/pkg/cmd/util/helpers.go GetResourcesAndPairs (v1.36).
pub(crate) fn changes<'a>(words: &'a [String], what: &str) -> Result<(&'a [String], &'a [String]), Failure> {
    let is_change = |word: &String| word.contains('=') && !word.starts_with('=') || word.ends_with('-') && word != "-";
    let at = words.iter().position(is_change).unwrap_or(words.len());
    let (objects, changes) = words.split_at(at);
    match changes.iter().find(|word| !is_change(word)) {
        None => Ok((objects, changes)),
        Some(late) => Err(Failure::own(format!(
            "all resources must be specified before {what} changes: {late}"
        ))),
    }
}

/// Values to set and keys to remove.
struct KeyChanges {
    set: Vec<(String, String)>,
    remove: Vec<String>,
}

pub(crate) fn label(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let (objects, changes) = changes(&args.words, "label").map_err(one)?;
    let pairs = label_pairs(changes).map_err(one)?;
    mark(run, args, objects, &pairs, "labels", "label", "labeled")
}

pub(crate) fn annotate(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let (objects, changes) = changes(&args.words, "annotation").map_err(one)?;
    let pairs = annotation_pairs(changes).map_err(one)?;
    mark(run, args, objects, &pairs, "annotations", "annotation", "annotated")
}

/// Models: kubectl/pkg/cmd/label/label.go parseLabels (v1.36).
fn label_pairs(words: &[String]) -> Result<KeyChanges, Failure> {
    let mut pairs = KeyChanges {
        set: Vec::new(),
        remove: Vec::new(),
    };
    for word in words {
        if let Some((key, value)) = word.split_once('=') {
            if value.contains('=') {
                return Err(Failure::own(format!("invalid label spec: {word}")));
            }
            if let Some(why) = selector::label_value_error(value) {
                return Err(Failure::own(format!("invalid label value: \"{word}\": {why}")));
            }
            pairs.set.push((key.to_owned(), value.to_owned()));
        } else if let Some(key) = word.strip_suffix('-') {
            pairs.remove.push(key.to_owned());
        } else {
            return Err(Failure::own("unknown label spec: ".to_owned() + word));
        }
    }
    if pairs.set.iter().any(|(key, _)| pairs.remove.contains(key)) {
        return Err(Failure::own(
            "can not both modify and remove a label in the same command",
        ));
    }
    Ok(pairs)
}

/// Models: kubectl/pkg/cmd/util/helpers.go ParsePairs, kubectl/pkg/cmd/annotate/annotate.go validateAnnotations (v1.36).
fn annotation_pairs(words: &[String]) -> Result<KeyChanges, Failure> {
    let mut pairs = KeyChanges {
        set: Vec::new(),
        remove: Vec::new(),
    };
    let mut invalid = Vec::new();
    for word in words {
        if let Some((key, value)) = word.split_once('=').filter(|(key, _)| !key.is_empty()) {
            pairs.set.retain(|(known, _)| known != key);
            pairs.set.push((key.to_owned(), value.to_owned()));
        } else if let Some(key) = word.strip_suffix('-') {
            pairs.remove.push(key.to_owned());
        } else {
            invalid.push(word.as_str());
        }
    }
    if !invalid.is_empty() {
        return Err(Failure::own(format!(
            "invalid annotation format: {}",
            invalid.join(", ")
        )));
    }
    let is_set = |key: &&String| pairs.set.iter().any(|(set, _)| set == *key);
    let both: Vec<&str> = pairs.remove.iter().filter(is_set).map(String::as_str).collect();
    if !both.is_empty() {
        let both = both.join(", ");
        return Err(Failure::own(format!(
            "can not both modify and remove the following annotation(s) in the same command: {both}"
        )));
    }
    Ok(pairs)
}

fn mark(
    run: &mut CommandContext<'_>,
    args: &Args,
    objects: &[String],
    pairs: &KeyChanges,
    field: &str,
    word: &str,
    verb: &str,
) -> Result<(), Vec<Failure>> {
    let dry = DryRun::read(args).map_err(one)?;
    for selector in ["selector", "field-selector"] {
        if args.is("all") && args.text(selector).is_some_and(|text| !text.is_empty()) {
            return Err(one(Failure::own(format!(
                "cannot set --all and --{selector} at the same time"
            ))));
        }
    }
    if objects.is_empty() && !manifests::are_named(args) {
        return Err(one(Failure::own(
            "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        )));
    }
    if pairs.set.is_empty() && pairs.remove.is_empty() && !args.is("list") {
        return Err(one(Failure::own(format!("at least one {word} update is required"))));
    }
    let mut found = if args.is("local") {
        if !objects.is_empty() {
            return Err(one(Failure::own(LOCAL_ONLY)));
        }
        written(run, args)
    } else {
        targets(run, args, objects)?
    };
    if given(args, "resource-version") && !is_single(args, objects) {
        return Err(one(Failure::own(
            "--resource-version may only be used with a single resource",
        )));
    }
    if args.is("list") {
        return list_marks(run, &found, pairs, field);
    }
    for object in std::mem::take(&mut found.objects) {
        if let Err(failure) = mark_one(run, args, &object, pairs, (field, verb), dry) {
            found.failures.push(failure);
        }
    }
    done(found.failures)
}

fn given(args: &Args, flag: &str) -> bool {
    args.text(flag).is_some_and(|text| !text.is_empty())
}

/// Whether the words name one object, however many there are.
///
/// Models: cli-runtime/pkg/resource/builder.go visitByName, visitByResource (v1.36).
fn is_single(args: &Args, objects: &[String]) -> bool {
    let is_pair = |word: &String| word.contains('/');
    let selected = args.is("all") || given(args, "selector") || given(args, "field-selector");
    !selected
        && match objects {
            [] => args.all("filename").len() == 1,
            [one] => is_pair(one) && !one.contains(','),
            [kinds, _name] => !kinds.contains(',') && !is_pair(kinds),
            _ => false,
        }
}

/// Models: cli-runtime/pkg/resource/builder.go LocalResourceError (v1.36).
const LOCAL_ONLY: &str = "can only use local files by -f pod.yaml or --filename=pod.json when --local=true is set";

/// The objects of files, for `--local`.
fn written(run: &CommandContext<'_>, args: &Args) -> resources::FoundObjects {
    let mut found = resources::FoundObjects::default();
    for document in run.documents(args) {
        match document {
            Ok(document) => found.objects.push(local(&document)),
            Err(failure) => found.failures.push(failure),
        }
    }
    found
}

/// `--list`: prints the labels or annotations that would result, and stores nothing.
///
/// Differs: kubectl's order changes from call to call.
fn list_marks(
    run: &mut CommandContext<'_>,
    found: &resources::FoundObjects,
    pairs: &KeyChanges,
    field: &str,
) -> Result<(), Vec<Failure>> {
    let single = found.objects.len() == 1;
    for object in &found.objects {
        if !single {
            let kind = object.kind;
            let _ = writeln!(
                run.output.stdout,
                "Listing {field} for {}.{}/{}:",
                kind.name(),
                kind.group(),
                object.name()
            );
        }
        let mut marks = object
            .metadata()
            .field(field)
            .value
            .as_object()
            .cloned()
            .unwrap_or_default();
        marks.extend(
            pairs
                .set
                .iter()
                .map(|(key, value)| (key.clone(), value.as_str().into())),
        );
        marks.retain(|key, _| !pairs.remove.contains(key));
        for (key, value) in &marks {
            let indent = if single { "" } else { " " };
            let _ = writeln!(
                run.output.stdout,
                "{indent}{key}={}",
                value.as_str().unwrap_or_default()
            );
        }
    }
    done(found.failures.clone())
}

/// Models: kubectl/pkg/cmd/label/label.go validateNoOverwrites, kubectl/pkg/cmd/annotate/annotate.go
/// validateNoAnnotationOverwrites (v1.36).
fn check_kept(before: &Value, pairs: &KeyChanges, field: &str) -> Result<(), Failure> {
    let of_labels = field == "labels";
    let free = |key: &str| !of_labels && key == CHANGE_CAUSE;
    let clashes = pairs.set.iter().filter_map(|(key, new)| {
        let old = before.get(key)?.as_str()?;
        (old != new && !free(key)).then(|| format!("'{key}' already has a value ({old})"))
    });
    let clashes: Vec<String> = clashes.collect();
    if clashes.is_empty() {
        return Ok(());
    }
    Err(Failure::own(if of_labels {
        let words: Vec<String> = clashes
            .iter()
            .map(|clash| format!("{clash}, and --overwrite is false"))
            .collect();
        words.join(", ")
    } else {
        let clashes = clashes.join("; ");
        format!("--overwrite is false but found the following declared annotation(s): {clashes}")
    }))
}

/// Models: kubectl/pkg/cmd/label/label.go RunLabel, labelFunc (v1.36).
fn mark_one(
    run: &mut CommandContext<'_>,
    args: &Args,
    object: &Rc<Object>,
    pairs: &KeyChanges,
    (field, verb): (&str, &str),
    dry: DryRun,
) -> Result<(), Failure> {
    let mut value = object.value.clone();
    let before = object.metadata().field(field).value.clone();
    if !args.is("overwrite") {
        check_kept(&before, pairs, field)?;
    }
    let mut map = before.as_object().cloned().unwrap_or_default();
    for (key, new) in &pairs.set {
        map.insert(key.clone(), new.clone().into());
    }
    let mut missing = Vec::new();
    for key in &pairs.remove {
        if map.remove(key).is_none() {
            missing.push(key);
        }
    }
    let is_local = args.is("local");
    if field == "labels" && !is_local {
        for key in &missing {
            let _ = writeln!(run.output.stdout, "label \"{key}\" not found.");
        }
    }
    if map.is_empty() {
        if let Some(metadata) = value["metadata"].as_object_mut() {
            metadata.remove(field);
        }
    } else {
        value["metadata"][field] = map.into();
    }
    if let Some(version) = args.text("resource-version") {
        value["metadata"]["resourceVersion"] = version.into();
    }
    let changed = value.get("metadata").and_then(|metadata| metadata.get(field))
        != object.value.get("metadata").and_then(|metadata| metadata.get(field));
    // Labels that stay as they are send nothing, annotations send the version they are to be at.
    let pinned = field != "labels" && args.text("resource-version").is_some();
    let word = match (field, changed) {
        ("labels", false) => "not labeled",
        ("labels", true) if pairs.set.is_empty() => "unlabeled",
        _ => verb,
    };
    let object = if is_local || dry == DryRun::Client || !(changed || pinned) {
        let mut sketch = (**object).clone();
        sketch.value = value.into();
        Rc::new(sketch)
    } else {
        let (kind, namespace, name) = (object.kind, object.namespace(), object.name());
        run.record(&mut value);
        let admitted = run.cluster.update(kind, namespace, name, &value, dry.options())?;
        run.warn_all(&admitted.warnings);
        admitted.object
    };
    report(run, args, &object, word, dry)
}
