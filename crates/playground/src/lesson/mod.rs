//! Scenario documents: what an author adds to manifests, as the first document of their text.
//!
//! ```yaml
//! apiVersion: playground/v1
//! kind: Scenario
//! title: A selector that matches no pod
//! ```
//!
//! No cluster knows this kind: the playground reads it, and kubectl sees the documents behind it alone.

mod exercise;
mod span;
mod text;

pub(crate) use exercise::test;
pub use exercise::{Judgement, change, judge};
pub use span::Span;
pub(crate) use text::is_scenario;
pub use text::{LessonFault, document, manifests, of_text};

use crate::scenario::{Act, Beside, FlowSpec, IpFamily, NetworkPolicies, Proxy, Scenario, TimedAct, Traffic};
use network::Micros;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long a step plays that does not say so.
const STEP: Span = Span::seconds(6);

/// A scenario document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Lesson {
    /// `playground/v1`.
    #[cfg_attr(feature = "schema", schemars(required, extend("const" = "playground/v1")))]
    pub api_version: String,
    /// `Scenario`.
    #[cfg_attr(feature = "schema", schemars(required, extend("const" = "Scenario")))]
    pub kind: String,
    /// What it is called, in a few words.
    #[cfg_attr(feature = "schema", schemars(required))]
    pub title: String,
    /// What happened here, in two sentences, and what the learner is to do.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub story: String,
    /// Words by which it is found besides those of its title, story and cause: `502`, `connection refused`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// The cluster in which it plays.
    pub cluster: ClusterSpec,
    /// What all random choices follow from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Who sends requests to whom; chosen by the Services if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traffic: Option<Vec<TrafficSpec>>,
    /// Files that commands may name besides `services.yaml`, by their paths.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, String>,
    /// What happens, one after the other.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// Questions to answer before something is seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub predictions: Vec<Prediction>,
    /// What holds when the exercise is solved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<LessonCheck>,
    /// Sentences that help, from the least that they give away to the most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
    /// Changes that solve the exercise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub solution: Vec<Change>,
    /// Typical wrong fixes, none of which solves it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mistakes: Vec<Mistake>,
    /// The cause, in one sentence, shown when it is solved.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cause: String,
    /// What the page shows first.
    pub view: ViewSpec,
}

/// The cluster of a scenario; each field that is left out is as on a new minikube.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ClusterSpec {
    /// How many nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<usize>,
    /// The mode of kube-proxy on each node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_mode: Option<Proxy>,
    /// What the network plugin makes of network policies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_policies: Option<NetworkPolicies>,
    /// The zones of the nodes, in turn: their labels `topology.kubernetes.io/zone`; three for several nodes if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zones: Option<Vec<String>>,
    /// The families of addresses, the primary one first; if absent they follow from the ranges, else pods have IPv4 alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ip_families: Vec<IpFamily>,
    /// The range of cluster IPs: `10.43.0.0/16`, or one of each family, joined by a comma.
    #[serde(rename = "serviceCIDR", skip_serializing_if = "Option::is_none")]
    pub service_cidr: Option<String>,
    /// The range of pods' addresses, of which nodes have parts: `10.42.0.0/16`, or one of each family, joined by a comma.
    #[serde(rename = "podCIDR", skip_serializing_if = "Option::is_none")]
    pub pod_cidr: Option<String>,
    /// The address and port at which the API server listens, the endpoint of the Service `kubernetes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_server: Option<String>,
    /// The version of kubectl whose output is shown: `1.27` to `1.36`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kubectl: Option<String>,
}

/// Requests from a client to a Service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TrafficSpec {
    /// The client: `pod/NAME`, `pod/NAMESPACE/NAME`, `node/NAME` or `outside`.
    pub from: String,
    /// The Service: `NAME` or `NAMESPACE/NAME`; or `ingress`, the ingress controller.
    pub to: String,
    /// The Service's port.
    pub port: u16,
    /// Requests a second, as a flow without end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// So many requests at once instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// The moment of the requests of `count`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Span>,
    /// Whether all requests share a connection as long as it lasts.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub keep_alive: bool,
    /// The address that the client dials: `node/NAME`, `load-balancer`, or an IP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The host to ask the ingress controller for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The path to ask the ingress controller for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// Something that happens, and what is said about it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Step {
    /// A few words for the list of steps.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What is said beside the map.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub say: String,
    /// The moment at which it happens by itself; without it, the learner presses Next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Span>,
    /// How long it plays before the map waits for the next step; 6 s if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plays: Option<Span>,
    /// Commands, performed one after the other as if typed, a second apart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub run: Vec<String>,
    /// A pod whose readiness is switched by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready: Option<Readiness>,
    /// Requests sent at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send: Option<TrafficSpec>,
    /// What is pointed at: `service/NAME`, `pod/NAME`, `node/NAME`, `outside`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub point: Vec<String>,
    /// Lines of the manifests to light: words that each has in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    /// The output pane to show: `get`, `describe`, `terminal`….
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tab: Option<String>,
}

/// A pod's readiness, switched by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Readiness {
    /// `NAME` or `NAMESPACE/NAME`.
    pub pod: String,
    /// Whether its readiness probe succeeds from then on.
    pub ready: bool,
}

/// A question that is answered before the map shows it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Prediction {
    /// The question.
    pub ask: String,
    /// The answers to choose from.
    pub answers: Vec<String>,
    /// The right one, as `answers` has it.
    pub right: String,
    /// Why, in a sentence, said after any answer.
    pub because: String,
    /// Requests that are sent then, so that it is seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send: Option<TrafficSpec>,
    /// Commands that are run then.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub run: Vec<String>,
}

/// Something that holds when the exercise is solved: what a command prints, or how requests end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LessonCheck {
    /// What is asked for, in a sentence for the learner: `Every request is answered`.
    pub say: String,
    /// How long after the change it is looked at; 15 s if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Span>,
    /// A command line; what it changes is discarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kubectl: Option<String>,
    /// The command's exit code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit: Option<i32>,
    /// All that the command prints to standard output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stdout: Option<String>,
    /// Texts that the command prints.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contains: Vec<String>,
    /// Texts that it does not print.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lacks: Vec<String>,
    /// The client of requests: `pod/NAME`, `pod/NAMESPACE/NAME`, `node/NAME` or `outside`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Name or address, and port: `web:80`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// How many requests; 100 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// How all of them end: `answered` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The pods that answer: all of these, and no others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Vec<String>>,
}

/// A change of the manifests or of the cluster; exactly one of `replace`, `append`, `manifests` and `run`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Change {
    /// Words of the manifests that `with` takes the place of; they occur once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replace: Option<String>,
    /// What takes their place; nothing if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with: Option<String>,
    /// Documents that are added at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub append: Option<String>,
    /// Documents that take the place of all manifests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifests: Option<String>,
    /// A command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
}

/// A typical wrong fix.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Mistake {
    /// Why one might try it and why it does not help.
    pub say: String,
    /// What it changes.
    pub changes: Vec<Change>,
}

/// What the page shows first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ViewSpec {
    /// The output pane: `get`, `describe`, `slices`, `terminal`….
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tab: Option<String>,
    /// The Service that is described: `NAME` or `NAMESPACE/NAME`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The moment at which it opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Span>,
    /// Whether the playhead stands still.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
    /// Seconds of virtual time in a second; 1 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed: Option<f64>,
    /// What it is shown beside, on the same clock and seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beside: Option<Beside>,
}

impl Lesson {
    /// Whether there is something to solve.
    pub fn is_exercise(&self) -> bool {
        !self.checks.is_empty() && !self.solution.is_empty()
    }

    /// The moment of each step: its own, else when the one before has played.
    pub fn moments(&self) -> Vec<Micros> {
        let mut next = Micros::ZERO;
        let moment = |step: &Step| {
            let at = step.at.map_or(next, |at| at.0.max(next));
            next = at + step.plays.unwrap_or(STEP).0;
            at
        };
        self.steps.iter().map(moment).collect()
    }

    /// The speed at which it opens, in percent of wall time; `None` for the usual one.
    pub fn speed(&self) -> Option<u32> {
        self.view.speed.map(percent)
    }

    /// The moment by which the step of this number, counted from 1, has played.
    pub fn played(&self, number: usize) -> Option<Micros> {
        let place = number.checked_sub(1)?;
        let begin = *self.moments().get(place)?;
        Some(begin + self.steps.get(place)?.plays.unwrap_or(STEP).0)
    }

    /// The acts of all steps that happen by themselves, and of the others up to step number `reached`, counted from 1.
    pub(crate) fn acts(&self, reached: usize) -> Vec<TimedAct> {
        let bursts = self.traffic.iter().flatten().filter(|it| it.count.is_some());
        let bursts = bursts.map(|it| it.burst(it.at.unwrap_or_default().0));
        let moments = self.moments();
        let steps = self.steps.iter().zip(moments).zip(1..);
        let happened = steps.filter(|((step, _), number)| step.at.is_some() || *number <= reached);
        bursts
            .chain(happened.flat_map(|((step, at), _)| step.acts(at)))
            .collect()
    }

    /// Sets what the scenario leaves open.
    pub(crate) fn fill(&self, scenario: &mut Scenario) {
        Settings::of(Some(self)).fill(scenario);
        let view = &mut scenario.view;
        if view.tab.is_none() {
            view.tab.clone_from(&self.view.tab);
        }
        if view.service.is_none() {
            view.service = self.view.service.as_deref().map(with_namespace);
        }
        if view.at == 0 {
            view.at = self.opens(view.step).0;
        }
        view.paused |= self.view.paused;
        if view.speed == 0 {
            view.speed = self.view.speed.map_or(0, percent);
        }
        for act in self.acts(view.step) {
            let place = scenario.acts.partition_point(|earlier| earlier.at <= act.at);
            scenario.acts.insert(place, act);
        }
    }

    /// The moment at which it opens: of a step, or the first one.
    fn opens(&self, step: usize) -> Micros {
        let moments = self.moments();
        let of_step = step.checked_sub(1).and_then(|index| moments.get(index).copied());
        of_step.unwrap_or(self.view.at.unwrap_or_default().0)
    }

    /// Takes out of a scenario what the document says already.
    pub(crate) fn strip(&self, scenario: &mut Scenario, step: usize) {
        Settings::of(Some(self)).strip(scenario);
        for act in self.acts(step) {
            if let Some(index) = scenario.acts.iter().position(|other| *other == act) {
                scenario.acts.remove(index);
            }
        }
    }
}

/// What a document asks of the scenario, apart from its text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asked {
    settings: Settings,
    steps: Vec<TimedAct>,
    files: BTreeMap<String, String>,
}

impl Asked {
    pub(crate) fn of(lesson: Option<&Lesson>) -> Self {
        Self {
            settings: Settings::of(lesson),
            steps: lesson.map(|it| it.acts(usize::MAX)).unwrap_or_default(),
            files: lesson.map(|it| it.files.clone()).unwrap_or_default(),
        }
    }

    /// Puts into a scenario what this document asks for and the one before did not.
    ///
    /// A seed stays where the document no longer names one.
    pub(crate) fn replace(mut self, before: &Self, scenario: &mut Scenario) {
        if self.settings.seed == 0 {
            self.settings.seed = before.settings.seed;
        }
        self.settings.replace(&before.settings, scenario);
    }
}

/// The settings of a scenario that a document may make. What is as by default is left open.
macro_rules! settings {
    ($($field:ident: $kind:ty,)*) => {
        #[derive(Clone, Debug, PartialEq)]
        struct Settings {
            $($field: $kind,)*
        }

        impl Settings {
            /// Sets what the scenario leaves open.
            fn fill(self, scenario: &mut Scenario) {
                $(if scenario.$field == <$kind>::default() {
                    scenario.$field = self.$field;
                })*
            }

            /// Leaves open what the scenario has from here.
            fn strip(self, scenario: &mut Scenario) {
                $(if scenario.$field == self.$field {
                    scenario.$field = <$kind>::default();
                })*
            }

            /// Sets what was otherwise before.
            fn replace(self, before: &Self, scenario: &mut Scenario) {
                $(if self.$field != before.$field {
                    scenario.$field = self.$field;
                })*
            }
        }
    };
}

settings! {
    nodes: usize,
    seed: u64,
    proxy: Proxy,
    network_policies: NetworkPolicies,
    kubectl: Option<String>,
    zones: Option<Vec<String>>,
    ip_families: Vec<IpFamily>,
    service_cidr: Option<String>,
    pod_cidr: Option<String>,
    api_server: Option<String>,
    traffic: Traffic,
}

impl Settings {
    fn of(lesson: Option<&Lesson>) -> Self {
        let cluster = lesson.map(|it| it.cluster.clone()).unwrap_or_default();
        let flows = lesson.and_then(|it| it.traffic.as_ref()).map(|flows| {
            let endless = flows.iter().filter(|it| it.count.is_none());
            endless.map(TrafficSpec::flow).collect()
        });
        Self {
            nodes: cluster.nodes.unwrap_or(0),
            seed: lesson.and_then(|it| it.seed).unwrap_or(0),
            proxy: cluster.proxy_mode.unwrap_or_default(),
            network_policies: cluster.network_policies.unwrap_or_default(),
            kubectl: cluster.kubectl,
            zones: cluster.zones,
            ip_families: cluster.ip_families,
            service_cidr: cluster.service_cidr,
            pod_cidr: cluster.pod_cidr,
            api_server: cluster.api_server,
            traffic: flows.map_or(Traffic::Auto, Traffic::Chosen),
        }
    }
}

impl TrafficSpec {
    fn flow(&self) -> FlowSpec {
        FlowSpec {
            from: client(&self.from),
            to: target(&self.to),
            port: self.port,
            millihertz: millihertz(self.rate.unwrap_or(1.0)),
            at: self.by.clone(),
            keep_alive: self.keep_alive,
            host: self.host.clone(),
            path: self.path.clone(),
        }
    }

    /// Its requests as an act of that moment.
    pub fn burst(&self, at: Micros) -> TimedAct {
        TimedAct {
            at: at.0,
            act: Act::Send {
                from: client(&self.from),
                to: target(&self.to),
                port: self.port,
                count: self.count.unwrap_or(1),
                host: self.host.clone(),
                path: self.path.clone(),
            },
        }
    }
}

impl Step {
    fn acts(&self, at: Micros) -> Vec<TimedAct> {
        let run = self.run.iter().map(|line| Act::Kubectl(line.clone()));
        let ready = self.ready.iter().map(|it| {
            let key = with_namespace(&it.pod);
            let (namespace, pod) = key.split_once('/').unwrap_or(("default", &it.pod));
            Act::Ready {
                namespace: namespace.to_owned(),
                pod: pod.to_owned(),
                ready: it.ready,
            }
        });
        let acts = run.chain(ready).zip(0..).map(|(act, seconds)| TimedAct {
            at: (at + Micros::from_seconds(seconds)).0,
            act,
        });
        acts.chain(self.send.iter().map(|it| it.burst(at))).collect()
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn millihertz(rate: f64) -> u32 {
    (rate * 1_000.0).clamp(0.0, f64::from(u32::MAX)) as u32
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn percent(speed: f64) -> u32 {
    (speed * 100.0).clamp(1.0, 10_000.0) as u32
}

/// `NAMESPACE/NAME` of what may leave out its namespace.
pub fn with_namespace(key: &str) -> String {
    if key.contains('/') {
        key.to_owned()
    } else {
        format!("default/{key}")
    }
}

/// `pod/NAMESPACE/NAME` of a client that may leave out its namespace.
pub(crate) fn client(written: &str) -> String {
    match written.strip_prefix("pod/") {
        Some(pod) => format!("pod/{}", with_namespace(pod)),
        None => written.to_owned(),
    }
}

fn target(written: &str) -> String {
    if written == "ingress" {
        written.to_owned()
    } else {
        with_namespace(written)
    }
}
