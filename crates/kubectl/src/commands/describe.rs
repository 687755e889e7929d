//! `describe`.

use crate::client::KubectlVersion;
use crate::commands::builtin_rows;
use crate::context::CommandContext;
use crate::describe::{Events, describe as text};
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{ALL_NAMESPACES, CHUNK_SIZE, FILES, Flag, Flags, SELECTOR, Takes};
use crate::line::resources::{self, BareKind, Resource, ResourceArgs};
use crate::targets::manifests;
use crate::targets::{warn_of_all, warn_of_short_names};
use cluster::{Cluster, Object};
use std::rc::Rc;

const SHOW_EVENTS: Flag =
    Flag::new("show-events", Takes::Bool, "Print the events of what is described.").default("true");

pub(crate) const FLAGS: Flags = &[&[SELECTOR, ALL_NAMESPACES, SHOW_EVENTS, CHUNK_SIZE], FILES];

/// Models: kubectl/pkg/cmd/describe/describe.go Run (v1.36).
pub(crate) fn describe(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    if args.words.is_empty() && !manifests::are_named(args) {
        return Err(vec![Failure::own(
            "You must specify the type of resource to describe. Use \"kubectl api-resources\" for a complete list of supported resources.",
        )]);
    }
    let asked = resources::read(run.mapper(), args, &args.words, BareKind::All).map_err(|failure| vec![failure])?;
    if builtin_rows::is_asked(&asked) {
        return Err(vec![builtin_rows::not_simulated("describe", &asked)]);
    }
    let mut found = if manifests::are_named(args) {
        if !args.words.is_empty() {
            return Err(vec![Failure::own(manifests::AND_WORDS)]);
        }
        run.objects_of_files_by(args, resources::lookup_alone)
    } else {
        warn_of_short_names(run, &args.words);
        warn_of_all(run, &asked);
        resources::find(run.cluster, args, &asked)
    };
    builtin_rows::correct_not_found("describe", &asked, &mut found.failures);
    let noted = builtin_rows::note_unknown(run, args, &asked, false);
    let version = run.around.version;
    // Since 1.34, events are shown where one object alone is described, or where they are asked for.
    let shown = match args.text("show-events") {
        Some(_) => args.is("show-events"),
        None => version <= KubectlVersion::V1_33 || found.failures.is_empty() && found.objects.len() <= 1,
    };
    let events = if shown { Events::Shown } else { Events::Hidden };
    if let ([_, prefix], [failure]) = (args.words.as_slice(), found.failures.as_slice()) {
        let near = by_prefix(run.cluster, args, &asked, prefix).map_err(|failure| vec![failure])?;
        if near.is_empty() {
            return Err(vec![failure.clone()]);
        }
        for object in near {
            run.output.stdout.push_str(&text(run.cluster, &object, events, version));
            run.output.stdout.push('\n');
        }
        return Ok(());
    }
    let texts: Vec<String> = found
        .objects
        .iter()
        .map(|object| text(run.cluster, object, events, version))
        .collect();
    run.output.stdout.push_str(&texts.join("\n\n"));
    if found.objects.is_empty() && found.failures.is_empty() && !noted {
        let all = args.is("all-namespaces");
        let words = if all {
            "No resources found\n".to_owned()
        } else {
            format!("No resources found in {} namespace.\n", args.namespace())
        };
        run.output.stderr.push_str(&words);
    }
    if found.failures.is_empty() {
        Ok(())
    } else {
        Err(found.failures)
    }
}

/// Objects whose name begins with a name that no object has.
///
/// Models: kubectl/pkg/cmd/describe/describe.go DescribeMatchingResources (v1.36): for one kind and one name alone.
fn by_prefix(cluster: &Cluster, args: &Args, asked: &ResourceArgs, prefix: &str) -> Result<Vec<Rc<Object>>, Failure> {
    let kind = match asked.resources().as_slice() {
        [Resource::Kept(kind)] => *kind,
        [_] => return Ok(Vec::new()),
        _ => return Err(Failure::own("you may only specify a single resource type")),
    };
    let mut objects = cluster.list(kind, Some(args.namespace()));
    objects.retain(|object| object.name().starts_with(prefix));
    Ok(objects)
}
