//! Who manages which fields of an object.

use super::field_set::FieldSet;
use api::Value;
use std::rc::Rc;

/// Who sends a request: the name that it gives, and the part of the object that it works on.
///
/// Models: apimachinery/pkg/apis/meta/v1/types.go PatchOptions.FieldManager (v1.36).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldManager {
    pub name: Rc<str>,
    /// `scale` or `status`; empty for the object itself.
    pub subresource: &'static str,
}

impl FieldManager {
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            subresource: "",
        }
    }

    /// The same at work on a subresource.
    #[must_use]
    pub fn on(&self, subresource: &'static str) -> Self {
        Self {
            subresource,
            ..self.clone()
        }
    }
}

/// How a manager came to its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    Apply,
    Update,
}

impl Operation {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Apply => "Apply",
            Self::Update => "Update",
        }
    }
}

/// The fields of one manager.
///
/// Models: apimachinery/pkg/apis/meta/v1/types.go ManagedFieldsEntry (v1.36).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(super) manager: FieldManager,
    pub(super) operation: Operation,
    /// The virtual second of the last change.
    pub(super) at: i64,
    pub(super) fields: FieldSet,
}

impl Entry {
    pub(crate) fn is_applied(&self) -> bool {
        self.operation == Operation::Apply
    }

    pub(super) fn is_of(&self, manager: &FieldManager, operation: Operation) -> bool {
        self.operation == operation && self.manager == *manager
    }
}

/// The managers of an object, as far as clients wrote it; what controllers own follows from the rest of the object.
#[derive(Clone, Debug, Default)]
pub(crate) enum Managers {
    /// No client has written the object.
    #[default]
    Controllers,
    /// A client created the object by sending this; most objects are never asked for more.
    Created {
        by: FieldManager,
        at: i64,
        sent: Rc<Value>,
    },
    Known(Rc<[Entry]>),
}
