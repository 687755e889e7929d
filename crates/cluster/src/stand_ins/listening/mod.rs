//! What containers listen on.

mod command;
mod known;
mod port;

use crate::stand_ins::environment::Environment;
use crate::store::{Object, ObjectKey, Store};
use api::{Cursor, Kind};
use command::Said;
pub(crate) use command::{base, is_server};
pub(crate) use known::{Image, server, serves_nothing};
pub use port::ListeningPort;
use port::add;

/// Annotation of the playground: what a pod's containers listen on, as in `8080,9090/UDP,127.0.0.1:6060`.
pub const LISTENS: &str = "playground/listens";

/// What a container listens on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listening {
    pub ports: Vec<ListeningPort>,
    /// Whether nothing but its `containerPort`s speaks for it, as neither its image nor its program is known.
    pub is_guess: bool,
}

/// What a pod's containers listen on that run.
pub fn listening_ports(pod: &Object) -> Vec<ListeningPort> {
    let mut ports = Vec::new();
    let lists = ["containers", "initContainers"].map(|list| pod.spec().field(list).items());
    let mut running = { lists.into_iter().flatten() }
        .filter(|container| is_running(pod, *container))
        .peekable();
    if let Some(text) = pod.annotation(LISTENS).filter(|_| running.peek().is_some()) {
        return annotated(text);
    }
    for container in running {
        add(&mut ports, container_listening(container).ports);
    }
    ports
}

/// What the containers of a pod listen on together, as far as they say their environments themselves.
pub fn pod_listening(pod: Cursor<'_>) -> Listening {
    let mut all = Listening::default();
    for Listening { ports, is_guess } in each_listening(pod, &Environment::written) {
        add(&mut all.ports, ports);
        all.is_guess |= is_guess;
    }
    all
}

/// What each container of a pod, or of a template of pods, listens on; one for all if the annotation says it.
pub(crate) fn template_listening(store: &Store, namespace: &str, pod: Cursor<'_>) -> Vec<Listening> {
    each_listening(pod, &|container| {
        if !takes_from_elsewhere(container) {
            return Environment::written(container);
        }
        let whole = Object::new(Kind::Pod, ObjectKey::new(namespace, ""), pod.value.clone(), 0);
        Environment::own(store, &whole, container).unwrap_or_default()
    })
}

fn each_listening(pod: Cursor<'_>, environment: &dyn Fn(Cursor<'_>) -> Environment) -> Vec<Listening> {
    if let Some(text) = pod.metadata().field("annotations").field(LISTENS).as_text() {
        return vec![Listening {
            ports: annotated(text),
            is_guess: false,
        }];
    }
    let of_list = |list: &str| pod.spec().field(list).items();
    let sidecars = of_list("initContainers").filter(|it| it.field("restartPolicy") == "Always");
    let all = of_list("containers").chain(sidecars);
    all.map(|container| of_container(container, &environment(container)))
        .collect()
}

/// Whether a container takes variables from ConfigMaps, Secrets or fields of its pod.
fn takes_from_elsewhere(container: Cursor<'_>) -> bool {
    let mut variables = container.field("env").items();
    container.field("envFrom").is_set() || variables.any(|it| it.field("valueFrom").is_set())
}

/// Whether a container runs, as its pod's status says.
fn is_running(pod: &Object, container: Cursor<'_>) -> bool {
    let name = container.field("name").text();
    let status = ["containerStatuses", "initContainerStatuses"]
        .iter()
        .find_map(|list| pod.status().field(list).find("name", name));
    status.is_some_and(|status| status.field("state").field("running").is_set())
}

/// What one container of a pod listens on; the annotation speaks for all of them.
pub fn listening(pod: &Object, container: Cursor<'_>) -> Listening {
    listening_in(pod, container, &Environment::written(container))
}

/// The same where its environment is known.
pub(crate) fn listening_in(pod: &Object, container: Cursor<'_>, environment: &Environment) -> Listening {
    match pod.annotation(LISTENS) {
        Some(text) => Listening {
            ports: annotated(text),
            is_guess: false,
        },
        None => of_container(container, environment),
    }
}

pub(crate) fn annotated(text: &str) -> Vec<ListeningPort> {
    text.split(',')
        .filter_map(|word| ListeningPort::read(word.trim()))
        .collect()
}

/// What a container without annotation listens on, as far as it says its environment itself.
pub fn container_listening(container: Cursor<'_>) -> Listening {
    of_container(container, &Environment::written(container))
}

/// What a container starts.
#[derive(Clone)]
pub(crate) struct Started {
    pub(crate) image: Option<Image>,
    /// Program and arguments; empty where the image alone decides.
    pub(crate) words: Vec<String>,
    /// The arguments of what the image starts.
    pub(crate) args: Vec<String>,
    /// Whether the container says the program, rather than the image.
    pub(crate) is_process_1: bool,
}

/// Command and args as the container's runtime gets them.
pub(crate) fn started(container: Cursor<'_>, environment: &Environment) -> Started {
    let image = Image::find(container.field("image").text());
    let words = |field: &str| -> Vec<String> {
        let words = container.field(field).texts();
        words.map(|word| environment.expanded(word)).collect()
    };
    let (command, args) = (words("command"), words("args"));
    let first = args.first().map_or("", String::as_str);
    let starts_another = match image {
        Some(image) => image.args_replace && !first.starts_with('-'),
        None => command::is_program(first),
    };
    let is_process_1 = !command.is_empty() || (!args.is_empty() && starts_another);
    // Of these images the args decide everything.
    let own_program = image.and_then(Image::runs).filter(|_| !is_process_1);
    let mut words = command;
    words.extend(own_program.map(str::to_owned));
    let args = if is_process_1 || own_program.is_some() {
        words.extend(args);
        Vec::new()
    } else {
        args
    };
    Started {
        image,
        words,
        args,
        is_process_1,
    }
}

/// What a container without annotation listens on: by its command, args and environment, else by its image, else its
/// `containerPort`s as a guess.
///
/// Differs: a real cluster cannot tell; there `containerPort` opens nothing.
fn of_container(container: Cursor<'_>, environment: &Environment) -> Listening {
    let Started {
        image,
        words,
        args,
        is_process_1,
    } = started(container, environment);
    let mut said = if words.is_empty() {
        command::flags(&args)
    } else {
        let in_shell = |word: &String| with_variables(word, environment);
        command::said(&words.iter().map(in_shell).collect::<Vec<_>>())
    };
    if !said.is_known && said.main.is_empty() {
        let variable = image.filter(|_| !is_process_1).map(Image::variable);
        let variables = match &variable {
            Some(variable) => variable.as_slice(),
            None => &VARIABLES,
        };
        add(&mut said.main, from_environment(environment, variables));
    }
    if said.is_known {
        return Listening {
            ports: said.ports(Vec::new()),
            is_guess: false,
        };
    }
    match image.map(Image::ports) {
        Some(ports) if !is_process_1 || !ports.is_empty() => Listening {
            ports: said.ports(ports),
            is_guess: false,
        },
        _ => guess(said, container),
    }
}

/// The variables that tell many programs where to listen.
const VARIABLES: [&str; 9] = [
    "PORT",
    "HTTP_PORT",
    "SERVER_PORT",
    "LISTEN_PORT",
    "APP_PORT",
    "LISTEN_ADDR",
    "LISTEN_ADDRESS",
    "BIND_ADDR",
    "BIND_ADDRESS",
];

fn from_environment(environment: &Environment, variables: &[&str]) -> Vec<ListeningPort> {
    let set = variables.iter().filter_map(|name| environment.get(name));
    set.filter_map(|value| command::own_port(value, true)).collect()
}

/// The declared ports of a program that is not known, where its arguments name no other port instead.
fn guess(said: Said, container: Cursor<'_>) -> Listening {
    let declared = container.field("ports").items().filter_map(|port| {
        let number = u16::try_from(port.field("containerPort").number()).ok()?;
        let protocol = port.field("protocol").as_text().unwrap_or("TCP");
        Some(ListeningPort::new(number, protocol, false))
    });
    let declared: Vec<ListeningPort> = declared.collect();
    let is_declared = |port: &ListeningPort| declared.iter().any(|it| it.port == port.port);
    let goes_on = said.main.is_empty() || said.main.iter().any(is_declared);
    let is_said = !said.main.is_empty();
    let mut ports = said.ports(Vec::new());
    let before = ports.len();
    if goes_on {
        add(&mut ports, declared);
    }
    Listening {
        is_guess: ports.len() > before || !is_said,
        ports,
    }
}

/// A word with the container's variables filled in as a shell does.
fn with_variables(word: &str, environment: &Environment) -> String {
    let mut parts = word.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let open = part.starts_with('{');
        let inner = part.get(usize::from(open)..).unwrap_or_default();
        let name = inner.split(|letter| !is_name(letter)).next().unwrap_or_default();
        let rest = inner.get(name.len()..).unwrap_or_default();
        let rest = if open { rest.get(1..).unwrap_or_default() } else { rest };
        match environment.get(name) {
            Some(value) => text.extend([value, rest]),
            None => text.extend(["$", part]),
        }
    }
    text
}
