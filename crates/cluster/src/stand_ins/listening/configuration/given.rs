//! What a server is given, and addresses in what it reads.

use crate::stand_ins::environment::Environment;
use crate::stand_ins::listening::port::ListeningPort;
use crate::stand_ins::mounted::MountedFiles;

/// What a server is started with.
pub(crate) struct Started<'a> {
    pub(crate) files: &'a MountedFiles,
    pub(crate) environment: &'a Environment,
    pub(crate) arguments: &'a [String],
    /// The version of its image, as its tag has it.
    pub(crate) tag: &'a str,
}

impl Started<'_> {
    /// A text with each `${NAME}` and `${env:NAME}` of a known variable replaced.
    pub(super) fn filled_in(&self, text: &str) -> String {
        let mut parts = text.split("${");
        let mut all = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}').unwrap_or((part, ""));
            let name = name.strip_prefix("env:").unwrap_or(name);
            let (name, otherwise) = name.split_once(":-").unwrap_or((name, ""));
            all.push_str(&self.environment.get(name).unwrap_or(otherwise.into()));
            all.push_str(rest);
        }
        all
    }
}

/// The values of an option: `--name=VALUE`, `--name VALUE`, or for no name each argument that is a path.
pub(super) fn named<'a>(arguments: &'a [String], option: &str) -> Vec<&'a str> {
    if option.is_empty() {
        return arguments
            .iter()
            .filter(|word| word.starts_with('/'))
            .map(String::as_str)
            .collect();
    }
    let mut values = Vec::new();
    let mut rest = arguments.iter().peekable();
    while let Some(word) = rest.next() {
        let after = word.strip_prefix(option);
        match after {
            Some("") => values.extend(rest.peek().map(|next| next.as_str())),
            Some(value) => values.extend(value.strip_prefix('=')),
            None => {}
        }
    }
    values
}

/// A port at an address of which nothing but loopback is told apart.
pub(super) fn port_at(host: &str, port: u16, protocol: &str) -> ListeningPort {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let loopback = ["127.0.0.1", "localhost", "::1"].contains(&host);
    ListeningPort::new(port, protocol, loopback)
}

/// The port of `HOST:PORT`, `[HOST]:PORT`, `:PORT` or `PORT`.
pub(super) fn port_of(address: &str, protocol: &str) -> Option<ListeningPort> {
    let (host, port) = address.rsplit_once(':').unwrap_or(("", address));
    let port = port.parse().ok().filter(|port| *port > 0)?;
    Some(port_at(host, port, protocol))
}
