use super::{Facts, Question, Reply, Update};
use crate::diagnostic::Diagnostic;
use crate::lesson::{self, Lesson};
use crate::reader::{Reader, TextStatus};
use crate::run::Run;
use crate::scenario::{FlowSpec, IpFamily, NetworkPolicies, Proxy, Scenario, TimedAct, View};
use crate::workload::Workload;
use base::Order;
use kubectl::{ForwardedPort, Output};
use network::{Client, Micros, ObjectKey};
use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, DerefMut, Range};
use std::rc::Rc;

/// More answers than these are not kept.
const MOST_REPLIES: usize = 2_000;
/// No more questions than these are answered with a command.
const MOST_SHOWN: usize = 32;
/// What nobody asked for as long as this is no longer shown, in updates.
const SHOWN_FOR: u64 = 8;

/// A session as a page knows it whose reader may work elsewhere: its run, and of the text and the cluster what the reader told.
///
/// What it does not know it asks; until the answer is there, the one before counts, or none.
#[derive(Default)]
pub struct Mirror {
    run: Run,
    facts: Facts,
    /// The newest text, which the reader may not have read yet.
    text: String,
    /// Counts texts.
    edits: u64,
    is_ready: bool,
    /// The scenario document of the text that was read last; while it cannot be read, the last one that could.
    lesson: Option<Rc<Lesson>>,
    asked: RefCell<Asked>,
    /// The reader, where it is at hand.
    reader: Option<Rc<RefCell<Reader>>>,
}

#[derive(Default)]
struct Asked {
    replies: BTreeMap<Question, (State, Reply)>,
    /// Those to be sent; some more than once.
    new: Vec<(Micros, Question)>,
    /// Those sent, with the state that they ask about.
    sent: BTreeMap<Question, State>,
    /// Counts answers.
    count: u64,
    /// Counts updates.
    updates: u64,
    /// After how many updates each was asked last.
    shown: BTreeMap<Question, u64>,
    /// Called when a first question is to be sent.
    ring: Option<Rc<dyn Fn()>>,
}

/// What an answer depends on beside its question: revision, epoch, second.
type State = (u64, usize, u64);

impl Deref for Mirror {
    type Target = Run;

    fn deref(&self) -> &Run {
        &self.run
    }
}

impl DerefMut for Mirror {
    fn deref_mut(&mut self) -> &mut Run {
        &mut self.run
    }
}

impl Asked {
    fn note_shown(&mut self, question: &Question) {
        match self.shown.get_mut(question) {
            Some(after) => *after = self.updates,
            None => drop(self.shown.insert(question.clone(), self.updates)),
        }
    }
}

impl Mirror {
    /// With a reader at hand, which answers at once.
    pub fn beside(reader: Rc<RefCell<Reader>>) -> Self {
        Self {
            reader: Some(reader),
            ..Self::default()
        }
    }

    /// From now on a reader is at hand, which has yet to open the session.
    pub fn read_by(&mut self, reader: Rc<RefCell<Reader>>) {
        self.forget_questions();
        self.reader = Some(reader);
    }

    /// Shows nothing but the text and the settings of another scenario, until the reader has opened it.
    pub fn open(&mut self, mut scenario: Scenario) {
        self.set_text(std::mem::take(&mut scenario.text));
        self.lesson = None;
        let revision = self.facts.revision;
        self.facts = Facts {
            revision,
            status: self.facts.status,
            sending: std::mem::take(&mut self.facts.sending),
            seed: scenario.seed,
            nodes: scenario.nodes.max(1),
            proxy: scenario.proxy,
            policies: scenario.network_policies,
            ip_families: scenario.ip_families.clone(),
            scenario,
            ..Facts::default()
        };
    }

    /// The text was edited.
    pub fn set_text(&mut self, text: String) {
        self.text = text;
        self.edits += 1;
    }

    /// Counts texts: equal only for the same.
    pub fn edits(&self) -> u64 {
        self.edits
    }

    /// Takes over what the reader tells, but for answers to questions.
    pub fn receive(&mut self, update: &mut Update) {
        self.asked.get_mut().updates += 1;
        for change in std::mem::take(&mut update.changes) {
            self.run.change(change);
        }
        if update.begins_at.is_some() {
            let asked = self.asked.get_mut();
            asked.replies.clear();
            asked.count += 1;
            self.forget_questions();
        }
        if let Some(facts) = update.facts.take() {
            if facts.document != self.facts.document {
                self.read_lesson(facts.document.as_deref());
            }
            self.facts = *facts;
            self.is_ready = true;
        }
        for (at, question, reply) in std::mem::take(&mut update.answers) {
            let state = self.state(at, &question);
            let asked = self.asked.get_mut();
            asked.sent.remove(&question);
            asked.replies.insert(question, (state, reply));
            asked.count += 1;
        }
    }

    /// The questions whose answers the page shows, most lately asked first. Answered with a command, the answers are there in the
    /// same moment as what the command changes. None where the reader is at hand.
    pub fn shown(&self) -> Vec<Question> {
        if self.reader.is_some() {
            return Vec::new();
        }
        let mut asked = self.asked.borrow_mut();
        let since = asked.updates.saturating_sub(SHOWN_FOR);
        asked.shown.retain(|_, asked_after| *asked_after >= since);
        // A byte of the text means another thing in another text.
        let stays = asked
            .shown
            .iter()
            .filter(|(it, _)| !matches!(it, Question::ObjectAt(_)));
        let mut shown: Vec<_> = stays
            .map(|(question, after)| (Reverse(*after), question.clone()))
            .collect();
        shown.order();
        shown
            .into_iter()
            .take(MOST_SHOWN)
            .map(|(_, question)| question)
            .collect()
    }

    fn read_lesson(&mut self, document: Option<&str>) {
        match document.and_then(lesson::of_text) {
            None => self.lesson = None,
            Some(Ok(lesson)) => self.lesson = Some(Rc::new(lesson)),
            Some(Err(_)) => {}
        }
    }

    /// The scenario document; while it cannot be read, the last one that could.
    pub fn lesson(&self) -> Option<&Rc<Lesson>> {
        self.lesson.as_ref()
    }

    /// The number of the step of the scenario document that has been reached, counted from 1.
    pub fn step(&self) -> usize {
        self.facts.scenario.view.step
    }

    /// The version of kubectl: `1.36`.
    pub fn kubectl_version(&self) -> &str {
        &self.facts.kubectl
    }

    /// Takes over the answers to questions.
    pub fn answered(&mut self, questions: Vec<(Micros, Question)>, replies: Vec<Reply>) {
        let asked = self.asked.get_mut();
        if asked.replies.len() > MOST_REPLIES {
            asked.replies.clear();
        }
        for ((_, question), reply) in questions.into_iter().zip(replies) {
            if let Some(state) = asked.sent.remove(&question) {
                asked.replies.insert(question, (state, reply));
            }
        }
        asked.count += 1;
    }

    /// Whether a reader is at hand, on this thread.
    pub fn reads_here(&self) -> bool {
        self.reader.is_some()
    }

    /// Whether a reader told of a session yet.
    pub fn is_ready(&self) -> bool {
        self.is_ready
    }

    /// Has `ring` called when there are questions to be sent; it must not ask itself.
    pub fn on_question(&mut self, ring: Rc<dyn Fn()>) {
        self.asked.get_mut().ring = Some(ring);
    }

    /// The questions to be sent, each once, about the moment that was asked about last.
    pub fn take_questions(&self) -> Vec<(Micros, Question)> {
        let all = std::mem::take(&mut self.asked.borrow_mut().new);
        let mut known = BTreeSet::new();
        let newest_first = all.into_iter().rev();
        let mut each: Vec<_> = newest_first
            .filter(|(_, question)| known.insert(question.clone()))
            .collect();
        each.reverse();
        each
    }

    /// Lets all be asked again that was not answered.
    pub fn forget_questions(&mut self) {
        let asked = self.asked.get_mut();
        asked.new.clear();
        asked.sent.clear();
    }

    /// Counts answers: what was asked for may be known where it has grown.
    pub fn replies(&self) -> u64 {
        self.asked.borrow().count
    }

    fn ask(&self, at: Micros, question: Question) -> Option<Reply> {
        let state = self.state(at, &question);
        let mut asked = self.asked.borrow_mut();
        asked.note_shown(&question);
        let known = asked.replies.get(&question);
        if let Some((_, reply)) = known.filter(|(of, _)| *of == state) {
            return Some(reply.clone());
        }
        if let Some(reader) = self.reader.as_ref().and_then(|reader| reader.try_borrow().ok()) {
            let reply = question.answer(&reader, at);
            asked.replies.insert(question, (state, reply.clone()));
            return Some(reply);
        }
        let before = known.filter(|_| !question.is_of_text()).map(|(_, reply)| reply.clone());
        if asked.sent.get(&question) != Some(&state) {
            asked.sent.insert(question.clone(), state);
            if let Some(ring) = asked.ring.as_ref().filter(|_| asked.new.is_empty()) {
                ring();
            }
            asked.new.push((at, question));
        }
        before
    }

    fn state(&self, at: Micros, question: &Question) -> State {
        let revision = self.facts.revision;
        match question {
            of_text if of_text.is_of_text() => (revision, 0, 0),
            of_second if of_second.is_of_second() => (revision, self.run.epochs_by(at), at.seconds()),
            _ => (revision, self.run.epochs_by(at), 0),
        }
    }

    /// The scenario that a link carries, with this view.
    pub fn scenario(&self, view: View) -> Scenario {
        let step = self.facts.scenario.view.step;
        Scenario {
            text: self.text.clone(),
            view: View { step, ..view },
            ..self.facts.scenario.clone()
        }
    }

    /// The scenario as the reader knows it, without its text.
    pub fn settings(&self) -> &Scenario {
        &self.facts.scenario
    }

    /// Counts changes that the reader told of.
    pub fn revision(&self) -> u64 {
        self.facts.revision
    }

    /// The newest text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// By their place in the text that was read last.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.facts.diagnostics
    }

    /// How the cluster relates to the text that was read last.
    pub fn text_status(&self) -> TextStatus {
        self.facts.status
    }

    /// All acts in the order of time.
    pub fn acts(&self) -> &[TimedAct] {
        &self.facts.acts
    }

    /// The flows of now, chosen or automatic.
    pub fn sending(&self) -> &[FlowSpec] {
        &self.facts.sending
    }

    /// Whether the flows are chosen, not automatic.
    pub fn traffic_is_chosen(&self) -> bool {
        self.facts.is_chosen
    }

    /// All random choices follow from it.
    pub fn seed(&self) -> u64 {
        self.facts.seed
    }

    /// Number of nodes, from 1.
    pub fn nodes(&self) -> usize {
        self.facts.nodes
    }

    /// The mode of kube-proxy.
    pub fn proxy(&self) -> Proxy {
        self.facts.proxy
    }

    /// The families of addresses that were chosen; none if they are those of a new cluster.
    pub fn ip_families(&self) -> &[IpFamily] {
        &self.facts.ip_families
    }

    /// What the network plugin makes of network policies.
    pub fn network_policies(&self) -> NetworkPolicies {
        self.facts.policies
    }

    /// What stands before the line that is typed next.
    pub fn prompt(&self) -> String {
        self.facts.prompt.clone()
    }

    /// Whether what is typed goes into the shell of a container.
    pub fn is_in_shell(&self) -> bool {
        self.facts.is_in_shell
    }

    /// The ports that `kubectl port-forward` leads from outside to pods, at that moment.
    pub fn forwards(&self, at: Micros) -> Vec<ForwardedPort> {
        if !self.facts.forwards {
            return Vec::new();
        }
        match self.ask(at, Question::Forwards) {
            Some(Reply::Forwards(forwards)) => forwards,
            _ => Vec::new(),
        }
    }

    /// The range of a field of an object in the text, from its key to the end of its value, in bytes.
    pub fn place(&self, kind: &str, key: &ObjectKey, path: &[&str]) -> Option<Range<usize>> {
        let path = path.iter().map(|&name| name.to_owned()).collect();
        match self.ask(Micros::ZERO, Question::Place(kind.to_owned(), key.clone(), path))? {
            Reply::Place(place) => place.filter(|place| self.text.get(place.clone()).is_some()),
            _ => None,
        }
    }

    /// Kind and key of the object that the text describes at that byte, if one does; `None` until it is known.
    pub fn object_at(&self, byte: usize) -> Option<Option<(String, ObjectKey)>> {
        match self.ask(Micros::ZERO, Question::ObjectAt(byte))? {
            Reply::Object(object) => Some(object),
            _ => None,
        }
    }

    /// How a pod answers requests, by its annotation.
    pub fn answers(&self, at: Micros, pod: &ObjectKey) -> Option<String> {
        match self.ask(at, Question::Answers(pod.clone()))? {
            Reply::Text(answers) => answers,
            _ => None,
        }
    }

    /// The workload that a pod belongs to.
    pub fn workload(&self, at: Micros, pod: &ObjectKey) -> Option<Workload> {
        match self.ask(at, Question::Workload(pod.clone()))? {
            Reply::Workload(workload) => workload,
            _ => None,
        }
    }

    /// The objects that have no part in traffic.
    pub fn bystanders(&self, at: Micros) -> Vec<String> {
        match self.ask(at, Question::Bystanders) {
            Some(Reply::Names(names)) => names,
            _ => Vec::new(),
        }
    }

    /// The output of a kubectl command at that moment; `None` until it is known.
    pub fn kubectl(&self, at: Micros, line: &str) -> Option<Output> {
        match self.ask(at, Question::Kubectl(line.to_owned()))? {
            Reply::Printed(output) => Some(*output),
            _ => None,
        }
    }

    /// What `nslookup` prints for a name in a pod.
    pub fn nslookup(&self, at: Micros, pod: &ObjectKey, name: &str) -> Option<String> {
        match self.ask(at, Question::Nslookup(pod.clone(), name.to_owned()))? {
            Reply::Text(printed) => printed,
            _ => None,
        }
    }

    /// Which names the resolver of a client tries, and the answers.
    pub fn tries(&self, at: Micros, client: &Client, name: &str) -> Option<Vec<String>> {
        match self.ask(at, Question::Tries(client.clone(), name.to_owned()))? {
            Reply::Tries(tries) => tries,
            _ => None,
        }
    }
}
