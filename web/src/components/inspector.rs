//! A card beside what is selected: what it is, and what can be done to it.

use super::{Glyph, Icon};
use crate::host;
use crate::selection::Selection;
use crate::state::Action;
use web_sys::HtmlElement;
use yew::prelude::*;

/// What the card says.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// What is selected.
    pub selection: Selection,
    /// Its kind, as a small word above its name.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// What there is to know, line by line.
    pub facts: Vec<(&'static str, String)>,
    /// A plain sentence, where one helps.
    pub note: Option<String>,
    /// What can be done: words, whether it destroys, and the action.
    pub deeds: Vec<(&'static str, bool, Action)>,
}

/// Properties of the card.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What it says.
    pub card: Card,
    /// Whether it lies at the foot of a narrow page.
    pub narrow: bool,
    /// What was done.
    pub dispatch: Callback<Action>,
}

/// The card.
#[component]
pub fn Inspector(props: &Props) -> Html {
    let node = use_node_ref();
    let card = &props.card;
    {
        let node = node.clone();
        let place = (card.selection.station(), card.facts.len(), props.narrow);
        use_effect_with(place, move |(station, _, narrow)| {
            if let Some(element) = node.cast::<HtmlElement>().filter(|_| !narrow) {
                host::place_beside(&element, station);
            }
        });
    }
    let deed = |(words, destroys, action): &(&'static str, bool, Action)| {
        let (dispatch, action) = (props.dispatch.clone(), action.clone());
        html! {
            <button type="button" class={classes!("deed", destroys.then_some("destroys"))}
                onclick={move |_| dispatch.emit(action.clone())}>{ *words }</button>
        }
    };
    let dispatch = props.dispatch.clone();
    html! {
        <section class={classes!("card", props.narrow.then_some("sheet"))} ref={node} aria-label={format!("{} {}", card.kind, card.name)}>
            <div class="card-head">
                <div class="card-title"><span class="card-kind">{ card.kind }</span><h2 class="card-name">{ &card.name }</h2></div>
                <button class="quiet" type="button" aria-label="Close" onclick={move |_| dispatch.emit(Action::Select(None))}>
                    <Icon of={Glyph::Close} />
                </button>
            </div>
            <dl class="facts">
                { for card.facts.iter().map(|(name, value)| html! { <div class="fact"><dt>{ *name }</dt><dd>{ value }</dd></div> }) }
            </dl>
            if let Some(note) = &card.note { <p class="note">{ note }</p> }
            if !card.deeds.is_empty() { <div class="deeds">{ for card.deeds.iter().map(deed) }</div> }
        </section>
    }
}
