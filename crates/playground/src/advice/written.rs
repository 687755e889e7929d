//! Places in the text of an object, and changes there.

use crate::diagnostic::Fix;
use std::ops::Range;
use yaml::{Node, NodeKind};

/// A replacement of a value by another.
pub(super) fn change(range: Range<usize>, to: impl Into<String>) -> Fix {
    let replacement = to.into();
    Fix {
        label: format!("Change to {replacement}"),
        range,
        replacement,
    }
}

/// A range of a document as a range of the text.
pub(super) fn on(origin: usize, range: &Range<usize>) -> Range<usize> {
    origin + range.start..origin + range.end
}

pub(super) fn field<'a>(node: &'a Node, names: &[&str]) -> Option<&'a Node> {
    names.iter().try_fold(node, |node, name| Some(pair(node, name)?.1))
}

/// The key and the value of a field.
pub(super) fn pair<'a>(node: &'a Node, name: &str) -> Option<(&'a Node, &'a Node)> {
    let NodeKind::Mapping(pairs) = &node.kind else {
        return None;
    };
    let named = |key: &Node| matches!(&key.kind, NodeKind::Scalar { text, .. } if text == name);
    { pairs.iter() }
        .find(|(key, _)| named(key))
        .map(|(key, value)| (key, value))
}

pub(super) fn items(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.kind) {
        Some(NodeKind::Sequence(items)) => items,
        _ => &[],
    }
}

pub(super) fn word<'a>(node: &'a Node, name: &str) -> Option<&'a str> {
    match &field(node, &[name])?.kind {
        NodeKind::Scalar { text, .. } => Some(text),
        _ => None,
    }
}
