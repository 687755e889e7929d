//! Stand-ins for containers: `kubectl exec` runs programs of pods, `kubectl logs` prints their starts and requests.

use api::Cursor;
use cluster::{Cluster, Object};
use kubectl::{Call, Containers, Ended, LogLine};
use network::ObjectKey;
use network::proxy::ProxyMode;
use programs::{Container, Memory, ProgramOutput};
use std::cell::{LazyCell, RefCell};
use std::ops::Deref;

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
}

/// The requests that reached pods, in order of time; collected only for `kubectl logs`.
pub(crate) type Visits<'a> = LazyCell<Vec<Visit>, Box<dyn FnOnce() -> Vec<Visit> + 'a>>;

/// A request that a pod answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Visit {
    pub(crate) pod: ObjectKey,
    /// In virtual seconds.
    pub(crate) at: i64,
    /// The sender's address.
    pub(crate) from: String,
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

    /// A container logs its start, and the pod's first container each request.
    fn logs(&self, cluster: &Cluster, pod: &Object, container: &str) -> Vec<LogLine> {
        let Some(started) = pod.status().field("startTime").as_text().and_then(cluster::second) else {
            return Vec::new();
        };
        let mut all = pod.spec().field("containers").items().enumerate();
        let found = all.find(|(_, it)| it.field("name") == container);
        let Some((place, written)) = found.filter(|_| started <= cluster.now()) else {
            return Vec::new();
        };
        let mut lines = vec![LogLine {
            at: started,
            text: format!("{container}: started, listens on {}", listens_on(pod, written)),
        }];
        if place == 0 {
            let reached = |visit: &&Visit| visit.pod == pod.key && (started..=cluster.now()).contains(&visit.at);
            lines.extend(self.visits.iter().filter(reached).map(|visit| LogLine {
                at: visit.at,
                text: format!("{container}: answered a request from {}", visit.from),
            }));
        }
        lines
    }
}

/// What a container listens on, in words, and whether that is a guess.
fn listens_on(pod: &Object, container: Cursor<'_>) -> String {
    let listening = cluster::listening(pod, container);
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
