//! `scale`.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{
    ALL, DRY_RUN, FILENAME, Flag, Flags, OUTPUT, RECORD, RECURSIVE, REPLICAS, RESOURCE_VERSION, SELECTOR, TIMEOUT,
    Takes,
};
use crate::output::dry_run::DryRun;
use crate::output::report::report;
use crate::output::scale;
use crate::targets::{one, targets};
use api::Rule;
use cluster::{Object, ScalePaths};
use std::rc::Rc;

const CURRENT_REPLICAS: Flag = Flag::new(
    "current-replicas",
    Takes::Number,
    "Scale only where there are this many replicas now.",
)
.default("-1");

pub(crate) const FLAGS: Flags = &[&[
    RECORD,
    FILENAME,
    OUTPUT,
    DRY_RUN,
    SELECTOR,
    ALL,
    REPLICAS,
    CURRENT_REPLICAS,
    RESOURCE_VERSION,
    TIMEOUT.takes(Takes::Text),
    RECURSIVE,
]];

/// Models: kubectl/pkg/cmd/scale/scale.go Validate, RunScale (v1.36).
pub(crate) fn scale(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let Some(wanted) = args.number("replicas") else {
        return Err(one(Failure::own("required flag(s) \"replicas\" not set")));
    };
    if wanted < 0 {
        return Err(one(Failure::own(
            "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0",
        )));
    }
    if args.number("current-replicas").is_some_and(|count| count < -1) {
        return Err(one(Failure::own(
            "The --current-replicas must specify an integer of -1 or greater",
        )));
    }
    let dry = DryRun::read(args).map_err(one)?;
    let found = targets(run, args, &args.words)?;
    if pinned(args).is_some() && found.objects.len() > 1 {
        return Err(one(Failure::own(
            "cannot use --resource-version with multiple resources",
        )));
    }
    if found.objects.is_empty() && found.failures.is_empty() {
        return Err(one(Failure::own("no objects passed to scale")));
    }
    for object in &found.objects {
        scale_one(run, args, object, wanted, dry).map_err(one)?;
    }
    if found.failures.is_empty() {
        Ok(())
    } else {
        Err(found.failures)
    }
}

/// The resource version that an object must have to be scaled.
fn pinned(args: &Args) -> Option<&str> {
    args.text("resource-version").filter(|version| !version.is_empty())
}

fn scale_one(
    run: &mut CommandContext<'_>,
    args: &Args,
    object: &Rc<Object>,
    wanted: i64,
    dry: DryRun,
) -> Result<(), Failure> {
    let paths = run.cluster.scale_paths(object.kind);
    let value = match &paths {
        Some(paths) => scale::scaled(object, paths, wanted.into()),
        None => object.value.clone(),
    };
    if dry == DryRun::Client {
        let mut sketch = (**object).clone();
        sketch.value = value.into();
        return report(run, args, &Rc::new(sketch), "scaled", dry);
    }
    check_preconditions(args, object, &paths.ok_or_else(scale::none)?)?;
    let (kind, namespace, name) = (object.kind, object.namespace(), object.name());
    let manager = run.cluster.field_manager().clone();
    run.cluster.set_field_manager(manager.on("scale"));
    let admitted = run.cluster.update(kind, namespace, name, &value, dry.options());
    run.cluster.set_field_manager(manager);
    let mut warnings = admitted?.warnings;
    // Admission looks at templates only where a request brings one.
    warnings.retain(|it| it.rule != Rule::PodSecurityWarning);
    run.warn_all(&warnings);
    if dry == DryRun::No {
        run.record_later(kind, namespace, name)?;
    }
    // The server is told of the number alone, and what is shown is what was known, with the number.
    let mut shown = (**object).clone();
    shown.value = value.into();
    report(run, args, &Rc::new(shown), "scaled", dry)
}

/// Models: kubectl/pkg/scale/scale.go ScalePrecondition validate (v1.36).
fn check_preconditions(args: &Args, object: &Object, paths: &ScalePaths) -> Result<(), Failure> {
    let unmet = |what: &str, expected: String, found: String| {
        Failure::own(format!("Expected {what} to be {expected}, was {found}"))
    };
    let current = scale::replicas(object, paths);
    let expected = args.number("current-replicas").filter(|count| *count >= 0);
    if let Some(expected) = expected.filter(|expected| *expected != current) {
        return Err(unmet("replicas", expected.to_string(), current.to_string()));
    }
    let version = object.metadata().field("resourceVersion").text();
    match pinned(args) {
        Some(expected) if expected != version => {
            Err(unmet("resource version", expected.to_owned(), version.to_owned()))
        }
        _ => Ok(()),
    }
}
