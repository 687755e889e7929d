//! The notice at the foot of the page.

use super::{Glyph, Icon};
use crate::say;
use crate::state::{Action, Toast, ToastOffer};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub toast: Option<Toast>,
    pub dispatch: Callback<Action>,
}

/// The element is always there, so that screen readers announce what comes into it.
#[component]
pub fn ToastBar(props: &Props) -> Html {
    let words = props.toast.as_ref().map(|toast| {
        let offer = toast.offer.map(|offer| {
            let dispatch = props.dispatch.clone();
            let (label, action) = match offer {
                ToastOffer::Earlier => (say::toast_back(), Action::Earlier),
                ToastOffer::Undo => (say::undo(), Action::UndoAct),
            };
            html! { <button class="toast-offer" type="button" onclick={move |_| dispatch.emit(action.clone())}>{ label }</button> }
        });
        let dispatch = props.dispatch.clone();
        html! {
            <div class={classes!("toast", toast.bad.then_some("bad"))}>
                <span>{ &toast.text }</span>
                { offer.unwrap_or_default() }
                <button class="toast-close" type="button" aria-label={say::toast_dismiss()} onclick={move |_| dispatch.emit(Action::DismissToast)}>
                    <Icon of={Glyph::Close} />
                </button>
            </div>
        }
    });
    html! { <div class="toasts" role="status">{ words.unwrap_or_default() }</div> }
}
