//! Why the text is not read, and what can be done.

use crate::say;
use crate::state::{Action, Unread};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub unread: Unread,
    pub dispatch: Callback<Action>,
}

#[component]
pub fn UnreadNotice(props: &Props) -> Html {
    let dispatch = props.dispatch.clone();
    let again = move |_| dispatch.emit(Action::ReadAgain);
    let report = props.unread.report.clone().map(|report| {
        let dispatch = props.dispatch.clone();
        let copy = move |_| dispatch.emit(Action::CopyText(report.clone()));
        html! { <button class="fix" type="button" onclick={copy}>{ say::unread_report() }</button> }
    });
    let again_label = if props.unread.is_long {
        say::unread_longer()
    } else {
        say::unread_again()
    };
    html! {
        <div class="unread" role="alert">
            <p>{ &props.unread.words }</p>
            <p class="fixes">
                <button class="fix" type="button" onclick={again}>{ again_label }</button>
                { report.unwrap_or_default() }
            </p>
        </div>
    }
}
