//! The scenarios, in the gallery's order and in the language that is spoken.

use anyhow::{Context, Result};
use playground::{Lesson, Scenario, lesson};
use playground_web::say;
use playground_web::scenarios::{self, Lesson as Plain};
use std::fs;
use std::path::Path;

pub struct Entry {
    /// The heading that it stands under.
    pub heading: String,
    /// As in links.
    pub name: String,
    pub title: String,
    pub story: String,
    /// The manifests, without the document of the scenario.
    pub manifests: String,
    /// What an author added, as written; nothing for scenarios that only show something.
    pub lesson: Option<Lesson>,
    pub scenario: Scenario,
}

/// As `web/scenarios/gallery/order.txt` lists them.
pub fn read(root: &Path) -> Result<Vec<Entry>> {
    let folder = root.join("web/scenarios");
    let order = fs::read_to_string(folder.join("gallery/order.txt")).context("cannot read the gallery's order")?;
    let mut heading = "";
    let mut entries = Vec::new();
    for line in order.lines().filter(|line| !line.is_empty()) {
        if let Some(words) = line.strip_prefix("# ") {
            heading = words;
            continue;
        }
        let file = format!("{line}.yaml");
        let path = [folder.join("gallery").join(&file), folder.join(&file)]
            .into_iter()
            .find(|path| path.exists())
            .with_context(|| format!("the gallery lists {line}, which is not there"))?;
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        entries.push(entry(heading, line, text)?);
    }
    Ok(entries)
}

fn entry(heading: &str, name: &str, text: String) -> Result<Entry> {
    let plain: Option<&Plain> = scenarios::ALL.iter().find(|plain| plain.text == text);
    let lesson = match lesson::of_text(&text) {
        Some(read) => Some(read.map_err(|fault| anyhow::anyhow!("{name}: {}", fault.message))?),
        None => None,
    };
    let (title, story) = match (&lesson, plain) {
        (Some(lesson), _) => (lesson.title.clone(), lesson.story.clone()),
        (None, Some(plain)) => (plain.title.to_owned(), plain.about.to_owned()),
        (None, None) => (name.to_owned(), String::new()),
    };
    let manifests = if lesson.is_some() {
        lesson::manifests(&text)
    } else {
        text.clone()
    };
    let scenario = plain.map_or_else(
        || Scenario {
            text,
            ..Scenario::default()
        },
        Plain::scenario,
    );
    Ok(Entry {
        heading: say::translated(heading).into_owned(),
        name: name.to_owned(),
        title: say::translated(title.trim()).into_owned(),
        story: say::translated(story.trim()).into_owned(),
        manifests,
        lesson,
        scenario,
    })
}
