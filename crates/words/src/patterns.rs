//! Sentences with names and numbers in them, by their placeholders.
//!
//! `{name}` stands for one word, `{said…}` for as many as there are, which are translated in turn.

use std::cmp::Reverse;

/// What a placeholder for several words ends in.
const SEVERAL: char = '…';
/// The characters of places: from the first for one word, from the second for several.
const PLACES: [u32; 2] = [0x01, 0x11];
/// The most places of a sentence.
const MOST: usize = 8;

/// A sentence of the first language and of another, their placeholders as the characters of their places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    pub first: String,
    pub other: String,
    /// Whether it stands only where another has a place for several words.
    pub is_part: bool,
}

impl Pattern {
    /// `None` if the sentence has no placeholders.
    pub fn new(first: &str, other: &str, is_part: bool) -> Result<Option<Self>, String> {
        let names = names(first);
        if names.is_empty() {
            return Ok(None);
        }
        let strange = self::names(other).into_iter().find(|name| !names.contains(name));
        if let Some(name) = strange {
            return Err(format!("{first:?} has no {{{name}}}"));
        }
        let pattern = Self {
            first: placed(first, &names),
            other: placed(other, &names),
            is_part,
        };
        let places: Vec<bool> = pattern.first.chars().map(is_place).collect();
        if names.len() > MOST || places.windows(2).any(|pair| pair == [true, true]) {
            return Err(format!(
                "{first:?} has too many placeholders, or two without a word between"
            ));
        }
        Ok(Some(pattern))
    }

    /// The more letters of its own a sentence has, the earlier it is tried.
    pub fn rank(&self) -> (Reverse<usize>, &str) {
        let own = self.first.chars().filter(|letter| !is_place(*letter)).count();
        (Reverse(own), &self.first)
    }

    /// As a line of the table: a sign for what it is, the sentence, and its translation.
    pub fn line(&self) -> String {
        let sign = if self.is_part { '-' } else { '+' };
        format!("{sign}{}\u{1f}{}", self.first, self.other)
    }
}

fn is_place(character: char) -> bool {
    character < ' '
}

fn placed(text: &str, names: &[&str]) -> String {
    let numbered = names.iter().zip(0..);
    numbered.fold(text.to_owned(), |text, (name, place)| {
        let [word, several] = PLACES;
        let start = if name.ends_with(SEVERAL) { several } else { word };
        let character = char::from_u32(start + place).unwrap_or_default();
        text.replace(&format!("{{{name}}}"), &character.to_string())
    })
}

/// The names in braces, each once.
fn names(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let after = text.split('{').skip(1);
    for (name, _) in after.filter_map(|rest| rest.split_once('}')) {
        let plain = name.strip_suffix(SEVERAL).unwrap_or(name);
        let is_name = !plain.is_empty() && plain.chars().all(|it| it.is_ascii_lowercase() || it == '_');
        if is_name && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_with_names_is_a_pattern_of_places() {
        let pattern = Pattern::new("{name} has {said…} at {name}", "bei {name}: {said…}", false);
        let line = pattern.map(|it| it.map(|it| it.line()));
        assert_eq!(
            line,
            Ok(Some("+\u{1} has \u{12} at \u{1}\u{1f}bei \u{1}: \u{12}".to_owned()))
        );
        assert_eq!(Pattern::new("no names {{ … }}", "", false), Ok(None));
        assert!(Pattern::new("{a} b", "{c} b", false).is_err());
        assert!(Pattern::new("{a}{b} c", "{a}{b}", false).is_err());
    }
}
