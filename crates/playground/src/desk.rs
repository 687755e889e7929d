//! What the machine outside the cluster keeps between two commands: its shell, files, kubeconfig.

use kubectl::{Discovery, Output};
use programs::Disk;
use programs::shell::{Dialect, Shell, quote};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The name of the file that holds the editor's text.
pub const EDITOR_FILE: &str = "services.yaml";

/// How many commands `history` lists.
const HISTORY: usize = 100;
/// How often files may name each other.
const MOST_ROUNDS: usize = 3;

/// The machine outside between two commands.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    pub(crate) shell: Shell,
    pub(crate) disk: Disk,
    /// The namespace of kubectl's context; empty for `default`.
    pub(crate) namespace: String,
    /// What kubectl remembers of the kinds that the cluster serves.
    pub(crate) discovery: Discovery,
    /// The port at which `kubectl proxy` leads to the API server.
    pub(crate) proxy: Option<u16>,
    pub(crate) history: Vec<String>,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            shell: Shell::new(Dialect::Bash, BTreeMap::from([("HOME".to_owned(), "/".to_owned())])),
            disk: Disk::default(),
            namespace: String::new(),
            discovery: Discovery::default(),
            proxy: None,
            history: Vec::new(),
        }
    }
}

impl Desk {
    /// Keeps what a command of kubectl left on this machine.
    pub(crate) fn take(&mut self, output: &mut Output) {
        if let Some(namespace) = output.namespace.take() {
            self.namespace = namespace;
        }
        self.proxy = output.proxy.or(self.proxy);
        for (name, text) in std::mem::take(&mut output.files) {
            let written = match name.as_str() {
                EDITOR_FILE => self.write(&name, &text),
                _ => self.disk.write(&format!("/{name}"), &text),
            };
            if let Err(why) = written {
                let _ = writeln!(output.stderr, "error: {name}: {why}");
                output.exit = 1;
            }
        }
    }

    /// Whether a command put files into a directory of that path.
    pub(crate) fn is_directory(&self, path: &str) -> bool {
        let path = path.trim_start_matches("./").trim_matches('/');
        path.is_empty() || self.disk.has_directory(&format!("/{path}"))
    }

    pub(crate) fn write(&mut self, path: &str, text: &str) -> Result<(), &'static str> {
        let name = path.trim_start_matches('/');
        if name == EDITOR_FILE {
            return Err("it is the editor's text: change it there");
        }
        let directory = name.rsplit_once('/').map(|(directory, _)| directory);
        if directory.is_some_and(|directory| !self.is_directory(directory)) {
            return Err("No such file or directory");
        }
        self.disk.write(path, text)
    }

    /// The names and texts of the files that were written.
    pub(crate) fn files(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let files = self.disk.files();
        files.map(|(path, text)| (path.trim_start_matches('/').to_owned(), text.to_owned()))
    }

    pub(crate) fn note(&mut self, command: &str) {
        self.history.push(command.trim().to_owned());
        let surplus = self.history.len().saturating_sub(HISTORY);
        self.history.drain(..surplus);
    }

    /// A command with all that it needs to do on a machine without a past what it does on this one: for acts, which links keep.
    pub(crate) fn self_contained(&self, command: &str) -> String {
        let mut lines = String::new();
        if !self.namespace.is_empty() {
            let namespace = &self.namespace;
            let _ = writeln!(
                lines,
                "kubectl config set-context --current --namespace={namespace} >/dev/null"
            );
        }
        let defined = self.shell.preamble(command, &Self::default().shell);
        let mut files = Vec::new();
        let mut texts = vec![format!("{defined}{command}")];
        for _ in 0..MOST_ROUNDS {
            let named = self
                .files()
                .filter(|(name, _)| texts.iter().any(|text| text.contains(name.as_str())));
            let new: Vec<(String, String)> = named.filter(|file| !files.contains(file)).collect();
            texts = new.iter().map(|(_, text)| text.clone()).collect();
            files.extend(new);
        }
        for (name, text) in files {
            let _ = writeln!(lines, "printf %s {} > {}", quote(&text), quote(&name));
        }
        lines + &defined + command
    }
}
