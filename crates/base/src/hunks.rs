use std::fmt::Write;
use std::ops::Range;

/// How many unchanged lines are written around a change.
const CONTEXT: usize = 3;

/// A run of old lines, and the run of new lines in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Line numbers from 0.
    pub old: Range<usize>,
    /// Line numbers from 0.
    pub new: Range<usize>,
}

/// The hunks of a unified difference, without file names; the lines have their ends.
///
/// Edits share a hunk if at most twice the context lies between them.
pub fn hunks(edits: &[Edit], old: &[&str], new: &[&str]) -> String {
    let mut text = String::new();
    for hunk in edits.chunk_by(|a, b| b.old.start - a.old.end <= 2 * CONTEXT) {
        write_hunk(&mut text, hunk, old, new);
    }
    text
}

fn write_hunk(text: &mut String, hunk: &[Edit], old: &[&str], new: &[&str]) {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else {
        return;
    };
    let leading = first.old.start.min(CONTEXT);
    let trailing = old.len().saturating_sub(last.old.end).min(CONTEXT);
    let old_shown = first.old.start - leading..last.old.end + trailing;
    let new_shown = first.new.start - leading..last.new.end + trailing;
    let _ = writeln!(text, "@@ -{} +{} @@", place(&old_shown), place(&new_shown));
    let mut put = |sign: char, lines: &[&str], range: Range<usize>| {
        for line in lines.get(range).unwrap_or_default() {
            text.push(sign);
            text.push_str(line);
        }
    };
    let mut at = old_shown.start;
    for edit in hunk {
        put(' ', old, at..edit.old.start);
        put('-', old, edit.old.clone());
        put('+', new, edit.new.clone());
        at = edit.old.end;
    }
    put(' ', old, at..old_shown.end);
}

/// The first line, counted from 1, and how many if not one; an empty range is placed behind the line before it.
fn place(lines: &Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        count => format!("{},{count}", lines.start + 1),
    }
}
