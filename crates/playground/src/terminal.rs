use crate::commands::Commands;
use cluster::Cluster;
use kubectl::Output;
use network::proxy::ProxyMode;
use std::collections::BTreeMap;

/// A terminal on a cluster of its own: commands follow each other a second apart, and a command
/// that waits takes its time.
#[derive(Clone)]
pub struct Terminal {
    cluster: Cluster,
    files: BTreeMap<String, String>,
    proxy: ProxyMode,
    draw: u64,
}

impl Terminal {
    pub(crate) fn new(cluster: Cluster, files: BTreeMap<String, String>, proxy: ProxyMode, draw: u64) -> Self {
        Self {
            cluster,
            files,
            proxy,
            draw,
        }
    }

    /// Runs a command to its end.
    pub fn run(&mut self, line: &str, stdin: &str) -> Output {
        self.draw = self.draw.wrapping_add(1);
        let commands = Commands {
            stdin,
            files: self.files.clone(),
            draw: self.draw,
            proxy: self.proxy,
            ..Commands::default()
        };
        let output = commands.run_to_end(&mut self.cluster, line);
        self.cluster.settle();
        self.cluster.pass(1);
        output
    }

    pub(crate) fn cluster(&self) -> &Cluster {
        &self.cluster
    }
}
