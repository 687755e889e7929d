//! A styled `select` element.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// For screen readers.
    pub label: AttrValue,
    /// The value and the label of each option.
    pub options: Vec<(String, String)>,
    /// The value of the chosen option.
    pub chosen: String,
    /// Called with the value of the chosen option.
    pub on_pick: Callback<String>,
    /// An additional CSS class.
    #[prop_or_default]
    pub class: Classes,
}

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
