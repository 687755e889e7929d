//! The first story on the page: its pace, its words, and the line below the map.

use super::App;
use crate::components::NextLine;
use crate::next_act::next_act;
use crate::stage::Caption;
use crate::state::{Action, FirstStoryAction, FirstStoryState};
use std::cell::Cell;
use std::rc::Rc;
use yew::prelude::*;

impl App {
    /// While the story is told, sets the pace of each sentence, and says when the next one begins.
    pub(super) fn tell_story(&mut self) {
        let Some(story) = self.state.first_story.story().filter(|_| !self.state.reduced).cloned() else {
            self.teller = None;
            return;
        };
        if self.teller.is_some() {
            return;
        }
        let (live, dispatch) = (Rc::downgrade(&self.live), self.dispatch.clone());
        let told = Cell::new(None);
        self.teller = Some(self.live.subscribe(Rc::new(move |at| {
            let Some(live) = live.upgrade() else { return };
            if at >= story.end() {
                return dispatch.emit(Action::FirstStory(FirstStoryAction::End));
            }
            let beat = story.at(at);
            live.set_speed(story.speed(at));
            if told.replace(Some(beat)) != Some(beat) {
                dispatch.emit(Action::Moved);
            }
        })));
    }

    /// What is told now.
    pub(super) fn caption(&self) -> Option<Caption> {
        let beat = self.state.beat(&self.live)?;
        Some(Caption {
            request: beat.request,
            from: beat.from,
            until: beat.until,
            words: beat.words.clone(),
        })
    }

    /// The only request that is shown while the story is told.
    pub(super) fn only_request(&self) -> Option<u64> {
        let story = self.state.first_story.story()?;
        let beats = &story.beats;
        let beat = beats.iter().find(|beat| self.live.at() < beat.until).or(beats.last());
        beat.map(|beat| beat.request)
    }

    /// The line below the map: the story's own, or the next thing to do.
    pub(super) fn next_line(&self) -> Html {
        let tells = !self.state.first_story.is_off();
        if !tells && (self.state.embed || !self.state.offers_next) {
            return Html::default();
        }
        let is_ready = self.has_all.get() && self.live.session.borrow().is_ready();
        let offer = (is_ready && !tells)
            .then(|| next_act(&self.state, &self.live))
            .flatten();
        let words = self.state.beat(&self.live).map(|beat| beat.words.replace('`', ""));
        html! {
            <NextLine tells={matches!(self.state.first_story, FirstStoryState::Tells(_))} {words} steps={self.state.reduced} {offer}
                dispatch={self.dispatch.clone()} />
        }
    }
}
