//! Fixes of shapes: a list in place of a value, a value in place of a list, fields in place of either.

use super::{Fault, begins_line, column, ended, fix, indented, line_end, line_start, named, text_of};
use crate::diagnostic::Fix;
use crate::written::{removed_items, together};
use api::Segment;
use yaml::{Node, NodeKind};

/// A dash that makes a value the only item of a list.
pub fn listed(fault: &Fault<'_>) -> Option<Fix> {
    let (key, value) = fault.entry()?;
    match &value.kind {
        NodeKind::Scalar { text, .. } if !text.is_empty() => {
            let written = fault.text.get(value.span.clone())?;
            Some(fix("Make it a list", value.span.clone(), format!("[{written}]")))
        }
        NodeKind::Mapping(_) if begins_line(fault.text, value.span.start) => {
            let deep = column(fault.text, value.span.start);
            let start = line_start(fault.text, value.span.start);
            let range = start..line_end(fault.text, value.span.end);
            let least = column(fault.text, key.span.start);
            let block = indented(fault.text.get(range.clone())?, deep, deep.max(least + 2) + 2);
            let place = deep.max(least + 2);
            let dashed = format!("{}- {}", " ".repeat(place), block.get(place + 2..)?);
            Some(fix("Put a dash before it", range, dashed))
        }
        _ => None,
    }
}

/// The only item of a list in place of the list.
pub fn single(fault: &Fault<'_>) -> Option<Fix> {
    let (key, value) = fault.entry()?;
    let NodeKind::Sequence(items) = &value.kind else {
        return None;
    };
    let [item] = items.as_slice() else { return None };
    let label = "Take it out of the list";
    match &item.kind {
        NodeKind::Scalar { .. } => {
            let written = fault.text.get(item.span.clone())?;
            let end = closing(fault.text, value, item);
            Some(fix(label, key.span.end..end, format!(": {written}")))
        }
        NodeKind::Mapping(_) => {
            let start = line_start(fault.text, item.span.start);
            let range = start..line_end(fault.text, item.span.end);
            let lines = fault.text.get(range.clone())?;
            let deep = column(fault.text, item.span.start);
            let dash = fault.text.get(start..item.span.start)?;
            if dash.trim() != "-" {
                return None;
            }
            let without = lines.replacen('-', " ", 1);
            Some(fix(
                label,
                range,
                indented(&without, deep, column(fault.text, key.span.start) + 2),
            ))
        }
        NodeKind::Sequence(_) => None,
    }
}

/// The end of a list that may have brackets.
fn closing(text: &str, list: &Node, item: &Node) -> usize {
    let bracket = text.get(list.span.start..).is_some_and(|rest| rest.starts_with('['));
    let after = text.get(item.span.end..).unwrap_or_default();
    match after.find(']') {
        Some(index) if bracket => item.span.end + index + 1,
        _ => item.span.end,
    }
}

/// The labels below `matchLabels`, moved one level up: the selector of a Service holds the labels themselves.
pub fn lifted(fault: &Fault<'_>) -> Option<Fix> {
    let own = fault.entry().filter(|(key, _)| text_of(key) == Some("matchLabels"));
    let (key, labels) = own.or_else(|| named(fault.value()?, "matchLabels"))?;
    if !matches!(labels.kind, NodeKind::Mapping(_)) || !begins_line(fault.text, key.span.start) {
        return None;
    }
    let range = line_start(fault.text, key.span.start)..line_end(fault.text, labels.span.end);
    let inner = fault.text.get(line_end(fault.text, key.span.end)..range.end)?;
    let moved = indented(
        inner,
        column(fault.text, labels.span.start),
        column(fault.text, key.span.start),
    );
    Some(fix("Take the labels out of matchLabels", range, ended(moved)))
}

/// The text without the object: its document, or its item of a list.
pub fn object_left_out(fault: &Fault<'_>) -> Option<Fix> {
    let label = "Leave this object out";
    let Some(Segment::Index(own)) = fault.path.get(..fault.within)?.last() else {
        return Some(fix(label, 0..fault.text.len(), ""));
    };
    let list = named(fault.node, "items")?.1;
    let gone = removed_items(fault.text, 0, list, |index| index == *own)?;
    together(
        label,
        fault.text,
        gone.into_iter().map(|range| (range, String::new())).collect(),
    )
}
