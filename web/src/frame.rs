//! The page around a frame: what is posted to it, and what is heard from it.

use crate::host::{EventListener, window};
use crate::messages::{self, FrameEvent, HostCommand};
use serde_json::{Value, json};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Event, HtmlElement, MessageEvent, Window};
use yew::Callback;

/// The page around this one.
pub struct Around {
    parent: Window,
    /// Whether it answered H5P's greeting.
    speaks_h5p: Cell<bool>,
    /// The height that was told last.
    height: Cell<u32>,
}

impl Around {
    /// `None` if this page is in no frame.
    pub fn find() -> Option<Rc<Self>> {
        let window = window()?;
        let parent = window.parent().ok()??;
        (parent != window).then(|| {
            Rc::new(Self {
                parent,
                speaks_h5p: Cell::new(false),
                height: Cell::new(0),
            })
        })
    }

    /// To whoever frames the page: what is told is public.
    pub fn tell(&self, event: &FrameEvent) {
        self.post(&event.message());
    }

    fn post(&self, message: &Value) {
        if let Ok(message) = js_sys::JSON::parse(&message.to_string()) {
            let _ = self.parent.post_message(&message, "*");
        }
    }

    /// Tells the height that shows everything, by each protocol that hosts listen to, if it is a new one.
    pub fn tell_height(&self, wanted: u32) {
        if self.height.replace(wanted) == wanted {
            return;
        }
        self.tell(&FrameEvent::Height(wanted));
        self.post(&json!({ "subject": "lti.frameResize", "height": wanted }));
        let embedly = json!({ "src": address(), "context": "iframe.resize", "height": wanted });
        let _ = self.parent.post_message(&JsValue::from_str(&embedly.to_string()), "*");
        if has_origin() {
            self.greet_h5p();
        } else {
            // H5P's script cannot answer a frame without an origin, but it does what it is told.
            self.post(&json!({ "context": "h5p", "action": "resize", "scrollHeight": wanted }));
        }
    }

    fn greet_h5p(&self) {
        if !self.speaks_h5p.get() {
            return self.post(&json!({ "context": "h5p", "action": "hello" }));
        }
        let height = self.height.get();
        let now = document_height();
        self.post(&json!({ "context": "h5p", "action": "prepareResize", "scrollHeight": height, "clientHeight": now }));
    }

    fn hear_h5p(&self, action: &str) {
        match action {
            "ready" => self.greet_h5p(),
            "hello" => {
                self.speaks_h5p.set(true);
                self.greet_h5p();
            }
            "resizePrepared" => {
                let height = self.height.get();
                self.post(&json!({ "context": "h5p", "action": "resize", "scrollHeight": height }));
            }
            _ => {}
        }
    }

    /// Dispatches the commands of the page around, and of nobody else; calls `resized` when the frame gets another size.
    pub fn listen(self: &Rc<Self>, dispatch: Callback<HostCommand>, resized: Callback<()>) -> Vec<EventListener> {
        let Some(window) = window() else {
            return Vec::new();
        };
        let around = self.clone();
        let hear = move |event: Event| {
            let Ok(event) = event.dyn_into::<MessageEvent>() else {
                return;
            };
            if event
                .source()
                .is_some_and(|source| js_sys::Object::is(&source, &around.parent))
            {
                around.hear(&event.data(), &dispatch);
            }
        };
        vec![
            EventListener::new(window.clone(), "message", hear),
            EventListener::new(window, "resize", move |_| resized.emit(())),
        ]
    }

    fn hear(&self, data: &JsValue, dispatch: &Callback<HostCommand>) {
        let field = |name: &str| {
            js_sys::Reflect::get(data, &name.into())
                .ok()
                .and_then(|field| field.as_string())
        };
        if !data.is_object() {
            return;
        }
        if field("context").as_deref() == Some("h5p") {
            return self.hear_h5p(&field("action").unwrap_or_default());
        }
        if field("target").as_deref() != Some(messages::NAME) {
            return;
        }
        let message = js_sys::JSON::stringify(data).ok().and_then(|json| json.as_string());
        let message = message.and_then(|json| serde_json::from_str(&json).ok());
        if let Some(command) = message.as_ref().and_then(messages::command) {
            dispatch.emit(command);
        }
    }
}

/// The frame's own address, which the page around gave it.
fn address() -> String {
    let location = window().map(|window| window.location());
    location.and_then(|location| location.href().ok()).unwrap_or_default()
}

/// A frame with `sandbox="allow-scripts"` has none.
fn has_origin() -> bool {
    window().is_some_and(|window| window.origin() != "null")
}

fn document_height() -> i32 {
    let root = window().and_then(|window| window.document()?.document_element());
    root.map_or(0, |root| root.client_height())
}

/// Opens an address in a window of its own; false where the frame may not.
pub fn open(address: &str) -> bool {
    let Some(window) = window() else { return false };
    let Ok(Some(opened)) = window.open_with_url_and_target(address, "_blank") else {
        return false;
    };
    let _ = js_sys::Reflect::set(&opened, &"opener".into(), &JsValue::NULL);
    true
}

/// Says something to whoever reads the browser's console.
pub fn note(words: &str) {
    web_sys::console::info_1(&JsValue::from_str(words));
}

/// The width and height of the page, and of the first element that a selector matches.
pub fn size(selector: &str) -> Option<(f64, f64)> {
    let found = window()?.document()?.query_selector(selector).ok()??;
    let element = found.dyn_into::<HtmlElement>().ok()?;
    Some((f64::from(element.offset_width()), f64::from(element.offset_height())))
}

/// The height of what is in the first element that a selector matches, if nothing of it were cut off.
pub fn whole_height(selector: &str) -> Option<f64> {
    let found = window()?.document()?.query_selector(selector).ok()??;
    Some(f64::from(found.scroll_height()))
}

/// The size of the letter m: what a rem is.
pub fn rem() -> f64 {
    let size = || {
        let window = window()?;
        let root = window.document()?.document_element()?;
        let style = window.get_computed_style(&root).ok()??;
        let size = style.get_property_value("font-size").ok()?;
        size.trim_end_matches("px").parse().ok()
    };
    size().unwrap_or(16.0)
}
