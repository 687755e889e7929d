//! `delete`.

use crate::admit::Document;
use crate::commands::unsupported;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{
    ALL, ALL_NAMESPACES, CASCADE, DRY_RUN, FIELD_SELECTOR, FILES, FORCE, Flag, Flags, GRACE_PERIOD, IGNORE_NOT_FOUND,
    OUTPUT, RAW, SELECTOR, TIMEOUT, Takes, WAIT,
};
use crate::line::resources::{self, BareKind, Resource, ResourceArgs};
use crate::output::dry_run::DryRun;
use crate::targets::manifests;
use crate::targets::{done, one, targets_to};
use api::Kind;
use base::Order;
use cluster::{Deletion, Kubelet, Object, Propagation, Reason};
use std::fmt::Write;
use std::rc::Rc;

const NOW: Flag = Flag::new("now", Takes::Bool, "End at once.");
const INTERACTIVE: Flag = Flag::new(
    "interactive",
    Takes::Bool,
    "Ask before deleting; the answer is read from standard input.",
)
.short('i');

pub(crate) const FLAGS: Flags = &[
    &[
        OUTPUT,
        DRY_RUN,
        SELECTOR,
        FIELD_SELECTOR,
        ALL,
        ALL_NAMESPACES,
        CASCADE,
        FORCE,
        GRACE_PERIOD,
        IGNORE_NOT_FOUND,
        NOW,
        TIMEOUT,
        WAIT,
        INTERACTIVE,
        RAW,
    ],
    FILES,
];

/// The line about a deletion.
///
/// Models: kubectl/pkg/cmd/delete/delete.go PrintObj (v1.36).
pub(crate) fn deleted_line(kind: Kind, namespace: &str, name: &str, dry: DryRun) -> String {
    line(kind, namespace, name, "deleted", dry)
}

fn line(kind: Kind, namespace: &str, name: &str, operation: &str, dry: DryRun) -> String {
    let place = if kind.namespaced() {
        format!(" from {namespace} namespace")
    } else {
        String::new()
    };
    format!("{} \"{name}\" {operation}{place}{}\n", kind.resource_name(), dry.mark())
}

/// Checks flags before the server is asked.
///
/// Models: kubectl/pkg/cmd/delete/delete.go Complete, Validate; kubectl/pkg/cmd/util GetCascadingStrategy (v1.36).
fn check(args: &Args) -> Result<(), Failure> {
    let grace = args.number("grace-period").unwrap_or(-1);
    let raw = args.text("raw").unwrap_or_default();
    let selected = args.text("selector").is_some() || args.text("field-selector").is_some();
    let output = args.text("output").unwrap_or_default();
    check_cascade(args)?;
    let wrong = if args.is("now") && grace != -1 {
        "--now and --grace-period cannot be specified together".to_owned()
    } else if args.is("all") && selected {
        "setting 'all' parameter but found a non empty selector. ".to_owned()
    } else if args.is("all") && args.words.len() > 1 {
        "name cannot be provided when a selector is specified".to_owned()
    } else if !["", "name"].contains(&output) {
        format!("unexpected -o output mode: {output}. We only support '-o name'")
    } else if args.is("force") && grace > 0 {
        "--force and --grace-period greater than 0 cannot be specified together".to_owned()
    } else if !raw.is_empty() && args.is("interactive") {
        "--interactive can not be used with --raw".to_owned()
    } else if !raw.is_empty() {
        return unsupported::listed("delete --raw").map_or(Ok(()), Err);
    } else {
        return Ok(());
    };
    Err(Failure::own(wrong))
}

/// Models: kubectl/pkg/cmd/util/helpers.go GetCascadingStrategy (v1.36).
pub(crate) fn check_cascade(args: &Args) -> Result<(), Failure> {
    let cascade = args.text("cascade").unwrap_or("background");
    if ["background", "foreground", "orphan", "true", "false"].contains(&cascade) {
        return Ok(());
    }
    Err(Failure::own(format!(
        "invalid cascade value ({cascade}). Must be \"background\", \"foreground\", or \"orphan\""
    )))
}

/// Whether `--force` skips the grace period.
fn is_immediate(args: &Args) -> bool {
    args.is("force") && args.number("grace-period").unwrap_or(-1) <= 0
}

/// `--dry-run=client` prints named objects without looking them up.
fn rehearse(run: &mut CommandContext<'_>, args: &Args, operation: &str) -> Result<bool, Failure> {
    if manifests::are_named(args) || args.words.is_empty() {
        return Ok(false);
    }
    let ResourceArgs::Names(names) = resources::read(run.mapper(), args, &args.words, BareKind::None)? else {
        return Ok(false);
    };
    for (resource, name) in names {
        if let Resource::Kept(kind) = resource {
            run.warn_of(kind);
            let line = if args.text("output") == Some("name") {
                format!("{}/{name}\n", kind.resource_name())
            } else {
                line(kind, args.namespace(), &name, operation, DryRun::Client)
            };
            run.output.stdout.push_str(&line);
        }
    }
    Ok(true)
}

/// The failures of documents, with their source.
fn not_there(run: &CommandContext<'_>, args: &Args) -> Vec<Failure> {
    let lookup = |it: Document| {
        if it.name.is_empty() {
            let source = it.source;
            return Err(Failure::own(format!(
                "error when deleting \"{source}\": resource name may not be empty"
            )));
        }
        let found = resources::lookup_to("delete", run.cluster, Resource::Kept(it.kind), &it.namespace, &it.name);
        found.map_err(|failure| failure.with_source("deleting", &it.source))
    };
    let documents = run.documents(args).into_iter();
    documents
        .filter_map(|document| document.and_then(lookup).err())
        .collect()
}

/// Models: kubectl/pkg/cmd/delete/delete.go Complete, RunDelete, DeleteResult (v1.36).
pub(crate) fn delete(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    // A command that waits deletes again, in the cluster of its beginning, to know what it deleted.
    let now = run.around.before.cloned();
    let now = now.map(|before| std::mem::replace(run.cluster, before));
    let deleted = delete_all(run, args);
    if let Some(now) = now {
        *run.cluster = now;
    }
    let deleted = deleted?;
    if args.text("wait") == Some("false") || DryRun::read(args).is_ok_and(|dry| dry != DryRun::No) {
        return Ok(());
    }
    wait_until_gone(run, args, &deleted)
}

/// Deletes, and returns what it deleted; fails if anything could not be deleted.
fn delete_all(run: &mut CommandContext<'_>, args: &Args) -> Result<Vec<Rc<Object>>, Vec<Failure>> {
    let dry = DryRun::read(args).map_err(one)?;
    check(args).map_err(one)?;
    warn_of_boolean_cascade(run, args);
    if is_immediate(args) {
        run.warn("Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.");
    }
    let operation = if is_immediate(args) { "force deleted" } else { "deleted" };
    if dry == DryRun::Client && !args.is("interactive") && rehearse(run, args, operation).map_err(one)? {
        return Ok(Vec::new());
    }
    let mut found = targets_to("delete", run, args, &args.words)?;
    if manifests::are_named(args) {
        // What a file names is deleted without a look whether it is there.
        found.failures = not_there(run, args);
    }
    let by_selection = args.is("all") || args.text("selector").is_some() || args.text("field-selector").is_some();
    let forgives = args.is("ignore-not-found") || by_selection && args.text("ignore-not-found").is_none();
    if forgives {
        found
            .failures
            .retain(|failure| !matches!(failure, Failure::Server(status) if status.reason == Reason::NotFound));
    }
    if args.is("interactive") && !found.objects.is_empty() && !confirms(run, &found.objects) {
        run.output.stdout.push_str("deletion is cancelled\n");
        return done(found.failures).map(|()| Vec::new());
    }
    let mut deleted = Vec::new();
    for object in &found.objects {
        if args.text("namespace").is_some_and(|it| !it.is_empty()) && !object.kind.namespaced() {
            run.warn("deleting cluster-scoped resources, not scoped to the provided namespace");
        }
        if dry != DryRun::Client
            && let Err(status) = delete_one(run, args, object, dry)
        {
            found.failures.push(status.into());
            continue;
        }
        let line = if args.text("output") == Some("name") {
            format!("{}/{}\n", object.kind.resource_name(), object.name())
        } else {
            line(object.kind, object.namespace(), object.name(), operation, dry)
        };
        run.output.stdout.push_str(&line);
        deleted.push(object.clone());
    }
    // What the server refuses is told before what kubectl cannot read.
    found
        .failures
        .order_by_key(|failure| !matches!(failure, Failure::Server(_)));
    let may_be_none = by_selection || manifests::are_named(args) && !args.is("ignore-not-found");
    if found.objects.is_empty() && found.failures.is_empty() && may_be_none {
        run.output.stdout.push_str("No resources found\n");
    }
    done(found.failures).map(|()| deleted)
}

fn delete_one(run: &mut CommandContext<'_>, args: &Args, object: &Object, dry: DryRun) -> Result<(), cluster::Status> {
    let deletion = Deletion {
        propagation: match args.text("cascade") {
            Some("orphan" | "false") => Propagation::Orphan,
            Some("foreground") => Propagation::Foreground,
            _ => Propagation::Background,
        },
        grace_period: grace_period(args),
        dry_run: dry == DryRun::Server,
    };
    run.cluster
        .delete(object.kind, object.namespace(), object.name(), deletion)?;
    let hastens = run.cluster.kubelet() == Kubelet::Recorded && args.text("wait") != Some("false");
    if object.kind == Kind::Namespace && hastens && dry == DryRun::No {
        run.cluster.hasten(object.name());
    }
    Ok(())
}

/// The seconds that a pod has to end; `None` if its spec says so.
fn grace_period(args: &Args) -> Option<i64> {
    match args.number("grace-period").unwrap_or(-1) {
        _ if args.is("now") => Some(1),
        0 if !args.is("force") => Some(1),
        ..0 if args.is("force") => Some(0),
        ..0 => None,
        seconds => Some(seconds),
    }
}

/// Models: kubectl/pkg/cmd/delete/delete_flags.go parseCascadingFlag (v1.36).
fn warn_of_boolean_cascade(run: &mut CommandContext<'_>, args: &Args) {
    let Some(given @ ("true" | "false")) = args.text("cascade") else {
        return;
    };
    let word = if given == "true" { "background" } else { "orphan" };
    let _ = writeln!(
        run.output.stderr,
        "warning: --cascade={given} is deprecated (boolean value) and can be replaced with --cascade={word}."
    );
}

/// Asks whether to delete these, and reads the answer from standard input.
///
/// Models: kubectl/pkg/cmd/delete/delete.go confirmation (v1.36).
fn confirms(run: &mut CommandContext<'_>, objects: &[Rc<Object>]) -> bool {
    let count = objects.len();
    let out = &mut run.output.stdout;
    let _ = writeln!(out, "You are about to delete the following {count} resource(s):");
    for object in objects {
        let _ = writeln!(out, "{}/{}", object.kind.resource_name(), object.name());
    }
    out.push_str("Do you want to continue? (y/N): ");
    let answer = run.around.stdin.lines().next().unwrap_or_default();
    answer.trim().eq_ignore_ascii_case("y")
}

/// Waits until what was deleted is gone: pods whose programs end first, and what finalizers keep.
///
/// Models: kubectl/pkg/cmd/wait/delete.go IsDeleted (v1.36).
fn wait_until_gone(run: &mut CommandContext<'_>, args: &Args, deleted: &[Rc<Object>]) -> Result<(), Vec<Failure>> {
    let is_left = |object: &&Rc<Object>| {
        let now = run.cluster.find(object.kind, object.namespace(), object.name());
        now.is_some_and(|now| now.uid() == object.uid() && now.is_terminating())
    };
    let Some(left) = deleted.iter().find(is_left) else {
        return Ok(());
    };
    let timeout = args.span("timeout").filter(|span| !span.is_zero());
    let seconds = timeout.map_or(i64::MAX, |span| span.whole_seconds().max(0));
    if run.elapsed() < seconds {
        run.waits(seconds);
        return Ok(());
    }
    let (plural, name) = (left.kind.plural(), left.name());
    Err(one(Failure::own(format!(
        "timed out waiting for the condition on {plural}/{name}"
    ))))
}
