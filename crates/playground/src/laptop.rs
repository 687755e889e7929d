//! The machine outside the cluster, at whose prompt a terminal sits: a shell with kubectl, minikube, curl and their kin.

use crate::commands::{Commands, EDITOR_FILE};
use crate::minikube;
use cluster::Cluster;
use kubectl::{Output, is_kubectl};
use programs::shell::{self, Dialect, Machine, Program, Shell};
use programs::{NetworkClient, ProgramOutput};
use std::collections::BTreeMap;

/// For how many seconds a command is awaited that ends by itself.
const PATIENCE: i64 = 3_600;

/// Runs a script that began now, or with the cluster `before`.
pub(crate) fn run(commands: &Commands<'_>, cluster: &mut Cluster, script: &str, before: Option<&Cluster>) -> Output {
    let variables = BTreeMap::from([("HOME".to_owned(), "/".to_owned())]);
    let mut shell = Shell::new(Dialect::Bash, variables);
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
    };
    let ended = shell::run(&mut shell, script, commands.stdin, &mut machine);
    let said = machine.said;
    let waits = (ended.goes_on || known < ended.seconds).then(|| began.saturating_add(ended.seconds));
    let shown = ended.goes_on || waits.is_none();
    Output {
        stdout: if shown { ended.stdout } else { String::new() },
        stderr: if shown { ended.stderr } else { String::new() },
        exit: if waits.is_some() { 0 } else { ended.exit },
        waits_until: if said.opens.is_some() || said.forwards.is_empty() {
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
        self.said.outside = true;
        let forwards = self.commands.forwards_at(cluster);
        let client = NetworkClient::outside(cluster, self.commands.proxy, &self.commands.memory, &forwards);
        let ended = programs::of_laptop(cluster, program.words, program.input, &client, &|path| self.file(path));
        ended.or_else(|| not_here(name))
    }

    fn has(&self, name: &str) -> bool {
        is_kubectl(name) || ["minikube", "sh", "bash"].contains(&name) || programs::is_program(name)
    }

    fn file(&self, path: &str) -> Option<String> {
        self.commands.files.get(path.trim_start_matches('/')).cloned()
    }

    fn is_directory(&self, path: &str) -> bool {
        path == "/"
    }

    fn known(&self) -> i64 {
        self.known
    }
}

/// Programs of a laptop that people type here.
fn not_here(name: &str) -> Option<ProgramOutput> {
    let why = match name {
        "ls" => return Some(printed(format!("{EDITOR_FILE}\n"))),
        "helm" => "put what \"helm template\" prints into the editor",
        "kustomize" => "put what \"kustomize build\" prints into the editor",
        "docker" | "podman" | "nerdctl" | "crictl" => "images are known by their names here",
        "kind" | "k3d" | "kubeadm" | "gcloud" | "aws" | "az" | "eksctl" => {
            "the cluster is there; how many nodes it has is set beside the traffic"
        }
        "ssh" => "rules of the nodes stand in the pane Rules",
        "k9s" | "watch" => "get -w goes on printing",
        "vi" | "vim" | "nano" | "code" => "change the manifest in the editor",
        "git" => "paste the manifests into the editor",
        _ => return None,
    };
    Some(failed(127, format!("{name}: not simulated here: {why}\n")))
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

    fn kubectl(&mut self, program: &Program<'_>) -> ProgramOutput {
        let mut later = (program.since > 0).then(|| self.at(program.since));
        let first = later.as_ref().unwrap_or(self.cluster).clone();
        let cluster = later.as_mut().unwrap_or(self.cluster);
        let mut output = self.commands.kubectl(cluster, program.words, program.input, None);
        cluster.settle();
        if program.since > 0 && cluster.version() != first.version() {
            let words = "not done: of a line only what comes before any waiting changes the cluster; type it on a line of its own\n";
            return failed(1, words.to_owned());
        }
        let mut seconds = 0;
        while output.waits_until.is_some() && output.forwards.is_empty() && output.opens.is_none() {
            seconds += 1;
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
            output = self
                .commands
                .kubectl(&mut later, program.words, program.input, Some(&first));
        }
        let Output {
            stdout,
            stderr,
            exit,
            rules,
            opens,
            then,
            forwards,
            ..
        } = output;
        self.said.rules.extend(rules);
        self.said.opens = opens.or(self.said.opens.take());
        self.said.then = then.or(self.said.then.take());
        self.said.forwards.extend(forwards);
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
