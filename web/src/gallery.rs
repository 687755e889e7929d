//! The gallery: all scenarios of `web/scenarios` in a beginner's order, under a few headings.
//!
//! `web/scenarios/gallery/order.txt` says which, in which order. Nothing of it is touched in the first view of the page, so that
//! its bytes come with the later part of the program.

use crate::say;
use crate::scenarios::{self, Lesson};
use playground::{Scenario, View, lesson};
use std::cell::RefCell;
use std::rc::Rc;

/// Heading, name, text.
static TABLE: &[(&str, &str, &str)] = &include!(concat!(env!("OUT_DIR"), "/gallery.rs"));

/// Where links to scenarios of the gallery begin: `#s/NAME`, `#s/NAME/STEP`.
pub const FRAGMENT: &str = "s/";

/// What a text with a scenario document begins with, in the gallery.
pub const HEAD: &str = "apiVersion: playground/";

/// A scenario of the gallery.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub heading: &'static str,
    /// As in links.
    pub name: &'static str,
    pub title: String,
    /// In one sentence.
    pub about: String,
    /// Whether it is one to be solved, not just to be looked at.
    pub is_lesson: bool,
    /// All that it is found by, in lower case.
    found_by: String,
}

impl Entry {
    fn new(&(heading, name, text): &(&'static str, &'static str, &'static str)) -> Self {
        let document = lesson::of_text(text).and_then(Result::ok);
        let is_lesson = document.is_some();
        let old = plain(text);
        let old = |read: fn(&Lesson) -> &str| old.map_or(name, read).to_owned();
        let (title, about, more) = match document {
            Some(it) => (
                it.title,
                first_sentence(&say::translated(it.story.trim())),
                [it.story, it.cause, it.words.join(" ")].join(" "),
            ),
            None => (old(|it| it.title), old(|it| it.about), String::new()),
        };
        Self {
            heading,
            name,
            found_by: format!("{name} {title} {} {about} {more}", say::translated(&title)).to_lowercase(),
            title,
            about,
            is_lesson,
        }
    }

    /// Whether it has each word of a search in it.
    pub fn is_found_by(&self, search: &str) -> bool {
        let search = search.to_lowercase();
        search.split_whitespace().all(|word| self.found_by.contains(word))
    }
}

fn first_sentence(story: &str) -> String {
    let story = story.trim();
    let end = story.find(". ").map_or(story.len(), |end| end + 1);
    story.get(..end).unwrap_or(story).to_owned()
}

/// One of the scenarios without a scenario document.
fn plain(text: &str) -> Option<&'static Lesson> {
    scenarios::ALL.iter().find(|lesson| lesson.text == text)
}

/// All, in their order. It reads them all, so call it when they are to be seen.
pub fn all() -> Rc<Vec<Entry>> {
    thread_local! {
        /// In the language that read them.
        static ALL: RefCell<Option<(usize, Rc<Vec<Entry>>)>> = const { RefCell::new(None) };
    }
    ALL.with_borrow_mut(|known| {
        let spoken = say::spoken();
        let (_, all) = known
            .take_if(|(language, _)| *language == spoken)
            .unwrap_or_else(|| (spoken, Rc::new(TABLE.iter().map(Entry::new).collect())));
        *known = Some((spoken, all.clone()));
        all
    })
}

/// The scenario of that name.
pub fn scenario(name: &str) -> Option<Scenario> {
    let (_, _, text) = TABLE.iter().find(|(_, other, _)| *other == name)?;
    if let Some(lesson) = plain(text) {
        return Some(lesson.scenario());
    }
    Some(Scenario {
        text: (*text).to_owned(),
        ..Scenario::default()
    })
}

/// The name of a scenario whose text is as its author wrote it.
pub fn name_of(text: &str) -> Option<&'static str> {
    let (_, name, _) = TABLE.iter().find(|(_, _, other)| *other == text)?;
    Some(name)
}

/// The name of the scenario with this title, which has been edited.
pub fn name_by_title(title: &str) -> Option<&'static str> {
    all().iter().find(|entry| entry.title == title).map(|entry| entry.name)
}

/// The one after that.
pub fn after(name: &str) -> Option<Entry> {
    let all = all();
    let place = all.iter().position(|entry| entry.name == name)?;
    all.get(place + 1).cloned()
}

/// The fragment of a link to a scenario, at a step of it.
pub fn fragment(name: &str, step: usize) -> String {
    if step == 0 {
        format!("{FRAGMENT}{name}")
    } else {
        format!("{FRAGMENT}{name}/{step}")
    }
}

/// The name and the step of a link; `None` if it is another kind of link, or to nothing.
pub fn linked(fragment: &str) -> Option<(&'static str, usize)> {
    let rest = fragment.trim_start_matches('#').strip_prefix(FRAGMENT)?;
    let (name, step) = rest.split_once('/').unwrap_or((rest, "0"));
    let (_, name, _) = TABLE.iter().find(|(_, other, _)| *other == name)?;
    Some((name, step.parse().unwrap_or(0)))
}

/// The scenario of a link, opened at its step.
pub fn opened(name: &str, step: usize) -> Option<Scenario> {
    let scenario = scenario(name)?;
    Some(Scenario {
        view: View { step, ..scenario.view },
        ..scenario
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_scenario_is_listed_once_under_a_heading() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/gallery");
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let written: BTreeSet<String> = files
            .filter_map(|file| {
                file.file_name()
                    .into_string()
                    .ok()?
                    .strip_suffix(".yaml")
                    .map(str::to_owned)
            })
            .collect();
        let listed: BTreeSet<String> = TABLE.iter().map(|(_, name, _)| (*name).to_owned()).collect();
        assert_eq!(listed.len(), TABLE.len(), "a name is listed twice");
        assert_eq!(written.difference(&listed).collect::<Vec<_>>(), Vec::<&String>::new());
        assert!(
            all()
                .iter()
                .all(|entry| !entry.heading.is_empty() && !entry.title.is_empty())
        );
        let plain: Vec<&str> = all().iter().filter(|it| !it.is_lesson).map(|it| it.name).collect();
        assert_eq!(plain, ["three-tiers", "deployment", "named-port", "node-port"]);
    }

    #[test]
    fn what_a_learner_types_finds_its_scenarios() {
        let found = |search: &str| {
            let all = all();
            let found = all.iter().filter(|entry| entry.is_found_by(search));
            found.map(|entry| entry.name).collect::<Vec<_>>()
        };
        assert!(found("Connection REFUSED").contains(&"wrong-target-port"));
        assert!(found("502").contains(&"wrong-target-port"));
        assert!(found("pending").contains(&"load-balancer-pending"));
        assert!(found("no such words at all").is_empty());
        assert_eq!(found("").len(), TABLE.len());
    }

    #[test]
    fn a_link_leads_to_a_step() {
        assert_eq!(linked("#s/round-robin"), Some(("round-robin", 0)));
        assert_eq!(linked(&fragment("round-robin", 2)), Some(("round-robin", 2)));
        assert_eq!(linked("#s/nothing-like-it"), None);
        assert_eq!(linked("#v1.d.AAAA"), None);
        let text = scenario("round-robin").map(|it| it.text).unwrap_or_default();
        assert_eq!(name_of(&text), Some("round-robin"));
    }
}
