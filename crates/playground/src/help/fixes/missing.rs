//! Fixes of names of objects that are not there: such an object in front, or no name.

use super::{Fault, at, fix, named, text_of, value};
use crate::diagnostic::Fix;
use crate::written::{quoted, removed_pairs, together};

/// The namespace in a document of its own, in front.
pub fn namespace(fault: &Fault<'_>) -> Option<Fix> {
    let name = fault.written()?;
    in_front(fault, "Namespace", name, None)
}

/// The service account in a document of its own, in front.
pub fn service_account(fault: &Fault<'_>) -> Option<Fix> {
    let (_, spec) = fault.path.split_last()?;
    let spec = at(fault.node, spec)?;
    let written = named(spec, "serviceAccountName").or_else(|| named(spec, "serviceAccount"));
    let name = text_of(written?.1)?;
    let namespace = value::object(fault, "metadata").and_then(|it| text_of(named(it, "namespace")?.1));
    in_front(fault, "ServiceAccount", name, namespace)
}

/// No service account, by neither of its two fields.
pub fn service_account_left_out(fault: &Fault<'_>) -> Option<Fix> {
    let (_, spec) = fault.path.split_last()?;
    let spec = at(fault.node, spec)?;
    let gone = removed_pairs(fault.text, 0, spec, |name, _| {
        ["serviceAccount", "serviceAccountName"].contains(&name)
    })?;
    let changes = gone.into_iter().map(|range| (range, String::new())).collect();
    together("Leave it out", fault.text, changes)
}

/// A document before that of the fault; none if the text may hold the object already.
fn in_front(fault: &Fault<'_>, kind: &str, name: &str, namespace: Option<&str>) -> Option<Fix> {
    let holds = |words: String| fault.whole.contains(&words);
    if holds(format!("kind: {kind}")) && holds(format!("name: {name}")) {
        return None;
    }
    let namespace = namespace.map_or_else(String::new, |it| format!("  namespace: {}\n", quoted(it)));
    let document = format!(
        "apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {}\n{namespace}---\n",
        quoted(name)
    );
    Some(fix(format!("Create {kind} {name} first"), 0..0, document))
}
