//! `drain`: cordons a node and evicts its pods.

use super::{close, nodes};
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::duration::Span;
use crate::line::flags::{CHUNK_SIZE, DRY_RUN, FORCE, Flag, Flags, GRACE_PERIOD, SELECTOR, TIMEOUT, Takes};
use crate::line::selector::Selector;
use crate::output::dry_run::DryRun;
use crate::output::report::report_typed;
use api::Kind;
use api::view::Pod;
use cluster::{Cluster, Deletion, Object};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::rc::Rc;

const IGNORE_DAEMONSETS: Flag = Flag::new(
    "ignore-daemonsets",
    Takes::Bool,
    "Go on where DaemonSets run pods; nobody keeps any here.",
);
const DELETE_EMPTYDIR_DATA: Flag = Flag::new(
    "delete-emptydir-data",
    Takes::Bool,
    "Go on where pods keep files that end with them.",
);
const DISABLE_EVICTION: Flag = Flag::new(
    "disable-eviction",
    Takes::Bool,
    "Delete the pods instead of evicting them.",
);
const POD_SELECTOR: Flag = Flag::new("pod-selector", Takes::Text, "Send off only pods with these labels.");
const SKIP_WAIT_FOR_DELETE_TIMEOUT: Flag = Flag::new(
    "skip-wait-for-delete-timeout",
    Takes::Number,
    "How old a deletion is that nobody waits for; nothing to be seen here.",
)
.default("0");

pub(crate) const DRAIN: Flags = &[&[
    DRY_RUN,
    SELECTOR,
    FORCE,
    IGNORE_DAEMONSETS,
    DELETE_EMPTYDIR_DATA,
    DISABLE_EVICTION,
    GRACE_PERIOD,
    TIMEOUT,
    POD_SELECTOR,
    SKIP_WAIT_FOR_DELETE_TIMEOUT,
    CHUNK_SIZE,
]];

/// Models: kubectl/pkg/cmd/drain/drain.go RunDrain (v1.36).
pub(crate) fn drain(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    // A command that waits drains again, in the cluster of its beginning, to know what it sent off.
    let now = run.around.before.cloned();
    let now = now.map(|before| std::mem::replace(run.cluster, before));
    let seconds = args.span("timeout").filter(|span| !span.is_zero());
    let seconds = seconds.map_or(i64::MAX, Span::whole_seconds);
    let passed = now
        .as_ref()
        .map_or(0, |now| now.now().saturating_sub(run.cluster.now()));
    let waiting = drain_all(run, args, now.as_ref(), passed >= seconds);
    if let Some(now) = now {
        *run.cluster = now;
    }
    if waiting? {
        run.waits(seconds);
    }
    Ok(())
}

/// Drains one node after the other; true if one waits for pods to go.
fn drain_all(
    run: &mut CommandContext<'_>,
    args: &Args,
    now: Option<&Cluster>,
    late: bool,
) -> Result<bool, Vec<Failure>> {
    let one = |failure| vec![failure];
    let nodes = nodes(run, args, "drain").map_err(one)?;
    let dry = DryRun::read(args).map_err(one)?;
    let chosen = Selector::parse(args.text("pod-selector").unwrap_or_default());
    let chosen = chosen.map_err(|why| one(Failure::own(why)))?;
    close(run, args, &nodes, true).map_err(one)?;
    let (mut failures, mut remaining) = (Vec::new(), Vec::new());
    for node in &nodes {
        let pods = pods_of(run, node, &chosen);
        let mut refusals = refusals(args, &pods);
        if refusals.is_empty() {
            warn_of_unmanaged(run, &pods);
            match send_off(run, args, &pods, dry, now) {
                Some(_) if !late => return Ok(true),
                Some(pod) => {
                    let (namespace, name) = (pod.namespace(), pod.name());
                    let limit = args.text("timeout").unwrap_or_default();
                    refusals.push(format!(
                        "error when waiting for pod \"{name}\" in namespace \"{namespace}\" to terminate: global timeout reached: {limit}"
                    ));
                }
                None => report_typed(run, args, node, "drained", dry).map_err(one)?,
            }
        }
        if !refusals.is_empty() {
            let name = node.name();
            let all = match refusals.as_slice() {
                [one] => one.clone(),
                several => format!("[{}]", several.join(", ")),
            };
            let _ = writeln!(
                run.output.stderr,
                "error: unable to drain node \"{name}\" due to error: {all}, continuing command..."
            );
            remaining.push(name);
            failures.extend(refusals.into_iter().map(Failure::Verbatim));
        }
    }
    if remaining.is_empty() {
        return Ok(false);
    }
    run.output.stderr.push_str("There are pending nodes to be drained:\n");
    for name in remaining {
        let _ = writeln!(run.output.stderr, " {name}");
    }
    Err(failures)
}

fn pods_of(run: &CommandContext<'_>, node: &Object, chosen: &Selector) -> Vec<Rc<Object>> {
    let mut pods = run.cluster.list(Kind::Pod, None);
    pods.retain(|pod| pod.spec().field("nodeName") == node.name() && chosen.matches(&pod.value));
    pods
}

fn is_over(pod: &Object) -> bool {
    Pod::of(&pod.value).is_over()
}

fn is_unmanaged(pod: &Object) -> bool {
    !is_over(pod) && pod.controller_uid().is_none()
}

fn has_local_storage(pod: &Object) -> bool {
    let volumes = pod.spec().field("volumes").list();
    !is_over(pod) && volumes.iter().any(|volume| volume.get("emptyDir").is_some())
}

/// Why pods may not be evicted: the first reason of each, grouped by reason.
///
/// Models: kubectl/pkg/drain/filters.go localStorageFilter, unreplicatedFilter (v1.36).
fn refusals(args: &Args, pods: &[Rc<Object>]) -> Vec<String> {
    let mut refused: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for pod in pods {
        let why = if has_local_storage(pod) && !args.is("delete-emptydir-data") {
            "Pods with local storage (use --delete-emptydir-data to override)"
        } else if is_unmanaged(pod) && !args.is("force") {
            "Pods that declare no controller (use --force to override)"
        } else {
            continue;
        };
        let name = format!("{}/{}", pod.namespace(), pod.name());
        refused.entry(why).or_default().push(name);
    }
    let told = |(why, pods): (&str, Vec<String>)| format!("cannot delete {why}: {}", pods.join(", "));
    refused.into_iter().map(told).collect()
}

fn warn_of_unmanaged(run: &mut CommandContext<'_>, pods: &[Rc<Object>]) {
    let names = pods.iter().filter(|pod| is_unmanaged(pod));
    let names: Vec<String> = names.map(|pod| format!("{}/{}", pod.namespace(), pod.name())).collect();
    if !names.is_empty() {
        run.warn(&format!(
            "deleting Pods that declare no controller: {}",
            names.join(", ")
        ));
    }
}

/// Deletes pods and tells of those that are gone by now; returns the first that is not.
///
/// Models: kubectl/pkg/drain/drain.go DeleteOrEvictPods (v1.36), which asks for all at once and sees them go in any order.
fn send_off(
    run: &mut CommandContext<'_>,
    args: &Args,
    pods: &[Rc<Object>],
    dry: DryRun,
    now: Option<&Cluster>,
) -> Option<Rc<Object>> {
    let evicts = !args.is("disable-eviction");
    for pod in pods.iter().filter(|_| evicts || dry != DryRun::No) {
        let (namespace, name) = (pod.namespace(), pod.name());
        let _ = writeln!(run.output.stdout, "evicting pod {namespace}/{name}{}", dry.mark());
    }
    if dry != DryRun::No {
        return None;
    }
    let deletion = Deletion {
        grace_period: args.number("grace-period").filter(|seconds| *seconds >= 0),
        ..Deletion::default()
    };
    let done = if evicts { "evicted" } else { "deleted" };
    let mut left = None;
    for pod in pods {
        let (namespace, name) = (pod.namespace(), pod.name());
        if run.cluster.delete(Kind::Pod, namespace, name, deletion).is_err() {
            continue;
        }
        let found = now.unwrap_or(run.cluster).find(Kind::Pod, namespace, name);
        if found.is_some_and(|now| now.uid() == pod.uid()) {
            left.get_or_insert(pod.clone());
        } else {
            let _ = writeln!(run.output.stdout, "pod/{name} {done}");
        }
    }
    left
}
