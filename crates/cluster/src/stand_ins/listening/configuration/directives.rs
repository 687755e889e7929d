//! Configurations of one directive a line.

use super::given::{Started, port_at, port_of};
use crate::stand_ins::listening::port::{ListeningPort, add};

/// The words of each line that says something.
fn lines(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let bare = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let words = bare.map(|line| line.split_whitespace().collect::<Vec<_>>());
    words.filter(|words| !words.is_empty())
}

/// `key = value`, with spaces and quotes or without, in any section or in one of some.
fn values<'a>(text: &'a str, sections: Option<&'a [&'a str]>) -> impl Iterator<Item = (&'a str, &'a str)> + 'a {
    let mut section = "";
    text.lines().filter_map(move |line| {
        let line = line.split(['#', ';']).next().unwrap_or_default().trim();
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').trim();
        }
        let (key, value) = line.split_once('=')?;
        let value = value.trim().trim_matches(['\'', '"']);
        sections
            .is_none_or(|of| of.contains(&section))
            .then_some((key.trim(), value))
    })
}

fn is_loopback(host: &str) -> bool {
    port_at(host, 1, "TCP").loopback_only
}

pub(super) fn redis(started: &Started<'_>, text: &str) -> Vec<ListeningPort> {
    let is_sentinel = started.arguments.iter().any(|word| word == "--sentinel")
        || lines(text).any(|words| words.first() == Some(&"sentinel"));
    let mut port = if is_sentinel { 26_379 } else { 6_379 };
    let (mut tls, mut loopback) = (0, false);
    for words in lines(text) {
        match words.as_slice() {
            ["port", number] => port = number.parse().unwrap_or(port),
            ["tls-port", number] => tls = number.parse().unwrap_or(tls),
            ["bind", hosts @ ..] => loopback = hosts.iter().all(|host| is_loopback(host.trim_start_matches('-'))),
            _ => {}
        }
    }
    let ports = [port, tls].into_iter().filter(|port| *port > 0);
    ports.map(|port| ListeningPort::new(port, "TCP", loopback)).collect()
}

pub(super) fn httpd(_: &Started<'_>, text: &str) -> Vec<ListeningPort> {
    let mut ports = Vec::new();
    for words in lines(text).filter(|words| words.first().is_some_and(|word| word.eq_ignore_ascii_case("listen"))) {
        add(&mut ports, words.get(1).and_then(|address| port_of(address, "TCP")));
    }
    ports
}

/// Each `bind`, and the old `listen NAME ADDRESS`.
pub(super) fn haproxy(_: &Started<'_>, text: &str) -> Vec<ListeningPort> {
    let mut ports = Vec::new();
    for words in lines(text) {
        let (["bind", addresses, ..] | ["listen", _, addresses, ..]) = words.as_slice() else {
            continue;
        };
        for address in addresses.split(',') {
            let address = address.trim_start_matches("ipv4@").trim_start_matches("ipv6@");
            add(&mut ports, port_of(address, "TCP"));
        }
    }
    ports
}

/// A configuration that says no addresses means those of loopback, unlike the image's own.
pub(super) fn postgres(_: &Started<'_>, text: &str) -> Vec<ListeningPort> {
    let (mut port, mut loopback) = (5_432, true);
    for (key, value) in values(text, None) {
        match key {
            "port" => port = value.parse().unwrap_or(port),
            "listen_addresses" => loopback = value.split(',').all(|host| is_loopback(host.trim())),
            _ => {}
        }
    }
    vec![ListeningPort::new(port, "TCP", loopback)]
}

pub(super) fn mysql(_: &Started<'_>, text: &str) -> Vec<ListeningPort> {
    let sections = ["mysqld", "mariadb", "mariadbd", "server"];
    let (mut port, mut loopback) = (3_306, false);
    for (key, value) in values(text, Some(&sections)) {
        match key {
            "port" => port = value.parse().unwrap_or(port),
            "bind-address" | "bind_address" => loopback = is_loopback(value),
            _ => {}
        }
    }
    vec![ListeningPort::new(port, "TCP", loopback)]
}

pub(super) fn grafana(_: &Started<'_>, text: &str) -> Vec<ListeningPort> {
    let mut ports = values(text, Some(&["server"])).filter(|(key, _)| *key == "http_port");
    let port = ports.next().and_then(|(_, value)| value.parse().ok());
    vec![ListeningPort::new(port.unwrap_or(3_000), "TCP", false)]
}

/// The blocks of a text, each with how deep it lies and the words before its brace; then each line within a block.
fn blocks(text: &str) -> Vec<(usize, Vec<&str>)> {
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for words in lines(text) {
        let opens = words.last() == Some(&"{");
        let closes = words.first() == Some(&"}");
        depth = depth.saturating_sub(usize::from(closes));
        if !closes {
            let count = words.len() - usize::from(opens);
            found.push((depth, words.into_iter().take(count).collect()));
        }
        depth += usize::from(opens);
    }
    found
}

/// Servers such as `.:53`, and the ports of plugins.
pub(super) fn coredns(_: &Started<'_>, text: &str) -> Vec<ListeningPort> {
    let mut ports = Vec::new();
    for (depth, words) in blocks(text) {
        if depth == 0 {
            for zone in words {
                let zone = zone.trim_end_matches(',');
                let zone = zone.strip_prefix("dns://").unwrap_or(zone);
                let port = zone.rsplit_once(':').map_or(Some(53), |(_, port)| port.parse().ok());
                let port = port.filter(|_| !zone.contains("://") && !zone.starts_with('('));
                let both = port
                    .into_iter()
                    .flat_map(|port| ["TCP", "UDP"].map(|it| ListeningPort::new(port, it, false)));
                add(&mut ports, both);
            }
            continue;
        }
        let usual = match words.first() {
            Some(&"health") => ":8080",
            Some(&"ready") => ":8181",
            Some(&"prometheus") => "localhost:9153",
            _ => continue,
        };
        let address = words.get(1).copied().unwrap_or(usual);
        add(&mut ports, port_of(address, "TCP").filter(|_| depth == 1));
    }
    ports
}

/// Sites such as `:8080` and `http://example.com`; of others that have names Caddy makes certificates.
pub(super) fn caddy(_: &Started<'_>, text: &str) -> Vec<ListeningPort> {
    let mut ports = Vec::new();
    for (_, words) in blocks(text).into_iter().filter(|(depth, _)| *depth == 0) {
        for site in words.iter().map(|site| site.trim_end_matches(',')) {
            let (scheme, address) = site.split_once("://").unwrap_or(("", site));
            let port = address.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
            let port: &[u16] = match (port, scheme) {
                (Some(port), _) => &[port],
                (None, "http") => &[80],
                (None, _) => &[80, 443],
            };
            add(
                &mut ports,
                port.iter().map(|port| ListeningPort::new(*port, "TCP", false)),
            );
        }
    }
    add(&mut ports, [ListeningPort::new(2_019, "TCP", true)]);
    ports
}
