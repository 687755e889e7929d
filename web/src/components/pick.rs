//! A styled `select` element.

use base::Order;
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

/// Options of the usual numbers, and of the one that is chosen if it is none of them, in order.
pub fn number_options<N: Copy + Ord + ToString>(
    usual: &[N],
    chosen: N,
    says: impl Fn(N) -> String,
) -> Vec<(String, String)> {
    let mut numbers = usual.to_vec();
    if !numbers.contains(&chosen) {
        numbers.push(chosen);
        numbers.order();
    }
    let option = |number: N| (number.to_string(), says(number));
    numbers.into_iter().map(option).collect()
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
