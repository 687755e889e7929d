//! `rollout history`, and the revisions of a workload.

use super::targets::{targets, without_rollouts};
use crate::context::{CHANGE_CAUSE, CommandContext};
use crate::describe::{replica_sets, template_text};
use crate::failure::Failure;
use crate::line::args::Args;
use crate::output::dry_run::DryRun;
use crate::output::format::Format;
use crate::output::objects::written_typed;
use crate::output::report::report;
use crate::print;
use crate::print::align;
use crate::targets::done;
use api::{Fields, Kind, Value};
use cluster::{Cluster, Object, selector_matches};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::rc::Rc;

const REVISION: &str = "deployment.kubernetes.io/revision";

/// A current or former pod template of a workload.
pub(super) struct Revision {
    /// The ReplicaSet or ControllerRevision that stores it.
    pub(super) keeper: Rc<Object>,
    pub(super) template: Value,
    /// The workload with that template, or the ReplicaSet of a Deployment.
    whole: Value,
}

pub(super) type Revisions = BTreeMap<i64, Revision>;

/// Models: kubectl/pkg/polymorphichelpers/history.go GetHistory (v1.36).
pub(super) fn revisions(cluster: &Cluster, workload: &Object) -> Revisions {
    if workload.kind == Kind::Deployment {
        let (new, old) = replica_sets(cluster, workload);
        let sets = old.into_iter().chain(new);
        return sets.map(|set| (deployment_revision(&set), of_set(set))).collect();
    }
    let selector = workload.spec().field("selector");
    let kept = cluster.list(Kind::ControllerRevision, Some(workload.namespace()));
    kept.into_iter()
        .filter(|kept| kept.controller_uid() == Some(workload.uid()) && selector_matches(selector.value, kept))
        .map(|kept| (kept.field("revision").number(), of_kept(workload, kept)))
        .collect()
}

/// The revision of a Deployment or ReplicaSet; 0 if it has none.
///
/// Models: kubectl/pkg/util/deployment Revision (v1.36).
pub(super) fn deployment_revision(object: &Object) -> i64 {
    object
        .annotation(REVISION)
        .and_then(|text| text.parse().ok())
        .unwrap_or(0)
}

fn of_set(set: Rc<Object>) -> Revision {
    Revision {
        template: set.spec().field("template").value.clone(),
        whole: set.value.clone(),
        keeper: set,
    }
}

/// Models: kubectl/pkg/polymorphichelpers/history.go applyStatefulSetHistory (v1.36).
fn of_kept(workload: &Object, kept: Rc<Object>) -> Revision {
    let mut template = kept.field("data").spec().field("template").value.clone();
    if let Some(template) = template.as_object_mut() {
        template.remove("$patch");
    }
    let mut whole = workload.value.clone();
    whole["spec"]["template"] = template.clone();
    Revision {
        keeper: kept,
        template,
        whole,
    }
}

/// Models: kubectl/pkg/cmd/rollout/rollout_history.go Run (v1.36).
pub(super) fn history(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<(), Vec<Failure>> {
    let found = targets(run, args, words)?;
    let format = Format::of_change(args).map_err(|failure| vec![failure])?;
    let mut failures = found.failures;
    let mut shown = Vec::new();
    for object in found.objects {
        let result = match &format {
            Some(format) => whole(run, args, format, &object, &mut shown),
            None => view(run, args, &object),
        };
        failures.extend(result.err());
    }
    run.output.stdout.push_str(&shown.join("---\n"));
    done(failures)
}

/// Prints the objects that store the revisions, or one of them.
fn whole(
    run: &mut CommandContext<'_>,
    args: &Args,
    format: &Format,
    object: &Object,
    shown: &mut Vec<String>,
) -> Result<(), Failure> {
    let revisions = of(run, object)?;
    let asked = args.number("revision").filter(|revision| *revision > 0);
    if asked.is_some_and(|asked| !revisions.contains_key(&asked)) {
        return Err(unknown());
    }
    let chosen = revisions
        .iter()
        .filter(|(number, _)| asked.is_none_or(|asked| asked == **number));
    for (_, revision) in chosen {
        let text = match format {
            Format::Name => revision.name(object) + "\n",
            format => written_typed(run, args, format, &revision.whole)?,
        };
        match shown.last_mut() {
            Some(last) if !matches!(format, Format::Yaml) => last.push_str(&text),
            _ => shown.push(text),
        }
    }
    Ok(())
}

fn of(run: &CommandContext<'_>, object: &Object) -> Result<Revisions, Failure> {
    match without_rollouts(object.kind, "history", "history viewer") {
        Some(failure) => Err(failure),
        None => Ok(revisions(run.cluster, object)),
    }
}

fn unknown() -> Failure {
    Failure::own("unable to find the specified revision")
}

/// Models: kubectl/pkg/polymorphichelpers/history.go ViewHistory (v1.36).
fn view(run: &mut CommandContext<'_>, args: &Args, object: &Rc<Object>) -> Result<(), Failure> {
    let revisions = of(run, object)?;
    let asked = args.number("revision").filter(|revision| *revision > 0);
    let (which, text) = match asked {
        _ if revisions.is_empty() => (String::new(), "No rollout history found.".to_owned()),
        Some(number) => {
            let revision = revisions.get(&number).ok_or_else(unknown)?;
            (format!("with revision #{number}"), revision.text())
        }
        None => (String::new(), table(&revisions)),
    };
    report(run, args, object, &format!("{which}\n{text}"), DryRun::No)
}

fn table(revisions: &Revisions) -> String {
    let mut table = "REVISION\tCHANGE-CAUSE\n".to_owned();
    for (number, revision) in revisions {
        let cause = revision.cause().unwrap_or("<none>");
        let _ = writeln!(table, "{number}\t{cause}");
    }
    align(&table)
}

impl Revision {
    /// What is printed by name: the ReplicaSet, or the former workload.
    fn name(&self, workload: &Object) -> String {
        let shown = if workload.kind == Kind::Deployment {
            &self.keeper
        } else {
            workload
        };
        print::name(shown.kind, shown.name())
    }

    /// The noted cause of a change.
    fn cause(&self) -> Option<&str> {
        let noted = self.keeper.annotation(CHANGE_CAUSE);
        noted
            .or_else(|| {
                self.template
                    .metadata()
                    .field("annotations")
                    .field(CHANGE_CAUSE)
                    .as_text()
            })
            .filter(|cause| !cause.is_empty())
    }

    /// The template as `describe` prints it, with its cause.
    fn text(&self) -> String {
        let mut template = self.template.clone();
        if let Some(cause) = self.cause().filter(|_| self.keeper.kind == Kind::ReplicaSet) {
            let metadata = &mut template["metadata"];
            if !metadata["annotations"].is_object() {
                metadata["annotations"] = serde_json::json!({});
            }
            metadata["annotations"][CHANGE_CAUSE] = cause.into();
        }
        template_text(&template)
    }
}
