//! Where requests go in recorded cases.

use crate::desk::Desk;
use crate::{limits, replay};
use cluster::Cluster;
use kubectl::KubectlVersion;
use network::dataplane::{Connection, Connections, DataPlane, Delivery, Origin, PacketEnd};
use network::proxy::ProxyMode;
use network::{Micros, ObjectKey, Protocol, Transport, World};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

/// The default number of nodes.
const NODES: usize = 2;

#[derive(Deserialize)]
struct RouteCase {
    mode: String,
    #[serde(default)]
    nodes: Option<usize>,
    #[serde(default)]
    steps: Vec<Map<String, Value>>,
}

/// Replays a case, a JSON object `{"name", "mode", "nodes", "steps"}`; adds who answered to each step that sends requests.
///
/// A step that changes the cluster takes a second, `{"wait": SECONDS}` that many seconds, a request no time.
pub fn route(case: &Value) -> Result<Value, String> {
    let RouteCase { mode, nodes, mut steps } = RouteCase::deserialize(case).map_err(|error| error.to_string())?;
    let mode = ProxyMode::read(&mode).ok_or_else(|| format!("unknown proxy mode {mode:?}"))?;
    let mut route = RoutePlayer::new(mode, nodes.unwrap_or(NODES));
    for step in &mut steps {
        route.play(step)?;
    }
    let mut played = case.clone();
    played["steps"] = steps.into_iter().map(Value::Object).collect();
    Ok(played)
}

struct RoutePlayer {
    mode: ProxyMode,
    cluster: Cluster,
    desk: Desk,
    connections: Connections,
    open: BTreeMap<String, Connection>,
}

impl RoutePlayer {
    fn new(mode: ProxyMode, nodes: usize) -> Self {
        let cluster = Cluster::new(&limits::recorded(nodes));
        let plane = DataPlane::new(Rc::new(World::of(&cluster)), mode);
        Self {
            mode,
            cluster,
            desk: Desk::default(),
            connections: Connections::new(Rc::new(plane), 0),
            open: BTreeMap::new(),
        }
    }

    fn play(&mut self, step: &mut Map<String, Value>) -> Result<(), String> {
        if let Some(seconds) = step.get("wait").and_then(Value::as_u64) {
            self.change(i64::try_from(seconds).unwrap_or(i64::MAX), |_| {});
        } else if let Some(from) = text(step, "from") {
            let asked = AskStep::read(from, step)?;
            let counts = self.ask(&asked, text(step, "open"));
            counts.fill(step);
        } else if let Some(name) = text(step, "again") {
            let mut counts = AskCounts::default();
            counts.count(self.again(name).as_ref());
            counts.fill(step);
        } else {
            let mut desk = std::mem::take(&mut self.desk);
            self.change(1, |cluster| {
                replay::play(cluster, &mut desk, step, KubectlVersion::default());
            });
            self.desk = desk;
        }
        Ok(())
    }

    /// Lets seconds pass, changes the cluster, and updates every node's rules.
    fn change(&mut self, seconds: i64, change: impl FnOnce(&mut Cluster)) {
        self.cluster.pass(seconds);
        change(&mut self.cluster);
        self.cluster.settle();
        let plane = DataPlane::new(Rc::new(World::of(&self.cluster)), self.mode);
        self.connections.change(Rc::new(plane));
    }

    fn now(&self) -> Micros {
        Micros::from_seconds(u64::try_from(self.cluster.now()).unwrap_or(0))
    }

    fn ask(&mut self, asked: &AskStep, open: Option<&str>) -> AskCounts {
        let mut counts = AskCounts {
            is_echo: asked.transport == Transport::Echo,
            ..AskCounts::default()
        };
        for _ in 0..asked.times {
            let answer = self
                .connections
                .ask(&asked.origin, asked.transport, asked.to, self.now());
            counts.count(answer.as_ref());
            if let (Some(name), Some(answer)) = (open, answer) {
                self.open.insert(name.to_owned(), answer.connection);
            }
        }
        counts
    }

    fn again(&mut self, name: &str) -> Option<Delivery> {
        let connection = self.open.get(name)?.clone();
        let answer = self.connections.again(&connection, self.now())?;
        self.open.insert(name.to_owned(), answer.connection.clone());
        Some(answer)
    }
}

fn text<'a>(step: &'a Map<String, Value>, field: &str) -> Option<&'a str> {
    step.get(field).and_then(Value::as_str)
}

/// A step that sends requests.
struct AskStep {
    origin: Origin,
    transport: Transport,
    to: SocketAddr,
    times: u64,
}

impl AskStep {
    fn read(from: &str, step: &Map<String, Value>) -> Result<Self, String> {
        let to = text(step, "to").unwrap_or_default();
        let transport = match text(step, "proto") {
            Some("PING") => Transport::Echo,
            protocol => Transport::Port(Protocol::read(protocol)),
        };
        let address = to
            .parse()
            .or_else(|_| to.parse().map(|ip: IpAddr| SocketAddr::new(ip, 0)));
        Ok(Self {
            origin: origin(from),
            transport,
            to: address.map_err(|_| format!("no address: {to:?}"))?,
            times: step.get("times").and_then(Value::as_u64).unwrap_or(1),
        })
    }
}

fn origin(word: &str) -> Origin {
    match word {
        "outside" => Origin::Outside,
        "outside-2" => Origin::FarOutside,
        node if node == "minikube" || node.strip_prefix("node-").is_some_and(|n| n.parse::<u32>().is_ok()) => {
            Origin::Node(node.to_owned())
        }
        pod => {
            let (namespace, name) = pod.split_once('/').unwrap_or(("default", pod));
            Origin::Pod(ObjectKey::new(namespace, name))
        }
    }
}

/// Answers by pod, and other outcomes.
#[derive(Default)]
struct AskCounts {
    is_echo: bool,
    answers: BTreeMap<String, u64>,
    sources: BTreeSet<String>,
    others: BTreeMap<&'static str, u64>,
}

impl AskCounts {
    fn count(&mut self, answer: Option<&Delivery>) {
        let Some(answer) = answer else {
            *self.others.entry("timeout").or_default() += 1;
            return;
        };
        let who = match &answer.trace.end {
            _ if self.is_echo && answer.trace.end.is_answer() => "echo",
            PacketEnd::Pod(key) => &key.name,
            PacketEnd::Node(name) => name,
            PacketEnd::Outside => "outside",
            PacketEnd::NothingListens(_) | PacketEnd::Rejected => return self.count_other("refused"),
            PacketEnd::Dropped | PacketEnd::Denied(_) | PacketEnd::Nobody => return self.count_other("timeout"),
            PacketEnd::Closed => return self.count_other("closed"),
        };
        *self.answers.entry(who.to_owned()).or_default() += 1;
        if !self.is_echo {
            self.sources.insert(answer.trace.source.to_string());
        }
    }

    fn count_other(&mut self, outcome: &'static str) {
        *self.others.entry(outcome).or_default() += 1;
    }

    fn fill(self, step: &mut Map<String, Value>) {
        step.insert("answers".to_owned(), serde_json::json!(self.answers));
        step.insert("sources".to_owned(), serde_json::json!(self.sources));
        for (outcome, count) in self.others {
            step.insert(outcome.to_owned(), count.into());
        }
    }
}
