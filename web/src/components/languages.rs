//! Buttons for the languages that the page does not speak now, each in its own words.

use crate::say::Language;
use crate::state::Action;
use yew::prelude::*;

pub fn languages(spoken: Language, class: &'static str, dispatch: &Callback<Action>) -> Html {
    let others = Language::all().filter(|language| *language != spoken);
    let button = |language: Language| {
        let onclick = dispatch.reform(move |_: MouseEvent| Action::Language(language));
        html! {
            <button {class} type="button" lang={language.code()} {onclick}>{ language.name() }</button>
        }
    };
    others.map(button).collect()
}
