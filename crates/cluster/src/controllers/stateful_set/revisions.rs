//! The revisions of a stateful set's template.

use crate::controllers::garbage;
use crate::controllers::stateful_set::{Members, REVISION};
use crate::controllers::workload::{adopt, owner_references, selector_matches};
use crate::names;
use crate::store::{Object, ObjectKey, Tools, set};
use api::{Fields, Kind, Value};
use base::Order;
use serde_json::json;
use std::rc::Rc;

/// The revision that the pods have and the one of the template, which is created if the template is new.
///
/// Models: pkg/controller/statefulset/stateful_set_control.go getStatefulSetRevisions (v1.36).
pub(crate) fn revisions_of(tools: &mut Tools, stateful_set: &Rc<Object>) -> (Rc<Object>, Rc<Object>) {
    adopt_revisions(tools, stateful_set);
    let known = known_revisions(tools, stateful_set);
    let data = revision_data(stateful_set);
    let next = known.last().map_or(0, |last| number(last)) + 1;
    let equal = known.iter().rev().find(|known| known.field("data") == &data);
    let update = match equal {
        Some(equal) if known.last().is_some_and(|last| last.field("data") == &data) => equal.clone(),
        Some(equal) => {
            let mut value = equal.value.clone();
            value["revision"] = next.into();
            tools.replace(equal, value)
        }
        None => create_revision(tools, stateful_set, &data, next),
    };
    let named = stateful_set.status().field("currentRevision").as_text();
    let current = known.iter().find(|known| Some(known.name()) == named);
    (current.cloned().unwrap_or_else(|| update.clone()), update)
}

pub(crate) fn adopt_revisions(tools: &mut Tools, stateful_set: &Rc<Object>) {
    if stateful_set.is_terminating() {
        return;
    }
    let orphans: Vec<_> = tools
        .store
        .orphans(Kind::ControllerRevision, stateful_set.namespace())
        .filter(|revision| selector_matches(stateful_set.spec().field("selector").value, revision))
        .cloned()
        .collect();
    for orphan in orphans {
        adopt(tools, &orphan, stateful_set);
    }
}

pub(crate) fn known_revisions(tools: &Tools, stateful_set: &Object) -> Vec<Rc<Object>> {
    let mut known = tools.store.owned(stateful_set.uid(), Kind::ControllerRevision);
    known.retain(|revision| selector_matches(stateful_set.spec().field("selector").value, revision));
    known.order_by(|a, b| (number(a), a.created(), a.name()).cmp(&(number(b), b.created(), b.name())));
    known
}

/// Models: pkg/controller/history/controller_history.go NewControllerRevision, CreateControllerRevision (v1.36).
fn create_revision(tools: &mut Tools, stateful_set: &Rc<Object>, data: &Value, number: i64) -> Rc<Object> {
    let hash = names::template_hash(&data.to_string());
    let key = ObjectKey::new(stateful_set.namespace(), &format!("{}-{hash}", stateful_set.name()));
    let mut value = json!({
        "apiVersion": "apps/v1", "data": data, "kind": "ControllerRevision",
        "metadata": {
            "labels": stateful_set.spec().field("template").metadata().field("labels").value.clone(), "ownerReferences": owner_references(stateful_set),
        },
        "revision": number,
    });
    set(
        &mut value,
        &["metadata", "labels", "controller.kubernetes.io/hash"],
        hash.into(),
    );
    let annotations = stateful_set.metadata().field("annotations");
    if annotations.value.is_object() {
        set(&mut value, &["metadata", "annotations"], annotations.value.clone());
    }
    tools.insert(Kind::ControllerRevision, key, value)
}

/// Erases the oldest revisions beyond the limit that no pod has.
///
/// Models: pkg/controller/statefulset/stateful_set_control.go truncateHistory (v1.36).
pub(crate) fn truncate_history(tools: &mut Tools, stateful_set: &Rc<Object>, members: &Members) {
    let limit = stateful_set
        .spec()
        .field("revisionHistoryLimit")
        .as_number()
        .unwrap_or(10);
    let pods = tools.store.owned(stateful_set.uid(), Kind::Pod);
    let mut history = known_revisions(tools, stateful_set);
    history.retain(|revision| {
        let name = revision.name();
        name != members.current.name()
            && name != members.update.name()
            && pods.iter().all(|pod| pod.label(REVISION) != Some(name))
    });
    let surplus = history
        .len()
        .saturating_sub(usize::try_from(limit).unwrap_or(usize::MAX));
    for revision in history.into_iter().take(surplus) {
        garbage::erase(tools, Kind::ControllerRevision, &revision.key);
    }
}

/// The content of a revision: a patch that restores its template.
///
/// Models: pkg/controller/statefulset/stateful_set_utils.go getPatch (v1.36).
pub(crate) fn revision_data(stateful_set: &Object) -> Value {
    let mut template = stateful_set.spec().field("template").value.clone();
    template["$patch"] = "replace".into();
    json!({"spec": {"template": template}})
}

pub(crate) fn number(revision: &Object) -> i64 {
    revision.value.field("revision").number()
}
