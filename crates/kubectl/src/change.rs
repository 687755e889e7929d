//! `label`, `annotate`, `scale` and `set`.

use crate::command::Run;
use crate::create::{DryRun, tell};
use crate::failure::Failure;
use crate::flags::{ALL, ALL_NAMESPACES, Args, DRY_RUN, FIELD_SELECTOR, FILENAME, Flag, OUTPUT, SELECTOR, Takes};
use crate::manifests;
use crate::resources::{self, Default, Resource};
use crate::selector::{self, Operator, Selector};
use api::{Kind, Value};
use cluster::{Object, at, list};
use serde_json::json;
use std::fmt::Write;
use std::rc::Rc;

pub(crate) const LABEL: &[Flag] = &[
    FILENAME,
    OUTPUT,
    DRY_RUN,
    SELECTOR,
    FIELD_SELECTOR,
    ALL,
    ALL_NAMESPACES,
    ("overwrite", None, Takes::Bool),
    ("list", None, Takes::Bool),
    ("local", None, Takes::Bool),
    ("resource-version", None, Takes::Text),
    ("field-manager", None, Takes::Text),
    ("recursive", Some('R'), Takes::Bool),
    ("template", None, Takes::Text),
];

pub(crate) const SCALE: &[Flag] = &[
    FILENAME,
    OUTPUT,
    DRY_RUN,
    SELECTOR,
    ALL,
    ("replicas", None, Takes::Number),
    ("current-replicas", None, Takes::Number),
    ("resource-version", None, Takes::Text),
    ("timeout", None, Takes::Text),
    ("recursive", Some('R'), Takes::Bool),
];

pub(crate) const SET: &[Flag] = &[
    FILENAME,
    OUTPUT,
    DRY_RUN,
    SELECTOR,
    ALL,
    ("local", None, Takes::Bool),
    ("env", Some('e'), Takes::List),
    ("containers", Some('c'), Takes::Text),
    ("resource-version", None, Takes::Text),
    ("field-manager", None, Takes::Text),
    ("overwrite", None, Takes::Bool),
];

pub(crate) fn one(failure: Failure) -> Vec<Failure> {
    vec![failure]
}

pub(crate) fn done(failures: Vec<Failure>) -> Result<(), Vec<Failure>> {
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

/// What kubectl says when it is told of nothing.
pub(crate) const NOTHING_GIVEN: &str = "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'";

/// The objects that arguments or files name.
pub(crate) fn targets(run: &mut Run<'_>, args: &Args, words: &[String]) -> Result<resources::Found, Vec<Failure>> {
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
        let asked = resources::read(args, words, Default::None).map_err(one)?;
        run.warn_of_all(&asked);
        return Ok(resources::find(run.cluster, args, &asked));
    }
    if !words.is_empty() {
        return Err(one(Failure::own(
            "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well",
        )));
    }
    let mut found = resources::Found::default();
    for document in run.documents(args) {
        let object = document.and_then(|document| {
            resources::lookup(
                run.cluster,
                Resource::Kept(document.kind),
                &document.namespace,
                &document.name,
            )
        });
        match object {
            Ok(object) => found.objects.push(object),
            Err(failure) => found.failures.push(failure),
        }
    }
    Ok(found)
}

/// Splits the words of `label` into what is meant and what is changed.
///
/// Models: kubectl/pkg/cmd/util/helpers.go GetResourcesAndPairs (v1.36).
fn changes<'a>(words: &'a [String], what: &str) -> Result<(&'a [String], &'a [String]), Failure> {
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

/// What to set and what to remove.
struct Pairs {
    set: Vec<(String, String)>,
    remove: Vec<String>,
}

pub(crate) fn label(run: &mut Run<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let (objects, changes) = changes(&args.words, "label").map_err(one)?;
    let pairs = label_pairs(changes).map_err(one)?;
    mark(run, args, objects, &pairs, "labels", "label", "labeled")
}

pub(crate) fn annotate(run: &mut Run<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let (objects, changes) = changes(&args.words, "annotation").map_err(one)?;
    let pairs = annotation_pairs(changes).map_err(one)?;
    mark(run, args, objects, &pairs, "annotations", "annotation", "annotated")
}

/// Models: kubectl/pkg/cmd/label/label.go parseLabels (v1.36).
fn label_pairs(words: &[String]) -> Result<Pairs, Failure> {
    let mut pairs = Pairs {
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

/// Models: kubectl/pkg/cmd/util/kubectl_match_version... ParsePairs (v1.36).
fn annotation_pairs(words: &[String]) -> Result<Pairs, Failure> {
    let mut pairs = Pairs {
        set: Vec::new(),
        remove: Vec::new(),
    };
    for word in words {
        if let Some((key, value)) = word.split_once('=').filter(|(key, _)| !key.is_empty()) {
            pairs.set.retain(|(known, _)| known != key);
            pairs.set.push((key.to_owned(), value.to_owned()));
        } else if let Some(key) = word.strip_suffix('-') {
            pairs.remove.push(key.to_owned());
        } else {
            return Err(Failure::own(format!("invalid annotation format: {word}")));
        }
    }
    if pairs.set.iter().any(|(key, _)| pairs.remove.contains(key)) {
        return Err(Failure::own(
            "can not both modify and remove an annotation in the same command",
        ));
    }
    Ok(pairs)
}

fn mark(
    run: &mut Run<'_>,
    args: &Args,
    objects: &[String],
    pairs: &Pairs,
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
    let mut found = targets(run, args, objects)?;
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

/// `--list`: the labels or annotations as they would be, and nothing is stored.
///
/// Differs: kubectl's order changes from call to call.
fn list_marks(run: &mut Run<'_>, found: &resources::Found, pairs: &Pairs, field: &str) -> Result<(), Vec<Failure>> {
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
        let mut marks = object.at(&["metadata", field]).as_object().cloned().unwrap_or_default();
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

/// Models: kubectl/pkg/cmd/label/label.go RunLabel, labelFunc (v1.36).
fn mark_one(
    run: &mut Run<'_>,
    args: &Args,
    object: &Rc<Object>,
    pairs: &Pairs,
    (field, verb): (&str, &str),
    dry: DryRun,
) -> Result<(), Failure> {
    let mut value = object.value.clone();
    let before = object.at(&["metadata", field]).clone();
    if !args.is("overwrite") {
        let clashes: Vec<String> = pairs
            .set
            .iter()
            .filter_map(|(key, new)| {
                let old = before.get(key)?.as_str()?;
                (old != new).then(|| format!("'{key}' already has a value ({old}), and --overwrite is false"))
            })
            .collect();
        if !clashes.is_empty() {
            return Err(Failure::own(clashes.join(", ")));
        }
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
    if field == "labels" {
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
    let pinned = args.text("resource-version").is_some();
    let word = match (field, changed) {
        ("labels", false) => "not labeled",
        ("labels", true) if pairs.set.is_empty() => "unlabeled",
        _ => verb,
    };
    let object = if dry == DryRun::Client || !(changed || pinned) {
        let mut sketch = (**object).clone();
        sketch.value = value;
        Rc::new(sketch)
    } else {
        let (kind, namespace, name) = (object.kind, object.namespace(), object.name());
        run.cluster.update(kind, namespace, name, &value, dry.options())?.object
    };
    tell(run, args, &object, word, dry)
}

/// Models: kubectl/pkg/cmd/scale/scale.go RunScale (v1.36).
pub(crate) fn scale(run: &mut Run<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let Some(wanted) = args.number("replicas") else {
        return Err(one(Failure::own("required flag(s) \"replicas\" not set")));
    };
    if wanted < 0 {
        return Err(one(Failure::own(
            "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0",
        )));
    }
    let dry = DryRun::read(args).map_err(one)?;
    let mut found = targets(run, args, &args.words)?;
    for object in std::mem::take(&mut found.objects) {
        if let Err(failure) = scale_one(run, args, &object, wanted, dry) {
            found.failures.push(failure);
        }
    }
    done(found.failures)
}

fn scale_one(run: &mut Run<'_>, args: &Args, object: &Rc<Object>, wanted: i64, dry: DryRun) -> Result<(), Failure> {
    if !matches!(object.kind, Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet) {
        let message = "the server could not find the requested resource".to_owned();
        return Err(cluster::Status::plain(404, "NotFound", message).into());
    }
    let current = object.number(&["spec", "replicas"]).unwrap_or(1);
    if let Some(expected) = args
        .number("current-replicas")
        .filter(|expected| *expected >= 0 && *expected != current)
    {
        return Err(Failure::own(format!(
            "Expected replicas to be {expected}, was {current}"
        )));
    }
    let mut value = object.value.clone();
    value["spec"]["replicas"] = wanted.into();
    let (kind, namespace, name) = (object.kind, object.namespace(), object.name());
    let object = run.cluster.update(kind, namespace, name, &value, dry.options())?.object;
    tell(run, args, &object, "scaled", dry)
}

/// `set image`, `set selector`, `set env`.
pub(crate) fn set(run: &mut Run<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let dry = DryRun::read(args).map_err(one)?;
    let Some((what, words)) = args.words.split_first() else {
        run.output.stdout.push_str("Configure application resources.\n");
        return Ok(());
    };
    match what.as_str() {
        "image" => set_image(run, args, words, dry),
        "selector" => set_selector(run, args, words, dry),
        "env" => set_env(run, args, words, dry),
        other => Err(one(Failure::own(format!(
            "unknown command \"{other}\" for \"kubectl set\""
        )))),
    }
}

/// The containers of an object's pods.
fn containers(object: &Object) -> &'static [&'static str] {
    match object.kind {
        Kind::Pod => &["spec", "containers"],
        _ => &["spec", "template", "spec", "containers"],
    }
}

/// Models: kubectl/pkg/cmd/set/set_image.go Run (v1.36).
fn set_image(run: &mut Run<'_>, args: &Args, words: &[String], dry: DryRun) -> Result<(), Vec<Failure>> {
    let (objects, changes) = changes(words, "image").map_err(one)?;
    let mut found = targets(run, args, objects)?;
    for object in std::mem::take(&mut found.objects) {
        let mut value = object.value.clone();
        let mut failed = false;
        for change in changes {
            let (name, image) = change.split_once('=').unwrap_or((change, ""));
            let mut hit = false;
            if let Some(list) = value
                .pointer_mut(&format!("/{}", containers(&object).join("/")))
                .and_then(Value::as_array_mut)
            {
                for container in list
                    .iter_mut()
                    .filter(|container| name == "*" || at(container, &["name"]) == name)
                {
                    container["image"] = image.into();
                    hit = true;
                }
            }
            if !hit {
                found
                    .failures
                    .push(Failure::own(format!("unable to find container named \"{name}\"")));
                failed = true;
            }
        }
        if failed || value == object.value {
            continue;
        }
        match run
            .cluster
            .update(object.kind, object.namespace(), object.name(), &value, dry.options())
        {
            Ok(admitted) => tell(run, args, &admitted.object, "image updated", dry).map_err(one)?,
            Err(status) => found
                .failures
                .push(prefixed("failed to patch image update to pod template", &status)),
        }
    }
    done(found.failures)
}

fn prefixed(words: &str, status: &cluster::Status) -> Failure {
    Failure::own(format!("{words}: {}", status.message))
}

/// Models: kubectl/pkg/cmd/set/set_env.go RunEnv (v1.36).
fn set_env(run: &mut Run<'_>, args: &Args, words: &[String], dry: DryRun) -> Result<(), Vec<Failure>> {
    let (objects, changes) = changes(words, "env").map_err(one)?;
    let mut found = targets(run, args, objects)?;
    for object in std::mem::take(&mut found.objects) {
        let mut value = object.value.clone();
        if let Some(list) = value
            .pointer_mut(&format!("/{}", containers(&object).join("/")))
            .and_then(Value::as_array_mut)
        {
            for container in list {
                set_variables(container, changes);
            }
        }
        match run
            .cluster
            .update(object.kind, object.namespace(), object.name(), &value, dry.options())
        {
            Ok(admitted) => tell(run, args, &admitted.object, "env updated", dry).map_err(one)?,
            Err(status) => found
                .failures
                .push(prefixed("failed to patch env update to pod template", &status)),
        }
    }
    done(found.failures)
}

fn set_variables(container: &mut Value, changes: &[String]) {
    let mut variables = list(at(container, &["env"])).to_vec();
    for change in changes {
        let name = change
            .split_once('=')
            .map_or_else(|| change.trim_end_matches('-'), |(name, _)| name)
            .to_owned();
        let place = variables
            .iter()
            .position(|variable| at(variable, &["name"]) == name.as_str());
        match (change.split_once('='), place) {
            (Some((_, text)), Some(place)) => {
                if let Some(variable) = variables.get_mut(place) {
                    *variable = json!({"name": name, "value": text});
                }
            }
            (Some((_, text)), None) => variables.push(json!({"name": name, "value": text})),
            (None, Some(place)) => {
                variables.remove(place);
            }
            (None, None) => {}
        }
    }
    container["env"] = variables.into();
}

/// Models: kubectl/pkg/cmd/set/set_selector.go RunSelector (v1.36).
fn set_selector(run: &mut Run<'_>, args: &Args, words: &[String], dry: DryRun) -> Result<(), Vec<Failure>> {
    let Some((text, objects)) = words.split_last() else {
        return Err(one(Failure::own(
            "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        )));
    };
    let quoted = api::go::quote(text);
    let parsed = Selector::parse(text).map_err(|why| {
        one(Failure::own(format!(
            "couldn't parse the selector string {quoted}: {why}"
        )))
    })?;
    let mut selector = json!({});
    let mut expressions = Vec::new();
    for requirement in parsed.requirements() {
        match (requirement.operator, requirement.values.as_slice()) {
            (Operator::In, [value]) if !text.contains('(') => selector[&requirement.key] = value.clone().into(),
            (operator, values) => {
                let name = match operator {
                    Operator::In => "In",
                    Operator::NotIn => "NotIn",
                    Operator::Exists => "Exists",
                    Operator::Missing => "DoesNotExist",
                    Operator::Above => "Gt",
                    Operator::Below => "Lt",
                };
                expressions.push(format!("{{{} {name} [{}]}}", requirement.key, values.join(" ")));
            }
        }
    }
    let mut found = targets(run, args, objects)?;
    for object in std::mem::take(&mut found.objects) {
        if object.kind != Kind::Service {
            found.failures.push(Failure::own(
                "selector could not be set: setting a selector is only supported for Services",
            ));
            continue;
        }
        if !expressions.is_empty() {
            found.failures.push(Failure::own(format!(
                "match expression [{}] not supported on this object",
                expressions.join(" ")
            )));
            continue;
        }
        let mut value = object.value.clone();
        value["spec"]["selector"] = selector.clone();
        if dry == DryRun::Client {
            let mut sketch = (*object).clone();
            sketch.value = value;
            tell(run, args, &Rc::new(sketch), "selector updated", dry).map_err(one)?;
            continue;
        }
        match run
            .cluster
            .update(object.kind, object.namespace(), object.name(), &value, dry.options())
        {
            Ok(admitted) => tell(run, args, &admitted.object, "selector updated", dry).map_err(one)?,
            Err(status) => found.failures.push(status.into()),
        }
    }
    done(found.failures)
}
