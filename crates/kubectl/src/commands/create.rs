//! `create`, of manifests; objects without a manifest are written by `create_generators`.

use crate::admit;
use crate::commands::{create_generators, edit};
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{
    DRY_RUN, FIELD_MANAGER, FILES, Flag, Flags, PRINT, RAW, RECORD, SAVE_CONFIG, SELECTOR, Takes, VALIDATE,
    WINDOWS_LINE_ENDINGS,
};
use crate::output::dry_run::DryRun;
use crate::output::report::{check_output, report};
use crate::targets::documents::{remember_again, sketch};
use crate::targets::manifests::{check_raw, chosen, each, needs_file, validation};
use crate::targets::{done, one};
use cluster::{FieldValidation, RequestOptions};

const EDIT: Flag = Flag::new("edit", Takes::Bool, "Edit before creating.");

pub(crate) const FLAGS: Flags = &[
    &[
        RECORD,
        DRY_RUN,
        SAVE_CONFIG,
        VALIDATE,
        EDIT,
        RAW,
        SELECTOR,
        FIELD_MANAGER,
        WINDOWS_LINE_ENDINGS,
    ],
    FILES,
    PRINT,
];

/// Models: kubectl/pkg/cmd/create/create.go RunCreate (v1.36).
pub(crate) fn create(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    if !args.words.is_empty() {
        return create_generators::create(run, args).map_err(one);
    }
    needs_file(args).map_err(one)?;
    check_raw(args, "create").map_err(one)?;
    if args.is("edit") {
        return edit::edit_and_create(run, args);
    }
    let dry = DryRun::read(args).map_err(one)?;
    let options = RequestOptions {
        validation: validation(args).map_err(one)?,
        ..dry.options()
    };
    check_output(args).map_err(one)?;
    let documents = chosen(run, args).map_err(one)?;
    if documents.is_empty() {
        return Err(one(Failure::own("no objects passed to create")));
    }
    let failures = each(run, documents, |run, document| {
        let mut document = document.clone();
        remember_again(&mut document.value, args.is("save-config"), &document.namespace);
        run.record(&mut document.value);
        if dry == DryRun::Client {
            let object = sketch(&document);
            return report(run, args, &object, "created", dry);
        }
        run.warn_of(document.kind);
        let created = admit::create(run.cluster, &document, options, &document.source);
        if let (Err(_), FieldValidation::Warn) = (&created, options.validation) {
            run.warn_all(&document.unknown_fields());
        }
        if let Err(Failure::Server(status)) = &created {
            run.warn_all(&admit::warnings_of_taken(status, &document));
        }
        let created = created?;
        run.warn_all(&created.warnings);
        report(run, args, &created.object, "created", dry)
    });
    done(failures.while_read())
}
