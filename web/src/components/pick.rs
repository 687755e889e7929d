//! A chooser: the system's own, dressed.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// Properties of a chooser.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is chosen by it, for who does not see it.
    pub label: AttrValue,
    /// The word of each option, and what it says.
    pub options: Vec<(String, String)>,
    /// The word that is chosen.
    pub chosen: String,
    /// Called with the word that was chosen.
    pub on_pick: Callback<String>,
    /// A class of its own.
    #[prop_or_default]
    pub class: Classes,
}

/// A chooser.
#[component]
pub fn Pick(props: &Props) -> Html {
    let on_pick = props.on_pick.clone();
    let onchange = move |event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        on_pick.emit(select.value());
    };
    let option = |(word, says): &(String, String)| {
        html! { <option value={word.clone()} selected={*word == props.chosen}>{ says }</option> }
    };
    html! {
        <span class={classes!("pick", props.class.clone())}>
            <select aria-label={props.label.clone()} {onchange}>{ for props.options.iter().map(option) }</select>
        </span>
    }
}
