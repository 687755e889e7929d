//! The gallery: each scenario fails as its story says, its solution passes, its mistakes do not.

use playground::{check, lesson};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Fewest typical wrong fixes of an exercise.
const MISTAKES: usize = 3;

fn scenarios() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../web/scenarios/gallery");
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut all: Vec<(String, String)> = files
        .filter(|file| file.path().extension().is_some_and(|it| it == "yaml"))
        .map(|file| {
            let text = std::fs::read_to_string(file.path()).unwrap_or_default();
            (file.file_name().to_string_lossy().into_owned(), text)
        })
        .collect();
    all.sort();
    all
}

#[test]
fn every_scenario_is_as_its_author_means_it() {
    let wrong: Vec<String> = scenarios()
        .into_iter()
        .flat_map(|(name, text)| {
            let faults = check(&text).unwrap_or_else(|error| vec![error]);
            faults.into_iter().map(move |fault| format!("{name}:{fault}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_scenario_has_what_the_page_shows_of_it() {
    let mut titles = BTreeSet::new();
    for (name, text) in scenarios() {
        let Some(Ok(lesson)) = lesson::of_text(&text) else {
            panic!("{name} has no scenario document");
        };
        assert!(titles.insert(lesson.title.clone()), "{name}: a title is used twice");
        assert!(lesson.title.chars().count() <= 60, "{name}: the title is long");
        assert!(!lesson.story.trim().is_empty(), "{name} has no story");
        let asks = lesson.is_exercise() || !lesson.predictions.is_empty() || !lesson.steps.is_empty();
        assert!(asks, "{name} has nothing to do");
        if lesson.is_exercise() {
            assert!(!lesson.cause.is_empty(), "{name} has no cause");
            assert!(!lesson.hints.is_empty(), "{name} has no hints");
            assert!(lesson.mistakes.len() >= MISTAKES, "{name} has too few mistakes");
        }
    }
}
