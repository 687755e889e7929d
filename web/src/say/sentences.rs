//! The sentences, and the language that says them.

use super::translated::learn;
use std::cell::Cell;
use std::fmt::{Display, Write};

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// As `number_before` of `crates/words` counts.
const DIGITS: usize = 56;
/// Between the form for one and the form for more.
const FORMS: char = '\u{1f}';

thread_local! {
    /// By their numbers; empty in English.
    static TABLE: Cell<&'static [&'static str]> = const { Cell::new(&[]) };
}

/// Says everything from now on in the language of this table; in English if it is empty.
///
/// The table is kept for good: sentences of it are all over the page. A page loads each language once.
pub fn speak(table: &'static str) {
    let mut lines: Vec<&str> = Vec::new();
    if !table.is_empty() {
        lines.extend(table.split('\n'));
    }
    let translations = lines.split_off(COUNT.min(lines.len()));
    learn(&translations);
    TABLE.set(lines.leak());
}

/// A number for the language of the page, for what is remembered in it.
pub fn spoken() -> usize {
    TABLE.get().as_ptr() as usize
}

/// A sentence with its number in front, in the language of the page.
fn text(sentence: &'static str) -> &'static str {
    let (number, english) = sentence.split_at_checked(2).unwrap_or_default();
    let number = number.bytes().fold(0, |number, digit| {
        number * DIGITS + usize::from(digit.wrapping_sub(b'#'))
    });
    match TABLE.get().get(number) {
        Some(own) if !own.is_empty() => own,
        _ => english,
    }
}

fn filled(sentence: &'static str, values: &[&dyn Display]) -> String {
    put(text(sentence), values)
}

fn counted(sentence: &'static str, count: usize, values: &[&dyn Display]) -> String {
    let forms = text(sentence);
    let (one, other) = forms.split_once(FORMS).unwrap_or((forms, forms));
    put(if count == 1 { one } else { other }, values)
}

/// Puts the values in the places of their characters.
fn put(text: &str, values: &[&dyn Display]) -> String {
    let mut said = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match values.get((character as usize).wrapping_sub(1)) {
            Some(value) => drop(write!(said, "{value}")),
            None => said.push(character),
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::super::translated::translated;
    use super::*;

    #[test]
    fn a_sentence_has_its_values_in_the_places_of_each_language() {
        assert_eq!(put("\u{2} of \u{1}", &[&"a", &7]), "7 of a");
        assert_eq!(text("##Close"), "Close");
        assert_eq!(counted("##1 request\u{1f}\u{1} requests", 1, &[&1]), "1 request");
        assert_eq!(counted("##1 request\u{1f}\u{1} requests", 2, &[&2]), "2 requests");
        speak("Schließen\n\nab \u{1}");
        assert_eq!(text("##Close"), "Schließen");
        assert_eq!(text("#$Open"), "Open", "a line that is empty");
        assert_eq!(text("$#Save"), "Save", "a line that is not there");
        assert_eq!(filled("#%from \u{1}", &[&"web"]), "ab web");
        speak("");
        assert_eq!(text("##Close"), "Close");
    }

    #[test]
    fn what_a_scenario_says_comes_behind_the_sentences() {
        let table = "\n".repeat(COUNT) + "a2e4fb8fPorts mit Namen";
        speak(table.leak());
        assert_eq!(translated("Ports by name"), "Ports mit Namen");
        speak("");
        assert_eq!(translated("Ports by name"), "Ports by name");
    }
}
