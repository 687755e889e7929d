//! Places in the text of an object, and changes there.

use crate::diagnostic::Fix;
use crate::documents::TextObject;
use std::ops::Range;
use yaml::{Node, NodeKind};

/// A replacement of a value by another.
pub(crate) fn change(range: Range<usize>, to: impl Into<String>) -> Fix {
    let replacement = to.into();
    Fix {
        label: format!("Change to {replacement}"),
        range,
        replacement,
    }
}

/// A word of text as YAML, with quotes where it would be read as something else.
pub(crate) fn quoted(word: &str) -> String {
    if yaml::is_text(word) {
        word.to_owned()
    } else {
        format!("\"{word}\"")
    }
}

/// A range of a document as a range of the text.
pub(crate) fn on(origin: usize, range: &Range<usize>) -> Range<usize> {
    origin + range.start..origin + range.end
}

pub(crate) fn field<'a>(node: &'a Node, names: &[&str]) -> Option<&'a Node> {
    names.iter().try_fold(node, |node, name| Some(pair(node, name)?.1))
}

/// The key and the value of a field.
pub(crate) fn pair<'a>(node: &'a Node, name: &str) -> Option<(&'a Node, &'a Node)> {
    let mut pairs = pairs(node).iter();
    let (key, value) = pairs.find(|(key, _)| scalar(key) == Some(name))?;
    Some((key, value))
}

pub(crate) fn pairs(node: &Node) -> &[(Node, Node)] {
    match &node.kind {
        NodeKind::Mapping(pairs) => pairs,
        _ => &[],
    }
}

pub(crate) fn items(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.kind) {
        Some(NodeKind::Sequence(items)) => items,
        _ => &[],
    }
}

pub(crate) fn scalar(node: &Node) -> Option<&str> {
    match &node.kind {
        NodeKind::Scalar { text, .. } => Some(text),
        _ => None,
    }
}

pub(crate) fn word<'a>(node: &'a Node, name: &str) -> Option<&'a str> {
    scalar(field(node, &[name])?)
}

/// A pair added before the first of a mapping of an object.
pub(crate) fn with_first(text: &str, object: &TextObject<'_>, mapping: &Node, key: &str, value: &str) -> Option<Fix> {
    let first = object.origin + pairs(mapping).first()?.0.span.start;
    let is_in_braces = object.origin + mapping.span.start < first;
    let quote = if text.get(first..)?.starts_with('"') { "\"" } else { "" };
    let pair = format!("{quote}{key}{quote}: {value}");
    let line = text.get(..first)?.rsplit('\n').next()?;
    // A list's first key stands behind a dash.
    let indent: String = { line.chars() }.map(|it| if it == '-' { ' ' } else { it }).collect();
    let replacement = if is_in_braces {
        format!("{pair}, ")
    } else if indent.trim().is_empty() {
        format!("{pair}\n{indent}")
    } else {
        return None;
    };
    Some(Fix {
        label: format!("Add {key}: {value}"),
        range: first..first,
        replacement,
    })
}

/// The text without a field; `None` if its mapping held nothing else.
pub(crate) fn without(text: &str, object: &TextObject<'_>, names: &[&str]) -> Option<Fix> {
    let (last, parent) = names.split_last()?;
    let mapping = field(object.node, parent)?;
    let mut removals = removed_pairs(text, object.origin, mapping, |name, _| name == *last)?;
    let range = removals.pop()?;
    Some(Fix {
        label: format!("Leave {last} out"),
        range,
        replacement: String::new(),
    })
}

/// Ranges of the text that hold some pairs of a mapping; `None` if all of its pairs in lines of their own would go.
pub(crate) fn removed_pairs(
    text: &str,
    origin: usize,
    mapping: &Node,
    goes: impl Fn(&str, &Node) -> bool,
) -> Option<Vec<Range<usize>>> {
    let pairs = pairs(mapping);
    let parts = pairs.iter().map(|(key, value)| {
        let end = value.span.end.max(key.span.end);
        let part = on(origin, &(key.span.start..end));
        (part, goes(scalar(key).unwrap_or_default(), value))
    });
    removed(text, origin + mapping.span.start, &parts.collect::<Vec<_>>(), true)
}

/// Ranges of the text that hold some items of a list; `None` if all of its items in lines of their own would go.
pub(crate) fn removed_items(
    text: &str,
    origin: usize,
    list: &Node,
    goes: impl Fn(usize) -> bool,
) -> Option<Vec<Range<usize>>> {
    let items = items(Some(list)).iter().enumerate();
    let parts = items.map(|(index, item)| (on(origin, &item.span), goes(index)));
    removed(text, origin + list.span.start, &parts.collect::<Vec<_>>(), false)
}

/// Ranges of those parts of a mapping or list that go, with the commas or lines around them.
fn removed(text: &str, start: usize, parts: &[(Range<usize>, bool)], is_mapping: bool) -> Option<Vec<Range<usize>>> {
    let is_flow = text.get(start..)?.starts_with(['{', '[']);
    if !is_flow && parts.iter().all(|(_, goes)| *goes) {
        return None;
    }
    let mut ranges = Vec::new();
    let mut kept_before: Option<&Range<usize>> = None;
    let mut run: Option<Range<usize>> = None;
    for (part, goes) in parts {
        if *goes {
            run = Some(run.map_or(part.start, |run| run.start)..part.end);
            continue;
        }
        if let Some(run) = run.take() {
            // The dash before the first pair of a list's item stays.
            let has_dash = || !own_line_is_blank(text, run.start);
            ranges.push(if is_flow || (is_mapping && has_dash()) {
                run.start..part.start
            } else {
                own_line(text, run.start)..own_line(text, part.start)
            });
        }
        kept_before = Some(part);
    }
    if let Some(run) = run {
        ranges.push(if is_flow {
            kept_before.map_or(run.start, |kept| kept.end)..run.end
        } else {
            own_line(text, run.start)..after_line(text, run.end)
        });
    }
    Some(ranges)
}

/// The beginning of a place's line if only blanks and the dashes of lists stand before it there, else the place.
fn own_line(text: &str, place: usize) -> usize {
    let before = text.get(..place).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |index| index + 1);
    let blank = before.get(start..).unwrap_or_default();
    if blank.bytes().all(|byte| byte == b' ' || byte == b'-') {
        start
    } else {
        place
    }
}

/// Whether nothing but blanks stand before a place on its line.
fn own_line_is_blank(text: &str, place: usize) -> bool {
    let before = text.get(own_line(text, place)..place).unwrap_or_default();
    before.bytes().all(|byte| byte == b' ')
}

/// The beginning of the line after a place, which may stand there already.
fn after_line(text: &str, place: usize) -> usize {
    if text.get(..place).is_some_and(|before| before.ends_with('\n')) {
        return place;
    }
    let after = text.get(place..).unwrap_or_default();
    after.find('\n').map_or(text.len(), |index| place + index + 1)
}

/// Several changes as one; `None` if there are none.
pub(crate) fn together(label: &str, text: &str, mut changes: Vec<(Range<usize>, String)>) -> Option<Fix> {
    changes.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let start = changes.first()?.0.start;
    let mut replacement = String::new();
    let mut end = start;
    for (range, new) in changes {
        if range.start < end {
            end = end.max(range.end);
            continue;
        }
        replacement += text.get(end..range.start)?;
        replacement += &new;
        end = range.end;
    }
    Some(Fix {
        label: label.to_owned(),
        range: start..end,
        replacement,
    })
}
