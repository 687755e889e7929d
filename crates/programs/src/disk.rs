//! Files that were written by hand, of one machine.

use std::collections::BTreeMap;

/// How many files a machine keeps, and how many bytes of each.
const MOST_FILES: usize = 50;
const MOST_BYTES: usize = 100_000;

/// Files by their paths from the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disk(BTreeMap<String, String>);

impl Disk {
    pub fn read(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// Writes a file; else says why not, as Linux does.
    pub fn write(&mut self, path: &str, text: &str) -> Result<(), &'static str> {
        if text.len() > MOST_BYTES || (self.0.len() >= MOST_FILES && !self.0.contains_key(path)) {
            return Err("No space left on device");
        }
        self.0.insert(path.to_owned(), text.to_owned());
        Ok(())
    }

    /// Whether there was such a file.
    pub fn remove(&mut self, path: &str) -> bool {
        self.0.remove(path).is_some()
    }

    /// Paths and texts.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The names of files and directories in a directory.
    pub fn entries(&self, directory: &str) -> impl Iterator<Item = &str> {
        let mut last = None;
        let names = self.below(directory).filter_map(|(path, _)| path.split('/').next());
        names.filter(move |name| last.replace(*name) != Some(*name))
    }

    /// The files in a directory and in those within it, by their paths from there.
    pub fn below(&self, directory: &str) -> impl Iterator<Item = (&str, &str)> {
        let prefix = format!("{}/", directory.trim_end_matches('/'));
        let files = self.0.iter();
        files.filter_map(move |(path, text)| Some((path.strip_prefix(&prefix)?, text.as_str())))
    }

    /// Whether any file is in a directory.
    pub fn has_directory(&self, directory: &str) -> bool {
        self.below(directory).next().is_some()
    }
}
