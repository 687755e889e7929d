//! The part of the sharing dialog that saves a picture of the map.

use super::Pick;
use super::select_all::select_all;
use crate::export::{Export, Format};
use crate::say;
use crate::state::Action;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// Draws the map as it is now.
    pub draw: Callback<Format, Result<Export, &'static str>>,
    pub dispatch: Callback<Action>,
}

#[component]
pub fn SavePicture(props: &Props) -> Html {
    let format = use_state(|| Format::Moving);
    // Once for each choice: the dialog shows the moment at which it was opened.
    let drawn = {
        let draw = props.draw.clone();
        use_memo(*format, move |format| draw.emit(*format))
    };
    let options: Vec<(String, String)> = Format::ALL
        .iter()
        .map(|format| (format.word().to_owned(), format.says().to_owned()))
        .collect();
    let on_pick = {
        let set = format.setter();
        move |word: String| {
            if let Some(chosen) = Format::ALL.into_iter().find(|format| format.word() == word) {
                set.set(chosen);
            }
        }
    };
    let choice = html! {
        <label class="choice picture-choice"><span>{ say::picture_as() }</span>
            <Pick class="" label={say::picture_kind()} {options} chosen={format.word()} {on_pick} /></label>
    };
    match &*drawn {
        Err(why) => html! { <>{ choice }<p class="note picture-note">{ *why }</p></> },
        Ok(export) => html! { <>{ choice }{ saved(export, &props.dispatch) }</> },
    }
}

fn saved(export: &Export, dispatch: &Callback<Action>) -> Html {
    let copy = {
        let (dispatch, code) = (dispatch.clone(), export.markdown());
        move |_| dispatch.emit(Action::CopySnippet(code.clone()))
    };
    let size = export.bytes.div_ceil(1_000);
    html! {
        <>
            <img class="picture" src={export.address.clone()} alt={export.caption.description.clone()} />
            <div class="embedding-code">
                <textarea class="snippet" readonly=true rows="3" aria-label={say::picture_markdown()} value={export.markdown()} onfocus={select_all} />
                <p class="fits">{ say::picture_size(&size) }</p>
                <div class="picture-actions">
                    <a class="primary" href={export.address.clone()} download={export.file}>{ say::picture_save() }</a>
                    <button class="quiet" type="button" onclick={copy}>{ say::picture_copy() }</button>
                </div>
            </div>
        </>
    }
}
