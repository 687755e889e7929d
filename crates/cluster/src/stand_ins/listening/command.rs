//! What a command says about the ports on which its program listens.

use super::known;
use super::port::{ListeningPort, add, is_loopback};

/// What a command says.
#[derive(Default)]
pub(super) struct Said {
    /// Whether it is known what the program listens on when its arguments say nothing.
    pub(super) is_known: bool,
    /// The ports that a known program has by itself.
    pub(super) by_default: Vec<ListeningPort>,
    /// The ports in arguments that replace the program's first one.
    pub(super) main: Vec<ListeningPort>,
    /// The ports in arguments for another purpose, as for metrics.
    pub(super) more: Vec<ListeningPort>,
    /// Whether the arguments name the loopback address alone; `None` where they name no address apart from a port.
    is_loopback: Option<bool>,
    /// Whether that address is surely the program's own, not one that it asks.
    is_own_address: bool,
    /// Whether the main ports stand in the arguments without an address.
    is_bare: bool,
}

/// What the mounted configuration of a program with these arguments says, if there is one.
pub(super) type Configured<'a> = &'a dyn Fn(&str, &[String]) -> Option<Vec<ListeningPort>>;

impl Said {
    fn known(ports: Vec<ListeningPort>) -> Self {
        Self {
            is_known: true,
            by_default: ports,
            ..Self::default()
        }
    }

    /// The same of a program that has these ports by its configuration.
    pub(super) fn configured(self, ports: Vec<ListeningPort>) -> Self {
        Self {
            is_known: true,
            by_default: ports,
            ..self
        }
    }

    /// The same of a program that has these ports by itself: its address counts for ports that are given without one.
    pub(super) fn by_itself(mut self, mut ports: Vec<ListeningPort>) -> Self {
        let usual = ports.first().is_some_and(|port| port.loopback_only);
        let is_loopback = self.is_loopback.unwrap_or(usual);
        if self.is_loopback.is_some() {
            for port in &mut ports {
                port.loopback_only = is_loopback;
            }
        }
        if self.is_bare {
            for port in &mut self.main {
                port.loopback_only = is_loopback;
            }
        }
        self.configured(ports)
    }

    /// Whether the program, whatever it is, listens on the loopback address alone.
    pub(super) fn is_for_its_pod_alone(&self) -> bool {
        self.is_own_address && self.is_loopback == Some(true)
    }

    /// All its ports, where a program that is not known has these by itself.
    pub(super) fn ports(self, by_default: Vec<ListeningPort>) -> Vec<ListeningPort> {
        let by_itself = if self.is_known { self.by_default } else { by_default };
        let replaced = usize::from(!self.main.is_empty());
        let mut ports = self.main;
        add(&mut ports, by_itself.into_iter().skip(replaced));
        add(&mut ports, self.more);
        ports
    }
}

pub(super) const SHELLS: [&str; 5] = ["sh", "bash", "ash", "dash", "zsh"];

/// Programs that run the rest of their words, and words of the shell in front of a command.
const WRAPPERS: [&str; 19] = [
    "exec",
    "tini",
    "dumb-init",
    "--",
    "nohup",
    "sudo",
    "time",
    "env",
    "docker-entrypoint.sh",
    "docker-php-entrypoint",
    "do",
    "then",
    "else",
    "if",
    "elif",
    "while",
    "until",
    "!",
    "busybox",
];

/// What a command says: program and arguments.
pub(super) fn said(words: &[String], configured: Configured<'_>) -> Said {
    let is_before = |word: &&String| WRAPPERS.contains(&base(word)) || is_assignment(word);
    let before = words.iter().take_while(is_before).count();
    let Some((program, arguments)) = words.get(before..).and_then(<[String]>::split_first) else {
        return Said::known(Vec::new());
    };
    let name = base(program);
    match name {
        _ if SHELLS.contains(&name) => shell(arguments, configured),
        "nc" | "ncat" | "netcat" => Said::known(netcat(arguments)),
        "socat" => Said::known(arguments.iter().filter_map(|word| socat(word)).collect()),
        "for" | "case" | "done" | "fi" | "esac" => Said::known(Vec::new()),
        "php" if arguments.iter().any(|word| word == "-S") => {
            let address = arguments.iter().skip_while(|word| *word != "-S").nth(1);
            Said::known(address.and_then(|word| own_port(word, true)).into_iter().collect())
        }
        _ if runs_code(name, arguments) => Said::known(Vec::new()),
        _ if name.starts_with("python") => python(arguments, configured),
        "redis-server" if arguments.iter().any(|word| word == "--sentinel") => {
            let ports = configured(name, arguments).unwrap_or_else(|| vec![ListeningPort::new(26_379, "TCP", false)]);
            flags(arguments).by_itself(ports)
        }
        _ => {
            let by_itself = || known::program(name, arguments.first().map(String::as_str));
            match configured(name, arguments).or_else(by_itself) {
                Some(ports) if ports.is_empty() => Said::known(ports),
                Some(ports) => flags(arguments).by_itself(ports),
                None => flags(arguments),
            }
        }
    }
}

/// Whether an interpreter is given a line of code that serves nothing.
fn runs_code(name: &str, arguments: &[String]) -> bool {
    let is_interpreter = ["perl", "ruby", "node", "php"].contains(&name) || name.starts_with("python");
    let says = |word: &&String| ["-c", "-e", "-r", "--eval", "-wle", "-le"].contains(&word.as_str());
    let code = arguments.iter().skip_while(|word| !says(word)).nth(1);
    is_interpreter
        && code.is_some_and(|code| {
            !["listen", "serve", "Server", "socket"]
                .iter()
                .any(|it| code.contains(it))
        })
}

/// Whether a word is a program that is known, so that args which begin with it are a command of their own.
pub(super) fn is_program(word: &str) -> bool {
    let name = base(word);
    SHELLS.contains(&name) || name.starts_with("python") || known::program(name, None).is_some()
}

/// Whether a word is a program that is known to serve.
pub(crate) fn is_server(word: &str) -> bool {
    known::server(base(word), "")
}

/// The option of a server's own port, and its value, where that is the URL that a Service gives its clients.
pub(crate) fn url_as_port(arguments: &[String]) -> Option<(&str, &str)> {
    let values = arguments.iter().enumerate().filter_map(|(place, word)| {
        let next = || Some((word.as_str(), arguments.get(place + 1)?.as_str()));
        word.split_once('=').or_else(next)
    });
    let is_own = |key: &str| key.starts_with('-') && matches!(purpose(key), Some((true, _)));
    let is_url = |value: &str| {
        ["tcp://", "udp://", "sctp://"]
            .iter()
            .any(|scheme| value.starts_with(scheme))
    };
    { values }.find(|(key, value)| is_own(key) && is_url(value))
}

/// The ports that options and arguments name.
pub(super) fn flags(arguments: &[String]) -> Said {
    let mut said = Said::default();
    let mut rest = arguments.iter().peekable();
    while let Some(word) = rest.next() {
        if word.starts_with(':') {
            add(&mut said.main, own_port(word, true));
            continue;
        }
        let (key, value) = match word.split_once('=') {
            Some((key, value)) => (key, value),
            None if word.starts_with('-') => match rest.peek() {
                Some(next) if !next.starts_with('-') => (word.as_str(), next.as_str()),
                _ => continue,
            },
            None => continue,
        };
        if let Some(is_loopback) = address(key, value) {
            said.is_loopback = Some(is_loopback);
            said.is_own_address = ["bind", "listen"].iter().any(|word| key.to_lowercase().contains(word));
            continue;
        }
        match purpose(key) {
            Some((true, binds)) => {
                said.is_bare |= said.main.is_empty() && !value.contains(':');
                add(&mut said.main, own_port(value, binds));
            }
            Some((false, binds)) => add(&mut said.more, own_port(value, binds)),
            None => {}
        }
    }
    said
}

/// Whether an option says at which address a server listens, its port aside, and whether that is loopback.
fn address(key: &str, value: &str) -> Option<bool> {
    let key = key.trim_start_matches('-').to_lowercase();
    let mut words = key.split(['-', '.', '_']);
    let says = words.all(|word| {
        [
            "host",
            "hostname",
            "bind",
            "listen",
            "address",
            "addresses",
            "addr",
            "ip",
            "b",
            "i",
        ]
        .contains(&word)
    });
    let value = value
        .trim_matches(['"', '\''])
        .trim_start_matches('[')
        .trim_end_matches(']');
    match value {
        _ if !says => None,
        "127.0.0.1" | "localhost" | "::1" => Some(true),
        "0.0.0.0" | "::" | "*" | "" => Some(false),
        _ => None,
    }
}

/// Whether a key names the main port of a server, rather than one for another purpose, and whether it says that the
/// server listens; `None` if it names something else.
fn purpose(key: &str) -> Option<(bool, bool)> {
    let key = key
        .strip_prefix("-D")
        .unwrap_or(key)
        .trim_start_matches('-')
        .to_lowercase();
    let words = || key.split(['-', '.', '_']);
    let any = |of: &[&str]| words().any(|word| of.contains(&word));
    let all = |of: &[&str]| words().all(|word| of.contains(&word));
    let binds = any(&["listen", "bind", "b"]);
    if !binds && !any(&["port", "ports", "addr", "address", "httpport", "p"]) {
        return None;
    }
    let main = [
        "port",
        "ports",
        "listen",
        "listening",
        "bind",
        "addr",
        "address",
        "http",
        "httpport",
        "web",
        "server",
        "serve",
        "host",
        "container",
        "app",
        "rest",
        "dns",
        "tcp",
        "client",
        "urls",
        "p",
        "b",
    ];
    let more = [
        "grpc",
        "https",
        "tls",
        "ssl",
        "secure",
        "insecure",
        "metrics",
        "health",
        "healthz",
        "admin",
        "debug",
        "management",
        "probe",
        "telemetry",
        "api",
        "monitoring",
        "ui",
        "udp",
    ];
    if all(&main) {
        return Some((true, binds));
    }
    (binds || words().all(|word| main.contains(&word) || more.contains(&word))).then_some((false, binds))
}

/// The port of an address at which a server can listen itself: `8080`, `:8080`, `0.0.0.0:8080`, `http://[::]:8080`.
/// A loopback address counts only for who `binds`, as others ask there.
pub(super) fn own_port(value: &str, binds: bool) -> Option<ListeningPort> {
    let address = value.trim_matches(['"', '\'']);
    let address = address.split_once("://").map_or(address, |(_, address)| address);
    let address = address.trim_end_matches('/');
    let (host, port) = address.rsplit_once(':').unwrap_or(("", address));
    let loopback = is_loopback(host) || host == "[::1]";
    let is_own = ["", "0.0.0.0", "[::]", "::", "*", "+"].contains(&host) || (binds && loopback);
    let port = port.parse().ok().filter(|port| is_own && *port > 0)?;
    Some(ListeningPort::new(port, "TCP", loopback))
}

/// What `sh` with these arguments runs.
fn shell(arguments: &[String], configured: Configured<'_>) -> Said {
    let mut rest = arguments
        .iter()
        .skip_while(|word| !(word.starts_with('-') && word.contains('c')));
    let Some(script) = rest.nth(1) else {
        let is_script = arguments.iter().any(|word| !word.starts_with('-'));
        return Said {
            is_known: !is_script,
            ..Said::default()
        };
    };
    let mut all = Said::known(Vec::new());
    let mut is_known = true;
    for command in commands(script) {
        let one = said(&command, configured);
        is_known &= one.is_known;
        add(&mut all.by_default, one.ports(Vec::new()));
    }
    // Whoever starts a server that is known may do anything else beside it.
    all.is_known = is_known || !all.by_default.is_empty();
    all
}

/// The simple commands of a script, each as its words.
fn commands(script: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let (mut word, mut quote, mut last) = (String::new(), None, ' ');
    let mut is_comment = false;
    for letter in script.chars().chain(['\n']) {
        is_comment = letter != '\n' && (is_comment || (letter == '#' && quote.is_none() && last.is_whitespace()));
        let splits = "\n;|()`{}".contains(letter) || (letter == '&' && last != '>');
        match quote {
            _ if is_comment => {}
            Some(open) if letter == open => quote = None,
            None if letter == '\'' || letter == '"' => quote = Some(letter),
            None if splits && !(letter == '{' && last == '$') || letter.is_whitespace() => {
                if let Some(command) = commands.last_mut().filter(|_| !word.is_empty()) {
                    command.push(std::mem::take(&mut word));
                }
                if splits {
                    commands.push(Vec::new());
                }
            }
            _ => word.push(letter),
        }
        last = letter;
    }
    commands.retain(|command| !command.is_empty());
    commands
}

/// The port on which `nc` listens, if it does.
fn netcat(arguments: &[String]) -> Vec<ListeningPort> {
    let has = |letter: char| {
        let mut flags = arguments.iter().filter(|word| word.starts_with('-'));
        flags.any(|word| word == "--listen" && letter == 'l' || !word.starts_with("--") && word.contains(letter))
    };
    let protocol = if has('u') { "UDP" } else { "TCP" };
    let after_p = arguments
        .iter()
        .skip_while(|word| !(word.starts_with('-') && word.ends_with('p')))
        .nth(1);
    let number = |word: &String| word.parse::<u16>().ok();
    let port = after_p
        .and_then(number)
        .or_else(|| arguments.iter().rev().find_map(number));
    let port = port
        .filter(|_| has('l'))
        .map(|port| ListeningPort::new(port, protocol, false));
    port.into_iter().collect()
}

/// The port of an address such as `TCP-LISTEN:8080,fork`.
fn socat(word: &str) -> Option<ListeningPort> {
    let (kind, rest) = word.split_once(':')?;
    let kind = kind.to_uppercase();
    let protocol = if kind.starts_with("UDP") { "UDP" } else { "TCP" };
    let port = rest.split(',').next()?.parse().ok()?;
    kind.contains("-L").then(|| ListeningPort::new(port, protocol, false))
}

/// `python -m http.server` and what else Python runs.
fn python(arguments: &[String], configured: Configured<'_>) -> Said {
    let module = arguments.iter().skip_while(|word| *word != "-m");
    match module.clone().nth(1).map(String::as_str) {
        Some("http.server" | "SimpleHTTPServer") => {
            let port = module
                .clone()
                .skip(2)
                .find_map(|word| word.parse().ok())
                .unwrap_or(8000);
            let address = module
                .skip_while(|word| !["-b", "--bind"].contains(&word.as_str()))
                .nth(1);
            let loopback = address.is_some_and(|address| is_loopback(address) || address == "::1");
            Said::known(vec![ListeningPort::new(port, "TCP", loopback)])
        }
        Some(_) => said(&module.skip(1).cloned().collect::<Vec<_>>(), configured),
        None if arguments.iter().any(|word| word == "runserver") => {
            // Django's server listens for its own machine unless it is given an address.
            let given = arguments.iter().skip_while(|word| *word != "runserver").skip(1);
            let given = { given }.find(|word| !word.starts_with('-'));
            let port = |address: &String| {
                let has_address = address.contains(':');
                let port = own_port(address, true)?;
                Some(ListeningPort::new(port.port, "TCP", port.loopback_only || !has_address))
            };
            let usual = || Some(ListeningPort::new(8000, "TCP", true));
            Said::known(given.map_or_else(usual, port).into_iter().collect())
        }
        None => flags(arguments),
    }
}

/// The last part of a path.
pub(crate) fn base(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or_default()
}

fn is_assignment(word: &str) -> bool {
    let name = word.split_once('=').map(|(name, _)| name);
    name.is_some_and(|name| {
        !name.is_empty()
            && name
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    })
}
