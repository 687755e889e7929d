//! From what kubectl applied on its own side to what the server applies.

use super::apply::LAST_APPLIED;
use super::entry::{FieldManager, Managers, Operation};
use super::field_set::FieldSet;
use super::owners::{known, of_clients};
use crate::Cluster;
use crate::store::Object;
use api::Kind;
use std::rc::Rc;

fn last_applied() -> FieldSet {
    FieldSet::of(&[&["metadata", "annotations", LAST_APPLIED]])
}

impl Cluster {
    /// Whether somebody manages the last-applied annotation by applying it.
    pub fn applies_last_applied(object: &Object) -> bool {
        let entries = of_clients(object);
        let mut applied = entries.iter().filter(|it| it.operation == Operation::Apply);
        applied.any(|it| it.fields.contains(&last_applied()))
    }

    /// Makes those who wrote the last-applied annotation by updates one with the manager who applies now; `None` if there is
    /// nobody.
    ///
    /// Models: client-go/util/csaupgrade/upgrade.go UpgradeManagedFieldsPatch (v1.36).
    pub fn migrate_to_server_side(&mut self, kind: Kind, namespace: &str, name: &str) -> Option<Rc<Object>> {
        let object = self.find(kind, namespace, name)?.clone();
        let by = self.tools.field_manager.clone();
        let mut entries = of_clients(&object);
        let is_writer = |manager: &FieldManager, operation, fields: &FieldSet| {
            operation == Operation::Update && manager.subresource.is_empty() && fields.contains(&last_applied())
        };
        let place = entries
            .iter()
            .position(|it| is_writer(&it.manager, it.operation, &it.fields))?;
        let writer = entries.remove(place);
        if let Some(own) = entries.iter_mut().find(|it| it.is_of(&by, Operation::Apply)) {
            own.fields = own.fields.union(&writer.fields);
        } else {
            let mut own = writer;
            (own.manager, own.operation) = (by, Operation::Apply);
            entries.push(own);
        }
        let managers: Managers = known(entries);
        Some(
            self.tools
                .write_managed(kind, object.key.clone(), object.value.clone(), managers),
        )
    }
}
