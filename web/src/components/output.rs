//! What kubectl prints, letter for letter.

use crate::outputs::Printed;
use crate::state::Action;
use playground::Key;
use std::rc::Rc;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// Properties of an output.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Commands and what they print.
    pub printed: Rc<Vec<Printed>>,
    /// An address to light up: the selected pod's.
    pub lit: Option<AttrValue>,
    /// A plain sentence where kubectl's words alone would leave a learner puzzled.
    #[prop_or_default]
    pub note: Option<AttrValue>,
    /// The Services to choose from; none where there is nothing to choose.
    #[prop_or_default]
    pub services: Rc<Vec<Key>>,
    /// The Service that is described.
    #[prop_or_default]
    pub service: Option<Key>,
    /// What was done.
    pub dispatch: Callback<Action>,
}

/// An output.
#[component]
pub fn Output(props: &Props) -> Html {
    let one = |printed: &Printed| {
        html! {
            <div class="printed">
                <p class="command"><span class="prompt" aria-hidden="true">{ "$ " }</span>{ &printed.line }</p>
                <pre class="screen" tabindex="0" role="region" aria-label={printed.line.clone()}>{ lit(&printed.text, props.lit.as_deref()) }</pre>
            </div>
        }
    };
    html! {
        <div class="output">
            { chooser(props) }
            if let Some(note) = &props.note { <p class="note">{ note }</p> }
            { for props.printed.iter().map(one) }
        </div>
    }
}

fn chooser(props: &Props) -> Html {
    if props.services.len() < 2 {
        return Html::default();
    }
    let services = props.services.clone();
    let dispatch = props.dispatch.clone();
    let onchange = move |event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        let chosen = usize::try_from(select.selected_index())
            .ok()
            .and_then(|index| services.get(index));
        if let Some(key) = chosen {
            dispatch.emit(Action::Describe(key.clone()));
        }
    };
    let option = |key: &Key| {
        let selected = props.service.as_ref() == Some(key);
        let words = if key.namespace == "default" {
            key.name.clone()
        } else {
            format!("{} in {}", key.name, key.namespace)
        };
        html! { <option {selected}>{ words }</option> }
    };
    html! {
        <label class="chooser"><span>{ "Service" }</span>
            <select {onchange}>{ for props.services.iter().map(option) }</select>
        </label>
    }
}

/// The text with each whole occurrence of the address marked.
fn lit(text: &str, address: Option<&str>) -> Html {
    let Some(address) = address.filter(|address| !address.is_empty()) else {
        return html! { { text } };
    };
    let mut rest = text;
    let mut parts = Vec::new();
    while let Some((before, after)) = rest.split_once(address) {
        parts.push(html! { { before } });
        if after.starts_with(|next: char| next.is_ascii_digit()) {
            parts.push(html! { { address } });
        } else {
            parts.push(html! { <mark>{ address }</mark> });
        }
        rest = after;
    }
    parts.push(html! { { rest } });
    parts.into_iter().collect()
}
