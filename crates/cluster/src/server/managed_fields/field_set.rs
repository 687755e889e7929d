//! Sets of fields, as `metadata.managedFields` writes them.

use api::{Value, go};
use std::collections::BTreeMap;

/// A set of fields: a tree whose steps are written as in `fieldsV1`.
///
/// `f:NAME` is a field, `k:{…}` an item of a list by its keys, `v:…` a value of a list of values.
///
/// Models: structured-merge-diff/v6/fieldpath Set, PathElement (v1.36).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldSet {
    /// Whether the field here is in the set itself.
    member: bool,
    children: BTreeMap<String, FieldSet>,
}

impl FieldSet {
    /// The whole object, the empty path, is never in a set.
    pub(super) fn insert(&mut self, path: &[String]) {
        let Some((first, rest)) = path.split_first() else {
            return;
        };
        let child = self.children.entry(first.clone()).or_default();
        if rest.is_empty() {
            child.member = true;
        } else {
            child.insert(rest);
        }
    }

    pub(super) fn of(paths: &[&[&str]]) -> Self {
        let mut set = Self::default();
        for path in paths {
            let path: Vec<String> = path.iter().map(|name| format!("f:{name}")).collect();
            set.insert(&path);
        }
        set
    }

    pub(crate) fn is_empty(&self) -> bool {
        !self.member && self.children.is_empty()
    }

    pub(super) fn is_member(&self) -> bool {
        self.member
    }

    pub(super) fn child(&self, step: &str) -> Option<&Self> {
        self.children.get(step)
    }

    /// Whether all of another set is in this one.
    pub(crate) fn contains(&self, other: &Self) -> bool {
        other.difference(self).is_empty()
    }

    #[must_use]
    pub(super) fn union(&self, other: &Self) -> Self {
        let mut all = self.clone();
        all.member |= other.member;
        for (step, theirs) in &other.children {
            let child = all.children.entry(step.clone()).or_default();
            *child = child.union(theirs);
        }
        all
    }

    #[must_use]
    pub(super) fn intersection(&self, other: &Self) -> Self {
        let children = self.children.iter().filter_map(|(step, own)| {
            let common = own.intersection(other.children.get(step)?);
            (!common.is_empty()).then(|| (step.clone(), common))
        });
        Self {
            member: self.member && other.member,
            children: children.collect(),
        }
    }

    #[must_use]
    pub(super) fn difference(&self, other: &Self) -> Self {
        let children = self.children.iter().filter_map(|(step, own)| {
            let left = match other.children.get(step) {
                None => own.clone(),
                Some(theirs) => own.difference(theirs),
            };
            (!left.is_empty()).then(|| (step.clone(), left))
        });
        Self {
            member: self.member && !other.member,
            children: children.collect(),
        }
    }

    /// Without a field and all below it.
    #[must_use]
    pub(super) fn without(&self, name: &str) -> Self {
        let mut rest = self.clone();
        rest.children.remove(&format!("f:{name}"));
        rest
    }

    /// Only a field and all below it.
    #[must_use]
    pub(super) fn only(&self, names: &[&str]) -> Self {
        let mut rest = self.clone();
        rest.children
            .retain(|step, _| names.iter().any(|name| step.strip_prefix("f:") == Some(name)));
        rest
    }

    /// The same with the fields on the way of which `is_named` says that their struct declares them.
    pub(super) fn map_steps(&self, named: &mut dyn FnMut(&str) -> bool) -> Self {
        let mut set = self.clone();
        for (step, child) in &mut set.children {
            child.member |= !child.children.is_empty() && named(step);
        }
        set
    }

    pub(super) fn children_mut(&mut self) -> impl Iterator<Item = (&String, &mut Self)> {
        self.children.iter_mut()
    }

    /// The paths as messages show them: those of a level before those below it.
    ///
    /// Models: structured-merge-diff/v6/fieldpath/set.go Iterate, element.go String (v1.36).
    pub(super) fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        self.collect("", &mut paths);
        paths
    }

    fn collect(&self, prefix: &str, paths: &mut Vec<String>) {
        for (step, child) in &self.children {
            if child.member {
                paths.push(format!("{prefix}{}", shown(step)));
            }
        }
        for (step, child) in &self.children {
            child.collect(&format!("{prefix}{}", shown(step)), paths);
        }
    }

    /// The set as `fieldsV1` writes it.
    ///
    /// Models: structured-merge-diff/v6/fieldpath/serialize.go ToJSON (v1.36).
    pub(super) fn to_json(&self) -> Value {
        let mut map = api::Map::new();
        for (step, child) in &self.children {
            let mut below = child.to_json();
            if child.member && !child.children.is_empty() {
                below["."] = Value::Object(api::Map::new());
            }
            map.insert(step.clone(), below);
        }
        Value::Object(map)
    }
}

/// A step as messages show it: `.spec`, `[name="web"]`, `[="a"]`.
pub(super) fn shown(step: &str) -> String {
    let (kind, rest) = step.split_at_checked(2).unwrap_or((step, ""));
    let text = |value: &Value| value.as_str().map_or_else(|| go::json(value), go::quote);
    let parsed = || serde_json::from_str::<Value>(rest).unwrap_or_default();
    match kind {
        "k:" => {
            let keys = parsed();
            let keys = keys.as_object().into_iter().flatten();
            let keys: Vec<String> = keys.map(|(name, value)| format!("{name}={}", text(value))).collect();
            format!("[{}]", keys.join(","))
        }
        "v:" => format!("[={}]", text(&parsed())),
        _ => format!(".{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn set(paths: &[&[&str]]) -> FieldSet {
        let mut set = FieldSet::default();
        for path in paths {
            let path: Vec<String> = path.iter().map(|step| (*step).to_owned()).collect();
            set.insert(&path);
        }
        set
    }

    #[test]
    fn a_set_is_written_as_managed_fields_hold_it_and_as_messages_show_it() {
        let ports = set(&[
            &["f:spec", "f:ports", r#"k:{"port":80,"protocol":"TCP"}"#],
            &["f:spec", "f:ports", r#"k:{"port":80,"protocol":"TCP"}"#, "f:name"],
            &["f:metadata", "f:finalizers", r#"v:"a/b""#],
        ]);
        let wanted = json!({
            "f:metadata": {"f:finalizers": {"v:\"a/b\"": {}}},
            "f:spec": {"f:ports": {"k:{\"port\":80,\"protocol\":\"TCP\"}": {".": {}, "f:name": {}}}},
        });
        assert_eq!(ports.to_json(), wanted);
        let paths = [
            ".metadata.finalizers[=\"a/b\"]",
            ".spec.ports[port=80,protocol=\"TCP\"]",
            ".spec.ports[port=80,protocol=\"TCP\"].name",
        ];
        assert_eq!(ports.paths(), paths);
    }

    #[test]
    fn sets_are_added_and_taken_away() {
        let (a, b) = (set(&[&["f:a"], &["f:b", "f:c"]]), set(&[&["f:b"], &["f:b", "f:c"]]));
        assert_eq!(a.difference(&b), set(&[&["f:a"]]));
        assert_eq!(b.difference(&a), set(&[&["f:b"]]));
        assert_eq!(a.intersection(&b), set(&[&["f:b", "f:c"]]));
        assert!(a.union(&b).contains(&a) && !a.contains(&b));
    }
}
