//! `delete`.

use crate::change::{done, one, targets};
use crate::command::Run;
use crate::create::DryRun;
use crate::failure::Failure;
use crate::flags::{ALL, ALL_NAMESPACES, Args, DRY_RUN, FIELD_SELECTOR, FILENAME, Flag, OUTPUT, SELECTOR, Takes};
use api::Kind;
use cluster::Propagation;

pub(crate) const FLAGS: &[Flag] = &[
    FILENAME,
    OUTPUT,
    DRY_RUN,
    SELECTOR,
    FIELD_SELECTOR,
    ALL,
    ALL_NAMESPACES,
    ("cascade", None, Takes::Optional("background")),
    ("force", None, Takes::Bool),
    ("grace-period", None, Takes::Number),
    ("ignore-not-found", None, Takes::Bool),
    ("now", None, Takes::Bool),
    ("timeout", None, Takes::Text),
    ("wait", None, Takes::Bool),
    ("interactive", Some('i'), Takes::Bool),
    ("recursive", Some('R'), Takes::Bool),
    ("kustomize", Some('k'), Takes::Text),
    ("raw", None, Takes::Text),
];

/// The line that tells of a deletion.
///
/// Models: kubectl/pkg/cmd/delete/delete.go PrintObj (v1.36).
pub(crate) fn deleted_line(kind: Kind, namespace: &str, name: &str, dry: DryRun) -> String {
    let place = if kind.namespaced() {
        format!(" from {namespace} namespace")
    } else {
        String::new()
    };
    format!("{} \"{name}\" deleted{place}{}\n", kind.resource_name(), dry.mark())
}

/// Models: kubectl/pkg/cmd/delete/delete.go DeleteResult (v1.36).
pub(crate) fn delete(run: &mut Run<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let dry = DryRun::read(args).map_err(one)?;
    if let Some(output) = args.text("output").filter(|output| *output != "name") {
        return Err(one(Failure::own(format!(
            "unexpected -o output mode: {output}. We only support '-o name'"
        ))));
    }
    if args.is("all") && args.text("selector").is_some() {
        return Err(one(Failure::own(
            "setting 'all' parameter but found a non empty selector. ",
        )));
    }
    if args.is("all") && args.words.len() > 1 {
        return Err(one(Failure::own(
            "name cannot be provided when a selector is specified",
        )));
    }
    let mut found = targets(run, args, &args.words)?;
    let by_selection = args.is("all") || args.text("selector").is_some() || args.text("field-selector").is_some();
    if args.is("ignore-not-found") || by_selection {
        found
            .failures
            .retain(|failure| !matches!(failure, Failure::Server(status) if status.reason == "NotFound"));
    }
    let propagation = match args.text("cascade") {
        Some("orphan") => Propagation::Orphan,
        _ => Propagation::Background,
    };
    for object in &found.objects {
        if dry == DryRun::No
            && let Err(status) = run
                .cluster
                .delete(object.kind, object.namespace(), object.name(), propagation)
        {
            found.failures.push(status.into());
            continue;
        }
        let line = if args.text("output") == Some("name") {
            format!("{}/{}\n", object.kind.resource_name(), object.name())
        } else {
            deleted_line(object.kind, object.namespace(), object.name(), dry)
        };
        run.output.stdout.push_str(&line);
    }
    if found.objects.is_empty() && found.failures.is_empty() && by_selection {
        run.output.stdout.push_str("No resources found\n");
    }
    done(found.failures)
}
