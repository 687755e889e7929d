//! `tr`, `sed` and `seq`.

use super::input::{Files, lines_of, options_of, read};
use crate::options::{self, Known};
use crate::output::ProgramOutput;
use crate::pattern::Pattern;
use std::fmt::Write;

/// The characters of `a-z\n`.
fn set(text: &str) -> Vec<char> {
    let text = text.replace("\\n", "\n").replace("\\t", "\t");
    let text = text
        .replace("[:upper:]", "A-Z")
        .replace("[:lower:]", "a-z")
        .replace("[:space:]", " \n\t");
    let chars: Vec<char> = text.chars().collect();
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        if let (Some('-'), Some(end)) = (chars.get(at + 1), chars.get(at + 2)) {
            all.extend(*c..=*end);
            at += 3;
        } else {
            all.push(*c);
            at += 1;
        }
    }
    all
}

pub(super) fn translate(words: &[String], input: &str) -> ProgramOutput {
    let (flags, sets): (Vec<&String>, Vec<&String>) =
        words.iter().partition(|word| word.len() > 1 && word.starts_with('-'));
    let has = |letter| flags.iter().any(|flag| flag.contains(letter));
    let Some(from) = sets.first().map(|text| set(text)) else {
        return ProgramOutput::failed(1, "tr: missing operand\n");
    };
    if has('d') {
        return ProgramOutput::printed(input.chars().filter(|c| !from.contains(c)).collect::<String>());
    }
    let to = sets.get(1).map(|text| set(text)).unwrap_or_default();
    let mut out = String::new();
    for c in input.chars() {
        let place = from.iter().position(|one| *one == c);
        let changed = match place {
            Some(place) if !to.is_empty() => to.get(place).or(to.last()).copied().unwrap_or(c),
            _ => c,
        };
        if has('s') && place.is_some() && out.ends_with(changed) {
            continue;
        }
        out.push(changed);
    }
    ProgramOutput::printed(out)
}

/// The most numbers that `seq` prints.
const MOST_NUMBERS: usize = 10_000;

pub(super) fn sequence(words: &[String]) -> ProgramOutput {
    let numbers: Vec<i64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let (first, step, last) = match numbers.as_slice() {
        [last] => (1, 1, *last),
        [first, last] => (*first, 1, *last),
        [first, step, last] if *step != 0 => (*first, *step, *last),
        _ => return ProgramOutput::failed(1, "seq: invalid number\n"),
    };
    let mut out = String::new();
    let mut now = first;
    for _ in 0..MOST_NUMBERS {
        if step > 0 && now > last || step < 0 && now < last {
            break;
        }
        let _ = writeln!(out, "{now}");
        now = now.saturating_add(step);
    }
    ProgramOutput::printed(out)
}

/// `sed 's/from/to/g'` and `sed -n 'Np'`.
pub(super) fn substitute(words: &[String], input: &str, files: Files<'_>) -> ProgramOutput {
    const OPTIONS: &[Known] = &[
        (Some('E'), "regexp-extended", false),
        (Some('r'), "extended", false),
        (Some('n'), "quiet", false),
        (Some('e'), "expression", true),
    ];
    let (given, mut paths) = match options_of("sed", OPTIONS, words) {
        Ok(read) => read,
        Err(ended) => return ended,
    };
    let is = |option| options::last(&given, option).is_some();
    let script = match options::last(&given, "expression") {
        Some(script) => script.to_owned(),
        None if paths.is_empty() => String::new(),
        None => paths.remove(0),
    };
    let mut read = read("sed", &paths, input, files);
    let only = script
        .strip_suffix('p')
        .and_then(|number| number.parse::<usize>().ok())
        .filter(|_| is("quiet"));
    let mut chars = script.chars();
    let parts: Vec<&str> = match (chars.next(), chars.next()) {
        (Some('s'), Some(mark)) => script
            .get(1 + mark.len_utf8()..)
            .unwrap_or_default()
            .split(mark)
            .collect(),
        _ => Vec::new(),
    };
    let pattern = match parts.as_slice() {
        [from, _, _] => Pattern::read(from, is("regexp-extended") || is("extended"), false),
        _ => None,
    };
    if only.is_none() && pattern.is_none() {
        return ProgramOutput::failed(1, "sed: of its commands only s/FROM/TO/ and -n Np are simulated here\n");
    }
    for (place, line) in lines_of(&read).into_iter().enumerate() {
        match (&pattern, parts.as_slice()) {
            (Some(pattern), [_, to, flags]) => {
                let _ = writeln!(
                    read.ended.stdout,
                    "{}",
                    replaced(pattern, &line, to, flags.contains('g'))
                );
            }
            _ if only == Some(place + 1) => {
                let _ = writeln!(read.ended.stdout, "{line}");
            }
            _ => {}
        }
    }
    read.ended
}

fn replaced(pattern: &Pattern, line: &str, to: &str, all: bool) -> String {
    let chars: Vec<char> = line.chars().collect();
    let (mut out, mut from) = (String::new(), 0);
    while let Some((start, end)) = pattern.find(&chars, from) {
        out.extend(chars.iter().take(start).skip(from));
        out.push_str(to);
        if end == start {
            out.extend(chars.get(start));
        }
        from = end.max(start + 1);
        if !all || from > chars.len() {
            break;
        }
    }
    out.extend(chars.iter().skip(from));
    out
}
