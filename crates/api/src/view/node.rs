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
    pub fn address(self, kind: &'a str) -> Option<&'a str> {
        self.addresses(kind).next()
    }

    /// The addresses of a type: one of each family at most.
    pub fn addresses(self, kind: &'a str) -> impl Iterator<Item = &'a str> {
        let all = self.status().field("addresses").items();
        all.filter(move |it| it.field("type") == kind)
            .filter_map(|it| it.field("address").as_text())
    }

    pub fn zone(self) -> Option<&'a str> {
        self.0.field("metadata").field("labels").field(label::ZONE).as_text()
    }

    /// The ranges of its pods' addresses: `podCIDR` is the first of them.
    pub fn pod_cidrs(self) -> impl Iterator<Item = &'a str> {
        let first = self.spec().field("podCIDR").as_text();
        let others = self.spec().field("podCIDRs").texts();
        first
            .into_iter()
            .chain(others.filter(move |range| Some(*range) != first))
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
