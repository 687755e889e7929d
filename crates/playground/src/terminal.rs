use crate::commands::{Commands, Past};
use crate::desk::Desk;
use cluster::Cluster;
use kubectl::{ForwardedPort, KubectlVersion, Output};
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
    version: KubectlVersion,
    memory: Memory,
    desk: Desk,
    forwards: Vec<ForwardedPort>,
    past: Past,
}

impl Terminal {
    pub(crate) fn new(
        cluster: Cluster,
        files: BTreeMap<String, String>,
        proxy: ProxyMode,
        version: KubectlVersion,
        seed: u64,
    ) -> Self {
        Self {
            cluster,
            files,
            proxy,
            version,
            memory: Memory::new(seed),
            desk: Desk::default(),
            forwards: Vec::new(),
            past: Past::default(),
        }
    }

    /// Runs a command to its end.
    pub fn run(&mut self, line: &str, stdin: &str) -> Output {
        let commands = Commands {
            stdin,
            files: self.files.clone(),
            memory: RefCell::new(self.memory.clone()),
            desk: RefCell::new(self.desk.clone()),
            forwards: self.forwards.clone(),
            past: Some(self.past.clone()),
            alone: true,
            scripts: self.is_meant_for_a_shell(line),
            proxy: self.proxy,
            version: self.version,
            ..Commands::default()
        };
        let output = commands.run_to_end(&mut self.cluster, line);
        (self.memory, self.desk) = commands.remembered();
        self.desk.note(line);
        self.forwards.extend(output.forwards.iter().cloned());
        self.cluster.settle();
        self.cluster.pass(1);
        output
    }

    /// Whether a line is for the shell of a laptop; others are what stands behind `kubectl`.
    fn is_meant_for_a_shell(&self, line: &str) -> bool {
        let first = line.split_whitespace().next().unwrap_or_default();
        let is_flag = first.starts_with('-');
        self.desk.shell.redefines(first, "") || !is_flag && !kubectl::is_command(first)
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
