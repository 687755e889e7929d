//! A scenario at work.

use crate::reader::{AHEAD, Reader};
use crate::run::{Cause, Run};
use crate::scenario::{Act, FlowSpec, IpFamily, NetworkPolicies, Proxy, Scenario, TimedAct, Traffic};
use kubectl::{Edit, KubectlVersion, Output};
use network::dataplane::{DataPlane, Trace};
use network::{Micros, ObjectKey, Request, RequestCounts, Requests, World};
use std::ops::Deref;
use std::rc::Rc;

/// A text, the cluster that it describes, the acts on that cluster and the requests sent through it.
///
/// An edit or an act changes the cluster from its moment on, and nothing before.
///
/// It is a [`Reader`], all of whose answers it gives, and a [`Run`]. Where both cannot be in one place, a
/// [`Mirror`](crate::seam::Mirror) has the run, and what the reader tells.
#[derive(Clone)]
pub struct Session {
    reader: Reader,
    run: Run,
}

impl Deref for Session {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl Session {
    /// Starts a session; [`Reader::notices`] says what in the scenario exceeded a limit.
    pub fn new(scenario: Scenario) -> Self {
        let mut session = Self {
            reader: Reader::new(scenario),
            run: Run::default(),
        };
        session.hear();
        session
    }

    /// Lets the reader do something, and the run hear of it.
    fn read<T>(&mut self, act: impl FnOnce(&mut Reader) -> T) -> T {
        let done = act(&mut self.reader);
        self.hear();
        done
    }

    fn hear(&mut self) {
        for change in self.reader.take_changes() {
            self.run.change(change);
        }
    }

    /// Replaces the text at the moment `at`.
    pub fn set_text(&mut self, at: Micros, text: String) {
        self.read(|reader| reader.set_text(at, text));
    }

    /// Performs an act at the moment `at`; false if the session has [`limits::ACTS`](crate::limits::ACTS) already.
    pub fn act(&mut self, at: Micros, act: Act) -> bool {
        self.read(|reader| reader.act(at, act))
    }

    /// Takes an act back; false if there is none like it.
    pub fn take_back(&mut self, done: &TimedAct) -> bool {
        self.read(|reader| reader.take_back(done))
    }

    /// Takes the last act back and returns it.
    pub fn undo(&mut self) -> Option<TimedAct> {
        self.read(Reader::undo)
    }

    /// Replaces the flows from the moment `at` on.
    pub fn set_traffic(&mut self, at: Micros, traffic: Traffic) {
        self.read(|reader| reader.set_traffic(at, traffic));
    }

    /// Restarts the session with another seed.
    pub fn set_seed(&mut self, seed: u64) {
        self.read(|reader| reader.set_seed(seed));
    }

    /// Restarts the session with another number of nodes, at most [`limits::NODES`](crate::limits::NODES).
    pub fn set_nodes(&mut self, nodes: usize) {
        self.read(|reader| reader.set_nodes(nodes));
    }

    /// Restarts the session with another mode of kube-proxy.
    pub fn set_proxy(&mut self, proxy: Proxy) {
        self.read(|reader| reader.set_proxy(proxy));
    }

    /// Restarts the session with a network plugin that enforces network policies, or with one that ignores them.
    pub fn set_network_policies(&mut self, policies: NetworkPolicies) {
        self.read(|reader| reader.set_network_policies(policies));
    }

    /// Restarts the session with nodes, pods and Services of these families of addresses; with those of a new cluster for none.
    pub fn set_ip_families(&mut self, families: Vec<IpFamily>) {
        self.read(|reader| reader.set_ip_families(families));
    }

    /// Restarts the session with another version of kubectl.
    pub fn set_kubectl_version(&mut self, version: KubectlVersion) {
        self.read(|reader| reader.set_kubectl_version(version));
    }

    /// Restarts the session at a step of its scenario document, without what was done by hand.
    pub fn set_step(&mut self, step: usize) {
        self.read(|reader| reader.set_step(step));
    }

    /// Ends what `kubectl port-forward` does in the background; false if it does nothing.
    pub fn stop_forwarding(&mut self) -> bool {
        self.read(Reader::stop_forwarding)
    }

    /// Performs a command line of the terminal at that moment; returns its output, and the act that it became if it changed
    /// anything.
    pub fn perform(&mut self, at: Micros, command: &str) -> (Output, Option<TimedAct>) {
        let run = &self.run;
        let done = self.reader.perform(at, command, &|| run.visits(at));
        self.hear();
        done
    }

    /// The output by the moment `at` of a command that began earlier and waits: see [`Output::waits_until`]. What it does as it
    /// ends becomes an act.
    pub fn kubectl_since(&mut self, began: Micros, at: Micros, command: &str) -> Output {
        let run = &self.run;
        let output = self.reader.kubectl_since(began, at, command, &|| run.visits(at));
        self.hear();
        output
    }

    /// Runs a command again with what was saved in the editor that it opened; what that changes is kept as the commands that
    /// do the same.
    pub fn save(&mut self, at: Micros, command: &str, opened: &Edit, text: &str) -> (Output, Option<TimedAct>) {
        let run = &self.run;
        let done = self.reader.save(at, command, (opened, text), &|| run.visits(at));
        self.hear();
        done
    }

    /// The output of a kubectl command at that moment; what it changes is discarded.
    pub fn kubectl(&self, at: Micros, line: &str) -> Output {
        self.reader.kubectl(at, line, &|| self.run.visits(at))
    }

    /// Lets time bring what it brings, and sends all requests that are due, up to `until`.
    pub fn run(&mut self, until: Micros) {
        if until > self.reader.brought() {
            self.read(|reader| reader.bring(until + AHEAD));
        }
        self.run.run(until);
    }

    /// The rules of all nodes at that moment: see [`DataPlane::rules`].
    pub fn plane(&self, at: Micros) -> &Rc<DataPlane> {
        self.run.plane(at)
    }

    /// See [`Run::trace`].
    pub fn trace(&self, number: u64) -> Option<Trace> {
        self.run.trace(number)
    }

    /// What the network knows of the cluster at that moment.
    pub fn world(&self, at: Micros) -> &Rc<World> {
        self.run.world(at)
    }

    /// When what the network sees of the cluster changed, as far as it is known: see [`Self::run`].
    pub fn changes(&self) -> impl Iterator<Item = Micros> {
        self.run.changes()
    }

    /// Why the cluster became what it is at that moment.
    pub fn cause(&self, at: Micros) -> Cause {
        self.run.cause(at)
    }

    /// A sentence for each way in which requests behave differently here than on a real cluster.
    pub fn caveats(&self, at: Micros) -> &[String] {
        self.run.caveats(at)
    }

    /// The names of all Services at that moment, in kubectl's order.
    pub fn services(&self, at: Micros) -> Vec<ObjectKey> {
        self.run.services(at)
    }

    /// All requests sent by `at`, in the order of sending; see [`Self::run`].
    pub fn requests(&self, at: Micros) -> Requests<'_> {
        self.run.requests(at)
    }

    /// See [`Run::forgotten`].
    pub fn forgotten(&self) -> Option<String> {
        self.run.forgotten()
    }

    /// The request with that number, counted from 1; `None` if it is no longer kept.
    pub fn request(&self, number: u64) -> Option<&Request> {
        self.run.request(number)
    }

    /// See [`Run::tally`].
    pub fn tally(&self, at: Micros, flow: &FlowSpec, count: u64) -> Option<RequestCounts> {
        self.run.tally(at, flow, count)
    }
}
