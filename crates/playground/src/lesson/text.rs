//! Finds and reads the scenario document of a text.

use super::Lesson;
use crate::documents::Manifest;
use crate::scenario::Scenario;
use base::distance;
use kubectl::KubectlVersion;
use serde::Deserialize;
use std::ops::Range;

/// What every version of the document begins with.
const GROUP: &str = "playground/";
const VERSION: &str = "playground/v1";
const KIND: &str = "Scenario";

/// Why a scenario document cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LessonFault {
    /// Where in the text, in bytes.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// The word that was probably meant, in place of the range.
    pub meant: Option<String>,
}

/// Whether a document is a scenario document, of any version.
pub(crate) fn is_scenario(manifest: &Manifest) -> bool {
    let version = manifest.value["apiVersion"].as_str();
    manifest.kind == KIND && version.is_some_and(|version| version.starts_with(GROUP))
}

/// The scenario document of a text, which is its first document; `None` if it has none.
pub fn of_text(text: &str) -> Option<Result<Lesson, LessonFault>> {
    let (origin, document) = candidate(text)?;
    let claims = || document.lines().any(|line| line.starts_with("apiVersion: playground/"));
    let read = match yaml::read(document)? {
        Ok(node) => is_scenario(&Manifest::new(node)).then(|| read(document))?,
        Err(error) => claims().then_some(Err(LessonFault {
            message: error.as_kubectl(),
            range: error.span,
            meant: None,
        }))?,
    };
    Some(read.map_err(|fault| LessonFault {
        range: fault.range.start + origin..fault.range.end + origin,
        ..fault
    }))
}

/// The first document of a text if it may be a scenario document, which [`of_text`] tells.
pub fn document(text: &str) -> Option<&str> {
    candidate(text).map(|(_, document)| document)
}

/// The text without its scenario document: what kubectl sees.
pub fn manifests(text: &str) -> String {
    let Some(head) = head(text) else {
        return text.to_owned();
    };
    let (before, after) = (text.get(..head.start), text.get(head.end..));
    let after = after.unwrap_or_default();
    let after = after
        .strip_prefix("---")
        .map_or(after, |rest| rest.trim_start_matches([' ', '\r']));
    format!(
        "{}{}",
        before.unwrap_or_default(),
        after.strip_prefix('\n').unwrap_or(after)
    )
}

/// The range of the scenario document.
fn head(text: &str) -> Option<Range<usize>> {
    let (origin, document) = candidate(text)?;
    let node = yaml::read(document)?.ok()?;
    is_scenario(&Manifest::new(node)).then(|| origin..origin + document.len())
}

/// The first document and the byte at which it begins, if it may be a scenario document: a quick look keeps most texts from being
/// read twice.
fn candidate(text: &str) -> Option<(usize, &str)> {
    if text.contains(GROUP) {
        first_document(text)
    } else {
        None
    }
}

/// The first document that holds something, with the byte at which it begins.
fn first_document(text: &str) -> Option<(usize, &str)> {
    let is_before = |line: &&str| line.trim().is_empty() || line.starts_with('#') || line.trim_end() == "---";
    let start = text.split_inclusive('\n').take_while(is_before).map(str::len).sum();
    let rest = text.get(start..)?;
    let end = rest
        .match_indices("\n---")
        .find(|(at, _)| {
            rest.get(at + 4..)
                .is_some_and(|after| after.is_empty() || after.starts_with(['\n', '\r', ' ']))
        })
        .map_or(rest.len(), |(at, _)| at + 1);
    Some((start, rest.get(..end)?))
}

fn read(document: &str) -> Result<Lesson, LessonFault> {
    let whole = || serde_yaml::Deserializer::from_str(document).next().ok_or(());
    let lesson = match whole().map(Lesson::deserialize) {
        Ok(Ok(lesson)) => lesson,
        Ok(Err(error)) => return Err(fault(document, &error)),
        Err(()) => return Ok(Lesson::default()),
    };
    consistent(document, lesson)
}

/// What the types cannot say.
fn consistent(document: &str, lesson: Lesson) -> Result<Lesson, LessonFault> {
    let wrong = |words: &str, message: String| Err(at_words(document, words, message));
    if lesson.api_version != VERSION {
        let message = format!("this playground reads {VERSION}, not {}", lesson.api_version);
        return wrong("apiVersion", message);
    }
    if lesson.title.trim().is_empty() {
        return wrong("kind", "a scenario has a title".to_owned());
    }
    if let Some(version) = lesson
        .cluster
        .kubectl
        .as_ref()
        .filter(|it| KubectlVersion::read(it).is_none())
    {
        let message = format!("kubectl {version} is not known: 1.27 to 1.36 are; quotes keep 1.30 a text");
        return wrong("kubectl", message);
    }
    let mut scenario = Scenario::default();
    lesson.fill(&mut scenario);
    if let Some(message) = scenario.networks().err().or_else(|| scenario.wrong_zone()) {
        return wrong("cluster", message);
    }
    for prediction in &lesson.predictions {
        if !prediction.answers.contains(&prediction.right) {
            let message = format!("{:?} is none of the answers", prediction.right);
            return wrong(&prediction.right, message);
        }
    }
    let changes = lesson
        .mistakes
        .iter()
        .flat_map(|it| &it.changes)
        .chain(&lesson.solution);
    for change in changes {
        let kinds = [&change.replace, &change.append, &change.manifests, &change.run];
        if kinds.iter().filter(|it| it.is_some()).count() != 1 {
            return wrong(
                if lesson.mistakes.is_empty() {
                    "solution"
                } else {
                    "mistakes"
                },
                "a change has exactly one of replace, append, manifests and run".to_owned(),
            );
        }
    }
    for check in &lesson.checks {
        if check.kubectl.is_some() == check.from.is_some() {
            return wrong("checks", "a check has either kubectl, or from and to".to_owned());
        }
    }
    Ok(lesson)
}

/// A fault at the first place of some words.
fn at_words(document: &str, words: &str, message: String) -> LessonFault {
    let first = words.lines().next().unwrap_or_default();
    let start = document.find(first).unwrap_or(0);
    LessonFault {
        range: start..start + first.len(),
        message,
        meant: None,
    }
}

/// A fault where the reader of YAML says.
fn fault(document: &str, error: &serde_yaml::Error) -> LessonFault {
    let words = error.to_string();
    let place = words.rfind(" at line ").unwrap_or(words.len());
    let message = words.get(..place).unwrap_or_default().to_owned();
    let start = error.location().map_or(0, |it| it.index().min(document.len()));
    let (unknown, meant) = unknown_word(&message);
    let range = match unknown {
        Some(word) => named(document, start, word),
        None => line_from(document, start),
    };
    LessonFault { range, message, meant }
}

/// The word that an error calls unknown, and the expected one that is most like it.
fn unknown_word(message: &str) -> (Option<&str>, Option<String>) {
    let Some(rest) = ["unknown field `", "unknown variant `"]
        .iter()
        .find_map(|it| Some(message.split_once(it)?.1))
    else {
        return (None, None);
    };
    let Some((word, expected)) = rest.split_once('`') else {
        return (None, None);
    };
    let offers = expected.split('`').skip(1).step_by(2);
    let far = |offer: &&str| distance(word, offer);
    let nearest = offers
        .min_by_key(far)
        .filter(|offer| far(offer) <= 2.max(word.len() / 3));
    (Some(word), nearest.map(str::to_owned))
}

/// The range of a word at or before a place, which is where the reader had come to.
fn named(document: &str, place: usize, word: &str) -> Range<usize> {
    let after = document
        .get(place..)
        .filter(|after| after.starts_with(word))
        .map(|_| place);
    let before = document.get(..place).and_then(|before| before.rfind(word));
    let later = document
        .get(place..)
        .and_then(|after| after.find(word))
        .map(|found| place + found);
    let start = after.or(before).or(later).unwrap_or(place);
    start..(start + word.len()).min(document.len())
}

fn line_from(document: &str, start: usize) -> Range<usize> {
    let rest = document.get(start..).unwrap_or_default();
    let end = rest.find('\n').unwrap_or(rest.len());
    start..start + end
}
