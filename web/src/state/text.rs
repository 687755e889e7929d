//! Actions that change the text: edits, fixes, scenarios, links.

use super::awaited::Then;
use super::changed::changed;
use super::link::link;
use super::{AppState, Effect, Pane, unread};
use crate::dropped::Dropped;
use crate::gallery;
use crate::live::Live;
use crate::saved::Saving;
use crate::say;
use crate::scenarios::{self, Lesson};
use playground::seam::Task;
use playground::{Fix, Scenario, TextStatus};
use std::rc::Rc;

pub(super) fn edit(state: &mut AppState, live: &Live, text: String) -> Vec<Effect> {
    // The editor undoes an exchange of scenarios by their texts alone; what belongs to them comes back with them.
    if state.left.as_ref().is_some_and(|left| left.text == text) {
        return go_back(state, live);
    }
    unread::read(state, live, text);
    state.lesson = state
        .lesson
        .filter(|lesson| lesson.text == live.session.borrow().text());
    changed(state, live)
}

pub(super) fn fix(state: &mut AppState, live: &Live, fix: &Fix) -> Vec<Effect> {
    // What is to be fixed may not be there any more.
    if !live.has_read_all() {
        return Vec::new();
    }
    let fixed = fixed_text(live.session.borrow().text(), fix);
    fixed.map_or_else(Vec::new, |text| edit(state, live, text))
}

pub(super) fn reveal(state: &mut AppState, place: usize) -> Vec<Effect> {
    state.show(Pane::Yaml);
    vec![Effect::Reveal(place)]
}

pub(super) fn choose(state: &mut AppState, live: &Live, lesson: &Lesson) -> Vec<Effect> {
    state.overlay = None;
    let scenario = lesson.scenario();
    let mut effects = state.exchange(live, scenario, say::text_saved());
    effects.push(Effect::ClearFragment);
    effects
}

pub(super) fn open_gallery(state: &mut AppState, live: &Live, name: &'static str) -> Vec<Effect> {
    state.overlay = None;
    let Some(scenario) = gallery::scenario(name) else {
        return Vec::new();
    };
    let mut effects = state.exchange(live, scenario, say::text_saved());
    effects.push(Effect::ShowFragment(gallery::fragment(name, 0)));
    effects
}

pub(super) fn earlier(state: &mut AppState, live: &Live) -> Vec<Effect> {
    state.overlay = None;
    let Some(earlier) = state.earlier.take() else {
        return Vec::new();
    };
    let mut effects = state.exchange(live, (*earlier).clone(), say::text_back());
    effects.push(Effect::ClearFragment);
    effects
}

/// Undoes the last exchange of scenarios.
pub(super) fn go_back(state: &mut AppState, live: &Live) -> Vec<Effect> {
    let Some(left) = state.left.take() else {
        return Vec::new();
    };
    let mut effects = state.exchange(live, (*left).clone(), say::text_before());
    effects.push(Effect::ClearFragment);
    effects
}

/// Whether the last thing that was done is an exchange of scenarios.
pub(super) fn is_just_exchanged(state: &AppState) -> bool {
    state.untouched && state.left.is_some()
}

pub(super) fn restore(state: &mut AppState, live: &Live, id: String) -> Vec<Effect> {
    state.overlay = None;
    vec![Effect::LeaveText(Rc::new(state.scenario(live))), Effect::TakeText(id)]
}

pub(super) fn restored(state: &mut AppState, live: &Live, scenario: Option<Scenario>) -> Vec<Effect> {
    let Some(scenario) = scenario else {
        state.complain(say::text_gone().to_owned());
        return Vec::new();
    };
    let mut effects = state.exchange(live, scenario, say::text_before_saved());
    effects.retain(|effect| !matches!(effect, Effect::LeaveText(_)));
    effects.push(Effect::ClearFragment);
    effects
}

pub(super) fn drop(state: &mut AppState, live: &Live, dropped: Dropped) -> Vec<Effect> {
    let files = match dropped {
        Dropped::Refused(words) => {
            state.complain(words);
            return Vec::new();
        }
        Dropped::Texts(files) => files,
    };
    state.overlay = None;
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let names = names.join(", ");
    let texts: Vec<&str> = files.iter().map(|(_, text)| text.trim_end()).collect();
    let scenario = Scenario {
        text: texts.join("\n---\n") + "\n",
        seed: scenarios::SEED,
        ..Scenario::default()
    };
    let mut effects = state.exchange(live, scenario, &say::files_opened_saved(&names));
    if state.toast.is_none() {
        state.say(say::files_opened(&names));
    }
    effects.push(Effect::ClearFragment);
    effects
}

/// Says it once when the browser does not keep texts any more.
pub(super) fn saved(state: &mut AppState, saving: Saving) -> Vec<Effect> {
    let before = std::mem::replace(&mut state.saving, saving);
    if before == Saving::Works && saving != Saving::Works {
        let (word, meaning) = saving.words();
        state.complain(format!("{word}. {meaning}"));
    }
    Vec::new()
}

pub(super) fn open_link(state: &mut AppState, live: &Live, fragment: &str) -> Vec<Effect> {
    if let Some(number) = step_of_this(state, live, fragment) {
        state.have(live, Task::Step(number), Then::Step { number, is_new: false });
        return Vec::new();
    }
    match link(fragment) {
        None => Vec::new(),
        Some(Ok(scenario)) => state.exchange(live, scenario, say::link_opened_text()),
        Some(Err(error)) => {
            state.complain(say::link_unopened(&say::translated(&error.to_string())));
            Vec::new()
        }
    }
}

/// The step that a link leads to, if it is one of the scenario that is shown.
fn step_of_this(state: &AppState, live: &Live, fragment: &str) -> Option<usize> {
    let shown = state.exercise.name?;
    let (name, step) = gallery::linked(fragment)?;
    let session = live.session.borrow();
    let is_untouched = gallery::name_of(session.text()) == Some(shown);
    (name == shown && is_untouched && step != session.step()).then_some(step)
}

pub(super) fn reseed(state: &mut AppState, live: &Live) -> Vec<Effect> {
    let seed = live.session.borrow().seed() % 9_999 + 1;
    state.have(live, Task::Seed(seed), Then::Change);
    Vec::new()
}

/// The status of the text in words, and whether it has errors.
pub fn status_words(text_status: TextStatus) -> (String, bool) {
    match text_status {
        TextStatus::Applied { objects: count } => (say::status_applied(&say::object_count(count)), false),
        TextStatus::LastGood { errors: count } => (say::status_stale(&say::error_count(count)), true),
        TextStatus::Partial {
            objects: made,
            errors: count,
        } => (
            say::status_partly(&say::error_count(count), &say::object_count(made)),
            true,
        ),
    }
}

/// The text with a fix applied; `None` if the fix does not fit.
pub fn fixed_text(text: &str, fix: &Fix) -> Option<String> {
    let before = text.get(..fix.range.start)?;
    let after = text.get(fix.range.end..)?;
    Some(format!("{before}{}{after}", fix.replacement))
}
