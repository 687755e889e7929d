//! The terminal: commands that run on the cluster at the playhead.

mod entry;
mod input_line;
mod past;

use crate::say;
use crate::state::{Action, Completed, TerminalEntry, TerminalState};
use entry::EntryView;
use input_line::{InputLine, LineKey};
use past::Past;
use playground::{Completion, TimedAct, shell};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Element, HtmlTextAreaElement};
use yew::prelude::*;

/// The most completions that are shown.
const OFFERED: usize = 60;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub terminal: TerminalState,
    /// The acts that are not undone.
    pub acts: Rc<Vec<TimedAct>>,
    pub dispatch: Callback<Action>,
}

pub struct TerminalPane {
    line: InputLine,
    past: Past,
    offers: Completion,
    /// Whether a key asked for completions that are not there yet.
    asked: Rc<Cell<bool>>,
    /// Whether they are waited for, and which key waits with them.
    awaits: bool,
    held: Option<LineKey>,
    /// Whether the next Tab leaves the terminal, after Escape.
    leaving: bool,
    /// Whether to scroll to the line after rendering.
    follow: bool,
    area: NodeRef,
    screen: NodeRef,
}

pub enum Message {
    Typed,
    /// With the line as it was then.
    Pressed(LineKey, InputLine),
    /// A line was entered, and is gone from the text area.
    Entered(String),
    /// A line was abandoned, and is gone from the text area.
    Abandoned(String),
    /// The index of the chosen completion.
    Chosen(usize),
    /// The text after several lines were pasted.
    Pasted(String),
    /// A click beside the line.
    Hit,
}

impl Component for TerminalPane {
    type Message = Message;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self {
            line: InputLine::default(),
            past: Past::default(),
            offers: Completion::default(),
            asked: Rc::default(),
            awaits: false,
            held: None,
            leaving: false,
            follow: true,
            area: NodeRef::default(),
            screen: NodeRef::default(),
        }
    }

    fn changed(&mut self, context: &Context<Self>, old: &Props) -> bool {
        let (terminal, old) = (&context.props().terminal, &old.terminal);
        self.follow |= terminal.entries != old.entries;
        if let Some(completed) = terminal
            .completed
            .clone()
            .filter(|_| terminal.completed != old.completed)
        {
            self.read_line();
            self.complete(&completed);
            self.asked.set(false);
            self.awaits = false;
            if let Some(key) = self.held.take() {
                self.pressed(context, key);
            }
        }
        true
    }

    fn update(&mut self, context: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Typed => {
                self.read_line();
                self.offers = Completion::default();
                self.leaving = false;
                self.follow = true;
            }
            Message::Pressed(key, line) => {
                let since = self.typed_since(&line);
                self.line = line;
                self.pressed(context, key);
                if let Some(since) = since {
                    self.line.insert(&since);
                    self.put_line();
                }
            }
            Message::Entered(text) => {
                self.run(context, text);
                self.goes_on();
            }
            Message::Abandoned(text) => {
                context.props().dispatch.emit(Action::Abandon(text));
                self.past = Past::default();
                self.goes_on();
            }
            Message::Chosen(index) => {
                if let Some(offer) = self.offers.offers.get(index).cloned() {
                    self.line.take(self.offers.from, &offer);
                    self.offers = Completion::default();
                }
                self.put_line();
            }
            Message::Pasted(text) => self.pasted(context, &text),
            Message::Hit => {
                self.put_line();
                return true;
            }
        }
        true
    }

    fn view(&self, context: &Context<Self>) -> Html {
        let props = context.props();
        let link = context.link();
        html! {
            <div class="terminal">
                <div class="terminal-screen" ref={&self.screen} tabindex="-1" onclick={hit(link.callback(|()| Message::Hit))}>
                    if props.terminal.entries.is_empty() { { Self::welcome() } }
                    { for props.terminal.entries.iter().map(|entry| past_entry(props, entry)) }
                    { self.prompt(context) }
                    { self.offers(context) }
                </div>
                <p class="unseen" aria-live="polite">{ &props.terminal.spoken }</p>
            </div>
        }
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        if std::mem::take(&mut self.follow)
            && let Some(screen) = self.screen.cast::<Element>()
        {
            screen.set_scroll_top(screen.scroll_height());
            screen.set_scroll_left(0);
        }
    }
}

impl TerminalPane {
    fn typed(&self, context: &Context<Self>) -> shell::Typed {
        typed(&self.line.text, context.props().terminal.in_shell)
    }

    /// Takes over what stands in the text area: more may have been typed there than was heard of.
    fn read_line(&mut self) {
        if let Some(area) = self.area.cast::<HtmlTextAreaElement>() {
            self.line = InputLine::of(&area);
        }
    }

    /// What was typed behind a line since it was that.
    fn typed_since(&self, line: &InputLine) -> Option<String> {
        let now = self.area.cast::<HtmlTextAreaElement>()?.value();
        let since = now.strip_prefix(line.text.as_str())?;
        (!since.is_empty()).then(|| since.to_owned())
    }

    /// With the next line, of which some may be typed already.
    fn goes_on(&mut self) {
        self.read_line();
        self.offers = Completion::default();
        self.follow = true;
    }

    /// Puts text and cursor into the text area at once: a letter that is typed before the next rendering finds both.
    fn put_line(&mut self) {
        self.follow = true;
        if let Some(area) = self.area.cast::<HtmlTextAreaElement>() {
            self.line.put(&area);
            let _ = area.focus();
        }
    }

    fn pressed(&mut self, context: &Context<Self>, key: LineKey) {
        let props = context.props();
        let history = &props.terminal.history;
        if self.awaits && matches!(key, LineKey::Enter | LineKey::End | LineKey::Complete) {
            self.held = Some(key);
            return;
        }
        match key {
            LineKey::Enter => match self.typed(context) {
                shell::Typed::Whole => self.run(context, self.line.text.clone()),
                _ => self.line.insert("\n"),
            },
            LineKey::End if self.typed(context) == shell::Typed::Reading => {
                self.run(context, shell::fed(&self.line.text));
            }
            LineKey::End if props.terminal.in_shell && self.line.text.is_empty() => {
                self.run(context, "exit".to_owned());
            }
            LineKey::Clear => props.dispatch.emit(Action::ClearTerminal),
            LineKey::Earlier => {
                if let Some(text) = self.past.earlier(history, &self.line.text) {
                    self.line = InputLine::ending(text);
                }
            }
            LineKey::Later => {
                if let Some(text) = self.past.later(history) {
                    self.line = InputLine::ending(text);
                }
            }
            LineKey::Complete => {
                self.asked.set(true);
                self.awaits = true;
                return props.dispatch.emit(Action::Complete(self.line.before()));
            }
            // Erased and abandoned at the key.
            LineKey::End | LineKey::Hide | LineKey::Erase | LineKey::Abandon => {}
            LineKey::Leave => self.leaving = true,
        }
        self.offers = Completion::default();
        if !matches!(key, LineKey::Leave) {
            self.put_line();
        }
    }

    fn run(&mut self, context: &Context<Self>, text: String) {
        self.line = InputLine::default();
        self.past = Past::default();
        if !text.trim().is_empty() {
            context.props().dispatch.emit(Action::Run(text));
        }
    }

    /// Takes completions over, if the line is still the one that they are for, or goes on from it.
    fn complete(&mut self, Completed { line, completion, .. }: &Completed) {
        let before = self.line.before();
        let Some(typed) = before.strip_prefix(line.as_str()).map(str::len) else {
            return;
        };
        let Some(typed) = self.line.cut(typed) else { return };
        if let [only] = completion.offers.as_slice() {
            self.line.take(completion.from, only);
            self.offers = Completion::default();
        } else {
            self.line.advance(completion);
            if typed.is_empty() {
                self.offers = completion.clone();
            }
        }
        self.line.insert(&typed);
        self.put_line();
    }

    /// Runs complete commands. A manifest becomes the input of `kubectl apply -f -`, to be checked before it runs.
    fn pasted(&mut self, context: &Context<Self>, text: &str) {
        if input_line::is_manifest(text) {
            self.line = InputLine::ending(shell::fed(&format!("kubectl apply -f -\n{text}")));
        } else {
            let mut commands = shell::commands(text);
            let last = commands
                .pop_if(|last| shell::typed(last) != shell::Typed::Whole)
                .unwrap_or_default();
            self.run(context, commands.join("\n"));
            self.line = InputLine::ending(last);
        }
        self.put_line();
    }

    fn welcome() -> Html {
        html! {
            <p class="terminal-welcome">{ say::terminal_welcome() }</p>
        }
    }

    fn prompt(&self, context: &Context<Self>) -> Html {
        let typed = self.typed(context);
        let terminal = &context.props().terminal;
        let rows = self.line.text.split('\n').count().clamp(1, 16);
        let on_input = context.link().callback(|_: InputEvent| Message::Typed);
        let complete = self.press(context, LineKey::Complete);
        html! {
            <>
                <div class="terminal-line">
                    <span class="prompt" aria-hidden="true">{ if typed == shell::Typed::Whole { terminal.prompt.as_str() } else { ">" } }</span>
                    <textarea id="terminal-line" ref={&self.area} class="terminal-input" rows={rows.to_string()}
                        wrap="off" spellcheck="false" autocapitalize="off" autocomplete="off" enterkeyhint="go"
                        placeholder={if terminal.in_shell { "" } else { "kubectl get pods" }}
                        aria-label={say::terminal_label()}
                        oninput={on_input} onkeydown={self.on_key(context)} onpaste={on_paste(context)} />
                    <button class="quiet terminal-tab" type="button" tabindex="-1" aria-label={say::terminal_complete()} onclick={complete}>{ "Tab" }</button>
                </div>
                if typed == shell::Typed::Reading {
                    <p class="terminal-reading">{ say::terminal_reads() }
                        <button class="quiet" type="button" onclick={self.press(context, LineKey::End)}>{ say::terminal_end() }</button></p>
                }
            </>
        }
    }

    fn press(&self, context: &Context<Self>, key: LineKey) -> Callback<MouseEvent> {
        let now = self.line.clone();
        context.link().callback(move |_| Message::Pressed(key, now.clone()))
    }

    /// What a key does to the line it does in the text area at once: more may be typed before anybody hears of it.
    fn on_key(&self, context: &Context<Self>) -> Callback<KeyboardEvent> {
        let link = context.link().clone();
        let in_shell = context.props().terminal.in_shell;
        let asked = self.asked.clone();
        let leaving = self.leaving;
        let offering = !self.offers.offers.is_empty();
        Callback::from(move |event: KeyboardEvent| {
            let area: HtmlTextAreaElement = event.target_unchecked_into();
            let mut now = InputLine::of(&area);
            let Some(key) = input_line::key(&event, &now, leaving, offering) else {
                return;
            };
            if key != LineKey::Leave {
                event.prevent_default();
            }
            let is_whole = || typed(&now.text, in_shell) == shell::Typed::Whole;
            link.send_message(match key {
                LineKey::Erase => {
                    now.erase();
                    now.put(&area);
                    Message::Typed
                }
                LineKey::Abandon => {
                    InputLine::default().put(&area);
                    Message::Abandoned(now.text)
                }
                LineKey::Enter if !asked.get() && is_whole() => {
                    InputLine::default().put(&area);
                    Message::Entered(now.text)
                }
                LineKey::Complete => {
                    asked.set(true);
                    Message::Pressed(key, now)
                }
                _ => Message::Pressed(key, now),
            });
        })
    }

    fn offers(&self, context: &Context<Self>) -> Html {
        let offers = &self.offers.offers;
        if offers.is_empty() {
            return Html::default();
        }
        let one = |(index, offer): (usize, &playground::Offer)| {
            let onclick = context.link().callback(move |_: MouseEvent| Message::Chosen(index));
            html! {
                <li key={offer.word.clone()}><button class="offer" type="button" {onclick}>{ &offer.word }
                    if !offer.note.is_empty() { <span class="offer-note">{ &offer.note }</span> }</button></li>
            }
        };
        let more = offers.len().saturating_sub(OFFERED);
        html! {
            <>
                <ul class="offers" aria-label={say::terminal_offers()}>
                    { for offers.iter().take(OFFERED).enumerate().map(one) }
                    if more > 0 { <li class="offer-note">{ say::and_more(&more) }</li> }
                </ul>
                <p class="unseen" role="status">{ say::terminal_offered(offers.len()) }</p>
            </>
        }
    }
}

fn typed(text: &str, in_shell: bool) -> shell::Typed {
    if in_shell {
        shell::typed_in_shell(text)
    } else {
        shell::typed(text)
    }
}

fn on_paste(context: &Context<TerminalPane>) -> Callback<Event> {
    let link = context.link().clone();
    Callback::from(move |event: Event| {
        let area: HtmlTextAreaElement = event.target_unchecked_into();
        let pasted = event
            .dyn_ref::<ClipboardEvent>()
            .and_then(ClipboardEvent::clipboard_data)
            .and_then(|data| data.get_data("text/plain").ok());
        let Some(text) = pasted.and_then(|pasted: String| InputLine::of(&area).runs(&pasted)) else {
            return;
        };
        event.prevent_default();
        link.send_message(Message::Pasted(text));
    })
}

fn past_entry(props: &Props, entry: &TerminalEntry) -> Html {
    let standing = entry.act.as_ref().map(|act| props.acts.contains(act));
    html! { <EntryView key={entry.number} entry={entry.clone()} {standing} dispatch={props.dispatch.clone()} /> }
}

/// A click that selects no text and hits no control.
fn hit(on_hit: Callback<()>) -> Callback<MouseEvent> {
    Callback::from(move |event: MouseEvent| {
        let met = event
            .target_dyn_into::<Element>()
            .and_then(|element| element.closest("button, textarea").ok().flatten());
        if met.is_none() && !crate::host::text_is_selected() {
            on_hit.emit(());
        }
    })
}
