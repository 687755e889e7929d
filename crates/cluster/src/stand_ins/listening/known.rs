//! Tables of images and programs.

use super::command::SHELLS;
use super::port::ListeningPort;
use std::sync::OnceLock;

/// A well-known image.
#[derive(Clone, Copy)]
pub(crate) struct Image {
    name: &'static str,
    /// Whether args without a command start another program, unless they begin with a dash.
    pub(super) args_replace: bool,
    /// Its ports and the variable that says another, as in the table.
    words: &'static str,
}

impl Image {
    /// The image of this reference, by its full name without default registry and tag.
    pub(crate) fn find(reference: &str) -> Option<Self> {
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
        self.says("env=")
    }

    /// Its full name, as in the table.
    pub(crate) fn key(self) -> &'static str {
        self.name.split(':').next().unwrap_or_default()
    }

    /// The program that it starts and that its arguments tell all about.
    pub(crate) fn runs(self) -> Option<&'static str> {
        self.says("run=")
    }

    /// Whether its entry point takes a first argument that names a program for a command of its own.
    pub(super) fn runs_programs(self) -> bool {
        self.has("programs")
    }

    /// Whether it starts a shell, or another program that does what somebody types.
    pub(crate) fn is_shell(self) -> bool {
        self.has("shell")
    }

    /// The exit code with which it ends at once.
    pub(crate) fn ends(self) -> Option<i64> {
        self.says("ends=").and_then(|code| code.parse().ok())
    }

    /// The variables, separated by `|`, of which it needs one to start.
    pub(crate) fn needs(self) -> Option<&'static str> {
        self.says("needs=")
    }

    /// The hosts that its program asks if nothing tells it others.
    pub(crate) fn asks(self) -> impl Iterator<Item = &'static str> {
        self.says("asks=").into_iter().flat_map(|names| names.split(','))
    }

    /// Whether it is known to be without a program.
    pub(crate) fn lacks(self, program: &str) -> bool {
        let is_own = self.runs() == Some(program);
        let listed = self
            .says("no=")
            .is_some_and(|names| names.split(',').any(|name| name == program));
        listed || self.has("bare") && !is_own && (SHELLS.contains(&program) || serves_nothing(program, ""))
    }

    fn says(self, key: &str) -> Option<&'static str> {
        self.words.split(' ').find_map(|word| word.strip_prefix(key))
    }

    fn has(self, word: &str) -> bool {
        self.words.split(' ').any(|it| it == word)
    }
}

/// Whether a program is known to serve.
pub(crate) fn server(name: &str, subcommand: &str) -> bool {
    program(name, Some(subcommand)).is_some_and(|ports| !ports.is_empty())
}

/// Whether a program is known to serve nothing.
pub(crate) fn serves_nothing(name: &str, subcommand: &str) -> bool {
    program(name, Some(subcommand)).is_some_and(|ports| ports.is_empty())
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

pub(super) fn name_and_tag(reference: &str) -> (&str, &str) {
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
