//! The dialog with the learner's own texts, by their dates.

use super::gallery::onkeydown;
use super::overlay::Dialog;
use crate::saved::SavedTextRow;
use crate::say;
use crate::state::Action;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// The newest first.
    pub texts: Vec<SavedTextRow>,
    pub dispatch: Callback<Action>,
}

#[component]
pub fn Texts(props: &Props) -> Html {
    let rows = props.texts.iter().map(|text| props.row(text));
    html! {
        <Dialog title={say::gallery_your_texts()} class="gallery texts" dispatch={props.dispatch.clone()}>
            <p class="texts-about">{ say::texts_about() }</p>
            if props.texts.is_empty() {
                <p>{ say::texts_none() }</p>
            } else {
                <div class="gallery-groups" {onkeydown}><ul class="gallery-list">{ for rows }</ul></div>
            }
        </Dialog>
    }
}

impl Props {
    fn row(&self, text: &SavedTextRow) -> Html {
        let dispatch = self.dispatch.clone();
        let action = if text.is_current {
            Action::Close
        } else {
            Action::Restore(text.id.clone())
        };
        let changes = match text.changes {
            0 => String::new(),
            count => say::texts_changes(count),
        };
        html! {
            <li key={text.id.clone()}>
                <button class="gallery-entry" type="button" aria-current={text.is_current.then_some("true")}
                    onclick={move |_| dispatch.emit(action.clone())}>
                    <span class="gallery-title">{ &text.when }</span>
                    <span class="gallery-about">{ &text.about }{ changes }</span>
                </button>
            </li>
        }
    }
}
