//! The hosts that a pod's containers are set up to ask.
//!
//! Read from environment variables, command and arguments, and for well-known images from the table of images. What a
//! program asks without any of these stays unknown.

use super::environment::Environment;
use super::listening::Image;
use crate::store::{Object, Store};
use api::Cursor;

/// What the name of a variable or flag has in it whose value is an address.
const ADDRESS_WORDS: [&str; 14] = [
    "addr", "host", "url", "uri", "endpoint", "server", "service", "upstream", "backend", "broker", "dsn", "seeds",
    "peer", "target",
];
/// Programs whose arguments name a host without a port.
const CLIENTS: [&str; 17] = [
    "ab",
    "curl",
    "dig",
    "fortio",
    "grpcurl",
    "hey",
    "host",
    "mysql",
    "nc",
    "nslookup",
    "ping",
    "psql",
    "redis-cli",
    "telnet",
    "wget",
    "wrk",
    "mongosh",
];

/// The names of hosts that a pod's containers are set up to ask, as they write them, each once.
pub(crate) fn peers(store: &Store, pod: &Object) -> Vec<String> {
    let mut found = Vec::new();
    for container in pod.spec().field("containers").items() {
        of_container(store, pod, container, &mut found);
    }
    let mut once = Vec::with_capacity(found.len());
    for host in found {
        if !once.contains(&host) {
            once.push(host);
        }
    }
    once
}

fn of_container(store: &Store, pod: &Object, container: Cursor<'_>, found: &mut Vec<String>) {
    let image = Image::find(container.field("image").text());
    found.extend(image.into_iter().flat_map(Image::asks).map(str::to_owned));
    let variables = Environment::own(store, pod, container).unwrap_or_default();
    for (name, value) in variables.all() {
        hosts(&value, is_address(&name), found);
    }
    let words = ["command", "args"]
        .into_iter()
        .flat_map(|field| container.field(field).items());
    let words: Vec<String> = words.map(|word| variables.expanded(word.text())).collect();
    let has_client = words
        .iter()
        .any(|word| parts(word).any(|(part, ..)| CLIENTS.contains(&part)));
    let mut follows_address_flag = false;
    for word in &words {
        let flag = word.split_once('=').filter(|(name, _)| name.starts_with('-'));
        let is_value = follows_address_flag || flag.is_some_and(|(name, _)| is_address(name));
        hosts(flag.map_or(word, |(_, value)| value), has_client || is_value, found);
        follows_address_flag = flag.is_none() && word.starts_with("--") && is_address(word);
    }
}

/// Whether the value of a variable or flag of this name is an address.
fn is_address(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ADDRESS_WORDS.iter().any(|word| name.contains(word))
}

/// The hosts of a text: what stands after `//` or `@` or before a port; any word if `bare`.
fn hosts(text: &str, bare: bool, found: &mut Vec<String>) {
    for (part, before, after) in parts(text) {
        let has_port = after
            .strip_prefix(':')
            .is_some_and(|rest| rest.starts_with(|it: char| it.is_ascii_digit()));
        let is_host = bare || has_port || before.ends_with("//") || before.ends_with('@');
        if is_host && !is_user(after) {
            found.push(part.trim_end_matches('.').to_owned());
        }
    }
}

/// Whether what stands before this is a user, or a user's password: `user:1234@db`.
#[cold]
fn is_user(after: &str) -> bool {
    let rest = after.split(['/', ' ', ',']).next();
    rest.is_some_and(|rest| rest.contains('@'))
}

/// The words of a text that could be hosts, with what stands before and after each.
fn parts(text: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let is_letter = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '.' | '_');
        let start = at + text.get(at..)?.find(is_letter)?;
        let rest = text.get(start..)?;
        let end = start + rest.find(|it| !is_letter(it)).unwrap_or(rest.len());
        at = end;
        Some((text.get(start..end)?, text.get(..start)?, text.get(end..)?))
    })
}

#[cfg(test)]
mod tests {
    use super::hosts;

    fn found(text: &str, bare: bool) -> Vec<String> {
        let mut found = Vec::new();
        hosts(text, bare, &mut found);
        found
    }

    #[test]
    fn an_address_names_its_host() {
        assert_eq!(found("http://web.shop:8080/a", false), ["web.shop"]);
        assert_eq!(found("postgres://user:1234@db/votes", false), ["db"]);
        assert_eq!(found("redis-0:6379,redis-1:6379", false), ["redis-0", "redis-1"]);
        assert_eq!(found("nats", true), ["nats"]);
    }

    #[test]
    fn a_word_alone_is_no_host() {
        assert!(found("wordpress", false).is_empty());
        assert!(found("-text=apple", false).is_empty());
    }
}
