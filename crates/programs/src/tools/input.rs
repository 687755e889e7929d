//! What tools read: options, and the files they name.

use crate::options::{self, Given, Known, Wrong};
use crate::output::ProgramOutput;
use std::fmt::Write;

/// The content of a file, by its path.
pub(crate) type Files<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The texts of the named files, or the input; complaints about files that are not there.
pub(super) struct Read {
    pub(super) texts: Vec<(String, String)>,
    pub(super) ended: ProgramOutput,
}

pub(super) fn read(name: &str, paths: &[String], input: &str, files: Files<'_>) -> Read {
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
pub(super) fn options_of(
    name: &str,
    known: &[Known],
    words: &[String],
) -> Result<(Vec<Given>, Vec<String>), ProgramOutput> {
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

pub(super) fn lines_of(read: &Read) -> Vec<String> {
    read.texts
        .iter()
        .flat_map(|(_, text)| text.lines().map(str::to_owned))
        .collect()
}
