//! kubectl's command lines, and what they find around them here.

use crate::containers::{StandIns, Visits};
use crate::shell::{self, Meaning};
use cluster::Cluster;
use kubectl::{Output, Surroundings, run, split};
use network::proxy::ProxyMode;
use std::collections::BTreeMap;

/// How the file that holds the editor's text is called.
pub const EDITOR_FILE: &str = "services.yaml";

/// What command lines are fed, and the files they can name.
pub(crate) struct Commands<'a> {
    pub(crate) stdin: &'a str,
    pub(crate) files: BTreeMap<String, String>,
    /// What chance decides follows from this, and from the second.
    pub(crate) draw: u64,
    /// How kube-proxy works.
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
    /// With the editor's text at hand.
    pub(crate) fn with_editor(text: &str, proxy: ProxyMode, draw: u64) -> Self {
        Self {
            draw,
            proxy,
            files: BTreeMap::from([(EDITOR_FILE.to_owned(), text.to_owned())]),
            ..Self::default()
        }
    }

    /// What a command prints by now, begun now or, where the cluster as it was is given, before; what it changes settles
    /// when the caller lets it.
    pub(crate) fn run(&self, cluster: &mut Cluster, line: &str, before: Option<&Cluster>) -> Output {
        self.run_words(cluster, &split(line), self.stdin, before)
    }

    /// What a command prints that is typed into a terminal: see [`shell`].
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

    /// Runs a command that begins now, and lets time pass until it ends; one that would never end stops when nothing more
    /// will happen.
    pub(crate) fn run_to_end(&self, cluster: &mut Cluster, line: &str) -> Output {
        let before = cluster.clone();
        let mut output = self.run(cluster, line, None);
        while let Some(deadline) = output.waits_until {
            let now = cluster.now();
            let due = cluster.next_due().filter(|due| *due > now);
            let next = due.map_or(deadline, |due| due.min(deadline));
            if next <= now || next == i64::MAX {
                break;
            }
            cluster.pass(next - now);
            cluster.settle();
            output = self.run(cluster, line, Some(&before));
        }
        output
    }
}
