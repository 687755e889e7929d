//! `apply --server-side`, without field managers.

use crate::admit::{self, Document};
use crate::context::CommandContext;
use crate::failure::Failure;
use cluster::{FieldValidation, Object, Reason, RequestOptions, Status};
use std::rc::Rc;

/// Creates an object that does not exist.
///
/// Differs: the cluster notes nobody as a manager of fields, so what is there already is refused.
pub(super) fn apply(
    run: &mut CommandContext<'_>,
    document: &Document,
    options: RequestOptions,
) -> Result<Rc<Object>, Failure> {
    undeclared(document)?;
    let (kind, namespace, name) = (document.kind, &document.namespace, &document.name);
    if run.cluster.find(kind, namespace, name).is_some() {
        return Err(Failure::own(format!(
            "apply --server-side onto what is there is not simulated, as the cluster notes no managers of fields: leave --server-side out, or delete {}/{name} first",
            kind.plural()
        )));
    }
    let options = RequestOptions {
        validation: FieldValidation::Strict,
        ..options
    };
    let created = admit::create(run.cluster, document, options, &document.source)?;
    run.warn_all(&created.warnings);
    Ok(created.object)
}

/// Unknown fields are refused whatever `--validate` says.
///
/// Models: structured-merge-diff/v6/typed ValidationErrors.Error (v1.36).
fn undeclared(document: &Document) -> Result<(), Failure> {
    let unknown = document.unknown_fields();
    let each: Vec<String> = unknown
        .iter()
        .map(|finding| format!(".{}: field not declared in schema", finding.shown))
        .collect();
    let words = match each.as_slice() {
        [] => return Ok(()),
        [one] => one.clone(),
        several => format!("errors:\n  {}", several.join("\n  ")),
    };
    let kind = document.kind;
    let version = if kind.group().is_empty() {
        "/v1"
    } else {
        kind.api_version()
    };
    let place = format!(
        "{}/{}; {version}, Kind={}",
        document.namespace,
        document.name,
        kind.name()
    );
    Err(Status::plain(
        500,
        Reason::Unknown,
        format!("failed to create typed patch object ({place}): {words}"),
    )
    .into())
}
