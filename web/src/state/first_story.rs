//! When the first story is told, and what ends it.

use super::{Action, AppState, Effect, FirstStoryAction, FirstStoryState};
use crate::first_story::{Beat, FirstStory};
use crate::live::Live;
use crate::say;
use std::rc::Rc;

impl AppState {
    /// The sentence of this moment.
    pub fn beat(&self, live: &Live) -> Option<&Beat> {
        let story = self.first_story.story()?;
        story.beats.get(story.at(live.at())?)
    }
}

pub(super) fn act(state: &mut AppState, live: &Live, action: FirstStoryAction) -> Vec<Effect> {
    match action {
        FirstStoryAction::Begin => {
            if let FirstStoryState::Waits { has_program } = &mut state.first_story {
                *has_program = true;
            }
            begin(state, live)
        }
        FirstStoryAction::GiveUp => {
            if matches!(state.first_story, FirstStoryState::Waits { has_program: false }) {
                end(state, live);
            }
            Vec::new()
        }
        FirstStoryAction::Again => {
            state.overlay = None;
            state.selection = None;
            tell(state, live)
        }
        FirstStoryAction::Next => next(state, live),
        FirstStoryAction::End => {
            if !state.first_story.is_off() {
                end(state, live);
            }
            Vec::new()
        }
    }
}

/// Begins, if the scenario and the program are there.
pub(super) fn begin(state: &mut AppState, live: &Live) -> Vec<Effect> {
    let may = matches!(state.first_story, FirstStoryState::Waits { has_program: true });
    if !may || !live.session.borrow().is_ready() {
        return Vec::new();
    }
    tell(state, live)
}

fn tell(state: &mut AppState, live: &Live) -> Vec<Effect> {
    live.look_ahead();
    let story = FirstStory::of(&live.session.borrow(), live.at());
    let Some(story) = story else {
        if state.first_story.is_off() {
            state.complain(say::nothing_to_tell().to_owned());
        } else {
            end(state, live);
        }
        return Vec::new();
    };
    if state.reduced {
        live.set_playing(false);
        live.seek(story.beats.first().map_or(live.at(), Beat::middle));
    } else {
        live.set_speed(story.speed(live.at()));
        live.set_playing(true);
    }
    state.first_story = FirstStoryState::Tells(Rc::new(story));
    vec![Effect::SaveStoryTold]
}

fn next(state: &mut AppState, live: &Live) -> Vec<Effect> {
    let next = state.first_story.story().and_then(|story| {
        let beats = story.beats.iter();
        beats.map(Beat::middle).find(|middle| *middle > live.at())
    });
    match next {
        Some(moment) => live.seek(moment),
        None => end(state, live),
    }
    Vec::new()
}

fn end(state: &mut AppState, live: &Live) {
    state.first_story = FirstStoryState::Off;
    live.set_speed(100);
    live.set_playing(true);
}

/// Ends the story before what the reader does; true if that is all that there is to do.
pub(super) fn yields_to(state: &mut AppState, live: &Live, action: &Action) -> bool {
    if state.first_story.is_off() || is_passive(action) {
        return false;
    }
    if state.reduced && *action == Action::Turn(true) {
        next(state, live);
        return true;
    }
    end(state, live);
    matches!(action, Action::Close | Action::TogglePlay)
}

/// What goes on around the story without ending it.
fn is_passive(action: &Action) -> bool {
    matches!(
        action,
        Action::FirstStory(_)
            | Action::Moved
            | Action::Heard
            | Action::SaveDraft
            | Action::Leaving
            | Action::Point(_)
            | Action::Cursor(None)
            | Action::Zoom(_)
            | Action::Zoomed(_)
            | Action::Divide(..)
            | Action::ToggleTheme
            | Action::SystemTheme(_)
            | Action::Print(_)
            | Action::Reduced(_)
            | Action::Narrow(_)
            | Action::Copied(..)
            | Action::DismissToast
    )
}

#[cfg(test)]
mod tests {
    use super::super::{Opening, Overlay, update};
    use super::*;
    use playground::{Micros, ObjectKey};

    fn opened(opening: Opening) -> (AppState, Rc<Live>) {
        let live = Live::here();
        let mut state = AppState::open(opening, &live);
        update(&mut state, &live, Action::FirstStory(FirstStoryAction::Begin));
        (state, live)
    }

    fn first_visit() -> Opening {
        Opening {
            story: true,
            ..Opening::default()
        }
    }

    fn tells(state: &AppState) -> bool {
        state.first_story.story().is_some()
    }

    #[test]
    fn nothing_moves_until_the_story_can_begin() {
        let live = Live::here();
        let mut state = AppState::open(first_visit(), &live);
        assert!(!live.playing() && !tells(&state));
        let effects = update(&mut state, &live, Action::FirstStory(FirstStoryAction::Begin));
        assert_eq!(effects, [Effect::SaveStoryTold]);
        assert!(live.playing() && tells(&state));
        assert_eq!(live.at(), Micros::ZERO);
    }

    #[test]
    fn it_is_not_told_to_who_comes_with_a_draft_or_a_link_or_has_seen_it() {
        assert!(!tells(&opened(Opening::default()).0));
        let draft = crate::scenarios::ALL[2].scenario();
        let with_draft = Opening {
            draft: Some(draft.clone()),
            ..first_visit()
        };
        assert!(!tells(&opened(with_draft).0));
        let with_link = Opening {
            fragment: format!("#{}", playground::share::encode(&draft)),
            ..first_visit()
        };
        let (state, live) = opened(with_link);
        assert!(!tells(&state) && live.playing());
    }

    #[test]
    fn what_does_not_come_in_time_leaves_a_page_that_plays() {
        let live = Live::here();
        let mut state = AppState::open(first_visit(), &live);
        update(&mut state, &live, Action::FirstStory(FirstStoryAction::GiveUp));
        assert!(live.playing() && state.first_story.is_off());
        update(&mut state, &live, Action::FirstStory(FirstStoryAction::Begin));
        assert!(!tells(&state));
    }

    #[test]
    fn escape_ends_it_and_any_act_does_and_is_done() {
        let (mut state, live) = opened(first_visit());
        update(&mut state, &live, Action::Close);
        assert!(!tells(&state) && live.playing());
        assert_eq!(live.speed(), 100);

        let (mut state, live) = opened(first_visit());
        update(&mut state, &live, Action::Point(None));
        assert!(tells(&state), "the pointer ends nothing");
        let pod = ObjectKey::new("default", "back-end-2");
        update(&mut state, &live, Action::Delete(pod));
        assert!(!tells(&state));
        assert_eq!(live.session.borrow().acts().len(), 1);

        let (mut state, live) = opened(first_visit());
        update(&mut state, &live, Action::TogglePlay);
        assert!(!tells(&state) && live.playing(), "play goes on at the world's pace");
    }

    #[test]
    fn without_motion_each_press_shows_the_next_sentence() {
        let (mut state, live) = opened(Opening {
            reduced: true,
            ..first_visit()
        });
        assert!(!live.playing());
        let mut told = Vec::new();
        while let Some(beat) = state.beat(&live) {
            told.push(beat.words.clone());
            update(&mut state, &live, Action::FirstStory(FirstStoryAction::Next));
        }
        assert_eq!(told.len(), 9);
        assert!(live.playing() && state.first_story.is_off());
    }

    #[test]
    fn the_help_tells_it_again_from_where_the_page_is() {
        let (mut state, live) = opened(Opening::default());
        update(&mut state, &live, Action::Seek(Micros::from_seconds(7)));
        update(&mut state, &live, Action::Open(Overlay::Help));
        update(&mut state, &live, Action::FirstStory(FirstStoryAction::Again));
        assert_eq!(state.overlay, None);
        let from = state.first_story.story().map(|story| story.beats[0].from);
        assert!(from >= Some(Micros::from_seconds(7)), "{from:?}");
    }
}
