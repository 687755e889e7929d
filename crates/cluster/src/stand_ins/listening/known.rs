//! Tables of images and programs.

use super::port::ListeningPort;
use std::sync::OnceLock;

/// A well-known image.
#[derive(Clone, Copy)]
pub(super) struct Image {
    pub(super) name: &'static str,
    /// Whether args without a command start another program, unless they begin with a dash.
    pub(super) args_replace: bool,
    /// Its ports and the variable that says another, as in the table.
    words: &'static str,
}

impl Image {
    /// The image of this reference, by its full name without default registry and tag.
    pub(super) fn find(reference: &str) -> Option<Self> {
        static TABLE: OnceLock<Vec<(&str, &str)>> = OnceLock::new();
        let table = TABLE.get_or_init(|| rows(include_str!("images.txt")));
        let (name, tag) = name_and_tag(reference);
        let (registry, name) = canonical(name);
        let found = table.iter().find(|(key, _)| {
            let (key, word) = key.split_once(':').unwrap_or((key, ""));
            let rest = key
                .strip_prefix(registry)
                .filter(|rest| registry.is_empty() || rest.starts_with('/'));
            let same = rest.map(|rest| rest.trim_start_matches('/')) == Some(name);
            same && (word.is_empty() || tag.split(['-', '.']).any(|part| part.starts_with(word)))
        });
        let (name, row) = found?;
        let (args, words) = row.split_once(' ').unwrap_or((row, ""));
        Some(Self {
            name,
            args_replace: args == "command",
            words,
        })
    }

    pub(super) fn ports(self) -> Vec<ListeningPort> {
        ports(self.words)
    }

    /// The variable that says its first port.
    pub(super) fn variable(self) -> Option<&'static str> {
        self.words.split(' ').find_map(|word| word.strip_prefix("env="))
    }
}

/// What a program listens on by itself, which may be nothing; `None` if the program is not known.
pub(super) fn program(name: &str, subcommand: Option<&str>) -> Option<Vec<ListeningPort>> {
    static TABLE: OnceLock<Vec<(&str, &str)>> = OnceLock::new();
    let table = TABLE.get_or_init(|| rows(include_str!("programs.txt")));
    let of_name = || table.iter().filter(|(key, _)| *key == name);
    let row = of_name().find(|(_, row)| {
        let first = row.split(' ').next();
        first == subcommand && subcommand.is_some_and(|word| !word.starts_with(|letter: char| letter.is_ascii_digit()))
    });
    let (_, row) = row.or_else(|| of_name().next())?;
    Some(ports(row))
}

fn ports(words: &str) -> Vec<ListeningPort> {
    words.split(' ').filter_map(ListeningPort::read).collect()
}

/// First word and rest of each row.
fn rows(text: &'static str) -> Vec<(&'static str, &'static str)> {
    let rows = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    rows.map(|row| row.split_once(' ').unwrap_or((row, ""))).collect()
}

fn name_and_tag(reference: &str) -> (&str, &str) {
    let path = reference.split('@').next().unwrap_or_default();
    match path.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (path, ""),
    }
}

/// Registry and rest of a name; the default registry is empty, and Kubernetes' older ones are its present one.
fn canonical(name: &str) -> (&str, &str) {
    let default = ["docker.io/", "index.docker.io/", "registry-1.docker.io/"];
    let name = default
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or(name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    let older = ["k8s.gcr.io/", "gcr.io/google_containers/"];
    match older.iter().find_map(|prefix| name.strip_prefix(prefix)) {
        Some(rest) => ("registry.k8s.io", rest),
        None => ("", name),
    }
}
