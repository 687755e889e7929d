//! What the page shows of a scenario document.

use super::awaited::Then;
use super::link::key;
use super::{AppState, Pane};
use crate::live::Live;
use crate::selection::Selection;
use playground::{Lesson, lesson};

impl AppState {
    /// Whether a scenario or a step of one is being opened.
    fn is_opening(&self) -> bool {
        let opens = |then: &Then| matches!(then, Then::Open { .. } | Then::Step { .. });
        self.awaited.0.values().any(opens)
    }
}

/// What a step points at.
pub fn points(lesson: &Lesson, step: usize) -> Vec<Selection> {
    let step = step.checked_sub(1).and_then(|place| lesson.steps.get(place));
    let read = |word: &String| match word.split_once('/') {
        Some((kind @ ("pod" | "service"), key)) => Selection::read(&format!("{kind}/{}", lesson::with_namespace(key))),
        _ => Selection::read(word),
    };
    step.iter().flat_map(|step| &step.point).filter_map(read).collect()
}

/// Plays until the step of this number has played.
pub(super) fn play_step(live: &Live, lesson: &Lesson, number: usize) {
    let end = lesson.played(number).filter(|end| *end > live.at());
    live.pause_at(end);
    live.set_playing(end.is_some() || number == 0);
}

/// What is shown first of a scenario with a document.
pub(super) fn opened(state: &mut AppState, live: &Live, lesson: &Lesson) {
    let view = &lesson.view;
    if let Some(speed) = lesson.speed().filter(|_| live.speed() == 100) {
        live.set_speed(speed);
    }
    if let Some(pane) = view
        .tab
        .as_deref()
        .and_then(Pane::from_word)
        .filter(|_| !state.view_is_chosen)
    {
        state.show(pane);
    }
    if state.service.is_none() {
        let service = view.service.as_deref().map(lesson::with_namespace);
        state.service = service.as_deref().and_then(key);
    }
    if state.narrow && !state.view_is_chosen {
        state.narrow_open = Pane::Lesson;
    }
    let step = live.session.borrow().step();
    if step > 0 && live.playing() {
        play_step(live, lesson, step);
    }
}

/// The tab of the lesson closes where there is none any more.
pub(super) fn settle(state: &mut AppState, live: &Live) {
    let session = live.session.borrow();
    if state.narrow_open == Pane::Lesson && session.is_ready() && session.lesson().is_none() && !state.is_opening() {
        state.narrow_open = Pane::Yaml;
    }
}
