//! Fixes of texts that are not YAML.

use super::{fix, line_end, line_start};
use crate::diagnostic::Fix;
use base::Order;
use std::ops::Range;
use yaml::Stretch;

/// How many lines above and below an error its cause is searched for: parsers notice late, and count from the beginning of an
/// entry.
const NEAR: usize = 2;
/// The largest difference between the indentation of a line and the right one, in spaces.
const ASTRAY: usize = 3;

/// Changes that make a document valid YAML. If some make it an object with known fields, only those.
pub fn syntax_fixes(text: &str, at: &Range<usize>) -> Vec<Fix> {
    if let Some(tabs) = tabs(text, at) {
        return vec![tabs];
    }
    let lines = lines(text);
    let here = lines.partition_point(|line| line.start <= at.start).saturating_sub(1);
    let near = here.saturating_sub(NEAR)..(here + NEAR).min(lines.len());
    let mut found: Vec<(Reads, Fix)> = Vec::new();
    for index in near {
        let changes = [dashed(&lines, index), spaced(&lines, index)];
        let changes = changes.into_iter().flatten().chain(aligned(&lines, index));
        found.extend(changes.filter_map(|change| Some((reads(text, &change)?, change))));
    }
    found.extend(closed(&lines).and_then(|change| Some((reads(text, &change)?, change))));
    let best = found.iter().map(|(reads, _)| *reads).max();
    found.retain(|(reads, _)| Some(*reads) == best);
    found.into_iter().map(|(_, change)| change).take(1).collect()
}

/// How well a document can be read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reads {
    /// It is YAML.
    AsYaml,
    /// It is an object of a known kind and of known fields.
    AsObject,
}

/// How well the document can be read after a change; `None` if it is still not YAML.
fn reads(text: &str, change: &Fix) -> Option<Reads> {
    let mut mended = text.to_owned();
    mended.replace_range(change.range.clone(), &change.replacement);
    let mut best = Reads::AsYaml;
    for stretch in yaml::split(&mended) {
        let content = match stretch {
            Stretch::Read(document) => Some(document.content),
            Stretch::Unread(span) => yaml::read(mended.get(span)?),
        };
        if let Some(node) = content.transpose().ok()? {
            let value = yaml::resolve(&node);
            let known = api::read_manifest(&value).is_ok_and(|kind| api::decode(kind, &value).is_ok());
            best = if known { Reads::AsObject } else { best };
        }
    }
    Some(best)
}

/// A line without its end, and its indentation.
struct Line<'a> {
    start: usize,
    /// The spaces before its words.
    depth: usize,
    words: &'a str,
}

impl Line<'_> {
    fn range_to(&self, end: &Line<'_>) -> Range<usize> {
        self.start..end.start + end.depth + end.words.len()
    }

    /// The columns at which its words begin: the dash of a list, and the text after it.
    fn columns(&self) -> impl Iterator<Item = usize> {
        let behind = self.words.strip_prefix('-').map(|rest| {
            let blanks = rest.len() - rest.trim_start_matches(' ').len();
            self.depth + 1 + blanks
        });
        behind.into_iter().chain([self.depth])
    }

    fn is_empty(&self) -> bool {
        self.words.is_empty() || self.words.starts_with('#')
    }
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let line = |whole: &str| -> Range<usize> {
        let begin = start;
        start += whole.len();
        begin..start
    };
    let spans: Vec<Range<usize>> = text.split_inclusive('\n').map(line).collect();
    let read = |span: Range<usize>| {
        let whole = text.get(span.clone())?.trim_end();
        let words = whole.trim_start_matches(' ');
        Some(Line {
            start: span.start,
            depth: whole.len() - words.len(),
            words,
        })
    };
    spans.into_iter().filter_map(read).collect()
}

/// A line and those after it that are indented at least as deep, up to the next item of a list.
fn block<'a, 'b>(lines: &'b [Line<'a>], index: usize) -> Option<&'b [Line<'a>]> {
    let (first, rest) = lines.get(index..)?.split_first()?;
    let goes_on = |line: &&Line<'_>| {
        !line.is_empty() && line.depth >= first.depth && !(line.depth == first.depth && line.words.starts_with('-'))
    };
    let count = rest.iter().take_while(goes_on).count();
    lines.get(index..=index + count)
}

/// A block with another indentation, its first line with `begin` before it.
fn moved(label: &str, block: &[Line<'_>], to: usize, begin: &str) -> Option<Fix> {
    let (first, last) = (block.first()?, block.last()?);
    let shifted = |line: &Line<'_>| {
        let depth = (line.depth + to + begin.len()).saturating_sub(first.depth);
        format!("{}{}", " ".repeat(depth), line.words)
    };
    let rest = block.iter().skip(1).map(shifted);
    let head = format!("{}{begin}{}", " ".repeat(to), first.words);
    let replacement: Vec<String> = std::iter::once(head).chain(rest).collect();
    Some(fix(label, first.range_to(last), replacement.join("\n")))
}

/// A dash before a block among the items of a list.
fn dashed(lines: &[Line<'_>], index: usize) -> Option<Fix> {
    let line = lines.get(index)?;
    let among = lines
        .get(..index)?
        .iter()
        .rev()
        .find(|before| !before.is_empty() && before.depth <= line.depth)?;
    let is_item = line.words.starts_with('-');
    if is_item || line.is_empty() || among.depth != line.depth || !among.words.starts_with("- ") {
        return None;
    }
    moved("Put a dash before it", block(lines, index)?, line.depth, "- ")
}

/// The block of a line, with the indentation of a line above.
fn aligned<'a>(lines: &'a [Line<'_>], index: usize) -> impl Iterator<Item = Fix> + 'a {
    let mut columns: Vec<usize> = Vec::new();
    if let Some(line) = lines.get(index).filter(|line| !line.is_empty()) {
        let before = lines.iter().take(index).rev().filter(|before| !before.is_empty());
        for column in before.flat_map(Line::columns) {
            if columns.last().is_none_or(|last| column < *last) {
                columns.push(column);
            }
        }
        columns.retain(|column| *column != line.depth && column.abs_diff(line.depth) <= ASTRAY);
        columns.order_by_key(|column| column.abs_diff(line.depth));
    }
    columns
        .into_iter()
        .filter_map(move |column| moved("Indent it as its neighbours", block(lines, index)?, column, ""))
}

/// A space after the colon of a key.
fn spaced(lines: &[Line<'_>], index: usize) -> Option<Fix> {
    let line = lines.get(index)?;
    let words = line.words.trim_start_matches(['-', ' ']);
    let (key, value) = words.split_once(':')?;
    let is_key = !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
    if !is_key || value.is_empty() || value.starts_with([' ', '/']) {
        return None;
    }
    let behind = line.start + line.depth + line.words.len() - value.len();
    Some(fix("Put a space after the colon", behind..behind, " "))
}

/// A quotation mark at the end of the first line that opens a quote and does not close it.
fn closed(lines: &[Line<'_>]) -> Option<Fix> {
    let odd = |line: &&Line<'_>| !line.is_empty() && line.words.matches('"').count() % 2 == 1;
    let line = lines.iter().find(odd)?;
    let end = line.start + line.depth + line.words.len();
    Some(fix("Close the quotation", end..end, "\""))
}

/// Spaces for the tabs that indent lines, if a tab is the fault.
fn tabs(text: &str, at: &Range<usize>) -> Option<Fix> {
    let line = text.get(line_start(text, at.start)..line_end(text, at.start))?;
    let indentation = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    if !line.get(..indentation(line))?.contains('\t') {
        return None;
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let tabbed = |line: &&str| {
        line.get(..indentation(line))
            .is_some_and(|blanks| blanks.contains('\t'))
    };
    let first = lines.iter().position(tabbed)?;
    let last = lines.iter().rposition(tabbed)?;
    let start: usize = lines.get(..first)?.iter().map(|line| line.len()).sum();
    let within = lines.get(first..=last)?;
    let end = start + within.iter().map(|line| line.len()).sum::<usize>();
    let spaced = within.iter().map(|line| {
        let (blanks, rest) = line.split_at(indentation(line));
        format!("{}{rest}", blanks.replace('\t', "  "))
    });
    Some(fix("Indent with spaces", start..end, spaced.collect::<String>()))
}
