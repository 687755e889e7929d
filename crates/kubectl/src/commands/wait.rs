//! `wait`: until a condition holds or time is up.

use crate::admit::Document;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::duration::Span;
use crate::line::flags::{
    ALL, ALL_NAMESPACES, FIELD_SELECTOR, FILENAME, FOR, Flags, LOCAL, PRINT, RECURSIVE, SELECTOR, TIMEOUT, Values,
};
use crate::line::resources::{self, BareKind, Resource, ResourceArgs};
use crate::output::dry_run::DryRun;
use crate::output::report::{check_output, report};
use crate::print::{JsonPath, relaxed_path};
use crate::targets::NOTHING_GIVEN;
use crate::targets::manifests;
use api::{Fields, Value};
use cluster::{Cluster, Object, Reason};
use std::rc::Rc;

pub(crate) const FLAGS: Flags = &[
    &[
        FILENAME,
        SELECTOR,
        FIELD_SELECTOR,
        ALL,
        ALL_NAMESPACES,
        FOR.values(Values::Words(&[
            "condition=Available",
            "condition=Ready",
            "create",
            "delete",
            "jsonpath=",
        ])),
        TIMEOUT,
        LOCAL,
        RECURSIVE,
    ],
    PRINT,
];

/// The default time to wait.
const PATIENCE: Span = Span::from_seconds(30);
/// The time that a negative timeout means.
const WEEK: Span = Span::from_seconds(7 * 24 * 60 * 60);

/// A condition to wait for.
enum Condition {
    Created,
    Deleted,
    /// A status condition.
    Status {
        name: String,
        value: String,
    },
    /// The value at a path, or any value if none is given.
    Path {
        path: JsonPath,
        value: Option<String>,
    },
}

/// Models: kubectl/pkg/cmd/wait/wait.go RunWaitContext (v1.36).
///
/// Differs: an object that was as asked for, but is no longer while another is waited for, is waited for again.
pub(crate) fn wait(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let one = |failure: Failure| vec![failure];
    check_output(args).map_err(one)?;
    let conditions = conditions(args.all("for")).map_err(one)?;
    let timeout = match args.span("timeout") {
        None => PATIENCE,
        Some(span) if span.is_negative() => WEEK,
        Some(span) => span,
    };
    let waiting = run.elapsed() < timeout.whole_seconds();
    if conditions.iter().any(|it| matches!(it, Condition::Created)) && !is_created(run, args)? {
        if waiting {
            run.waits(timeout.whole_seconds());
            return Ok(());
        }
        return Err(one(Failure::own("timed out waiting for the condition")));
    }
    let mut failures = Vec::new();
    let mut late = false;
    for target in targets(run, args, &conditions)? {
        let object = match target {
            Ok(object) => object,
            Err(failure) => {
                failures.push(failure);
                continue;
            }
        };
        // Once time is up for one, nothing more is looked at.
        let holds = if late {
            Ok(false)
        } else {
            hold(run, args, &object, &conditions)
        };
        match holds {
            Ok(true) => {}
            Ok(false) if waiting => {
                run.waits(timeout.whole_seconds());
                return Ok(());
            }
            Ok(false) => {
                late = !timeout.is_zero();
                let words = if late {
                    "timed out waiting for the condition on"
                } else {
                    "condition not met for"
                };
                let (plural, name) = (object.kind.plural(), object.name());
                failures.push(Failure::own(format!("{words} {plural}/{name}")));
            }
            Err(failure) => failures.push(failure),
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

/// The objects of the words, each found or failed.
type Targets = Vec<Result<Rc<Object>, Failure>>;

/// Whether all objects of `--for=create` exist.
fn is_created(run: &CommandContext<'_>, args: &Args) -> Result<bool, Vec<Failure>> {
    let targets = find(run, run.cluster, args)?;
    let (found, missing): (Vec<_>, Vec<_>) = targets.into_iter().partition(Result::is_ok);
    let (missing, wrong): (Vec<_>, Vec<_>) = missing.into_iter().filter_map(Result::err).partition(is_not_found);
    if wrong.is_empty() {
        Ok(missing.is_empty() && !found.is_empty())
    } else {
        Err(wrong)
    }
}

fn is_not_found(failure: &Failure) -> bool {
    matches!(failure, Failure::Server(status) if status.reason == Reason::NotFound)
}

/// The objects to wait for: those of the command's beginning, or those whose creation it awaited.
fn targets(run: &CommandContext<'_>, args: &Args, conditions: &[Condition]) -> Result<Targets, Vec<Failure>> {
    let created = conditions.iter().any(|it| matches!(it, Condition::Created));
    let for_delete = conditions.iter().any(|it| matches!(it, Condition::Deleted));
    let cluster = if created { &*run.cluster } else { run.before() };
    let mut targets = find(run, cluster, args)?;
    if for_delete {
        targets.retain(|target| !target.as_ref().is_err_and(is_not_found));
    } else if targets.is_empty() {
        return Err(vec![Failure::own("no matching resources found")]);
    }
    Ok(targets)
}

fn find(run: &CommandContext<'_>, cluster: &Cluster, args: &Args) -> Result<Targets, Vec<Failure>> {
    let one = |failure: Failure| vec![failure];
    if manifests::are_named(args) {
        let documents = run.documents(args).into_iter();
        let lookup = |it: Document| resources::lookup(cluster, Resource::Kept(it.kind), &it.namespace, &it.name);
        return Ok(documents.map(|document| document.and_then(lookup)).collect());
    }
    if args.words.is_empty() {
        let selected = args.is("all") || args.text("selector").is_some();
        return Err(one(Failure::own(if selected {
            "at least one resource must be specified to use a selector"
        } else {
            NOTHING_GIVEN
        })));
    }
    let mut targets = Targets::new();
    match resources::read(run.mapper(), args, &args.words, BareKind::None).map_err(one)? {
        ResourceArgs::Names(names) => {
            let lookup =
                |(resource, name): &(Resource, String)| resources::lookup(cluster, *resource, args.namespace(), name);
            targets.extend(names.iter().map(lookup));
        }
        ResourceArgs::Kinds(kinds) => {
            for kind in kinds {
                match resources::select(cluster, args, kind) {
                    Ok(objects) => targets.extend(objects.into_iter().map(Ok)),
                    Err(failure) => targets.push(Err(failure)),
                }
            }
        }
    }
    Ok(targets)
}

/// Whether all conditions hold for an object; reports each, and stops at the first that does not.
fn hold(
    run: &mut CommandContext<'_>,
    args: &Args,
    object: &Rc<Object>,
    conditions: &[Condition],
) -> Result<bool, Failure> {
    for condition in conditions {
        let now = run
            .cluster
            .find(object.kind, object.namespace(), object.name())
            .cloned();
        if !condition.holds(object, now.as_deref())? {
            return Ok(false);
        }
        report(run, args, now.as_ref().unwrap_or(object), "condition met", DryRun::No)?;
    }
    Ok(true)
}

impl Condition {
    /// Whether a condition holds for an object as it is now, if it still exists.
    fn holds(&self, before: &Object, now: Option<&Object>) -> Result<bool, Failure> {
        match (self, now) {
            (Self::Created, _) => Ok(true),
            (Self::Deleted, now) => Ok(now.is_none_or(|now| now.uid() != before.uid())),
            (_, None) => Ok(false),
            (Self::Status { name, value }, Some(now)) => Ok(has_condition(now, name, value)),
            (Self::Path { path, value }, Some(now)) => finds(path, value.as_deref(), &now.value).map_err(Failure::own),
        }
    }
}

/// Models: kubectl/pkg/cmd/wait/condition.go checkCondition (v1.36).
fn has_condition(object: &Object, name: &str, value: &str) -> bool {
    let same = |field: &Value, wanted: &str| {
        field
            .as_str()
            .is_some_and(|field| field.to_lowercase() == wanted.to_lowercase())
    };
    let conditions = object.status().field("conditions").list().iter();
    let named = { conditions }.find(|it| same(it.field("type").value, name) && it.field("status").value.is_string());
    let Some(condition) = named else { return false };
    let observed = condition
        .field("observedGeneration")
        .as_number()
        .or_else(|| object.status().field("observedGeneration").as_number());
    let stale =
        matches!((observed, object.metadata().field("generation").as_number()), (Some(seen), Some(is)) if seen < is);
    !stale && same(condition.field("status").value, value)
}

/// Models: kubectl/pkg/cmd/wait/json.go checkCondition (v1.36).
fn finds(path: &JsonPath, wanted: Option<&str>, object: &Value) -> Result<bool, String> {
    let found = path.find(object, true)?;
    let several = |what| Err(format!("given jsonpath expression matches more than one {what}"));
    let Some(first) = found.first().and_then(|list| list.first()) else {
        return Ok(false);
    };
    if found.len() > 1 {
        return several("list");
    }
    if found.iter().flatten().count() > 1 {
        return several("value");
    }
    let Some(wanted) = wanted else { return Ok(true) };
    match first.to_value() {
        Value::Object(_) | Value::Array(_) => {
            Err("jsonpath leads to a nested object or list which is not supported".to_owned())
        }
        _ => Ok(first.to_text().trim() == wanted.trim()),
    }
}

/// Models: kubectl/pkg/cmd/wait/wait.go conditionFuncsFor (v1.36).
fn conditions(words: &[String]) -> Result<Vec<Condition>, Failure> {
    if words.is_empty() {
        return Err(Failure::own("unrecognized condition: []"));
    }
    words.iter().map(|word| condition(word)).collect()
}

fn condition(word: &str) -> Result<Condition, Failure> {
    match (word.to_lowercase().as_str(), word.split_once('=')) {
        ("create", _) => Ok(Condition::Created),
        ("delete", _) => Ok(Condition::Deleted),
        (_, Some(("condition", rest))) => {
            let (name, value) = rest.split_once('=').unwrap_or((rest, "true"));
            Ok(Condition::Status {
                name: name.to_owned(),
                value: value.to_owned(),
            })
        }
        (_, Some(("jsonpath", rest))) => path(rest).map_err(Failure::own),
        _ => Err(Failure::own(format!(
            "unrecognized condition: {}",
            api::go::quote(word)
        ))),
    }
}

/// Models: kubectl/pkg/cmd/wait/wait.go processJSONPathInput, newJSONPathParser (v1.36).
fn path(input: &str) -> Result<Condition, String> {
    let parts = split_at_single_equals(input);
    let (path, value) = match parts.as_slice() {
        [path] => (path, None),
        [path, value] => (path, Some(value.trim_matches(['\'', '"']))),
        _ => {
            return Err("jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'".to_owned());
        }
    };
    let path = relaxed_path(path)?;
    if value == Some("") {
        return Err(
            "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3"
                .to_owned(),
        );
    }
    if path.is_empty() {
        return Err("jsonpath expression cannot be empty".to_owned());
    }
    Ok(Condition::Path {
        path: JsonPath::parse(&path)?,
        value: value.map(str::to_owned),
    })
}

/// Splits at single equal signs; double ones are part of a filter.
fn split_at_single_equals(input: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = input.chars().peekable();
    while let Some(c) = chars.next() {
        let double = c == '=' && chars.next_if_eq(&'=').is_some();
        match parts.last_mut() {
            Some(last) if double => last.push_str("=="),
            Some(last) if c != '=' => last.push(c),
            _ => parts.push(String::new()),
        }
    }
    parts
}
