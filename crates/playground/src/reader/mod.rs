//! The half of a session that reads text, acts and commands.

mod epochs;
mod looks;
mod settings;
mod typed;

use crate::containers::Visit;
use crate::desk::EDITOR_FILE;
use crate::diagnostic::{Advice, Code, Diagnostic};
use crate::documents::Documents;
use crate::lesson::{Asked, Lesson, LessonFault};
use crate::prompt::Prompt;
use crate::reading::{Applied, Reading};
use crate::run::{Cause, Change};
use crate::scenario::{Act, FlowSpec, Scenario, TimedAct, Traffic};
use crate::snapshot::Snapshot;
use crate::{advice, lesson, limits, over_limit, place, reading, traffic};
use base::Order;
use cluster::{Cluster, Config, Kubelet, Networks};
use epochs::Epoch;
use kubectl::Output;
use network::{Flow, Micros, ObjectKey, World};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

/// Reads text, acts and commands, and keeps the cluster that they make in each epoch: the half of a session that works when
/// something is typed or done. What it finds it tells the other half, the [`Run`](crate::Run), as changes.
#[derive(Clone)]
pub struct Reader {
    scenario: Scenario,
    /// The cluster before any text.
    fresh: Cluster,
    documents: Documents,
    reading: Reading,
    /// The cluster as the last text that could be applied makes it, before any act.
    base: Snapshot,
    /// Its state after each of the first acts; the others are yet to be performed.
    performed: Vec<Snapshot>,
    text_status: TextStatus,
    /// The states of the cluster in order of time, up to the moment `brought`.
    epochs: Vec<Epoch>,
    brought: Micros,
    /// What the run does not know yet.
    changes: Vec<Change>,
    sending: Vec<FlowSpec>,
    /// Since when `sending` is sent.
    sending_since: Micros,
    /// Requests of acts.
    bursts: Vec<Flow>,
    revision: u64,
    prompt: Prompt,
    /// The last scenario document of the text that could be read.
    lesson: Option<Rc<Lesson>>,
    /// Sentences about what in the scenario exceeded a limit.
    notices: Vec<String>,
}

/// The requests that had reached pods by the moment of a command: asked for only where its logs are.
pub type Visited<'a> = &'a dyn Fn() -> Vec<Visit>;

/// How the cluster relates to the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum TextStatus {
    /// The cluster is what the text describes.
    Applied {
        /// Objects of the text.
        objects: usize,
    },
    /// The text has errors; the cluster is that of the last text without.
    LastGood {
        /// Errors in the text, listed or not.
        errors: usize,
    },
    /// The text has errors and there never was one without; the cluster holds what could be created.
    Partial {
        /// Objects that were created.
        objects: usize,
        /// Errors in the text, listed or not.
        errors: usize,
    },
}

/// How long kube-proxy takes to hear of a change and to write its rules.
///
/// Differs: on a real cluster it takes from some tens of milliseconds to seconds.
pub const PROXY_LAG: Micros = Micros::from_millis(300);

/// How far ahead what time brings is known.
pub const AHEAD: Micros = Micros::from_seconds(60);

impl Reader {
    /// Starts a session; [`Self::notices`] says what in the scenario exceeded a limit.
    pub fn new(mut scenario: Scenario) -> Self {
        let lesson = lesson::of_text(&scenario.text).and_then(Result::ok).map(Rc::new);
        if let Some(lesson) = &lesson {
            lesson.fill(&mut scenario);
        }
        let mut notices = over_limit::limit(&mut scenario);
        let networks = scenario.networks().unwrap_or_else(|wrong| {
            notices.push(wrong);
            Networks::default()
        });
        if let Some(wrong) = scenario.wrong_zone() {
            notices.push(wrong);
            scenario.zones = None;
        }
        let fresh = Cluster::new(&Config {
            networks,
            zones: scenario.zones.clone(),
            plugin: scenario.network_policies.into(),
            ..limits::config(scenario.nodes, scenario.seed, Kubelet::Programs)
        });
        let world = Rc::new(World::of(&fresh));
        let base = Snapshot::new(fresh.clone(), world, scenario.proxy);
        let begin = Change::Begin {
            seed: scenario.seed,
            proxy: scenario.proxy,
        };
        let mut session = Self {
            fresh,
            documents: Documents::default(),
            reading: Reading::default(),
            base,
            performed: Vec::new(),
            text_status: TextStatus::Partial { objects: 0, errors: 0 },
            changes: vec![begin],
            epochs: Vec::new(),
            brought: Micros::ZERO,
            sending: Vec::new(),
            sending_since: Micros::ZERO,
            bursts: Vec::new(),
            revision: 0,
            prompt: Prompt::new(scenario.seed),
            lesson,
            notices,
            scenario,
        };
        let text = std::mem::take(&mut session.scenario.text);
        session.set_text(Micros::ZERO, text);
        let wanted = Micros(session.scenario.view.at);
        let (opening, notice) = over_limit::limit_opening(wanted, &session.sending);
        session.scenario.view.at = opening.0;
        session.notices.extend(notice);
        session
    }

    /// Counts changes, so that an observer knows when to look again; it never decreases.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The text as it was last set, with or without errors.
    pub fn text(&self) -> &str {
        &self.scenario.text
    }

    /// The diagnostics of the text, by their place in it.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.reading.diagnostics
    }

    /// The range of a field of an object in the text, from its key to the end of its value, in bytes; `None` if the text does not
    /// have it, as for pods of a Deployment.
    pub fn place(&self, kind: &str, key: &ObjectKey, path: &[&str]) -> Option<Range<usize>> {
        place::place(self.text(), &self.reading.documents, kind, key, path)
    }

    /// Kind and key of the object that the text describes at that byte; `None` between documents.
    pub fn object_at(&self, byte: usize) -> Option<(&str, ObjectKey)> {
        place::object_at(&self.reading.documents, byte)
    }

    /// How the cluster relates to the text.
    pub fn text_status(&self) -> TextStatus {
        self.text_status
    }

    /// Replaces the text at the moment `at`.
    pub fn set_text(&mut self, at: Micros, text: String) {
        let (lesson, fault) = self.read_lesson(&text);
        let asked = Asked::of(lesson.as_deref());
        let before = Asked::of(self.lesson.as_deref());
        if asked != before {
            let mut scenario = self.scenario(self.scenario.view.clone());
            asked.replace(&before, &mut scenario);
            self.restart(|old| *old = Scenario { text, ..scenario });
            return;
        }
        self.lesson = lesson;
        let Applied {
            cluster,
            world,
            reading,
            is_same,
        } = reading::apply(self.fresh.clone(), &text, fault.as_ref(), &mut self.documents);
        self.scenario.text = text;
        self.reading = reading;
        let (objects, errors) = (self.reading.objects, self.reading.errors);
        let was = self.text_status;
        let never_good = matches!(was, TextStatus::Partial { .. });
        self.text_status = match (errors, never_good) {
            (0, _) => TextStatus::Applied { objects },
            (_, true) => TextStatus::Partial { objects, errors },
            (_, false) => TextStatus::LastGood { errors },
        };
        if is_same && !matches!(was, TextStatus::LastGood { .. }) && self.goes_on(at) {
            self.retarget(at);
        } else {
            // What a command makes of the editor's text may be another thing now.
            self.performed.clear();
            if !matches!(self.text_status, TextStatus::LastGood { .. }) {
                // What the network does not see is not told to it.
                let is_seen = *world != *self.base.world;
                let world = if is_seen { world } else { self.base.world.clone() };
                self.base = Snapshot::new(cluster, world, self.scenario.proxy);
                // Of what time brings later, the next edit may make another thing before anybody has looked.
                self.brought = self.brought.min(at + AHEAD);
                self.rebuild(at, Cause::Text);
            }
        }
        self.revision += 1;
    }

    /// Whether from this moment on the cluster is that of the newest text, with nothing done to it by commands, which may read the text.
    fn goes_on(&self, at: Micros) -> bool {
        let newest = self.epochs.iter().rfind(|epoch| epoch.cause == Cause::Text);
        let commanded = |done: &TimedAct| matches!(done.act, Act::Kubectl(_));
        newest.is_some_and(|epoch| epoch.from <= at) && !self.scenario.acts.iter().any(commanded)
    }

    /// The scenario document of a text, or the last one and what is wrong with this.
    fn read_lesson(&self, text: &str) -> (Option<Rc<Lesson>>, Option<LessonFault>) {
        match lesson::of_text(text) {
            None => (None, None),
            Some(Ok(lesson)) => (Some(Rc::new(lesson)), None),
            Some(Err(fault)) => (self.lesson.clone(), Some(fault)),
        }
    }

    /// The files that commands may name.
    fn files(&self) -> BTreeMap<String, String> {
        let named = self.lesson.iter().flat_map(|it| &it.files);
        let mut files: BTreeMap<String, String> = named
            .map(|(path, text)| (path.trim_start_matches("./").to_owned(), text.clone()))
            .collect();
        files.insert(EDITOR_FILE.to_owned(), lesson::manifests(&self.scenario.text));
        files
    }

    /// Performs an act at the moment `at`; false if the session has [`limits::ACTS`] already.
    pub fn act(&mut self, at: Micros, act: Act) -> bool {
        if self.scenario.acts.len() >= limits::ACTS {
            return false;
        }
        let place = self.scenario.acts.partition_point(|earlier| earlier.at <= at.0);
        self.scenario.acts.insert(place, TimedAct { at: at.0, act });
        self.performed.truncate(place);
        self.rebuild(at, Cause::Act);
        self.revision += 1;
        true
    }

    /// All acts in the order of time.
    pub fn acts(&self) -> &[TimedAct] {
        &self.scenario.acts
    }

    /// What each act printed; an act that no longer fits the text prints why.
    pub fn said(&self) -> impl Iterator<Item = &Output> {
        self.performed.iter().map(|snapshot| &snapshot.said)
    }

    /// Takes an act back; false if there is none like it.
    pub fn take_back(&mut self, done: &TimedAct) -> bool {
        let Some(index) = self.scenario.acts.iter().rposition(|act| act == done) else {
            return false;
        };
        self.scenario.acts.remove(index);
        self.performed.truncate(index);
        self.rebuild(Micros(done.at), Cause::Undo);
        self.revision += 1;
        true
    }

    /// Takes the last act back and returns it.
    pub fn undo(&mut self) -> Option<TimedAct> {
        let last = self.scenario.acts.pop()?;
        self.performed.truncate(self.scenario.acts.len());
        self.rebuild(Micros(last.at), Cause::Undo);
        self.revision += 1;
        Some(last)
    }

    /// Replaces the flows from the moment `at` on.
    pub fn set_traffic(&mut self, at: Micros, traffic: Traffic) {
        self.scenario.traffic = traffic;
        self.retarget(at);
        self.revision += 1;
    }

    /// The flows of now, chosen or automatic.
    pub fn sending(&self) -> &[FlowSpec] {
        &self.sending
    }

    /// Whether the flows are chosen, not automatic.
    pub fn traffic_is_chosen(&self) -> bool {
        matches!(self.scenario.traffic, Traffic::Chosen(_))
    }

    /// Replaces the advice on policies that shut out these flows.
    fn advise_on_policies(&mut self, at: Micros, sending: &[FlowSpec]) {
        let code = Code::Advice(Advice::ShutOut);
        self.reading.diagnostics.retain(|it| it.code != code);
        let (text, documents) = (&self.scenario.text, &self.reading.documents);
        let shut_out = advice::shut_out(text, documents, &self.epoch(at).snapshot.world, sending);
        if !shut_out.is_empty() {
            self.reading.diagnostics.extend(shut_out);
            self.reading.diagnostics.order_by_key(|it| it.range.start);
        }
    }

    /// Replaces the flows of the run if they changed.
    fn retarget(&mut self, at: Micros) {
        let wanted = match &self.scenario.traffic {
            Traffic::Auto => {
                let snapshot = &self.epoch(at).snapshot;
                traffic::auto(&snapshot.world, &snapshot.cluster)
            }
            Traffic::Chosen(specs) => specs.clone(),
        };
        self.advise_on_policies(at, &wanted);
        let bursts = traffic::bursts(&self.scenario.acts);
        if wanted == self.sending && bursts == self.bursts {
            return;
        }
        if wanted != self.sending {
            self.sending = wanted;
            self.sending_since = at;
        }
        self.bursts = bursts;
        let mut flows = traffic::flows(&self.sending, self.sending_since);
        flows.extend(self.bursts.iter().cloned());
        self.changes.push(Change::Flows { at, flows });
    }
}
