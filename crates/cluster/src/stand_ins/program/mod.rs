//! What a container runs: what it listens on, when it ends, what it prints.

mod arithmetic;
mod awaited;
mod builtin;
mod busybox;
mod code;
mod run;
mod script;
mod serves;
mod starts;
mod state;
#[cfg(test)]
mod tests;
mod words;

use crate::stand_ins::environment::Environment;
use crate::stand_ins::listening::{
    self, Image, LISTENS, Listening, ListeningPort, Started, base, is_server, listening_in, started,
};
use crate::store::{Object, Store};
use api::Cursor;
pub use awaited::Awaited;
pub use busybox::{LookupProgram, image_parts, is_busybox, lookup_program};
pub use serves::Serves;
use state::{Around, Flow, Shell};
use std::collections::BTreeMap;

/// What a container runs, as far as its image, command, args and environment tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    pub listening: Listening,
    pub life: Life,
    pub serves: Serves,
    pub on_term: OnTerm,
}

/// How long a program runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Life {
    Runs,
    Ends {
        /// Seconds after its start.
        after: i64,
        code: i64,
    },
    /// It waits for something, and goes on as soon as that is there.
    Until {
        awaited: Awaited,
        then: Box<Life>,
    },
    CannotStart(StartError),
}

/// Why a container does not start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartError {
    /// The runtime's words, as kubelet passes them on.
    pub message: String,
    pub code: i64,
}

/// What a program does when it is asked to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnTerm {
    /// It ends at once, or as soon as its connections are done.
    Ends,
    /// The signal has no effect on it, as on a shell that is process 1.
    Ignores,
}

/// What a container prints and leaves behind up to a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Seconds after the start, and the line.
    pub lines: Vec<(i64, String)>,
    pub files: BTreeMap<String, String>,
}

/// What a container runs, started at this virtual second.
pub(crate) fn program(
    store: &Store,
    pod: &Object,
    container: Cursor<'_>,
    environment: &Environment,
    started_at: i64,
) -> Program {
    let listening = listening_in(store, pod, container, environment);
    let is_annotated = pod.annotation(LISTENS).is_some_and(|text| !text.is_empty());
    let started = started(container, environment);
    if let Some(error) = start_error(&started) {
        return Program {
            listening: Listening::default(),
            life: Life::CannotStart(error),
            serves: Serves::default(),
            on_term: OnTerm::Ends,
        };
    }
    let (life, serves, on_term) = with_shell(store, pod, container, environment, started_at, |around| {
        let (life, serves, handles_term) = life(around, &started, is_annotated);
        let handles_term = handles_term || is_reaped(pod);
        let on_term = if handles_term { OnTerm::Ends } else { on_term(&started) };
        let shell = started
            .words
            .first()
            .is_some_and(|word| words::SHELLS.contains(&base(word)));
        let serves = Serves {
            is_deaf_before: shell && !handles_term,
            ..serves
        };
        (life, serves, on_term)
    });
    match taken_port(store, pod, container, &listening) {
        None => Program {
            listening,
            life,
            serves: if is_annotated { Serves::default() } else { serves },
            on_term,
        },
        Some((life, _)) => Program {
            listening: Listening::default(),
            life,
            serves: Serves::default(),
            on_term,
        },
    }
}

/// What a container printed and which files it made, so many seconds after its start.
pub(crate) fn moment(
    store: &Store,
    pod: &Object,
    container: Cursor<'_>,
    environment: &Environment,
    (started_at, seconds): (i64, i64),
) -> Moment {
    let started = started(container, environment);
    if start_error(&started).is_some() {
        return Moment::default();
    }
    let listening = listening_in(store, pod, container, environment);
    if let Some((_, prints)) = taken_port(store, pod, container, &listening) {
        return Moment {
            lines: prints.into_iter().map(|line| (0, line)).collect(),
            files: BTreeMap::new(),
        };
    }
    with_shell(store, pod, container, environment, started_at, |around| {
        follow(around, &started, seconds)
    })
}

/// The exit code of a command run in a container so many seconds after its start, as by a probe.
pub(crate) fn exit_code_of(
    store: &Store,
    pod: &Object,
    container: Cursor<'_>,
    environment: &Environment,
    (started_at, seconds): (i64, i64),
    command: &[String],
) -> i64 {
    let started = started(container, environment);
    with_shell(store, pod, container, environment, started_at, |around| {
        if is_missing(around.image, command) {
            return 126;
        }
        let mut shell = Shell::new(around, Some(i64::MAX));
        shell.files = follow(around, &started, seconds).files;
        shell.command(command);
        shell.status
    })
}

/// The container's first steps, for `use_it` to follow.
fn with_shell<T>(
    store: &Store,
    pod: &Object,
    container: Cursor<'_>,
    environment: &Environment,
    started: i64,
    use_it: impl FnOnce(&Around<'_>) -> T,
) -> T {
    let holds = |awaited: &Awaited| awaited.holds(store, pod);
    let hostname = pod.spec().field("hostname").as_text().filter(|name| !name.is_empty());
    use_it(&Around {
        environment,
        hostname: hostname.unwrap_or(pod.name()),
        started,
        image: Image::find(container.field("image").text()),
        lookup: lookup_program(container.field("image").text()),
        has_input: container.field("stdin").flag() || container.field("tty").flag(),
        holds: &holds,
    })
}

fn follow(around: &Around<'_>, started: &Started, seconds: i64) -> Moment {
    let mut shell = Shell::new(around, Some(seconds));
    if started.words.is_empty() {
        for line in starts::lines(around, started) {
            shell.print(&line);
            shell.print("\n");
        }
    } else {
        shell.command(&started.words);
        shell.flush();
    }
    let mut lines = shell.lines;
    lines.retain(|(at, _)| *at <= seconds);
    Moment {
        lines,
        files: shell.files,
    }
}

/// How long the program runs, when it serves, and whether it says itself what to do when it is asked to end.
fn life(around: &Around<'_>, started: &Started, is_annotated: bool) -> (Life, Serves, bool) {
    if started.words.is_empty() {
        let code = match started.image {
            _ if is_annotated => None,
            Some(image) if image.is_shell() => (!around.has_input).then_some(0),
            Some(image) if starts::lacks_variable(around, started) => Some(image.ends().unwrap_or(1)),
            Some(image) => image.ends(),
            None => None,
        };
        let life = code.map_or(Life::Runs, |code| Life::Ends { after: 0, code });
        return (life, Serves::default(), false);
    }
    let mut shell = Shell::new(around, None);
    let flow = shell.command(&started.words);
    if flow == Flow::Forever {
        shell.serve();
    }
    let serves = shell.serves.take().unwrap_or_default();
    let end = match flow {
        Flow::Forever => Life::Runs,
        _ => Life::Ends {
            after: shell.clock,
            code: shell.status & 0xff,
        },
    };
    let handles_term = shell.handles_term;
    let waits = shell.awaited.into_iter().rev();
    let life = waits.fold(end, |then, awaited| Life::Until {
        awaited,
        then: Box::new(then),
    });
    (life, serves, handles_term)
}

/// Whether the containers' programs are not process 1, so that a signal ends each that does not say otherwise.
fn is_reaped(pod: &Object) -> bool {
    ["shareProcessNamespace", "hostPID"]
        .iter()
        .any(|field| pod.spec().field(field).flag())
}

/// Programs that leave SIGTERM to the kernel, which ignores it for process 1.
const DEAF: [&str; 11] = [
    "sleep", "tail", "cat", "yes", "nc", "ncat", "netcat", "node", "npm", "top", "watch",
];

fn on_term(started: &Started) -> OnTerm {
    match started.words.as_slice() {
        [] => {
            let is_deaf = started.image.is_some_and(Image::is_shell);
            if is_deaf { OnTerm::Ignores } else { OnTerm::Ends }
        }
        words => on_term_of(words),
    }
}

fn on_term_of(words: &[String]) -> OnTerm {
    let Some((program, arguments)) = words.split_first() else {
        return OnTerm::Ends;
    };
    let name = base(program);
    let ignores = |ignores: bool| if ignores { OnTerm::Ignores } else { OnTerm::Ends };
    match name {
        "tini" | "dumb-init" => OnTerm::Ends,
        "exec" => on_term_of(arguments),
        _ if words::WRAPPERS.contains(&name) => on_term_of(arguments),
        _ if words::SHELLS.contains(&name) => {
            let script = arguments.iter().skip_while(|word| !word.contains('c')).nth(1);
            let script = script.map(|script| script::read(script)).unwrap_or_default();
            match script.last().map(|step| (step.commands.as_slice(), script.len())) {
                Some(([script::Command::Simple { words, .. }], length)) => {
                    let is_process_1 = length == 1 || words.first().is_some_and(|word| word == "exec");
                    if is_process_1 {
                        on_term_of(words)
                    } else {
                        OnTerm::Ignores
                    }
                }
                _ => OnTerm::Ignores,
            }
        }
        _ => ignores(DEAF.contains(&name) || (name.starts_with("python") && !is_server(name))),
    }
}

/// Why the runtime cannot start the container's command, if it cannot.
fn start_error(started: &Started) -> Option<StartError> {
    let program = started.words.first().filter(|_| started.is_process_1)?;
    if !is_missing(started.image, &started.words) {
        return None;
    }
    let why = if program.contains('/') {
        format!("stat {program}: no such file or directory")
    } else {
        "executable file not found in $PATH".to_owned()
    };
    Some(StartError {
        message: format!(
            "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: {program:?}: {why}"
        ),
        code: 128,
    })
}

/// Words that only a shell understands.
const OF_SHELLS: [&str; 6] = ["exit", "set", "export", "trap", "source", "."];

/// Whether a command's program is known not to be there.
fn is_missing(image: Option<Image>, command: &[String]) -> bool {
    let Some(program) = command.first() else {
        return false;
    };
    let name = base(program);
    program.contains(char::is_whitespace)
        || name.is_empty()
        || OF_SHELLS.contains(&program.as_str())
        || image.is_some_and(|image| image.lacks(name))
}

/// The end of a server whose port another container of the pod has taken before it.
fn taken_port(
    store: &Store,
    pod: &Object,
    container: Cursor<'_>,
    listening: &Listening,
) -> Option<(Life, Vec<String>)> {
    if listening.is_guess || listening.ports.is_empty() || pod.annotation(LISTENS).is_some() {
        return None;
    }
    let spec = pod.spec();
    let sidecars = spec
        .field("initContainers")
        .items()
        .filter(|it| it.field("restartPolicy") == "Always");
    let before = sidecars.chain(spec.field("containers").items());
    let before = before.take_while(|it| it.field("name") != container.field("name"));
    let mut taken = Vec::new();
    for other in before {
        let other = listening::listening(store, pod, other);
        if !other.is_guess {
            taken.extend(other.ports);
        }
    }
    let same = |port: &&ListeningPort| {
        taken
            .iter()
            .any(|it| it.port == port.port && it.protocol == port.protocol)
    };
    let port = listening.ports.iter().find(same)?;
    let image = Image::find(container.field("image").text());
    Some((
        Life::Ends { after: 3, code: 1 },
        vec![starts::port_taken(image, port.port)],
    ))
}
