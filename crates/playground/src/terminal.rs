use crate::commands::Commands;
use cluster::Cluster;
use kubectl::Output;
use network::proxy::ProxyMode;
use programs::Memory;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A terminal on a cluster of its own: commands follow each other a second apart, and a command
/// that waits takes its time.
#[derive(Clone)]
pub struct Terminal {
    cluster: Cluster,
    files: BTreeMap<String, String>,
    proxy: ProxyMode,
    memory: Memory,
}

impl Terminal {
    pub(crate) fn new(cluster: Cluster, files: BTreeMap<String, String>, proxy: ProxyMode, seed: u64) -> Self {
        Self {
            cluster,
            files,
            proxy,
            memory: Memory::new(seed),
        }
    }

    /// Runs a command to its end.
    pub fn run(&mut self, line: &str, stdin: &str) -> Output {
        let commands = Commands {
            stdin,
            files: self.files.clone(),
            memory: RefCell::new(self.memory.clone()),
            alone: true,
            scripts: is_meant_for_a_shell(line),
            proxy: self.proxy,
            ..Commands::default()
        };
        let output = commands.run_to_end(&mut self.cluster, line);
        self.memory = commands.remembered();
        self.cluster.settle();
        self.cluster.pass(1);
        output
    }

    /// With what nodes remember of the commands of another terminal.
    pub(crate) fn remembering(self, memory: Memory) -> Self {
        Self { memory, ..self }
    }

    pub(crate) fn into_memory(self) -> Memory {
        self.memory
    }

    pub(crate) fn cluster(&self) -> &Cluster {
        &self.cluster
    }
}

/// Whether a line begins with a program of a laptop; others are what stands behind `kubectl`.
fn is_meant_for_a_shell(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    let compound = ["for", "while", "until", "if", "minikube"];
    kubectl::is_kubectl(first) || programs::is_program(first) || compound.contains(&first)
}
