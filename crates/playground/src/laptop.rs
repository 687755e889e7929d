//! The machine outside the cluster, at whose prompt a terminal sits: a shell with kubectl, minikube, curl and their kin.

use crate::commands::Commands;
use crate::minikube;
use base::Order;
use cluster::Cluster;
use kubectl::{Output, is_kubectl};
use programs::shell::{self, Machine, Program};
use programs::{ApiProxy, NetworkClient, Planes, ProgramOutput};
use std::cell::RefCell;
use std::fmt::Write;

/// For how many seconds a command is awaited that ends by itself.
const PATIENCE: i64 = 3_600;

/// Runs a script that began now, or with the cluster `before`.
pub(crate) fn run(commands: &Commands<'_>, cluster: &mut Cluster, script: &str, before: Option<&Cluster>) -> Output {
    let mut shell = commands.desk.borrow().shell.clone();
    shell.left = false;
    let began = before.unwrap_or(cluster).now();
    let known = if commands.alone {
        i64::MAX
    } else {
        cluster.now().saturating_sub(began)
    };
    // What a script does to the cluster at its beginning is done once: a script that runs again does it to a copy.
    let mut again = before.cloned();
    let mut machine = Laptop {
        commands,
        cluster: again.as_mut().unwrap_or(cluster),
        began,
        known,
        said: Output::default(),
        planes: RefCell::default(),
    };
    let ended = shell::run(&mut shell, script, commands.stdin, &mut machine);
    let said = machine.said;
    shell.left = false;
    commands.desk.borrow_mut().shell = shell;
    let waits = (ended.goes_on || known < ended.seconds).then(|| began.saturating_add(ended.seconds));
    let shown = ended.goes_on || waits.is_none();
    Output {
        stdout: if shown { ended.stdout } else { String::new() },
        stderr: if shown { ended.stderr } else { String::new() },
        exit: if waits.is_some() { 0 } else { ended.exit },
        waits_until: if said.opens.is_some() || !said.goes_on_behind() {
            waits
        } else {
            Some(i64::MAX)
        },
        ..said
    }
}

struct Laptop<'a, 'c> {
    commands: &'a Commands<'c>,
    cluster: &'a mut Cluster,
    began: i64,
    known: i64,
    /// What kubectl left besides what it printed.
    said: Output,
    planes: RefCell<Planes>,
}

impl Machine for Laptop<'_, '_> {
    fn run(&mut self, program: &Program<'_>) -> Option<ProgramOutput> {
        let (name, rest) = program.words.split_first()?;
        if is_kubectl(name) {
            return Some(self.kubectl(program));
        }
        if let Some(change) = minikube::addon(rest).filter(|_| name == "minikube") {
            let words: Vec<String> = change.kubectl.iter().map(|word| (*word).to_owned()).collect();
            let output = self.commands.kubectl(self.cluster, &words, change.manifest, None);
            let says = if output.exit == 0 { change.says } else { "" };
            return Some(ProgramOutput {
                stdout: says.to_owned(),
                stderr: output.stderr,
                exit: output.exit,
                ..ProgramOutput::default()
            });
        }
        if let Some(open) = minikube::tunnel(rest).filter(|_| name == "minikube" && program.since == 0) {
            self.cluster.set_tunnel(open);
            self.cluster.settle();
            return Some(minikube::tunnel_status(self.cluster));
        }
        let later = (program.since > 0).then(|| self.at(program.since));
        let cluster = later.as_ref().unwrap_or(self.cluster);
        if name == "minikube" {
            return Some(minikube::run(cluster, rest));
        }
        match name.as_str() {
            "sudo" => {
                let program = Program {
                    words: rest,
                    ..*program
                };
                return self.run(&program);
            }
            "watch" => return Some(self.watch(program, rest)),
            "history" => return Some(self.history()),
            "ls" => return Some(self.list(rest)),
            _ => {}
        }
        if let Some(told) = not_here(name) {
            return Some(told);
        }
        self.said.outside = true;
        let mut forwards = self.commands.forwards_at(cluster);
        forwards.extend(crate::commands::living(cluster, &self.said.forwards));
        let answer = |path: &str| self.commands.api_answer(cluster, path);
        let port = self.said.proxy.or(self.commands.desk.borrow().proxy);
        let api = port.map(|port| ApiProxy { port, answer: &answer });
        let proxy = self.commands.proxy;
        let plane = (program.since > 0).then(|| {
            let before = || self.at(program.since - 1);
            self.planes.borrow_mut().at(cluster, program.millis, proxy, &before)
        });
        let client = NetworkClient::outside(cluster, proxy, &self.commands.memory, &forwards);
        let client = client.with_proxy(api).with_plane(plane);
        programs::of_laptop(cluster, program.words, program.input, &client, &|path| self.file(path))
    }

    fn has(&self, name: &str) -> bool {
        is_kubectl(name) || ["minikube", "sh", "bash"].contains(&name) || programs::is_program(name)
    }

    fn file(&self, path: &str) -> Option<String> {
        let name = path.trim_start_matches("./").trim_start_matches('/');
        let written = self
            .commands
            .desk
            .borrow()
            .disk
            .read(&format!("/{name}"))
            .map(str::to_owned);
        written.or_else(|| self.commands.files.get(name).cloned())
    }

    fn write(&mut self, path: &str, text: &str) -> Result<(), &'static str> {
        self.commands.desk.borrow_mut().write(path, text)
    }

    fn remove(&mut self, path: &str) -> bool {
        self.commands.desk.borrow_mut().disk.remove(path)
    }

    fn goes_on(&self, words: &[String]) -> bool {
        let verbs = ["port-forward", "proxy"];
        match words.split_first() {
            Some((name, rest)) if is_kubectl(name) => rest.iter().any(|word| verbs.contains(&word.as_str())),
            Some((name, rest)) => name == "minikube" && rest.first().is_some_and(|word| word == "tunnel"),
            None => false,
        }
    }

    fn is_directory(&self, path: &str) -> bool {
        self.commands.desk.borrow().is_directory(path)
    }

    fn fraction(&self) -> u16 {
        self.commands.fraction
    }

    fn known(&self) -> i64 {
        self.known
    }
}

/// Programs of a laptop that people type here.
fn not_here(name: &str) -> Option<ProgramOutput> {
    let why = match name {
        "helm" => "put what \"helm template\" prints into the editor",
        "kustomize" => "put what \"kustomize build\" prints into the editor",
        "docker" | "podman" | "nerdctl" | "crictl" => "images are known by their names here",
        "kind" | "k3d" | "kubeadm" | "gcloud" | "aws" | "az" | "eksctl" => {
            "the cluster is there; how many nodes it has is set beside the traffic"
        }
        "ssh" => "rules of the nodes stand in the pane Rules",
        "k9s" | "kubectx" | "kubens" | "stern" => {
            "there is kubectl alone: its get -w and logs -f go on printing, config set-context --current --namespace=NAME changes the namespace"
        }
        "vi" | "vim" | "nano" | "code" | "emacs" => "change the manifest in the editor",
        "jq" | "yq" => "kubectl get -o jsonpath='{…}' takes fields out of objects",
        "open" | "xdg-open" | "firefox" => "there is no browser: curl prints what comes",
        "complete" | "source" | "." => "Tab completes without it, and what a line defines lasts",
        "jobs" | "fg" | "bg" | "kill" | "pkill" => "what goes on in the background ends with Ctrl+C on an empty line",
        "time" => "curl -w '%{time_total}' tells how long a request takes",
        "mkdir" | "cp" | "mv" | "chmod" => "this machine has one directory; > writes into a file, rm deletes it",
        "less" | "more" => "what is printed is all there to scroll",
        "brew" | "apt" | "apt-get" | "yum" | "choco" => "nothing needs to be installed",
        "skaffold" | "tilt" | "terraform" | "ansible" | "argocd" | "flux" | "istioctl" | "linkerd" | "cilium" => {
            "only kubectl, minikube and the clients of the network are there"
        }
        "git" => "paste the manifests into the editor",
        _ => return None,
    };
    Some(failed(127, format!("{name} is not simulated: {why}\n")))
}

fn printed(stdout: String) -> ProgramOutput {
    ProgramOutput {
        stdout,
        ..ProgramOutput::default()
    }
}

pub(crate) fn failed(exit: i32, stderr: String) -> ProgramOutput {
    ProgramOutput {
        stderr,
        exit,
        ..ProgramOutput::default()
    }
}

impl Laptop<'_, '_> {
    /// The cluster so many seconds after the script began.
    fn at(&self, since: i64) -> Cluster {
        self.commands.cluster_at(self.cluster, self.began.saturating_add(since))
    }

    /// `watch COMMAND`: what the command prints at the latest moment that is known.
    ///
    /// Models: procps-ng watch (4.0), without the name of the machine.
    fn watch(&mut self, program: &Program<'_>, words: &[String]) -> ProgramOutput {
        let mut words = words;
        let mut every = "2".to_owned();
        while let Some((flag, rest)) = words.split_first().filter(|(word, _)| word.starts_with('-')) {
            words = rest;
            if let Some(seconds) = flag.strip_prefix("-n") {
                every = if seconds.is_empty() {
                    rest.first().cloned().unwrap_or_default()
                } else {
                    seconds.to_owned()
                };
                words = if seconds.is_empty() {
                    rest.get(1..).unwrap_or_default()
                } else {
                    rest
                };
            }
        }
        if words.is_empty() {
            return failed(1, "Usage:\n watch [options] command\n".to_owned());
        }
        let since = if self.known == i64::MAX {
            program.since
        } else {
            self.known.max(program.since)
        };
        let line = words.join(" ");
        let mut cluster = if since == 0 {
            self.cluster.clone()
        } else {
            self.at(since)
        };
        let mut shell = self.commands.desk.borrow().shell.clone();
        let mut machine = Laptop {
            commands: self.commands,
            began: cluster.now(),
            cluster: &mut cluster,
            known: 0,
            said: Output::default(),
            planes: RefCell::default(),
        };
        let ended = shell::run(&mut shell, &line, "", &mut machine);
        let every = if every.contains('.') {
            every
        } else {
            format!("{every}.0")
        };
        ProgramOutput {
            stdout: format!("Every {every}s: {line}\n\n{}{}", ended.stdout, ended.stderr),
            seconds: if self.known == i64::MAX { 0 } else { i64::MAX },
            goes_on: self.known != i64::MAX,
            ..ProgramOutput::default()
        }
    }

    fn history(&self) -> ProgramOutput {
        let desk = self.commands.desk.borrow();
        let mut text = String::new();
        for (place, line) in desk.history.iter().enumerate() {
            let _ = writeln!(text, "{:>5}  {line}", place + 1);
        }
        printed(text)
    }

    /// Lists the files of this machine.
    fn list(&self, words: &[String]) -> ProgramOutput {
        let desk = self.commands.desk.borrow();
        let mut names: Vec<String> = self
            .commands
            .files
            .keys()
            .cloned()
            .chain(desk.files().map(|(name, _)| name))
            .collect();
        names.order();
        names.dedup();
        let paths: Vec<&String> = words.iter().filter(|word| !word.starts_with('-')).collect();
        let inside = |path: &&String| desk.is_directory(path) && !matches!(path.as_str(), "." | "./" | "/");
        if let Some(path) = paths.first().filter(|path| inside(path)) {
            let path = format!("/{}", path.trim_start_matches("./").trim_matches('/'));
            return printed(desk.disk.entries(&path).flat_map(|name| [name, "\n"]).collect());
        }
        // Of what directories hold, the directory alone.
        for name in &mut names {
            name.truncate(name.find('/').unwrap_or(name.len()));
        }
        names.dedup();
        let wanted = |name: &String| {
            let is_it = |path: &&String| matches!(path.trim_end_matches('/'), "" | "." | "~") || *path == name;
            paths.is_empty() || paths.iter().any(is_it)
        };
        names.retain(wanted);
        if names.is_empty()
            && let Some(path) = paths.first()
        {
            return failed(2, format!("ls: cannot access '{path}': No such file or directory\n"));
        }
        printed(names.iter().flat_map(|name| [name.as_str(), "\n"]).collect())
    }

    fn kubectl(&mut self, program: &Program<'_>) -> ProgramOutput {
        let mut later = (program.since > 0).then(|| self.at(program.since));
        let first = later.as_ref().unwrap_or(self.cluster).clone();
        let cluster = later.as_mut().unwrap_or(self.cluster);
        let known = self.began.saturating_add(self.known);
        let drawn = self.commands.memory.borrow().clone();
        let mut output = self.commands.known_until(known, cluster, program, None);
        cluster.settle();
        if program.since == 0 {
            self.commands.keep(cluster);
        }
        if program.since > 0 && cluster.version() != first.version() {
            let words = "not done: of a line only what comes before any waiting changes the cluster; type it on a line of its own\n";
            return failed(1, words.to_owned());
        }
        let mut seconds = 0;
        while output.waits_until.is_some() && !output.goes_on_behind() && output.opens.is_none() {
            let ends = output.waits_until.filter(|_| output.only_time);
            seconds = ends.map_or(seconds + 1, |ends| ends.saturating_sub(first.now()).max(seconds + 1));
            if program.since + seconds > self.known || seconds > PATIENCE {
                return ProgramOutput {
                    stdout: output.stdout,
                    stderr: output.stderr,
                    exit: 0,
                    seconds,
                    goes_on: true,
                    ..ProgramOutput::default()
                };
            }
            let mut later = self.at(program.since + seconds);
            if output.only_time {
                self.commands.memory.replace(drawn.clone());
            }
            output = self.commands.known_until(known, &mut later, program, Some(&first));
        }
        let Output {
            stdout,
            stderr,
            exit,
            rules,
            opens,
            then,
            forwards,
            proxy,
            ..
        } = output;
        self.said.rules.extend(rules);
        self.said.opens = opens.or(self.said.opens.take());
        self.said.then = then.or(self.said.then.take());
        self.said.forwards.extend(forwards);
        self.said.proxy = proxy.or(self.said.proxy);
        ProgramOutput {
            stdout,
            stderr,
            exit,
            seconds,
            goes_on: false,
            ..ProgramOutput::default()
        }
    }
}
