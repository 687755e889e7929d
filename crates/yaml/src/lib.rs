//! YAML and JSON text as kubectl reads it: a node tree with spans, go-yaml's scalar rules, libyaml's messages.
//!
//! May import: nothing of this workspace.
//! Invariant: knows no Kubernetes, and parsing never fails: what cannot be read becomes an error value beside what can.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod compose;
mod json;
mod lines;
mod node;
mod resolve;
mod rule;
mod scan;

pub use lines::{LineIndex, Unit};
pub use node::{Node, NodeKind};
pub use resolve::{Note, is_number, is_text, is_timestamp, key_text, notes, resolve};
pub use rule::SyntaxRule;
use scan::Problem;
use std::borrow::Cow;
use std::ops::Range;

/// One document of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The range between the document's separators, in bytes of the whole text.
    pub span: Range<usize>,
    /// The byte of the text that the places in `content` are relative to.
    pub origin: usize,
    /// The root node, or why kubectl cannot read the document.
    pub content: Result<Node, SyntaxError>,
}

/// A part of a text between separators.
#[derive(Clone, Debug, PartialEq)]
pub enum Stretch {
    /// YAML that [`read`] can read without the rest of the text.
    Unread(Range<usize>),
    /// A document that had to be read to find its end, as JSON has.
    Read(Document),
}

/// Why a document cannot be read. kubectl reads no document after it either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The message in the parser's words, its line counted in the document: `yaml: line 3: did not find expected key`.
    pub message: String,
    /// The rule of the syntax that is broken.
    pub rule: SyntaxRule,
    /// The place of the error, in bytes from the document's origin.
    pub span: Range<usize>,
    /// Whether the error arose while YAML was converted to JSON; kubectl's message then says so.
    pub converting: bool,
}

impl SyntaxError {
    /// The text that kubectl prints after `error: error parsing STDIN: `.
    pub fn as_kubectl(&self) -> String {
        let stage = if self.converting {
            "error converting YAML to JSON: "
        } else {
            ""
        };
        format!("{stage}{}", self.message)
    }
}

/// A step from a node to one of its children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// The value of a key.
    Name(&'a str),
    /// An item of a list.
    Index(usize),
}

/// Parses all documents of a text that are not empty. Each is read by itself, so an error in one hides no other.
pub fn parse(text: &str) -> Vec<Document> {
    let read = |stretch| match stretch {
        Stretch::Read(document) => Some(document),
        Stretch::Unread(span) => Some(Document {
            origin: span.start,
            content: read(text.get(span.clone())?)?,
            span,
        }),
    };
    split(text).into_iter().filter_map(read).collect()
}

/// Splits a text into stretches, so that a caller can cache them and read only the changed ones again.
///
/// Models: apimachinery/pkg/util/yaml YAMLOrJSONDecoder (v1.36): a text that begins with a brace is read as JSON as far
/// as it goes, and as YAML where that fails.
pub fn split(text: &str) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut yaml_from = 0;
    let mut json_error = None;
    if guess_json(text) {
        loop {
            match json::read(text, yaml_from) {
                Ok(None) => return stretches,
                Ok(Some((node, end))) => {
                    stretches.push(Stretch::Read(Document {
                        span: node.span.clone(),
                        origin: 0,
                        content: Ok(node),
                    }));
                    yaml_from = end;
                }
                Err(error) => {
                    json_error = Some(error);
                    break;
                }
            }
        }
        // After two objects the text is certainly meant to be JSON.
        if let (2.., Some(error)) = (stretches.len(), &json_error) {
            stretches.push(broken_json(text, yaml_from, &error.message, error));
            return stretches;
        }
        let rest = text.get(yaml_from..).unwrap_or_default();
        match (blanks_to_next_line(rest), &json_error) {
            (None, Some(error)) => {
                stretches.push(broken_json(text, yaml_from, &error.with_offset(), error));
                return stretches;
            }
            (blanks, _) => yaml_from += blanks.unwrap_or_default(),
        }
    }
    let mut rest = yaml(text, yaml_from);
    if let Some(error) = json_error {
        blame_json(text, &error, &mut rest);
    }
    stretches.append(&mut rest);
    stretches
}

/// Reports JSON's error if the rest of the text is neither JSON nor YAML.
fn blame_json(text: &str, error: &json::JsonError, rest: &mut [Stretch]) {
    let holds = |stretch: &Stretch| match stretch {
        Stretch::Unread(span) => text
            .get(span.clone())
            .and_then(read)
            .map(|content| (content, span.start)),
        Stretch::Read(document) => Some((document.content.clone(), document.span.start)),
    };
    let first = rest
        .iter()
        .enumerate()
        .find_map(|(index, stretch)| Some((index, holds(stretch)?)));
    if let Some((index, (Err(_), start))) = first
        && let Some(stretch) = rest.get_mut(index)
    {
        *stretch = broken_json(text, start, &error.with_offset(), error);
    }
}

fn broken_json(text: &str, start: usize, message: &str, error: &json::JsonError) -> Stretch {
    let error = SyntaxError {
        message: message.to_owned(),
        rule: error.rule,
        span: error.span.clone(),
        converting: false,
    };
    Stretch::Read(Document {
        span: start..text.len(),
        origin: 0,
        content: Err(error),
    })
}

/// Models: GuessJSONStream: only so much is looked at.
fn guess_json(text: &str) -> bool {
    const BYTES: usize = 4096;
    let looked_at = text.get(..floor(text, BYTES)).unwrap_or_default();
    looked_at.trim_start().starts_with('{')
}

/// Models: YAMLOrJSONDecoder consumeWhitespace: up to what isn't blank, or over the first line's end; none where
/// fewer than four bytes are left to tell.
fn blanks_to_next_line(text: &str) -> Option<usize> {
    let mut consumed = 0;
    for c in text.chars() {
        if text.len() - consumed < 4 {
            return None;
        }
        if !c.is_whitespace() {
            return Some(consumed);
        }
        consumed += c.len_utf8();
        if c == '\n' {
            return Some(consumed);
        }
    }
    None
}

/// Models: YAMLReader: what stands before a broken separator is lost with it.
fn yaml(text: &str, from: usize) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut start = from;
    let mut at = from;
    for line in text.get(from..).unwrap_or_default().split_inclusive('\n') {
        let end = at + line.len();
        if let Some(rest) = line.strip_prefix("---") {
            let rest = rest.trim();
            if !rest.is_empty() && !rest.starts_with('#') {
                stretches.push(Stretch::Read(no_separator(rest, at..at + line.trim_end().len())));
                start = end;
            } else if at > start {
                stretches.push(Stretch::Unread(start..at));
                start = end;
            }
        }
        at = end;
    }
    stretches.push(Stretch::Unread(start..at));
    stretches
}

fn no_separator(rest: &str, span: Range<usize>) -> Document {
    let error = SyntaxError {
        message: format!("invalid Yaml document separator: {rest}"),
        rule: SyntaxRule::Separator,
        span: span.clone(),
        converting: false,
    };
    Document {
        span,
        origin: 0,
        content: Err(error),
    }
}

/// Reads a stretch of YAML, with places relative to its beginning. `None` if it is empty.
///
/// A line break is added to the last line if it has none, as kubectl's line reader does.
pub fn read(stretch: &str) -> Option<Result<Node, SyntaxError>> {
    let lines = if stretch.ends_with('\n') {
        Cow::Borrowed(stretch)
    } else {
        Cow::Owned(format!("{stretch}\n"))
    };
    let mut node = match compose::read(&lines) {
        Ok(node) => node?,
        Err(problem) => return Some(Err(unread(stretch, &problem))),
    };
    if is_null(&node) {
        return None;
    }
    if lines.len() > stretch.len() {
        node.end_by(stretch.len());
    }
    Some(match resolve::refuse(&node) {
        None => Ok(node),
        Some((words, span)) => Err(SyntaxError {
            message: words.text,
            rule: words.rule,
            span,
            converting: true,
        }),
    })
}

/// Converts a problem to an error that ends where the offending text ends, or else at the end of the line.
fn unread(stretch: &str, problem: &Problem) -> SyntaxError {
    let line = problem.line.map(|line| format!("line {line}: ")).unwrap_or_default();
    let start = floor(stretch, problem.mark.at);
    let rest = stretch.get(start..).unwrap_or_default();
    let to_line_end = || rest.find(['\n', '\r']).map_or(stretch.len(), |length| start + length);
    let end = problem.end.map_or_else(to_line_end, |end| floor(stretch, end));
    let next = start + rest.chars().next().map_or(0, char::len_utf8);
    SyntaxError {
        message: format!("yaml: {line}{}", problem.words.text),
        rule: problem.words.rule,
        span: start..end.max(next),
        converting: true,
    }
}

fn floor(text: &str, index: usize) -> usize {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

fn is_null(node: &Node) -> bool {
    matches!(&node.kind, NodeKind::Scalar { text, plain, tag } if resolve::is_null(text, *plain, tag.as_deref()))
}

impl Node {
    /// Cuts the spans of this node and of all nodes in it off at byte `end`.
    fn end_by(&mut self, end: usize) {
        self.span = self.span.start.min(end)..self.span.end.min(end);
        match &mut self.kind {
            NodeKind::Scalar { .. } => {}
            NodeKind::Sequence(items) => items.iter_mut().for_each(|item| item.end_by(end)),
            NodeKind::Mapping(pairs) => {
                for (key, value) in pairs {
                    key.end_by(end);
                    value.end_by(end);
                }
            }
        }
    }

    /// How many nodes it holds, with itself.
    pub fn count(&self) -> usize {
        1 + match &self.kind {
            NodeKind::Scalar { .. } => 0,
            NodeKind::Sequence(items) => items.iter().map(Self::count).sum(),
            NodeKind::Mapping(pairs) => pairs.iter().map(|(key, value)| key.count() + value.count()).sum(),
        }
    }

    /// The place of the node that `steps` lead to, or of the last key on the way if the text does not go that far.
    ///
    /// With `key`, the place of the key instead of its value.
    pub fn locate<'a>(&self, steps: impl IntoIterator<Item = Step<'a>>, key: bool) -> Range<usize> {
        let (mut node, mut at_key) = (self, self.head());
        for step in steps {
            let Some((place, next)) = node.step(step) else {
                return at_key;
            };
            (node, at_key) = (next, place);
        }
        if key || node.span.is_empty() {
            at_key
        } else {
            node.span.clone()
        }
    }

    /// The node that `steps` lead to, `None` if there is none.
    pub fn find<'a>(&self, steps: impl IntoIterator<Item = Step<'a>>) -> Option<&Self> {
        let mut steps = steps.into_iter();
        steps.try_fold(self, |node, step| Some(node.step(step)?.1))
    }

    /// The place that represents a node: a mapping's first key, else the whole node.
    fn head(&self) -> Range<usize> {
        match &self.kind {
            NodeKind::Mapping(pairs) => pairs.first().map_or(self.span.clone(), |(key, _)| key.span.clone()),
            _ => self.span.clone(),
        }
    }

    fn step(&self, step: Step<'_>) -> Option<(Range<usize>, &Node)> {
        match (&self.kind, step) {
            (NodeKind::Mapping(pairs), Step::Name(name)) => {
                let named = pairs.iter().rev().find(|(key, _)| key_text(key) == name);
                named.map(|(key, value)| (key.span.clone(), value))
            }
            (NodeKind::Sequence(items), Step::Index(index)) => items.get(index).map(|item| (item.head(), item)),
            _ => None,
        }
    }
}
