//! One quiet line below the map: what the first story tells, then the next thing worth doing here.

use super::{Glyph, Icon};
use crate::next_act::NextAct;
use crate::say;
use crate::state::{Action, FirstStoryAction};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// Whether the first story is told.
    pub tells: bool,
    /// What it says now.
    pub words: Option<String>,
    /// Whether it goes on by a button.
    pub steps: bool,
    pub offer: Option<NextAct>,
    pub dispatch: Callback<Action>,
}

#[component]
pub fn NextLine(props: &Props) -> Html {
    let on = |action: Action| props.dispatch.reform(move |_: MouseEvent| action.clone());
    let story = |action: FirstStoryAction| on(Action::FirstStory(action));
    html! {
        <div class={classes!("next-line", props.tells.then_some("tells"))} role="group" aria-label={say::next_label()}>
            <p class="next-said unseen" aria-live="polite">{ props.words.clone() }</p>
            if props.tells {
                <span class="next-words next-head">{ say::story_head() }</span>
                if props.steps { <button class="next-act" type="button" onclick={story(FirstStoryAction::Next)}>{ say::story_next() }</button> }
                <button class="next-act" type="button" title={say::story_skip_title()} onclick={story(FirstStoryAction::End)}>{ say::story_skip() }</button>
            } else if let Some(offer) = &props.offer {
                <span class="next-words">{ say::next_try() }</span>
                <button class="next-act" type="button" title={offer.why} onclick={on(offer.action.clone())}>{ &offer.words }</button>
                <button class="quiet next-hide" type="button" aria-label={say::next_hide()} title={say::next_hide_title()}
                    onclick={on(Action::OfferNext(false))}><Icon of={Glyph::Close} /></button>
            }
        </div>
    }
}
