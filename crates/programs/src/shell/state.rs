//! What a shell keeps between two lines.

use super::dialect::Dialect;
use std::collections::BTreeMap;

/// A shell between two lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shell {
    pub dialect: Dialect,
    pub variables: BTreeMap<String, String>,
    pub directory: String,
    /// `$?`
    pub status: i32,
    /// Whether it was left with `exit`.
    pub left: bool,
}

impl Shell {
    pub fn new(dialect: Dialect, variables: BTreeMap<String, String>) -> Self {
        Self {
            dialect,
            variables,
            directory: "/".to_owned(),
            ..Self::default()
        }
    }

    /// What stands before a line of this shell: `/ # `.
    pub fn sign(&self, host: &str) -> String {
        match self.dialect {
            Dialect::Ash => format!("{} #", self.directory),
            Dialect::Dash => "#".to_owned(),
            Dialect::Bash => format!("root@{host}:{}#", self.directory),
        }
    }

    pub(super) fn get(&self, name: &str) -> String {
        match name {
            "?" => self.status.to_string(),
            "$" => "7".to_owned(),
            "#" => "0".to_owned(),
            "0" => self.dialect.name().to_owned(),
            "PWD" => self.directory.clone(),
            name => self.variables.get(name).cloned().unwrap_or_default(),
        }
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// A path from the root.
    pub(super) fn path(&self, path: &str) -> String {
        absolute(&self.directory, path)
    }
}

/// A path from the root, as it is meant in a directory.
pub(crate) fn absolute(directory: &str, path: &str) -> String {
    let whole = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("{directory}/{path}")
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}
