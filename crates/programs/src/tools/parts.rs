//! `head`, `tail` and `wc`.

use super::input::{Files, options_of, read};
use crate::options::{self, Known};
use crate::output::ProgramOutput;
use std::fmt::Write;

/// `head` and `tail`.
pub(super) fn part(name: &str, words: &[String], input: &str, files: Files<'_>) -> ProgramOutput {
    const OPTIONS: &[Known] = &[
        (Some('n'), "lines", true),
        (Some('c'), "bytes", true),
        (Some('f'), "follow", false),
    ];
    // `-5` is `-n 5`.
    let short = |word: &String| match word.strip_prefix('-') {
        Some(number) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => format!("-n{number}"),
        _ => word.clone(),
    };
    let words: Vec<String> = words.iter().map(short).collect();
    let (given, paths) = match options_of(name, OPTIONS, &words) {
        Ok(read) => read,
        Err(ended) => return ended,
    };
    let mut read = read(name, &paths, input, files);
    let from_start = options::last(&given, "lines").and_then(|text| text.strip_prefix('+')?.parse::<usize>().ok());
    let number =
        |option| options::last(&given, option).and_then(|text| text.trim_start_matches('-').parse::<usize>().ok());
    for (_, text) in &read.texts {
        if let Some(bytes) = number("bytes") {
            let chars = text.chars();
            let kept: String = if name == "head" {
                chars.take(bytes).collect()
            } else {
                let all = text.chars().count();
                chars.skip(all.saturating_sub(bytes)).collect()
            };
            read.ended.stdout.push_str(&kept);
            continue;
        }
        let lines: Vec<&str> = text.lines().collect();
        let many = number("lines").unwrap_or(10);
        let kept = match (name, from_start) {
            ("head", _) => lines.get(..many.min(lines.len())),
            (_, Some(first)) => lines.get(first.saturating_sub(1).min(lines.len())..),
            _ => lines.get(lines.len().saturating_sub(many)..),
        };
        for line in kept.unwrap_or_default() {
            let _ = writeln!(read.ended.stdout, "{line}");
        }
    }
    read.ended
}

pub(super) fn count(words: &[String], input: &str, files: Files<'_>) -> ProgramOutput {
    const OPTIONS: &[Known] = &[
        (Some('l'), "lines", false),
        (Some('w'), "words", false),
        (Some('c'), "bytes", false),
        (Some('m'), "chars", false),
    ];
    let (given, paths) = match options_of("wc", OPTIONS, words) {
        Ok(read) => read,
        Err(ended) => return ended,
    };
    let mut read = read("wc", &paths, input, files);
    for (path, text) in &read.texts {
        let all = [
            ("lines", text.matches('\n').count()),
            ("words", text.split_whitespace().count()),
            ("chars", text.chars().count()),
            ("bytes", text.len()),
        ];
        let wanted = |option: &str| {
            if given.is_empty() {
                option != "chars"
            } else {
                options::last(&given, option).is_some()
            }
        };
        let numbers: Vec<usize> = all
            .into_iter()
            .filter(|(option, _)| wanted(option))
            .map(|(_, number)| number)
            .collect();
        let columns: Vec<String> = match numbers.as_slice() {
            [one] => vec![one.to_string()],
            several => several.iter().map(|number| format!("{number:>9}")).collect(),
        };
        let behind = if path.is_empty() {
            String::new()
        } else {
            format!(" {path}")
        };
        let _ = writeln!(read.ended.stdout, "{}{behind}", columns.join(""));
    }
    read.ended
}
