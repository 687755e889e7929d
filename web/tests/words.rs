//! What the page says stands in `web/words`, in every language: no sentence in the sources, and none without a translation.
#![allow(clippy::expect_used, reason = "a test says what it expects")]

mod sources;

use sources::sources;
use std::path::Path;

/// Attributes that are read aloud or shown.
const SAID: [&str; 6] = ["aria-label", "title", "placeholder", "label", "alt", "aria-description"];

/// What is the same in every language, with the reason.
const SAME: [(&str, &str); 14] = [
    ("Service Playground", "the name of the page"),
    ("services.yaml", "the name of the file"),
    ("Ctrl+S", "a key"),
    ("Ctrl+L", "a key"),
    ("Tab", "a key"),
    ("kubectl", "the name of a program"),
    ("#", "a sign"),
    ("Services", "a word of Kubernetes"),
    ("Pods", "a word of Kubernetes"),
    ("node", "a word of Kubernetes"),
    ("SVG", "a format"),
    ("Edit cancelled, no changes made.\\n", "kubectl prints it"),
    (
        "error: an object is open in the editor already: save it or cancel\\n",
        "the terminal prints it, in kubectl's language",
    ),
    ("nft list table ip kube-proxy", "a command"),
];

/// What lines of programs begin with.
const PROGRAMS: [&str; 3] = ["kubectl ", "nslookup ", "nft "];

/// Their sentences are found by themselves (`say::translated`), since pages and links have them in English.
const BY_THEMSELVES: [&str; 1] = ["scenarios.rs"];

#[test]
fn no_sentence_stands_in_the_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for file in sources(&root) {
        let name = file.strip_prefix(&root).expect("it lies in src").display().to_string();
        if name.contains("tests") || BY_THEMSELVES.contains(&name.as_str()) {
            continue;
        }
        let text = std::fs::read_to_string(&file).expect("a source can be read");
        let shipped = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let literals = literals(shipped).into_iter().filter(Literal::is_said);
        found.extend(literals.map(|literal| format!("{name}: {:?}", literal.text)));
    }
    assert!(
        found.is_empty(),
        "these belong into web/words/en.yaml and de.yaml:\n{}",
        found.join("\n")
    );
}

#[test]
fn no_sentence_stands_in_what_writes_the_pages_of_scenarios() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/pages/src");
    let mut found = Vec::new();
    for file in sources(&root).iter().filter(|file| !file.ends_with("tests.rs")) {
        let text = std::fs::read_to_string(file).expect("a source can be read");
        let said = literals(&text).into_iter().filter(|it| says_in_markup(it.text));
        found.extend(said.map(|literal| format!("{}: {:?}", file.display(), literal.text)));
    }
    assert!(found.is_empty(), "these belong into web/words:\n{}", found.join("\n"));
    for said in [r"<h2>Steps</h2>\n", r#"<nav aria-label=\"Scenarios\">{}</nav>"#] {
        assert!(says_in_markup(said), "{said}");
    }
}

/// Whether markup holds words of its own, between its tags or in what is read aloud.
fn says_in_markup(text: &str) -> bool {
    let begins_with_letter = |text: &str| text.starts_with(char::is_alphabetic);
    let attributes = SAID.map(|name| format!("{name}=\\\""));
    let mut values = attributes.iter().flat_map(|name| text.split(name.as_str()).skip(1));
    let mut between = text.split('<').skip(1).filter_map(|piece| piece.split_once('>'));
    values.any(begins_with_letter) || between.any(|(_, text)| begins_with_letter(text.trim_start_matches("\\n").trim()))
}

#[test]
fn what_rules_mean_is_said_in_every_language() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("words");
    let all = words::languages(&folder).expect("the files can be read");
    for language in all.iter().skip(1) {
        let scenarios = words::scenarios(&folder.join("../scenarios")).expect("the scenarios can be read");
        let translations =
            words::translations(&folder.join(&language.code), &scenarios).expect("each file fits its scenario");
        let mut sentences = playground::help_sentences().filter(|said| !translations.has(said));
        assert_eq!(
            sentences.next(),
            None,
            "{}/help.yaml or terminal.yaml lacks it",
            language.code
        );
    }
}

#[test]
fn the_search_finds_what_it_looks_for() {
    let source = r#"
        // "a comment that says something"
        html! { <p title="Close it">{ "Closed" }{ if wide { "wide" } else { "narrow" } }</p> };
        let words = format!("{name} is gone for good"); let c = '"';
        #[allow(dead_code, reason = "a reason is not said")]
        let class = "divider divider-editor";
    "#;
    let all = literals(source);
    let said: Vec<&str> = all.iter().filter(|it| it.is_said()).map(|it| it.text).collect();
    assert_eq!(said, ["Close it", "Closed", "{name} is gone for good"]);
}

/// A string of a source, and what stands around it.
struct Literal<'a> {
    before: &'a str,
    text: &'a str,
    after: &'a str,
}

impl Literal<'_> {
    fn is_said(&self) -> bool {
        let is_same = SAME.iter().any(|(same, _)| *same == self.text);
        let is_printed = PROGRAMS.iter().any(|program| self.text.starts_with(program));
        if is_same || is_printed || !self.text.contains(char::is_alphabetic) {
            return false;
        }
        self.is_attribute() || self.is_text() || self.is_sentence()
    }

    fn is_attribute(&self) -> bool {
        let said = self.before.strip_suffix('=').unwrap_or_default();
        SAID.iter().any(|name| {
            let before = said.strip_suffix(name);
            before.is_some_and(|before| before.ends_with(char::is_whitespace))
        })
    }

    /// Between tags: `>{ "…" }`, or alone on its line.
    fn is_text(&self) -> bool {
        let Some(before) = self.before.trim_end().strip_suffix('{') else {
            return false;
        };
        let alone = before.trim_end_matches([' ', '\t']).ends_with('\n');
        (before.ends_with('>') || alone) && self.after.trim_start().starts_with('}')
    }

    /// Three words and more, as no class, selector or path has them.
    fn is_sentence(&self) -> bool {
        let before = self.before.trim_end();
        if self.text.contains(['<', '[']) || before.ends_with("reason =") || before.ends_with("must_use =") {
            return false;
        }
        let words = self
            .text
            .split(' ')
            .map(|word| word.trim_end_matches(['.', ',', ':', ';']));
        let plain = words.filter(|word| {
            let rest = word.strip_prefix(char::is_uppercase).unwrap_or(word);
            !rest.is_empty() && rest.chars().all(|letter| letter.is_lowercase() || letter == '\'')
        });
        plain.count() >= 3
    }
}

/// The strings of a source, but for those in comments.
fn literals(source: &str) -> Vec<Literal<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = source.get(at..).and_then(|rest| rest.find(['"', '/', '\''])) {
        let start = at + next;
        let rest = source.get(start..).unwrap_or_default();
        if rest.starts_with("//") {
            at = start + rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("'\"'") {
            at = start + 3;
        } else if rest.starts_with('"') {
            let end = start + 1 + end_of(source.get(start + 1..).unwrap_or_default());
            found.push(Literal {
                before: source.get(..start).unwrap_or_default(),
                text: source.get(start + 1..end).unwrap_or_default(),
                after: source.get(end + 1..).unwrap_or_default(),
            });
            at = end + 1;
        } else {
            at = start + 1;
        }
    }
    found
}

/// Where a string ends.
fn end_of(text: &str) -> usize {
    let mut escaped = false;
    let end = text.char_indices().find(|(_, character)| {
        let ends = *character == '"' && !escaped;
        escaped = *character == '\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(place, _)| place)
}
