use super::{condition, label};
use crate::{Cursor, Value};

#[derive(Clone, Copy, Debug)]
pub struct Node<'a>(Cursor<'a>);

impl<'a> Node<'a> {
    pub fn of(object: &'a Value) -> Self {
        Self(Cursor::new(object))
    }

    pub fn spec(self) -> Cursor<'a> {
        self.0.field("spec")
    }

    pub fn status(self) -> Cursor<'a> {
        self.0.field("status")
    }

    pub fn internal_ip(self) -> Option<&'a str> {
        self.address("InternalIP")
    }

    /// The first address of a type, such as `InternalIP`.
    pub fn address(self, kind: &str) -> Option<&'a str> {
        self.status()
            .field("addresses")
            .find("type", kind)?
            .field("address")
            .as_text()
    }

    pub fn zone(self) -> Option<&'a str> {
        self.0.field("metadata").field("labels").field(label::ZONE).as_text()
    }

    pub fn pod_cidr(self) -> Option<&'a str> {
        self.spec().field("podCIDR").as_text()
    }

    pub fn is_unschedulable(self) -> bool {
        self.spec().field("unschedulable").flag()
    }

    pub fn taints(self) -> &'a [Value] {
        self.spec().field("taints").list()
    }

    pub fn condition(self, name: &str) -> Option<Cursor<'a>> {
        condition(self.status(), name)
    }
}
