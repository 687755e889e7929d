//! What was done by hand, and how to take it back.

use super::{Glyph, Icon, time};
use crate::state::{Action, act_words};
use playground::TimedAct;
use std::rc::Rc;
use yew::prelude::*;

/// Properties of the list.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What was done, in the order of time.
    pub acts: Rc<Vec<TimedAct>>,
    /// What was done here.
    pub dispatch: Callback<Action>,
}

/// The list; nothing where nothing was done.
#[component]
pub fn Acts(props: &Props) -> Html {
    if props.acts.is_empty() {
        return Html::default();
    }
    let one = |done: &TimedAct| {
        html! { <li class="act"><span class="act-time">{ time(done.at) }</span><span class="act-words">{ act_words(&done.act) }</span></li> }
    };
    let dispatch = props.dispatch.clone();
    html! {
        <section class="acts" aria-label="Done by hand">
            <div class="acts-head">
                <h2 class="acts-title">{ "done by hand" }</h2>
                <button class="quiet" type="button" onclick={move |_| dispatch.emit(Action::UndoAct)}>
                    <Icon of={Glyph::Undo} />{ "Undo" }
                </button>
            </div>
            <ol class="acts-list" tabindex="0">{ for props.acts.iter().rev().map(one) }</ol>
        </section>
    }
}
