//! The text that `kubectl edit` opens, over the learner's own text, which stays as it is below.

use crate::say;
use crate::state::{Action, Editing};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub editing: Editing,
    pub dispatch: Callback<Action>,
}

#[component]
pub fn ObjectEditor(props: &Props) -> Html {
    let area = use_node_ref();
    {
        let area = area.clone();
        use_effect_with(props.editing.number, move |_| {
            if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                let _ = area.focus();
                let _ = area.set_selection_range(0, 0);
                area.set_scroll_top(0);
            }
        });
    }
    let save = {
        let (area, dispatch) = (area.clone(), props.dispatch.clone());
        Callback::from(move |()| {
            if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                dispatch.emit(Action::SaveObject(area.value()));
            }
        })
    };
    let onkeydown = {
        let save = save.clone();
        move |event: KeyboardEvent| {
            if event.key() == "s" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                save.emit(());
            }
            event.stop_propagation();
        }
    };
    let title = format!("kubectl edit {}", props.editing.edit.title);
    let cancel = props.dispatch.reform(|_: MouseEvent| Action::CancelObject);
    html! {
        <section class="object-editor" aria-label={title.clone()}>
            <header class="object-editor-head">
                <strong>{ title }</strong>
                <span class="object-editor-note">{ say::object_waits() }</span>
                <button class="primary" type="button" title="Ctrl+S" onclick={move |_| save.emit(())}>{ say::save() }</button>
                <button class="quiet" type="button" onclick={cancel}>{ say::cancel() }</button>
            </header>
            <textarea key={props.editing.number} ref={area} class="object-editor-text" aria-label={say::object_text()}
                spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off"
                value={props.editing.edit.text.clone()} {onkeydown} />
        </section>
    }
}
