//! `replace`.

use crate::admit;
use crate::commands::delete::deleted_line;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{
    CASCADE, DRY_RUN, FIELD_MANAGER, FILES, FORCE, Flags, GRACE_PERIOD, OUTPUT, RAW, SAVE_CONFIG, SHOW_MANAGED_FIELDS,
    SUBRESOURCE, TEMPLATE, TIMEOUT, VALIDATE, WAIT,
};
use crate::output::dry_run::DryRun;
use crate::output::report::{check_output, report};
use crate::targets::documents::{remember_again, sketch};
use crate::targets::manifests::{check_raw, each, needs_file, validation};
use crate::targets::{done, one};
use api::Kind;
use cluster::{Deletion, Reason, RequestOptions, Status};

pub(crate) const FLAGS: Flags = &[
    &[
        DRY_RUN,
        OUTPUT,
        SAVE_CONFIG,
        VALIDATE,
        FORCE,
        CASCADE,
        GRACE_PERIOD,
        TIMEOUT,
        WAIT,
        RAW,
        SUBRESOURCE,
        FIELD_MANAGER,
        SHOW_MANAGED_FIELDS,
        TEMPLATE,
    ],
    FILES,
];

/// Models: kubectl/pkg/cmd/replace/replace.go Run (v1.36).
pub(crate) fn replace(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let validation = validation(args).map_err(one)?;
    let dry = DryRun::read(args).map_err(one)?;
    check_output(args).map_err(one)?;
    needs_file(args).map_err(one)?;
    check(args, dry).map_err(one)?;
    check_raw(args, "replace").map_err(one)?;
    let options = RequestOptions {
        validation,
        ..dry.options()
    };
    if args.is("force") {
        return force(run, args, options);
    }
    let subresource = args.text("subresource").filter(|name| !name.is_empty());
    let documents = run.documents(args);
    done(
        each(run, documents, |run, document| {
            if document.name.is_empty() {
                return Err(Failure::own(format!(
                    "error when replacing \"{}\": resource name may not be empty",
                    document.source
                )));
            }
            let (kind, namespace, name) = (document.kind, &document.namespace, &document.name);
            let old = run.cluster.find(kind, namespace, name);
            let creates = old.is_none() && kind == api::Kind::Service && subresource.is_none();
            let mut document = document.clone();
            remember_again(&mut document.value, args.is("save-config"), namespace);
            if dry == DryRun::Client {
                return report(run, args, &sketch(&document), "replaced", dry);
            }
            let value = &document.value;
            let admitted = match subresource {
                Some("status") => run.cluster.update_status(kind, namespace, name, value, options),
                Some(_) => Err(Status::plain(
                    404,
                    Reason::NotFound,
                    "the server could not find the requested resource".to_owned(),
                )),
                None if creates => run.cluster.create(kind, namespace, value, options),
                None => run.cluster.update(kind, namespace, name, value, options),
            };
            let admitted =
                admitted.map_err(|status| Failure::from(status).with_source("replacing", &document.source))?;
            run.warn_all(&admitted.warnings);
            report(run, args, &admitted.object, "replaced", dry)
        })
        .while_read(),
    )
}

/// Models: kubectl/pkg/cmd/replace/replace.go Validate (v1.36).
fn check(args: &Args, dry: DryRun) -> Result<(), Failure> {
    let force = args.is("force");
    let timed = args.span("timeout").is_some_and(|span| !span.is_zero());
    let words = if args.number("grace-period").is_some_and(|seconds| seconds >= 0) && !force {
        "--grace-period must have --force specified"
    } else if timed && !force {
        "--timeout must have --force specified"
    } else if force && dry != DryRun::No {
        "--dry-run can not be used when --force is set"
    } else {
        return Ok(());
    };
    Err(Failure::own(words))
}

/// Deletes the objects, then creates them.
///
/// Models: kubectl/pkg/cmd/replace/replace.go forceReplace (v1.36).
fn force(run: &mut CommandContext<'_>, args: &Args, options: RequestOptions) -> Result<(), Vec<Failure>> {
    let documents = run.documents(args);
    if documents.is_empty() {
        run.output.stdout.push_str("No resources found\n");
        return Err(one(Failure::own("no objects passed to replace")));
    }
    done(
        each(run, documents.clone(), |run, document| {
            let (kind, namespace, name) = (document.kind, document.namespace.as_str(), document.name.as_str());
            if name.is_empty() {
                return Err(Failure::own(format!(
                    "error when deleting \"{}\": resource name may not be empty",
                    document.source
                )));
            }
            // Differs: it goes at once, where kubectl waits until it is gone.
            let deletion = Deletion {
                grace_period: Some(0),
                ..Deletion::default()
            };
            let deleted = run.cluster.delete(kind, namespace, name, deletion);
            if deleted.is_ok() {
                if kind == Kind::Namespace {
                    run.cluster.hasten(name);
                }
                let line = deleted_line(kind, namespace, name, DryRun::No);
                run.output.stdout.push_str(&line);
            }
            Ok(())
        })
        .while_read(),
    )?;
    run.cluster.settle();
    done(
        each(run, documents, |run, document| {
            let created = admit::create(run.cluster, document, options, &document.source)?;
            run.warn_all(&created.warnings);
            report(run, args, &created.object, "replaced", DryRun::No)
        })
        .while_read(),
    )
}
