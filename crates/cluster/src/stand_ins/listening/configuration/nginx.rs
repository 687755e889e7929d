//! `listen` in the configuration of nginx.

use super::given::{Started, named, port_at, port_of};
use crate::stand_ins::listening::port::{ListeningPort, add};

const MAIN: &str = "/etc/nginx/nginx.conf";
/// What the image's own main file includes.
const INCLUDED: &str = "/etc/nginx/conf.d";
/// From here the image's entry point makes files of `INCLUDED`, with variables filled in.
const TEMPLATES: &str = "/etc/nginx/templates";
/// The image's own file in `INCLUDED`.
const DEFAULT: &str = "default.conf";

pub(super) fn ports(name: &str, started: &Started<'_>) -> Option<Vec<ListeningPort>> {
    let files = started.files;
    let main = named(started.arguments, "-c").first().copied().unwrap_or(MAIN);
    let main = files.text(main);
    let templates = files.within(TEMPLATES).filter_map(|(path, text)| {
        let name = path.rsplit('/').next()?.strip_suffix(".template")?;
        Some((name, started.filled_in(text)))
    });
    let plain = files.within(INCLUDED).filter_map(|(path, text)| {
        let name = path.rsplit('/').next()?;
        name.strip_suffix(".conf").map(|_| (name, text.to_owned()))
    });
    let included: Vec<(&str, String)> = plain.chain(templates).collect();
    if main.is_none() && included.is_empty() {
        return None;
    }
    let mut ports = Vec::new();
    add(&mut ports, main.map(listens).unwrap_or_default());
    if main.is_none_or(|main| main.contains("/conf.d/")) {
        let has_default = included.iter().any(|(name, _)| *name == DEFAULT);
        if !has_default && !files.hides(INCLUDED) {
            let port = if name == "nginx-unprivileged" { 8080 } else { 80 };
            ports.push(ListeningPort::new(port, "TCP", false));
        }
        for (_, text) in &included {
            add(&mut ports, listens(text));
        }
    }
    Some(ports)
}

/// The ports of all servers; one of `http` without `listen` has port 80.
fn listens(text: &str) -> Vec<ListeningPort> {
    let mut ports = Vec::new();
    // For each open block whether it is a server, and whether that listens.
    let mut blocks: Vec<(bool, bool)> = Vec::new();
    let mut statement = String::new();
    let text = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    for letter in text.flat_map(|line| line.chars().chain(['\n'])) {
        match letter {
            '{' => blocks.push((std::mem::take(&mut statement).trim() == "server", false)),
            '}' => {
                statement.clear();
                if blocks.pop() == Some((true, false)) {
                    add(&mut ports, [ListeningPort::new(80, "TCP", false)]);
                }
            }
            ';' => {
                let words = std::mem::take(&mut statement);
                let mut words = words.split_whitespace();
                if words.next() == Some("listen") {
                    let is_udp = words.clone().any(|word| word == "udp");
                    let protocol = if is_udp { "UDP" } else { "TCP" };
                    add(&mut ports, words.next().and_then(|address| listen(address, protocol)));
                    if let Some(block) = blocks.last_mut() {
                        block.1 = true;
                    }
                }
            }
            _ => statement.push(letter),
        }
    }
    ports
}

/// The port of `listen`; an address alone means port 80.
fn listen(address: &str, protocol: &str) -> Option<ListeningPort> {
    if address.starts_with("unix:") {
        return None;
    }
    port_of(address, protocol).or_else(|| Some(port_at(address, 80, protocol)))
}
