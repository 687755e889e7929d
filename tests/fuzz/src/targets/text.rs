//! YAML: every place lies in the text, and a document's JSON says the same when it is read again.

use std::ops::Range;
use yaml::{Node, NodeKind, Unit};

pub fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let documents = yaml::parse(&text);
    let lines = yaml::LineIndex::new(&text);
    let mut from = 0;
    for document in &documents {
        within(&text, &document.span);
        assert!(
            document.span.start >= from || document.content.is_err(),
            "documents in the order of the text"
        );
        from = document.span.start;
        match &document.content {
            Ok(node) => {
                node_within(&text, document.origin, node);
                assert!(
                    node.count() < 100 * (text.len() + 100_000),
                    "no more nodes than aliases may make"
                );
                for note in yaml::notes(node) {
                    let _ = format!("{note:?}");
                }
                let value = yaml::resolve(node);
                again(&value);
            }
            Err(error) => {
                assert!(!error.message.is_empty());
                let span = document.origin + error.span.start..document.origin + error.span.end;
                within(&text, &span);
                let _ = (
                    lines.line(span.start),
                    lines.column(span.start, Unit::Utf16),
                    lines.utf16(span.end),
                );
            }
        }
    }
}

fn within(text: &str, span: &Range<usize>) {
    assert!(
        text.get(span.clone()).is_some(),
        "{span:?} is no range of {} bytes",
        text.len()
    );
}

fn node_within(text: &str, origin: usize, node: &Node) {
    within(text, &(origin + node.span.start..origin + node.span.end));
    match &node.kind {
        NodeKind::Scalar { .. } => {}
        NodeKind::Sequence(items) => items.iter().for_each(|item| node_within(text, origin, item)),
        NodeKind::Mapping(pairs) => {
            for (key, value) in pairs {
                node_within(text, origin, key);
                node_within(text, origin, value);
            }
        }
    }
}

fn again(value: &api::Value) {
    if !value.is_object() {
        return;
    }
    let written = value.to_string();
    let read = yaml::parse(&written);
    let read: Vec<_> = read
        .iter()
        .map(|document| document.content.as_ref().map(yaml::resolve))
        .collect();
    assert_eq!(read, [Ok(value.clone())], "{written}");
}
