//! The browser around the page: address, clock, storage, events, focus.

pub mod clock;
pub mod drafts;
mod drops;

use crate::card_position::CardArea;
use crate::live::Live;
use crate::say::{self, Language};
use crate::stage::Zoom;
use crate::state::{Action, Frame, Opening};
use crate::theme::Theme;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{
    Element, Event, EventTarget, HtmlElement, KeyboardEvent, MediaQueryList, Storage, UrlSearchParams, Window,
};
use yew::Callback;

/// Below this width all panes are tabs.
const NARROW: &str = "(max-width: 959px)";
const DARK: &str = "(prefers-color-scheme: dark)";
const REDUCED: &str = "(prefers-reduced-motion: reduce)";

/// Keys of the local storage.
pub mod storage_keys {
    /// What was shown last, by any page.
    pub const DRAFT: &str = "draft";
    /// Which of the saved texts it is, if it is one.
    pub const DRAFT_OF: &str = "draft-of";
    /// Where the text before the current one was kept, until texts were.
    pub const EARLIER: &str = "earlier";
    pub const HISTORY: &str = "history";
    pub const LAYOUT: &str = "layout";
    /// Whether the first story has been told.
    pub const STORY_TOLD: &str = "story-told";
    /// Whether the line with the next thing to do is hidden.
    pub const HIDES_NEXT: &str = "hides-next";
    pub const SOLVED: &str = "solved";
    /// `index.html` reads it before the first paint.
    pub const THEME: &str = "theme";
    /// `index.html` reads it, too.
    pub const LANGUAGE: &str = "language";
    /// The length of the text that is being read.
    pub const READING: &str = "reading";
}

/// Whether this is a worker, which has no page.
pub fn is_worker() -> bool {
    window().is_none()
}

/// Calls a function as soon as what runs now has ended.
pub fn soon(act: impl FnOnce() + 'static) {
    wasm_bindgen_futures::spawn_local(async move { act() });
}

/// `None` only outside a browser.
pub fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<web_sys::Document> {
    window()?.document()
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

/// Milliseconds of wall time since the page was opened.
pub fn now() -> f64 {
    window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now())
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

fn prefers(query: &str) -> bool {
    media(query).is_some_and(|media| media.matches())
}

fn media(query: &str) -> Option<MediaQueryList> {
    window()?.match_media(query).ok()?
}

/// `None` in a sandboxed frame, where access throws.
fn storage() -> Option<Storage> {
    window()?.local_storage().ok()?
}

fn recall_word(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

fn recall<T: DeserializeOwned>(key: &str) -> Option<T> {
    serde_json::from_str(&recall_word(key)?).ok()
}

pub fn store_word(key: &str, word: &str) {
    if let Some(storage) = storage() {
        // A full or forbidden storage loses no more than what it would have kept.
        let _ = storage.set_item(key, word);
    }
}

/// Removes what was stored.
pub fn forget(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key);
    }
}

pub fn store<T: Serialize>(key: &str, value: &T) {
    if let Ok(json) = serde_json::to_string(value) {
        store_word(key, &json);
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

/// Moves the playhead with the browser's frames while it plays. While it is paused, a frame is requested only after a change.
pub fn animate(live: &Rc<Live>) {
    let frames = Rc::new(Frames {
        live: live.clone(),
        last: Cell::new(None),
        asked: RefCell::new(None),
        step: RefCell::new(None),
    });
    let step = {
        let frames = Rc::downgrade(&frames);
        Closure::<dyn FnMut(f64)>::new(move |moment: f64| {
            if let Some(frames) = frames.upgrade() {
                frames.frame(moment);
            }
        })
    };
    frames.step.replace(Some(step));
    let waker = frames.clone();
    live.on_wake(Rc::new(move || waker.wake()));
    if live.playing() {
        frames.wake();
    }
}

/// Sends the questions of the page once all that comes up now is known.
pub fn ask_soon(live: &Rc<Live>) {
    let weak = Rc::downgrade(live);
    let ring = move || {
        let weak = weak.clone();
        soon(move || {
            if let Some(live) = weak.upgrade() {
                live.ask();
            }
        });
    };
    live.session.borrow_mut().on_question(Rc::new(ring));
}

/// Has a text that waits for a pause in typing read once there was one.
pub fn read_in_pauses(live: &Rc<Live>) {
    /// How long nothing is typed, in milliseconds.
    const PAUSE_MS: i32 = 300;
    let weak = Rc::downgrade(live);
    let timer = RefCell::new(None);
    let wait = move || {
        let weak = weak.clone();
        let read = move || {
            if let Some(live) = weak.upgrade() {
                live.read_now();
            }
        };
        timer.replace(Timeout::new(PAUSE_MS, read));
    };
    live.on_typing(Rc::new(wait));
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

struct Frames {
    live: Rc<Live>,
    last: Cell<Option<f64>>,
    asked: RefCell<Option<FrameRequest>>,
    step: RefCell<Option<FrameCallback>>,
}

impl Frames {
    fn wake(&self) {
        if self.asked.borrow().is_none() {
            self.last.set(None);
            self.ask();
        }
    }

    fn ask(&self) {
        let asked = self.step.borrow().as_ref().and_then(request_frame);
        self.asked.replace(asked);
    }

    fn frame(&self, moment: f64) {
        self.asked.take();
        let elapsed = self.last.replace(Some(moment)).map_or(0.0, |last| moment - last);
        self.live.tick(elapsed);
        if self.live.playing() {
            self.ask();
        } else {
            self.last.set(None);
        }
    }
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
        "?" => Some(Action::Open(crate::state::Overlay::Help)),
        _ => None,
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

/// Whether the reader has selected text of the page, as for copying.
pub fn text_is_selected() -> bool {
    let selection = window().and_then(|window| window.get_selection().ok().flatten());
    selection.is_some_and(|selection| !selection.is_collapsed())
}

pub fn focus(id: &str) {
    let element = document().and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Focuses the element before or after `element` among those of an area that match a selector.
pub fn focus_neighbour(element: &Element, area: &str, selector: &str, step: i32) {
    let all = element.closest(area).ok().flatten();
    let Some(all) = all.and_then(|area| area.query_selector_all(selector).ok()) else {
        return;
    };
    let places = i32::try_from(all.length()).unwrap_or(i32::MAX);
    let own = (0..all.length()).find(|place| all.get(*place).is_some_and(|other| other == *element.unchecked_ref()));
    let next = own.and_then(|own| i32::try_from(own).ok()).map_or(0, |own| own + step);
    let next = u32::try_from(next.clamp(0, places - 1)).ok();
    if let Some(next) = next.and_then(|place| all.get(place)?.dyn_into::<HtmlElement>().ok()) {
        let _ = next.focus();
    }
}

/// Focuses the first input that matches a selector and selects its text.
pub fn focus_and_select(selector: &str) {
    let element = document().and_then(|document| document.query_selector(selector).ok().flatten());
    if let Some(input) = element.and_then(|element| element.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        let _ = input.focus();
        input.select();
    }
}

/// The position of a pointer in the parent of `element`, in percent from the left or from the bottom.
pub fn percent_of_parent(element: &Element, x: i32, y: i32, from_bottom: bool) -> Option<f64> {
    let area = element.parent_element()?.get_bounding_client_rect();
    Some(if from_bottom {
        100.0 * (area.bottom() - f64::from(y)) / area.height().max(1.0)
    } else {
        100.0 * (f64::from(x) - area.left()) / area.width().max(1.0)
    })
}

/// Places `card` near a station, where it hides as little of the other stations as possible.
pub fn place_beside(card: &HtmlElement, station: &str) {
    let Some(area) = card.parent_element() else { return };
    let bounds = area.get_bounding_client_rect();
    let inside = |element: &Element| {
        let place = element.get_bounding_client_rect();
        CardArea {
            x: place.left() - bounds.left(),
            y: place.top() - bounds.top(),
            width: place.width(),
            height: place.height(),
        }
    };
    let Ok(all) = area.query_selector_all("[data-station]") else {
        return;
    };
    let stations = (0..all.length()).filter_map(|index| all.get(index)?.dyn_into::<Element>().ok());
    let (mut chosen, mut others) = (None, Vec::new());
    for element in stations {
        others.push(inside(&element).with_words());
        if element.get_attribute("data-station").as_deref() == Some(station) {
            chosen = Some(inside(&element));
        }
    }
    let size = card.get_bounding_client_rect();
    let room = CardArea {
        x: 0.0,
        y: 0.0,
        width: bounds.width(),
        height: bounds.height(),
    };
    let (x, y) = crate::card_position::place((size.width(), size.height()), room, chosen, &others);
    let style = card.style();
    let _ = style.set_property("left", &format!("{x:.0}px"));
    let _ = style.set_property("top", &format!("{y:.0}px"));
}
