//! `apply --server-side`.

use crate::admit::Document;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::targets::documents::LAST_APPLIED;
use cluster::{Cluster, FieldManager, FieldValidation, Object, Reason, RequestOptions};
use serde_json::json;
use std::rc::Rc;

/// The name under which kubectl applies, and the one under which it keeps the last-applied annotation.
const KUBECTL: &str = "kubectl";
const KEEPER: &str = "kubectl-last-applied";

/// kubectl's advice below a conflict.
const ADVICE: &str = "Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts";

/// Models: kubectl/pkg/cmd/apply/apply.go applyOneObject, with ServerSideApply (v1.36).
pub(super) fn apply(
    run: &mut CommandContext<'_>,
    args: &Args,
    document: &Document,
    options: RequestOptions,
) -> Result<Rc<Object>, Failure> {
    let force = args.is("force-conflicts");
    let options = RequestOptions {
        validation: FieldValidation::Strict,
        ..options
    };
    let mut object = send(run, document, force, options)?;
    if !options.dry_run && keep_last_applied(run, &object)? {
        let (kind, namespace, name) = (document.kind, &document.namespace, &document.name);
        object = run.cluster.get(kind, namespace, name)?;
        if run.cluster.migrate_to_server_side(kind, namespace, name).is_some() {
            object = send(run, document, force, options)?;
        }
    }
    if object.is_terminating() {
        run.warn(&format!(
            "Detected changes to resource {} which is currently being deleted.",
            object.name()
        ));
    }
    Ok(object)
}

fn send(
    run: &mut CommandContext<'_>,
    document: &Document,
    force: bool,
    options: RequestOptions,
) -> Result<Rc<Object>, Failure> {
    let (kind, namespace, name) = (document.kind, &document.namespace, &document.name);
    let mut manifest = document.value.clone();
    if kind.namespaced() {
        manifest["metadata"]["namespace"] = namespace.as_str().into();
    }
    let applied = run.cluster.apply(kind, namespace, name, &manifest, force, options);
    let applied = applied.map_err(|status| match status.reason {
        Reason::Conflict => Failure::own(format!("{}\n{ADVICE}", status.message)),
        _ => Failure::from(status),
    })?;
    run.warn_all(&applied.admitted.warnings);
    Ok(applied.admitted.object)
}

/// Applies the last-applied annotation under a name of its own, so that it stays; false if there is none.
///
/// Models: kubectl/pkg/cmd/apply/apply.go saveLastApplyAnnotationIfNecessary (v1.36).
fn keep_last_applied(run: &mut CommandContext<'_>, object: &Object) -> Result<bool, Failure> {
    let manager = run.cluster.field_manager().clone();
    let Some(annotation) = object.annotation(LAST_APPLIED) else {
        return Ok(false);
    };
    if &*manager.name != KUBECTL || Cluster::applies_last_applied(object) {
        return Ok(true);
    }
    let (kind, namespace, name) = (object.kind, object.namespace(), object.name());
    let alone = json!({
        "apiVersion": kind.api_version(), "kind": kind.name(),
        "metadata": {"annotations": {LAST_APPLIED: annotation}, "name": name},
    });
    run.cluster.set_field_manager(FieldManager::new(KEEPER));
    let kept = run
        .cluster
        .apply(kind, namespace, name, &alone, false, RequestOptions::default());
    run.cluster.set_field_manager(manager);
    kept?;
    Ok(true)
}
