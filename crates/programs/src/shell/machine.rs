//! What a shell runs on.

use crate::output::ProgramOutput;
use std::collections::BTreeMap;

/// A machine with programs and files, and a time.
pub trait Machine {
    /// Runs a program; `None` if there is none of that name.
    fn run(&mut self, program: &Program<'_>) -> Option<ProgramOutput>;

    /// Whether there is a program of that name.
    fn has(&self, name: &str) -> bool;

    /// The content of a file.
    fn file(&self, path: &str) -> Option<String>;

    /// Writes a file; else says why not.
    fn write(&mut self, path: &str, text: &str) -> Result<(), &'static str>;

    /// Deletes a file that was written; false if there is none.
    fn remove(&mut self, path: &str) -> bool;

    /// Whether a path names a directory.
    fn is_directory(&self, path: &str) -> bool;

    /// Whether a command goes on while others run.
    fn goes_on(&self, _: &[String]) -> bool {
        false
    }

    /// How many milliseconds of its second had passed when the script began.
    fn fraction(&self) -> u16;

    /// For how many seconds after the script began it is known what happens.
    fn known(&self) -> i64;
}

/// A program that a shell runs.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    /// Its name and arguments.
    pub words: &'a [String],
    /// Its standard input.
    pub input: &'a str,
    /// The variables of the shell.
    pub variables: &'a BTreeMap<String, String>,
    /// Where the shell is.
    pub directory: &'a str,
    /// Whole seconds since that in which the script began.
    pub since: i64,
    /// Milliseconds of the second.
    pub millis: u16,
}
