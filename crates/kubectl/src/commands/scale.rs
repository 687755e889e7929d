//! `scale`.

use super::patch;
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
use api::{Fields, Rule};
use cluster::{Object, ScalePaths, Status};
use serde_json::json;
use std::rc::Rc;

const CURRENT_REPLICAS: Flag = Flag::new(
    "current-replicas",
    Takes::Long,
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
    REPLICAS.takes(Takes::Long),
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
    if dry == DryRun::Client {
        return report(run, args, &shown(object, wanted), "scaled", dry);
    }
    let paths = run.cluster.scale_paths(object.kind).ok_or_else(scale::none)?;
    check_preconditions(args, object, &paths)?;
    let sent = number_sent(args, object, &paths, wanted)?;
    let value = scale::scaled(object, &paths, sent.into());
    let (kind, namespace, name) = (object.kind, object.namespace(), object.name());
    let manager = run.cluster.field_manager().clone();
    run.cluster.set_field_manager(manager.on("scale"));
    let admitted = run.cluster.update(kind, namespace, name, &value, dry.options());
    run.cluster.set_field_manager(manager);
    let mut warnings = admitted.map_err(scale::named)?.warnings;
    // Admission looks at templates only where a request brings one.
    warnings.retain(|it| it.rule != Rule::PodSecurityWarning);
    run.warn_all(&warnings);
    if dry == DryRun::No {
        run.record_later(kind, namespace, name)?;
    }
    // The server is told of the number alone, and what is shown is what was known, with the number.
    report(run, args, &shown(object, sent.into()), "scaled", dry)
}

/// The object as it is printed. Of kinds in other groups kubectl does not know where their number stands.
///
/// Models: kubectl/pkg/cmd/scale/scale.go updateReplicas (v1.36).
fn shown(object: &Rc<Object>, replicas: i64) -> Rc<Object> {
    if !["", "apps"].contains(&object.kind.group()) {
        return object.clone();
    }
    let mut shown = (**object).clone();
    let mut value = object.value.clone();
    if !value["spec"].is_object() {
        value["spec"] = json!({});
    }
    value["spec"]["replicas"] = replicas.into();
    shown.value = value.into();
    Rc::new(shown)
}

/// The number in the scale that the server is sent: a patch holds it as it was written, the whole scale that follows
/// on a precondition has 32 bits.
///
/// Models: kubectl/pkg/scale/scale.go ScaleSimple (v1.36).
#[allow(
    clippy::cast_possible_truncation,
    reason = "Go's conversion to int32 keeps the low bits"
)]
fn number_sent(args: &Args, object: &Object, paths: &ScalePaths, wanted: i64) -> Result<i32, Failure> {
    let has_precondition = pinned(args).is_some() || args.number("current-replicas").is_some_and(|count| count != -1);
    if has_precondition {
        return Ok(wanted as i32);
    }
    i32::try_from(wanted).or_else(|_| Err(too_large(object, paths, wanted)?.into()))
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

/// The server's answer to a patch with a number of replicas that has more than 32 bits: what the patch did not touch
/// stands in the order of the Go type.
///
/// Models: apiserver/pkg/endpoints/handlers/patch.go jsonPatcher.applyPatchToCurrentObject (v1.36).
///
/// # Errors
///
/// Fails as [`scale::of`] does.
fn too_large(object: &Object, paths: &ScalePaths, replicas: i64) -> Result<Status, Status> {
    let scale = scale::of(object, paths)?;
    let fields = ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"].into_iter();
    let given = fields.filter_map(|field| {
        let value = scale.metadata().field(field);
        value
            .is_set()
            .then(|| format!("\"{field}\":{}", api::go::json(value.value)))
    });
    let metadata = given.collect::<Vec<_>>().join(",");
    let status = scale.status();
    let selector = status.field("selector").as_text();
    let selector = selector.map_or_else(String::new, |text| {
        format!(",\"selector\":{}", api::go::json(&text.into()))
    });
    let sent = format!(
        "{{\"apiVersion\":\"autoscaling/v1\",\"kind\":\"Scale\",\"metadata\":{{{metadata}}},\"spec\":{{\"replicas\":{replicas}}},\"status\":{{\"replicas\":{}{selector}}}}}",
        status.field("replicas").as_number().unwrap_or(0)
    );
    let why =
        format!("json: cannot unmarshal number {replicas} into Go struct field ScaleSpec.spec.replicas of type int32");
    Ok(patch::invalid_patch(&api::go::quote(&sent), &why))
}
