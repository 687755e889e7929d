//! A file of sentences, read.

use serde_yaml::{Mapping, Value};

/// The number that a counted sentence is chosen by.
const COUNT: &str = "count";

#[derive(Clone, Debug)]
pub struct Language {
    /// As in `lang=`.
    pub code: String,
    /// By their keys, in the order of the file.
    pub sentences: Vec<(String, Forms)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forms {
    Plain(String),
    /// For a count of one, and for any other.
    Counted {
        one: String,
        other: String,
    },
}

impl Language {
    pub fn forms(&self, key: &str) -> Option<&Forms> {
        let found = self.sentences.iter().find(|(own, _)| own == key);
        found.map(|(_, forms)| forms)
    }
}

impl Forms {
    pub const fn is_counted(&self) -> bool {
        matches!(self, Self::Counted { .. })
    }

    /// Its placeholders in the order of their values: the count, then the others as they come.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Plain(text) => placeholders(text),
            Self::Counted { one, other } => {
                let mut names = vec![COUNT];
                names.extend(placeholders(other));
                names.extend(placeholders(one));
                once_each(names)
            }
        }
    }

    /// The sentence as the page keeps it: a placeholder is the character of its place, two forms have a separator between.
    pub fn compact(&self, names: &[&str]) -> String {
        let filled = |text: &str| {
            let numbered = names.iter().zip('\u{1}'..);
            numbered.fold(text.to_owned(), |text, (name, place)| {
                text.replace(&format!("{{{name}}}"), &place.to_string())
            })
        };
        match self {
            Self::Plain(text) => filled(text),
            Self::Counted { one, other } => format!("{}\u{1f}{}", filled(one), filled(other)),
        }
    }
}

/// Reads a file of sentences.
pub fn read(code: &str, text: &str) -> Result<Language, String> {
    let map: Mapping = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
    let sentences = map.iter().map(|(key, value)| {
        let key = key.as_str().ok_or("a key is no text")?;
        Ok((key.to_owned(), forms(key, value)?))
    });
    Ok(Language {
        code: code.to_owned(),
        sentences: sentences.collect::<Result<_, String>>()?,
    })
}

fn forms(key: &str, value: &Value) -> Result<Forms, String> {
    let text = |value: &Value| match value.as_str() {
        Some(text) if !text.contains(|character: char| character < ' ') => Ok(text.to_owned()),
        _ => Err(format!("{key} is no line of text")),
    };
    let Some(map) = value.as_mapping() else {
        return text(value).map(Forms::Plain);
    };
    match (map.get("one"), map.get("other"), map.len()) {
        (Some(one), Some(other), 2) => Ok(Forms::Counted {
            one: text(one)?,
            other: text(other)?,
        }),
        _ => Err(format!("{key} has other forms than one and other")),
    }
}

/// The names in braces, each once.
fn placeholders(text: &str) -> Vec<&str> {
    let after = text.split('{').skip(1);
    let names = after.filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    once_each(names.filter(|name| is_name(name)).collect())
}

fn is_name(word: &str) -> bool {
    let letters = |character: char| character.is_ascii_lowercase() || character == '_';
    !word.is_empty() && word.chars().all(letters)
}

fn once_each(names: Vec<&str>) -> Vec<&str> {
    let mut all = Vec::new();
    for name in names {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}
