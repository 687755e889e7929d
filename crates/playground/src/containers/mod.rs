//! What stands in for the containers of pods: the programs `kubectl exec` can run, and what containers print.
//!
//! Every container holds the same few programs, whatever its image; files there are only those a program here reads.

mod curl;
mod environment;
mod files;
mod options;
mod probes;
mod programs;
mod server;
mod url;
mod wget;
mod wire;

pub(crate) use wire::{Reached, Wire};

use cluster::{Cluster, Object};
use kubectl::{Call, Containers, Ended, Line};

/// Stand-ins for all containers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StandIns {
    /// What chance decides follows from this, and from the second.
    pub(crate) draw: u64,
}

impl Containers for StandIns {
    fn exec(&self, cluster: &Cluster, call: &Call<'_>) -> Option<Ended> {
        let second = u64::try_from(cluster.now()).unwrap_or(0);
        programs::run(cluster, call, self.draw.rotate_left(32) ^ second)
    }

    /// Until requests leave their traces, a container tells of its start alone.
    fn logs(&self, cluster: &Cluster, pod: &Object, container: &str) -> Vec<Line> {
        let Some(started) = pod.text(&["status", "startTime"]).and_then(cluster::second) else {
            return Vec::new();
        };
        let starts = pod
            .list(&["spec", "containers"])
            .iter()
            .any(|it| it["name"] == container);
        if !starts || started > cluster.now() {
            return Vec::new();
        }
        let ports: Vec<String> = cluster::listens(pod)
            .iter()
            .map(|listens| format!("{}/{}", listens.port, listens.protocol))
            .collect();
        let text = if ports.is_empty() {
            format!("{container}: started, listens on nothing")
        } else {
            format!("{container}: started, listens on {}", ports.join(", "))
        };
        vec![Line { at: started, text }]
    }
}
