//! `create --edit`: what a manifest makes is changed in the editor before it is created.

use super::{HEAD, Saved, objects_of, open, saved};
use crate::admit;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::output::dry_run::DryRun;
use crate::output::report::report;
use crate::print;
use crate::targets::documents::remember;
use crate::targets::{manifests, one};
use api::Value;
use cluster::RequestOptions;

/// Models: kubectl/pkg/cmd/create/create.go RunEditOnCreate, util/editor/editoptions.go visitToCreate (v1.36).
///
/// Differs: where kubectl opens an editor for each object, one is opened for all.
pub(in crate::commands) fn edit_and_create(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    if let Some(edited) = run.around.edited {
        return match saved(run, edited).map_err(one)? {
            Saved::Nothing => Ok(()),
            Saved::Text(text) => create_all(run, args, &text).map_err(one),
        };
    }
    let mut values: Vec<Value> = Vec::new();
    let mut names = Vec::new();
    for document in run.documents(args) {
        let mut document = document.map_err(one)?;
        if document.kind.namespaced() {
            document.value["metadata"]["namespace"] = document.namespace.clone().into();
        }
        names.push(print::name(document.kind, &document.name));
        values.push(document.value);
    }
    if values.is_empty() {
        return Err(one(Failure::own("no objects passed to create")));
    }
    let texts: Vec<String> = values.iter().map(print::yaml).collect();
    open(run, &names, format!("{HEAD}{}", texts.join("---\n")));
    Ok(())
}

fn create_all(run: &mut CommandContext<'_>, args: &Args, text: &str) -> Result<(), Failure> {
    let options = RequestOptions {
        validation: manifests::validation(args)?,
        ..RequestOptions::default()
    };
    for mut value in objects_of(text).map_err(Failure::own)? {
        if args.is("save-config") {
            remember(&mut value, None);
        }
        run.record(&mut value);
        let asked = (args.text("namespace"), args.namespace());
        let document = admit::document(run.mapper(), &value, "edited-file", asked, options.validation);
        let document = document.map_err(|unread| unread.0)?;
        let created = admit::create(run.cluster, &document, options, "edited-file")?;
        run.warn_all(&created.warnings);
        let namespace = match document.namespace.as_str() {
            "" => String::new(),
            namespace => format!(" -n {namespace}"),
        };
        let json = api::go::json(&document.value);
        run.output
            .equals
            .push(format!("kubectl create -f -{namespace} <<'EOF'\n{json}\nEOF"));
        report(run, args, &created.object, "created", DryRun::No)?;
    }
    Ok(())
}
