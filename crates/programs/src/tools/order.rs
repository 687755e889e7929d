//! `sort` and `uniq`.

use super::input::{Files, lines_of, options_of, read};
use crate::options::{self, Known};
use crate::output::ProgramOutput;
use base::Order;
use std::fmt::Write;

pub(super) fn sort(words: &[String], input: &str, files: Files<'_>) -> ProgramOutput {
    const OPTIONS: &[Known] = &[
        (Some('r'), "reverse", false),
        (Some('n'), "numeric-sort", false),
        (Some('u'), "unique", false),
        (Some('k'), "key", true),
        (Some('t'), "field-separator", true),
    ];
    let (given, paths) = match options_of("sort", OPTIONS, words) {
        Ok(read) => read,
        Err(ended) => return ended,
    };
    let is = |option| options::last(&given, option).is_some();
    let mut read = read("sort", &paths, input, files);
    let column = options::last(&given, "key").and_then(|key| {
        let digits = key.find(|c: char| !c.is_ascii_digit()).unwrap_or(key.len());
        key.get(..digits)?.parse::<usize>().ok()?.checked_sub(1)
    });
    let key = |line: &String| -> String {
        match column {
            Some(column) => line.split_whitespace().nth(column).unwrap_or_default().to_owned(),
            None => line.clone(),
        }
    };
    let number = |text: &str| -> i64 {
        let text = text.trim_start();
        let end = text
            .find(|c: char| !c.is_ascii_digit() && c != '-')
            .unwrap_or(text.len());
        text.get(..end).and_then(|digits| digits.parse().ok()).unwrap_or(0)
    };
    let mut lines: Vec<((i64, String), String)> = lines_of(&read)
        .into_iter()
        .map(|line| {
            let key = key(&line);
            let first = if is("numeric-sort") { number(&key) } else { 0 };
            ((first, key), line)
        })
        .collect();
    lines.order();
    if is("reverse") {
        lines.reverse();
    }
    if is("unique") {
        lines.dedup_by(|one, other| one.0 == other.0);
    }
    for (_, line) in lines {
        let _ = writeln!(read.ended.stdout, "{line}");
    }
    read.ended
}

pub(super) fn unique(words: &[String], input: &str, files: Files<'_>) -> ProgramOutput {
    const OPTIONS: &[Known] = &[
        (Some('c'), "count", false),
        (Some('d'), "repeated", false),
        (Some('u'), "unique", false),
    ];
    let (given, paths) = match options_of("uniq", OPTIONS, words) {
        Ok(read) => read,
        Err(ended) => return ended,
    };
    let is = |option| options::last(&given, option).is_some();
    let mut read = read("uniq", &paths, input, files);
    let mut runs: Vec<(usize, String)> = Vec::new();
    for line in lines_of(&read) {
        match runs.last_mut() {
            Some((count, last)) if *last == line => *count += 1,
            _ => runs.push((1, line)),
        }
    }
    for (count, line) in runs {
        if is("repeated") && count < 2 || is("unique") && count > 1 {
            continue;
        }
        let _ = if is("count") {
            writeln!(read.ended.stdout, "{count:>7} {line}")
        } else {
            writeln!(read.ended.stdout, "{line}")
        };
    }
    read.ended
}
