//! The YAML editor: a plain text area at first paint, CodeMirror (web/editor) once it is loaded.
//!
//! CodeMirror 6 with a tokenizer of our own and fields to choose from weighs 354 kB, 115 kB gzip, 99 kB brotli, loaded after the first paint; a text area
//! under a coloured overlay would weigh about 3 kB. CodeMirror is worth it for what the overlay cannot give: squiggles with
//! fixes at the cursor, an undo history of its own, composition and selection handles on phones, and speed in long texts.

use crate::gallery;
use crate::port::Port;
use crate::say;
use crate::unsaved::Unsaved;
use crate::utf16;
use playground::{Diagnostic, LineIndex, Severity};
use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlTextAreaElement, InputEvent};
use yew::platform::spawn_local;
use yew::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = servicePlayground, js_name = loadEditor, catch)]
    async fn load_editor() -> Result<JsValue, JsValue>;

    /// The exports of web/editor.
    type Exports;
    #[wasm_bindgen(method, catch)]
    fn mount(
        this: &Exports,
        parent: &Element,
        text: &str,
        from: u32,
        to: u32,
        on_change: &js_sys::Function,
        on_cursor: &js_sys::Function,
        readonly: bool,
        ask: &js_sys::Function,
        said: &js_sys::Array,
    ) -> Result<Handle, JsValue>;

    /// A mounted CodeMirror view.
    pub type Handle;
    #[wasm_bindgen(method, js_name = setText)]
    fn set_text(this: &Handle, text: &str);
    #[wasm_bindgen(method, js_name = setDiagnostics)]
    fn set_diagnostics(this: &Handle, list: JsValue);
    #[wasm_bindgen(method)]
    fn reveal(this: &Handle, position: u32);
    #[wasm_bindgen(method)]
    fn light(this: &Handle, places: &[u32], show: bool);
    #[wasm_bindgen(method)]
    fn focus(this: &Handle);
    #[wasm_bindgen(method, js_name = scrollTo)]
    fn scroll_to(this: &Handle, top: i32);
    #[wasm_bindgen(method)]
    fn destroy(this: &Handle);
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub text: Rc<str>,
    pub diagnostics: Rc<Vec<Diagnostic>>,
    /// Whether it is only to be read.
    #[prop_or_default]
    pub readonly: bool,
    /// Whether the map stands, so that CodeMirror may take its time.
    #[prop_or(true)]
    pub may_load: bool,
    /// The lines to highlight, as bytes of the text, and whether to scroll to them.
    pub lit: Option<(Vec<Range<usize>>, bool)>,
    /// Is told of each edit before it is called.
    pub unsaved: Unsaved,
    /// Called with the whole text after each edit.
    pub on_edit: Callback<String>,
    /// Called with the byte of the text that the cursor moved to, and with `None` when the editor loses the focus.
    pub on_cursor: Callback<Option<usize>>,
    /// What a kubectl command prints; `None` as long as that is not known.
    pub ask: Callback<String, Option<String>>,
    /// Receives bytes of the text to scroll to and put the cursor at.
    pub reveal: Port<usize>,
}

pub struct Editor {
    host: NodeRef,
    area: NodeRef,
    handle: Option<Handle>,
    is_loading: bool,
    on_change: Closure<dyn FnMut(String)>,
    on_cursor: Closure<dyn FnMut(i32)>,
    ask: Closure<dyn FnMut(String) -> Option<String>>,
    /// Gives a sentence of the playground in the language of the page.
    translated: Closure<dyn FnMut(String) -> Option<String>>,
    /// The text that CodeMirror shows. The app's text is written into it only if it differs.
    shown: Rc<RefCell<String>>,
}

pub enum Message {
    /// CodeMirror is loaded.
    Loaded(JsValue),
    /// The cursor moved to this UTF-16 offset; `None` if the editor lost the focus.
    Cursor(Option<u32>),
    /// Scroll to this byte of the text and put the cursor there.
    Reveal(usize),
}

/// What each edit is passed to.
fn edits(props: &Props) -> impl Fn(String) + 'static {
    let (unsaved, on_edit) = (props.unsaved.clone(), props.on_edit.clone());
    move |text| {
        unsaved.type_in(&text);
        on_edit.emit(text);
    }
}

impl Component for Editor {
    type Message = Message;
    type Properties = Props;

    fn create(context: &Context<Self>) -> Self {
        let on_edit = edits(context.props());
        let link = context.link().clone();
        context.props().reveal.connect(link.callback(Message::Reveal));
        let shown = Rc::new(RefCell::new(String::new()));
        let typed = shown.clone();
        Self {
            host: NodeRef::default(),
            area: NodeRef::default(),
            handle: None,
            is_loading: false,
            on_change: Closure::new(move |text: String| {
                typed.borrow_mut().clone_from(&text);
                on_edit(text);
            }),
            on_cursor: Closure::new(move |place: i32| link.send_message(Message::Cursor(u32::try_from(place).ok()))),
            ask: {
                let ask = context.props().ask.clone();
                Closure::new(move |line: String| ask.emit(line))
            },
            translated: Closure::new(|said: String| Some(say::translated(&said).into_owned())),
            shown,
        }
    }

    fn rendered(&mut self, context: &Context<Self>, first: bool) {
        if first && context.props().text.starts_with(gallery::HEAD) {
            self.pass_scenario(&context.props().text);
        }
        if context.props().may_load && !std::mem::replace(&mut self.is_loading, true) {
            let link = context.link().clone();
            spawn_local(async move {
                // Without the bundle the text area goes on to do.
                if let Ok(exports) = load_editor().await {
                    link.send_message(Message::Loaded(exports));
                }
            });
        }
    }

    fn update(&mut self, context: &Context<Self>, message: Message) -> bool {
        let props = context.props();
        match message {
            Message::Loaded(exports) => return self.mount(&exports.unchecked_into(), props),
            Message::Cursor(place) => props.on_cursor.emit(place.map(|place| utf16::byte(&props.text, place))),
            Message::Reveal(place) => {
                if let Some(handle) = &self.handle {
                    handle.reveal(utf16::offset(&LineIndex::new(&props.text), place));
                }
            }
        }
        false
    }

    fn changed(&mut self, context: &Context<Self>, old: &Props) -> bool {
        let props = context.props();
        let Some(handle) = &self.handle else {
            return true;
        };
        // A text that is older than what is typed must not take its place.
        let is_new = !props.unsaved.is_typed() && *self.shown.borrow() != *props.text;
        if is_new {
            self.shown.replace(props.text.to_string());
            handle.set_text(&props.text);
        }
        if is_new || props.diagnostics != old.diagnostics {
            tell(handle, props);
        }
        if is_new || props.lit != old.lit {
            light(handle, props);
        }
        false
    }

    fn view(&self, context: &Context<Self>) -> Html {
        let props = context.props();
        let on_edit = edits(props);
        let oninput = move |event: InputEvent| {
            let area: HtmlTextAreaElement = event.target_unchecked_into();
            on_edit(area.value());
        };
        let plain = self.handle.is_none().then(|| {
            let lines = props.text.split('\n').count();
            let numbers: Vec<String> = (1..=lines).map(|line| line.to_string()).collect();
            html! {
                <div class="plain">
                    <div class="plain-numbers" aria-hidden="true">{ numbers.join("\n") }</div>
                    <textarea ref={&self.area} value={props.text.to_string()} {oninput} spellcheck="false" autocapitalize="off"
                        autocomplete="off" wrap="off" readonly={props.readonly} rows={lines.to_string()} aria-label="services.yaml"
                        placeholder={say::editor_placeholder()} />
                </div>
            }
        });
        html! {
            <div class="editor">
                <div ref={&self.host} class="editor-code"></div>
                { plain.unwrap_or_default() }
            </div>
        }
    }

    fn destroy(&mut self, _: &Context<Self>) {
        if let Some(handle) = &self.handle {
            handle.destroy();
        }
    }
}

impl Editor {
    /// Scrolls the text area past the scenario document, which CodeMirror folds away.
    fn pass_scenario(&self, text: &str) {
        let Some(area) = self.area.cast::<HtmlTextAreaElement>() else {
            return;
        };
        let lines = playground::lesson::document(text).map_or(0, |document| document.matches('\n').count() + 2);
        if let (Ok(lines), Some(pane)) = (i32::try_from(lines), area.parent_element()) {
            let rows = i32::try_from(area.rows()).unwrap_or(i32::MAX).max(1);
            pane.set_scroll_top(area.client_height() / rows * lines);
        }
    }

    /// Replaces the text area with CodeMirror, keeping text, selection, focus and scroll position. False if CodeMirror failed.
    fn mount(&mut self, exports: &Exports, props: &Props) -> bool {
        let area = self.area.cast::<HtmlTextAreaElement>();
        let (Some(host), Some(area)) = (self.host.cast::<Element>(), area) else {
            return false;
        };
        let selection = |read: Result<Option<u32>, JsValue>| read.ok().flatten().unwrap_or(0);
        let (from, to) = (selection(area.selection_start()), selection(area.selection_end()));
        let (changed, moved) = (&self.on_change, &self.on_cursor);
        let (changed, moved) = (changed.as_ref().unchecked_ref(), moved.as_ref().unchecked_ref());
        let ask = self.ask.as_ref().unchecked_ref();
        let said = said();
        said.push(self.translated.as_ref());
        let Ok(handle) = exports.mount(
            &host,
            &area.value(),
            from,
            to,
            changed,
            moved,
            props.readonly,
            ask,
            &said,
        ) else {
            return false;
        };
        let focused = area.owner_document().and_then(|document| document.active_element());
        if focused.is_some_and(|element| element == *area.unchecked_ref::<Element>()) {
            handle.focus();
        }
        handle.scroll_to(area.scroll_top());
        self.shown.replace(area.value());
        tell(&handle, props);
        light(&handle, props);
        self.handle = Some(handle);
        true
    }
}

/// What the editor says, in the order of `web/editor/words.js`; what gives other sentences comes behind it.
fn said() -> js_sys::Array {
    let words = [
        say::editor_placeholder(),
        say::editor_label(),
        say::editor_fields(),
        say::editor_required(),
        &say::editor_folded(&"{}"),
        say::editor_unfold(),
    ];
    words.into_iter().map(JsValue::from_str).collect()
}

fn tell(handle: &Handle, props: &Props) {
    let mut marks = marks(&props.text, &props.diagnostics);
    if props.readonly {
        for mark in &mut marks {
            mark.fixes.clear();
        }
    }
    if let Some(list) = serde_json::to_string(&marks)
        .ok()
        .and_then(|json| js_sys::JSON::parse(&json).ok())
    {
        handle.set_diagnostics(list);
    }
}

fn light(handle: &Handle, props: &Props) {
    let Some((ranges, show)) = &props.lit else {
        return handle.light(&[], false);
    };
    let lines = LineIndex::new(&props.text);
    let ends = ranges.iter().flat_map(|range| [range.start, range.end]);
    let places: Vec<u32> = ends.map(|byte| utf16::offset(&lines, byte)).collect();
    handle.light(&places, *show);
}

/// A diagnostic as web/editor expects it, with UTF-16 offsets.
#[derive(Debug, PartialEq, Eq, serde::Serialize)]
struct EditorMark<'a> {
    from: u32,
    to: u32,
    severity: &'static str,
    message: Cow<'a, str>,
    meaning: Option<Cow<'a, str>>,
    fixes: Vec<MarkFix<'a>>,
}

#[derive(Debug, PartialEq, Eq, serde::Serialize)]
struct MarkFix<'a> {
    label: Cow<'a, str>,
    from: u32,
    to: u32,
    insert: &'a str,
}

fn marks<'a>(text: &str, diagnostics: &'a [Diagnostic]) -> Vec<EditorMark<'a>> {
    let lines = LineIndex::new(text);
    let offset = |byte| utf16::offset(&lines, byte);
    let mark = |diagnostic: &'a Diagnostic| EditorMark {
        from: offset(diagnostic.range.start),
        to: offset(diagnostic.range.end),
        severity: match diagnostic.severity {
            severity if severity.is_error() => "error",
            Severity::Warning => "warning",
            _ => "info",
        },
        message: say::translated(&diagnostic.message),
        meaning: diagnostic.meaning.as_deref().map(say::translated),
        fixes: diagnostic
            .fixes
            .iter()
            .map(|fix| MarkFix {
                label: say::translated(&fix.label),
                from: offset(fix.range.start),
                to: offset(fix.range.end),
                insert: &fix.replacement,
            })
            .collect(),
    };
    diagnostics.iter().map(mark).collect()
}
