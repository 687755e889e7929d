//! Texts that are no YAML.

use super::{fix, line_end, line_start};
use crate::diagnostic::Fix;
use std::ops::Range;

/// Blanks for the tabs that indent lines, where a tab is what stops the reader.
pub fn tabs(text: &str, at: &Range<usize>) -> Option<Fix> {
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
    Some(fix("Indent with blanks", start..end, spaced.collect::<String>()))
}
