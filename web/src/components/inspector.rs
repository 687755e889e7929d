//! The card of what is selected: facts and actions.

use super::labels::Labels;
use super::{Glyph, Icon};
use crate::host;
use crate::say;
use crate::selection::Selection;
use crate::state::Action;
use playground::{ObjectKey, Workload};
use std::collections::BTreeMap;
use web_sys::HtmlElement;
use yew::prelude::*;

#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    pub selection: Selection,
    /// The small word above the name.
    pub kind: String,
    pub name: String,
    /// Names and values.
    pub facts: Vec<(&'static str, String)>,
    /// The labels of a pod, which can be edited.
    pub labels: Option<(ObjectKey, BTreeMap<String, String>)>,
    /// What its replicas belong to.
    pub workload: Option<Workload>,
    /// An explanation.
    pub note: Option<String>,
    /// The label of each button, whether it destroys something, and its action.
    pub actions: Vec<(&'static str, bool, Action)>,
}

impl Card {
    /// Without content.
    pub fn of(selection: Selection) -> Self {
        Self {
            selection,
            kind: String::new(),
            name: String::new(),
            facts: Vec::new(),
            labels: None,
            workload: None,
            note: None,
            actions: Vec::new(),
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub card: Card,
    pub narrow: bool,
    pub dispatch: Callback<Action>,
}

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
    let action = |(words, destroys, action): &(&'static str, bool, Action)| {
        let (dispatch, action) = (props.dispatch.clone(), action.clone());
        html! {
            <button type="button" class={classes!("action", destroys.then_some("destroys"))}
                onclick={move |_| dispatch.emit(action.clone())}>{ *words }</button>
        }
    };
    let dispatch = props.dispatch.clone();
    html! {
        <section class={classes!("card", props.narrow.then_some("sheet"))} ref={node} aria-label={format!("{} {}", card.kind, card.name)}>
            <div class="card-head">
                <div class="card-title"><span class="card-kind">{ &card.kind }</span><h2 class="card-name">{ &card.name }</h2></div>
                <button class="quiet" type="button" aria-label={say::close()} onclick={move |_| dispatch.emit(Action::Select(None))}>
                    <Icon of={Glyph::Close} />
                </button>
            </div>
            <dl class="facts">
                { for card.facts.iter().map(|(name, value)| html! { <div class="fact"><dt>{ *name }</dt><dd>{ value }</dd></div> }) }
            </dl>
            if let Some((pod, labels)) = &card.labels {
                <Labels pod={pod.clone()} labels={labels.clone()} dispatch={props.dispatch.clone()} />
            }
            if let Some(workload) = &card.workload { { replicas(workload, &props.dispatch) } }
            if let Some(note) = &card.note { <p class="note">{ note }</p> }
            if !card.actions.is_empty() { <div class="actions">{ for card.actions.iter().map(action) }</div> }
        </section>
    }
}

/// The workload of a pod, with a stepper if it has replicas.
fn replicas(workload: &Workload, dispatch: &Callback<Action>) -> Html {
    let step = |words: &'static str, now: i64, by: i64, glyph: Glyph| {
        let action = Action::Scale(workload.clone(), now + by);
        let dispatch = dispatch.clone();
        let label = say::inspector_replica_of(&words, &workload.key.name);
        html! {
            <button class="quiet" type="button" aria-label={label} disabled={now + by < 0}
                onclick={move |_| dispatch.emit(action.clone())}><Icon of={glyph} /></button>
        }
    };
    html! {
        <div class="replicas" role="group" aria-label={say::inspector_replicas(&workload.word(), &workload.key.name)}>
            <span class="replicas-of">{ workload.word() }<strong>{ &*workload.key.name }</strong></span>
            if let Some(now) = workload.replicas {
                { step(say::inspector_fewer(), now, -1, Glyph::Minus) }
                <output class="replicas-count" aria-live="polite">{ now }</output>
                { step(say::inspector_more(), now, 1, Glyph::Plus) }
            }
        </div>
    }
}
