//! `set env`: environment variables of containers.

use super::targets::{ALL_AND_SELECTOR, LOCAL_AND_SERVER, NO_RESOURCES, chosen, rehearses_locally, selects_twice};
use super::template::{ChangeWords, change_templates, matching, pattern, pod_spec};
use super::variables::{Source, imported, reference, resolved};
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::targets::manifests;
use crate::targets::one;
use api::{Fields, Value};
use cluster::Object;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Variables to set and to remove.
#[derive(Default)]
struct VariableChanges {
    set: Vec<(String, Source)>,
    remove: Vec<String>,
}

/// Models: kubectl/pkg/cmd/set/set_env.go Complete, Validate, RunEnv (v1.36).
pub(super) fn env(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<(), Vec<Failure>> {
    let (named, changes) = check(args, words).map_err(one)?;
    let specs = args.all("env").iter().chain(changes);
    let mut changes = read(specs, run.around.stdin).map_err(one)?;
    if let Some(source) = args.text("from").filter(|source| !source.is_empty()) {
        changes.set.extend(imported(run, args, source)?);
    }
    let prefix = args.text("prefix").unwrap_or_default();
    for (name, _) in &mut changes.set {
        name.insert_str(0, prefix);
    }
    let objects = chosen(run, args, named)?;
    if args.is("list") {
        for object in &objects {
            print_variables(run, args, object, &changes);
        }
        return Ok(());
    }
    let keeps = args.text("overwrite").is_some() && !args.is("overwrite");
    let words = ChangeWords {
        done: "env updated",
        refused: "failed to patch env update to pod template:",
    };
    change_templates(run, args, &objects, &words, |run, object, spec, _| {
        let mut hit = false;
        for field in ["containers", "initContainers"] {
            for container in matching(spec, field, pattern(args)) {
                if keeps {
                    check_kept(container, &changes)?;
                }
                update(container, &changes);
                hit = true;
            }
        }
        if !hit {
            let (kind, name, pattern) = (object.kind.name(), object.name(), api::go::quote(pattern(args)));
            run.warn(&format!(
                "{kind}/{name} does not have any containers matching {pattern}"
            ));
        }
        Ok(())
    })
}

/// The words that name objects, and the words that change variables.
///
/// Models: kubectl/pkg/cmd/set/env/env_parse.go SplitEnvironmentFromResources (v1.36).
fn check<'a>(args: &Args, words: &'a [String]) -> Result<(&'a [String], &'a [String]), Failure> {
    if selects_twice(args) {
        return Err(Failure::own(ALL_AND_SELECTOR));
    }
    let is_change = |word: &String| word.rfind('=').is_some_and(|at| at > 0) || word.ends_with('-');
    let first = words.iter().position(is_change).unwrap_or(words.len());
    let (named, changes) = words.split_at(first);
    if !changes.iter().all(is_change) {
        let words = words.join(" ");
        return Err(Failure::own(format!(
            "all resources must be specified before environment changes: {words}"
        )));
    }
    let wrong = if rehearses_locally(args) {
        LOCAL_AND_SERVER
    } else if named.is_empty() && !manifests::are_named(args) {
        NO_RESOURCES
    } else if args.is("list") && args.text("output").is_some_and(|output| !output.is_empty()) {
        "--list and --output may not be specified together"
    } else if args.text("keys").is_some() && args.text("from").is_none() {
        "when specifying --keys, a configmap or secret must be provided with --from"
    } else {
        return Ok((named, changes));
    };
    Err(Failure::own(wrong))
}

/// Reads `NAME=value`, `NAME-`, and `-` for lines of standard input.
///
/// Models: kubectl/pkg/cmd/set/env/env_parse.go parseIntoEnvVar, readEnv (v1.36).
fn read<'a>(specs: impl Iterator<Item = &'a String>, stdin: &str) -> Result<VariableChanges, Failure> {
    let mut changes = VariableChanges::default();
    let mut set_by_word = Vec::new();
    for spec in specs {
        if spec == "-" {
            let lines = stdin.lines().map(|line| line.split('#').next().unwrap_or_default());
            let pairs = lines.filter_map(|line| line.split_once('='));
            changes
                .set
                .extend(pairs.map(|(name, value)| (name.to_owned(), Source::Text(value.to_owned()))));
        } else if let Some((name, value)) = spec.split_once('=') {
            check_name(name)?;
            set_by_word.push(name);
            changes.set.push((name.to_owned(), Source::Text(value.to_owned())));
        } else if let Some(name) = spec.strip_suffix('-') {
            changes.remove.push(name.to_owned());
        } else {
            return Err(Failure::own(format!("unknown environment variable: {spec}")));
        }
    }
    if changes.remove.iter().any(|name| set_by_word.contains(&name.as_str())) {
        return Err(Failure::own(
            "can not both modify and remove the same environment variable in the same command",
        ));
    }
    Ok(changes)
}

/// Models: apimachinery/pkg/util/validation/validation.go IsEnvVarName (v1.36).
fn check_name(name: &str) -> Result<(), Failure> {
    let mut wrong: Vec<String> = Vec::new();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let starts = name.starts_with(|c: char| fits(c) && !c.is_ascii_digit());
    if !starts || !name.chars().all(fits) {
        wrong.push("a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')".to_owned());
    }
    match name {
        "." => wrong.push("must not be '.'".to_owned()),
        ".." => wrong.push("must not be '..'".to_owned()),
        _ if name.starts_with("..") => wrong.push("must not start with '..'".to_owned()),
        _ => {}
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Failure::own(format!(
        "{} is not a valid key name: {}",
        api::go::quote(name),
        wrong.join(";")
    )))
}

/// Models: kubectl/pkg/cmd/set/set_env.go validateNoOverwrites (v1.36).
fn check_kept(container: &Value, changes: &VariableChanges) -> Result<(), String> {
    for (name, value) in &changes.set {
        let known = container
            .field("env")
            .list()
            .iter()
            .find(|variable| variable.field("name") == name.as_str());
        let old = known.map(|variable| variable.field("value").text());
        let new = match value {
            Source::Text(text) => text.as_str(),
            Source::From(_) => "",
        };
        if let Some(old) = old.filter(|old| *old != new) {
            return Err(format!(
                "'{name}' already has a value ({old}), and --overwrite is false"
            ));
        }
    }
    Ok(())
}

/// Models: kubectl/pkg/cmd/set/helper.go updateEnv (v1.36).
fn update(container: &mut Value, changes: &VariableChanges) {
    let mut covered = changes.remove.clone();
    let mut variables = Vec::new();
    for known in container.field("env").list() {
        let name = known.field("name").text();
        if covered.iter().any(|covered| covered == name) {
            continue;
        }
        match changes.set.iter().find(|(new, _)| new == name) {
            Some((name, value)) => {
                covered.push(name.clone());
                variables.push(variable(name, value));
            }
            None => variables.push(known.clone()),
        }
    }
    for (name, value) in &changes.set {
        if !covered.contains(name) {
            covered.push(name.clone());
            variables.push(variable(name, value));
        }
    }
    if !variables.is_empty() {
        container["env"] = variables.into();
    } else if let Some(container) = container.as_object_mut() {
        container.remove("env");
    }
}

fn variable(name: &str, source: &Source) -> Value {
    match source {
        Source::Text(text) if text.is_empty() => json!({"name": name}),
        Source::Text(text) => json!({"name": name, "value": text}),
        Source::From(from) => json!({"name": name, "valueFrom": from}),
    }
}

/// `--list`: prints the variables that would result, and sends nothing.
fn print_variables(run: &mut CommandContext<'_>, args: &Args, object: &Object, changes: &VariableChanges) {
    let mut value = object.value.clone();
    let Ok(spec) = pod_spec(object.kind, &mut value) else {
        return;
    };
    for field in ["containers", "initContainers"] {
        for container in matching(spec, field, pattern(args)) {
            update(container, changes);
            let name = container.field("name").text();
            let (kind, of) = (object.kind.name(), object.name());
            let _ = writeln!(run.output.stdout, "# {kind} {of}, container {name}");
            let mut wrong: BTreeMap<String, Vec<&str>> = BTreeMap::new();
            for variable in container.field("env").items() {
                let (name, source) = (variable.field("name").text(), variable.field("valueFrom"));
                let value = if !source.is_set() {
                    Ok(variable.field("value").text().to_owned())
                } else if args.is("resolve") {
                    resolved(run, args, source, object, container)
                } else {
                    Err(String::new())
                };
                let out = &mut run.output.stdout;
                match value {
                    Ok(value) => drop(writeln!(out, "{name}={value}")),
                    Err(why) => {
                        let _ = writeln!(out, "# {name} from {}", reference(source));
                        wrong.entry(why).or_default().push(name);
                    }
                }
            }
            for (why, names) in wrong.iter().filter(|(why, _)| !why.is_empty()) {
                let names = names.join(", ");
                let _ = writeln!(run.output.stderr, "error retrieving reference for {names}: {why}");
            }
        }
    }
}
