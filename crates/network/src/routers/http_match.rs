//! Which requests a match of an HTTPRoute is for.

use super::address::WebAddress;
use super::pattern::Pattern;
use api::Cursor;
use std::cmp::Reverse;

/// One of a rule's matches.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct HttpMatch {
    pub path: PathMatch,
    method: Option<String>,
    headers: Vec<(String, TextMatch)>,
    query: Vec<(String, TextMatch)>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum PathMatch {
    Exact(String),
    Prefix(String),
    /// As it is written; one that is no expression matches nothing.
    Pattern(String, Option<Pattern>),
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
enum TextMatch {
    Exact(String),
    Pattern(Option<Pattern>),
}

/// What comes first among matches for a host.
pub(super) type Precedence = (u8, Reverse<usize>, bool, Reverse<usize>, Reverse<usize>);

impl HttpMatch {
    /// A rule without matches is for all paths.
    pub fn any() -> Self {
        Self {
            path: PathMatch::Prefix("/".to_owned()),
            method: None,
            headers: Vec::new(),
            query: Vec::new(),
        }
    }

    pub fn read(written: Cursor<'_>) -> Self {
        let pairs = |field: &str| {
            let pair = |it: Cursor<'_>| (it.field("name").text().to_owned(), TextMatch::read(it));
            written.field(field).items().map(pair).collect()
        };
        Self {
            path: PathMatch::read(written.field("path")),
            method: written.field("method").as_text().map(str::to_owned),
            headers: pairs("headers"),
            query: pairs("queryParams"),
        }
    }

    pub fn is_for(&self, asked: &WebAddress) -> bool {
        let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
        let method = if asked.method.is_empty() { "GET" } else { &asked.method };
        let header = |name: &str| {
            let mut found = asked
                .headers
                .iter()
                .filter(|(known, _)| known.eq_ignore_ascii_case(name));
            found.next().map(|(_, value)| value.as_str())
        };
        let parameter = |name: &str| {
            let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
            pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
        };
        let matches = |wanted: &TextMatch, found: Option<&str>| found.is_some_and(|found| wanted.is_for(found));
        self.path.is_for(path)
            && self.method.as_deref().is_none_or(|wanted| wanted == method)
            && self.headers.iter().all(|(name, wanted)| matches(wanted, header(name)))
            && self.query.iter().all(|(name, wanted)| matches(wanted, parameter(name)))
    }

    /// Exact paths come before expressions and these before prefixes, longer before shorter; then methods, then more headers,
    /// then more parameters.
    pub fn precedence(&self) -> Precedence {
        let (kind, length) = match &self.path {
            PathMatch::Exact(path) => (0, path.len()),
            PathMatch::Pattern(path, _) => (1, path.len()),
            PathMatch::Prefix(path) => (2, path.len()),
        };
        (
            kind,
            Reverse(length),
            self.method.is_none(),
            Reverse(self.headers.len()),
            Reverse(self.query.len()),
        )
    }

    /// What a request must have besides its host and path.
    pub fn also(&self) -> String {
        let names = |word: &'static str, of: &[(String, TextMatch)]| {
            let words = of.iter().map(|(name, _)| format!("{word} {name}"));
            words.collect::<Vec<_>>()
        };
        let method = self.method.clone().into_iter();
        let all = method
            .chain(names("header", &self.headers))
            .chain(names("query", &self.query));
        all.collect::<Vec<_>>().join(" ")
    }
}

impl PathMatch {
    fn read(written: Cursor<'_>) -> Self {
        let value = written.field("value").as_text().unwrap_or("/").to_owned();
        match written.field("type").text() {
            "Exact" => Self::Exact(value),
            "RegularExpression" => {
                let pattern = Pattern::whole(&value);
                Self::Pattern(value, pattern)
            }
            _ => Self::Prefix(value),
        }
    }

    pub fn written(&self) -> &str {
        match self {
            Self::Exact(path) | Self::Prefix(path) | Self::Pattern(path, _) => path,
        }
    }

    /// A prefix ends where an element of the path ends.
    fn is_for(&self, path: &str) -> bool {
        match self {
            Self::Exact(wanted) => wanted == path,
            Self::Pattern(_, pattern) => pattern.as_ref().is_some_and(|pattern| pattern.find(path).is_some()),
            Self::Prefix(wanted) => {
                let rest = path.strip_prefix(wanted.trim_end_matches('/'));
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
        }
    }

    /// What follows the prefix, from a slash on.
    pub fn rest<'a>(&self, path: &'a str) -> &'a str {
        match self {
            Self::Prefix(wanted) => path.strip_prefix(wanted.trim_end_matches('/')).unwrap_or_default(),
            Self::Exact(_) | Self::Pattern(..) => "",
        }
    }
}

impl TextMatch {
    fn read(written: Cursor<'_>) -> Self {
        let value = written.field("value").text();
        match written.field("type").text() {
            "RegularExpression" => Self::Pattern(Pattern::whole(value)),
            _ => Self::Exact(value.to_owned()),
        }
    }

    fn is_for(&self, text: &str) -> bool {
        match self {
            Self::Exact(wanted) => wanted == text,
            Self::Pattern(pattern) => pattern.as_ref().is_some_and(|pattern| pattern.find(text).is_some()),
        }
    }
}
