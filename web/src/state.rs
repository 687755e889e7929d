//! All the interface knows, and how each action changes it. No browser in here: what has to be done outside is an [`Effect`].

use crate::live::Live;
use crate::scenarios::{self, Lesson};
use crate::selection::Selection;
use crate::theme::Theme;
use playground::{Act, Client, Fix, FlowSpec, Key, Micros, Scenario, Session, Standing, Traffic, View, share};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// Requests a second, in thousandths, of a flow that was just added.
const NEW_FLOW_MILLIHERTZ: u32 = 1_000;

/// A pane that a tab opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pane {
    /// The editor.
    Yaml,
    /// Who asks whom.
    Traffic,
    /// `kubectl describe service`.
    Describe,
    /// `kubectl get`.
    Get,
    /// `kubectl get endpointslices`.
    Slices,
    /// The log.
    Requests,
    /// The share of each pod.
    Share,
}

impl Pane {
    /// All, as a narrow page lines them up.
    pub const ALL: [Self; 7] = [
        Self::Yaml,
        Self::Describe,
        Self::Requests,
        Self::Share,
        Self::Get,
        Self::Slices,
        Self::Traffic,
    ];

    /// The word for it in links and in the document's ids.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Traffic => "traffic",
            Self::Describe => "describe",
            Self::Get => "get",
            Self::Slices => "slices",
            Self::Requests => "requests",
            Self::Share => "share",
        }
    }

    /// What its tab says.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Yaml => "services.yaml",
            Self::Slices => "endpoint slices",
            _ => self.word(),
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pane| pane.word() == word)
    }

    /// The group of tabs it belongs to on a wide page.
    pub const fn group(self) -> &'static [Self] {
        match self {
            Self::Yaml | Self::Traffic => &[Self::Yaml, Self::Traffic],
            Self::Describe | Self::Get | Self::Slices => &[Self::Describe, Self::Get, Self::Slices],
            Self::Requests | Self::Share => &[Self::Requests, Self::Share],
        }
    }
}

/// A border between panes that can be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Divider {
    /// Right of the editor.
    Editor,
    /// Above the outputs.
    Output,
    /// Left of the log.
    Log,
}

/// How the page is divided, in percent of the area each border divides.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    /// The editor's width.
    pub editor: f64,
    /// The outputs' height.
    pub output: f64,
    /// The log's width.
    pub log: f64,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            editor: 33.0,
            output: 40.0,
            log: 38.5,
        }
    }
}

impl Layout {
    /// What a border stands at.
    pub const fn get(&self, divider: Divider) -> f64 {
        match divider {
            Divider::Editor => self.editor,
            Divider::Output => self.output,
            Divider::Log => self.log,
        }
    }

    fn set(&mut self, divider: Divider, percent: f64) {
        let percent = if percent.is_finite() {
            percent.clamp(16.0, 72.0)
        } else {
            return;
        };
        match divider {
            Divider::Editor => self.editor = percent,
            Divider::Output => self.output = percent,
            Divider::Log => self.log = percent,
        }
    }
}

/// What lies over the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// The menu of scenarios.
    Scenarios,
    /// How to put the stage into another page; the link it shows.
    Embed(String),
    /// A link that could not be copied, to be copied by hand.
    Link(String),
    /// Keys.
    Help,
}

/// A short word at the foot of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// What it says.
    pub text: String,
    /// Whether something went wrong.
    pub bad: bool,
    /// What can be done about it.
    pub offer: Option<Offer>,
}

/// What a toast can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Back to the earlier scenario.
    Earlier,
    /// Take the last act back.
    Undo,
}

/// All the interface knows beside the session and the playhead.
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent facts about the page and its reader"
)]
#[derive(Clone, Debug, PartialEq)]
pub struct AppState {
    /// Which pane of each group is open on a wide page: editor, outputs, log.
    pub open: [Pane; 3],
    /// Which pane is open on a narrow page.
    pub narrow_open: Pane,
    /// Whether the page is narrow.
    pub narrow: bool,
    /// Whether the stage stands alone.
    pub embed: bool,
    /// The Service that was chosen to be described.
    pub service: Option<Key>,
    /// What is selected.
    pub selection: Option<Selection>,
    /// The theme in force.
    pub theme: Theme,
    /// Whether it was chosen here, rather than by the system.
    pub theme_chosen: bool,
    /// Whether the reader wants less motion.
    pub reduced: bool,
    /// How the page is divided.
    pub layout: Layout,
    /// What lies over the page.
    pub overlay: Option<Overlay>,
    /// The word at the foot of the page.
    pub toast: Option<Toast>,
    /// Counts the sessions and texts that did not come from the editor.
    pub text_epoch: u32,
    /// A place of the text to bring into sight, in bytes, and the count of such wishes.
    pub reveal: Option<(u32, usize)>,
    /// The menu's scenario, while the text is still as it came from there.
    pub lesson: Option<&'static Lesson>,
    /// What was worked on before a scenario or a link was opened.
    pub earlier: Option<Rc<Scenario>>,
    /// Whether drafts are kept over reloads.
    pub draft_kept: bool,
    /// Whether playing goes on when the scrubber is let go.
    resume: bool,
    /// The link the session came from is not a draft until something is changed.
    untouched: bool,
}

/// All that can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The text was changed by hand.
    Edit(String),
    /// A diagnostic's fix was taken.
    Mend(Fix),
    /// Show this place of the text, in bytes.
    Reveal(usize),
    /// A scenario of the menu was chosen.
    Choose(&'static Lesson),
    /// Back to what was worked on before.
    Earlier,
    /// The fragment of the address is now this.
    OpenLink(String),
    /// All is played anew with another seed.
    Reseed,

    /// Play or pause.
    TogglePlay,
    /// To the next event.
    Step,
    /// To the event before.
    StepBack,
    /// To a moment.
    Seek(Micros),
    /// The scrubber was taken hold of.
    ScrubStart,
    /// The scrubber was let go.
    ScrubEnd,
    /// How fast to play, in percent.
    Speed(u32),
    /// What can be read changed because time passed.
    Moved,

    /// A tab was chosen.
    Show(Pane),
    /// A Service was chosen to be described.
    Describe(Key),
    /// Something was selected, or nothing.
    Select(Option<Selection>),

    /// Delete this pod.
    Delete(Key),
    /// Make this pod ready, or not.
    SetReady(Key, bool),
    /// Let this client ask the Service that is described.
    SendFrom(Client),
    /// Take the last act back.
    UndoAct,
    /// Who asks whom.
    SetTraffic(Traffic),

    /// A border was moved to so many percent.
    Divide(Divider, f64),
    /// The other theme.
    ToggleTheme,
    /// What the system prefers changed.
    SystemTheme(Theme),
    /// The reader wants less motion, or not.
    Reduced(bool),
    /// The page became narrow, or wide.
    Narrow(bool),
    /// Open this.
    Open(Overlay),
    /// How to embed.
    OpenEmbed,
    /// Close what lies over the page.
    Close,
    /// Copy the link.
    CopyLink,
    /// Copy what the embed dialog shows.
    CopySnippet(String),
    /// Copying this worked, or not.
    Copied(Copying, bool),
    /// The toast was read.
    DismissToast,
    /// Typing rests: keep the draft.
    KeepNow,
    /// The page may never be seen again.
    Leaving,
}

/// What is copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Copying {
    /// The link; its fragment.
    Link(String),
    /// The iframe.
    Snippet,
}

/// What has to be done outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Put the link with this fragment onto the clipboard.
    CopyLink(String),
    /// Put this onto the clipboard.
    CopySnippet(String),
    /// Keep what is worked on, soon.
    KeepDraft,
    /// Keep what was worked on before.
    KeepEarlier(Rc<Scenario>),
    /// Keep how the page is divided.
    KeepLayout(Layout),
    /// Keep the chosen theme.
    KeepTheme(Theme),
    /// Show this theme.
    ShowTheme(Theme),
    /// Take the fragment off the address: it no longer says what is shown.
    ClearFragment,
}

/// What the page was opened with.
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent facts about the page and its reader"
)]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opening {
    /// `?embed`.
    pub embed: bool,
    /// `?theme=` or the choice made here before.
    pub theme: Option<Theme>,
    /// What the system prefers.
    pub dark: bool,
    /// Less motion.
    pub reduced: bool,
    /// A narrow page.
    pub narrow: bool,
    /// The address's fragment.
    pub fragment: String,
    /// The draft that was kept.
    pub draft: Option<Scenario>,
    /// What was worked on before the draft.
    pub earlier: Option<Scenario>,
    /// How the page was divided.
    pub layout: Option<Layout>,
    /// Whether the browser keeps anything for this page.
    pub keeps: bool,
}

impl Lesson {
    /// The scenario itself.
    pub fn scenario(&self) -> Scenario {
        Scenario {
            text: self.text.to_owned(),
            seed: scenarios::SEED,
            view: View {
                service: Some(self.service.to_owned()),
                ..View::default()
            },
            ..Scenario::default()
        }
    }
}

impl AppState {
    /// The state, the session and the playhead a page begins with: a link before a draft before the first scenario of the menu.
    pub fn open(opening: Opening) -> (Self, Rc<Live>) {
        let first = &scenarios::ALL[0];
        let draft = opening.draft.filter(|_| !opening.embed);
        let mut state = Self {
            open: [Pane::Yaml, Pane::Describe, Pane::Requests],
            narrow_open: Pane::Describe,
            narrow: opening.narrow,
            embed: opening.embed,
            service: None,
            selection: None,
            theme: opening
                .theme
                .unwrap_or(if opening.dark { Theme::Dark } else { Theme::Light }),
            theme_chosen: opening.theme.is_some(),
            reduced: opening.reduced,
            layout: opening.layout.unwrap_or_default(),
            overlay: None,
            toast: None,
            text_epoch: 0,
            reveal: None,
            lesson: None,
            earlier: opening.earlier.filter(|_| !opening.embed).map(Rc::new),
            draft_kept: opening.keeps && !opening.embed,
            resume: false,
            untouched: true,
        };
        let fallback = || draft.clone().unwrap_or_else(|| first.scenario());
        let scenario = match link(&opening.fragment) {
            None => fallback(),
            Some(Ok(scenario)) => {
                if let Some(draft) = draft
                    .clone()
                    .filter(|draft| worth_keeping(draft) && draft.text != scenario.text)
                {
                    state.earlier = Some(Rc::new(draft));
                    state.say_with("Opened from a link. Your draft is kept.", Offer::Earlier);
                }
                scenario
            }
            Some(Err(error)) => {
                state.complain(format!("Could not open the link: {error}."));
                fallback()
            }
        };
        let live = Live::new(Session::new(Scenario::default()));
        state.take_up(&live, scenario);
        (state, live)
    }

    /// Whether this pane is to be seen.
    pub fn shows(&self, pane: Pane) -> bool {
        if self.narrow {
            self.narrow_open == pane
        } else {
            self.open.contains(&pane)
        }
    }

    /// What a link would say is looked at.
    pub fn view(&self, live: &Live) -> View {
        let tab = if self.narrow { self.narrow_open } else { self.open[1] };
        View {
            tab: Some(tab.word().to_owned()),
            service: self
                .service
                .as_ref()
                .map(|key| format!("{}/{}", key.namespace, key.name)),
            at: live.at().0,
            paused: !live.playing(),
            speed: if live.speed() == 100 { 0 } else { live.speed() },
        }
    }

    /// What a link would carry now.
    pub fn scenario(&self, live: &Live) -> Scenario {
        live.session.borrow().scenario(self.view(live))
    }

    /// Plays this scenario from where it looks.
    fn take_up(&mut self, live: &Live, scenario: Scenario) {
        let view = scenario.view.clone();
        self.lesson = scenarios::ALL.iter().find(|lesson| lesson.text == scenario.text);
        self.service = view.service.as_deref().and_then(key);
        self.selection = None;
        self.untouched = true;
        self.text_epoch += 1;
        if let Some(pane) = view.tab.as_deref().and_then(Pane::from_word) {
            self.show(pane);
        }
        live.set_speed(if view.speed == 0 { 100 } else { view.speed });
        live.set_playing(false);
        live.replace(Session::new(scenario), Micros(view.at));
        live.set_playing(!view.paused);
    }

    /// Plays this scenario; what was worked on is kept aside if it is worth it.
    fn exchange(&mut self, live: &Live, scenario: Scenario, title: &str) -> Vec<Effect> {
        let before = self.scenario(live);
        let mut effects = vec![Effect::KeepDraft];
        if worth_keeping(&before) && before.text != scenario.text {
            let before = Rc::new(before);
            self.earlier = Some(before.clone());
            effects.push(Effect::KeepEarlier(before));
            self.say_with(title, Offer::Earlier);
        } else {
            self.toast = None;
        }
        self.take_up(live, scenario);
        effects
    }

    fn show(&mut self, pane: Pane) {
        self.narrow_open = pane;
        if let Some(open) = self.open.iter_mut().find(|open| pane.group().contains(open)) {
            *open = pane;
        }
    }

    fn say_with(&mut self, text: &str, offer: Offer) {
        self.toast = Some(Toast {
            text: text.to_owned(),
            bad: false,
            offer: Some(offer),
        });
    }

    fn say(&mut self, text: String) {
        self.toast = Some(Toast {
            text,
            bad: false,
            offer: None,
        });
    }

    fn complain(&mut self, text: String) {
        self.toast = Some(Toast {
            text,
            bad: true,
            offer: None,
        });
    }
}

/// Changes the state, the session and the playhead as the action asks; what is left to do outside.
pub fn update(state: &mut AppState, live: &Live, action: Action) -> Vec<Effect> {
    match action {
        Action::Edit(text) => {
            live.session.borrow_mut().set_text(live.at(), text);
            state.lesson = state
                .lesson
                .filter(|lesson| lesson.text == live.session.borrow().text());
            changed(state, live)
        }
        Action::Mend(fix) => {
            let mended = apply_fix(live.session.borrow().text(), &fix);
            state.text_epoch += 1;
            mended.map_or_else(Vec::new, |text| update(state, live, Action::Edit(text)))
        }
        Action::Reveal(place) => {
            state.show(Pane::Yaml);
            state.reveal = Some((state.reveal.map_or(0, |(count, _)| count + 1), place));
            Vec::new()
        }
        Action::Choose(lesson) => {
            state.overlay = None;
            let scenario = lesson.scenario();
            let mut effects = state.exchange(live, scenario, "Your text is kept.");
            effects.push(Effect::ClearFragment);
            effects
        }
        Action::Earlier => {
            state.overlay = None;
            let Some(earlier) = state.earlier.take() else {
                return Vec::new();
            };
            let mut effects = state.exchange(live, (*earlier).clone(), "Back to your text.");
            effects.push(Effect::ClearFragment);
            effects
        }
        Action::OpenLink(fragment) => match link(&fragment) {
            None => Vec::new(),
            Some(Ok(scenario)) => state.exchange(live, scenario, "Opened from a link. Your text is kept."),
            Some(Err(error)) => {
                state.complain(format!("Could not open the link: {error}."));
                Vec::new()
            }
        },
        Action::Reseed => {
            let seed = live.session.borrow().seed() % 9_999 + 1;
            live.session.borrow_mut().set_seed(seed);
            let session = live.session.borrow().clone();
            live.replace(session, Micros::ZERO);
            state.text_epoch += 1;
            changed(state, live)
        }
        Action::TogglePlay => {
            live.set_playing(!live.playing());
            Vec::new()
        }
        Action::Step => {
            live.set_playing(false);
            live.seek(
                live.next_event()
                    .unwrap_or_else(|| live.at() + Micros::from_millis(500)),
            );
            Vec::new()
        }
        Action::StepBack => {
            live.set_playing(false);
            live.seek(live.previous_event());
            Vec::new()
        }
        Action::Seek(at) => {
            live.seek(at);
            Vec::new()
        }
        Action::ScrubStart => {
            state.resume = live.playing();
            live.set_playing(false);
            Vec::new()
        }
        Action::ScrubEnd => {
            live.set_playing(std::mem::take(&mut state.resume) || live.playing());
            Vec::new()
        }
        Action::Speed(percent) => {
            live.set_speed(percent);
            Vec::new()
        }
        // The app looks anew after every action, and keeps the draft itself.
        Action::Moved | Action::KeepNow | Action::Leaving => Vec::new(),
        Action::Show(pane) => {
            state.show(pane);
            Vec::new()
        }
        Action::Describe(key) => {
            state.service = Some(key);
            Vec::new()
        }
        Action::Select(selection) => {
            if let Some(Selection::Service(key)) = &selection {
                state.service = Some(key.clone());
                if !state.narrow {
                    state.show(Pane::Describe);
                }
            }
            state.selection = selection;
            Vec::new()
        }
        Action::Delete(key) => {
            let command = format!("kubectl delete pod {} -n {}", key.name, key.namespace);
            state.selection = None;
            act(state, live, Act::Kubectl(command), &format!("Deleted {}.", key.name))
        }
        Action::SetReady(Key { namespace, name }, ready) => {
            let words = format!("{name} is {} ready.", if ready { "now" } else { "no longer" });
            let turned = Act::Ready {
                namespace,
                pod: name,
                ready,
            };
            act(state, live, turned, &words)
        }
        Action::SendFrom(client) => send_from(state, live, &client),
        Action::UndoAct => {
            let undone = live.session.borrow_mut().undo();
            match undone {
                Some(done) => state.say(format!("Undone: {}.", act_words(&done.act))),
                None => return Vec::new(),
            }
            changed(state, live)
        }
        Action::SetTraffic(traffic) => {
            live.session.borrow_mut().set_traffic(live.at(), traffic);
            changed(state, live)
        }
        Action::Divide(divider, percent) => {
            state.layout.set(divider, percent);
            vec![Effect::KeepLayout(state.layout)]
        }
        Action::ToggleTheme => {
            state.theme = state.theme.other();
            state.theme_chosen = true;
            vec![Effect::ShowTheme(state.theme), Effect::KeepTheme(state.theme)]
        }
        Action::SystemTheme(theme) => {
            if state.theme_chosen {
                return Vec::new();
            }
            state.theme = theme;
            vec![Effect::ShowTheme(theme)]
        }
        Action::Reduced(reduced) => {
            state.reduced = reduced;
            Vec::new()
        }
        Action::Narrow(narrow) => {
            state.narrow = narrow;
            // The editor is built anew in its other place.
            state.text_epoch += 1;
            Vec::new()
        }
        Action::Open(overlay) => {
            state.overlay = if state.overlay.as_ref() == Some(&overlay) {
                None
            } else {
                Some(overlay)
            };
            Vec::new()
        }
        Action::OpenEmbed => {
            state.overlay = Some(Overlay::Embed(share::encode(&state.scenario(live))));
            Vec::new()
        }
        Action::Close => {
            if state.overlay.take().is_none() {
                state.selection = None;
            }
            Vec::new()
        }
        Action::CopyLink => vec![Effect::CopyLink(share::encode(&state.scenario(live)))],
        Action::CopySnippet(snippet) => vec![Effect::CopySnippet(snippet)],
        Action::Copied(Copying::Link(fragment), true) => {
            state.say(format!(
                "Link copied: {} characters carry text, seed and view.",
                fragment.len() + 1
            ));
            Vec::new()
        }
        Action::Copied(Copying::Link(fragment), false) => {
            state.overlay = Some(Overlay::Link(fragment));
            Vec::new()
        }
        Action::Copied(Copying::Snippet, worked) => {
            if worked {
                state.say("Snippet copied.".to_owned());
            } else {
                state.complain("The browser does not let this page copy: select the snippet and copy it.".to_owned());
            }
            Vec::new()
        }
        Action::DismissToast => {
            state.toast = None;
            Vec::new()
        }
    }
}

/// The session changed under the playhead.
fn changed(state: &mut AppState, live: &Live) -> Vec<Effect> {
    live.look_ahead();
    live.notify();
    let was_link = std::mem::replace(&mut state.untouched, false);
    let earlier = state.earlier.clone().filter(|_| was_link).map(Effect::KeepEarlier);
    let mut effects = vec![Effect::KeepDraft];
    effects.extend(earlier);
    if was_link {
        effects.push(Effect::ClearFragment);
    }
    effects
}

fn act(state: &mut AppState, live: &Live, act: Act, words: &str) -> Vec<Effect> {
    let took = live.session.borrow_mut().act(live.at(), act);
    if took {
        state.say_with(words, Offer::Undo);
    } else {
        state.complain("No more acts fit into this scenario.".to_owned());
    }
    changed(state, live)
}

fn send_from(state: &mut AppState, live: &Live, client: &Client) -> Vec<Effect> {
    let at = live.at();
    let flow = {
        let session = live.session.borrow();
        let services = session.services(at);
        let key = crate::outputs::described(&services, state.service.as_ref());
        let service = key.and_then(|key| session.world(at).service(key));
        service.and_then(|service| service.ports.first().map(|port| (service.key.clone(), port.port)))
    };
    let Some((key, port)) = flow else {
        state.complain("There is no Service to ask: add one to the text.".to_owned());
        return Vec::new();
    };
    let spec = FlowSpec {
        from: Selection::Client(client.clone()).station(),
        to: format!("{}/{}", key.namespace, key.name),
        port,
        millihertz: NEW_FLOW_MILLIHERTZ,
    };
    let mut flows = live.session.borrow().sending().to_vec();
    let words = format!("{} now asks {}.", crate::requests::client(client), key.name);
    if !flows.iter().any(|flow| flow.from == spec.from && flow.to == spec.to) {
        flows.push(spec);
    }
    state.say(words);
    update(state, live, Action::SetTraffic(Traffic::Chosen(flows)))
}

/// An act in words: the command it equals, where there is one.
pub fn act_words(act: &Act) -> String {
    match act {
        Act::Kubectl(line) => line.trim_end_matches(" -n default").to_owned(),
        Act::Ready { pod, ready, .. } => {
            format!("{pod}: readiness probe {}", if *ready { "succeeds" } else { "fails" })
        }
    }
}

/// How the cluster stands to the text, in words, and whether that is bad.
pub fn standing_words(standing: Standing) -> (String, bool) {
    let objects = |count: usize| {
        if count == 1 {
            "1 object".to_owned()
        } else {
            format!("{count} objects")
        }
    };
    let errors = |count: usize| {
        if count == 1 {
            "1 error".to_owned()
        } else {
            format!("{count} errors")
        }
    };
    match standing {
        Standing::Applied { objects: count } => (format!("{}, applied", objects(count)), false),
        Standing::LastGood { errors: count } => (format!("{}, cluster as of last good text", errors(count)), true),
        Standing::Partial {
            objects: made,
            errors: count,
        } => (format!("{}, {} applied", errors(count), objects(made)), true),
    }
}

/// A fix as a change of text; none where it does not fit the text.
pub fn apply_fix(text: &str, fix: &Fix) -> Option<String> {
    let before = text.get(..fix.range.start)?;
    let after = text.get(fix.range.end..)?;
    Some(format!("{before}{}{after}", fix.replacement))
}

/// What a fragment says, if it is meant as a link at all.
fn link(fragment: &str) -> Option<Result<Scenario, share::ShareError>> {
    let fragment = fragment.trim_start_matches('#');
    let version = fragment.strip_prefix('v').and_then(|rest| rest.chars().next());
    version.filter(char::is_ascii_digit).map(|_| share::decode(fragment))
}

/// Whether a scenario holds work of the learner's own.
fn worth_keeping(scenario: &Scenario) -> bool {
    let own = !scenarios::ALL.iter().any(|lesson| lesson.text == scenario.text);
    own && !scenario.text.trim().is_empty()
}

fn key(word: &str) -> Option<Key> {
    let (namespace, name) = word.split_once('/')?;
    Some(Key {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(opening: Opening) -> (AppState, Rc<Live>) {
        AppState::open(opening)
    }

    fn text(live: &Live) -> String {
        live.session.borrow().text().to_owned()
    }

    fn draft(text: &str) -> Scenario {
        Scenario {
            text: text.to_owned(),
            ..Scenario::default()
        }
    }

    #[test]
    fn a_page_opens_with_the_first_scenario_and_plays() {
        let (state, live) = page(Opening::default());
        assert_eq!(state.lesson.map(|lesson| lesson.title), Some(scenarios::ALL[0].title));
        assert_eq!(text(&live), scenarios::ALL[0].text);
        assert!(live.playing());
        assert_eq!(live.at(), Micros::ZERO);
    }

    #[test]
    fn a_draft_comes_back_and_an_embedded_stage_shows_none() {
        let opening = Opening {
            draft: Some(draft("kind: Mine")),
            ..Opening::default()
        };
        let (_, live) = page(opening.clone());
        assert_eq!(text(&live), "kind: Mine");
        let (_, live) = page(Opening { embed: true, ..opening });
        assert_eq!(text(&live), scenarios::ALL[0].text);
    }

    #[test]
    fn a_link_restores_text_seed_acts_traffic_and_view_and_keeps_the_draft() {
        let (mut state, live) = page(Opening::default());
        update(
            &mut state,
            &live,
            Action::Edit("# mine\n".to_owned() + scenarios::ALL[3].text),
        );
        update(&mut state, &live, Action::Reseed);
        update(&mut state, &live, Action::Show(Pane::Slices));
        update(&mut state, &live, Action::Speed(50));
        update(&mut state, &live, Action::TogglePlay);
        update(&mut state, &live, Action::Seek(Micros::from_millis(1_234)));
        let pod = Key {
            namespace: "default".to_owned(),
            name: "api-1".to_owned(),
        };
        update(&mut state, &live, Action::SetReady(pod, false));
        update(&mut state, &live, Action::SetTraffic(Traffic::Chosen(Vec::new())));
        let sent = state.scenario(&live);

        let (mut opened, other) = page(Opening {
            fragment: format!("#{}", share::encode(&sent)),
            draft: Some(draft("kind: Draft")),
            ..Opening::default()
        });
        assert_eq!(opened.scenario(&other), sent);
        assert!(!other.playing());
        update(&mut opened, &other, Action::Earlier);
        assert_eq!(text(&other), "kind: Draft");
    }

    #[test]
    fn a_damaged_link_is_told_and_the_draft_opens() {
        let (state, live) = page(Opening {
            fragment: "#v1.d.broken".to_owned(),
            draft: Some(draft("kind: Draft")),
            ..Opening::default()
        });
        assert_eq!(text(&live), "kind: Draft");
        assert!(
            state
                .toast
                .is_some_and(|toast| toast.bad && toast.text.contains("damaged"))
        );
    }

    #[test]
    fn a_fragment_that_is_no_link_is_left_alone() {
        let (state, _) = page(Opening {
            fragment: "#stage".to_owned(),
            ..Opening::default()
        });
        assert_eq!(state.toast, None);
    }

    #[test]
    fn choosing_a_scenario_loses_no_text_of_the_learners_own() {
        let (mut state, live) = page(Opening::default());
        update(&mut state, &live, Action::Edit("kind: Mine".to_owned()));
        assert_eq!(state.lesson, None);
        let effects = update(&mut state, &live, Action::Choose(&scenarios::ALL[1]));
        assert!(
            effects
                .iter()
                .any(|effect| matches!(effect, Effect::KeepEarlier(kept) if kept.text == "kind: Mine"))
        );
        assert_eq!(text(&live), scenarios::ALL[1].text);
        update(&mut state, &live, Action::Earlier);
        assert_eq!(text(&live), "kind: Mine");
    }

    #[test]
    fn an_act_can_be_taken_back() {
        let (mut state, live) = page(Opening::default());
        let pod = Key {
            namespace: "default".to_owned(),
            name: "back-end-2".to_owned(),
        };
        update(&mut state, &live, Action::Delete(pod));
        assert_eq!(live.session.borrow().acts().len(), 1);
        assert_eq!(state.toast.as_ref().and_then(|toast| toast.offer), Some(Offer::Undo));
        update(&mut state, &live, Action::UndoAct);
        assert!(live.session.borrow().acts().is_empty());
    }

    #[test]
    fn scrubbing_holds_the_playhead_and_lets_it_go_again() {
        let (mut state, live) = page(Opening::default());
        update(&mut state, &live, Action::ScrubStart);
        live.tick(50.0);
        assert_eq!(live.at(), Micros::ZERO);
        update(&mut state, &live, Action::ScrubEnd);
        live.tick(50.0);
        assert_eq!(live.at(), Micros::from_millis(50));
    }

    #[test]
    fn borders_stay_within_reason() {
        let (mut state, live) = page(Opening::default());
        update(&mut state, &live, Action::Divide(Divider::Editor, 3.0));
        assert!((state.layout.editor - 16.0).abs() < f64::EPSILON);
        update(&mut state, &live, Action::Divide(Divider::Editor, f64::NAN));
        assert!((state.layout.editor - 16.0).abs() < f64::EPSILON);
    }

    #[test]
    fn escape_closes_one_thing_at_a_time() {
        let (mut state, live) = page(Opening::default());
        update(&mut state, &live, Action::Select(Some(Selection::Request(1))));
        update(&mut state, &live, Action::Open(Overlay::Help));
        update(&mut state, &live, Action::Close);
        assert!(state.overlay.is_none() && state.selection.is_some());
        update(&mut state, &live, Action::Close);
        assert_eq!(state.selection, None);
    }
}
