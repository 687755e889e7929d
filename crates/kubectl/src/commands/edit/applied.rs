//! `apply edit-last-applied`: the manifest that was applied last, changed in the editor.

use super::{Saved, objects_of, open, saved};
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::output::dry_run::DryRun;
use crate::output::report::report;
use crate::targets::documents::LAST_APPLIED;
use crate::targets::{manifests, one};
use crate::{admit, print};
use api::Value;
use cluster::{FieldValidation, Object, RequestOptions};
use serde_json::json;
use std::rc::Rc;

const HEAD: &str = "# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
";

/// Models: kubectl/pkg/cmd/util/editor/editoptions.go Run, visitToApplyEditPatch, annotationPatch (v1.36).
pub(in crate::commands) fn edit_last_applied(
    run: &mut CommandContext<'_>,
    args: &Args,
    objects: &[Rc<Object>],
) -> Result<(), Vec<Failure>> {
    if let Some(edited) = run.around.edited {
        return match saved(run, edited).map_err(one)? {
            Saved::Nothing => Ok(()),
            Saved::Text(text) => note_all(run, args, (edited.original, &text)).map_err(one),
        };
    }
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for object in objects {
        let noted = object.annotation(LAST_APPLIED).unwrap_or_default();
        if let Some(Ok(value)) = manifests::read(noted).into_iter().next() {
            names.push(print::name(object.kind, object.name()));
            values.push(value);
        }
    }
    let shown = match values.as_slice() {
        [one] => print::yaml(one),
        several => print::yaml(&json!({"apiVersion": "v1", "items": several, "kind": "List", "metadata": {}})),
    };
    open(run, &names, format!("{HEAD}{shown}"));
    Ok(())
}

fn note_all(run: &mut CommandContext<'_>, args: &Args, (original, text): (&str, &str)) -> Result<(), Failure> {
    let before = objects_of(original).unwrap_or_default();
    for value in objects_of(text).map_err(Failure::own)? {
        let asked = (args.text("namespace"), args.namespace());
        let document = admit::document(run.mapper(), &value, "edited-file", asked, FieldValidation::Ignore);
        let document = document.map_err(|unread| unread.0)?;
        let object = run.cluster.get(document.kind, &document.namespace, &document.name)?;
        if before.contains(&value) {
            report(run, args, &object, "skipped", DryRun::No)?;
            continue;
        }
        let json = api::go::json(&value);
        let mut noted = object.value.clone();
        noted["metadata"]["annotations"][LAST_APPLIED] = Value::from(format!("{json}\n"));
        let (kind, namespace, name) = (object.kind, object.namespace(), object.name());
        let stored = run
            .cluster
            .update(kind, namespace, name, &noted, RequestOptions::default())?;
        run.output
            .equals
            .push(format!("kubectl apply set-last-applied -f - <<'EOF'\n{json}\nEOF"));
        report(run, args, &stored.object, "edited", DryRun::No)?;
    }
    Ok(())
}
