//! The request of server-side apply.

use super::compare::{compare, fields_of};
use super::entry::{Entry, FieldManager, Managers, Operation};
use super::field_set::FieldSet;
use super::merge::{merge, remove};
use super::owners::{all, known, managed, named, noted};
use super::shape::Shape;
use super::typed;
use crate::Cluster;
use crate::server::custom_objects;
use crate::server::requests::{Admitted, RequestOptions};
use crate::server::status::{Reason, Status};
use crate::store::Object;
use api::{Kind, Value, go};

/// What a request to apply came to.
#[derive(Debug)]
pub struct Applied {
    pub admitted: Admitted,
    pub is_new: bool,
}

/// The manager of `kubectl apply --server-side`, for which what was applied on the client's side counts.
const KUBECTL: &str = "kubectl";
pub(super) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The fields of a manager that another one would change.
struct Conflicts(Vec<(Entry, FieldSet)>);

impl Cluster {
    /// Applies a manifest: creates the object, or merges it into the one that is there.
    ///
    /// Models: apiserver/pkg/endpoints/handlers/patch.go applyPatcher (v1.36).
    pub fn apply(
        &mut self,
        kind: Kind,
        namespace: &str,
        name: &str,
        manifest: &Value,
        force: bool,
        options: RequestOptions,
    ) -> Result<Applied, Status> {
        self.fits(kind, namespace, name, manifest)?;
        let by = self.tools.field_manager.clone();
        let now = self.now();
        let Some(live) = self.find(kind, namespace, name).cloned() else {
            let entry = Entry {
                fields: managed(&fields_of(Shape::of(kind), manifest), ""),
                manager: by,
                operation: Operation::Apply,
                at: now,
            };
            let managers = known(vec![entry]);
            let admitted = self.create_managed(kind, namespace, manifest, options, Some(managers))?;
            return Ok(Applied { admitted, is_new: true });
        };
        let (mut value, managers) = match applied(&live, manifest, &by, force, now) {
            Err(conflicts) if &*by.name == KUBECTL => {
                let allowed = allowed_by_last_applied(&live);
                let left = conflicts.without(&allowed);
                if left.0.is_empty() {
                    applied(&live, manifest, &by, true, now).map_err(|it| it.status(kind))?
                } else {
                    return Err(left.status(kind));
                }
            }
            other => other.map_err(|it| it.status(kind))?,
        };
        if &*by.name == KUBECTL {
            update_last_applied(&mut value, manifest);
        }
        let admitted = self.update_managed(kind, namespace, name, &value, options, Some(managers))?;
        Ok(Applied {
            admitted,
            is_new: false,
        })
    }

    /// Models: apimachinery/pkg/util/managedfields/internal/structuredmerge.go Apply (v1.36).
    fn fits(&self, kind: Kind, namespace: &str, name: &str, manifest: &Value) -> Result<(), Status> {
        let words = match self.objections(kind, manifest).as_slice() {
            [] => return Ok(()),
            [one] => one.clone(),
            several => format!("errors:\n  {}", several.join("\n  ")),
        };
        let version = match kind.group() {
            "" => "/v1",
            _ => kind.api_version(),
        };
        let place = format!("{namespace}/{name}; {version}, Kind={}", kind.name());
        let message = format!("failed to create typed patch object ({place}): {words}");
        Err(Status::plain(500, Reason::Unknown, message))
    }

    fn objections(&self, kind: Kind, manifest: &Value) -> Vec<String> {
        if kind.is_custom() {
            let schema = custom_objects::schema(&self.tools.store, kind, manifest);
            return typed::custom_objections(schema, manifest);
        }
        typed::objections(kind, manifest)
    }
}

/// The object with what is applied, and who manages what then.
///
/// Models: structured-merge-diff/v6/merge/update.go Apply, update (v1.36).
fn applied(
    live: &Object,
    manifest: &Value,
    by: &FieldManager,
    force: bool,
    now: i64,
) -> Result<(Value, Managers), Conflicts> {
    let (kind, shape) = (live.kind, Shape::of(live.kind));
    let fields = managed(&fields_of(shape, manifest), "");
    let mut entries = all(live);
    let own = entries.iter().position(|it| it.is_of(by, Operation::Apply));
    let before = own.map(|own| entries.remove(own));
    let others = entries.iter().fold(fields.clone(), |all, it| all.union(&it.fields));
    let mut value = merge(shape, &live.value, manifest);
    if let Some(before) = &before {
        value = pruned(kind, &value, &before.fields, &others);
    }
    let changes = compare(shape, &live.value, &value);
    let mut conflicts = Vec::new();
    for entry in &mut entries {
        let lost = entry.fields.intersection(&changes.changed);
        if !lost.is_empty() {
            conflicts.push((entry.clone(), lost.clone()));
        }
        entry.fields = entry.fields.difference(&lost).difference(&changes.removed);
    }
    if !force && !conflicts.is_empty() {
        return Err(Conflicts(conflicts));
    }
    let unchanged = before.filter(|before| before.fields == fields);
    entries.push(Entry {
        manager: by.clone(),
        operation: Operation::Apply,
        at: unchanged.map_or(now, |before| before.at),
        fields,
    });
    // What controllers report is found again from the object.
    let noted = noted(live);
    let is_noted = |entry: &Entry| noted.iter().any(|it| it.is_of(&entry.manager, entry.operation));
    entries.retain(|entry| entry.manager.subresource != "status" || is_noted(entry));
    Ok((value, known(entries)))
}

/// Takes out what the manager applied before and nobody wants any longer.
///
/// Models: structured-merge-diff/v6/merge/update.go prune, addBackOwnedItems, addBackDanglingItems (v1.36).
fn pruned(kind: Kind, merged: &Value, last: &FieldSet, managed: &FieldSet) -> Value {
    let shape = Shape::of(kind);
    let named = |set: &FieldSet| named(kind, set);
    let fields = |value: &Value| named(&fields_of(shape, value));
    let (last, all) = (named(last), fields(merged));
    let rest = remove(shape, merged, &last);
    let rest = remove(shape, merged, &all.difference(&fields(&rest).union(&named(managed))));
    remove(shape, merged, &all.difference(&fields(&rest)).intersection(&last))
}

/// The fields whose value is still the one that was applied on the client's side.
///
/// Models: apimachinery/pkg/util/managedfields/internal/lastappliedmanager.go allowedConflictsFromLastApplied (v1.36).
fn allowed_by_last_applied(live: &Object) -> FieldSet {
    let last = live.annotation(LAST_APPLIED);
    let last = last.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let Some(last) = last.filter(|last| last["apiVersion"] == live.kind.api_version()) else {
        return FieldSet::default();
    };
    let shape = Shape::of(live.kind);
    let changes = compare(shape, &last, &live.value);
    fields_of(shape, &last)
        .difference(&changes.changed)
        .difference(&changes.removed)
}

/// Keeps the annotation of the client's side, if there is one, what the server applies.
///
/// Models: apimachinery/pkg/util/managedfields/internal/lastappliedupdater.go (v1.36).
fn update_last_applied(value: &mut Value, manifest: &Value) {
    let known = value.pointer_mut("/metadata/annotations");
    let Some(annotation) = known.and_then(|annotations| annotations.get_mut(LAST_APPLIED)) else {
        return;
    };
    let mut manifest = manifest.clone();
    if let Some(annotations) = manifest
        .pointer_mut("/metadata/annotations")
        .and_then(Value::as_object_mut)
    {
        annotations.remove(LAST_APPLIED);
    }
    *annotation = (go::json(&manifest) + "\n").into();
}

impl Conflicts {
    fn without(self, allowed: &FieldSet) -> Self {
        let rest = self
            .0
            .into_iter()
            .map(|(entry, lost)| (entry, lost.difference(allowed)));
        Self(rest.filter(|(_, lost)| !lost.is_empty()).collect())
    }

    /// Models: apimachinery/pkg/util/managedfields/internal/conflict.go getConflictMessage (v1.36).
    fn status(&self, kind: Kind) -> Status {
        let version = kind.api_version();
        let who = |Entry { manager, operation, .. }: &Entry| {
            let subresource = match manager.subresource {
                "" => String::new(),
                name => format!(" with subresource {}", go::quote(name)),
            };
            let using = match operation {
                Operation::Update => format!(" using {version}"),
                Operation::Apply => String::new(),
            };
            format!("{}{subresource}{using}", go::quote(&manager.name))
        };
        let count: usize = self.0.iter().map(|(_, lost)| lost.paths().len()).sum();
        let words = match self.0.as_slice() {
            [(entry, lost)] if count == 1 => format!(
                "Apply failed with 1 conflict: conflict with {}: {}",
                who(entry),
                lost.paths().join("")
            ),
            several => {
                let mut several: Vec<String> = several
                    .iter()
                    .map(|(entry, lost)| format!("conflicts with {}:\n- {}", who(entry), lost.paths().join("\n- ")))
                    .collect();
                several.sort();
                format!("Apply failed with {count} conflicts: {}", several.join("\n"))
            }
        };
        Status::plain(409, Reason::Conflict, words)
    }
}
