use crate::commands::{Commands, leads_on};
use crate::containers::{Visit, Visits};
use crate::desk::EDITOR_FILE;
use crate::diagnostic::{Advice, Code, Diagnostic};
use crate::documents::Documents;
use crate::lesson::{self, Asked, Lesson, LessonFault};
use crate::lost_port::lost_port;
use crate::over_limit::Unmade;
use crate::prompt::{Moments, Prompt};
use crate::reading::{self, Applied, Reading};
use crate::run::{Cause, Change, SeenEpoch};
use crate::scenario::{Act, FlowSpec, IpFamily, NetworkPolicies, Proxy, Scenario, TimedAct, Traffic, View};
use crate::snapshot::Snapshot;
use crate::terminal::Terminal;
use crate::workload::{self, Workload};
use crate::{advice, bystander, completion, limits, no_address, over_limit, place, plain_words, traffic};
use api::Kind;
use base::Order;
use cluster::{Cluster, Config, Kubelet, Networks};
use kubectl::{Completion, Edit, Edited, ForwardedPort, KubectlVersion, Output};
use network::dns::{self, NameResult, Nameserver, Resolution, Resolver};
use network::{Client, Flow, Micros, ObjectKey, World};
use std::cell::RefCell;
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

#[derive(Clone)]
struct Epoch {
    from: Micros,
    cause: Cause,
    /// Shared with the epoch before where the state of this one is no longer kept.
    snapshot: Rc<Snapshot>,
}

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

    /// A sentence for each part of the scenario that exceeded a limit and was cut.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// The playhead of the scenario, within the limits: where the page opens.
    pub fn opening(&self) -> Micros {
        Micros(self.scenario.view.at)
    }

    /// The scenario that a link carries, with this view.
    pub fn scenario(&self, view: View) -> Scenario {
        let step = self.scenario.view.step;
        let mut scenario = Scenario {
            view: View { step, ..view },
            ..self.scenario.clone()
        };
        if let Some(lesson) = &self.lesson {
            lesson.strip(&mut scenario, step);
        }
        scenario
    }

    /// The scenario document of the text; while it cannot be read, the last one that could.
    pub fn lesson(&self) -> Option<&Rc<Lesson>> {
        self.lesson.as_ref()
    }

    /// The number of the step that has been reached, counted from 1.
    pub fn step(&self) -> usize {
        self.scenario.view.step
    }

    /// Restarts the session at a step of its scenario document, without what was done by hand.
    pub fn set_step(&mut self, step: usize) {
        let text = self.scenario.text.clone();
        self.restart(|scenario| {
            *scenario = Scenario {
                text,
                view: View {
                    step,
                    ..View::default()
                },
                ..Scenario::default()
            };
        });
    }

    /// Counts changes, so that an observer knows when to look again; it never decreases.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The text as it was last set, with or without errors.
    pub fn text(&self) -> &str {
        &self.scenario.text
    }

    /// All random choices follow from it.
    pub fn seed(&self) -> u64 {
        self.scenario.seed
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
        } = reading::apply(self.fresh.clone(), &text, fault.as_ref(), &mut self.documents);
        self.scenario.text = text;
        // What a command makes of the editor's text may be another thing now.
        self.performed.clear();
        self.reading = reading;
        let (objects, errors) = (self.reading.objects, self.reading.errors);
        let never_good = matches!(self.text_status, TextStatus::Partial { .. });
        self.text_status = match (errors, never_good) {
            (0, _) => TextStatus::Applied { objects },
            (_, true) => TextStatus::Partial { objects, errors },
            (_, false) => TextStatus::LastGood { errors },
        };
        if !matches!(self.text_status, TextStatus::LastGood { .. }) {
            self.base = Snapshot::new(cluster, world, self.scenario.proxy);
            self.rebuild(at, Cause::Text);
        }
        self.revision += 1;
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

    /// Restarts the session with another seed.
    pub fn set_seed(&mut self, seed: u64) {
        self.restart(|scenario| scenario.seed = seed);
    }

    /// Changes the scenario and plays it again from the beginning.
    fn restart(&mut self, change: impl FnOnce(&mut Scenario)) {
        let mut scenario = self.scenario.clone();
        change(&mut scenario);
        let revision = self.revision;
        *self = Self::new(scenario);
        self.revision += revision + 1;
    }

    /// Number of nodes, from 1.
    pub fn nodes(&self) -> usize {
        self.scenario.nodes.max(1)
    }

    /// Restarts the session with another number of nodes, at most [`limits::NODES`].
    pub fn set_nodes(&mut self, nodes: usize) {
        self.restart(|scenario| scenario.nodes = nodes.clamp(1, limits::NODES));
    }

    /// A pod's annotation [`cluster::ANSWERS`]: how it answers requests.
    pub fn answers(&self, at: Micros, pod: &ObjectKey) -> Option<String> {
        let cluster = &self.epoch(at).snapshot.cluster;
        let pod = cluster.find(Kind::Pod, &pod.namespace, &pod.name)?;
        pod.annotation(cluster::ANSWERS).map(str::to_owned)
    }

    /// The workload that a pod belongs to.
    pub fn workload(&self, at: Micros, pod: &ObjectKey) -> Option<Workload> {
        workload::of_pod(&self.epoch(at).snapshot.cluster, pod)
    }

    /// The mode of kube-proxy.
    pub fn proxy(&self) -> Proxy {
        self.scenario.proxy
    }

    /// Restarts the session with another mode of kube-proxy.
    pub fn set_proxy(&mut self, proxy: Proxy) {
        self.restart(|scenario| scenario.proxy = proxy);
    }

    /// The version of kubectl.
    pub fn kubectl_version(&self) -> KubectlVersion {
        self.scenario.kubectl_version()
    }

    /// Restarts with another version of kubectl.
    pub fn set_kubectl_version(&mut self, version: KubectlVersion) {
        self.restart(|scenario| scenario.kubectl = (version != KubectlVersion::NEWEST).then(|| version.word()));
    }

    /// What the network plugin makes of network policies.
    pub fn network_policies(&self) -> NetworkPolicies {
        self.scenario.network_policies
    }

    /// The families of addresses that were chosen; none if they are those of a new cluster.
    pub fn ip_families(&self) -> &[IpFamily] {
        &self.scenario.ip_families
    }

    /// Restarts the session with a network plugin that enforces network policies, or with one that ignores them.
    pub fn set_network_policies(&mut self, policies: NetworkPolicies) {
        self.restart(|scenario| scenario.network_policies = policies);
    }

    /// Restarts the session with nodes, pods and Services of these families of addresses; with those of a new cluster for none.
    ///
    /// Ranges of addresses that were set go: they may have other families.
    pub fn set_ip_families(&mut self, families: Vec<IpFamily>) {
        self.restart(|scenario| {
            scenario.ip_families = families;
            if scenario.networks().is_err() {
                (scenario.service_cidr, scenario.pod_cidr, scenario.api_server) = (None, None, None);
            }
        });
    }

    /// What the run does not know yet, in order.
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// Until when it is known what time brings.
    ///
    /// It is known for some time only, as programs that crash over and over never come to an end.
    pub fn brought(&self) -> Micros {
        self.brought
    }

    /// Adds the epochs that time brings up to a moment.
    pub fn bring(&mut self, until: Micros) {
        self.brought = self.brought.max(until);
        let Some(last) = self.epochs.last().cloned() else {
            return;
        };
        let epochs = with_what_time_brings(vec![last.clone()], until);
        let added = heard_later(&last.snapshot.world, epochs.into_iter().skip(1).collect());
        self.add(added);
    }

    /// Adds epochs, and lets the run know what it sees of them.
    fn add(&mut self, epochs: Vec<Epoch>) {
        let mut before = self.epochs.last().map(|epoch| &*epoch.snapshot);
        let mut seen = Vec::with_capacity(epochs.len());
        for epoch in &epochs {
            let now = &*epoch.snapshot;
            seen.push(SeenEpoch {
                from: epoch.from,
                cause: epoch.cause,
                world: (!before.is_some_and(|before| Rc::ptr_eq(&before.world, &now.world))).then(|| now.world.clone()),
                caveats: (!before.is_some_and(|before| Rc::ptr_eq(&before.caveats, &now.caveats)))
                    .then(|| now.caveats.clone()),
            });
            before = Some(now);
        }
        self.changes.push(Change::Epochs {
            kept: self.epochs.len(),
            epochs: seen,
            brought: self.brought,
        });
        self.epochs.extend(epochs);
        let thinned = thin(&mut self.epochs);
        if !thinned.is_empty() {
            self.changes.push(Change::Thinned(thinned));
        }
    }

    /// The output of a kubectl command at that moment; what it changes is discarded.
    pub fn kubectl(&self, at: Micros, line: &str, visits: Visited<'_>) -> Output {
        let mut commands = self.commands(at, visits);
        commands.desk = RefCell::default();
        commands.run(&mut self.cluster(at), line, None)
    }

    /// The output by the moment `at` of a command that began earlier and waits: see [`Output::waits_until`]. What it does as it
    /// ends becomes an act.
    pub fn kubectl_since(&mut self, began: Micros, at: Micros, command: &str, visits: Visited<'_>) -> Output {
        if !self.prompt.begin_again(began) {
            let commands = self.commands(at, visits);
            return commands.typed(&mut self.cluster(at), command, Some(&self.began(began, command)));
        }
        if self.prompt.is_in_shell() {
            return self.type_into_shell(began, at, command);
        }
        let mut cluster = self.cluster(at);
        let before = self.began(began, command);
        let mut commands = self.commands(at, visits);
        commands.fraction = fraction(began);
        let mut output = commands.typed(&mut cluster, command, Some(&before));
        let kept = commands.remembered();
        let line = self.prompt.desk.self_contained(command);
        (self.prompt.memory, self.prompt.desk) = kept;
        self.show_forwarded(at);
        let is_it = |act: &TimedAct| act.at >= began.0 && matches!(&act.act, Act::Kubectl(known) if *known == line);
        if !output.forwards.is_empty() && !self.scenario.acts.iter().any(is_it) {
            self.keep(at, &line, &cluster, &mut output);
        }
        self.open_shell(at, &output);
        self.end_with(at, &mut output);
        output
    }

    /// The ports that `kubectl port-forward` leads from outside to pods, at that moment.
    pub fn forwards(&self, at: Micros) -> Vec<ForwardedPort> {
        let cluster = &self.epoch(at).snapshot.cluster;
        let forwards = self.forwarded(at).into_iter();
        forwards.filter(|it| leads_on(cluster, it)).collect()
    }

    /// What acts forward by that moment, wherever it leads; a port that is taken is taken over.
    fn forwarded(&self, at: Micros) -> Vec<ForwardedPort> {
        let mut all: Vec<ForwardedPort> = Vec::new();
        let acts = self.scenario.acts.iter().zip(&self.performed);
        for (_, snapshot) in acts.filter(|(act, _)| act.at <= at.0 && !self.prompt.stopped.contains(act)) {
            let new = &snapshot.said.forwards;
            all.retain(|known| new.iter().all(|new| new.local != known.local));
            all.extend(new.iter().cloned());
        }
        all
    }

    /// Whether any act forwards ports.
    pub fn has_forwarded(&self) -> bool {
        self.performed.iter().any(|after| !after.said.forwards.is_empty())
    }

    /// Ends what `kubectl port-forward` does in the background; false if it does nothing.
    ///
    /// An act that did nothing else is taken back.
    pub fn stop_forwarding(&mut self) -> bool {
        let proxy = self.prompt.desk.proxy.take();
        let mut stopped = proxy.is_some();
        for place in (0..self.performed.len()).rev() {
            let before = place.checked_sub(1).and_then(|place| self.performed.get(place));
            let before = before.unwrap_or(&self.base).cluster.version();
            let (Some(act), Some(after)) = (self.scenario.acts.get(place).cloned(), self.performed.get(place)) else {
                continue;
            };
            if after.said.forwards.is_empty() || self.prompt.stopped.contains(&act) {
                continue;
            }
            stopped = true;
            if after.cluster.version() == before {
                self.take_back(&act);
            } else {
                self.prompt.stopped.push(act);
            }
        }
        stopped
    }

    /// Sends on the stage what a terminal sent through forwarded ports.
    fn show_forwarded(&mut self, at: Micros) {
        let flows = traffic::through_forwards(&self.prompt.take_forwarded(), at);
        if !flows.is_empty() {
            self.changes.push(Change::Sends { at, flows });
        }
    }

    /// What stands before the line that is typed next: `$`, or the sign of an open shell.
    pub fn prompt(&self) -> String {
        self.prompt.sign()
    }

    /// Whether what is typed goes into the shell of a container.
    pub fn is_in_shell(&self) -> bool {
        self.prompt.is_in_shell()
    }

    fn type_into_shell(&mut self, began: Micros, at: Micros, line: &str) -> Output {
        let mut prompt = self.prompt.clone();
        let later = |second| self.cluster(later_moment(began, second));
        let mut output = prompt.line(line, &self.moments(began, at, &later));
        self.prompt = prompt;
        self.end_with(at, &mut output);
        output
    }

    fn open_shell(&mut self, at: Micros, output: &Output) {
        let mut prompt = self.prompt.clone();
        let later = |second| self.cluster(later_moment(at, second));
        prompt.open(output.opens.as_ref(), &self.moments(at, at, &later));
        self.prompt = prompt;
    }

    /// Performs what a command does as it ends.
    fn end_with(&mut self, at: Micros, output: &mut Output) {
        if let Some(then) = output.then.take() {
            self.act(at, Act::Kubectl(then));
        }
    }

    fn moments<'a>(&self, began: Micros, at: Micros, later: &'a dyn Fn(i64) -> Cluster) -> Moments<'a> {
        Moments {
            began: self.cluster(began),
            proxy: self.scenario.proxy.into(),
            later,
            known: i64::try_from(at.seconds()).unwrap_or(i64::MAX),
            fraction: fraction(began),
        }
    }

    /// The cluster in which a command began, without what it changed itself.
    fn began(&self, at: Micros, command: &str) -> Cluster {
        let is_it =
            |act: &TimedAct| act.at == at.0 && matches!(&act.act, Act::Kubectl(line) if line.ends_with(command));
        let Some(index) = self.scenario.acts.iter().rposition(is_it) else {
            return self.cluster(at);
        };
        let before = index.checked_sub(1).and_then(|last| self.performed.get(last));
        let mut cluster = before.unwrap_or(&self.base).cluster.clone();
        cluster.advance(at.seconds());
        cluster
    }

    fn commands<'a>(&'a self, at: Micros, visits: Visited<'a>) -> Commands<'a> {
        Commands {
            visits: Visits::new(Box::new(visits)),
            memory: RefCell::new(self.prompt.memory.clone()),
            desk: RefCell::new(self.prompt.desk.clone()),
            forwards: self.forwarded(at),
            fraction: fraction(at),
            at: Some(Box::new(move |second| self.cluster(later_moment(Micros::ZERO, second)))),
            version: self.scenario.kubectl_version(),
            ..Commands::with_files(self.files(), self.scenario.proxy.into(), self.scenario.seed)
        }
    }

    /// Performs a command line of the terminal at that moment; returns its output, and the act that it became if it changed
    /// or forwards anything.
    pub fn perform(&mut self, at: Micros, command: &str, visits: Visited<'_>) -> (Output, Option<TimedAct>) {
        self.prompt.begin(at);
        if self.prompt.is_in_shell() {
            return (self.type_into_shell(at, at, command), None);
        }
        self.prompt.desk.note(command);
        let mut cluster = self.cluster(at);
        let before = cluster.clone();
        let commands = self.commands(at, visits);
        let mut output = commands.typed(&mut cluster, command, None);
        let mut kept = commands.remembered();
        cluster.settle();
        let changed = cluster.version() != before.version() || cluster.has_tunnel() != before.has_tunnel();
        if changed && output.waits_until.is_some() {
            let commands = self.commands(at, visits);
            output = commands.typed(&mut cluster.clone(), command, Some(&before));
            kept = commands.remembered();
        }
        let line = self.prompt.desk.self_contained(command);
        (self.prompt.memory, self.prompt.desk) = kept;
        let keeps = changed || !output.forwards.is_empty();
        let act = keeps.then(|| self.keep(at, &line, &cluster, &mut output)).flatten();
        self.open_shell(at, &output);
        self.end_with(at, &mut output);
        self.show_forwarded(at);
        (output, act)
    }

    /// Runs a command again with what was saved in the editor that it opened; what that changes is kept as the commands that
    /// do the same.
    pub fn save(
        &mut self,
        at: Micros,
        command: &str,
        (opened, text): (&Edit, &str),
        visits: Visited<'_>,
    ) -> (Output, Option<TimedAct>) {
        let mut cluster = self.cluster(at);
        let mut commands = self.commands(at, visits);
        commands.edited = Some(Edited {
            original: &opened.original,
            opened: &opened.text,
            text,
        });
        let mut output = commands.typed(&mut cluster, command, None);
        drop(commands);
        cluster.settle();
        if let Some(edit) = &mut output.edit {
            edit.title.clone_from(&opened.title);
        }
        let mut act = None;
        for line in std::mem::take(&mut output.equals) {
            act = self.keep(at, &line, &cluster, &mut output);
        }
        (output, act)
    }

    /// Keeps a command that changed the cluster as an act.
    fn keep(&mut self, at: Micros, command: &str, cluster: &Cluster, output: &mut Output) -> Option<TimedAct> {
        let lacked = Unmade::of(&self.epoch(at).snapshot.cluster);
        for unmade in Unmade::of(cluster).iter().filter(|unmade| !lacked.contains(unmade)) {
            output.stderr.extend(["note: ", &unmade.caveat(), "\n"]);
        }
        let act = Act::Kubectl(command.to_owned());
        if self.act(at, act.clone()) {
            return Some(TimedAct { at: at.0, act });
        }
        let most = limits::ACTS;
        let words = format!("not kept: a session holds no more than {most} changes made by hand\n");
        output.stderr.push_str(&words);
        None
    }

    /// Completions of a command line at that moment.
    pub fn complete(&self, at: Micros, line: &str) -> Completion {
        let cluster = &self.epoch(at).snapshot.cluster;
        match self.prompt.namespace() {
            Some(namespace) => completion::in_shell(cluster, namespace, line),
            None => completion::at_prompt(cluster, line),
        }
    }

    /// A terminal on a copy of the cluster of that moment, with these files beside the editor's; what it does changes nothing
    /// here.
    pub fn terminal(&self, at: Micros, mut files: BTreeMap<String, String>) -> Terminal {
        files.extend(self.files());
        let version = self.scenario.kubectl_version();
        Terminal::new(
            self.cluster(at),
            files,
            self.scenario.proxy.into(),
            version,
            self.scenario.seed,
        )
    }

    /// How a client resolves a name at that moment: each name that its resolver tries, with the answer. `None` if the pod does
    /// not there.
    pub fn resolve(&self, at: Micros, client: &Client, name: &str) -> Option<Resolution> {
        let cluster = &self.epoch(at).snapshot.cluster;
        let resolver = match client {
            Client::Pod(pod) => {
                let pod = cluster.find(Kind::Pod, &pod.namespace, &pod.name)?;
                Resolver::of_pod(pod, cluster.networks().dns())
            }
            Client::Node(_) | Client::Outside => Resolver::of_node(),
        };
        let server = Nameserver::new(cluster);
        Some(resolver.resolve(name, &mut |place, question| server.ask(place, question)))
    }

    /// The names that a client's resolver tries for a name, each with the answer, as `web.default.svc.cluster.local. → 10.96.0.5`.
    pub fn tries(&self, at: Micros, client: &Client, name: &str) -> Option<Vec<String>> {
        let told = |tried: &dns::Try| {
            let addresses: Vec<String> = tried.addresses().iter().map(ToString::to_string).collect();
            let answer = match tried.result() {
                NameResult::Found => addresses.join(", "),
                NameResult::NoAddress => "no address".to_owned(),
                NameResult::NoSuchName => "no such name (NXDOMAIN)".to_owned(),
                NameResult::Refused => "refused".to_owned(),
                NameResult::Unreachable(_) => "no answer".to_owned(),
            };
            format!("{} → {answer}", tried.name)
        };
        Some(self.resolve(at, client, name)?.tries.iter().map(told).collect())
    }

    /// What `nslookup` prints for a name in a pod, whether or not its image has the program. `None` if the pod does
    /// not there.
    pub fn nslookup(&self, at: Micros, pod: &ObjectKey, name: &str) -> Option<String> {
        let cluster = &self.epoch(at).snapshot.cluster;
        let pod = cluster.find(Kind::Pod, &pod.namespace, &pod.name)?;
        let resolver = Resolver::of_pod(pod, cluster.networks().dns());
        let server = Nameserver::new(cluster);
        let ask: dns::Ask<'_> = &mut |place, question| server.ask(place, question);
        let printed = programs::nslookup(&[name.to_owned()], "", &resolver.conf, ask);
        Some(printed.stdout + &printed.stderr)
    }

    /// Plain sentences for what a command printed at that moment: of a name without address why it has none, else [`plain_words`].
    pub fn plain_words(&self, at: Micros, output: &Output) -> Vec<String> {
        let mut lines = output.stderr.lines().chain(output.stdout.lines());
        let asked = lines.find_map(no_address::unresolved);
        if let Some(asked) = asked {
            let why = if output.outside {
                Some(no_address::why_not_found_outside(asked).to_owned())
            } else {
                no_address::why_not_found(&self.epoch(at).snapshot.world, asked)
            };
            return vec![why.unwrap_or_else(|| no_address::NO_SUCH_NAME.to_owned())];
        }
        let cluster = &self.epoch(at).snapshot.cluster;
        let lost = output.stdout.lines().filter_map(|line| lost_port(cluster, line));
        lost.chain(plain_words(output).into_iter().map(str::to_owned)).collect()
    }

    /// The objects at that moment that somebody made and that have no part in traffic, as `ConfigMap settings`.
    pub fn bystanders(&self, at: Micros) -> Rc<[String]> {
        let Snapshot {
            cluster, bystanders, ..
        } = &*self.epoch(at).snapshot;
        bystanders
            .get_or_init(|| bystander::bystanders(cluster, &self.fresh).into())
            .clone()
    }

    /// A copy of the cluster at that moment.
    fn cluster(&self, at: Micros) -> Cluster {
        let mut cluster = self.epoch(at).snapshot.cluster.clone();
        cluster.advance(at.seconds());
        cluster
    }

    fn epoch(&self, at: Micros) -> &Epoch {
        let after = self.epochs.partition_point(|epoch| epoch.from <= at);
        &self.epochs[after.saturating_sub(1)]
    }

    /// Rebuilds the epochs from `from` on: the base with all acts up to then, then each later act at its moment.
    fn rebuild(&mut self, from: Micros, cause: Cause) {
        self.perform_all();
        self.epochs.retain(|epoch| epoch.from < from);
        let earlier = self.scenario.acts.partition_point(|act| act.at <= from.0);
        let after = |acts: usize| {
            acts.checked_sub(1)
                .and_then(|last| self.performed.get(last))
                .unwrap_or(&self.base)
        };
        let mut epochs = vec![Epoch {
            from,
            cause,
            snapshot: Rc::new(after(earlier).clone()),
        }];
        let later = self.scenario.acts.iter().enumerate().skip(earlier);
        for (index, act) in later.filter(|(_, act)| !matches!(act.act, Act::Send { .. })) {
            epochs.push(Epoch {
                from: Micros(act.at),
                cause: Cause::Act,
                snapshot: Rc::new(after(index + 1).clone()),
            });
        }
        let last = epochs.last().map_or(from, |last| last.from);
        self.brought = self.brought.max(last + AHEAD);
        let epochs = with_what_time_brings(epochs, self.brought);
        let before = self.epochs.last().or(epochs.first());
        let before = before.map_or_else(|| self.base.world.clone(), |epoch| epoch.snapshot.world.clone());
        let epochs = heard_later(&before, epochs);
        self.add(epochs);
        self.retarget(from);
    }

    /// Performs the acts that have not been performed on the base.
    fn perform_all(&mut self) {
        let commands = Commands {
            version: self.scenario.kubectl_version(),
            ..Commands::with_files(self.files(), self.scenario.proxy.into(), self.scenario.seed)
        };
        for act in self.scenario.acts.iter().skip(self.performed.len()) {
            let next = self.performed.last().unwrap_or(&self.base).after(act, &commands);
            self.performed.push(next);
        }
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

/// Lets every other of the older epochs that time brought share the state of the one before, once too many have one of their own.
/// Returns the places of all that do.
fn thin(epochs: &mut [Epoch]) -> Vec<u32> {
    let pairs = epochs.iter().zip(epochs.iter().skip(1));
    let own = pairs.filter(|(before, epoch)| !Rc::ptr_eq(&before.snapshot, &epoch.snapshot));
    if own.count() <= limits::STATES {
        return Vec::new();
    }
    let older = epochs.len().saturating_sub(limits::STATES / 2);
    let mut before: Option<(Rc<Snapshot>, Rc<Snapshot>)> = None;
    let mut is_kept = false;
    let mut thinned = Vec::new();
    for (place, epoch) in (0..).zip(epochs.iter_mut().take(older)) {
        let was = epoch.snapshot.clone();
        if let Some((was_before, now_before)) = &before
            && matches!(epoch.cause, Cause::Time | Cause::Proxy)
        {
            if !Rc::ptr_eq(&was, was_before) {
                is_kept = !is_kept;
            }
            if Rc::ptr_eq(&was, was_before) || !is_kept {
                epoch.snapshot = now_before.clone();
                thinned.push(place);
            }
        }
        before = Some((was, epoch.snapshot.clone()));
    }
    thinned
}

/// The milliseconds of its second.
fn fraction(moment: Micros) -> u16 {
    u16::try_from(moment.0 / 1_000 % 1_000).unwrap_or(0)
}

/// The moment of a virtual second, not before a command began.
fn later_moment(began: Micros, second: i64) -> Micros {
    Micros::from_seconds(u64::try_from(second).unwrap_or(0)).max(began)
}

/// Has kube-proxy hear of what acts and time change a little later; a text is there with all that follows from it.
fn heard_later(before: &Rc<World>, epochs: Vec<Epoch>) -> Vec<Epoch> {
    let mut all: Vec<Epoch> = Vec::with_capacity(epochs.len());
    let mut before = before.clone();
    let mut epochs = epochs.into_iter().peekable();
    while let Some(epoch) = epochs.next() {
        let next = epochs.peek().map(|next| next.from);
        let unheard = match epoch.cause {
            Cause::Act | Cause::Undo | Cause::Time => epoch.snapshot.unheard(&before),
            Cause::Text | Cause::Proxy => None,
        };
        let Some(snapshot) = unheard else {
            before = epoch.snapshot.world.clone();
            all.push(epoch);
            continue;
        };
        let heard = epoch.from + PROXY_LAG;
        before = snapshot.world.clone();
        all.push(Epoch {
            snapshot: Rc::new(snapshot),
            ..epoch.clone()
        });
        if next.is_none_or(|next| heard < next) {
            before = epoch.snapshot.world.clone();
            all.push(Epoch {
                from: heard,
                cause: Cause::Proxy,
                snapshot: epoch.snapshot,
            });
        }
    }
    all
}

/// Adds what falls due after each of these epochs and before the next, or before `end`; what was due before an epoch has
/// happened in it.
fn with_what_time_brings(epochs: Vec<Epoch>, end: Micros) -> Vec<Epoch> {
    let mut all: Vec<Epoch> = Vec::with_capacity(epochs.len());
    let mut epochs = epochs.into_iter().peekable();
    while let Some(mut epoch) = epochs.next() {
        let until = epochs.peek().map(|next| next.from);
        while let Some(due) = epoch.snapshot.due().filter(|due| *due <= epoch.from) {
            epoch.snapshot = Rc::new(epoch.snapshot.at(due));
        }
        let mut last = epoch.snapshot.clone();
        all.push(epoch);
        while let Some(from) = last.due().filter(|due| *due < until.unwrap_or(end + Micros(1))) {
            last = Rc::new(last.at(from));
            all.push(Epoch {
                from,
                cause: Cause::Time,
                snapshot: last.clone(),
            });
            if all.len().is_multiple_of(limits::STATES / 4) {
                thin(&mut all);
            }
        }
    }
    all
}
