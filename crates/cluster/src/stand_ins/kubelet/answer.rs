//! What a probe is answered, by the model of the programs.

use super::container::Container;
use super::life::Life;
use super::probes::is_shell;
use crate::stand_ins::answers::{ANSWERS, AnswerKind, read_answers};
use crate::stand_ins::listening::{self, ListeningPort};
use crate::store::Object;
use api::Cursor;

/// The answer of a probe.
pub(super) struct Answered {
    /// In an event's words where it is a bad one.
    pub(super) result: Result<(), String>,
    /// Until when it stays the same while nothing changes.
    pub(super) until: Option<i64>,
}

impl Answered {
    pub(super) fn is_good(&self) -> bool {
        self.result.is_ok()
    }

    /// Whether the kubelet could not ask at all: that counts neither for nor against the container.
    pub(super) fn is_error(&self) -> bool {
        self.result.as_ref().is_err_and(|output| output.starts_with("errored"))
    }

    fn lasting(result: Result<(), String>) -> Self {
        Self { result, until: None }
    }
}

fn failed(output: &str) -> String {
    format!("failed: {output}")
}

impl Life<'_> {
    /// Asks a probe of a container now.
    pub(super) fn answer(&self, place: usize, probe: Cursor<'_>) -> Answered {
        let Some(container) = self.containers.get(place) else {
            return Answered::lasting(Ok(()));
        };
        if let Some(command) = probe.field("exec").field("command").if_set() {
            let period = probe.field("periodSeconds").as_number().unwrap_or(10).max(1);
            return self.exec(container, &command.texts().collect::<Vec<_>>(), period);
        }
        let timeout = probe.field("timeoutSeconds").as_number().unwrap_or(1);
        Answered::lasting(if let Some(get) = probe.field("httpGet").if_set() {
            self.http(container, get, timeout)
        } else if let Some(tcp) = probe.field("tcpSocket").if_set() {
            Self::port(container, tcp).and_then(|port| self.dial(tcp, port).map_err(|output| failed(&output)))
        } else if let Some(grpc) = probe.field("grpc").if_set() {
            self.grpc(grpc, timeout)
        } else {
            Ok(())
        })
    }

    /// The port of a probe, by number or by name.
    ///
    /// Models: pkg/probe/util.go ResolveContainerPort (v1.36).
    pub(super) fn port(container: &Container<'_>, action: Cursor<'_>) -> Result<u16, String> {
        let port = action.field("port");
        let number = match port.as_text() {
            None => port.as_number(),
            Some(name) => {
                let named = container.spec.field("ports").find("name", name);
                let number = named.and_then(|it| it.field("containerPort").as_number());
                number.or_else(|| name.parse().ok())
            }
        };
        let found = number.and_then(|it| u16::try_from(it).ok()).filter(|it| *it > 0);
        found.ok_or_else(|| {
            let name = port.text();
            let why = format!("strconv.Atoi: parsing \"{name}\": invalid syntax");
            format!("errored and resulted in unknown state: {why}")
        })
    }

    fn ip(&self) -> &str {
        self.pod.status().field("podIP").text()
    }

    /// Whether the pod's host is meant: of others nothing is known.
    pub(super) fn is_own_host(&self, action: Cursor<'_>) -> bool {
        let host = action.field("host").text();
        host.is_empty() || host == self.ip()
    }

    pub(super) fn dial(&self, action: Cursor<'_>, port: u16) -> Result<(), String> {
        let is_loopback = ["127.0.0.1", "localhost"].contains(&action.field("host").text());
        if is_loopback || !self.is_own_host(action) {
            // A node listens on other ports of its own; no other host is asked.
            return Ok(());
        }
        let hears = |it: &ListeningPort| it.port == port && it.protocol == "TCP" && !it.loopback_only;
        if self.listening().iter().any(hears) {
            return Ok(());
        }
        Err(format!("dial tcp {}:{port}: connect: connection refused", self.ip()))
    }

    /// What the running containers of the pod listen on.
    fn listening(&self) -> Vec<ListeningPort> {
        let containers = self.containers.iter().enumerate();
        let serving = containers.filter(|(place, it)| it.is_running() && !self.is_silent(*place));
        listening::ports_of(self.programs.store(), self.pod, serving.map(|(_, it)| it.spec))
    }

    /// Models: pkg/probe/http/http.go DoHTTPProbe (v1.36).
    fn http(&self, container: &Container<'_>, get: Cursor<'_>, timeout: i64) -> Result<(), String> {
        let port = Self::port(container, get)?;
        let scheme = get.field("scheme").as_text().unwrap_or("HTTP").to_lowercase();
        let host = get
            .field("host")
            .as_text()
            .filter(|it| !it.is_empty())
            .unwrap_or(self.ip());
        let path = get.field("path").text();
        let slash = if path.starts_with('/') { "" } else { "/" };
        let url = format!("{scheme}://{host}:{port}{slash}{path}");
        let wrong = |what: &str| failed(&format!("Get \"{url}\": {what}"));
        self.dial(get, port).map_err(|what| wrong(&what))?;
        if !self.is_own_host(get) {
            return Ok(());
        }
        let annotation = self.pod.annotation(ANSWERS).unwrap_or_default();
        let status = match read_answers(annotation).as_deref() {
            Ok([always]) => {
                let slow = always
                    .after
                    .is_some_and(|(least, _)| i64::try_from(least / 1_000_000).unwrap_or(0) >= timeout);
                match always.kind {
                    AnswerKind::Never => return Err(wrong(TIMED_OUT)),
                    _ if slow => return Err(wrong(TIMED_OUT)),
                    AnswerKind::Closes => return Err(wrong("EOF")),
                    AnswerKind::Status(status) => Some(status),
                    AnswerKind::Success => None,
                }
            }
            _ => None,
        };
        match status.or_else(|| self.programs.http_error(container.spec, path)) {
            Some(status) => Err(failed(&format!("HTTP probe failed with statuscode: {status}"))),
            None => Ok(()),
        }
    }

    /// Models: pkg/probe/grpc/grpc.go Probe (v1.36).
    fn grpc(&self, grpc: Cursor<'_>, timeout: i64) -> Result<(), String> {
        let port = u16::try_from(grpc.field("port").number()).unwrap_or_default();
        self.dial(grpc, port).map_err(|_| {
            let address = format!("{}:{port}", self.ip());
            failed(&format!(
                "timeout: failed to connect service \"{address}\" within {timeout}s: context deadline exceeded"
            ))
        })
    }

    pub(super) fn exec(&self, container: &Container<'_>, words: &[&str], period: i64) -> Answered {
        let since = container.running_since().unwrap_or(self.now);
        let Some(output) = output_if_missing(container.spec, words) else {
            let code = self
                .programs
                .exit_code(container.spec, (since, self.now - since), words);
            return Answered::lasting(if code == 0 || is_unknown(words) {
                Ok(())
            } else {
                Err(failed(""))
            });
        };
        let there = |after: i64| self.has(container, output.path, (since, after), words);
        let now = there(self.now - since);
        // Scripts make files and remove them.
        let is_scripted = !container.spec.field("command").is_empty() || !container.spec.field("args").is_empty();
        let later = (1..=MOST_PERIODS).map(|ahead| self.now - since + ahead * period);
        let change = { later }.find(|after| is_scripted && there(*after) != now);
        Answered {
            result: if now { Ok(()) } else { Err(failed(&output.text)) },
            until: change.map(|after| since + after),
        }
    }

    /// Whether a container has a file so many seconds after its start.
    fn has(&self, container: &Container<'_>, path: &str, span: (i64, i64), words: &[&str]) -> bool {
        let mounts = container.spec.field("volumeMounts").items();
        let is_mounted = { mounts }.any(|it| path.starts_with(it.field("mountPath").text()));
        if is_mounted || is_everywhere(path) {
            return true;
        }
        // What else it has, its own commands make.
        let commands = [container.spec.field("command"), container.spec.field("args")];
        let is_named = commands
            .into_iter()
            .flat_map(Cursor::texts)
            .any(|text| text.contains(path));
        is_named && self.programs.exit_code(container.spec, span, words) == 0
    }
}

/// How many periods ahead a change of a probe's answer is looked for.
const MOST_PERIODS: i64 = 60;

/// What a command prints that needs a file, where the file is not there.
struct Missing<'a> {
    path: &'a str,
    text: String,
}

/// Whether an image has a file whatever it holds, or has it mounted into every container.
fn is_everywhere(path: &str) -> bool {
    const FILES: [&str; 7] = [
        "/",
        "/etc/hosts",
        "/etc/resolv.conf",
        "/etc/hostname",
        "/etc/passwd",
        "/tmp",
        "/var",
    ];
    const FOLDERS: [&str; 6] = ["/usr/", "/bin/", "/proc/", "/sys/", "/dev/", "/lib"];
    FILES.contains(&path) || FOLDERS.iter().any(|folder| path.starts_with(folder))
}

/// The file that a command needs, and its words if that is missing.
fn output_if_missing<'a>(container: Cursor<'_>, words: &[&'a str]) -> Option<Missing<'a>> {
    const WHY: &str = "No such file or directory\n";
    let (path, text) = match words {
        [program, "-c", script, ..] if is_shell(program) && is_plain(script) => {
            let words: Vec<&str> = script.split_whitespace().collect();
            return output_if_missing(container, &words);
        }
        ["cat", path] if container.field("image").text().contains("busybox") => {
            (path, format!("cat: can't open '{path}': {WHY}"))
        }
        ["cat", path] => (path, format!("cat: {path}: {WHY}")),
        ["ls", path] => (path, format!("ls: cannot access '{path}': {WHY}")),
        ["stat", path] => (path, format!("stat: cannot statx '{path}': {WHY}")),
        ["test", "-f" | "-e" | "-s", path] | ["[", "-f" | "-e" | "-s", path, "]"] => (path, String::new()),
        _ => return None,
    };
    path.starts_with('/').then_some(Missing { path, text })
}

fn is_plain(script: &str) -> bool {
    !script.contains(['|', ';', '&', '>', '<', '$', '(', '`', '"', '\''])
}

/// Whether nothing is known of what a command does in a container.
fn is_unknown(words: &[&str]) -> bool {
    match words {
        [program, "-c", script, ..] if is_shell(program) => {
            !is_plain(script) || is_unknown(&script.split_whitespace().collect::<Vec<_>>())
        }
        ["true" | "false" | "/bin/true" | "/bin/false" | ":"] | ["exit" | "echo", ..] => false,
        _ => output_if_missing(Cursor::NULL, words).is_none(),
    }
}

/// The commands of a pod's probes of which nothing is known: they are taken to succeed.
pub fn unknown_probes(pod: &Object) -> Vec<String> {
    let view = api::view::Pod::of(&pod.value);
    let lists = ["containers", "initContainers"].map(|list| view.spec.field(list).items());
    let probes = { lists.into_iter().flatten() }
        .flat_map(|container| ["startupProbe", "livenessProbe", "readinessProbe"].map(|probe| container.field(probe)));
    let commands = probes.map(|probe| probe.field("exec").field("command").texts().collect::<Vec<_>>());
    let unknown = commands.filter(|words| !words.is_empty() && is_unknown(words));
    unknown.map(|words| words.join(" ")).collect()
}

const TIMED_OUT: &str = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
