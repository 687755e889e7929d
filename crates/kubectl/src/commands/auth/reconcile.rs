//! `auth reconcile`: roles and role bindings with all that a manifest grants.

use crate::admit::{self, Document};
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::output::dry_run::DryRun;
use crate::output::report::report;
use crate::targets::documents::sketch;
use crate::targets::manifests::needs_file;
use crate::targets::{done, one};
use api::{Cursor, Fields, Kind, Value};
use cluster::{FieldValidation, Object, Propagation, RequestOptions};
use serde_json::json;
use std::fmt::Write;
use std::rc::Rc;

/// What there is to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    Nothing,
    Create,
    Update,
    Recreate,
}

/// An object as it is to be, and what it lacked or had too much: rules of a role, subjects of a binding.
struct Reconciliation {
    value: Value,
    operation: Operation,
    missing: Vec<Value>,
    extra: Vec<Value>,
    /// Whether an annotation keeps it from being changed.
    protected: bool,
}

/// Models: kubectl/pkg/cmd/auth/reconcile.go Complete, RunReconcile (v1.36).
pub(super) fn reconcile(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<(), Vec<Failure>> {
    needs_file(args).map_err(one)?;
    if !words.is_empty() {
        return Err(one(Failure::own("no arguments are allowed")));
    }
    let dry = DryRun::read(args).map_err(one)?;
    if dry == DryRun::Server {
        let words = "--dry-run=server for command reconcile is not supported yet";
        return Err(one(Failure::own(words)));
    }
    let mut failures = Vec::new();
    for document in run.documents(args) {
        let reconciled = document.and_then(|document| reconcile_one(run, args, &document, dry));
        failures.extend(reconciled.err());
    }
    done(failures)
}

fn reconcile_one(run: &mut CommandContext<'_>, args: &Args, document: &Document, dry: DryRun) -> Result<(), Failure> {
    let (field, flag) = match document.kind {
        Kind::Role | Kind::ClusterRole => ("rules", "remove-extra-permissions"),
        Kind::RoleBinding | Kind::ClusterRoleBinding => ("subjects", "remove-extra-subjects"),
        _ => return Ok(()),
    };
    let removes = args.is(flag);
    let found = run
        .cluster
        .find(document.kind, &document.namespace, &document.name)
        .cloned();
    let outcome = match &found {
        None => Reconciliation {
            value: document.value.clone(),
            operation: Operation::Create,
            missing: document.value.field(field).list().to_vec(),
            extra: Vec::new(),
            protected: false,
        },
        Some(existing) => compared(document, existing, field, removes),
    };
    let object = if outcome.protected || dry == DryRun::Client {
        let mut sketched = document.clone();
        sketched.value = outcome.value.clone();
        sketch(&sketched)
    } else {
        send(run, document, found.as_ref(), &outcome)?
    };
    report(run, args, &object, "reconciled", dry)?;
    tell(run, field, &outcome, removes);
    Ok(())
}

fn send(
    run: &mut CommandContext<'_>,
    document: &Document,
    found: Option<&Rc<Object>>,
    outcome: &Reconciliation,
) -> Result<Rc<Object>, Failure> {
    let options = RequestOptions {
        validation: FieldValidation::Ignore,
        ..RequestOptions::default()
    };
    let (kind, namespace, name) = (document.kind, document.namespace.as_str(), document.name.as_str());
    match (outcome.operation, found) {
        (Operation::Nothing, Some(found)) => Ok(found.clone()),
        (Operation::Update, _) => Ok(run
            .cluster
            .update(kind, namespace, name, &outcome.value, options)?
            .object),
        (operation, _) => {
            if operation == Operation::Recreate {
                run.cluster
                    .delete(kind, namespace, name, Propagation::Background.into())?;
            }
            if kind.namespaced() && run.cluster.find(Kind::Namespace, "", namespace).is_none() {
                let home = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
                run.cluster.create(Kind::Namespace, "", &home, options)?;
            }
            Ok(admit::send(run.cluster, document, options)?.object)
        }
    }
}

/// Models: component-helpers/auth/rbac/reconciliation computeReconciledRole, computeReconciledRoleBinding (v1.36).
fn compared(document: &Document, existing: &Object, field: &str, removes: bool) -> Reconciliation {
    let wanted = &document.value;
    let mut value = existing.value.clone();
    let protected = existing.annotation("rbac.authorization.kubernetes.io/autoupdate") == Some("false");
    let role_of = |value: &Value| value.field("roleRef").value.clone();
    if field == "subjects" && role_of(wanted) != role_of(&value) {
        return Reconciliation {
            value: wanted.clone(),
            operation: Operation::Recreate,
            missing: Vec::new(),
            extra: Vec::new(),
            protected,
        };
    }
    for map in ["annotations", "labels"] {
        for (key, text) in wanted.metadata().field(map).entries() {
            if value.metadata().field(map).field(key).as_text().is_none() {
                if !value["metadata"][map].is_object() {
                    value["metadata"][map] = json!({});
                }
                value["metadata"][map][key] = text.value.clone();
            }
        }
    }
    let (is, shall) = (existing.value.field(field), wanted.field(field));
    let (missing, extra) = if field == "rules" {
        let extra = if wanted.field("aggregationRule").is_set() && existing.field("aggregationRule").is_set() {
            Vec::new()
        } else {
            uncovered(shall, is)
        };
        (uncovered(is, shall), extra)
    } else {
        (absent(shall, is), absent(is, shall))
    };
    if removes && !(missing.is_empty() && extra.is_empty()) {
        value[field] = shall.value.clone();
    } else if !removes && !missing.is_empty() {
        value[field] = [is.list(), missing.as_slice()].concat().into();
    }
    aggregate(wanted, &mut value, removes);
    let operation = if value == existing.value {
        Operation::Nothing
    } else {
        Operation::Update
    };
    Reconciliation {
        value,
        operation,
        missing,
        extra,
        protected,
    }
}

/// The aggregation of a role: gone if none is wanted, else with the selectors that are.
fn aggregate(wanted: &Value, role: &mut Value, removes: bool) {
    let selectors = |value: &Value| {
        value
            .field("aggregationRule")
            .field("clusterRoleSelectors")
            .list()
            .to_vec()
    };
    let (mut is, shall) = (selectors(role), selectors(wanted));
    if !wanted.field("aggregationRule").is_set() {
        if let Some(role) = role.as_object_mut() {
            role.remove("aggregationRule");
        }
    } else if removes {
        role["aggregationRule"] = wanted["aggregationRule"].clone();
    } else if shall.iter().any(|it| !is.contains(it)) {
        let missing: Vec<Value> = shall.into_iter().filter(|it| !is.contains(it)).collect();
        is.extend(missing);
        role["aggregationRule"] = json!({"clusterRoleSelectors": is});
    }
}

/// The entries of the first list that the second one lacks, each once.
fn absent(of: Cursor<'_>, from: Cursor<'_>) -> Vec<Value> {
    let mut absent: Vec<Value> = Vec::new();
    for entry in of.list() {
        if !from.list().contains(entry) && !absent.contains(entry) {
            absent.push(entry.clone());
        }
    }
    absent
}

/// The parts of the wanted rules that no owned rule covers, each of one verb and one resource.
///
/// Models: component-helpers/auth/rbac/validation/policy_comparator.go Covers, BreakdownRule, ruleCovers (v1.36).
fn uncovered(owned: Cursor<'_>, wanted: Cursor<'_>) -> Vec<Value> {
    let parts = wanted.items().flat_map(parts);
    parts
        .filter(|part| !owned.items().any(|rule| covers(rule, part)))
        .collect()
}

fn parts(rule: Cursor<'_>) -> Vec<Value> {
    let each = |field: &str| rule.field(field).texts().collect::<Vec<_>>();
    let (verbs, names) = (each("verbs"), each("resourceNames"));
    let mut parts = Vec::new();
    for group in each("apiGroups") {
        for resource in each("resources") {
            for verb in &verbs {
                let part = json!({"apiGroups": [group], "resources": [resource], "verbs": [verb]});
                if names.is_empty() {
                    parts.push(part);
                    continue;
                }
                for name in &names {
                    let mut single = part.clone();
                    single["resourceNames"] = json!([name]);
                    parts.push(single);
                }
            }
        }
    }
    for url in each("nonResourceURLs") {
        parts.extend(
            verbs
                .iter()
                .map(|verb| json!({"nonResourceURLs": [url], "verbs": [verb]})),
        );
    }
    parts
}

fn covers(rule: Cursor<'_>, part: &Value) -> bool {
    let has_all = |field: &str, all: &str| {
        let mut wanted = part.field(field).texts();
        let granted = || rule.field(field).texts();
        granted().any(|it| it == all) || wanted.all(|it| granted().any(|other| other == it))
    };
    let resource = || {
        let wanted = part.field("resources").texts().next().unwrap_or_default();
        let below = wanted.split_once('/').map(|(_, below)| format!("*/{below}"));
        rule.field("resources").texts().any(|it| Some(it) == below.as_deref())
    };
    let urls = || {
        let wanted = part.field("nonResourceURLs").texts().next().unwrap_or_default();
        let starts = |it: &str| it.strip_suffix('*').is_some_and(|prefix| wanted.starts_with(prefix));
        rule.field("nonResourceURLs").texts().any(starts)
    };
    let names = || {
        rule.field("resourceNames").is_empty() || part.field("resourceNames").is_set() && has_all("resourceNames", "")
    };
    has_all("verbs", "*")
        && has_all("apiGroups", "*")
        && (has_all("resources", "*") || resource())
        && names()
        && (has_all("nonResourceURLs", "*") || urls())
}

fn tell(run: &mut CommandContext<'_>, field: &str, outcome: &Reconciliation, removes: bool) {
    let word = match outcome.operation {
        Operation::Nothing => return,
        Operation::Create => "create",
        Operation::Update => "update",
        Operation::Recreate => "recreate",
    };
    let caveat = if outcome.protected {
        ", but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)"
    } else {
        ""
    };
    let err = &mut run.output.stderr;
    let _ = writeln!(err, "\treconciliation required {word}{caveat}");
    let lists = [
        ("missing", "added", &outcome.missing),
        ("extra", "removed", &outcome.extra),
    ];
    for (which, done, entries) in lists {
        if entries.is_empty() || which == "extra" && !removes {
            continue;
        }
        let _ = writeln!(err, "\t{which} {field} {done}:");
        for entry in entries {
            let _ = writeln!(err, "\t\t{}", as_go(field, entry));
        }
    }
}

/// A rule or subject as Go prints a struct with the names of its fields.
fn as_go(field: &str, entry: &Value) -> String {
    let list = |name: &str| entry.field(name).texts().collect::<Vec<_>>().join(" ");
    let text = |name: &str| entry.field(name).text();
    if field == "rules" {
        return format!(
            "{{Verbs:[{}] APIGroups:[{}] Resources:[{}] ResourceNames:[{}] NonResourceURLs:[{}]}}",
            list("verbs"),
            list("apiGroups"),
            list("resources"),
            list("resourceNames"),
            list("nonResourceURLs")
        );
    }
    format!(
        "{{Kind:{} APIGroup:{} Name:{} Namespace:{}}}",
        text("kind"),
        text("apiGroup"),
        text("name"),
        text("namespace")
    )
}
