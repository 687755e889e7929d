//! Names and uids of new objects.

use super::Tools;
use crate::names;
use crate::store::key::ObjectKey;
use api::Kind;
use std::rc::Rc;

impl Tools {
    /// The uid of an object of this name that is created now.
    pub(crate) fn uid(&self, kind: Kind, namespace: &str, name: &str) -> String {
        names::uid(self.seed, &[kind.name(), namespace, name, &self.now.to_string()])
    }

    pub(crate) fn generated(&self, kind: Kind, namespace: &str, prefix: &str) -> u64 {
        let prefix = (kind, namespace.into(), prefix.into());
        self.generated.get(&prefix).copied().unwrap_or(0)
    }

    /// How many Services of a name were deleted, so that the next one draws other numbers.
    pub(crate) fn freed(&self, service: &ObjectKey) -> u64 {
        self.generated.get(&freed(service)).copied().unwrap_or(0)
    }

    /// Counts a Service of this name that was deleted.
    pub(super) fn note_freed(&mut self, service: &ObjectKey) {
        let count = self.freed(service) + 1;
        self.generated.insert(freed(service), count);
    }

    /// A free name with this prefix; its suffix depends on the seed and on how many names the prefix had before.
    pub(crate) fn generated_name(&mut self, kind: Kind, namespace: &str, prefix: &str) -> String {
        let id = (kind, namespace.into(), prefix.into());
        let mut count = self.generated.get(&id).copied().unwrap_or(0);
        let name = loop {
            count += 1;
            let number = base::hash(self.seed, &[kind.name(), namespace, prefix, &count.to_string()]);
            let name = format!("{prefix}{}", names::suffix(number, 5));
            if self.store.find(kind, namespace, &name).is_none() {
                break name;
            }
        };
        self.generated.insert(id, count);
        name
    }
}

/// What counts the deleted Services of a name: no prefix of a generated name ends like this.
fn freed(service: &ObjectKey) -> (Kind, Rc<str>, Rc<str>) {
    (
        Kind::Service,
        service.namespace.clone(),
        format!("{} ", service.name).into(),
    )
}
