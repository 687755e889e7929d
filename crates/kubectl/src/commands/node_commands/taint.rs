//! `taint`: adds and removes taints of nodes.

use crate::context::CommandContext;
use crate::discovery::Mapper;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{ALL, DRY_RUN, FIELD_MANAGER, Flags, OVERWRITE, PRINT, SELECTOR, VALIDATE};
use crate::line::resources::{self, Resource, ResourceArgs};
use crate::line::selector::{label_key_error, label_value_error};
use crate::output::dry_run::DryRun;
use crate::output::report::report_typed;
use crate::targets::manifests::validation;
use crate::targets::one;
use api::{Fields, Kind, Value};
use cluster::Object;
use serde_json::json;
use std::rc::Rc;

pub(crate) const TAINT: Flags = &[&[ALL, DRY_RUN, SELECTOR, OVERWRITE, FIELD_MANAGER, VALIDATE], PRINT];

/// A taint of the command line; without an effect it means all taints of its key.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Taint {
    key: String,
    value: String,
    effect: String,
}

/// Taints to add and to remove.
struct TaintChanges {
    add: Vec<Taint>,
    remove: Vec<Taint>,
}

/// Models: kubectl/pkg/cmd/taint/taint.go Complete, Validate, RunTaint (v1.36).
pub(crate) fn taint(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    DryRun::read(args).map_err(one)?;
    validation(args).map_err(one)?;
    let (objects, words) = split(&args.words).map_err(one)?;
    let Some((kind, names)) = objects.split_first() else {
        let words = "one or more resources must be specified as <resource> <name>";
        return Err(one(Failure::own(words)));
    };
    if words.is_empty() {
        return Err(one(Failure::own("at least one taint update is required")));
    }
    let changes = read(words).map_err(|words| one(Failure::usage(&words, "kubectl taint")))?;
    check(run.mapper(), args, kind, names, &changes).map_err(one)?;
    let mut failures = Vec::new();
    let asked = if args.is("all") || selects(args) {
        ResourceArgs::Kinds(vec![Resource::Kept(Kind::Node)])
    } else {
        ResourceArgs::Names(
            names
                .iter()
                .map(|name| (Resource::Kept(Kind::Node), name.clone()))
                .collect(),
        )
    };
    let found = resources::find(run.cluster, args, &asked);
    for node in found.objects {
        failures.extend(change(run, args, &node, &changes).err());
    }
    failures.extend(found.failures);
    crate::targets::done(failures)
}

fn selects(args: &Args) -> bool {
    args.text("selector").is_some_and(|selector| !selector.is_empty())
}

/// The words that name nodes, and the words that name taints.
fn split(words: &[String]) -> Result<(&[String], &[String]), Failure> {
    let is_taint = |word: &String| word.contains(['=', ':']) || word.ends_with('-');
    let first = words.iter().position(is_taint).unwrap_or(words.len());
    let (objects, taints) = words.split_at(first);
    match taints.iter().find(|word| !is_taint(word)) {
        None => Ok((objects, taints)),
        Some(late) => Err(Failure::own(format!(
            "all resources must be specified before taint changes: {late}"
        ))),
    }
}

/// Models: kubectl/pkg/cmd/taint/utils.go parseTaints (v1.36).
fn read(words: &[String]) -> Result<TaintChanges, String> {
    let mut changes = TaintChanges {
        add: Vec::new(),
        remove: Vec::new(),
    };
    for word in words {
        if let Some(rest) = word.strip_suffix('-') {
            changes.remove.push(read_one(rest)?);
            continue;
        }
        let taint = read_one(word)?;
        if taint.effect.is_empty() {
            return Err(format!("invalid taint spec: {word}"));
        }
        let same = |other: &Taint| other.key == taint.key && other.effect == taint.effect;
        if changes.add.iter().any(same) {
            let Taint { key, value, effect } = taint;
            return Err(format!(
                "duplicated taints with the same key and effect: {{{key} {value} {effect} <nil>}}"
            ));
        }
        changes.add.push(taint);
    }
    Ok(changes)
}

/// Reads `KEY=VALUE:EFFECT`, `KEY:EFFECT` or `KEY`.
///
/// Models: kubectl/pkg/cmd/taint/utils.go parseTaint (v1.36).
fn read_one(word: &str) -> Result<Taint, String> {
    let invalid = || format!("invalid taint spec: {word}");
    let parts: Vec<&str> = word.split(':').collect();
    let (key, value, effect) = match parts.as_slice() {
        [key] => (*key, "", ""),
        [pair, effect] => {
            if !["NoSchedule", "PreferNoSchedule", "NoExecute"].contains(effect) {
                return Err(format!("invalid taint effect: {effect}, unsupported taint effect"));
            }
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if value.contains('=') {
                return Err(invalid());
            }
            if let Some(why) = label_value_error(value) {
                return Err(format!("{}, {why}", invalid()));
            }
            (key, value, *effect)
        }
        _ => return Err(invalid()),
    };
    if let Some(why) = label_key_error(key) {
        return Err(format!("{}, {why}", invalid()));
    }
    Ok(Taint {
        key: key.to_owned(),
        value: value.to_owned(),
        effect: effect.to_owned(),
    })
}

/// Models: kubectl/pkg/cmd/taint/taint.go Validate, validateFlags (v1.36).
fn check(mapper: Mapper<'_>, args: &Args, kind: &str, names: &[String], changes: &TaintChanges) -> Result<(), Failure> {
    let lower = kind.to_lowercase();
    let unknown = || {
        Failure::Verbatim(format!(
            "the server doesn't have a resource type {}",
            api::go::quote(&lower)
        ))
    };
    if lower.contains('/') {
        return Err(unknown());
    }
    if Resource::of(mapper, &lower).map_err(|_| unknown())? != Resource::Kept(Kind::Node) {
        return Err(Failure::own(format!(
            "invalid resource type {lower}, only node types are supported"
        )));
    }
    let mut clashes = Vec::new();
    for add in &changes.add {
        let removes = changes
            .remove
            .iter()
            .filter(|taint| taint.key == add.key && (taint.effect.is_empty() || taint.effect == add.effect));
        clashes.extend(removes.map(|taint| format!("{}={}", taint.key, taint.effect)));
    }
    let words = if !clashes.is_empty() {
        format!(
            "can not both modify and remove the following taint(s) in the same command: {}",
            clashes.join(", ")
        )
    } else if args.is("all") && selects(args) {
        "setting 'all' parameter with a non empty selector is prohibited".to_owned()
    } else if !args.is("all") && !selects(args) && names.is_empty() {
        "at least one resource name must be specified since 'all' parameter is not set".to_owned()
    } else {
        return Ok(());
    };
    Err(Failure::own(words))
}

/// Models: kubectl/pkg/cmd/taint/taint.go updateTaints, utils.go reorganizeTaints (v1.36).
fn change(run: &mut CommandContext<'_>, args: &Args, node: &Rc<Object>, changes: &TaintChanges) -> Result<(), Failure> {
    let old = node.spec().field("taints").list();
    let is =
        |taint: &Taint, other: &Value| other.field("key") == taint.key[..] && other.field("effect") == taint.effect[..];
    let overwrite = args.is("overwrite");
    let known: Vec<&str> = changes
        .add
        .iter()
        .filter(|taint| old.iter().any(|other| is(taint, other)))
        .map(|taint| taint.key.as_str())
        .collect();
    if !overwrite && !known.is_empty() {
        return Err(Failure::own(format!(
            "node {} already has {} taint(s) with same effect(s) and --overwrite is false",
            node.name(),
            known.join(",")
        )));
    }
    let mut taints: Vec<Value> = changes.add.iter().map(Taint::value).collect();
    taints.extend(
        old.iter()
            .filter(|other| !changes.add.iter().any(|taint| is(taint, other)))
            .cloned(),
    );
    let added = taints.len() != old.len();
    let mut removed = false;
    for taint in &changes.remove {
        let count = taints.len();
        taints.retain(|other| {
            let same_effect = taint.effect.is_empty() || other.field("effect") == taint.effect[..];
            !(other.field("key") == taint.key[..] && same_effect)
        });
        removed = taints.len() != count;
        if !removed {
            let effect = if taint.effect.is_empty() {
                String::new()
            } else {
                format!(":{}", taint.effect)
            };
            return Err(Failure::own(format!("taint \"{}{effect}\" not found", taint.key)));
        }
    }
    let verb = match (added, removed) {
        _ if overwrite => "modified",
        (true, true) => "modified",
        (true, false) => "tainted",
        (false, _) => "untainted",
    };
    let mut value = node.value.clone();
    if taints.is_empty() {
        if let Some(spec) = value.get_mut("spec").and_then(Value::as_object_mut) {
            spec.remove("taints");
        }
    } else {
        value["spec"]["taints"] = taints.into();
    }
    let stored = crate::targets::store(run, args, node, value)?;
    // A rehearsal is told of as if it were none.
    report_typed(run, args, &stored, verb, DryRun::No)
}

impl Taint {
    fn value(&self) -> Value {
        let mut value = json!({"effect": self.effect, "key": self.key});
        if !self.value.is_empty() {
            value["value"] = self.value.as_str().into();
        }
        value
    }
}
