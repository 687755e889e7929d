use super::address::WebAddress;
use crate::ObjectKey;
use std::rc::Rc;

/// What a router makes of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routing {
    /// The host of the rules that it was held against; `None` if no rule names its host.
    pub host: Option<String>,
    /// The rule that matched.
    pub rule: Option<RouteRule>,
    pub verdict: Verdict,
}

/// A path of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteRule {
    /// `Ingress` or `HTTPRoute`.
    pub kind: &'static str,
    pub object: ObjectKey,
    /// As it is written; `None` if a default backend matched.
    pub path: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes to an endpoint of this upstream, by its number.
    Send {
        upstream: usize,
        /// The path that the endpoint is asked for.
        path: String,
        /// The host that the endpoint is asked for, if that is another.
        host: Option<String>,
        /// What becomes of the headers of the answer.
        answer: Rc<HeaderChanges>,
    },
    /// The router answers with this status and location itself.
    Redirect { status: u16, location: String },
    /// No rule matches: the router answers 404 itself.
    NotFound,
    /// The upstream has no endpoints: the router answers 503, or nginx 502 for an external name without address.
    Unavailable { upstream: usize, status: u16 },
    /// The rule names no backend that can be found: the router answers 500.
    Unresolved { why: String },
}

/// What a filter does with headers.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HeaderChanges {
    pub set: Vec<(String, String)>,
    pub add: Vec<(String, String)>,
    pub remove: Vec<String>,
}

/// A rule of an Ingress or an HTTPRoute: requests for a host and path, and where they go.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RouterRule {
    pub object: ObjectKey,
    /// Empty if it is for all hosts.
    pub host: String,
    /// Empty if it is for all paths that have no rule.
    pub path: String,
    pub exact: bool,
    /// Whether paths are regular expressions.
    pub is_pattern: bool,
    /// What a request must have besides, such as a method.
    pub also: String,
    /// The port of the router at which it is asked for, and whether that is with TLS.
    pub port: u16,
    pub tls: bool,
    /// The Services and their ports; none if the router answers itself.
    pub backends: Vec<(ObjectKey, String)>,
}

impl Routing {
    pub(super) fn not_found() -> Self {
        Self {
            host: None,
            rule: None,
            verdict: Verdict::NotFound,
        }
    }

    /// The status that the router answers with by itself.
    pub fn own_status(&self) -> Option<u16> {
        match &self.verdict {
            Verdict::Send { .. } => None,
            Verdict::Redirect { status, .. } | Verdict::Unavailable { status, .. } => Some(*status),
            Verdict::NotFound => Some(404),
            Verdict::Unresolved { .. } => Some(500),
        }
    }

    /// The number of the upstream that it was for.
    pub fn upstream(&self) -> Option<usize> {
        match &self.verdict {
            Verdict::Send { upstream, .. } | Verdict::Unavailable { upstream, .. } => Some(*upstream),
            Verdict::Redirect { .. } | Verdict::NotFound | Verdict::Unresolved { .. } => None,
        }
    }
}

impl RouterRule {
    /// A request that the rule is for.
    pub fn example(&self) -> WebAddress {
        let host = match self.host.strip_prefix("*.") {
            Some(domain) => format!("www.{domain}"),
            None => self.host.clone(),
        };
        let plain = self.path.find(['(', '[', '.', '*', '$', '|', '?', '\\']);
        let path = match plain {
            Some(end) if self.is_pattern => self.path.get(..end).unwrap_or_default(),
            _ => &self.path,
        };
        WebAddress {
            host,
            path: if path.is_empty() {
                "/".to_owned()
            } else {
                path.to_owned()
            },
            tls: self.tls,
            ..WebAddress::default()
        }
    }

    /// Host and path: `shop.example/api`.
    pub fn asked(&self) -> String {
        let host = if self.host.is_empty() { "*" } else { &self.host };
        let path = if self.path == "/" { "" } else { &self.path };
        let also = if self.also.is_empty() {
            String::new()
        } else {
            format!(" {}", self.also)
        };
        format!("{host}{path}{also}")
    }

    /// The Services that it leads to, with their ports: `web:80, canary:80`.
    pub fn leads_to(&self) -> String {
        let words = |(service, port): &(ObjectKey, String)| format!("{}:{port}", service.name);
        self.own_answer().map_or_else(
            || self.backends.iter().map(words).collect::<Vec<_>>().join(", "),
            str::to_owned,
        )
    }

    /// The Services that it leads to: `web, canary`.
    pub fn services(&self) -> String {
        let names = self.backends.iter().map(|(service, _)| &*service.name);
        self.own_answer()
            .map_or_else(|| names.collect::<Vec<_>>().join(", "), str::to_owned)
    }

    fn own_answer(&self) -> Option<&'static str> {
        self.backends.is_empty().then_some("an answer of its own")
    }
}
