//! The browser's window, and what it calls: events, timers, frames. Below all other files of this folder.

use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget, Window};

/// Calls a function as soon as what runs now has ended.
pub fn soon(act: impl FnOnce() + 'static) {
    wasm_bindgen_futures::spawn_local(async move { act() });
}

/// `None` only outside a browser.
pub fn window() -> Option<Window> {
    web_sys::window()
}

pub(super) fn document() -> Option<web_sys::Document> {
    window()?.document()
}

/// Milliseconds of wall time since the page was opened.
pub fn now() -> f64 {
    window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now())
}

/// Removed from its target when dropped.
pub struct EventListener {
    target: EventTarget,
    event: &'static str,
    closure: Closure<dyn FnMut(Event)>,
    captures: bool,
}

impl EventListener {
    pub fn new(target: impl Into<EventTarget>, event: &'static str, react: impl FnMut(Event) + 'static) -> Self {
        Self::with(target.into(), event, false, react)
    }

    /// Reacts in the capture phase, before the elements inside the target.
    pub fn capturing(target: impl Into<EventTarget>, event: &'static str, react: impl FnMut(Event) + 'static) -> Self {
        Self::with(target.into(), event, true, react)
    }

    fn with(target: EventTarget, event: &'static str, captures: bool, react: impl FnMut(Event) + 'static) -> Self {
        let closure = Closure::<dyn FnMut(Event)>::new(react);
        let function = closure.as_ref().unchecked_ref();
        let _ = target.add_event_listener_with_callback_and_bool(event, function, captures);
        Self {
            target,
            event,
            closure,
            captures,
        }
    }
}

impl Drop for EventListener {
    fn drop(&mut self) {
        let function = self.closure.as_ref().unchecked_ref();
        let _ = self
            .target
            .remove_event_listener_with_callback_and_bool(self.event, function, self.captures);
    }
}

/// Calls a function later, unless dropped before.
pub struct Timeout {
    id: i32,
    _closure: Closure<dyn FnMut()>,
}

impl Timeout {
    pub fn new(milliseconds: i32, act: impl FnOnce() + 'static) -> Option<Self> {
        let closure = Closure::once(act);
        let id = window()?
            .set_timeout_with_callback_and_timeout_and_arguments_0(closure.as_ref().unchecked_ref(), milliseconds)
            .ok()?;
        Some(Self { id, _closure: closure })
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        if let Some(window) = window() {
            window.clear_timeout_with_handle(self.id);
        }
    }
}

/// Called with the milliseconds of wall time since the page was opened.
pub type FrameCallback = Closure<dyn FnMut(f64)>;

/// A frame that the browser was asked for; dropped, the browser forgets it, as its callback may be gone by then.
pub struct FrameRequest(i32);

impl Drop for FrameRequest {
    fn drop(&mut self) {
        if let Some(window) = window() {
            let _ = window.cancel_animation_frame(self.0);
        }
    }
}

/// `None` if the browser does not accept the request.
pub fn request_frame(step: &FrameCallback) -> Option<FrameRequest> {
    let id = window()?.request_animation_frame(step.as_ref().unchecked_ref());
    id.ok().map(FrameRequest)
}
