//! What containers listen on.

mod command;
mod known;
mod port;

use crate::store::Object;
use api::Cursor;
use command::Said;
use known::Image;
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

/// What a pod's containers listen on.
pub fn listening_ports(pod: &Object) -> Vec<ListeningPort> {
    let mut ports = Vec::new();
    if let Some(text) = pod.annotation(LISTENS) {
        return annotated(text);
    }
    for container in pod.spec().field("containers").items() {
        add(&mut ports, container_listening(container).ports);
    }
    ports
}

/// What one container of a pod listens on; the annotation speaks for all of them.
pub fn listening(pod: &Object, container: Cursor<'_>) -> Listening {
    match pod.annotation(LISTENS) {
        Some(text) => Listening {
            ports: annotated(text),
            is_guess: false,
        },
        None => container_listening(container),
    }
}

fn annotated(text: &str) -> Vec<ListeningPort> {
    text.split(',')
        .filter_map(|word| ListeningPort::read(word.trim()))
        .collect()
}

/// What a container without annotation listens on: by its command, args and environment, else by its image, else its
/// `containerPort`s as a guess.
///
/// Differs: a real cluster cannot tell; there `containerPort` opens nothing.
pub fn container_listening(container: Cursor<'_>) -> Listening {
    let image = Image::find(container.field("image").text());
    let words = |field: &str| -> Vec<String> {
        let words = container.field(field).texts();
        words.map(|word| expanded(word, container)).collect()
    };
    let (mut command, args) = (words("command"), words("args"));
    let first = args.first().map_or("", String::as_str);
    let starts_another = match image {
        Some(image) => image.args_replace && !first.starts_with('-'),
        None => command::is_program(first),
    };
    let is_replaced = !command.is_empty() || (!args.is_empty() && starts_another);
    // Of these images the args decide everything.
    let name = image.and_then(|image| image.name.rsplit('/').next());
    let own_program = name.filter(|name| !is_replaced && ["agnhost", "socat"].contains(name));
    command.extend(own_program.map(str::to_owned));
    let mut said = if is_replaced || own_program.is_some() {
        command.extend(args);
        command::said(&command)
    } else {
        command::flags(&args)
    };
    if !said.is_known && said.main.is_empty() {
        let variable = image.filter(|_| !is_replaced).map(Image::variable);
        let variables = match &variable {
            Some(variable) => variable.as_slice(),
            None => &VARIABLES,
        };
        add(&mut said.main, from_environment(container, variables));
    }
    if said.is_known {
        return Listening {
            ports: said.ports(Vec::new()),
            is_guess: false,
        };
    }
    match image.map(Image::ports) {
        Some(ports) if !is_replaced || !ports.is_empty() => Listening {
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

fn from_environment(container: Cursor<'_>, variables: &[&str]) -> Vec<ListeningPort> {
    let set = container.field("env").items();
    let set = set.filter(|variable| variables.contains(&variable.field("name").text()));
    set.filter_map(|variable| command::own_port(variable.field("value").text(), true))
        .collect()
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

/// A word with the container's variables filled in, in the ways of Kubernetes and of shells.
fn expanded(word: &str, container: Cursor<'_>) -> String {
    let mut parts = word.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let open = part.starts_with(['(', '{']);
        let inner = part.get(usize::from(open)..).unwrap_or_default();
        let name = inner.split(|letter| !is_name(letter)).next().unwrap_or_default();
        let rest = inner.get(name.len()..).unwrap_or_default();
        let rest = if open { rest.get(1..).unwrap_or_default() } else { rest };
        match container.field("env").find("name", name) {
            Some(variable) => text.extend([variable.field("value").text(), rest]),
            None => text.extend(["$", part]),
        }
    }
    text
}
