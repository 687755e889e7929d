//! `grep`.

use super::input::{Files, options_of, read};
use crate::options::{self, Known};
use crate::output::ProgramOutput;
use crate::pattern::Pattern;
use std::fmt::Write;

const GREP: &[Known] = &[
    (Some('i'), "ignore-case", false),
    (Some('v'), "invert-match", false),
    (Some('c'), "count", false),
    (Some('o'), "only-matching", false),
    (Some('n'), "line-number", false),
    (Some('q'), "quiet", false),
    (Some('E'), "extended-regexp", false),
    (Some('F'), "fixed-strings", false),
    (Some('w'), "word-regexp", false),
    (Some('e'), "regexp", true),
    (Some('m'), "max-count", true),
    (Some('A'), "after-context", true),
    (Some('B'), "before-context", true),
    (None, "color", false),
];

pub(super) fn grep(name: &str, words: &[String], input: &str, files: Files<'_>) -> ProgramOutput {
    let (given, mut paths) = match options_of("grep", GREP, words) {
        Ok(read) => read,
        Err(ended) => return ended,
    };
    let is = |option| options::last(&given, option).is_some();
    let amount = |option| options::last(&given, option).and_then(|text| text.parse::<usize>().ok());
    let text = match options::last(&given, "regexp") {
        Some(text) => text.to_owned(),
        None if paths.is_empty() => {
            return ProgramOutput::failed(
                2,
                "Usage: grep [-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...\n",
            );
        }
        None => paths.remove(0),
    };
    let pattern = if is("fixed-strings") || name == "fgrep" {
        Some(Pattern::fixed(&text, is("ignore-case")))
    } else {
        Pattern::read(&text, is("extended-regexp") || name == "egrep", is("ignore-case"))
    };
    let Some(pattern) = pattern else {
        return ProgramOutput::failed(2, format!("grep: bad regex '{text}'\n"));
    };
    let several = paths.len() > 1;
    let mut read = read("grep", &paths, input, files);
    let mut found = false;
    for (path, text) in &read.texts {
        let lines: Vec<&str> = text.lines().collect();
        let hits = lines.iter().enumerate().filter(|(_, line)| {
            let matched = if is("word-regexp") {
                has_word(&pattern, line)
            } else {
                pattern.is_in(line)
            };
            matched != is("invert-match")
        });
        let hits: Vec<usize> = hits
            .map(|(place, _)| place)
            .take(amount("max-count").unwrap_or(usize::MAX))
            .collect();
        found |= !hits.is_empty();
        if is("quiet") {
            continue;
        }
        let front = if several { format!("{path}:") } else { String::new() };
        if is("count") {
            let _ = writeln!(read.ended.stdout, "{front}{}", hits.len());
            continue;
        }
        let (after, before) = (
            amount("after-context").unwrap_or(0),
            amount("before-context").unwrap_or(0),
        );
        let near = |place: usize| {
            hits.iter()
                .any(|hit| (hit.saturating_sub(before)..=hit + after).contains(&place))
        };
        for (place, line) in lines.iter().enumerate().filter(|(place, _)| near(*place)) {
            let hit = hits.contains(&place);
            if is("only-matching") {
                let chars: Vec<char> = line.chars().collect();
                let mut from = 0;
                while let Some((start, end)) = pattern.find(&chars, from).filter(|_| hit) {
                    if end > start {
                        let matched: String = chars.iter().take(end).skip(start).collect();
                        let _ = writeln!(read.ended.stdout, "{front}{matched}");
                    }
                    from = end.max(start + 1);
                }
                continue;
            }
            let mark = if hit { ':' } else { '-' };
            let number = if is("line-number") {
                format!("{}{mark}", place + 1)
            } else {
                String::new()
            };
            let _ = writeln!(read.ended.stdout, "{front}{number}{line}");
        }
    }
    if read.ended.exit == 0 {
        read.ended.exit = i32::from(!found);
    } else {
        read.ended.exit = 2;
    }
    read.ended
}

/// Whether a match stands between characters that belong to no word.
fn has_word(pattern: &Pattern, line: &str) -> bool {
    let chars: Vec<char> = line.chars().collect();
    let in_word = |place: Option<&char>| place.is_some_and(|c| c.is_alphanumeric() || *c == '_');
    let mut from = 0;
    while let Some((start, end)) = pattern.find(&chars, from) {
        let before = start.checked_sub(1).and_then(|place| chars.get(place));
        if !in_word(before) && !in_word(chars.get(end)) {
            return true;
        }
        from = start + 1;
    }
    false
}
