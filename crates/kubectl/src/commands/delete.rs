//! `delete`.

use crate::admit::Document;
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
use crate::targets::{done, one, targets};
use api::Kind;
use cluster::{Propagation, Reason};

const NOW: Flag = Flag::new("now", Takes::Bool, "End at once.");
const INTERACTIVE: Flag = Flag::new("interactive", Takes::Bool, "Ask before deleting (not simulated).").short('i');

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
        TIMEOUT.takes(Takes::Text),
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
    let cascade = args.text("cascade").unwrap_or("background");
    let selected = args.text("selector").is_some() || args.text("field-selector").is_some();
    let output = args.text("output").unwrap_or_default();
    let wrong = if !["background", "foreground", "orphan", "true", "false"].contains(&cascade) {
        format!("invalid cascade value ({cascade}). Must be \"background\", \"foreground\", or \"orphan\"")
    } else if args.is("now") && grace != -1 {
        "--now and --grace-period cannot be specified together".to_owned()
    } else if args.is("all") && selected {
        "setting 'all' parameter but found a non empty selector. ".to_owned()
    } else if args.is("all") && args.words.len() > 1 {
        "name cannot be provided when a selector is specified".to_owned()
    } else if !["", "name"].contains(&output) {
        format!("unexpected -o output mode: {output}. We only support '-o name'")
    } else if args.is("force") && grace > 0 {
        "--force and --grace-period greater than 0 cannot be specified together".to_owned()
    } else {
        return Ok(());
    };
    Err(Failure::own(wrong))
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
    let ResourceArgs::Names(names) = resources::read(run.cluster, args, &args.words, BareKind::None)? else {
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
        let found = resources::lookup(run.cluster, Resource::Kept(it.kind), &it.namespace, &it.name);
        found.map_err(|failure| failure.with_source("deleting", &it.source))
    };
    let documents = run.documents(args).into_iter();
    documents
        .filter_map(|document| document.and_then(lookup).err())
        .collect()
}

/// Models: kubectl/pkg/cmd/delete/delete.go DeleteResult (v1.36).
pub(crate) fn delete(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let dry = DryRun::read(args).map_err(one)?;
    check(args).map_err(one)?;
    if is_immediate(args) {
        run.warn("Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.");
    }
    let operation = if is_immediate(args) { "force deleted" } else { "deleted" };
    if dry == DryRun::Client && rehearse(run, args, operation).map_err(one)? {
        return Ok(());
    }
    let mut found = targets(run, args, &args.words)?;
    if manifests::are_named(args) {
        // What a file names is deleted without a look whether it is there.
        found.failures = not_there(run, args);
    }
    let by_selection = args.is("all") || args.text("selector").is_some() || args.text("field-selector").is_some();
    if args.is("ignore-not-found") || by_selection {
        found
            .failures
            .retain(|failure| !matches!(failure, Failure::Server(status) if status.reason == Reason::NotFound));
    }
    let propagation = match args.text("cascade") {
        Some("orphan" | "false") => Propagation::Orphan,
        Some("foreground") => Propagation::Foreground,
        _ => Propagation::Background,
    };
    let waits = args.text("wait") != Some("false");
    for object in &found.objects {
        if dry == DryRun::No
            && let Err(status) = run
                .cluster
                .delete(object.kind, object.namespace(), object.name(), propagation)
        {
            found.failures.push(status.into());
            continue;
        }
        if object.kind == Kind::Namespace && waits && dry == DryRun::No {
            run.cluster.hasten(object.name());
        }
        let line = if args.text("output") == Some("name") {
            format!("{}/{}\n", object.kind.resource_name(), object.name())
        } else {
            line(object.kind, object.namespace(), object.name(), operation, dry)
        };
        run.output.stdout.push_str(&line);
    }
    if found.objects.is_empty() && found.failures.is_empty() && by_selection {
        run.output.stdout.push_str("No resources found\n");
    }
    done(found.failures)
}
