//! The sentences of the page, from `web/words/LANGUAGE.yaml` to functions of Rust and tables beside the module.
//!
//! May import: `base`. Only builds use it: `web/build.rs`, xtask, and what writes the pages of scenarios.
//! Invariant: a sentence has the same number, and each placeholder the same place, in every language.

mod language;
mod patterns;
mod translations;
mod written;

pub use language::{Forms, Language, read};
pub use translations::{Translations, translations, untranslated};
pub use written::{functions, table};

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

/// The language that comes with the module; what another one lacks is said in it.
pub const FIRST: &str = "en";

/// All languages of a folder, [`FIRST`] first, then by their codes.
pub fn languages(folder: &Path) -> io::Result<Vec<Language>> {
    let mut codes = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            codes.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    let mut codes: Vec<String> = codes.into_iter().collect();
    codes.sort_by_key(|code| code != FIRST);
    let all = codes.into_iter().map(|code| {
        let text = fs::read_to_string(folder.join(&code).with_extension("yaml"))?;
        read(&code, &text).map_err(|why| io::Error::other(format!("{code}.yaml: {why}")))
    });
    all.collect()
}

/// All languages, each with the table that the page loads for it; that of [`FIRST`], which comes with the module, is empty.
///
/// `words` has the sentences, `scenarios` the scenario documents.
pub fn tables(words: &Path, scenarios: &Path) -> io::Result<Vec<(Language, String)>> {
    let all = languages(words)?;
    let Some(first) = all.first().cloned() else {
        return Ok(Vec::new());
    };
    let documents = self::scenarios(scenarios)?;
    let with_table = |language: Language| {
        let table = if language.code == first.code {
            String::new()
        } else {
            table(
                &first,
                &language,
                &translations(&words.join(&language.code), &documents)?,
            )
        };
        Ok((language, table))
    };
    all.into_iter().map(with_table).collect()
}

/// Name and text of each scenario document of a folder and the folders in it.
pub fn scenarios(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(scenarios(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path)?;
            found.extend(text.starts_with("apiVersion: playground/").then_some((name, text)));
        }
    }
    Ok(found)
}

/// What one language has otherwise than the first: sentences, forms, placeholders.
pub fn differences(first: &Language, other: &Language) -> Vec<String> {
    let mut found = Vec::new();
    for (key, forms) in &first.sentences {
        let Some(own) = other.forms(key) else {
            found.push(format!("{}.yaml lacks {key}", other.code));
            continue;
        };
        let (wanted, has): (BTreeSet<_>, BTreeSet<_>) =
            (forms.names().into_iter().collect(), own.names().into_iter().collect());
        if wanted != has || forms.is_counted() != own.is_counted() {
            found.push(format!("{}.yaml, {key}: has {has:?}, not {wanted:?}", other.code));
        }
    }
    let own = other.sentences.iter().map(|(key, _)| key);
    let strange = own.filter(|key| first.forms(key).is_none());
    found.extend(strange.map(|key| format!("{}.yaml: nobody says {key}", other.code)));
    found
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test says what it expects")]
mod tests {
    use super::*;

    fn language(code: &str, text: &str) -> Language {
        read(code, text).expect("it is a list of sentences")
    }

    #[test]
    fn all_languages_have_the_same_sentences_and_placeholders() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/words");
        let all = languages(&folder).expect("the files can be read");
        let (first, others) = all.split_first().expect("there is a language");
        assert_eq!(first.code, FIRST);
        assert!(!others.is_empty());
        let found: Vec<String> = others.iter().flat_map(|other| differences(first, other)).collect();
        assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    }

    #[test]
    fn what_scenarios_say_is_said_in_every_language() {
        let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web");
        let scenarios = scenarios(&web.join("scenarios")).expect("the scenarios can be read");
        let order = fs::read_to_string(web.join("scenarios/gallery/order.txt")).expect("there is an order");
        let headings: Vec<&str> = order.lines().filter_map(|line| line.strip_prefix("# ")).collect();
        assert!(scenarios.len() > 30 && headings.len() > 5);
        for language in languages(&web.join("words"))
            .expect("the files can be read")
            .iter()
            .skip(1)
        {
            let translations =
                translations(&web.join("words").join(&language.code), &scenarios).expect("each file fits its scenario");
            for (name, text) in &scenarios {
                let untranslated = untranslated(text, &translations).expect("it is a scenario");
                assert!(
                    untranslated.is_empty(),
                    "{}: {name} lacks {untranslated:#?}",
                    language.code
                );
            }
            let untranslated: Vec<_> = headings.iter().filter(|heading| !translations.has(heading)).collect();
            assert!(
                untranslated.is_empty(),
                "{}: scenarios.yaml lacks {untranslated:?}",
                language.code
            );
        }
    }

    #[test]
    fn what_a_language_lacks_has_too_much_or_has_otherwise_is_found() {
        let first = language("en", "a: A\nb: '{x} b'\nc: {one: 1 c, other: '{count} c'}\n");
        let other = language("de", "b: '{y} b'\nc: '{count} c'\nd: D\n");
        assert_eq!(
            differences(&first, &other),
            [
                "de.yaml lacks a",
                "de.yaml, b: has {\"y\"}, not {\"x\"}",
                "de.yaml, c: has {\"count\"}, not {\"count\"}",
                "de.yaml: nobody says d",
            ]
        );
    }

    #[test]
    fn a_table_has_a_line_for_each_sentence_and_none_for_what_is_lacking() {
        let first = language("en", "a: A\nb: '{x} on {y}'\nc: {one: 1 c, other: '{count} c'}\n");
        let other = language("de", "b: 'auf {y}: {x}'\nc: {one: ein C, other: '{count} C'}\n");
        assert_eq!(
            table(&first, &other, &Translations::default()),
            "\nauf \u{2}: \u{1}\nein C\u{1f}\u{1} C"
        );
    }

    #[test]
    fn a_sentence_is_a_function_of_its_placeholders() {
        let first = language(
            "en",
            "a: A\nb: '{x} on {y}'\nc: {one: '1 c of {z}', other: '{count} c of {z}'}\n",
        );
        let written = functions(&[first]);
        for wanted in [
            "pub fn a() -> &'static str",
            "pub fn b(x: &dyn Display, y: &dyn Display) -> String",
            "pub fn c(count: usize, z: &dyn Display) -> String",
        ] {
            assert!(written.contains(wanted), "{written}");
        }
    }
}
