//! Programs that read lines and print lines: `grep`, `head`, `wc` and their kin, as BusyBox has them.

mod fields;
mod letters;
mod order;
mod parts;
mod search;

use crate::options::{self, Given, Known, Wrong};
use crate::output::ProgramOutput;
use std::fmt::Write;

/// The content of a file, by its path.
pub(crate) type Files<'a> = &'a dyn Fn(&str) -> Option<String>;

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

/// The texts of the named files, or the input; complaints about files that are not there.
struct Read {
    texts: Vec<(String, String)>,
    ended: ProgramOutput,
}

fn read(name: &str, paths: &[String], input: &str, files: Files<'_>) -> Read {
    let mut read = Read {
        texts: Vec::new(),
        ended: ProgramOutput::default(),
    };
    if paths.is_empty() {
        read.texts.push((String::new(), input.to_owned()));
    }
    for path in paths {
        let text = if path == "-" {
            Some(input.to_owned())
        } else {
            files(path)
        };
        if let Some(text) = text {
            read.texts.push((path.clone(), text));
        } else {
            let _ = writeln!(read.ended.stderr, "{name}: {path}: No such file or directory");
            read.ended.exit = 1;
        }
    }
    read
}

/// The options, or what the tool says of a wrong one.
fn options_of(name: &str, known: &[Known], words: &[String]) -> Result<(Vec<Given>, Vec<String>), ProgramOutput> {
    options::read(known, words).map_err(|wrong| {
        let words = match wrong {
            Wrong::Unknown(option) => format!("{name}: unrecognized option: {}\n", option.trim_start_matches('-')),
            Wrong::NeedsValue(option) => {
                format!(
                    "{name}: option requires an argument: {}\n",
                    option.trim_start_matches('-')
                )
            }
        };
        ProgramOutput::failed(1, words)
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

fn lines_of(read: &Read) -> Vec<String> {
    read.texts
        .iter()
        .flat_map(|(_, text)| text.lines().map(str::to_owned))
        .collect()
}
