//! What scenarios, rules and advice say, in another language: by the sentence itself, since it stands in a text, not under a key.

use crate::patterns::Pattern;
use serde_yaml::{Mapping, Value};
use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// The file of patterns that stand in no sentence's place but in those of others' values.
const PARTS: &str = "parts";

/// What a language says for sentences of the first.
#[derive(Clone, Debug, Default)]
pub struct Translations {
    /// By the hash of the sentence in the first language.
    pub sentences: BTreeMap<u32, String>,
    /// Of sentences with names and numbers in them; the one with the most letters of its own first.
    pub patterns: Vec<Pattern>,
}

impl Translations {
    /// Whether it has this sentence, word for word.
    pub fn has(&self, sentence: &str) -> bool {
        self.sentences.contains_key(&hash(sentence))
    }
}

/// Fields of a scenario document that hold sentences.
const SENTENCES: [&str; 8] = ["title", "story", "cause", "hints", "say", "ask", "because", "answers"];
/// Fields of a scenario document with such fields in them.
const WITHIN: [&str; 3] = ["steps", "predictions", "checks"];

fn hash(text: &str) -> u32 {
    base::short_hash(text.bytes())
}

/// All that a folder says of a language: of each scenario a file of its name with the shape of the scenario's document; in other
/// files the sentence under the one of the first language, with placeholders where it has names and numbers.
pub fn translations(folder: &Path, scenarios: &[(String, String)]) -> io::Result<Translations> {
    let mut pairs = Vec::new();
    let mut patterns = Vec::new();
    if !folder.exists() {
        return Ok(Translations::default());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let own = read(&fs::read_to_string(&path)?).map_err(|why| wrong(&name, &why))?;
        let Some((_, text)) = scenarios.iter().find(|(known, _)| *known == name) else {
            for (first, other) in &own {
                let (first, other) = (line(first), line(other));
                let pattern = match (&first, &other) {
                    (Ok(first), Ok(other)) => {
                        Pattern::new(first, other, name == PARTS).map_err(|why| wrong(&name, &why))?
                    }
                    _ => None,
                };
                match pattern {
                    Some(pattern) => patterns.push(pattern),
                    None => pairs.push((first, other)),
                }
            }
            continue;
        };
        let first = document(text).map_err(|why| wrong(&name, &why))?;
        pair(&Value::Mapping(first), &Value::Mapping(own), &mut pairs).map_err(|why| wrong(&name, &why))?;
    }
    let mut all = BTreeMap::new();
    for (first, other) in pairs {
        let (first, other) = (
            first.map_err(|why| wrong("", &why))?,
            other.map_err(|why| wrong("", &why))?,
        );
        let known = all.insert(hash(&first), (first.clone(), other.clone()));
        if known.is_some_and(|known| known != (first.clone(), other)) {
            return Err(wrong(
                &first,
                "is said in two ways, or has the hash of another sentence",
            ));
        }
    }
    patterns.sort_by(|one, other| one.rank().cmp(&other.rank()));
    Ok(Translations {
        sentences: all.into_iter().map(|(hash, (_, other))| (hash, other)).collect(),
        patterns,
    })
}

/// The sentences of a scenario that a language lacks.
pub fn untranslated(text: &str, translations: &Translations) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    sentences(&Value::Mapping(document(text)?), &mut all);
    all.retain(|sentence| sentence.contains(' ') && !translations.has(sentence));
    Ok(all)
}

fn sentences(value: &Value, all: &mut Vec<String>) {
    let Some(map) = value.as_mapping() else { return };
    for (key, value) in map {
        let key = key.as_str().unwrap_or_default();
        if SENTENCES.contains(&key) {
            let items = value.as_sequence().map_or(std::slice::from_ref(value), Vec::as_slice);
            all.extend(items.iter().filter_map(Value::as_str).map(str::to_owned));
        } else if WITHIN.contains(&key) {
            for item in value.as_sequence().into_iter().flatten() {
                sentences(item, all);
            }
        }
    }
}

type Pair = (Result<String, String>, Result<String, String>);

/// Each text of `other` beside the one at the same place of `first`.
fn pair(first: &Value, other: &Value, pairs: &mut Vec<Pair>) -> Result<(), String> {
    match (first, other) {
        (Value::Mapping(first), Value::Mapping(other)) => {
            for (key, own) in other {
                let value = first.get(key).ok_or_else(|| format!("the scenario has no {key:?}"))?;
                pair(value, own, pairs)?;
            }
        }
        (Value::Sequence(first), Value::Sequence(other)) if first.len() == other.len() => {
            for (value, own) in first.iter().zip(other) {
                pair(value, own, pairs)?;
            }
        }
        (Value::String(_), Value::String(_)) => pairs.push((line(first), line(other))),
        (_, Value::Null) => {}
        _ => return Err(format!("{other:?} does not stand where {first:?} does")),
    }
    Ok(())
}

fn line(value: &Value) -> Result<String, String> {
    let text = value.as_str().ok_or_else(|| format!("{value:?} is no text"))?;
    let text = text.trim_end_matches('\n');
    if text.contains('\n') {
        return Err(format!("{text:?} has several lines"));
    }
    Ok(text.to_owned())
}

/// The scenario document of a text.
fn document(text: &str) -> Result<Mapping, String> {
    read(text.split("\n---").next().unwrap_or_default())
}

fn read(text: &str) -> Result<Mapping, String> {
    serde_yaml::from_str(text).map_err(|error| error.to_string())
}

fn wrong(name: &str, why: &str) -> io::Error {
    io::Error::other(format!("{name}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "title: A B\nhints: [one two]\nchecks: [{say: it works, to: web}]\n---\nkind: Pod\n";

    #[test]
    fn a_scenario_is_paired_place_by_place() {
        let mut pairs = Vec::new();
        let [first, other] =
            [FIRST, "title: C D\nchecks: [{say: es geht}]\n"].map(|text| document(text).map(Value::Mapping));
        let paired = first.and_then(|first| pair(&first, &other?, &mut pairs));
        assert_eq!(paired, Ok(()));
        let pairs: Vec<_> = pairs
            .into_iter()
            .filter_map(|(first, other)| first.ok().zip(other.ok()))
            .collect();
        assert_eq!(
            pairs,
            [("A B".into(), "C D".into()), ("it works".into(), "es geht".into())]
        );
    }

    #[test]
    fn what_a_scenario_says_and_a_language_does_not_is_found() {
        let translations = Translations {
            sentences: BTreeMap::from([(hash("A B"), "C D".to_owned())]),
            ..Translations::default()
        };
        assert_eq!(
            untranslated(FIRST, &translations),
            Ok(vec!["one two".to_owned(), "it works".to_owned()])
        );
    }
}
