//! What scenarios, rules and advice say, in the language of the page. They say it in English: a text, and the core that judges it,
//! are the same in every language.

use super::sentences::{decimal, thousands};
use std::borrow::Cow;
use std::cell::Cell;
use std::fmt::Display;

/// Between a sentence with names in it and its translation.
const BETWEEN: char = '\u{1f}';
/// Places for several words have characters from this one on, those for one word have lower ones.
const SEVERAL: usize = 0x11;
/// The most places of a sentence.
const MOST: usize = 8;
/// How deep parts of sentences lie in each other.
const DEEPEST: usize = 8;
/// Longer texts are no sentences of the playground.
const LONGEST: usize = 2_000;

/// A sentence with names in it, as `Pattern::line` of `crates/words` writes it.
struct Pattern {
    first: &'static str,
    own: &'static str,
    is_part: bool,
}

/// Where the values of a sentence lie in a text, by their places.
type Values<'a> = [&'a str; MOST];

thread_local! {
    /// By the hash of the sentence, in order; empty in English.
    static SENTENCES: Cell<&'static [(u32, &'static str)]> = const { Cell::new(&[]) };
    /// The one with the most letters of its own first.
    static PATTERNS: Cell<&'static [Pattern]> = const { Cell::new(&[]) };
}

/// Takes the lines of a table that translate sentences; none for English.
pub fn learn(lines: &[&'static str]) {
    let sentences = lines.iter().filter_map(|line| {
        let (hash, text) = line.split_at_checked(8)?;
        Some((u32::from_str_radix(hash, 16).ok()?, text))
    });
    let patterns = lines.iter().filter_map(|line| {
        let (sentence, own) = line.split_once(BETWEEN)?;
        let part = sentence.strip_prefix('-');
        Some(Pattern {
            first: part.or_else(|| sentence.strip_prefix('+'))?,
            own,
            is_part: part.is_some(),
        })
    });
    SENTENCES.set(sentences.collect::<Vec<_>>().leak());
    PATTERNS.set(patterns.collect::<Vec<_>>().leak());
}

/// What a scenario, a rule or advice says, in the language of the page, if it is known there.
pub fn translated(said: &str) -> Cow<'_, str> {
    if SENTENCES.get().is_empty() {
        return Cow::Borrowed(said);
    }
    known(said, 0).unwrap_or(Cow::Borrowed(said))
}

#[inline(never)]
fn known(said: &str, depth: usize) -> Option<Cow<'static, str>> {
    let sentences = SENTENCES.get();
    let hash = base::short_hash(said.bytes());
    if let Ok(place) = sentences.binary_search_by_key(&hash, |(hash, _)| *hash) {
        return sentences.get(place).map(|(_, text)| Cow::Borrowed(*text));
    }
    if depth > DEEPEST || said.len() > LONGEST {
        return None;
    }
    let all = PATTERNS.get().iter().filter(|it| depth > 0 || !it.is_part);
    let mut values = Values::default();
    for pattern in all {
        if fits(pattern.first, said, &mut values) {
            return Some(Cow::Owned(filled(pattern.own, &values, depth)));
        }
    }
    None
}

/// Whether a text is a sentence with other values, which are found then. Of the ways that fit, the one with the shortest value first.
fn fits<'a>(sentence: &str, text: &'a str, values: &mut Values<'a>) -> bool {
    let start = sentence.find(is_place).unwrap_or(sentence.len());
    let (before, rest) = sentence.split_at(start);
    let Some(text) = text.strip_prefix(before) else {
        return false;
    };
    let mut letters = rest.chars();
    let Some(place) = letters.next() else {
        return text.is_empty();
    };
    let rest = letters.as_str();
    let literal = rest.split(is_place).next().unwrap_or_default();
    let Some(known) = values.get(index(place)).copied() else {
        return false;
    };
    if !known.is_empty() {
        return text.strip_prefix(known).is_some_and(|text| fits(rest, text, values));
    }
    let mut from = 0;
    while let Some(end) = end_of_value(text, from, literal) {
        let (value, after) = text.split_at(end);
        if (place as usize) < SEVERAL && value.contains(' ') {
            break;
        }
        set(values, place, value);
        if !value.is_empty() && fits(rest, after, values) {
            return true;
        }
        from = end + literal.len().max(1);
    }
    set(values, place, "");
    false
}

/// Where the literal after a value stands next; the end of the text if there is none.
fn end_of_value(text: &str, from: usize, literal: &str) -> Option<usize> {
    let rest = text.get(from..)?;
    if literal.is_empty() {
        Some(text.len())
    } else {
        Some(from + rest.find(literal)?)
    }
}

fn set<'a>(values: &mut Values<'a>, place: char, value: &'a str) {
    if let Some(known) = values.get_mut(index(place)) {
        *known = value;
    }
}

fn filled(own: &str, values: &Values<'_>, depth: usize) -> String {
    let mut said = String::with_capacity(own.len() + 64);
    for letter in own.chars() {
        let value = values.get(index(letter)).filter(|_| is_place(letter)).copied();
        match value {
            // What stands in quotes is somebody else's.
            Some(value) if said.ends_with(['`', '"']) => said.push_str(value),
            Some(value) if letter as usize >= SEVERAL => {
                said.push_str(&known(value, depth + 1).unwrap_or_else(|| Cow::Owned(in_own_digits(value))));
            }
            Some(value) => said.push_str(&in_own_digits(value)),
            None => said.push(letter),
        }
    }
    said
}

/// A number in groups of three, with the sign of the page's language between them; another text as it is.
pub fn in_own_digits(value: &str) -> String {
    if is_grouped(value) {
        value.replace(',', thousands())
    } else {
        value.to_owned()
    }
}

/// A number or a moment as Rust writes it, with the sign of the page's language before the digits of its fraction.
pub fn with_own_decimal(number: &dyn Display) -> String {
    number.to_string().replace('.', decimal())
}

/// Whether a text is a number like `10,000`.
fn is_grouped(value: &str) -> bool {
    let has_digits = |group: &str| group.bytes().all(|it| it.is_ascii_digit());
    let mut groups = value.split(',');
    let first = groups.next().unwrap_or_default();
    value.contains(',')
        && matches!(first.len(), 1..=3)
        && has_digits(first)
        && groups.all(|group| group.len() == 3 && has_digits(group))
}

fn is_place(letter: char) -> bool {
    letter < ' '
}

/// The number of a place, from 0.
fn index(place: char) -> usize {
    (place as usize & 0xf).wrapping_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lines: &[&'static str], text: &str) -> String {
        learn(lines);
        let said = translated(text).into_owned();
        learn(&[]);
        said
    }

    const LINES: &[&str] = &[
        "a2e4fb8fPorts mit Namen",
        "+no pod hears \u{11}: \u{2} is shut\u{1f}\u{2} ist zu, kein Pod hört \u{11}",
        "+\u{1} prints `\u{12}`\u{1f}\u{1} druckt `\u{12}`",
        "+\u{1} comes to \u{1}\u{1f}\u{1} kommt zu sich",
        "+\u{1} hears \u{12}\u{1f}\u{1} hört \u{12}",
        "-\u{1} knows \u{12}\u{1f}\u{1} kennt \u{12}",
        "-\u{11}, \u{12}\u{1f}\u{11}, \u{12}",
    ];

    #[test]
    fn a_sentence_is_known_word_for_word() {
        assert_eq!(translated("Ports by name"), "Ports by name");
        assert_eq!(said(LINES, "Ports by name"), "Ports mit Namen");
        assert_eq!(said(LINES, "another sentence"), "another sentence");
    }

    #[test]
    fn a_sentence_with_names_keeps_them() {
        assert_eq!(
            said(LINES, "no pod hears 80: web is shut"),
            "web ist zu, kein Pod hört 80"
        );
        assert_eq!(
            said(LINES, "no pod hears a: b: c is shut"),
            "c ist zu, kein Pod hört a: b"
        );
        assert_eq!(said(LINES, "web comes to web"), "web kommt zu sich");
        assert_eq!(said(LINES, "web comes to api"), "web comes to api");
        assert_eq!(
            said(LINES, "the web hears 80"),
            "the web hears 80",
            "a name is one word"
        );
        assert_eq!(said(LINES, " hears 80"), " hears 80", "a name is a word");
    }

    #[test]
    fn only_a_number_in_groups_is_one() {
        assert!(["1,000", "20,000", "1,000,000"].iter().all(|it| is_grouped(it)));
        let others = [
            "", ",", "80", "1000", "80,44", "8080,443", "1,000,", ",000", "a,000", "1,00a",
        ];
        assert!(!others.iter().any(|it| is_grouped(it)));
    }

    #[test]
    fn what_several_words_say_is_said_in_turn() {
        assert_eq!(said(LINES, "web hears Ports by name"), "web hört Ports mit Namen");
        assert_eq!(
            said(LINES, "a hears 80, b knows c, d knows e"),
            "a hört 80, b kennt c, d kennt e"
        );
        assert_eq!(said(LINES, "b knows c"), "b knows c", "a part is no sentence");
        assert_eq!(said(LINES, "a prints `b knows c`"), "a druckt `b knows c`");
        assert_eq!(said(LINES, "ü hears ü, ö"), "ü hört ü, ö");
    }
}
