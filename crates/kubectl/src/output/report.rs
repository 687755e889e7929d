//! What a command prints about an object it changed.

use super::dry_run::DryRun;
use super::format::Format;
use super::objects::show;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::print;
use cluster::{Cluster, Object};
use std::rc::Rc;

/// Fails if `-o` names no format of changed objects.
pub(crate) fn check_output(args: &Args) -> Result<(), Failure> {
    Format::of_change(args).map(|_| ())
}

/// Prints the line about a change, or the object in the format of `-o`.
pub(crate) fn report(
    run: &mut CommandContext<'_>,
    args: &Args,
    object: &Rc<Object>,
    verb: &str,
    dry: DryRun,
) -> Result<(), Failure> {
    if let Some(format) = Format::of_change(args)? {
        if matches!(format, Format::Yaml) {
            run.separate_yaml();
        }
        return show(run, args, &format, std::slice::from_ref(object), false, true);
    }
    let line = format!(
        "{}/{} {verb}{}\n",
        object.kind.resource_name(),
        object.name(),
        dry.mark()
    );
    run.output.stdout.push_str(&line);
    Ok(())
}

/// As [`report`], for an object that kubectl holds as a Go struct.
pub(crate) fn report_typed(
    run: &mut CommandContext<'_>,
    args: &Args,
    object: &Rc<Object>,
    verb: &str,
    dry: DryRun,
) -> Result<(), Failure> {
    if let Some(Format::Json) = Format::of_change(args)? {
        let value = if args.is("show-managed-fields") {
            Cluster::with_managed_fields(object)
        } else {
            (*object.value).clone()
        };
        run.output.stdout.push_str(&print::typed_json(&value));
        return Ok(());
    }
    report(run, args, object, verb, dry)
}
