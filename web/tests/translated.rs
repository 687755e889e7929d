//! What the core says in finished sentences is said in every language: advice, fixes, caveats, limits, checks.
//!
//! What kubectl and Kubernetes print, and the reader of YAML, is no sentence of the playground and stays English.
#![allow(clippy::expect_used, reason = "a test says what it expects")]

mod sources;

use playground::{Code, Micros, Scenario, Session, judge, lesson};
use playground_web::say;
use sources::sources;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where the core has its sentences.
const SAYING: [&str; 20] = [
    "cluster/src/networks.rs",
    "playground/src/advice",
    "playground/src/candidate.rs",
    "playground/src/caveat",
    "playground/src/caveat.rs",
    "playground/src/check.rs",
    "playground/src/gateways.rs",
    "playground/src/help/fixes",
    "playground/src/help/foreign.rs",
    "playground/src/ingress.rs",
    "playground/src/lesson/text.rs",
    "playground/src/lost_port.rs",
    "playground/src/no_address.rs",
    "playground/src/over_limit.rs",
    "playground/src/reader.rs",
    "playground/src/reading.rs",
    "playground/src/run.rs",
    "playground/src/scenario.rs",
    "playground/src/share/mod.rs",
    "playground/src/written.rs",
];

/// Literals of those files that nobody reads on the page, or that are the same in every language.
const SAME: [(&str, &str); 13] = [
    ("a pod that is gone", "a program in a pod prints it"),
    (
        "links were given out that refer to dictionary-1.txt as it was",
        "it stops a build",
    ),
    ("standard error", "an author reads it from the CLI's check"),
    ("standard output", "an author reads it from the CLI's check"),
    ("x is not there", "an author reads it from the CLI's check"),
    (
        "x to x: answered by x, not by x",
        "an author reads it from the CLI's check",
    ),
    ("x to x: expected x, but x", "an author reads it from the CLI's check"),
    ("x: does not print x, but x", "an author reads it from the CLI's check"),
    ("x: exit code x, not x: x", "an author reads it from the CLI's check"),
    ("x: line x of the text: x", "an author reads it from the CLI's check"),
    ("x: x is x, not x", "an author reads it from the CLI's check"),
    (
        "and x more",
        "it stands behind a comma, where a language has it with the labels before",
    ),
    ("x in namespace x", "a language has it with the sentence before"),
];

/// Sentences of parts that the tests' texts do not bring about: many clients, many objects, limits.
const JOINED: [&str; 22] = [
    "no rule lets the laptop in to db-0 at TCP port 5432",
    "no rule lets a, b and 3 more in to db-0 at TCP port 5432",
    "no rule lets a and the laptop send to db-0 at echo requests",
    "Let the laptop in",
    "Of what comes to a pod that a policy selects, only what some rule of its policies allows passes: requests to db time out.",
    "NetworkPolicies a, b and c",
    "no endpoints: no pod has a=b,c=d,and 3 more",
    "The playground doesn't know the image of Deployment web and knows no port of it, api listens on nothing. targetPort is the port on which the program in the container listens.",
    "web: 30,000 pods: the playground runs up to 2,000 of a workload; 28,000 of these are not made",
    "5,001 ports of Services: the playground reads up to 5,000, so nothing was changed",
    "20,000 changes made by hand after hour 1,000: left out",
    "much has happened here by itself: from now on programs, jobs and probes are looked at once every 5 minutes, and what lies between is left out",
    "much has happened here by itself: from now on programs, jobs and probes are looked at once every hour, and what lies between is left out",
    "nobody serves Ingress web and 2 more, so ADDRESS stays empty and no request goes by it: the ingress controller here serves other classes",
    "nobody carries requests by HTTPRoute web: there is no Gateway edge",
    "HTTPRoute web: the gateway controller here does not follow filters of backends, timeouts",
    "web is headless and none of its pods is ready, so its name has no address.",
    "web.default.svc.cluster.local. → no such name (NXDOMAIN)",
    "Requests from `client` to `web:80`: 40 timed out, 37 name not found, 23 closed.",
    "checks[0]: unknown field `frm`, expected one of `from`, `to`",
    "cluster: podCIDR: \"10.42.0.0/25\" has fewer ranges of 24 bits than there are nodes: 3",
    "This is a file for a component of the cluster, no object of a cluster: it is left out, and the rest of the text lives.",
];

/// Patterns that stand in no source of ours, by their longest words.
const OF_OTHERS: [(&str, &str); 7] = [
    ("invalid type:", "the reader of YAML says it"),
    ("invalid value:", "the reader of YAML says it"),
    ("duplicate field `", "the reader of YAML says it"),
    ("the laptop and", "a list of clients has it"),
    ("and the laptop", "a list of clients has it"),
    ("the laptop,", "a list of clients has it"),
    (", the laptop and", "a list of clients has it"),
];

/// English words that no German sentence has.
const ENGLISH: [&str; 12] = [
    "the", "and", "is", "are", "not", "of", "has", "which", "listens", "more", "its", "too",
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Speaks another language, if there is one more.
fn speak(number: usize) -> Option<String> {
    let all = words::languages(&folder().join("words")).expect("the files can be read");
    let (first, others) = all.split_first().expect("there is a language");
    let other = others.get(number)?;
    say::speak(words::table(first, other, &translations(&other.code)).leak());
    Some(other.code.clone())
}

fn translations(code: &str) -> words::Translations {
    let scenarios = words::scenarios(&folder().join("scenarios")).expect("the scenarios can be read");
    words::translations(&folder().join("words").join(code), &scenarios).expect("each file fits its scenario")
}

#[test]
fn what_the_core_says_is_said_in_every_language() {
    let mut sentences = said();
    assert!(sentences.len() > 200, "the tests' texts are found");
    sentences.extend(JOINED.map(str::to_owned));
    for number in 0.. {
        let Some(code) = speak(number) else { break };
        let english = |sentence: &&String| {
            let own = say::translated(sentence);
            own == **sentence || has_english(&own)
        };
        let found: Vec<String> = { sentences.iter() }
            .filter(english)
            .map(|it| format!("{it}\n    {}", say::translated(it)))
            .collect();
        assert!(
            found.is_empty(),
            "{code} lacks {} of {}:\n{}",
            found.len(),
            sentences.len(),
            found.join("\n")
        );
    }
}

#[test]
fn numbers_have_the_signs_of_the_language() {
    let said = [
        "web: 30,000 pods: the playground runs up to 2,000 of a workload; 28,000 of these are not made",
        "5,001 ports of Services: the playground reads up to 5,000, so nothing was changed",
        "20,000 changes made by hand after hour 1,000: left out",
    ];
    for number in 0.. {
        let Some(code) = speak(number) else { break };
        let sign = say::thousands();
        for sentence in said {
            let own = say::translated(sentence);
            assert_eq!(
                own.matches(&format!("{sign}00")).count(),
                sentence.matches(",00").count(),
                "{code}: {own}"
            );
            assert!(sign == "," || !own.contains(",0"), "{code}: {own}");
        }
        if code == "de" {
            assert_eq!(say::in_own_digits("1,000,000"), "1.000.000");
            assert_eq!(say::with_own_decimal(&0.5), "0,5");
            assert_eq!(say::with_own_decimal(&Micros::from_millis(2_500)), "00:02,500");
        }
    }
}

#[test]
fn what_the_editor_says_is_said_in_every_language() {
    let read = |path: &str| std::fs::read_to_string(folder().join(path)).expect("the file can be read");
    let schema = serde_json::from_str(&read("../docs/scenario.schema.json")).expect("the schema is JSON");
    let mut said = BTreeSet::new();
    descriptions(&schema, &mut said);
    let source = read("editor/fields.js");
    let heads = source
        .split("words: '")
        .skip(1)
        .filter_map(|rest| rest.split_once('\''));
    said.extend(heads.map(|(words, _)| words.to_owned()));
    said.retain(|words| words.contains(' '));
    let source = read("editor/index.js");
    let phrases = source
        .split_once("PHRASES = [")
        .and_then(|(_, rest)| rest.split_once(']'));
    let (phrases, _) = phrases.expect("the editor lists its phrases");
    said.extend(phrases.split(", ").map(|it| it.trim_matches('\'').to_owned()));
    assert!(said.len() > 100, "the descriptions are found");
    for number in 0.. {
        let Some(code) = speak(number) else { break };
        let found: Vec<&String> = said.iter().filter(|it| say::translated(it) == **it).collect();
        assert!(found.is_empty(), "{code}/fields.yaml lacks {found:#?}");
    }
}

fn descriptions(value: &serde_json::Value, said: &mut BTreeSet<String>) {
    let own = value.get("description").and_then(serde_json::Value::as_str);
    said.extend(own.map(str::to_owned));
    let fields = value.as_object().into_iter().flat_map(serde_json::Map::values);
    for value in fields.chain(value.as_array().into_iter().flatten()) {
        descriptions(value, said);
    }
}

#[test]
fn no_sentence_of_the_core_is_forgotten() {
    let root = folder().join("../crates");
    let files = sources(&root).into_iter().filter(|file| {
        let own = file.strip_prefix(&root).expect("it lies in src");
        SAYING.iter().any(|it| own.starts_with(it))
    });
    let literals: BTreeSet<String> = files.flat_map(|file| sentences_of(&file)).collect();
    assert!(literals.len() > 100, "the literals are found");
    for number in 0.. {
        let Some(code) = speak(number) else { break };
        let is_same = |it: &String| SAME.iter().any(|(same, _)| it == same);
        // Behind a name parts of sentences are found, too.
        let named = |it: &String| format!("x: {it}");
        let lacks = |it: &&String| !is_same(it) && say::translated(&named(it)) == named(it);
        let found: Vec<&String> = literals.iter().filter(lacks).collect();
        assert!(found.is_empty(), "{code} lacks {found:#?}");
    }
}

#[test]
fn no_sentence_is_translated_that_nobody_says() {
    let files = sources(&folder().join("../crates")).into_iter();
    let literals: Vec<String> = files
        .flat_map(|file| literals(&std::fs::read_to_string(file).expect("a source can be read")))
        .collect();
    let is_said = |words: &str| literals.iter().any(|literal| literal.contains(words));
    let all = words::languages(&folder().join("words")).expect("the files can be read");
    for other in all.iter().skip(1) {
        let patterns = translations(&other.code).patterns.into_iter();
        let own = patterns.filter_map(|it| {
            let parts = it.first.split(|letter| letter < ' ');
            Some(parts.max_by_key(|part| part.len())?.trim().to_owned())
        });
        let strange: Vec<String> = own
            .filter(|words| !OF_OTHERS.iter().any(|(other, _)| other == words) && !is_said(words))
            .collect();
        assert!(strange.is_empty(), "{}: nobody says {strange:#?}", other.code);
    }
}

/// Whether English words stand outside of what is quoted.
fn has_english(sentence: &str) -> bool {
    let plain = sentence.split(['`', '"']).step_by(2);
    let mut words = plain.flat_map(|part| part.split([' ', ',', ':', ';', '.', '(', ')']));
    words.any(|word| ENGLISH.contains(&word))
}

/// What the core says of the gallery, of its wrong fixes, and of the texts of its own tests.
fn said() -> BTreeSet<String> {
    let mut said = BTreeSet::new();
    for (_, text) in words::scenarios(&folder().join("scenarios")).expect("the scenarios can be read") {
        let document = lesson::of_text(&text).and_then(Result::ok).unwrap_or_default();
        of_text(&text, &mut said);
        for mistake in &document.mistakes {
            if let Ok((changed, _)) = lesson::change(&text, &mistake.changes) {
                of_text(&changed, &mut said);
            }
        }
    }
    for file in sources(&folder().join("../crates/playground/tests")) {
        for literal in literals(&std::fs::read_to_string(file).expect("a test can be read")) {
            if literal.contains("kind: ") && literal.contains("apiVersion: ") {
                of_text(&literal.replace("{{", "{").replace("}}", "}"), &mut said);
            }
        }
    }
    said
}

fn of_text(text: &str, said: &mut BTreeSet<String>) {
    let session = Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    });
    for diagnostic in session.diagnostics() {
        if matches!(diagnostic.code, Code::Advice(_) | Code::Limit | Code::Scenario) {
            said.insert(diagnostic.message.clone());
        }
        said.extend(diagnostic.meaning.clone());
        said.extend(diagnostic.fixes.iter().map(|fix| fix.label.clone()));
    }
    said.extend(session.caveats(Micros::ZERO).iter().cloned());
    said.extend(session.notices().iter().cloned());
    if session.lesson().is_some_and(|it| it.is_exercise()) {
        let plain = judge(&session, Micros::ZERO).into_iter().flat_map(|it| it.plain);
        said.extend(plain.map(without_what_is_printed));
    }
}

/// A sentence about a command, without the words with which the command failed.
fn without_what_is_printed(sentence: String) -> String {
    match sentence.split_once("` fails: ") {
        Some((command, _)) => format!("{command}` fails: x"),
        None => sentence,
    }
}

/// The literals of a source that are sentences, with a word in each hole.
fn sentences_of(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).expect("a source can be read");
    let shipped = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let all = literals(shipped).into_iter().map(|literal| with_holes_filled(&literal));
    all.filter(|literal| is_sentence(literal)).collect()
}

/// Two words of small letters and more, and no line break, as manifests and paths do not have them.
fn is_sentence(literal: &str) -> bool {
    let words = literal
        .split(' ')
        .map(|word| word.trim_end_matches(['.', ',', ':', ';']));
    let plain = words.filter(|word| word.len() > 1 && word.chars().all(|it| it.is_lowercase() || it == '\''));
    // What a printed line is searched for ends in the midst.
    let is_whole = !literal.starts_with([' ', ':']) && !literal.ends_with([' ', '\'', '`']);
    is_whole && !literal.contains(['\n', '{']) && plain.count() >= 2
}

fn with_holes_filled(literal: &str) -> String {
    let mut filled = String::new();
    let mut rest = literal;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let hole = after.split_once('}').filter(|(name, _)| {
            let plain = name.trim_end_matches(":?").trim_end_matches(":02");
            plain.chars().all(|it| it.is_alphanumeric() || it == '_')
        });
        filled.push(if hole.is_some() { 'x' } else { '{' });
        rest = hole.map_or(after, |(_, behind)| behind);
    }
    filled + rest
}

/// The strings of a source as they are at run time, but for those in comments.
fn literals(source: &str) -> Vec<String> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = code.collect::<Vec<_>>().join("\n").replace("'\"'", "");
    let mut found = Vec::new();
    let mut letters = code.chars().peekable();
    while letters.find(|letter| *letter == '"').is_some() {
        let mut text = String::new();
        while let Some(letter) = letters.next().filter(|letter| *letter != '"') {
            match letter {
                '\\' => match letters.next() {
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some('\n') => while letters.next_if(|it| it.is_whitespace()).is_some() {},
                    other => text.extend(other),
                },
                letter => text.push(letter),
            }
        }
        found.push(text);
    }
    found
}
