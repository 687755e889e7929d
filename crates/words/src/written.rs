//! What a build writes from the sentences.

use crate::patterns::Pattern;
use crate::{Forms, Language, Translations};
use std::fmt::Write;

/// Numbers before a sentence have two digits of this many, from `#` on: signs that a string need not escape.
const DIGITS: usize = 56;

/// What a language calls itself, under this key; the list of all languages has it.
const NAME: &str = "language_name";

/// The first language as functions of Rust, one for each sentence, after the list of all languages.
pub fn functions(languages: &[Language]) -> String {
    let mut written = String::new();
    let listed = languages.iter().map(|language| {
        let name = match language.forms(NAME) {
            Some(Forms::Plain(name)) => name,
            _ => &language.code,
        };
        format!("({:?}, {name:?})", language.code)
    });
    let listed: Vec<String> = listed.collect();
    let _ = writeln!(
        written,
        "/// Code and name of each language, the one in the module first.\npub(super) const LANGUAGES: [(&str, &str); {}] = [{}];",
        listed.len(),
        listed.join(", ")
    );
    if let Some(first) = languages.first() {
        let count = first.sentences.len();
        let _ = writeln!(written, "/// The number of sentences.\nconst COUNT: usize = {count};");
        let sentences = first.sentences.iter().enumerate();
        for (number, (key, forms)) in sentences.filter(|(_, (key, _))| key != NAME) {
            written += &function(number, key, forms);
        }
    }
    written
}

fn function(number: usize, key: &str, forms: &Forms) -> String {
    let names = forms.names();
    let sentence = format!("{}{}", number_before(number), forms.compact(&names));
    let said = match forms {
        Forms::Plain(text) | Forms::Counted { other: text, .. } => text,
    };
    let values = |names: &[&str]| {
        let values: Vec<String> = names.iter().map(|name| format!("{name}: &dyn Display")).collect();
        (values.join(", "), names.join(", "))
    };
    let function = match forms {
        Forms::Plain(_) if names.is_empty() => format!("{key}() -> &'static str {{ text({sentence:?}) }}"),
        Forms::Plain(_) => {
            let (takes, gives) = values(&names);
            format!("{key}({takes}) -> String {{ filled({sentence:?}, &[{gives}]) }}")
        }
        Forms::Counted { .. } => {
            let (takes, gives) = values(names.get(1..).unwrap_or_default());
            let comma = if takes.is_empty() { "" } else { ", " };
            format!(
                "{key}(count: usize{comma}{takes}) -> String {{ counted({sentence:?}, count, &[&count{comma}{gives}]) }}"
            )
        }
    };
    format!("#[doc = {said:?}]\npub fn {function}\n")
}

/// The number of a sentence, in front of it: with the text and not beside it, a word is two values in a program as any text is.
fn number_before(number: usize) -> String {
    let digit = |value: usize| char::from(b'#' + u8::try_from(value % DIGITS).unwrap_or_default());
    [digit(number / DIGITS), digit(number)].iter().collect()
}

/// Another language as the page loads it: a line for each sentence, in the order of the first language, empty where it lacks
/// one; then what scenarios and rules say, each behind the hash of what it is in the first language; then the sentences with names
/// in them, each behind the first language's.
pub fn table(first: &Language, other: &Language, translations: &Translations) -> String {
    let lines = first.sentences.iter().map(|(key, forms)| {
        let own = other.forms(key);
        own.map_or_else(String::new, |own| own.compact(&forms.names()))
    });
    let sentences = { translations.sentences.iter() }.map(|(hash, text)| format!("{hash:08x}{text}"));
    let patterns = translations.patterns.iter().map(Pattern::line);
    lines.chain(sentences).chain(patterns).collect::<Vec<_>>().join("\n")
}
