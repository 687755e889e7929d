//! What a shell keeps between two lines.

use super::dialect::Dialect;
use super::syntax::Function;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A shell between two lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shell {
    pub dialect: Dialect,
    pub variables: BTreeMap<String, String>,
    pub directory: String,
    pub(crate) functions: BTreeMap<String, Rc<Function>>,
    pub(crate) aliases: BTreeMap<String, String>,
    /// `$1`, `$2`, …
    pub(super) parameters: Vec<String>,
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

    /// What has to be typed into a new shell before a line, so that it means there what it means here: the variables, functions
    /// and aliases that it names, and those that they name.
    pub fn preamble(&self, line: &str, fresh: &Self) -> String {
        let mut found: Vec<String> = Vec::new();
        let mut texts = vec![line.to_owned()];
        while let Some(text) = texts.pop() {
            let names = text.split(|c: char| !c.is_ascii_alphanumeric() && !"_-".contains(c));
            for name in names.filter(|name| !name.is_empty()) {
                let definition = self.definition(name, fresh).filter(|it| !found.contains(it));
                if let Some(definition) = definition {
                    texts.push(definition.clone());
                    found.insert(0, definition);
                }
            }
        }
        found.iter().flat_map(|definition| [definition, "\n"]).collect()
    }

    /// Whether a name means a function, or an alias of something else than this program.
    pub fn redefines(&self, name: &str, program: &str) -> bool {
        self.functions.contains_key(name) || self.aliases.get(name).is_some_and(|alias| alias != program)
    }

    fn definition(&self, name: &str, fresh: &Self) -> Option<String> {
        if let Some(function) = self.functions.get(name) {
            return Some(function.text.clone());
        }
        if let Some(text) = self.aliases.get(name) {
            return Some(format!("alias {name}={}", quote(text)));
        }
        let value = self
            .variables
            .get(name)
            .filter(|value| fresh.variables.get(name) != Some(value))?;
        Some(format!("{name}={}", quote(value)))
    }

    pub(super) fn get(&self, name: &str) -> String {
        match name {
            "?" => self.status.to_string(),
            "$" => "7".to_owned(),
            "#" => self.parameters.len().to_string(),
            "@" | "*" => self.parameters.join(" "),
            "0" => self.dialect.name().to_owned(),
            "PWD" => self.directory.clone(),
            name => match name.parse::<usize>() {
                Ok(place) => self.parameters.get(place.saturating_sub(1)).cloned(),
                Err(_) => self.variables.get(name).cloned(),
            }
            .unwrap_or_default(),
        }
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// Gives a variable the value that it had before.
    pub(super) fn restore(&mut self, name: String, value: Option<String>) {
        match value {
            Some(value) => self.variables.insert(name, value),
            None => self.variables.remove(&name),
        };
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

/// A text as one word of a shell.
pub fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
