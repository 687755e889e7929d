use crate::ObjectKey;

/// What the ingress controller makes of a request.
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
    pub ingress: ObjectKey,
    /// As it is written; `None` if a default backend matched.
    pub path: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes to an endpoint of this upstream, by its number, and asks for this path.
    Send { upstream: usize, path: String },
    /// nginx answers with this status and location itself.
    Redirect { status: u16, location: String },
    /// nginx' own backend answers 404.
    NotFound,
    /// The upstream has no endpoints: nginx answers 503, or 502 for an external name without address.
    Unavailable { upstream: usize, status: u16 },
}

/// A rule of an Ingress: requests for a host and path, and where they go.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct IngressRoute {
    pub ingress: ObjectKey,
    /// Empty if it is for all hosts.
    pub host: String,
    /// Empty if it is for all paths that have no rule.
    pub path: String,
    pub exact: bool,
    /// Whether paths are regular expressions.
    pub is_pattern: bool,
    /// Whether the host's requests without TLS are redirected.
    pub is_redirected: bool,
    /// The Service and its port.
    pub service: ObjectKey,
    pub port: String,
}

impl Routing {
    /// The status that nginx answers with by itself.
    pub fn own_status(&self) -> Option<u16> {
        match &self.verdict {
            Verdict::Send { .. } => None,
            Verdict::Redirect { status, .. } | Verdict::Unavailable { status, .. } => Some(*status),
            Verdict::NotFound => Some(404),
        }
    }

    /// The number of the upstream that it was for.
    pub fn upstream(&self) -> Option<usize> {
        match &self.verdict {
            Verdict::Send { upstream, .. } | Verdict::Unavailable { upstream, .. } => Some(*upstream),
            Verdict::Redirect { .. } | Verdict::NotFound => None,
        }
    }
}

impl IngressRoute {
    /// A request that the rule is for.
    pub fn example(&self) -> super::WebAddress {
        let host = match self.host.strip_prefix("*.") {
            Some(domain) => format!("www.{domain}"),
            None => self.host.clone(),
        };
        let plain = self.path.find(['(', '[', '.', '*', '$', '|', '?', '\\']);
        let path = match plain {
            Some(end) if self.is_pattern => self.path.get(..end).unwrap_or_default(),
            _ => &self.path,
        };
        super::WebAddress {
            host,
            path: if path.is_empty() {
                "/".to_owned()
            } else {
                path.to_owned()
            },
            tls: self.is_redirected,
        }
    }
}
