//! `set subject`: whom a role binding binds.

use super::targets::{ALL_AND_SELECTOR, LOCAL_AND_SERVER, chosen, rehearses_locally, selects_twice};
use super::template::not_changed;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::output::dry_run::DryRun;
use crate::output::report::report_typed;
use crate::targets::{done, one, store};
use api::{Kind, Value};
use cluster::Object;
use serde_json::json;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Models: kubectl/pkg/cmd/set/set_subject.go Complete, Validate, Run (v1.36).
pub(super) fn subject(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<(), Vec<Failure>> {
    let dry = DryRun::read(args).map_err(one)?;
    let objects = chosen(run, args, words)?;
    if let Some(wrong) = wrong(args, &objects) {
        return Err(one(Failure::own(wrong)));
    }
    let wanted = wanted(args);
    let mut failures = Vec::new();
    for object in objects {
        if !matches!(object.kind, Kind::RoleBinding | Kind::ClusterRoleBinding) {
            let unsupported = "setting subjects is only supported for RoleBinding/ClusterRoleBinding";
            failures.push(not_changed(&object, unsupported));
            continue;
        }
        let mut value = object.value.clone();
        let mut subjects = value["subjects"].as_array().cloned().unwrap_or_default();
        let known = subjects.len();
        let missing: Vec<_> = wanted.iter().filter(|it| !subjects.contains(it)).cloned().collect();
        subjects.extend(missing);
        if subjects.len() == known {
            continue;
        }
        value["subjects"] = subjects.into();
        match store(run, args, &object, value) {
            Ok(object) => report_typed(run, args, &object, "subjects updated", dry).map_err(one)?,
            Err(status) => {
                let words = format!("failed to patch subjects to rolebinding: {}", status.message);
                failures.push(Failure::own(words));
            }
        }
    }
    done(failures)
}

/// The subjects that the flags name: users, groups, service accounts, each sorted.
fn wanted(args: &Args) -> Vec<Value> {
    const GROUP: &str = "rbac.authorization.k8s.io";
    let sorted = |flag: &str| -> BTreeSet<&String> { args.all(flag).iter().collect() };
    let mut subjects = Vec::new();
    for (flag, kind) in [("user", "User"), ("group", "Group")] {
        let all = sorted(flag).into_iter();
        subjects.extend(all.map(|name| json!({"apiGroup": GROUP, "kind": kind, "name": name})));
    }
    for account in sorted("serviceaccount") {
        let (namespace, name) = account.split_once(':').unwrap_or_default();
        let namespace = if namespace.is_empty() {
            args.namespace()
        } else {
            namespace
        };
        subjects.push(json!({"kind": "ServiceAccount", "name": name, "namespace": namespace}));
    }
    subjects
}

fn wrong(args: &Args, objects: &[Rc<Object>]) -> Option<&'static str> {
    if rehearses_locally(args) {
        return Some(LOCAL_AND_SERVER);
    }
    if selects_twice(args) {
        return Some(ALL_AND_SELECTOR);
    }
    let accounts = args.all("serviceaccount");
    if args.all("user").is_empty() && args.all("group").is_empty() && accounts.is_empty() {
        return Some("you must specify at least one value of user, group or serviceaccount");
    }
    let of_cluster = objects.iter().any(|it| it.kind == Kind::ClusterRoleBinding);
    accounts
        .iter()
        .find_map(|account| match account.split(':').collect::<Vec<_>>().as_slice() {
            ["", name] if !name.is_empty() && of_cluster => {
                Some("serviceaccount must be <namespace>:<name>, namespace must be specified")
            }
            [_, name] if !name.is_empty() => None,
            _ => Some("serviceaccount must be <namespace>:<name>"),
        })
}
