use api::Kind;
use std::collections::BTreeSet;
use std::rc::Rc;

pub(crate) type Keys = BTreeSet<(Kind, ObjectKey)>;

/// Where an object is: its namespace (empty if the kind has none) and its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct ObjectKey {
    pub namespace: Rc<str>,
    pub name: Rc<str>,
}

impl ObjectKey {
    pub fn new(namespace: &str, name: &str) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
        }
    }

    /// The shortest name by which a client in a namespace reaches the Service of this key.
    pub fn name_from(&self, namespace: &str) -> String {
        if *self.namespace == *namespace {
            self.name.to_string()
        } else {
            format!("{}.{}", self.name, self.namespace)
        }
    }
}
