//! Configurations in YAML, read as an outline: the keys on the way to each plain value.

use super::given::{Started, port_at, port_of};
use crate::stand_ins::listening::port::{ListeningPort, add};

/// A key and its value, empty where the value lies below, with the keys around it.
struct Entry<'a> {
    way: Vec<&'a str>,
    value: &'a str,
}

impl Entry<'_> {
    fn lies_in(&self, key: &str) -> bool {
        self.way.contains(&key)
    }

    fn is_at(&self, way: &[&str]) -> bool {
        self.way == way
    }
}

/// The entries of a text in order; what braces hold within a line counts as if it stood below.
fn outline(text: &str) -> Vec<Entry<'_>> {
    // The keys around the current line, each with its column.
    let mut around: Vec<(usize, &str)> = Vec::new();
    let mut entries = Vec::new();
    for line in text.lines() {
        let bare = line.split(" #").next().unwrap_or_default();
        let rest = bare.trim_start_matches([' ', '-']);
        let column = bare.len() - rest.len();
        if rest.trim().is_empty() || rest.starts_with('#') {
            continue;
        }
        around.retain(|(at, _)| *at < column);
        let of_line = around.len();
        for part in rest.split_inclusive(['{', '}', ',']) {
            let words = part.trim_end_matches(['{', '}', ',']).trim();
            if let Some((key, value)) = words
                .split_once(':')
                .filter(|(_, value)| value.is_empty() || value.starts_with(' '))
            {
                let (key, value) = (key.trim_matches(['"', '\'']), value.trim().trim_matches(['"', '\'']));
                let way = around.iter().map(|(_, key)| *key).chain([key]).collect();
                entries.push(Entry { way, value });
                if value.is_empty() {
                    around.push((column + around.len() - of_line, key));
                }
            }
            if part.ends_with('}') && around.len() > of_line + 1 {
                around.pop();
            }
        }
    }
    entries
}

/// The listeners and the administration; what clusters name lies elsewhere.
pub(super) fn envoy(_: &Started<'_>, text: &str) -> Vec<ListeningPort> {
    let mut ports = Vec::new();
    let mut host = "";
    let entries = outline(text);
    for entry in entries
        .iter()
        .filter(|it| it.lies_in("socket_address") && !it.lies_in("clusters"))
    {
        let own = entry.lies_in("listeners") || entry.lies_in("admin");
        match entry.way.last() {
            Some(&"address") => host = entry.value,
            Some(&"port_value") if own => {
                let port = entry.value.parse().ok();
                add(&mut ports, port.map(|port| port_at(host, port, "TCP")));
            }
            _ => {}
        }
    }
    ports
}

pub(super) fn mongod(started: &Started<'_>, text: &str) -> Vec<ListeningPort> {
    let entries = outline(text);
    let value = |key: &str| entries.iter().find(|it| it.is_at(&["net", key])).map(|it| it.value);
    let port = value("port").and_then(|port| port.parse().ok()).unwrap_or(27_017);
    // The image's entry point adds `--bind_ip_all` where nothing says an address.
    let is_bound =
        value("bindIpAll") == Some("true") || started.arguments.iter().any(|word| word.starts_with("--bind_ip"));
    let hosts = value("bindIp").filter(|_| !is_bound);
    let loopback = hosts.is_some_and(|hosts| {
        hosts
            .split(',')
            .all(|host| port_at(host.trim(), 1, "TCP").loopback_only)
    });
    vec![ListeningPort::new(port, "TCP", loopback)]
}

pub(super) fn traefik(_: &Started<'_>, text: &str) -> Vec<ListeningPort> {
    let mut ports = Vec::new();
    for entry in outline(text) {
        if let ["entryPoints", _, "address"] = entry.way.as_slice() {
            let (address, protocol) = entry.value.split_once('/').unwrap_or((entry.value, "tcp"));
            add(&mut ports, port_of(address, protocol));
        }
    }
    if ports.is_empty() {
        ports.push(ListeningPort::new(80, "TCP", false));
    }
    ports
}

/// The parts of a collector that listen without being told where: their keys, port and protocol.
const COLLECTOR: [(&[&str], u16, &str); 8] = [
    (&["receivers", "otlp", "protocols", "grpc"], 4_317, "TCP"),
    (&["receivers", "otlp", "protocols", "http"], 4_318, "TCP"),
    (&["receivers", "jaeger", "protocols", "grpc"], 14_250, "TCP"),
    (&["receivers", "jaeger", "protocols", "thrift_http"], 14_268, "TCP"),
    (&["receivers", "jaeger", "protocols", "thrift_compact"], 6_831, "UDP"),
    (&["receivers", "zipkin"], 9_411, "TCP"),
    (&["extensions", "health_check"], 13_133, "TCP"),
    (&["extensions", "zpages"], 55_679, "TCP"),
];
/// From this minor version on a collector listens on loopback unless it is told where.
const LOOPBACK_SINCE: u32 = 104;

/// Receivers and extensions, and the exporter that Prometheus asks; other exporters' endpoints lie elsewhere.
pub(super) fn collector(started: &Started<'_>, text: &str) -> Vec<ListeningPort> {
    let entries = outline(text);
    let mut ports = Vec::new();
    let own = |entry: &&Entry<'_>| {
        let first = entry.way.first();
        let is_asked = entry.way.get(..2) == Some(&["exporters", "prometheus"]);
        entry.way.last() == Some(&"endpoint")
            && (is_asked || [Some(&"receivers"), Some(&"extensions")].contains(&first))
    };
    for entry in entries.iter().filter(own) {
        let is_udp = entry.lies_in("thrift_compact") || entry.lies_in("thrift_binary");
        add(&mut ports, port_of(entry.value, if is_udp { "UDP" } else { "TCP" }));
    }
    let mut version = started.tag.split('.');
    let is_old = version.next() == Some("0")
        && version
            .next()
            .and_then(|minor| minor.parse::<u32>().ok())
            .is_some_and(|minor| minor < LOOPBACK_SINCE);
    for (way, port, protocol) in COLLECTOR {
        let is_there = entries.iter().any(|it| it.is_at(way));
        let says = entries
            .iter()
            .any(|it| it.way.starts_with(way) && it.way.last() == Some(&"endpoint"));
        if is_there && !says {
            add(&mut ports, [ListeningPort::new(port, protocol, !is_old)]);
        }
    }
    add(&mut ports, [ListeningPort::new(8_888, "TCP", !is_old)]);
    ports
}
