//! A container of a pod as a machine: programs, files, a shell.

use crate::memory::Memory;
use crate::network_client::NetworkClient;
use crate::output::ProgramOutput;
use crate::planes::Planes;
use crate::shell::{self, Dialect, Machine, Program, Shell};
use crate::{env, files, images, programs};
use cluster::{Cluster, Object};
use network::proxy::ProxyMode;
use std::cell::RefCell;

/// A container in which programs run.
pub struct Container<'a> {
    /// The cluster when the program begins.
    pub cluster: &'a Cluster,
    pub pod: &'a Object,
    /// The container's name.
    pub name: &'a str,
    pub proxy: ProxyMode,
    /// What nodes remember of earlier commands.
    pub memory: &'a RefCell<Memory>,
    /// The cluster at a later virtual second.
    pub later: &'a dyn Fn(i64) -> Cluster,
    /// The last virtual second that is known.
    pub known: i64,
    /// How many milliseconds of its second have passed when the program begins.
    pub fraction: u16,
}

impl Container<'_> {
    /// Runs a program; `None` if the container has none of that name.
    pub fn run(&self, words: &[String], input: &str) -> Option<ProgramOutput> {
        let (name, rest) = words.split_first()?;
        if let Some(dialect) = self.dialect(name) {
            let script = script(rest).unwrap_or(input);
            let mut shell = self.shell(dialect);
            return Some(self.line(&mut shell, script, if script == input { "" } else { input }));
        }
        if shell::changes_files(name) && self.has_shell() {
            let line: Vec<String> = words.iter().map(|word| shell::quote(word)).collect();
            return Some(self.line(&mut self.shell(Dialect::Ash), &line.join(" "), input));
        }
        let client = NetworkClient::of_pod(self.cluster, self.pod, self.proxy, self.memory);
        programs::run(self, (self.cluster, self.pod), words, (input, "/"), &client)
    }

    /// What a container that runs these words has logged: the second since its start and the text of each line. `None` unless a
    /// program asks the network, whose answers no image tells.
    pub fn log(&self, words: &[String]) -> Option<Vec<(i64, String)>> {
        let asks = |text: &str| {
            let mut names = text.split(|c: char| !c.is_ascii_alphanumeric());
            names.any(|name| ASKING.contains(&name))
        };
        let (name, rest) = words.split_first().filter(|_| words.iter().any(|word| asks(word)))?;
        let ended = match (self.dialect(name), script(rest)) {
            (Some(dialect), Some(script)) => {
                let mut machine = ContainerMachine {
                    of: self,
                    later: None,
                    planes: Planes::default(),
                };
                shell::run_logged(&mut self.shell(dialect), script, &mut machine)
            }
            (Some(_), None) => return None,
            (None, _) => self
                .run(words, "")
                .filter(|ended| self.cluster.now() + ended.seconds <= self.known)?,
        };
        let text = ended.stdout + &ended.stderr;
        let second = |byte: usize| {
            let stamps = ended.stamps.iter().rev();
            let stamp = { stamps }.find(|(from, _)| *from <= byte);
            stamp.map_or(ended.seconds, |(_, second)| *second)
        };
        let mut byte = 0;
        let lines = text.lines().map(|line| {
            let at = second(byte);
            byte += line.len() + 1;
            (at, line.to_owned())
        });
        Some(lines.collect())
    }

    /// The shell that a program opens if it is one without a script.
    pub fn opens(&self, words: &[String]) -> Option<Shell> {
        let image = self.image();
        let (name, rest) = match words.split_first() {
            Some((name, rest)) => (name.as_str(), rest),
            None => (images::default_shell(image)?, words),
        };
        let dialect = self.dialect(name)?;
        script(rest).is_none().then(|| self.shell(dialect))
    }

    /// Runs a line typed into a shell.
    pub fn line(&self, shell: &mut Shell, line: &str, input: &str) -> ProgramOutput {
        let mut machine = ContainerMachine {
            of: self,
            later: None,
            planes: Planes::default(),
        };
        shell::run(shell, line, input, &mut machine)
    }

    /// The content of a file.
    pub fn read(&self, path: &str) -> Option<String> {
        let memory = self.memory.borrow();
        let written = memory.disk(&self.disk()).and_then(|disk| disk.read(path));
        written
            .map(str::to_owned)
            .or_else(|| files::read(self.cluster, self.pod, path))
    }

    /// Writes a file; else says why not.
    pub fn write(&self, path: &str, text: &str) -> Result<(), &'static str> {
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        if !self.is_directory(directory) {
            return Err("nonexistent directory");
        }
        if files::read(self.cluster, self.pod, path).is_some() || ["/proc", "/sys", "/dev"].contains(&directory) {
            return Err("only the kubelet and the kernel write it here");
        }
        self.memory.borrow_mut().disk_mut(&self.disk()).write(path, text)
    }

    pub fn is_directory(&self, path: &str) -> bool {
        let memory = self.memory.borrow();
        let written = memory.disk(&self.disk());
        files::entries(path).is_some() || written.is_some_and(|disk| disk.has_directory(path))
    }

    /// The files in a directory and in those within it, by their paths from there; `None` if there is no such directory.
    pub fn files(&self, directory: &str) -> Option<Vec<(String, String)>> {
        if !self.is_directory(directory) {
            return None;
        }
        let known = files::entries(directory).unwrap_or_default().iter();
        let known = known.filter_map(|name| {
            let path = format!("{}/{name}", directory.trim_end_matches('/'));
            Some(((*name).to_owned(), files::read(self.cluster, self.pod, &path)?))
        });
        let memory = self.memory.borrow();
        let disk = memory.disk(&self.disk()).into_iter();
        let written = disk.flat_map(|disk| disk.below(directory));
        Some(
            known
                .chain(written.map(|(path, text)| (path.to_owned(), text.to_owned())))
                .collect(),
        )
    }

    /// Writes files into a directory, and makes those within it that they need; else says why not.
    pub fn unpack(&self, directory: &str, files: &[(String, String)]) -> Result<(), &'static str> {
        if !self.is_directory(directory) {
            return Err("No such file or directory");
        }
        for (path, text) in files {
            let path = format!("{}/{path}", directory.trim_end_matches('/'));
            if files::read(self.cluster, self.pod, &path).is_some() {
                return Err("only the kubelet writes it here");
            }
            self.memory.borrow_mut().disk_mut(&self.disk()).write(&path, text)?;
        }
        Ok(())
    }

    /// Deletes a file that was written before; false if there is none.
    fn remove(&self, path: &str) -> bool {
        self.memory.borrow_mut().disk_mut(&self.disk()).remove(path)
    }

    /// The names in a directory.
    pub(crate) fn entries(&self, path: &str) -> Option<Vec<String>> {
        if !self.is_directory(path) {
            return None;
        }
        let known = files::entries(path).unwrap_or_default();
        let known = known.iter().map(|name| (*name).to_owned());
        let memory = self.memory.borrow();
        let written = memory
            .disk(&self.disk())
            .into_iter()
            .flat_map(|disk| disk.entries(path));
        Some(known.chain(written.map(str::to_owned)).collect())
    }

    /// Whether the image brings a shell, and with it the usual programs.
    pub fn has_shell(&self) -> bool {
        images::default_shell(self.image()).is_some() || self.dialect("sh").is_some()
    }

    /// The name of its files in the memory.
    fn disk(&self) -> String {
        format!("{}/{}", self.pod.uid(), self.name)
    }

    fn dialect(&self, program: &str) -> Option<Dialect> {
        images::shell(self.image(), program)
    }

    fn shell(&self, dialect: Dialect) -> Shell {
        Shell::new(dialect, env::variables(self.cluster, self.pod, self.name))
    }

    pub(crate) fn image(&self) -> &str {
        let lists = ["containers", "initContainers", "ephemeralContainers"];
        let mut all = lists.iter().flat_map(|list| self.pod.spec().field(list).items());
        let found = all.find(|container| container.field("name") == self.name);
        found
            .map(|container| container.field("image").text())
            .unwrap_or_default()
    }
}

/// Programs that ask the network.
const ASKING: [&str; 6] = ["curl", "wget", "nslookup", "dig", "ping", "nc"];

/// The script behind `-c`.
fn script(words: &[String]) -> Option<&str> {
    let at = words
        .iter()
        .position(|word| word.starts_with('-') && word.ends_with('c'))?;
    words.get(at + 1).map(String::as_str)
}

/// What runs in it at a moment of a script.
struct ContainerMachine<'a, 'c> {
    of: &'a Container<'c>,
    /// A later second, with the cluster then.
    later: Option<(i64, Cluster)>,
    planes: Planes,
}

impl Machine for ContainerMachine<'_, '_> {
    fn run(&mut self, program: &Program<'_>) -> Option<ProgramOutput> {
        let of = self.of;
        let second = of.cluster.now().saturating_add(program.since);
        if program.since > 0 && self.later.as_ref().is_none_or(|(known, _)| *known != second) {
            self.later = Some((second, (of.later)(second)));
        }
        let cluster = match &self.later {
            Some((known, cluster)) if *known == second => cluster,
            _ => of.cluster,
        };
        let pod = cluster.find(api::Kind::Pod, of.pod.namespace(), of.pod.name());
        let Some(pod) = pod.filter(|pod| pod.uid() == of.pod.uid()) else {
            return Some(ProgramOutput::failed(137, "Killed\n"));
        };
        if program
            .words
            .first()
            .is_some_and(|name| ["env", "printenv"].contains(&name.as_str()))
        {
            return Some(programs::printenv(program.variables, program.words));
        }
        let plane = (program.since > 0).then(|| {
            let before = || (of.later)(second.saturating_sub(1));
            self.planes.at(cluster, program.millis, of.proxy, &before)
        });
        let client = NetworkClient::of_pod(cluster, pod, of.proxy, of.memory).with_plane(plane);
        programs::run(
            of,
            (cluster, pod),
            program.words,
            (program.input, program.directory),
            &client,
        )
    }

    fn has(&self, name: &str) -> bool {
        programs::is_program(name) || self.of.dialect(name).is_some()
    }

    fn file(&self, path: &str) -> Option<String> {
        self.of.read(path)
    }

    fn write(&mut self, path: &str, text: &str) -> Result<(), &'static str> {
        self.of.write(path, text)
    }

    fn remove(&mut self, path: &str) -> bool {
        self.of.remove(path)
    }

    fn is_directory(&self, path: &str) -> bool {
        self.of.is_directory(path)
    }

    fn fraction(&self) -> u16 {
        self.of.fraction
    }

    fn known(&self) -> i64 {
        self.of.known.saturating_sub(self.of.cluster.now())
    }
}
