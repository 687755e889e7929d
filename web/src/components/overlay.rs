//! The dialogs.

use super::embedding::Embedding;
use super::gallery::Gallery;
use super::select_all::select_all;
use super::texts::Texts;
use super::{Glyph, Icon};
use crate::export::{Export, Format};
use crate::scenarios::Lesson;
use crate::state::{Action, FirstStoryAction, Overlay, Solved};
use crate::words::GLOSSARY;
use std::rc::Rc;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

const KEYS: [(&str, &str); 23] = [
    ("Space", "play or pause"),
    ("→ ←", "next event, previous event"),
    ("⇧→ ⇧←", "next change or failure, previous one"),
    ("Home End", "beginning, latest moment"),
    (
        "+ − 0",
        "zoom in, zoom out, show the whole map; also Ctrl with the wheel",
    ),
    ("arrows", "on the map: move from station to station"),
    ("Enter", "on a station: show what it is and what you can do with it"),
    ("R", "make the pod not ready, or ready"),
    ("Del", "delete the pod"),
    ("L", "edit the pod's labels"),
    ("W", "make the pod slow, or normal again"),
    ("S B", "send one request from the station, or fifty"),
    ("[ ]", "one replica fewer, one more"),
    ("Ctrl Z", "outside the editor and the terminal: undo the last action"),
    ("Ctrl Space", "in the editor: which fields may stand here"),
    ("PgDn PgUp", "with present in the address: next step, previous step"),
    ("F8", "in the editor: next problem"),
    ("Tab", "in the terminal: complete the command"),
    ("↑ ↓", "in the terminal: earlier command, later command"),
    (
        "Ctrl C D L",
        "in the terminal: cancel the line, end the input, clear the screen",
    ),
    ("Esc, then Tab", "leave the editor or the terminal"),
    (
        "Esc",
        "skip the first story; close what is open, then clear the selection",
    ),
    ("?", "this list"),
];

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
            <Dialog title="Share or embed" class="dialog-wide" dispatch={props.dispatch.clone()}>
                <Embedding address={&props.address} fragment={fragment.clone()} draw={props.draw.clone()} dispatch={props.dispatch.clone()} />
            </Dialog>
        },
        // The app has both sessions.
        Overlay::Compare(_) => Html::default(),
        Overlay::Link(fragment) => html! {
            <Dialog title="Copy the link" dispatch={props.dispatch.clone()}>
                <p>{ "The browser does not let this page copy. Please copy the link by hand." }</p>
                <input class="link" readonly=true aria-label="Link" value={format!("{}#{fragment}", props.address)} onfocus={select_all} />
            </Dialog>
        },
        Overlay::Help => html! {
            <Dialog title="Keys and words" dispatch={props.dispatch.clone()}>
                <dl class="keys">
                    { for KEYS.iter().map(|(key, words)| html! { <div><dt><kbd>{ *key }</kbd></dt><dd>{ *words }</dd></div> }) }
                </dl>
                <div class="help-ways">
                    <button class="action" type="button" onclick={again}>{ "Tell the first story again" }</button>
                    if !props.offers_next { <button class="action" type="button" onclick={offer}>{ "Show what to try next" }</button> }
                </div>
                <h3 class="help-heading">{ "Words" }</h3>
                <dl class="keys">
                    { for GLOSSARY.iter().map(|(word, meaning)| html! { <div><dt>{ *word }</dt><dd>{ *meaning }</dd></div> }) }
                </dl>
                <p class="help-truth">{ "Everything runs in this page: a small simulated cluster of Kubernetes v1.36 with its own DNS. Each hop takes 420 ms, so that you can follow it; on a real node it takes microseconds. Nothing you type leaves your machine." }</p>
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
                    <button class="quiet" type="button" aria-label="Close" onclick={close.reform(|_: MouseEvent| ())}><Icon of={Glyph::Close} /></button>
                </div>
                { props.children.clone() }
            </div>
        </dialog>
    }
}
