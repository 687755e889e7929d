//! The app: holds the state, the session and the playhead, prepares plain data for the components, and performs effects.

mod awaiting;
mod beside;
mod cards;
mod compare;
mod embedded;
mod first_story;
mod lesson;
mod memo;
mod panes;
mod stage;
mod timeline;

use crate::announcer::{Announcement, Announcer};
use crate::components::{DividerHandle, Header, Overlays, ToastBar};
use crate::effect::Ports;
use crate::export::export;
use crate::host::{EventListener, Timeout, drafts};
use crate::live::{Heard, Live, OnHeard, SessionRevision, Subscription};
use crate::mentions::Mentions;
use crate::outputs::Printout;
use crate::requests;
use crate::saved::Shelf;
use crate::say;
use crate::selection::Selection;
use crate::state::{Action, AppState, Divider, Effect, Overlay, Pane, is_advice, update};
use crate::unsaved::Unsaved;
use crate::{effect, frame, host, reader_worker};
use embedded::Told;
use memo::Memo;
use playground::{Diagnostic, LineIndex, Micros, ObjectKey, TextStatus, View};
use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;
use timeline::Timeline;
use yew::prelude::*;

/// The least wall time between two renderings of text while playing, in milliseconds.
const READABLE_MS: f64 = 120.0;
/// The draft is saved so long after the last edit, in milliseconds.
const REST_MS: i32 = 400;

/// Renders into `#app`.
pub fn start() {
    if host::is_worker() {
        return reader_worker::work();
    }
    if let Some(root) = host::app_root() {
        yew::Renderer::<App>::with_root(root).render();
    }
}

struct App {
    state: AppState,
    live: Rc<Live>,
    dispatch: Callback<Action>,
    /// What a kubectl command prints now, for the editor.
    ask: Callback<String, Option<String>>,
    text: Memo<u64, Rc<str>>,
    diagnostics: Memo<(SessionRevision, bool, bool), EditorDiagnostics>,
    lit: RefCell<Memo<LitKey, LitRange>>,
    printed: RefCell<Memo<PrintoutKey, Printouts>>,
    timeline: RefCell<Timeline>,
    counter: RefCell<requests::LogCounter>,
    spoken: Announcer,
    ports: Ports,
    /// In the map's place until the reader has told of the first scenario.
    still: Html,
    /// Where the page is in a frame.
    told: Option<Told>,
    /// Effects that need the page to show the new state first.
    after_render: Vec<Effect>,
    draft_soon: Option<Timeout>,
    unsaved: Unsaved,
    /// Where the text is saved.
    shelf: Shelf,
    toast_off: Option<Timeout>,
    /// The scenario that is shown beside this one.
    beside: Option<beside::Beside>,
    /// While the first story is told.
    teller: Option<Subscription>,
    /// Whether all of the program is there, and who waits for it.
    has_all: Rc<Cell<bool>>,
    _awaiting: awaiting::Awaiting,
    _listeners: Vec<EventListener>,
    _subscription: Subscription,
}

/// Bytes of the text to highlight, and whether to scroll to them.
type LitRange = Option<(Vec<Range<usize>>, bool)>;
/// Everything that [`LitRange`] depends on.
type LitKey = (SessionRevision, u64, Option<Selection>, Option<ObjectKey>, bool);
/// Everything that an output depends on: revision, answers, epoch, second, pane, Service, client, and the node of the rules.
type PrintoutKey = (
    SessionRevision,
    u64,
    usize,
    u64,
    Pane,
    Option<ObjectKey>,
    Option<ObjectKey>,
    Option<String>,
);
/// What is printed, and the objects it mentions.
type Printouts = (Rc<Vec<Printout>>, Rc<Mentions>);
type EditorDiagnostics = (Rc<Vec<Diagnostic>>, Rc<Vec<(usize, Diagnostic)>>);

impl Component for App {
    type Message = Action;
    type Properties = ();

    fn create(context: &Context<Self>) -> Self {
        let live = reader_worker::live();
        let opening = host::opening();
        let embed = opening.embed;
        for words in &opening.unknown {
            frame::note(words);
        }
        if opening.can_store && !opening.embed {
            mark_reading(&live);
        }
        let mut shelf = Shelf::default();
        let draft = opening.draft.clone().filter(|_| !opening.embed);
        if opening.can_store && !opening.embed {
            shelf = drafts::shelf(draft.as_ref());
        }
        let state = AppState::open(opening, &live);
        // A link brings another text.
        if draft.is_none_or(|draft| draft.text != live.session.borrow().text()) {
            shelf.leave();
        }
        host::show_theme(state.theme);
        host::animate(&live);
        host::ask_soon(&live);
        host::read_in_pauses(&live);
        let dispatch = context.link().callback(|action| action);
        live.on_heard(heard(&live, dispatch.clone()));
        let subscription = live.subscribe(readable(&live, dispatch.clone()));
        let unsaved = Unsaved::default();
        let listeners = host::listen(&dispatch, leaving(context, &live, &unsaved, state.saves_texts));
        let has_all = Rc::new(Cell::new(false));
        let awaiting = awaiting::Awaiting::new(&has_all, &state, &dispatch);
        let asked = live.clone();
        let ask = Callback::from(move |line: String| {
            let session = asked.session.borrow();
            session.kubectl(asked.at(), &line).map(|output| output.stdout)
        });
        let mut app = Self {
            state,
            live,
            dispatch,
            ask,
            text: Memo(None),
            diagnostics: Memo(None),
            lit: RefCell::new(Memo(None)),
            printed: RefCell::new(Memo(None)),
            timeline: RefCell::default(),
            counter: RefCell::default(),
            spoken: Announcer::default(),
            ports: Ports::default(),
            still: host::still().map(Html::VRef).unwrap_or_default(),
            told: Told::begin(context, embed),
            after_render: Vec::new(),
            draft_soon: None,
            unsaved,
            shelf,
            toast_off: None,
            beside: None,
            teller: None,
            has_all,
            _awaiting: awaiting,
            _listeners: listeners,
            _subscription: subscription,
        };
        app.look();
        app
    }

    fn update(&mut self, context: &Context<Self>, action: Action) -> bool {
        if action == Action::Leaving {
            if self.draft_soon.take().is_some() {
                self.save_draft();
            }
            return false;
        }
        if action == Action::SaveDraft {
            self.draft_soon = None;
            self.save_draft();
            return false;
        }
        let toast = self.state.toast.clone();
        let language = self.state.language;
        if let Action::Edit(text) = &action {
            self.unsaved.take_in(text);
        }
        for effect in update(&mut self.state, &self.live, action) {
            match effect {
                Effect::SaveDraft => {
                    let link = context.link().clone();
                    self.unsaved.set_due(true);
                    self.draft_soon = Timeout::new(REST_MS, move || link.send_message(Action::SaveDraft));
                }
                Effect::LeaveText(scenario) if self.state.saves_texts => drafts::leave(&mut self.shelf, &scenario),
                Effect::ListTexts => self.dispatch.emit(Action::Texts(drafts::list(&self.shelf))),
                Effect::TakeText(id) => {
                    let scenario = drafts::take(&mut self.shelf, &id).map(Box::new);
                    self.dispatch.emit(Action::Restored(scenario));
                }
                // A frame keeps nothing in its reader's browser.
                Effect::SaveHistory(_)
                | Effect::SaveLayout(_)
                | Effect::SaveTheme(_)
                | Effect::SaveLanguage(_)
                | Effect::SaveSolved(_)
                | Effect::SaveStoryTold
                | Effect::SaveOffersNext(_)
                | Effect::ShowFragment(_)
                    if self.state.embed => {}
                Effect::Reveal(_) | Effect::FocusLabels => self.after_render.push(effect),
                _ => effect::perform(effect, &self.dispatch, &self.ports),
            }
        }
        if self.state.toast != toast {
            let link = context.link().clone();
            let fleeting = self.state.toast.as_ref().is_some_and(|toast| !toast.bad);
            self.toast_off = fleeting
                .then(|| Timeout::new(9_000, move || link.send_message(Action::DismissToast)))
                .flatten();
        }
        if self.state.language != language {
            self.forget_words();
        }
        self.tell_story();
        self.follow_comparison();
        self.look();
        true
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        for effect in std::mem::take(&mut self.after_render) {
            effect::perform(effect, &self.dispatch, &self.ports);
        }
        self.tell_around();
    }

    fn view(&self, _: &Context<Self>) -> Html {
        if self.state.embed { self.embedded() } else { self.page() }
    }
}

impl App {
    /// Recomputes what depends on the session.
    fn look(&mut self) {
        let session = self.live.session.borrow();
        let revision = self.live.revision();
        self.text.get(session.edits(), || session.text().into());
        let unread = self.state.unread.is_some();
        let holds_back = session.lesson().is_some_and(|lesson| self.state.holds_back(lesson));
        self.diagnostics.get((revision, unread, holds_back), || {
            if holds_back && !unread {
                let all = session.diagnostics().iter();
                let said: Vec<_> = all.filter(|it| !is_advice(it.severity)).cloned().collect();
                return told(session.text(), &said);
            }
            let diagnostics = if unread { &[] } else { session.diagnostics() };
            told(session.text(), diagnostics)
        });
        drop(session);
        if self.state.first_story.is_off() {
            self.spoken.listen(&self.live, host::now());
        }
    }

    /// What was said before in another language is said again when it is wanted.
    fn forget_words(&mut self) {
        self.diagnostics = Memo(None);
        self.printed = RefCell::new(Memo(None));
        self.timeline = RefCell::default();
        self.counter = RefCell::default();
    }

    fn save_draft(&mut self) {
        if !self.state.saves_texts {
            return;
        }
        self.unsaved.set_due(false);
        let saving = drafts::save(&mut self.shelf, &self.state.scenario(&self.live));
        if saving != self.state.saving {
            self.dispatch.emit(Action::Saved(saving));
        }
    }

    fn stale(&self) -> bool {
        self.state.unread.is_some() || matches!(self.live.session.borrow().text_status(), TextStatus::LastGood { .. })
    }

    fn page(&self) -> Html {
        let state = &self.state;
        let skip = |label: &'static str, id: &'static str| {
            html! { <button class="skip" type="button" onclick={move |_| host::focus(id)}>{ label }</button> }
        };
        let session = self.live.session.borrow();
        let seed = session.seed();
        let title: Option<AttrValue> = session.lesson().map(|lesson| lesson.title.clone().into());
        drop(session);
        html! {
            <div key={state.language.code()} class={classes!("app", if state.narrow { "narrow" } else { "wide" })}>
                { skip(say::skip_text(), "tab-yaml") }
                { skip(say::skip_terminal(), "terminal-line") }
                { skip(say::skip_output(), "tab-describe") }
                <Header lesson={state.lesson} title={title} menu={state.overlay == Some(Overlay::Scenarios)} {seed} saving={state.saving}
                    theme={state.theme} language={state.language} dispatch={self.dispatch.clone()} />
                if state.narrow { { self.narrow_desk() } } else { { self.wide_desk() } }
                { self.summary() }
                <ToastBar toast={state.toast.clone()} dispatch={self.dispatch.clone()} />
                { self.overlay() }
            </div>
        }
    }

    /// All panes are tabs below the stage.
    fn narrow_desk(&self) -> Html {
        let is_taught = self.live.session.borrow().lesson().is_some();
        let panes: &[Pane] = if is_taught { &Pane::ALL } else { Pane::PLAIN };
        html! {
            <main class="desk">
                { self.stage() }
                { self.playback(Html::default()) }
                { self.pane_group("all", say::panes(), panes, self.state.narrow_open, self.status()) }
            </main>
        }
    }

    /// Text and terminal at the left; the stage above outputs and log at the right.
    fn wide_desk(&self) -> Html {
        let layout = self.state.layout;
        let style = format!(
            "--editor:{:.2}%;--output:{:.2}%;--log:{:.2}%;--terminal:{:.2}%",
            layout.editor, layout.output, layout.log, layout.terminal
        );
        let divider = |which: Divider| {
            html! { <DividerHandle {which} percent={layout.get(which)} dispatch={self.dispatch.clone()} /> }
        };
        let [left, outputs, log] = self.state.open;
        let is_taught = self.live.session.borrow().lesson().is_some();
        let group = |class, label, pane: Pane, open, tail| self.pane_group(class, label, pane.group(), open, tail);
        html! {
            <main class="desk" {style}>
                <div class={classes!("left", is_taught.then_some("taught"))}>
                    if is_taught { { self.lesson_panel(true) } }
                    { group("", say::panes_text(), Pane::Yaml, left, self.status()) }
                    { divider(Divider::Terminal) }
                    { group("shell-pane", say::pane_terminal(), Pane::Terminal, Pane::Terminal, self.terminal_tail()) }
                </div>
                { divider(Divider::Editor) }
                <div class="right">
                    { self.stage() }
                    { self.playback(Html::default()) }
                    { divider(Divider::Output) }
                    <div class="below">
                        { group("outputs", say::pane_printed(), Pane::Describe, outputs, self.chooser()) }
                        { divider(Divider::Log) }
                        { group("requests", say::pane_requests(), Pane::Requests, log, self.answered()) }
                    </div>
                </div>
            </main>
        }
    }

    /// A row of tabs, with `tail` at its end, above their panels.
    fn pane_group(
        &self,
        class: &'static str,
        label: &'static str,
        panes: &'static [Pane],
        open: Pane,
        tail: Html,
    ) -> Html {
        html! {
            <section class={classes!("pane", class)} aria-label={label}>
                { self.tabs(label, panes, open, tail) }
                { for panes.iter().map(|pane| self.panel(*pane)) }
            </section>
        }
    }

    fn summary(&self) -> Html {
        let lines = self.spoken.lines();
        let line = |line: &Announcement| html! { <p key={line.number}>{ &line.words }</p> };
        html! { <div class="unseen" role="log" aria-label={say::what_happens()} aria-live="polite">{ for lines.iter().map(line) }</div> }
    }

    fn overlay(&self) -> Html {
        let Some(overlay) = self.state.overlay.clone() else {
            return Html::default();
        };
        if matches!(overlay, Overlay::Compare(_)) {
            return self.comparison();
        }
        let live = self.live.clone();
        let draw = Callback::from(move |format| export(&live, format));
        html! {
            <Overlays {overlay} address={host::address()} lesson={self.state.lesson}
                current={self.state.exercise.name} solved={self.state.solved.clone()} narrow={self.state.narrow} offers_next={self.state.offers_next} language={self.state.language}
                {draw} dispatch={self.dispatch.clone()} />
        }
    }
}

/// Keeps what is not saved yet when the page ends. The app may not come to it.
fn leaving(context: &Context<App>, live: &Rc<Live>, unsaved: &Unsaved, saves_texts: bool) -> impl Fn() + 'static {
    let (live, unsaved) = (live.clone(), unsaved.clone());
    let leaving = context.link().callback(|()| Action::Leaving);
    move || {
        if saves_texts {
            unsaved.keep(&live);
            // A page that can say so did not end over what it reads.
            if !live.has_read_all() {
                host::forget(host::storage_keys::READING);
            }
        }
        leaving.emit(());
    }
}

/// Notes in the browser which text is read while it is: if the page ends over it, it is shown but not read next time.
fn mark_reading(live: &Rc<Live>) {
    let weak = Rc::downgrade(live);
    live.on_reading(Rc::new(move |text| {
        let Some(text) = text else {
            return host::forget(host::storage_keys::READING);
        };
        host::store(host::storage_keys::READING, &text.len());
        // On this thread, nothing can be saved until it is read.
        if let Some(live) = weak
            .upgrade()
            .filter(|live| live.session.borrow().reads_here() && live.session.borrow().is_ready())
        {
            drafts::keep(&live.session.borrow().scenario(View::default()));
        }
    }));
}

/// Dispatches [`Action::Moved`] when text on the page changes, at most every [`READABLE_MS`] while playing.
fn readable(live: &Rc<Live>, dispatch: Callback<Action>) -> Rc<dyn Fn(Micros)> {
    let live = Rc::downgrade(live);
    let last = Cell::new((f64::MIN, None));
    Rc::new(move |at| {
        let Some(live) = live.upgrade() else { return };
        let (when, known) = last.get();
        let now = host::now();
        if live.playing() && now - when < READABLE_MS {
            return;
        }
        let seen = {
            let session = live.session.borrow();
            let sent = session.requests(at);
            let recent = sent.iter().rev().take(requests::ROWS);
            let under_way = recent.filter(|request| request.done > at).count();
            let changes = session.changes().filter(|moment| *moment <= at).count();
            let answers = session.replies();
            (
                sent.len(),
                under_way,
                changes,
                at.seconds(),
                session.revision(),
                answers,
            )
        };
        if known != Some(seen) || !live.playing() {
            last.set((now, Some(seen)));
            dispatch.emit(Action::Moved);
        }
    })
}

/// Dispatches [`Action::Heard`] when an update came. While playing, each answer may lead to the question of a later moment: such
/// answers are shown at most every [`READABLE_MS`], those between them with the next [`Action::Moved`].
fn heard(live: &Rc<Live>, dispatch: Callback<Action>) -> OnHeard {
    let live = Rc::downgrade(live);
    let shown = Cell::new(f64::MIN);
    Rc::new(move |what| {
        let Some(live) = live.upgrade() else { return };
        if what == Heard::Answers && live.playing() {
            let now = host::now();
            if now - shown.get() < READABLE_MS {
                return;
            }
            shown.set(now);
        }
        dispatch.emit(Action::Heard);
    })
}

/// The diagnostics for the editor, and the same with line numbers for the list below it.
fn told(text: &str, diagnostics: &[Diagnostic]) -> EditorDiagnostics {
    let lines = LineIndex::new(text);
    let line = |diagnostic: &Diagnostic| lines.line(diagnostic.range.start);
    let listed = diagnostics
        .iter()
        .map(|diagnostic| (line(diagnostic), diagnostic.clone()))
        .collect();
    (Rc::new(diagnostics.to_vec()), Rc::new(listed))
}
