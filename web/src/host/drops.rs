//! Files and words that are dropped anywhere on the page: files open as a text, and the browser never leaves the page for them.

use super::browser::{EventListener, document, window};
use crate::dropped::Dropped;
use crate::say;
use crate::state::Action;
use playground::limits;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, Element, Event, File};
use yew::Callback;
use yew::platform::spawn_local;

/// Of the page while files are over it.
const MARK: &str = "data-drop";

pub(super) fn listen(dispatch: &Callback<Action>) -> Vec<EventListener> {
    let Some(window) = window() else {
        return Vec::new();
    };
    let over = |event: Event| {
        let Some(event) = outside_of_fields(event) else { return };
        event.prevent_default();
        mark(has_files(&event));
    };
    let dispatch = dispatch.clone();
    let dropped = move |event: Event| {
        mark(false);
        let Some(event) = outside_of_fields(event) else { return };
        event.prevent_default();
        event.stop_propagation();
        let files = files(&event);
        if !files.is_empty() {
            let dispatch = dispatch.clone();
            spawn_local(async move { dispatch.emit(Action::Drop(read(files).await)) });
        }
    };
    let left = |event: Event| {
        let leaves = event
            .dyn_ref::<DragEvent>()
            .is_some_and(|event| event.related_target().is_none());
        if leaves {
            mark(false);
        }
    };
    vec![
        EventListener::capturing(window.clone(), "dragover", over),
        EventListener::capturing(window.clone(), "drop", dropped),
        EventListener::capturing(window, "dragleave", left),
    ]
}

/// The event, unless it is words over a field, which takes them itself.
fn outside_of_fields(event: Event) -> Option<DragEvent> {
    let event = event.dyn_into::<DragEvent>().ok()?;
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let in_field = target.is_some_and(|target| {
        let field = target.closest("input, textarea, [contenteditable=true]");
        field.ok().flatten().is_some()
    });
    (has_files(&event) || !in_field).then_some(event)
}

fn has_files(event: &DragEvent) -> bool {
    event
        .data_transfer()
        .is_some_and(|data| data.types().includes(&JsValue::from_str("Files"), 0))
}

fn files(event: &DragEvent) -> Vec<File> {
    let files = event.data_transfer().and_then(|data| data.files());
    files.map_or_else(Vec::new, |files| {
        (0..files.length()).filter_map(|at| files.get(at)).collect()
    })
}

fn mark(on: bool) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.toggle_attribute_with_force(MARK, on);
    }
}

/// In the order of their names.
async fn read(mut files: Vec<File>) -> Dropped {
    files.sort_by_key(File::name);
    let bytes: f64 = files.iter().map(|file| file.size()).sum();
    #[allow(clippy::cast_precision_loss, reason = "a limit is small")]
    if bytes > limits::TEXT_BYTES as f64 {
        return Dropped::Refused(say::drop_large(&say::with_own_decimal(&format_args!(
            "{:.1}",
            bytes / 1e6
        ))));
    }
    let mut texts = Vec::new();
    for file in files {
        let name = file.name();
        let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
        match text {
            Some(text) if !text.contains(['\0', '\u{fffd}']) => texts.push((name, text)),
            Some(_) => return Dropped::Refused(say::drop_no_text(&name)),
            None => return Dropped::Refused(say::drop_unread(&name)),
        }
    }
    Dropped::Texts(texts)
}
