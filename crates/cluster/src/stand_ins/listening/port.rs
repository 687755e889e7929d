//! A port on which a container listens.

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListeningPort {
    pub port: u16,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: String,
    /// Whether it listens on the loopback address alone, so that only the pod itself reaches it.
    pub loopback_only: bool,
}

impl ListeningPort {
    pub(super) fn new(port: u16, protocol: &str, loopback_only: bool) -> Self {
        Self {
            port,
            protocol: protocol.to_uppercase(),
            loopback_only,
        }
    }

    /// A part of the annotation: `8080`, `9090/UDP` or `127.0.0.1:6060`.
    pub(super) fn read(word: &str) -> Option<Self> {
        let (address, protocol) = word.split_once('/').unwrap_or((word, "TCP"));
        let (loopback_only, port) = match address.trim().split_once(':') {
            Some((host, port)) => (is_loopback(host), port),
            None => (false, address),
        };
        Some(Self::new(port.trim().parse().ok()?, protocol.trim(), loopback_only))
    }

    /// The same as a part of the annotation, TCP left out.
    pub fn annotation(&self) -> String {
        let text = self.to_string();
        text.strip_suffix("/TCP").map_or(text.clone(), str::to_owned)
    }
}

impl std::fmt::Display for ListeningPort {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let host = if self.loopback_only { "127.0.0.1:" } else { "" };
        write!(to, "{host}{}/{}", self.port, self.protocol)
    }
}

pub(super) fn is_loopback(host: &str) -> bool {
    ["127.0.0.1", "localhost"].contains(&host)
}

/// Adds the ports that are not there yet.
pub(super) fn add(ports: &mut Vec<ListeningPort>, more: impl IntoIterator<Item = ListeningPort>) {
    for port in more {
        let same = |it: &ListeningPort| it.port == port.port && it.protocol == port.protocol;
        if !ports.iter().any(same) {
            ports.push(port);
        }
    }
}
