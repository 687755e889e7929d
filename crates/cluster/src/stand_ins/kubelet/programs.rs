//! What the programs of a pod's containers do, as far as its kubelet asks.

use super::container::Container;
use crate::server::service_account::is_token_volume;
use crate::stand_ins::environment::Environment;
use crate::stand_ins::listening::names_links;
use crate::stand_ins::program::{Life, OnTerm, Program, exit_code_of, program};
use crate::stand_ins::served::{Asked, Served, of_container};
use crate::store::{Object, Store};
use api::Cursor;
use std::cell::OnceCell;
use std::rc::Rc;

/// The programs of a pod's containers.
pub(crate) struct Programs<'a> {
    store: &'a Store,
    pod: &'a Object,
    /// By the place of their container: what it runs, or what it lacks for that.
    known: Vec<OnceCell<Result<Rc<Program>, String>>>,
}

/// When a program ends by itself.
pub(super) enum Ending {
    Never,
    At {
        second: i64,
        code: i64,
    },
    /// Not before something else is there.
    Awaits,
}

/// When the server of a container listens.
pub(super) enum Serving {
    /// From the container's start on, or never.
    AtOnce,
    At(i64),
    /// Not before something else is there.
    Awaits,
}

impl<'a> Programs<'a> {
    pub(crate) fn new(store: &'a Store, pod: &'a Object, containers: usize) -> Self {
        Self {
            store,
            pod,
            known: (0..containers).map(|_| OnceCell::new()).collect(),
        }
    }

    pub(super) fn store(&self) -> &'a Store {
        self.store
    }

    fn program(&self, place: usize, container: Cursor<'_>, since: i64) -> Result<Rc<Program>, String> {
        let find = || {
            let environment = Environment::complete(self.store, self.pod, container)?;
            Ok(Rc::new(program(self.store, self.pod, container, &environment, since)))
        };
        self.known
            .get(place)
            .map_or_else(find, |known| known.get_or_init(find).clone())
    }

    /// When a program that started at `since` ends by itself.
    pub(super) fn end(&self, place: usize, container: &Container<'_>, since: i64, now: i64) -> Ending {
        let Ok(program) = self.program(place, container.spec, since) else {
            return Ending::Never;
        };
        let mut life = &program.life;
        let mut least = since;
        while let Life::Until { awaited, then } = life {
            if !awaited.holds(self.store, self.pod) {
                return Ending::Awaits;
            }
            (life, least) = (then, now);
        }
        match life {
            Life::Ends { after, code } => Ending::At {
                second: (since + after).max(least),
                code: *code,
            },
            _ => Ending::Never,
        }
    }

    /// When the server of a container that started at `since` listens.
    pub(super) fn serving(&self, place: usize, container: &Container<'_>, since: i64, now: i64) -> Serving {
        let Ok(program) = self.program(place, container.spec, since) else {
            return Serving::AtOnce;
        };
        let serves = &program.serves;
        if serves.after == 0 && serves.awaited.is_empty() {
            return Serving::AtOnce;
        }
        if serves.awaited.iter().all(|it| it.holds(self.store, self.pod)) {
            let least = if serves.awaited.is_empty() { since } else { now };
            return Serving::At((since + serves.after).max(least));
        }
        Serving::Awaits
    }

    /// Why the runtime cannot start it, and the exit code that stands for that.
    pub(super) fn cannot_start(&self, place: usize, container: Cursor<'_>, now: i64) -> Option<(String, i64)> {
        match &self.program(place, container, now).ok()?.life {
            Life::CannotStart(why) => Some((why.message.clone(), why.code)),
            _ => None,
        }
    }

    /// What its environment refers to that is not there.
    pub(super) fn missing(&self, place: usize, container: Cursor<'_>, now: i64) -> Option<String> {
        self.program(place, container, now).err()
    }

    /// Whether it takes no notice of SIGTERM, as it listens or before.
    pub(super) fn ignores_term(&self, place: usize, container: Cursor<'_>, now: i64, is_silent: bool) -> bool {
        let program = self.program(place, container, now);
        program.is_ok_and(|program| {
            if is_silent {
                program.serves.is_deaf_before
            } else {
                program.on_term == OnTerm::Ignores
            }
        })
    }

    /// The exit code of a command that is run in a container so many seconds after its start.
    pub(super) fn exit_code(&self, container: Cursor<'_>, (since, seconds): (i64, i64), command: &[&str]) -> i64 {
        let environment = Environment::complete(self.store, self.pod, container).unwrap_or_default();
        let command: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
        exit_code_of(
            self.store,
            self.pod,
            container,
            &environment,
            (since, seconds),
            &command,
        )
    }

    /// The status of an HTTP error with which it answers at a path; `None` if it answers well, as far as is known.
    pub(super) fn http_error(&self, container: Cursor<'_>, path: &str) -> Option<u16> {
        let asked = Asked {
            port: 0,
            path,
            host: "",
            from: None,
        };
        match of_container(self.store, self.pod, container, &asked, 0)? {
            Served::Page { status, .. } if status >= 400 => Some(status),
            _ => None,
        }
    }
}

/// The commands that ask something of the cluster: what a program does that runs one follows from more than its pod.
const ASKING: [&str; 14] = [
    "nslookup",
    "host",
    "dig",
    "getent",
    "ping",
    "nc",
    "ncat",
    "netcat",
    "curl",
    "wget",
    "pg_isready",
    "psql",
    "mysql",
    "redis-cli",
];

/// Whether a pod's programs may ask something of the cluster.
pub(super) fn ask(pod: &Object) -> bool {
    let lists = ["containers", "initContainers"].map(|list| pod.spec().field(list).items());
    let containers = lists.into_iter().flatten();
    let commands = containers
        .clone()
        .flat_map(|it| [it.field("command"), it.field("args")]);
    let linked = { containers.clone() }.any(names_links);
    linked || { commands }.flat_map(Cursor::texts).any(|text| {
        let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_' && letter != '-');
        words.any(|word| ASKING.contains(&word) || word.starts_with("mariadb") || word == "mysqladmin")
    })
}

/// Whether what becomes of a pod follows from ConfigMaps, Secrets or other objects.
pub(crate) fn reads_others(pod: &Object) -> bool {
    let refers = |volume: Cursor<'_>| {
        let sources = ["configMap", "secret", "projected"];
        // The certificates beside a token are in every namespace.
        !is_token_volume(volume) && sources.iter().any(|it| volume.field(it).is_set())
    };
    let lists = ["containers", "initContainers"].map(|list| pod.spec().field(list).items());
    let takes = |container: Cursor<'_>| {
        let mut variables = container.field("env").items();
        !container.field("envFrom").is_empty() || variables.any(|it| it.field("valueFrom").is_set())
    };
    pod.spec().field("volumes").items().any(refers) || lists.into_iter().flatten().any(takes) || ask(pod)
}
