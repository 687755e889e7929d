//! Runs kubectl's command lines with the editor's file and stand-ins for containers.

use crate::containers::{StandIns, Visits};
use crate::shell::{self, Meaning};
use cluster::Cluster;
use kubectl::{Output, Surroundings, run, split};
use network::proxy::ProxyMode;
use std::collections::BTreeMap;

/// The name of the file that holds the editor's text.
pub const EDITOR_FILE: &str = "services.yaml";

/// How many virtual seconds a command that never ends by itself is followed.
const PATIENCE: i64 = 60 * 60;

/// The input of command lines.
pub(crate) struct Commands<'a> {
    pub(crate) stdin: &'a str,
    pub(crate) files: BTreeMap<String, String>,
    /// The seed of random choices, together with the virtual second.
    pub(crate) draw: u64,
    pub(crate) proxy: ProxyMode,
    pub(crate) visits: Visits<'a>,
}

impl Default for Commands<'_> {
    fn default() -> Self {
        Self {
            stdin: "",
            files: BTreeMap::new(),
            draw: 0,
            proxy: ProxyMode::default(),
            visits: Visits::new(Box::new(Vec::new)),
        }
    }
}

impl Commands<'_> {
    /// With the editor's text as a file.
    pub(crate) fn with_editor(text: &str, proxy: ProxyMode, draw: u64) -> Self {
        Self {
            draw,
            proxy,
            files: BTreeMap::from([(EDITOR_FILE.to_owned(), text.to_owned())]),
            ..Self::default()
        }
    }

    /// Runs a command that begins now, or that began with the cluster `before`; changes settle when the caller lets the
    /// cluster settle.
    pub(crate) fn run(&self, cluster: &mut Cluster, line: &str, before: Option<&Cluster>) -> Output {
        self.run_words(cluster, &split(line), self.stdin, before)
    }

    /// Runs a command typed into the terminal: see [`shell`].
    pub(crate) fn typed(&self, cluster: &mut Cluster, command: &str, before: Option<&Cluster>) -> Output {
        match shell::read(command) {
            Meaning::Nothing => Output::default(),
            Meaning::Kubectl { words, stdin } => self.run_words(cluster, &words, &stdin, before),
            Meaning::Other(output) => output,
        }
    }

    fn run_words(&self, cluster: &mut Cluster, words: &[String], stdin: &str, before: Option<&Cluster>) -> Output {
        let around = Surroundings {
            stdin,
            files: &self.files,
            containers: &StandIns {
                draw: self.draw,
                proxy: self.proxy,
                visits: &self.visits,
            },
            before,
        };
        run(cluster, words, around)
    }

    /// Runs a command and lets time pass until it ends; one that never ends stops when nothing more will happen.
    pub(crate) fn run_to_end(&self, cluster: &mut Cluster, line: &str) -> Output {
        let before = cluster.clone();
        let mut output = self.run(cluster, line, None);
        if output.waits_until.is_some() {
            cluster.settle();
            output = self.run(cluster, line, Some(&before));
        }
        while let Some(deadline) = output.waits_until {
            let now = cluster.now();
            let due = cluster.next_due().filter(|due| *due > now);
            let next = due.map_or(deadline, |due| due.min(deadline));
            let forever = deadline == i64::MAX && next.saturating_sub(before.now()) > PATIENCE;
            if next <= now || next == i64::MAX || forever {
                break;
            }
            cluster.pass(next - now);
            cluster.settle();
            output = self.run(cluster, line, Some(&before));
        }
        output
    }
}
