//! YAML and JSON text as kubectl reads it: a node tree with spans, go-yaml's scalar rules, libyaml's messages.
//!
//! May import: nothing of this workspace.
//! Invariant: knows no Kubernetes, and parsing never fails: what cannot be read becomes an error value beside what can.

mod gate;
mod json;
mod lines;
mod node;
mod resolve;

pub use lines::{LineIndex, Position, Unit};
pub use node::{Node, NodeKind};
pub use resolve::{Note, key_text, notes, resolve};
use std::ops::Range;

/// One of the documents of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Where it stands between its separators, in bytes of the whole text.
    pub span: Range<usize>,
    /// Its content, or why kubectl cannot read it.
    pub content: Result<Node, SyntaxError>,
}

/// Why a document cannot be read; kubectl then reads none of those after it either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// In the parser's words, the line counted within the document: `yaml: line 3: did not find expected key`.
    pub message: String,
    /// Where, in bytes of the whole text.
    pub span: Range<usize>,
    /// Whether it came up on the way from YAML to JSON, which kubectl says.
    pub converting: bool,
}

impl SyntaxError {
    /// What kubectl prints behind `error: error parsing STDIN: `.
    pub fn as_kubectl(&self) -> String {
        let stage = if self.converting {
            "error converting YAML to JSON: "
        } else {
            ""
        };
        format!("{stage}{}", self.message)
    }
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
/// Models: apimachinery/pkg/util/yaml YAMLOrJSONDecoder (v1.36): a text that begins with a brace is read as JSON as far
/// as it goes, and as YAML where that fails.
pub fn parse(text: &str) -> Vec<Document> {
    let mut documents = Vec::new();
    let mut yaml_from = 0;
    let mut json_error = None;
    if text.trim_start().starts_with('{') {
        loop {
            match json::read(text, yaml_from) {
                Ok(None) => return documents,
                Ok(Some((node, end))) => {
                    documents.push(Document {
                        span: node.span.clone(),
                        content: Ok(node),
                    });
                    yaml_from = end;
                }
                Err(error) => {
                    json_error = Some(error);
                    break;
                }
            }
        }
        // After two objects there is no doubt any more that it is meant to be JSON.
        if let (2.., Some(error)) = (documents.len(), &json_error) {
            documents.push(broken_json(text, yaml_from, error));
            return documents;
        }
        yaml_from += blanks_to_next_line(text.get(yaml_from..).unwrap_or_default());
    }
    let mut rest = yaml(text, yaml_from);
    if let (Some(error), Some(first)) = (json_error, rest.first_mut())
        && first.content.is_err()
    {
        *first = broken_json(text, first.span.start, &error);
    }
    documents.append(&mut rest);
    documents
}

fn broken_json(text: &str, start: usize, error: &json::JsonError) -> Document {
    let error = SyntaxError {
        message: error.message.clone(),
        span: error.span.clone(),
        converting: false,
    };
    Document {
        span: start..text.len(),
        content: Err(error),
    }
}

/// Models: YAMLOrJSONDecoder consumeWhitespace: up to what isn't blank, or over the first line's end.
fn blanks_to_next_line(text: &str) -> usize {
    let mut consumed = 0;
    for c in text.chars().take_while(|c| c.is_whitespace()) {
        consumed += c.len_utf8();
        if c == '\n' {
            break;
        }
    }
    consumed
}

fn yaml(text: &str, from: usize) -> Vec<Document> {
    let mut documents = Vec::new();
    let mut start = from;
    let mut at = from;
    for line in text.get(from..).unwrap_or_default().split_inclusive('\n') {
        let end = at + line.len();
        if let Some(rest) = line.strip_prefix("---") {
            let rest = rest.trim();
            if !rest.is_empty() && !rest.starts_with('#') {
                documents.extend(document(text, start..at));
                let message = format!("invalid Yaml document separator: {rest}");
                let span = at..at + line.trim_end().len();
                let error = SyntaxError {
                    message,
                    span: span.clone(),
                    converting: false,
                };
                documents.push(Document {
                    span,
                    content: Err(error),
                });
                start = end;
            } else if at > start {
                documents.extend(document(text, start..at));
                start = end;
            }
        }
        at = end;
    }
    documents.extend(document(text, start..at));
    documents
}

fn document(text: &str, span: Range<usize>) -> Option<Document> {
    let chunk = text.get(span.clone())?;
    let content = match gate::check(chunk, span.start) {
        Err(error) => Err(error),
        Ok(()) => match node::read(chunk, span.start) {
            Ok(None) => return None,
            Ok(Some(node)) if is_null(&node) => return None,
            Ok(Some(node)) => match resolve::refuse(&node) {
                None => Ok(node),
                Some((message, span)) => Err(SyntaxError {
                    message,
                    span,
                    converting: true,
                }),
            },
            Err(refusal) => {
                let span = gate::to_line_end(chunk, span.start, refusal.at.saturating_sub(span.start));
                Err(SyntaxError {
                    message: format!("yaml: {}", refusal.message),
                    span,
                    converting: true,
                })
            }
        },
    };
    Some(Document { span, content })
}

fn is_null(node: &Node) -> bool {
    matches!(node.kind, NodeKind::Scalar { .. }) && resolve(node).is_null()
}

impl Node {
    /// The place of what the steps lead to; where they lead beyond what is written, of the last key on their way.
    ///
    /// With `key`, the key's place instead of its value's.
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
                let named = pairs.iter().rev().find(|(key, _)| key_text(key) == name);
                named.map(|(key, value)| (key.span.clone(), value))
            }
            (NodeKind::Sequence(items), Step::Index(index)) => items.get(index).map(|item| (item.head(), item)),
            _ => None,
        }
    }
}
