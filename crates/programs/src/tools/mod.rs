//! Programs that read lines and print lines: `grep`, `head`, `wc` and their kin, as BusyBox has them.

mod fields;
mod input;
mod letters;
mod order;
mod parts;
mod search;

use crate::output::ProgramOutput;
pub(crate) use input::Files;
use input::read;

pub(crate) const NAMES: [&str; 14] = [
    "cat", "grep", "egrep", "fgrep", "head", "tail", "wc", "sort", "uniq", "cut", "tr", "seq", "awk", "sed",
];

/// Runs a tool; `None` if there is none of that name.
pub(crate) fn run(words: &[String], input: &str, files: Files<'_>) -> Option<ProgramOutput> {
    let (name, words) = words.split_first()?;
    Some(match name.as_str() {
        "cat" => cat(words, input, files),
        "grep" | "egrep" | "fgrep" => search::grep(name, words, input, files),
        "head" | "tail" => parts::part(name, words, input, files),
        "wc" => parts::count(words, input, files),
        "sort" => order::sort(words, input, files),
        "uniq" => order::unique(words, input, files),
        "cut" => fields::cut(words, input, files),
        "tr" => letters::translate(words, input),
        "seq" => letters::sequence(words),
        "awk" => fields::columns(words, input, files),
        "sed" => letters::substitute(words, input, files),
        _ => return None,
    })
}

fn cat(words: &[String], input: &str, files: Files<'_>) -> ProgramOutput {
    let paths: Vec<String> = words
        .iter()
        .filter(|word| *word == "-" || !word.starts_with('-'))
        .cloned()
        .collect();
    let mut read = read("cat", &paths, input, files);
    for (_, text) in &read.texts {
        read.ended.stdout.push_str(text);
    }
    read.ended
}
