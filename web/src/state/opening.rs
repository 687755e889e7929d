//! The state at the start, and how one scenario replaces another.

use super::awaited::Then;
use super::link::{gallery_name, is_own_work, key, link};
use super::then::go_on;
use super::{
    AppState, Awaited, Effect, Exercise, FirstStoryState, Frame, Layout, Pane, Solved, TerminalState, ToastOffer, page,
    shown,
};
use crate::live::Live;
use crate::saved::Saving;
use crate::say::{self, Language};
use crate::scenarios::{self, Lesson};
use crate::theme::Theme;
use playground::{Completion, Output, Scenario, View};
use std::rc::Rc;

#[allow(
    clippy::struct_excessive_bools,
    reason = "independent facts about the page and its reader"
)]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opening {
    pub embed: bool,
    pub frame: Frame,
    /// What of the address means nothing, in sentences.
    pub unknown: Vec<String>,
    /// What the page speaks.
    pub language: Language,
    /// `?theme=`, else the stored choice.
    pub theme: Option<Theme>,
    /// The system's preference.
    pub dark: bool,
    pub reduced: bool,
    pub narrow: bool,
    pub fragment: String,
    pub draft: Option<Scenario>,
    pub layout: Option<Layout>,
    pub history: Vec<String>,
    /// The length of the text at which the page was when it ended last, if it did not come through.
    pub reading: Option<usize>,
    /// Names of the gallery's scenarios that were solved.
    pub solved: Option<Solved>,
    /// Whether the first story is to be told, unless there is something of the reader's own to show.
    pub story: bool,
    /// Whether the reader hid the line with the next thing to do.
    pub hides_next: bool,
    /// Whether the browser lets the page store anything.
    pub can_store: bool,
}

impl Lesson {
    pub fn scenario(&self) -> Scenario {
        Scenario {
            text: self.text.to_owned(),
            seed: scenarios::SEED,
            view: View {
                service: Some(self.service.to_owned()),
                ..View::default()
            },
            ..Scenario::default()
        }
    }
}

impl AppState {
    /// Opens a link, else the draft, else the first scenario.
    pub fn open(opening: Opening, live: &Live) -> Self {
        let first = &scenarios::ALL[0];
        let draft = opening.draft.filter(|_| !opening.embed);
        let mut state = Self {
            open: [Pane::Yaml, Pane::Describe, Pane::Requests],
            narrow_open: Pane::Describe,
            narrow: opening.narrow,
            embed: opening.embed,
            frame: opening.frame,
            service: None,
            selection: None,
            at_once: None,
            pointed: None,
            cursor: None,
            cursor_at: None,
            language: opening.language,
            theme: opening
                .theme
                .unwrap_or(if opening.dark { Theme::Dark } else { Theme::Light }),
            theme_chosen: opening.theme.is_some(),
            system_theme: if opening.dark { Theme::Dark } else { Theme::Light },
            prints: false,
            reduced: opening.reduced,
            layout: opening.layout.unwrap_or_default(),
            terminal: TerminalState::new(opening.history),
            unread: None,
            overlay: None,
            toast: None,
            lesson: None,
            opened: None,
            earlier: None,
            left: None,
            exercise: Exercise::default(),
            lesson_folded: false,
            solved: Rc::new(opening.solved.unwrap_or_default()),
            view_is_chosen: false,
            zoom: 100,
            first_story: FirstStoryState::Off,
            offers_next: !opening.hides_next,
            saves_texts: !opening.embed,
            saving: if opening.can_store {
                Saving::Works
            } else {
                Saving::Denied
            },
            resume: false,
            untouched: true,
            awaited: Awaited::default(),
        };
        let is_bare = opening.fragment.trim_start_matches('#').is_empty() && draft.is_none();
        if opening.story && (opening.embed || is_bare) {
            state.first_story = FirstStoryState::Waits { has_program: false };
        }
        let fallback = || draft.clone().unwrap_or_else(|| first.scenario());
        let scenario = match link(&opening.fragment) {
            None => fallback(),
            Some(Ok(scenario)) => {
                if let Some(draft) = draft
                    .clone()
                    .filter(|draft| is_own_work(draft) && draft.text != scenario.text)
                {
                    state.earlier = Some(Rc::new(draft));
                    state.say_with(say::link_opened_draft(), ToastOffer::Earlier);
                }
                scenario
            }
            Some(Err(error)) => {
                state.complain(say::link_unopened(&say::translated(&error.to_string())));
                fallback()
            }
        };
        let hung = opening.reading == Some(scenario.text.len());
        if hung && draft.as_ref().is_some_and(|draft| draft.text == scenario.text) {
            state.open_unread(live, scenario);
        } else {
            state.load(live, scenario);
        }
        // Nothing is left to do outside after an opening.
        let _ = go_on(&mut state, live);
        state
    }

    /// Replaces the session and applies the scenario's view.
    pub(super) fn load(&mut self, live: &Live, mut scenario: Scenario) {
        self.frame.apply(&mut scenario);
        let view = scenario.view.clone();
        self.lesson = scenarios::ALL.iter().find(|lesson| lesson.text == scenario.text);
        self.exercise = Exercise {
            name: gallery_name(&scenario.text),
            ..Exercise::default()
        };
        self.view_is_chosen = view.tab.is_some();
        self.service = view.service.as_deref().and_then(key);
        self.selection = None;
        self.opened = Some(Rc::new(scenario.clone()));
        self.untouched = true;
        self.unread = None;
        if let Some(pane) = view.tab.as_deref().and_then(Pane::from_word) {
            self.show(pane);
        }
        live.set_speed(if view.speed == 0 { 100 } else { view.speed });
        live.set_playing(false);
        live.pause_at(None);
        // What was asked of the session before is of no use any more.
        for then in std::mem::take(&mut self.awaited).0.into_values() {
            if let Then::Complete(line) = then {
                self.terminal.offer(line, Completion::default());
            }
        }
        self.terminal.await_session();
        let number = live.open(scenario);
        self.await_done(number, Then::Open { paused: view.paused });
    }

    /// Shows a scenario that was opened.
    pub(super) fn opened(&mut self, live: &Live, notices: &[String], said: &[Output], paused: bool) {
        if !notices.is_empty() {
            let notices: Vec<_> = notices.iter().map(|notice| say::translated(notice)).collect();
            self.complain(say::over_limits(&notices.join("; ")));
        }
        let lesson = live.session.borrow().lesson().cloned();
        let plays = !paused && self.first_story.is_off();
        live.set_playing(plays && lesson.as_ref().is_none_or(|lesson| !lesson.view.paused));
        let session = live.session.borrow();
        self.terminal.begin(session.acts().iter().zip(said));
        drop(session);
        let linked = self.opened.as_ref().and_then(|opened| opened.view.beside);
        let beside = linked.or(lesson.as_ref().and_then(|lesson| lesson.view.beside));
        if let Some(lesson) = lesson {
            shown::opened(self, live, &lesson);
        }
        if let Some(beside) = beside.filter(|_| !self.embed) {
            page::compare_with(self, live, beside);
        }
    }

    /// Plays this scenario, and keeps the current one for undo and, if it is the learner's own, among the texts.
    pub(super) fn exchange(&mut self, live: &Live, scenario: Scenario, title: &str) -> Vec<Effect> {
        let before = Rc::new(self.scenario(live));
        let effects = vec![Effect::LeaveText(before.clone()), Effect::SaveDraft];
        self.left = Some(before.clone());
        if is_own_work(&before) && before.text != scenario.text {
            self.earlier = Some(before);
            self.say_with(title, ToastOffer::Earlier);
        } else {
            self.toast = None;
        }
        self.load(live, scenario);
        effects
    }
}
