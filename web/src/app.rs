//! The app: holds state, session and playhead together, turns them into plain data for the components, and does the effects.

use crate::components::inspector::Card;
use crate::components::playback::Mark;
use crate::components::traffic::Choice;
use crate::components::{
    Acts, DividerHandle, Glyph, Header, Icon, Inspector, Log, Output, Overlays, Panel, Pick, Playback, Problems,
    Shares, Tabs, ToastBar, TrafficPane,
};
use crate::editor::Editor;
use crate::host::{Later, Listener, kept};
use crate::live::{Live, Subscription};
use crate::outputs::{self, Printed};
use crate::requests;
use crate::selection::Selection;
use crate::stage::Stage;
use crate::state::{Action, AppState, Divider, Effect, Overlay, Pane, standing_words, update};
use crate::{effect, host};
use playground::{Client, Diagnostic, Key, Micros, Outcome, Pod, Service, Standing, World, share};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;
use yew::prelude::*;

/// The least wall time between two paints of what can be read, in milliseconds.
const READABLE_MS: f64 = 120.0;
/// The least wall time between two summaries that are read out, in milliseconds.
const SPOKEN_MS: f64 = 5_000.0;
/// How long typing rests before the draft is kept, in milliseconds.
const REST_MS: i32 = 400;
/// The shortest timeline.
const SHORTEST: Micros = Micros::from_seconds(20);
/// At how many places of the timeline marks are told apart.
const PLACES: u64 = 250;

/// Starts the app in the page's `#app`.
pub fn start() {
    let root = host::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("app"));
    if let Some(root) = root {
        yew::Renderer::<App>::with_root(root).render();
    }
}

struct App {
    state: AppState,
    live: Rc<Live>,
    dispatch: Callback<Action>,
    text: Kept<Revision, Rc<str>>,
    diagnostics: Kept<Revision, Told>,
    lit: RefCell<Kept<Looked, Lit>>,
    printed: RefCell<Kept<Moment, Rc<Vec<Printed>>>>,
    spoken: (f64, String),
    draft_soon: Option<Later>,
    toast_off: Option<Later>,
    _listeners: Vec<Listener>,
    _subscription: Subscription,
}

/// Which session, and how often it was changed.
type Revision = (u32, u64);
/// A stretch of the text, and whether it is to be brought into sight.
type Lit = Option<(Range<usize>, bool)>;
/// What is looked at in which text.
type Looked = (Revision, Option<Selection>, Option<Key>);
/// All that kubectl's output depends on: revision, epoch, second, pane, Service.
type Moment = (Revision, usize, u64, Pane, Option<Key>);
type Told = (Rc<Vec<Diagnostic>>, Rc<Vec<(usize, Diagnostic)>>);

/// A value that is made anew only when its key changes.
struct Kept<K, V>(Option<(K, V)>);

impl<K: PartialEq, V: Clone> Kept<K, V> {
    fn get(&mut self, key: K, make: impl FnOnce() -> V) -> V {
        match &self.0 {
            Some((known, value)) if *known == key => value.clone(),
            _ => {
                let value = make();
                self.0 = Some((key, value.clone()));
                value
            }
        }
    }
}

impl Component for App {
    type Message = Action;
    type Properties = ();

    fn create(context: &Context<Self>) -> Self {
        let (state, live) = AppState::open(host::opening());
        host::show_theme(state.theme);
        host::animate(&live);
        let dispatch = context.link().callback(|action| action);
        let subscription = live.subscribe(readable(&live, dispatch.clone()));
        let leaving = context.link().callback(|()| Action::Leaving);
        let listeners = host::listen(&dispatch, move || leaving.emit(()));
        let mut app = Self {
            state,
            live,
            dispatch,
            text: Kept(None),
            diagnostics: Kept(None),
            lit: RefCell::new(Kept(None)),
            printed: RefCell::new(Kept(None)),
            spoken: (0.0, String::new()),
            draft_soon: None,
            toast_off: None,
            _listeners: listeners,
            _subscription: subscription,
        };
        app.look();
        app
    }

    fn update(&mut self, context: &Context<Self>, action: Action) -> bool {
        if action == Action::Leaving {
            if self.draft_soon.take().is_some() {
                self.keep_draft();
            }
            return false;
        }
        if action == Action::KeepNow {
            self.draft_soon = None;
            self.keep_draft();
            return false;
        }
        let toast = self.state.toast.clone();
        for effect in update(&mut self.state, &self.live, action) {
            if effect == Effect::KeepDraft {
                let link = context.link().clone();
                self.draft_soon = Later::new(REST_MS, move || link.send_message(Action::KeepNow));
            } else {
                effect::perform(effect, &self.dispatch);
            }
        }
        if self.state.toast != toast {
            let link = context.link().clone();
            let fleeting = self.state.toast.as_ref().is_some_and(|toast| !toast.bad);
            self.toast_off = fleeting
                .then(|| Later::new(9_000, move || link.send_message(Action::DismissToast)))
                .flatten();
        }
        self.look();
        true
    }

    fn view(&self, _: &Context<Self>) -> Html {
        if self.state.embed { self.embedded() } else { self.page() }
    }
}

impl App {
    /// Brings what is made from the session up to date.
    fn look(&mut self) {
        let session = self.live.session.borrow();
        let revision = (self.state.text_epoch, session.revision());
        self.text.get(revision, || session.text().into());
        self.diagnostics
            .get(revision, || told(session.text(), session.diagnostics()));
        let now = host::now();
        if now - self.spoken.0 > SPOKEN_MS || !self.live.playing() {
            self.spoken = (now, requests::tally(&session, self.live.at()).sentence());
        }
    }

    fn keep_draft(&self) {
        if self.state.draft_kept {
            host::keep(kept::DRAFT, &self.state.scenario(&self.live));
        }
    }

    fn stale(&self) -> bool {
        matches!(self.live.session.borrow().standing(), Standing::LastGood { .. })
    }

    fn page(&self) -> Html {
        let state = &self.state;
        let style = format!(
            "--editor:{:.2}%;--output:{:.2}%;--log:{:.2}%",
            state.layout.editor, state.layout.output, state.layout.log
        );
        let skip = |label: &'static str, id: &'static str| {
            html! { <button class="skip" type="button" onclick={move |_| host::focus(id)}>{ label }</button> }
        };
        let divider = |which: Divider| {
            html! { <DividerHandle {which} percent={state.layout.get(which)} dispatch={self.dispatch.clone()} /> }
        };
        let session = self.live.session.borrow();
        let seed = session.seed();
        drop(session);
        html! {
            <div class={classes!("app", if state.narrow { "narrow" } else { "wide" })}>
                { skip("To the text", "tab-yaml") }
                { skip("To kubectl's output", "tab-describe") }
                <Header lesson={state.lesson} menu={state.overlay == Some(Overlay::Scenarios)} {seed} draft_kept={state.draft_kept}
                    theme={state.theme} dispatch={self.dispatch.clone()} />
                if state.narrow {
                    <main class="desk">
                        { self.stage() }
                        { self.playback(Html::default()) }
                        <section class="pane all" aria-label="Panes">
                            { self.tabs("Panes", &Pane::ALL, state.narrow_open, self.standing()) }
                            { for Pane::ALL.iter().map(|pane| self.panel(*pane)) }
                        </section>
                    </main>
                } else {
                    <main class="desk" {style}>
                        <section class="pane left" aria-label="Text and traffic">
                            { self.tabs("Text and traffic", Pane::Yaml.group(), state.open[0], self.standing()) }
                            { for Pane::Yaml.group().iter().map(|pane| self.panel(*pane)) }
                            { self.acts() }
                        </section>
                        { divider(Divider::Editor) }
                        <div class="right">
                            { self.stage() }
                            { self.playback(Html::default()) }
                            { divider(Divider::Output) }
                            <div class="below">
                                <section class="pane outputs" aria-label="kubectl">
                                    { self.tabs("kubectl", Pane::Describe.group(), state.open[1], self.chooser()) }
                                    { for Pane::Describe.group().iter().map(|pane| self.panel(*pane)) }
                                </section>
                                { divider(Divider::Log) }
                                <section class="pane requests" aria-label="Requests">
                                    { self.tabs("Requests", Pane::Requests.group(), state.open[2], self.answered()) }
                                    { for Pane::Requests.group().iter().map(|pane| self.panel(*pane)) }
                                </section>
                            </div>
                        </div>
                    </main>
                }
                { self.summary() }
                <ToastBar toast={state.toast.clone()} dispatch={self.dispatch.clone()} />
                { self.overlay() }
            </div>
        }
    }

    /// The stage alone, with its playback.
    fn embedded(&self) -> Html {
        let fragment = share::encode(&self.state.scenario(&self.live));
        let out = html! {
            <a class="out" href={format!("{}#{fragment}", host::address())} target="_blank" rel="noopener">
                <span>{ "open in playground" }</span><Icon of={Glyph::Out} />
            </a>
        };
        html! {
            <div class="app embedded">
                <main class="desk">
                    <h1 class="unseen">{ "Service Playground" }</h1>
                    { self.stage() }
                    { self.playback(out) }
                </main>
                { self.summary() }
                <ToastBar toast={self.state.toast.clone()} dispatch={self.dispatch.clone()} />
            </div>
        }
    }

    fn tabs(&self, label: &'static str, panes: &'static [Pane], open: Pane, tail: Html) -> Html {
        let on_pick = self.dispatch.reform(Action::Show);
        html! { <Tabs {label} {panes} {open} {on_pick} short={self.state.narrow}>{ tail }</Tabs> }
    }

    fn panel(&self, pane: Pane) -> Html {
        let open = self.state.shows(pane);
        // The editor lives on while it is not seen: its history and its place are the learner's.
        let inside = if open || pane == Pane::Yaml {
            self.inside(pane)
        } else {
            Html::default()
        };
        html! { <Panel key={pane.word()} {pane} {open}>{ inside }</Panel> }
    }

    fn inside(&self, pane: Pane) -> Html {
        match pane {
            Pane::Yaml => self.editor(),
            Pane::Traffic => self.traffic(),
            Pane::Describe | Pane::Get | Pane::Slices => self.output(pane),
            Pane::Requests => self.log(),
            Pane::Share => {
                let spreads = Rc::new(requests::spreads(&self.live.session.borrow(), self.live.at()));
                html! { <Shares {spreads} /> }
            }
        }
    }

    fn editor(&self) -> Html {
        let (Some((_, text)), Some((_, (diagnostics, problems)))) = (&self.text.0, &self.diagnostics.0) else {
            return Html::default();
        };
        let on_edit = self.dispatch.reform(Action::Edit);
        let revision = (self.state.text_epoch, self.live.session.borrow().revision());
        let looked = (revision, self.state.selection.clone(), self.state.service.clone());
        let lit = self.lit.borrow_mut().get(looked, || self.lit());
        html! {
            <>
                <Editor text={text.clone()} epoch={self.state.text_epoch} diagnostics={diagnostics.clone()}
                    reveal={self.state.reveal} {lit} {on_edit} />
                <Problems problems={problems.clone()} dispatch={self.dispatch.clone()} />
                if self.state.narrow { { self.acts() } }
            </>
        }
    }

    /// What the text says of the selected pod; else of what the described Service selects.
    fn lit(&self) -> Lit {
        let session = self.live.session.borrow();
        match self.state.selection.as_ref() {
            Some(selection) if selection.pod().is_some() => {
                let place = session.place("Pod", selection.pod()?, &["metadata"])?;
                Some((place, true))
            }
            selection => {
                let services = session.services(self.live.at());
                let service = outputs::described(&services, self.state.service.as_ref())?;
                let place = session.place("Service", service, &["spec", "selector"])?;
                Some((place, matches!(selection, Some(Selection::Service(_)))))
            }
        }
    }

    fn acts(&self) -> Html {
        let acts = Rc::new(self.live.session.borrow().acts().to_vec());
        html! { <Acts {acts} dispatch={self.dispatch.clone()} /> }
    }

    fn traffic(&self) -> Html {
        let session = self.live.session.borrow();
        let (clients, targets) = playground::offers(session.world(self.live.at()));
        let client = |client: Client| Choice {
            label: requests::client(&client),
            word: Selection::Client(client).station(),
        };
        let target = |target: playground::Target| {
            let Key { namespace, name } = &target.service;
            let place = if namespace == "default" {
                String::new()
            } else {
                format!("{namespace}/")
            };
            Choice {
                word: format!("{namespace}/{name}:{}", target.port),
                label: format!("{place}{name}:{}", target.port),
            }
        };
        let flows = Rc::new(session.sending().to_vec());
        let clients: Rc<Vec<Choice>> = Rc::new(clients.into_iter().map(client).collect());
        let targets: Rc<Vec<Choice>> = Rc::new(targets.into_iter().map(target).collect());
        html! { <TrafficPane {flows} chosen={session.traffic_is_chosen()} {clients} {targets} dispatch={self.dispatch.clone()} /> }
    }

    fn output(&self, pane: Pane) -> Html {
        let session = self.live.session.borrow();
        let at = self.live.at();
        let services = session.services(at);
        let service = outputs::described(&services, self.state.service.as_ref()).cloned();
        let epoch = session.changes().filter(|moment| *moment <= at).count();
        let revision = (self.state.text_epoch, session.revision());
        let moment = (revision, epoch, at.seconds(), pane, service.clone());
        let print = || Rc::new(outputs::printed(&session, at, pane, service.as_ref()));
        let printed = self.printed.borrow_mut().get(moment, print);
        let world = session.world(at);
        let lit = self
            .state
            .selection
            .as_ref()
            .and_then(Selection::pod)
            .and_then(|key| world.pod(key)?.ip);
        let lit = lit.map(|ip| AttrValue::from(ip.to_string()));
        let note = service
            .as_ref()
            .filter(|_| pane != Pane::Get)
            .and_then(|key| outputs::why_empty(world, world.service(key)?))
            .map(AttrValue::from);
        let chooser = if self.state.narrow && pane == Pane::Describe {
            self.chooser()
        } else {
            Html::default()
        };
        html! { <Output {printed} {lit} {note}>{ chooser }</Output> }
    }

    /// Which Service is described.
    fn chooser(&self) -> Html {
        let services = self.live.session.borrow().services(self.live.at());
        if services.len() < 2 || !self.state.shows(Pane::Describe) {
            return Html::default();
        }
        let word = |key: &Key| format!("{}/{}", key.namespace, key.name);
        let says = |key: &Key| {
            if key.namespace == "default" {
                key.name.clone()
            } else {
                word(key)
            }
        };
        let options: Vec<(String, String)> = services.iter().map(|key| (word(key), says(key))).collect();
        let chosen = outputs::described(&services, self.state.service.as_ref())
            .map(word)
            .unwrap_or_default();
        let dispatch = self.dispatch.clone();
        let on_pick = move |chosen: String| {
            if let Some(key) = services.iter().find(|key| word(key) == chosen) {
                dispatch.emit(Action::Describe(key.clone()));
            }
        };
        html! { <Pick class="chooser" label="Service to describe" {options} {chosen} {on_pick} /> }
    }

    fn log(&self) -> Html {
        let session = self.live.session.borrow();
        let at = self.live.at();
        let rows = Rc::new(requests::rows(&session, at));
        let why = match self.state.selection {
            Some(Selection::Request(number)) => Some(self.why(number)),
            _ => None,
        };
        html! { <Log {rows} {why} dispatch={self.dispatch.clone()} /> }
    }

    fn why(&self, number: u64) -> requests::Why {
        requests::Why::of(&self.live.session.borrow(), self.live.at(), number)
    }

    fn standing(&self) -> Html {
        let (words, bad) = standing_words(self.live.session.borrow().standing());
        html! {
            <p class={classes!("standing", bad.then_some("bad"))} role="status">
                <span class="standing-mark" aria-hidden="true"></span>{ words }
            </p>
        }
    }

    fn answered(&self) -> Html {
        let tally = requests::tally(&self.live.session.borrow(), self.live.at());
        let answered = tally.ended.get(Outcome::Answered.word()).copied().unwrap_or(0);
        let ended: usize = tally.ended.values().sum();
        html! { <p class="tally">{ format!("{answered} of {ended} answered") }</p> }
    }

    fn summary(&self) -> Html {
        html! { <p class="unseen" aria-live="polite">{ &self.spoken.1 }</p> }
    }

    fn stage(&self) -> Html {
        let state = &self.state;
        let on_select = self.dispatch.reform(|selection| Action::Select(Some(selection)));
        // A new session counts from the beginning: the stage is told one that never comes twice.
        let revision = (u64::from(state.text_epoch) << 32) + self.live.session.borrow().revision();
        let card = self.card().map(|card| {
            html! { <Inspector {card} narrow={state.narrow && !state.embed} dispatch={self.dispatch.clone()} /> }
        });
        html! {
            <section class="stage-frame" id="stage" aria-label="Stage">
                <div class="stage-pane">
                <Stage live={self.live.clone()} {revision} selected={state.selection.clone()}
                    reduced={state.reduced} theme={state.theme} {on_select} />
                { self.lesson_of_nothing() }
                { card.unwrap_or_default() }
                </div>
                { self.caveats() }
                if self.stale() {
                    <p class="stage-stale">{ "showing the cluster of your last good text" }</p>
                }
            </section>
        }
    }

    /// What requests do not obey here as they would on a cluster, where such a thing is on the stage.
    fn caveats(&self) -> Html {
        let session = self.live.session.borrow();
        let caveats = session.caveats(self.live.at());
        let Some(first) = caveats.first() else {
            return Html::default();
        };
        if caveats.len() == 1 {
            return html! { <p class="caveats" role="note">{ format!("Not as on a cluster: {first}.") }</p> };
        }
        html! {
            <details class="caveats">
                <summary>{ format!("Not as on a cluster: {} things", caveats.len()) }</summary>
                <ul>{ for caveats.iter().map(|caveat| html! { <li>{ caveat }</li> }) }</ul>
            </details>
        }
    }

    /// An empty stage says what would fill it.
    fn lesson_of_nothing(&self) -> Html {
        let session = self.live.session.borrow();
        let world = session.world(self.live.at());
        let own = world.services.iter().any(|service| service.key.name != "kubernetes");
        let words = match (own, world.pods.is_empty()) {
            (true, _) => return Html::default(),
            (false, true) => {
                "An empty cluster: it has its own kubernetes Service and nothing else. Paste Services and Pods, or open a scenario."
            }
            (false, false) => {
                "Pods without a Service: nobody finds them by name. Add a Service whose selector matches their labels."
            }
        };
        html! { <p class="stage-empty">{ words }</p> }
    }

    fn playback(&self, tail: Html) -> Html {
        let live = &self.live;
        let length = length(live.reached());
        let marks = Rc::new(marks(live, length));
        html! {
            <Playback live={live.clone()} playing={live.playing()} speed={live.speed()} {length} {marks} dispatch={self.dispatch.clone()}>
                { tail }
            </Playback>
        }
    }

    fn overlay(&self) -> Html {
        let Some(overlay) = self.state.overlay.clone() else {
            return Html::default();
        };
        html! {
            <Overlays {overlay} address={host::address()} earlier={self.state.earlier.is_some()} lesson={self.state.lesson}
                dispatch={self.dispatch.clone()} />
        }
    }

    fn card(&self) -> Option<Card> {
        let selection = self.state.selection.clone()?;
        let session = self.live.session.borrow();
        let at = self.live.at();
        let world = session.world(at);
        Some(match &selection {
            Selection::Pod(key) | Selection::Client(Client::Pod(key)) => pod_card(world.pod(key)?),
            Selection::Service(key) => service_card(world, world.service(key)?),
            Selection::Node(name) | Selection::Client(Client::Node(name)) => {
                let node = world.nodes.iter().find(|node| node.name == *name)?;
                let pods = world.pods.iter().filter(|pod| pod.node.as_ref() == Some(name)).count();
                Card {
                    kind: "node",
                    name: name.clone(),
                    facts: vec![("address", node.ip.to_string()), ("pods", pods.to_string())],
                    note: None,
                    deeds: vec![("Send from here", false, Action::SendFrom(Client::Node(name.clone())))],
                    selection,
                }
            }
            Selection::Client(Client::Outside) => Card {
                kind: "client",
                name: requests::client(&Client::Outside),
                facts: vec![("where", "outside the cluster, on the nodes' network".to_owned())],
                note: Some("It reaches node ports only: a cluster IP means nothing out there.".to_owned()),
                deeds: vec![("Send from here", false, Action::SendFrom(Client::Outside))],
                selection,
            },
            // The log says it.
            Selection::Request(_) => return None,
        })
    }
}

fn pod_card(pod: &Pod) -> Card {
    let Key { namespace, name } = &pod.key;
    let labels: Vec<String> = pod.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let state = match (pod.terminating, pod.ready) {
        (true, _) => "pod, terminating",
        (false, true) => "pod, ready",
        (false, false) => "pod, not ready",
    };
    let listens: Vec<String> = pod.listeners.iter().map(|listener| listener.port.to_string()).collect();
    let facts = [
        (
            "namespace",
            Some(namespace.clone()).filter(|namespace| namespace != "default"),
        ),
        (
            "address",
            Some(pod.ip.map_or_else(|| "none yet".to_owned(), |ip| ip.to_string())),
        ),
        (
            "labels",
            Some(if labels.is_empty() {
                "none".to_owned()
            } else {
                labels.join("\n")
            }),
        ),
        ("node", pod.node.clone()),
        (
            "listens on",
            Some(if listens.is_empty() {
                "nothing known".to_owned()
            } else {
                listens.join(", ")
            }),
        ),
    ];
    let ready = if pod.ready {
        ("Make not ready", false, Action::SetReady(pod.key.clone(), false))
    } else {
        ("Make ready", false, Action::SetReady(pod.key.clone(), true))
    };
    Card {
        selection: Selection::Pod(pod.key.clone()),
        kind: state,
        name: name.clone(),
        facts: facts
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect(),
        note: None,
        deeds: vec![
            ready,
            ("Send from here", false, Action::SendFrom(Client::Pod(pod.key.clone()))),
            ("Delete pod", true, Action::Delete(pod.key.clone())),
        ],
    }
}

fn service_card(world: &World, service: &Service) -> Card {
    let selector: Vec<String> = service
        .selector
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let port = |port: &playground::ServicePort| {
        let node = port
            .node_port
            .map(|number| format!(", node port {number}"))
            .unwrap_or_default();
        format!("{} to {}{node}", port.port, port.target)
    };
    let ports: Vec<String> = service.ports.iter().map(port).collect();
    let addresses: Vec<String> = service.cluster_ips.iter().map(ToString::to_string).collect();
    let ready = service.ports.first().map_or(0, |port| {
        port.endpoints.iter().filter(|endpoint| endpoint.ready).count()
    });
    let address = match (&service.external_name, addresses.is_empty()) {
        (Some(name), _) => name.clone(),
        (None, true) => "none: headless".to_owned(),
        (None, false) => addresses.join("\n"),
    };
    Card {
        selection: Selection::Service(service.key.clone()),
        kind: "Service",
        name: service.key.name.clone(),
        facts: vec![
            ("address", address),
            (
                "ports",
                if ports.is_empty() {
                    "none".to_owned()
                } else {
                    ports.join("\n")
                },
            ),
            (
                "selector",
                if selector.is_empty() {
                    "none".to_owned()
                } else {
                    selector.join("\n")
                },
            ),
            (
                "ready",
                format!("{ready} {}", if ready == 1 { "endpoint" } else { "endpoints" }),
            ),
        ],
        note: outputs::why_empty(world, service),
        deeds: Vec::new(),
    }
}

/// Tells the app when what can be read changed; while playing not more often than eyes follow.
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
            (sent.len(), under_way, changes, at.seconds(), session.revision())
        };
        if known != Some(seen) || !live.playing() {
            last.set((now, Some(seen)));
            dispatch.emit(Action::Moved);
        }
    })
}

/// All diagnostics for the editor, and the same with their lines for the list.
fn told(text: &str, diagnostics: &[Diagnostic]) -> Told {
    let mut starts: Vec<usize> = vec![0];
    starts.extend(text.match_indices('\n').map(|(index, _)| index + 1));
    let line = |diagnostic: &Diagnostic| starts.partition_point(|start| *start <= diagnostic.range.start);
    let listed = diagnostics
        .iter()
        .map(|diagnostic| (line(diagnostic), diagnostic.clone()))
        .collect();
    (Rc::new(diagnostics.to_vec()), Rc::new(listed))
}

/// How long the timeline is: doubled each time the playhead reaches its end.
fn length(reached: Micros) -> Micros {
    let mut length = SHORTEST;
    while length <= reached {
        length = length + length;
    }
    length
}

fn marks(live: &Live, length: Micros) -> Vec<(u32, Mark)> {
    let session = live.session.borrow();
    let reached = live.reached();
    let place = |moment: Micros| {
        let place = moment.0.saturating_mul(PLACES) / length.0.max(1);
        u32::try_from(place.saturating_mul(1_000 / PLACES)).unwrap_or(u32::MAX)
    };
    let failures = session
        .requests(reached)
        .iter()
        .filter(|request| request.outcome != Outcome::Answered && request.done <= reached)
        .map(|request| (place(request.done), Mark::Failure));
    let changes = session
        .changes()
        .filter(|moment| *moment <= length)
        .map(|moment| (place(moment), Mark::Change));
    failures
        .chain(changes)
        .collect::<BTreeMap<u32, Mark>>()
        .into_iter()
        .collect()
}
