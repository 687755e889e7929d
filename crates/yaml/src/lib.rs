//! YAML and JSON text as kubectl reads it: a node tree with spans, go-yaml's scalar rules, libyaml's messages.
//!
//! May import: nothing of this workspace.
//! Invariant: knows no Kubernetes, and parsing never fails: what cannot be read becomes an error value beside what can.

mod node;
mod resolve;

pub use node::{Node, NodeKind};
pub use resolve::resolve;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::ops::Range;

/// One of the documents of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Where it stands between its separators, in bytes of the whole text.
    pub span: Range<usize>,
    /// Its content, or why kubectl cannot read it.
    pub content: Result<Node, SyntaxError>,
}

/// Why a document cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// In kubectl's words, the line counted within the document: `yaml: line 3: did not find expected key`.
    pub message: String,
    /// Where, in bytes of the whole text.
    pub span: Range<usize>,
}

/// A step from a node to one below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// To the value of a key.
    Name(&'a str),
    /// To an item of a list.
    Index(usize),
}

/// All documents of a text that hold anything, each read by itself so that a bad one hides no other.
///
/// Models: apimachinery/pkg/util/yaml YAMLReader (v1.36): a line that begins with `---` separates.
pub fn parse(text: &str) -> Vec<Document> {
    chunks(text)
        .into_iter()
        .filter_map(|span| document(text, span))
        .collect()
}

fn chunks(text: &str) -> Vec<Range<usize>> {
    let mut chunks = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        if line.starts_with("---") {
            chunks.push(start..at);
            start = at + line.len();
        }
        at += line.len();
    }
    chunks.push(start..at);
    chunks
}

fn document(text: &str, span: Range<usize>) -> Option<Document> {
    let chunk = text.get(span.clone())?;
    if let Err(error) = gate(chunk, span.start) {
        return Some(Document {
            span,
            content: Err(error),
        });
    }
    let node = node::read(chunk, span.start)?;
    Some(Document {
        span,
        content: Ok(node),
    })
}

/// libyaml's scanner and parser, as in go-yaml, judge the text.
fn gate(chunk: &str, offset: usize) -> Result<(), SyntaxError> {
    for document in serde_yaml::Deserializer::from_str(chunk) {
        IgnoredAny::deserialize(document).map_err(|error| syntax_error(chunk, offset, &error))?;
    }
    Ok(())
}

/// Differs: the position is serde_yaml's; go-yaml counts the line by the problem or its context.
fn syntax_error(chunk: &str, offset: usize, error: &serde_yaml::Error) -> SyntaxError {
    let words = error.to_string();
    let problem = words.split(" at line ").next().unwrap_or(&words);
    let (line, index) = error.location().map_or((1, 0), |place| (place.line(), place.index()));
    let start = floor(chunk, index.min(chunk.len()));
    let rest = chunk.get(start..).unwrap_or_default();
    let length = rest
        .find(['\n', '\r'])
        .unwrap_or(rest.len())
        .max(rest.chars().next().map_or(0, char::len_utf8));
    SyntaxError {
        message: format!("yaml: line {line}: {problem}"),
        span: offset + start..offset + start + length,
    }
}

fn floor(text: &str, index: usize) -> usize {
    (0..=index).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

impl Node {
    /// The place of what the steps lead to; where they lead beyond what is written, of the last thing on their way.
    ///
    /// With `key`, the key's place instead of its value's.
    pub fn locate<'a>(&self, steps: impl IntoIterator<Item = Step<'a>>, key: bool) -> Range<usize> {
        let (mut node, mut span) = (self, self.head());
        for step in steps {
            let Some((place, next)) = node.step(step) else {
                return span;
            };
            span = if key { place } else { next.span.clone() };
            node = next;
        }
        span
    }

    /// The first key of a mapping stands for all of it.
    fn head(&self) -> Range<usize> {
        match &self.kind {
            NodeKind::Mapping(pairs) => pairs.first().map_or(self.span.clone(), |(key, _)| key.span.clone()),
            _ => self.span.clone(),
        }
    }

    fn step(&self, step: Step<'_>) -> Option<(Range<usize>, &Node)> {
        match (&self.kind, step) {
            (NodeKind::Mapping(pairs), Step::Name(name)) => {
                let named =
                    |(key, _): &&(Node, Node)| matches!(&key.kind, NodeKind::Scalar { text, .. } if text == name);
                pairs
                    .iter()
                    .rev()
                    .find(named)
                    .map(|(key, value)| (key.span.clone(), value))
            }
            (NodeKind::Sequence(items), Step::Index(index)) => items.get(index).map(|item| (item.head(), item)),
            _ => None,
        }
    }
}
