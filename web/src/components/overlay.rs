//! The dialogs.

use super::embedding::Embedding;
use super::gallery::Gallery;
use super::languages::languages;
use super::select_all::select_all;
use super::texts::Texts;
use super::{Glyph, Icon};
use crate::export::{Export, Format};
use crate::glossary::glossary;
use crate::say::{self, Language};
use crate::scenarios::Lesson;
use crate::state::{Action, FirstStoryAction, Overlay, Solved};
use std::rc::Rc;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

fn keys() -> [(&'static str, &'static str); 23] {
    [
        (say::key_space(), say::key_play()),
        ("→ ←", say::key_events()),
        ("⇧→ ⇧←", say::key_marks()),
        (say::key_home_end(), say::key_ends()),
        ("+ − 0", say::key_zoom()),
        (say::key_arrows(), say::key_stations()),
        (say::key_enter(), say::key_open()),
        ("R", say::key_ready()),
        (say::key_del(), say::key_delete()),
        ("L", say::key_labels()),
        ("W", say::key_slow()),
        ("S B", say::key_send()),
        ("[ ]", say::key_replicas()),
        (say::key_ctrl_z(), say::key_undo()),
        (say::key_ctrl_space(), say::key_fields()),
        (say::key_pages(), say::key_present()),
        ("F8", say::key_problem()),
        ("Tab", say::key_complete()),
        ("↑ ↓", say::key_history()),
        (say::key_ctrl_cdl(), say::key_cancel()),
        (say::key_esc_tab(), say::key_leave()),
        ("Esc", say::key_escape()),
        ("?", say::key_list()),
    ]
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub overlay: Overlay,
    /// Without the fragment.
    pub address: AttrValue,
    /// The current one.
    pub lesson: Option<&'static Lesson>,
    /// The name of the current one in the gallery.
    pub current: Option<&'static str>,
    pub solved: Rc<Solved>,
    pub narrow: bool,
    /// Draws the map as it is now.
    pub draw: Callback<Format, Result<Export, &'static str>>,
    /// Whether the line with the next thing to do is shown.
    pub offers_next: bool,
    pub language: Language,
    pub dispatch: Callback<Action>,
}

#[component]
pub fn Overlays(props: &Props) -> Html {
    let again = props
        .dispatch
        .reform(|_: MouseEvent| Action::FirstStory(FirstStoryAction::Again));
    let offer = props.dispatch.reform(|_: MouseEvent| Action::OfferNext(true));
    match &props.overlay {
        Overlay::Scenarios => {
            html! { <Gallery lesson={props.lesson} current={props.current} solved={props.solved.clone()} narrow={props.narrow} dispatch={props.dispatch.clone()} /> }
        }
        Overlay::Texts(texts) => html! { <Texts texts={texts.clone()} dispatch={props.dispatch.clone()} /> },
        Overlay::Embed(fragment) => html! {
            <Dialog title={say::dialog_share()} class="dialog-wide" dispatch={props.dispatch.clone()}>
                <Embedding address={&props.address} fragment={fragment.clone()} language={props.language} draw={props.draw.clone()} dispatch={props.dispatch.clone()} />
            </Dialog>
        },
        // The app has both sessions.
        Overlay::Compare(_) => Html::default(),
        Overlay::Link(fragment) => html! {
            <Dialog title={say::dialog_copy_link()} dispatch={props.dispatch.clone()}>
                <p>{ say::dialog_copy_by_hand() }</p>
                <input class="link" readonly=true aria-label={say::dialog_link()} value={format!("{}#{fragment}", props.address)} onfocus={select_all} />
            </Dialog>
        },
        Overlay::Help => html! {
            <Dialog title={say::dialog_help()} dispatch={props.dispatch.clone()}>
                <dl class="keys">
                    { for keys().into_iter().map(|(key, words)| html! { <div><dt><kbd>{ key }</kbd></dt><dd>{ words }</dd></div> }) }
                </dl>
                <div class="help-ways">
                    <button class="action" type="button" onclick={again}>{ say::help_story_again() }</button>
                    if !props.offers_next { <button class="action" type="button" onclick={offer}>{ say::help_offer_next() }</button> }
                    { languages(props.language, "action", &props.dispatch) }
                </div>
                <h3 class="help-heading">{ say::help_words() }</h3>
                <dl class="keys">
                    { for glossary().into_iter().map(|(word, meaning)| html! { <div><dt>{ word }</dt><dd>{ meaning }</dd></div> }) }
                </dl>
                <p class="help-truth">{ say::help_truth() }</p>
                if !props.language.is_first() { <p class="help-truth">{ say::help_untold() }</p> }
            </Dialog>
        },
    }
}

#[derive(Properties, PartialEq)]
pub struct DialogProps {
    pub title: AttrValue,
    #[prop_or_default]
    pub class: Classes,
    pub dispatch: Callback<Action>,
    pub children: Html,
}

#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                let _ = dialog.show_modal();
            }
        });
    }
    let dispatch = props.dispatch.clone();
    let on_close = move |_: Event| dispatch.emit(Action::Close);
    // Closed by itself, the dialog gives the focus back to where it came from.
    let close = {
        let node = node.clone();
        Callback::from(move |()| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        })
    };
    // The dialog fills its box: what is hit outside of that is the veil, and hits the dialog itself.
    let on_veil = {
        let (close, node) = (close.clone(), node.clone());
        move |event: MouseEvent| {
            if event
                .target()
                .is_some_and(|target| node.get().is_some_and(|node| *node == target))
            {
                close.emit(());
            }
        }
    };
    html! {
        <dialog class={classes!("dialog", props.class.clone())} ref={node} aria-labelledby="dialog-title" onclose={on_close} onclick={on_veil}>
            <div class="dialog-body">
                <div class="card-head">
                    <h2 id="dialog-title" class="dialog-title">{ &props.title }</h2>
                    <button class="quiet" type="button" aria-label={say::close()} onclick={close.reform(|_: MouseEvent| ())}><Icon of={Glyph::Close} /></button>
                </div>
                { props.children.clone() }
            </div>
        </dialog>
    }
}
