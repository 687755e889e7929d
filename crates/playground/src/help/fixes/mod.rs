//! Changes of the text that cure what is wrong in it.
//!
//! A fix is offered only if the intention is plain. Each is one replacement, so that the editor undoes it in one step.

pub mod field;
pub mod missing;
pub mod shape;
mod syntax;
pub mod value;

pub use syntax::syntax_fixes;

use crate::diagnostic::Fix;
use api::{Finding, Kind, Segment};
use std::ops::Range;
use yaml::{Node, NodeKind};

/// A finding about an object, and the place of the object in the text.
pub struct Fault<'a> {
    /// The whole text.
    pub whole: &'a str,
    /// The text of the document. Places are counted from its beginning.
    pub text: &'a str,
    /// The document of the object.
    pub node: &'a Node,
    /// The way from the document to the field.
    pub path: Vec<Segment>,
    /// How many of its steps lead to the object.
    pub within: usize,
    /// The kind of the object, if it is known.
    pub kind: Option<Kind>,
    /// What is wrong.
    pub finding: &'a Finding,
}

impl Fault<'_> {
    /// The object's `apiVersion`.
    pub(super) fn api_version(&self) -> Option<&str> {
        text_of(value::object(self, "apiVersion")?)
    }

    /// The text of the value at the path.
    pub(super) fn written(&self) -> Option<&str> {
        text_of(self.value()?)
    }

    /// The steps within the object.
    fn steps(&self) -> &[Segment] {
        self.path.get(self.within..).unwrap_or_default()
    }

    /// The value at the path.
    fn value(&self) -> Option<&Node> {
        at(self.node, &self.path)
    }

    /// The key and the value of the field.
    fn entry(&self) -> Option<(&Node, &Node)> {
        entry(self.node, &self.path)
    }
}

/// The value at a path.
fn at<'a>(node: &'a Node, path: &[Segment]) -> Option<&'a Node> {
    path.iter().try_fold(node, |node, step| match (&node.kind, step) {
        (NodeKind::Mapping(_), Segment::Field(name) | Segment::Key(name)) => Some(named(node, name)?.1),
        (NodeKind::Sequence(items), Segment::Index(index)) => items.get(*index),
        _ => None,
    })
}

/// The key and the value at a path.
fn entry<'a>(node: &'a Node, path: &[Segment]) -> Option<(&'a Node, &'a Node)> {
    let (Segment::Field(name) | Segment::Key(name), parent) = path.split_last()? else {
        return None;
    };
    named(at(node, parent)?, name)
}

fn named<'a>(node: &'a Node, name: &str) -> Option<(&'a Node, &'a Node)> {
    let NodeKind::Mapping(pairs) = &node.kind else {
        return None;
    };
    let found = pairs.iter().rev().find(|(key, _)| text_of(key) == Some(name))?;
    Some((&found.0, &found.1))
}

/// The text of a scalar.
fn text_of(node: &Node) -> Option<&str> {
    match &node.kind {
        NodeKind::Scalar { text, .. } => Some(text),
        _ => None,
    }
}

/// Whether a scalar has no quotes.
fn is_plain(node: &Node) -> bool {
    matches!(&node.kind, NodeKind::Scalar { plain: true, .. })
}

/// The beginning of the line of a place.
fn line_start(text: &str, place: usize) -> usize {
    let before = text.get(..place).unwrap_or(text);
    before.rfind('\n').map_or(0, |index| index + 1)
}

/// The end of the line of a place, with its line end.
fn line_end(text: &str, place: usize) -> usize {
    let after = text.get(place..).unwrap_or_default();
    after.find('\n').map_or(text.len(), |index| place + index + 1)
}

/// The distance of a place from the beginning of its line.
fn column(text: &str, place: usize) -> usize {
    place - line_start(text, place)
}

/// Whether only spaces precede a place on its line.
fn begins_line(text: &str, place: usize) -> bool {
    let before = text.get(line_start(text, place)..place).unwrap_or_default();
    before.bytes().all(|byte| byte == b' ')
}

/// The whole lines of a field, from its key to the end of its value; `None` if other text shares its first line.
fn lines(text: &str, (key, value): (&Node, &Node)) -> Option<Range<usize>> {
    begins_line(text, key.span.start)
        .then(|| line_start(text, key.span.start)..line_end(text, value.span.end.max(key.span.end)))
}

/// Whole lines with another indentation.
fn indented(block: &str, from: usize, to: usize) -> String {
    let shift = |line: &str| {
        let deep = line.len() - line.trim_start_matches(' ').len();
        if line.trim().is_empty() {
            line.to_owned()
        } else {
            format!(
                "{}{}",
                " ".repeat((deep + to).saturating_sub(from)),
                line.trim_start_matches(' ')
            )
        }
    };
    block.split_inclusive('\n').map(shift).collect()
}

fn ended(mut lines: String) -> String {
    if !lines.ends_with('\n') {
        lines.push('\n');
    }
    lines
}

fn fix(label: impl Into<String>, range: Range<usize>, replacement: impl Into<String>) -> Fix {
    Fix {
        label: label.into(),
        range,
        replacement: replacement.into(),
    }
}

/// The nearest of some words to one that was written, if it is near.
pub fn nearest<'a>(written: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let measured = words
        .into_iter()
        .map(|word| (base::distance(&written.to_lowercase(), &word.to_lowercase()), word));
    let (far, word) = measured.min()?;
    (far <= 2 && far < written.len() / 2 + 1).then_some(word)
}
