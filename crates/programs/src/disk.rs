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

    /// The names of the files in a directory.
    pub fn entries(&self, directory: &str) -> impl Iterator<Item = &str> {
        let prefix = format!("{}/", directory.trim_end_matches('/'));
        let names = self.0.keys().filter_map(move |path| path.strip_prefix(&prefix));
        names.filter(|name| !name.contains('/'))
    }
}
