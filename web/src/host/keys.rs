//! Keys and other events of the page that no component handles.

use super::browser::{EventListener, document, window};
use super::media::{DARK, NARROW, REDUCED, media};
use super::{drafts, drops};
use crate::stage::Zoom;
use crate::state::{Action, Overlay};
use crate::theme::Theme;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Element, KeyboardEvent};
use yew::Callback;

/// Listens to media queries, the address, keys, printing and the end of the page, for which it calls `leaving`.
pub fn listen(dispatch: &Callback<Action>, leaving: impl Fn() + 'static) -> Vec<EventListener> {
    let Some(window) = window() else {
        return Vec::new();
    };
    let mut listeners = Vec::new();
    for (query, action) in [
        (NARROW, Action::Narrow as fn(bool) -> Action),
        (REDUCED, Action::Reduced),
        (DARK, |dark| {
            Action::SystemTheme(if dark { Theme::Dark } else { Theme::Light })
        }),
    ] {
        if let Some(media) = media(query) {
            let dispatch = dispatch.clone();
            let now = media.clone();
            listeners.push(EventListener::new(media, "change", move |_| {
                dispatch.emit(action(now.matches()));
            }));
        }
    }
    let on_link = dispatch.clone();
    let location = window.location();
    listeners.push(EventListener::new(window.clone(), "hashchange", move |_| {
        on_link.emit(Action::OpenLink(location.hash().unwrap_or_default()));
    }));
    let on_key = dispatch.clone();
    listeners.push(EventListener::new(window.clone(), "keydown", move |event| {
        let Ok(event) = event.dyn_into::<KeyboardEvent>() else {
            return;
        };
        if let Some(action) = key_action(&event) {
            event.prevent_default();
            on_key.emit(action);
        }
    }));
    let leaving = Rc::new(leaving);
    let hiding = leaving.clone();
    listeners.push(EventListener::new(window.clone(), "pagehide", move |_| leaving()));
    // Phones end a page that is hidden without another word.
    if let Some(document) = document() {
        listeners.push(EventListener::new(document, "visibilitychange", move |_| hiding()));
    }
    for (event, prints) in [("beforeprint", true), ("afterprint", false)] {
        let dispatch = dispatch.clone();
        listeners.push(EventListener::new(window.clone(), event, move |_| {
            dispatch.emit(Action::Print(prints));
        }));
    }
    listeners.extend(drafts::when_cleared(dispatch));
    listeners.extend(drops::listen(dispatch));
    listeners
}

/// Whether the page is written large, for a projector.
fn is_presented() -> bool {
    let root = document().and_then(|document| document.document_element());
    root.is_some_and(|root| root.has_attribute("data-present"))
}

/// The action of a key that no component has handled.
fn key_action(event: &KeyboardEvent) -> Option<Action> {
    if event.default_prevented() || event.is_composing() {
        return None;
    }
    let key = event.key();
    if key == "Escape" {
        return Some(Action::Close);
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let within = |selector: &str| {
        target
            .as_ref()
            .is_some_and(|target| target.closest(selector).ok().flatten().is_some())
    };
    if within("input, textarea, select, [contenteditable=true], dialog") {
        return None;
    }
    if event.ctrl_key() || event.meta_key() {
        return (key == "z" && !event.shift_key()).then_some(Action::UndoAct);
    }
    if is_presented() && matches!(key.as_str(), "PageDown" | "PageUp") {
        // What a presenter's remote sends.
        return Some(Action::Turn(key == "PageDown"));
    }
    match key.as_str() {
        " " if !within("button, a, summary, [role=button]") => Some(Action::TogglePlay),
        "ArrowRight" if event.shift_key() => Some(Action::NextMark),
        "ArrowLeft" if event.shift_key() => Some(Action::PreviousMark),
        "ArrowRight" => Some(Action::Step),
        "ArrowLeft" => Some(Action::StepBack),
        "Home" => Some(Action::Start),
        "End" => Some(Action::End),
        "+" | "=" => Some(Action::Zoom(Zoom::In)),
        "-" => Some(Action::Zoom(Zoom::Out)),
        "0" => Some(Action::Zoom(Zoom::Fit)),
        "?" => Some(Action::Open(Overlay::Help)),
        _ => None,
    }
}
