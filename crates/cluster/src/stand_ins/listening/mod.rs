//! What containers listen on.

mod command;
mod configuration;
mod known;
mod port;

use crate::server::service_account::is_token_volume;
use crate::stand_ins::environment::Environment;
use crate::stand_ins::mounted::MountedFiles;
use crate::store::{Object, ObjectKey, Store};
use api::{Cursor, Kind};
use command::Said;
pub(crate) use command::{base, is_server, url_as_port};
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

/// What is known around the containers of a pod, or of a template of pods.
struct Setting<'a> {
    store: &'a Store,
    namespace: &'a str,
    pod: Cursor<'a>,
    /// The pod's place in the order of creation; a template has none.
    order: u64,
}

impl<'a> Setting<'a> {
    fn of(store: &'a Store, pod: &'a Object) -> Self {
        Self {
            store,
            namespace: pod.namespace(),
            pod: Cursor::new(&pod.value),
            order: pod.order,
        }
    }

    /// What the annotation says, which speaks for all containers.
    fn annotated(&self) -> Option<Vec<ListeningPort>> {
        let text = self.pod.metadata().field("annotations").field(LISTENS).as_text();
        text.map(annotated)
    }

    fn environment(&self, container: Cursor<'_>) -> Environment {
        let is_linked = names_links(container);
        if !is_linked && !takes_from_elsewhere(container) {
            return Environment::written(container);
        }
        let whole = Object::new(
            Kind::Pod,
            ObjectKey::new(self.namespace, ""),
            self.pod.value.clone(),
            self.order,
        );
        let find = if is_linked {
            Environment::complete
        } else {
            Environment::own
        };
        find(self.store, &whole, container).unwrap_or_default()
    }

    fn files(&self, container: Cursor<'_>) -> MountedFiles {
        MountedFiles::of(self.store, self.namespace, self.pod.spec(), container)
    }

    fn listening(&self, container: Cursor<'_>) -> Listening {
        self.listening_in(container, &self.environment(container))
    }

    fn listening_in(&self, container: Cursor<'_>, environment: &Environment) -> Listening {
        match self.annotated() {
            Some(ports) => Listening { ports, is_guess: false },
            None => of_container(container, environment, &|| self.files(container)),
        }
    }
}

/// What a pod's containers listen on that run.
pub(crate) fn listening_ports(store: &Store, pod: &Object) -> Vec<ListeningPort> {
    let lists = ["containers", "initContainers"].map(|list| pod.spec().field(list).items());
    let is_silent = |container: Cursor<'_>| store.is_silent(&pod.key, container.field("name").text());
    let running =
        { lists.into_iter().flatten() }.filter(|container| is_running(pod, *container) && !is_silent(*container));
    ports_of(store, pod, running)
}

/// What these containers of a pod listen on together.
pub(crate) fn ports_of<'a>(
    store: &Store,
    pod: &Object,
    containers: impl Iterator<Item = Cursor<'a>>,
) -> Vec<ListeningPort> {
    let setting = Setting::of(store, pod);
    let mut containers = containers.peekable();
    if let Some(ports) = setting.annotated().filter(|_| containers.peek().is_some()) {
        return ports;
    }
    let mut ports = Vec::new();
    for container in containers {
        add(&mut ports, setting.listening(container).ports);
    }
    ports
}

/// What each container of a pod, or of a template of pods, listens on; one for all if the annotation says it.
pub(crate) fn template_listening(store: &Store, namespace: &str, pod: Cursor<'_>) -> Vec<Listening> {
    let setting = Setting {
        store,
        namespace,
        pod,
        order: 0,
    };
    if let Some(ports) = setting.annotated() {
        return vec![Listening { ports, is_guess: false }];
    }
    let of_list = |list: &str| pod.spec().field(list).items();
    let sidecars = of_list("initContainers").filter(|it| it.field("restartPolicy") == "Always");
    let all = of_list("containers").chain(sidecars);
    all.map(|container| setting.listening(container)).collect()
}

/// Whether the words of a container may use a variable that a Service gives it.
pub(crate) fn names_links(container: Cursor<'_>) -> bool {
    let mut words = container
        .field("command")
        .texts()
        .chain(container.field("args").texts());
    words.any(|word| word.contains('$') && (word.contains("_PORT") || word.contains("_SERVICE_")))
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
pub(crate) fn listening(store: &Store, pod: &Object, container: Cursor<'_>) -> Listening {
    Setting::of(store, pod).listening(container)
}

/// The same where its environment is known.
pub(crate) fn listening_in(store: &Store, pod: &Object, container: Cursor<'_>, environment: &Environment) -> Listening {
    Setting::of(store, pod).listening_in(container, environment)
}

pub(crate) fn annotated(text: &str) -> Vec<ListeningPort> {
    text.split(',')
        .filter_map(|word| ListeningPort::read(word.trim()))
        .collect()
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
        // Entry points hand options, and the file of a configuration, to their own server.
        Some(image) if image.runs_programs() => !first.contains("://") && command::is_program(first),
        Some(image) => image.args_replace && !first.starts_with('-') && first.strip_suffix(".conf").is_none(),
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

/// What a container without annotation listens on: by its command, args, environment and mounted configuration, else by its
/// image, else its `containerPort`s as a guess.
///
/// Differs: a real cluster cannot tell; there `containerPort` opens nothing.
fn of_container(container: Cursor<'_>, environment: &Environment, files: &dyn Fn() -> MountedFiles) -> Listening {
    let Started {
        image,
        words,
        args,
        is_process_1,
    } = started(container, environment);
    let reference = container.field("image").text();
    let (name, tag) = known::name_and_tag(reference);
    let files = if mounts_files(container) {
        files()
    } else {
        MountedFiles::default()
    };
    let configured = |program: &str, arguments: &[String]| {
        let started = configuration::Started {
            files: &files,
            environment,
            arguments,
            tag,
        };
        configuration::ports(program, &started)
    };
    let mut said = if words.is_empty() {
        let said = command::flags(&args);
        match configured(name, &args) {
            Some(ports) => said.configured(ports),
            None => said,
        }
    } else {
        let in_shell = |word: &String| with_variables(word, environment);
        command::said(&words.iter().map(in_shell).collect::<Vec<_>>(), &configured)
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
            ports: said.by_itself(ports).ports(Vec::new()),
            is_guess: false,
        },
        _ => guess(said, container),
    }
}

/// Whether a container mounts more than the token of its account.
fn mounts_files(container: Cursor<'_>) -> bool {
    let mut mounts = container.field("volumeMounts").items();
    mounts.any(|mount| !is_token_volume(mount))
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
    set.filter_map(|value| command::own_port(&value, true)).collect()
}

/// The declared ports of a program that is not known, where its arguments name no other port instead.
fn guess(said: Said, container: Cursor<'_>) -> Listening {
    let declared = container.field("ports").items().filter_map(|port| {
        let number = u16::try_from(port.field("containerPort").number()).ok()?;
        let protocol = port.field("protocol").as_text().unwrap_or("TCP");
        Some(ListeningPort::new(number, protocol, said.is_for_its_pod_alone()))
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
        let (rule, rest) = match rest.split_once('}').filter(|_| open) {
            Some((rule, rest)) => (rule, rest),
            None => ("", rest),
        };
        let usual = rule.strip_prefix(":-").or_else(|| rule.strip_prefix('-'));
        match (environment.get(name), usual) {
            (Some(value), _) => text.extend([&value, rest]),
            (None, Some(usual)) => text.extend([usual, rest]),
            (None, None) => text.extend(["$", part]),
        }
    }
    text
}
