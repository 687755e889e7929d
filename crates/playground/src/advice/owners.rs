//! Objects whose owner is not there, so that the garbage collector removes them.

use super::context::{Context, at};
use crate::diagnostic::{Advice, Diagnostic};
use crate::documents::TextObject;
use crate::written::without;
use api::Cursor;
use yaml::Step;

/// Advice for each object that was created and is gone, as its owner is not there.
pub fn advise(context: &Context<'_>) -> Vec<Diagnostic> {
    context
        .lost
        .iter()
        .filter_map(|object| of_object(context, object))
        .collect()
}

fn of_object(context: &Context<'_>, object: &TextObject<'_>) -> Option<Diagnostic> {
    let (_, key) = object.created.as_ref()?;
    let owner = Cursor::new(object.value)
        .metadata()
        .field("ownerReferences")
        .items()
        .next()?;
    let (kind, name) = (owner.field("kind").text(), owner.field("name").text());
    let message = format!(
        "its owner, {kind} {name}, is not here: the garbage collector removes {}",
        key.name
    );
    let known = api::Kind::of_name(kind).and_then(|kind| context.cluster.find(kind, &key.namespace, name));
    let meaning = match known {
        Some(_) => format!(
            "There is a {kind} {name}, but with another uid: an owner is known by its uid, which each cluster chooses anew."
        ),
        None => "An object with ownerReferences lives as long as one of its owners.".to_owned(),
    };
    Some(Diagnostic {
        meaning: Some(meaning),
        fixes: without(context.text, object, &["metadata", "ownerReferences"])
            .into_iter()
            .collect(),
        ..at(
            object,
            object.key_at(&[Step::Name("metadata"), Step::Name("ownerReferences")]),
            Advice::Owner,
            message,
        )
    })
}
