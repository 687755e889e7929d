//! The browser around the page: how it was opened, its theme, language and address, and below them what each file of the folder says.

mod browser;
pub mod clock;
pub mod drafts;
mod drops;
mod focus;
mod frames;
mod keys;
mod media;
mod storage;

pub use browser::{EventListener, FrameCallback, FrameRequest, Timeout, now, request_frame, soon, window};
pub use focus::{focus, focus_and_select, focus_neighbour, percent_of_parent, place_beside, text_is_selected};
pub use frames::{animate, ask_soon, read_in_pauses};
pub use keys::listen;
pub use storage::{forget, storage_keys, store, store_word};

use crate::say::{self, Language};
use crate::state::{Frame, Opening};
use crate::theme::Theme;
use browser::document;
use media::{DARK, NARROW, REDUCED, prefers};
use std::cell::RefCell;
use storage::{recall, recall_word, storage};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, UrlSearchParams};

/// Whether this is a worker, which has no page.
pub fn is_worker() -> bool {
    window().is_none()
}

pub fn app_root() -> Option<Element> {
    document()?.get_element_by_id("app")
}

/// A copy of the still picture of the map that index.html shows first.
pub fn still() -> Option<web_sys::Node> {
    let still = document()?.query_selector(".still").ok()??;
    still.clone_node_with_deep(true).ok()
}

pub fn pixel_ratio() -> f64 {
    window().map_or(1.0, |window| window.device_pixel_ratio())
}

pub fn when_fonts_ready(act: impl FnOnce() + 'static) {
    let Some(ready) = document().and_then(|document| document.fonts().ready().ok()) else {
        return;
    };
    wasm_bindgen_futures::spawn_local(async move {
        if wasm_bindgen_futures::JsFuture::from(ready).await.is_ok() {
            act();
        }
    });
}

/// Whether all parts of the program are there (`web/assemble/module.js` says so).
pub fn has_all() -> bool {
    let root = document().and_then(|document| document.document_element());
    root.is_some_and(|root| root.has_attribute("data-whole"))
}

/// Calls a function once all parts of the program are there.
pub fn when_all(act: impl FnMut(Event) + 'static) -> Option<EventListener> {
    document().map(|document| EventListener::new(document, "whole", act))
}

pub fn opening() -> Opening {
    let Some(window) = window() else {
        return Opening::default();
    };
    let query = window.location().search().unwrap_or_default();
    let parameters = UrlSearchParams::new_with_str(&query).ok();
    let parameter = |name: &str| parameters.as_ref().and_then(|all| all.get(name));
    let embed = parameters.as_ref().is_some_and(|all| all.has("embed"));
    let (frame, unknown) = if embed { Frame::read(&query) } else { Default::default() };
    let theme = parameter("theme")
        .or_else(|| recall_word(storage_keys::THEME))
        .and_then(|word| Theme::from_word(&word));
    let can_store = storage().is_some();
    let is_new = can_store && recall::<bool>(storage_keys::STORY_TOLD).is_none();
    Opening {
        language: language(),
        embed,
        story: if embed { frame.story } else { is_new },
        hides_next: recall(storage_keys::HIDES_NEXT).unwrap_or_default(),
        frame,
        unknown,
        theme,
        dark: prefers(DARK),
        reduced: prefers(REDUCED),
        narrow: prefers(NARROW),
        fragment: window.location().hash().unwrap_or_default(),
        draft: drafts::draft(),
        layout: recall(storage_keys::LAYOUT),
        history: recall(storage_keys::HISTORY).unwrap_or_default(),
        reading: recall(storage_keys::READING),
        solved: recall(storage_keys::SOLVED),
        can_store,
    }
}

pub fn show_theme(theme: Theme) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("data-theme", theme.word());
    }
}

/// The language that `index.html` found to be the page's.
pub fn language() -> Language {
    let root = document().and_then(|document| document.document_element());
    let code = root.and_then(|root| root.get_attribute("lang")).unwrap_or_default();
    let spoken = Language::from_code(&code).filter(|language| speak(*language));
    spoken.unwrap_or_else(|| {
        speak(Language::default());
        Language::default()
    })
}

/// Has the page speak a language, if its sentences are there.
pub fn speak(language: Language) -> bool {
    thread_local! {
        /// Sentences are kept for good, each language's once.
        static TABLES: RefCell<Vec<(Language, &'static str)>> = const { RefCell::new(Vec::new()) };
    }
    let known = TABLES.with_borrow(|tables| tables.iter().find(|(own, _)| *own == language).map(|(_, table)| *table));
    let table = match known {
        _ if language.is_first() => "",
        Some(table) => table,
        None => {
            let Some(loaded) = loaded_words(language) else {
                return false;
            };
            let table: &str = loaded.leak();
            TABLES.with_borrow_mut(|tables| tables.push((language, table)));
            table
        }
    };
    say::speak(table);
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("lang", language.code());
    }
    true
}

/// What a script that the page loaded holds.
fn loaded_words(language: Language) -> Option<String> {
    let window = window()?;
    let all = js_sys::Reflect::get(&window, &JsValue::from_str("servicePlaygroundWords")).ok()?;
    js_sys::Reflect::get(&all, &JsValue::from_str(language.code()))
        .ok()?
        .as_string()
}

/// Without the fragment.
pub fn address() -> String {
    let location = window().map(|window| window.location());
    let part = |read: fn(&web_sys::Location) -> Result<String, JsValue>| {
        location
            .as_ref()
            .and_then(|location| read(location).ok())
            .unwrap_or_default()
    };
    part(web_sys::Location::origin).replace("null", "") + &part(web_sys::Location::pathname)
}

/// Removes the fragment from the address without a new entry in the history.
pub fn clear_fragment() {
    let Some(window) = window() else { return };
    let location = window.location();
    if location.hash().is_ok_and(|hash| !hash.is_empty())
        && let Ok(history) = window.history()
    {
        let bare = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&bare));
    }
}

/// Shows a fragment in the address, as a new entry of the history.
pub fn show_fragment(fragment: &str) {
    let Some(window) = window() else { return };
    let wanted = format!("#{fragment}");
    if window.location().hash().is_ok_and(|hash| hash != wanted)
        && let Ok(history) = window.history()
    {
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&wanted));
    }
}
