//! Performs the effects that [`crate::state::update`] returns.

use crate::host::{self, storage_keys};
use crate::port::Port;
use crate::say::Language;
use crate::stage::Zoom;
use crate::state::{Action, Copying, Effect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlTextAreaElement;
use yew::Callback;
use yew::platform::spawn_local;

#[wasm_bindgen]
extern "C" {
    /// web/assemble/boot.js: resolves once the sentences of a language are there.
    #[wasm_bindgen(js_namespace = servicePlayground, js_name = loadWords, catch)]
    async fn load_words(language: &str) -> Result<JsValue, JsValue>;
}

#[derive(Default)]
pub struct Ports {
    /// To the editor: the byte of the text to show.
    pub reveal: Port<usize>,
    /// To the stage.
    pub zoom: Port<Zoom>,
}

/// An effect with a result dispatches an action with it.
pub fn perform(effect: Effect, dispatch: &Callback<Action>, ports: &Ports) {
    match effect {
        Effect::CopyLink(fragment) => {
            let link = format!("{}#{fragment}", host::address());
            copy(link, Copying::Link(fragment), dispatch.clone());
        }
        Effect::CopyText(text) => copy(text, Copying::Text, dispatch.clone()),
        Effect::SaveHistory(history) => host::store(storage_keys::HISTORY, &*history),
        Effect::CopySnippet(snippet) => copy(snippet, Copying::Snippet, dispatch.clone()),
        Effect::SaveLayout(layout) => host::store(storage_keys::LAYOUT, &layout),
        Effect::SaveSolved(solved) => host::store(storage_keys::SOLVED, &*solved),
        Effect::SaveStoryTold => host::store(storage_keys::STORY_TOLD, &true),
        Effect::SaveOffersNext(offers) => host::store(storage_keys::HIDES_NEXT, &!offers),
        Effect::ShowFragment(fragment) => host::show_fragment(&fragment),
        Effect::SaveTheme(theme) => host::store_word(storage_keys::THEME, theme.word()),
        Effect::ShowTheme(theme) => host::show_theme(theme),
        Effect::SaveLanguage(language) => host::store_word(storage_keys::LANGUAGE, language.code()),
        Effect::Speak(language) => speak(language, dispatch.clone()),
        Effect::ClearFragment => host::clear_fragment(),
        Effect::Reveal(place) => ports.reveal.send(place),
        Effect::FocusLabels => host::focus_and_select(".labels input"),
        Effect::Zoom(zoom) => ports.zoom.send(zoom),
        // The app does these itself: it waits until the typing rests, and knows which text is whose.
        Effect::SaveDraft | Effect::LeaveText(_) | Effect::ListTexts | Effect::TakeText(_) => {}
    }
}

/// Another language comes from beside the module, once.
fn speak(language: Language, dispatch: Callback<Action>) {
    spawn_local(async move {
        let is_there = language.is_first() || load_words(language.code()).await.is_ok();
        let speaks = is_there && host::speak(language);
        dispatch.emit(Action::Speaks(language, speaks));
    });
}

fn copy(text: String, what: Copying, dispatch: Callback<Action>) {
    spawn_local(async move {
        let copied = by_clipboard(&text).await || by_selection(&text).is_some_and(|copied| copied);
        dispatch.emit(Action::Copied(what, copied));
    });
}

/// The clipboard API; it needs a secure page and permission.
async fn by_clipboard(text: &str) -> bool {
    let Some(navigator) = host::window().map(|window| window.navigator()) else {
        return false;
    };
    let exists = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard")).is_ok_and(|value| value.is_object());
    exists && JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}

/// `document.execCommand`, which frames and insecure pages may still use.
fn by_selection(text: &str) -> Option<bool> {
    let document = host::window()?.document()?;
    let area: HtmlTextAreaElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    area.set_value(text);
    area.set_class_name("unseen");
    let body = document.body()?;
    body.append_child(&area).ok()?;
    area.select();
    let copied = document
        .dyn_into::<web_sys::HtmlDocument>()
        .ok()?
        .exec_command("copy")
        .ok();
    area.remove();
    copied
}
