//! The content of the panes and of the rows of tabs.

use super::{App, LitRange};
use crate::components::traffic::NamedChoice;
use crate::components::{
    Log, ManyAtOnce, ObjectEditor, Output, Panel, Pick, Problems, Shares, StageText, Tabs, TerminalPane, TrafficPane,
    UnreadNotice,
};
use crate::editor::Editor;
use crate::hops::PacketSummary;
use crate::ingress;
use crate::mentions::Mentions;
use crate::outcome_word::outcome_word;
use crate::outputs;
use crate::requests;
use crate::say;
use crate::selection::Selection;
use crate::state::{Action, FrameUi, Pane, status_words};
use crate::twin;
use playground::{Client, ObjectKey, Outcome};
use std::rc::Rc;
use yew::prelude::*;

impl App {
    pub(super) fn tabs(&self, label: &'static str, panes: &'static [Pane], open: Pane, tail: Html) -> Html {
        let on_pick = self.dispatch.reform(Action::Show);
        html! { <Tabs {label} {panes} {open} {on_pick} short={self.state.narrow}>{ tail }</Tabs> }
    }

    pub(super) fn panel(&self, pane: Pane) -> Html {
        let open = self.state.shows(pane);
        // Editor and terminal live on while they are not seen: what is typed there is the learner's.
        let inside = if open || matches!(pane, Pane::Yaml | Pane::Terminal) {
            self.inside(pane)
        } else {
            Html::default()
        };
        html! { <Panel key={pane.word()} {pane} {open}>{ inside }</Panel> }
    }

    pub(super) fn inside(&self, pane: Pane) -> Html {
        match pane {
            Pane::Lesson => self.lesson_panel(false),
            Pane::Yaml => self.editor(),
            Pane::Traffic => self.traffic(),
            Pane::Describe | Pane::Get | Pane::Slices | Pane::Rules | Pane::Names => self.output(pane),
            Pane::Requests => self.log(),
            Pane::Terminal => self.terminal(),
            Pane::Share => {
                let spreads = Rc::new(requests::spreads(&self.live.session.borrow(), self.live.at()));
                html! { <>{ self.many_at_once() }<Shares {spreads} /></> }
            }
            Pane::Text => {
                let twin = Rc::new(twin::twin(&self.live.session.borrow(), self.live.at()));
                html! { <StageText {twin} lines={self.spoken.lines()} dispatch={self.dispatch.clone()} /> }
            }
        }
    }

    fn many_at_once(&self) -> Html {
        let session = self.live.session.borrow();
        let flows = Rc::new(session.sending().to_vec());
        let services = session.services(self.live.at());
        let described = outputs::described(&services, self.state.service.as_ref());
        let to = described.map(|key| format!("{}/{}", key.namespace, key.name));
        let first = flows.iter().position(|flow| Some(&flow.to) == to.as_ref()).unwrap_or(0);
        html! { <ManyAtOnce {flows} {first} done={self.state.at_once.clone()} dispatch={self.dispatch.clone()} /> }
    }

    pub(super) fn editor(&self) -> Html {
        let (Some((_, text)), Some((_, (diagnostics, problems)))) = (&self.text.0, &self.diagnostics.0) else {
            return Html::default();
        };
        let unsaved = self.unsaved.clone();
        let on_edit = self.dispatch.reform(Action::Edit);
        let on_cursor = self.dispatch.reform(Action::Cursor);
        let ask = self.ask.clone();
        let selection = self.state.pointed.as_ref().or(self.state.selection.as_ref());
        let looked = (
            self.live.revision(),
            self.live.session.borrow().replies(),
            selection.cloned(),
            self.state.service.clone(),
            self.shows_lit(),
        );
        let lit = self.lit.borrow_mut().get(looked, || self.lit());
        html! {
            <>
                <Editor text={text.clone()} diagnostics={diagnostics.clone()} may_load={self.live.session.borrow().is_ready()}
                    reveal={self.ports.reveal.clone()} readonly={self.state.frame.readonly} {lit} {ask} {unsaved} {on_edit} {on_cursor} />
                if let Some(unread) = self.state.unread.clone() { <UnreadNotice {unread} dispatch={self.dispatch.clone()} /> }
                <Problems problems={problems.clone()} dispatch={self.dispatch.clone()} />
                if let Some(editing) = self.state.terminal.editing.clone() {
                    <ObjectEditor {editing} dispatch={self.dispatch.clone()} />
                }
            </>
        }
    }

    /// Whether the editor scrolls to what it highlights: not for what is only pointed at.
    fn shows_lit(&self) -> bool {
        self.state.pointed.is_none() || self.state.pointed == self.state.selection
    }

    /// Highlights the object that is pointed at or selected, else the selector of the described Service.
    pub(super) fn lit(&self) -> LitRange {
        let session = self.live.session.borrow();
        let show = self.shows_lit();
        let looked_at = self.state.pointed.as_ref().or(self.state.selection.as_ref());
        match looked_at {
            Some(Selection::Pod(key) | Selection::Client(Client::Pod(key))) => {
                let own = session.place("Pod", key, &["metadata"]);
                let made = || {
                    let workload = session.workload(self.live.at(), key)?;
                    session.place(workload.kind.name(), &workload.key, workload.template_metadata())
                };
                Some((vec![own.or_else(made)?], show))
            }
            selection => {
                if let Some(lines) = self.step_lines().filter(|_| selection.is_none()) {
                    return Some((lines, true));
                }
                let services = session.services(self.live.at());
                let described = outputs::described(&services, self.state.service.as_ref());
                let (service, chosen) = match selection {
                    Some(Selection::Service(key)) => (key, true),
                    _ => (described?, false),
                };
                let place = session.place("Service", service, &["spec", "selector"]);
                let place = place.or_else(|| session.place("Service", service, &["metadata"]))?;
                Some((vec![place], chosen && show))
            }
        }
    }

    pub(super) fn terminal(&self) -> Html {
        let acts = Rc::new(self.live.session.borrow().acts().to_vec());
        html! { <TerminalPane terminal={self.state.terminal.clone()} {acts} dispatch={self.dispatch.clone()} /> }
    }

    /// A button to clear the terminal, unless it is empty.
    pub(super) fn terminal_tail(&self) -> Html {
        if self.state.terminal.entries.is_empty() {
            return Html::default();
        }
        let onclick = self.dispatch.reform(|_: MouseEvent| Action::ClearTerminal);
        html! { <button class="quiet terminal-clear" type="button" title="Ctrl+L" {onclick}>{ say::terminal_clear() }</button> }
    }

    pub(super) fn traffic(&self) -> Html {
        let session = self.live.session.borrow();
        let (clients, targets) = playground::offers(session.world(self.live.at()));
        let client = |client: Client| NamedChoice {
            label: requests::client(&client),
            word: Selection::Client(client).station(),
        };
        let target = |target: playground::Target| {
            let ObjectKey { namespace, name } = &target.service;
            if let Some(web) = &target.web {
                return NamedChoice {
                    word: ingress::word(web, &playground::target_word(&target.service), target.port),
                    label: say::asked_by_rule(&web.words(), &ingress::means(&target.service)),
                };
            }
            let place = if **namespace == *"default" {
                String::new()
            } else {
                format!("{namespace}/")
            };
            NamedChoice {
                word: format!("{namespace}/{name}:{}", target.port),
                label: format!("{place}{name}:{}", target.port),
            }
        };
        let flows = Rc::new(session.sending().to_vec());
        let clients: Rc<Vec<NamedChoice>> = Rc::new(clients.into_iter().map(client).collect());
        let targets: Rc<Vec<NamedChoice>> = Rc::new(targets.into_iter().map(target).collect());
        html! { <TrafficPane {flows} chosen={session.traffic_is_chosen()} nodes={session.nodes()} proxy={session.proxy()} policies={session.network_policies()} families={session.ip_families().to_vec()} kubectl={session.kubectl_version().to_owned()} {clients} {targets} dispatch={self.dispatch.clone()} /> }
    }

    pub(super) fn output(&self, pane: Pane) -> Html {
        let session = self.live.session.borrow();
        let at = self.live.at();
        let services = session.services(at);
        let service = outputs::described(&services, self.state.service.as_ref()).cloned();
        let epoch = session.changes().filter(|moment| *moment <= at).count();
        let looked_at = self.state.looked_at();
        let packet = match looked_at {
            Some(Selection::Request(number)) => PacketSummary::of(&session, *number),
            _ => None,
        };
        let selected = self.state.selection.as_ref().and_then(Selection::pod);
        let client = service
            .as_ref()
            .filter(|_| pane == Pane::Names)
            .and_then(|service| outputs::asking_pod(&session, at, service, selected));
        let ruled_by = outputs::ruling_node(&session, at, looked_at, packet.as_ref()).filter(|_| pane == Pane::Rules);
        let moment = (
            self.live.revision(),
            session.replies(),
            epoch,
            at.seconds(),
            pane,
            service.clone(),
            client.clone(),
            ruled_by.clone(),
        );
        let print = || {
            let (service, client) = (service.as_ref(), client.as_ref());
            let printed = outputs::printed(&session, at, pane, service, client, ruled_by.as_deref());
            let texts = printed.iter().map(|printed| printed.text.as_str());
            let things = Mentions::of(session.world(at), texts);
            (Rc::new(printed), Rc::new(things))
        };
        let (printed, things) = self.printed.borrow_mut().get(moment, print);
        let world = session.world(at);
        // Of the rules, whole lines are lit: those that applied to the request, or those that lead to the pod.
        let by_line = pane == Pane::Rules && packet.is_none();
        let lit = match looked_at {
            Some(Selection::Request(number)) => requests::backend_pod(&session, at, *number).map(Selection::Pod),
            Some(Selection::Client(Client::Pod(key))) => Some(Selection::Pod(key.clone())),
            other => other.cloned(),
        };
        let fired = packet.filter(|_| pane == Pane::Rules).map(|packet| packet.fired);
        let fired: Rc<Vec<String>> = Rc::new(fired.into_iter().flatten().map(|(_, rule)| rule).collect());
        let holds_back = session.lesson().is_some_and(|lesson| self.state.holds_back(lesson));
        let note = service
            .as_ref()
            .filter(|_| pane != Pane::Get && !holds_back)
            .and_then(|key| outputs::why_empty(world, world.service(key)?, at))
            .or_else(|| {
                outputs::names_tried(
                    &session,
                    at,
                    service.as_ref()?,
                    client.as_ref().filter(|_| pane == Pane::Names)?,
                )
            })
            .map(AttrValue::from);
        let in_pane = self.state.narrow || (self.state.embed && self.state.frame.ui != FrameUi::Full);
        let chooser = if in_pane && pane == Pane::Describe {
            self.chooser()
        } else {
            Html::default()
        };
        html! { <Output {printed} {things} {lit} {fired} {by_line} {note} dispatch={self.dispatch.clone()}>{ chooser }</Output> }
    }

    /// Chooses the Service to describe.
    pub(super) fn chooser(&self) -> Html {
        let services = self.live.session.borrow().services(self.live.at());
        if services.len() < 2
            || !Pane::Describe
                .group()
                .iter()
                .any(|pane| *pane != Pane::Get && self.state.shows(*pane))
        {
            return Html::default();
        }
        let word = |key: &ObjectKey| format!("{}/{}", key.namespace, key.name);
        let says = |key: &ObjectKey| {
            if *key.namespace == *"default" {
                key.name.to_string()
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
        html! { <Pick class="chooser" label={say::describe_which()} {options} {chosen} {on_pick} /> }
    }

    pub(super) fn log(&self) -> Html {
        let session = self.live.session.borrow();
        let at = self.live.at();
        let rows = Rc::new(requests::rows(&session, at));
        let why = match self.state.selection {
            Some(Selection::Request(number)) => Some(self.why(number)),
            _ => None,
        };
        let forgotten = session.forgotten().map(|said| say::translated(&said).into_owned());
        html! { <Log {rows} {why} {forgotten} dispatch={self.dispatch.clone()} /> }
    }

    pub(super) fn why(&self, number: u64) -> requests::RequestDetails {
        requests::RequestDetails::of(&self.live.session.borrow(), self.live.at(), number)
    }

    pub(super) fn status(&self) -> Html {
        let (words, bad) = match (&self.state.unread, self.live.is_slow()) {
            (_, true) => (say::status_reading().to_owned(), false),
            (Some(_), _) => (say::status_unread().to_owned(), true),
            (None, _) => status_words(self.live.session.borrow().text_status()),
        };
        let stop = self.live.is_slow().then(|| {
            let onclick = self.dispatch.reform(|_: MouseEvent| Action::StopReading);
            html! { <button class="quiet" type="button" {onclick}>{ say::status_stop() }</button> }
        });
        html! {
            <>
                <p class={classes!("standing", bad.then_some("bad"))} role="status" title={words.clone()}>
                    <span class="standing-mark" aria-hidden="true"></span><span class="standing-words">{ words }</span>
                </p>
                { stop.unwrap_or_default() }
            </>
        }
    }

    pub(super) fn answered(&self) -> Html {
        let session = self.live.session.borrow();
        let mut counter = self.counter.borrow_mut();
        let tally = counter.tally(&session, self.live.at(), self.live.revision());
        let answered = tally.ended.get(outcome_word(Outcome::Answered)).copied().unwrap_or(0);
        let ended: usize = tally.ended.values().sum();
        html! { <p class="tally" title={say::answered_title()}>{ say::answered_of(&answered, &ended) }<span class="unseen">{ say::answered_mark() }</span></p> }
    }
}
