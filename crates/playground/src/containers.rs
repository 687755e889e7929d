//! Stand-ins for containers: `kubectl exec` runs programs of pods, `kubectl logs` prints their starts and requests.

use api::Cursor;
use cluster::{Asked, Cluster, Listening, Object};
use kubectl::{AskedPod, Call, Containers, Ended, LogLine, Place};
use network::proxy::ProxyMode;
use network::{Client, ObjectKey};
use programs::{Container, Memory, NetworkClient, ProgramOutput};
use std::cell::{LazyCell, RefCell};
use std::ops::Deref;

/// In milliseconds, where nothing says when in its second something began.
pub(crate) const HALF: u16 = 500;

#[derive(Clone, Copy)]
pub(crate) struct StandIns<'a> {
    /// What nodes remember of earlier commands.
    pub(crate) memory: &'a RefCell<Memory>,
    /// How kube-proxy works on every node.
    pub(crate) proxy: ProxyMode,
    pub(crate) visits: &'a dyn Deref<Target = Vec<Visit>>,
    /// The cluster at a virtual second.
    pub(crate) at: &'a dyn Fn(i64) -> Cluster,
    /// The last virtual second that is known.
    pub(crate) known: i64,
    /// How many milliseconds of its second had passed when a command began.
    pub(crate) fraction: u16,
}

/// The requests that reached pods, in order of time; collected only for `kubectl logs`.
pub(crate) type Visits<'a> = LazyCell<Vec<Visit>, Box<dyn FnOnce() -> Vec<Visit> + 'a>>;

/// A request that a pod answered.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Visit {
    /// The pod.
    pub pod: ObjectKey,
    /// In virtual seconds.
    pub at: i64,
    /// The sender's address.
    pub from: String,
}

impl Containers for StandIns<'_> {
    fn exec(&self, cluster: &Cluster, call: &Call<'_>) -> Option<Ended> {
        let earlier = (call.began != cluster.now()).then(|| (self.at)(call.began));
        let cluster = earlier.as_ref().unwrap_or(cluster);
        let container = Container {
            cluster,
            pod: call.pod,
            name: call.container,
            proxy: self.proxy,
            memory: self.memory,
            later: self.at,
            known: self.known,
            fraction: self.fraction,
        };
        let input = call.stdin.unwrap_or_default();
        if call.stdin.is_some() && call.tty && input.is_empty() && container.opens(call.words).is_some() {
            return Some(Ended {
                opens: true,
                ..Ended::default()
            });
        }
        let ProgramOutput {
            stdout,
            stderr,
            exit,
            seconds,
            goes_on,
            ..
        } = container.run(call.words, input)?;
        Some(Ended {
            stdout,
            stderr,
            exit,
            seconds,
            goes_on,
            opens: false,
        })
    }

    fn ask(&self, cluster: &Cluster, asked: &AskedPod<'_>) -> Result<(u16, String), String> {
        let node = cluster.by_creation(api::Kind::Node).into_iter().next();
        let node = Client::Node(node.map(|node| node.name().to_owned()).unwrap_or_default());
        let client = NetworkClient::of(cluster, &node, self.proxy, self.memory);
        let client = client.ok_or_else(|| "no node".to_owned())?;
        let key = ObjectKey::new(asked.pod.namespace(), asked.pod.name());
        self.memory.borrow_mut().note_proxied(key, asked.port, cluster.now());
        let page = Asked {
            port: asked.port,
            path: asked.path,
            host: asked.host,
            from: None,
        };
        programs::ask_pod(&client, cluster, asked.pod, &page)
    }

    fn read(&self, cluster: &Cluster, place: &Place<'_>) -> Option<String> {
        self.container(cluster, place).read(&absolute(place.path))
    }

    fn files(&self, cluster: &Cluster, place: &Place<'_>) -> Option<Vec<(String, String)>> {
        self.container(cluster, place).files(&absolute(place.path))
    }

    fn unpack(&self, cluster: &Cluster, place: &Place<'_>, files: &[(String, String)]) -> Result<(), String> {
        let unpacked = self.container(cluster, place).unpack(&absolute(place.path), files);
        unpacked.map_err(str::to_owned)
    }

    fn has(&self, cluster: &Cluster, place: &Place<'_>) -> bool {
        // Images with a shell bring the usual programs.
        self.container(cluster, place).has_shell()
    }

    fn earlier_logs(&self, cluster: &Cluster, pod: &Object, container: &str) -> Option<Vec<LogLine>> {
        let (started, ended) = earlier_run(pod, container)?;
        let mut lines = self.said(cluster, pod, container, (started, ended))?;
        lines.retain(|line| line.at <= ended);
        Some(lines)
    }

    /// What a container's program said, and the requests that it answered.
    fn logs(&self, cluster: &Cluster, pod: &Object, container: &str) -> Vec<LogLine> {
        let lists = ["containers", "initContainers", "ephemeralContainers"];
        let found = lists
            .into_iter()
            .find_map(|list| pod.spec().field(list).find("name", container));
        let span = cluster.span_of(pod, container);
        let Some(((started, ended), written)) = span.zip(found) else {
            return Vec::new();
        };
        if !pod.status().field("startTime").is_set() || started > cluster.now() {
            return Vec::new();
        }
        let listening = cluster.listening(pod, written);
        let mut lines = self.said(cluster, pod, container, (started, ended)).unwrap_or_default();
        let is_told = pod.annotation(cluster::LISTENS).is_some();
        let is_running = pod_is_up(pod, container);
        if is_running && (is_told || listening.is_guess || (lines.is_empty() && !listening.ports.is_empty())) {
            let text = format!("{container}: started, listens on {}", listens_on(&listening));
            lines.insert(0, LogLine { at: started, text });
        }
        let listens = |it: Cursor<'_>| !cluster.listening(pod, it).ports.is_empty();
        let server = pod.spec().field("containers").items().find(|it| listens(*it));
        let server = server.or_else(|| pod.spec().field("containers").items().next());
        if server.is_some_and(|server| server.field("name") == container) {
            let reached = |visit: &&Visit| visit.pod == pod.key && (started..=cluster.now()).contains(&visit.at);
            lines.extend(self.visits.iter().filter(reached).map(|visit| {
                LogLine {
                    at: visit.at,
                    text: cluster
                        .access_line(pod, written, &visit.from, visit.at)
                        .unwrap_or_else(|| format!("{container}: answered a request from {}", visit.from)),
                }
            }));
        }
        lines
    }
}

/// The seconds of the start and of the end of the run of a container that ended last.
///
/// Models: pkg/kubelet/kubelet_pods.go validateContainerLogStatus (v1.36)
fn earlier_run(pod: &Object, container: &str) -> Option<(i64, i64)> {
    let lists = ["containerStatuses", "initContainerStatuses"];
    let status = lists
        .into_iter()
        .find_map(|list| pod.status().field(list).find("name", container))?;
    let ended = status.field("lastState").field("terminated");
    let second = |field: &str| cluster::second(ended.field(field).as_text()?);
    Some((second("startedAt")?, second("finishedAt")?))
}

/// Whether a container runs, as far as its pod says.
fn pod_is_up(pod: &Object, container: &str) -> bool {
    let lists = ["containerStatuses", "initContainerStatuses"];
    let status = lists
        .into_iter()
        .find_map(|list| pod.status().field(list).find("name", container));
    status.is_none_or(|status| status.field("state").field("running").is_set())
}

/// Whether a container waits for its first start.
fn never_started(pod: &Object, container: &str) -> bool {
    let lists = ["containerStatuses", "initContainerStatuses"];
    let status = lists
        .into_iter()
        .find_map(|list| pod.status().field(list).find("name", container));
    status.is_some_and(|status| {
        status.field("state").field("waiting").is_set() && !status.field("lastState").field("terminated").is_set()
    })
}

/// A path as programs read it that begin in the root.
fn absolute(path: &str) -> String {
    format!("/{}", path.trim_start_matches("./").trim_start_matches('/'))
}

impl StandIns<'_> {
    fn container<'a>(&'a self, cluster: &'a Cluster, place: &Place<'a>) -> Container<'a> {
        Container {
            cluster,
            pod: place.pod,
            name: place.container,
            proxy: self.proxy,
            memory: self.memory,
            later: self.at,
            known: self.known,
            fraction: self.fraction,
        }
    }

    /// What the program of a container said between two seconds.
    fn said(&self, cluster: &Cluster, pod: &Object, container: &str, span: (i64, i64)) -> Option<Vec<LogLine>> {
        if let Some(lines) = self.asked(cluster, pod, container, span.0) {
            return Some(lines);
        }
        let moment = cluster.moment(pod, container, span)?;
        let lines = moment.lines.into_iter().map(|(after, text)| LogLine {
            at: span.0 + after,
            text,
        });
        Some(lines.collect())
    }

    /// What a container has logged whose program asks the network: it is run from its start on, with the answers of each moment.
    fn asked(&self, cluster: &Cluster, pod: &Object, container: &str, started: i64) -> Option<Vec<LogLine>> {
        if never_started(pod, container) {
            return None;
        }
        let words = cluster.words_of(pod, container);
        let then = (self.at)(started);
        // Logs change nothing of what nodes remember.
        let memory = RefCell::new(Memory::new(base::hash(0, &[pod.uid()])));
        let begun = Container {
            cluster: &then,
            pod,
            name: container,
            proxy: self.proxy,
            memory: &memory,
            later: self.at,
            known: cluster.now(),
            fraction: HALF,
        };
        let lines = begun.log(&words)?;
        Some(
            lines
                .into_iter()
                .map(|(after, text)| LogLine {
                    at: started.saturating_add(after),
                    text,
                })
                .collect(),
        )
    }
}

/// What a container listens on, in words, and whether that is a guess.
fn listens_on(listening: &Listening) -> String {
    let ports: Vec<String> = listening.ports.iter().map(ToString::to_string).collect();
    match (listening.is_guess, ports.is_empty()) {
        (false, true) => "nothing".to_owned(),
        (false, false) => ports.join(", "),
        (true, true) => "nothing: a guess, as the playground doesn't know the image".to_owned(),
        (true, false) => format!(
            "{}: a guess by its containerPort, as the playground doesn't know the image",
            ports.join(", ")
        ),
    }
}
