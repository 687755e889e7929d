//! The labels of a pod as text fields.

use crate::say;
use crate::state::Action;
use playground::ObjectKey;
use std::collections::BTreeMap;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub pod: ObjectKey,
    pub labels: BTreeMap<String, String>,
    pub dispatch: Callback<Action>,
}

/// One field for each label, and one for a new label.
#[component]
pub fn Labels(props: &Props) -> Html {
    let one = |(key, value): (&String, &String)| field(props, Some(key), format!("{key}={value}"));
    html! {
        <div class="labels" role="group" aria-label={say::labels_of(&props.pod.name)}>
            <span class="labels-title" aria-hidden="true">{ say::labels_title() }</span>
            <div class="labels-list">
                { for props.labels.iter().map(one) }
                { field(props, None, String::new()) }
            </div>
        </div>
    }
}

/// Enter or leaving the field applies it, Escape restores it.
fn field(props: &Props, key: Option<&String>, written: String) -> Html {
    let label = key.map_or_else(|| say::labels_new().to_owned(), |key| say::labels_one(&key));
    let onchange = {
        let (pod, key, dispatch) = (props.pod.clone(), key.cloned(), props.dispatch.clone());
        move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            dispatch.emit(Action::Label(pod.clone(), key.clone(), input.value()));
            if key.is_none() {
                input.set_value("");
            }
        }
    };
    let onkeydown = {
        let written = written.clone();
        move |event: KeyboardEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if event.key() == "Escape" && input.value() != written {
                event.prevent_default();
                event.stop_propagation();
                input.set_value(&written);
            }
        }
    };
    let new = key.is_none().then_some("new");
    html! {
        <input key={key.cloned().unwrap_or_default()} class={classes!("label", new)} aria-label={label} value={written} spellcheck="false"
            autocapitalize="off" autocomplete="off" placeholder={if key.is_none() { "key=value" } else { say::labels_none() }} {onchange} {onkeydown} />
    }
}
