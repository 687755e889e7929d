//! What the HTTPRoutes at a Gateway's listeners make of requests.
//!
//! Models: gateway.networking.k8s.io v1 (Gateway API 1.4): HTTPRouteRule, HTTPRouteMatch, HTTPRouteFilter, HTTPBackendRef.
//! Differs: what it leaves to implementations is as Envoy Gateway has it: expressions come between exact paths and prefixes, and
//! have to match the whole path.

use super::address::{HTTP, HTTPS, RouterPort, WebAddress};
use super::http_match::{HttpMatch, PathMatch};
use super::routes::{HeaderChanges, RouteRule, RouterRule, Routing, Verdict};
use super::upstreams::Upstream;
use crate::{ObjectKey, Service};
use api::Cursor;
use base::Order;
use cluster::{Cluster, Gateway, GatewayListener, Object};
use std::cmp::Reverse;
use std::rc::Rc;

/// By listener.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct HttpRoutes(Vec<Listener>);

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Listener {
    port: u16,
    tls: bool,
    /// Empty if it is for all hosts.
    host: String,
    /// The first that matches decides.
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Entry {
    /// Empty if it is for all hosts.
    host: String,
    matches: HttpMatch,
    rule: Rc<Rule>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Rule {
    route: ObjectKey,
    redirect: Option<Redirect>,
    host: Option<String>,
    path: Option<NewPath>,
    answer: Rc<HeaderChanges>,
    /// Weights, and the numbers of upstreams or why there is none.
    backends: Vec<(u32, Result<usize, String>)>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
enum NewPath {
    Full(String),
    Prefix(String),
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Redirect {
    scheme: Option<String>,
    host: Option<String>,
    path: Option<NewPath>,
    port: Option<u16>,
    status: u16,
}

/// The routes of a Gateway, and the upstreams that they number.
pub(super) fn build(cluster: &Cluster, gateway: &Gateway, services: &[Service]) -> (HttpRoutes, Vec<Upstream>) {
    let mut build = Build {
        cluster,
        services,
        upstreams: Vec::new(),
    };
    let valid = gateway.listeners.iter().filter(|listener| listener.fault.is_none());
    let listeners = valid.map(|listener| build.listener(listener)).collect();
    (HttpRoutes(listeners), build.upstreams)
}

struct Build<'a> {
    cluster: &'a Cluster,
    services: &'a [Service],
    upstreams: Vec<Upstream>,
}

impl Build<'_> {
    fn listener(&mut self, listener: &GatewayListener) -> Listener {
        let mut entries = Vec::new();
        // Oldest first, so that of equal matches the oldest route's comes first.
        for attached in &listener.routes {
            for written in attached.object.spec().field("rules").items() {
                let rule = Rc::new(self.rule(&attached.object, written));
                let mut matches: Vec<HttpMatch> = written.field("matches").items().map(HttpMatch::read).collect();
                if matches.is_empty() {
                    matches.push(HttpMatch::any());
                }
                for (host, matches) in attached
                    .hosts
                    .iter()
                    .flat_map(|host| matches.iter().map(move |it| (host, it)))
                {
                    entries.push(Entry {
                        host: host.clone(),
                        matches: matches.clone(),
                        rule: rule.clone(),
                    });
                }
            }
        }
        entries.order_by_key(|entry| (host_rank(&entry.host), entry.matches.precedence()));
        Listener {
            port: listener.port,
            tls: listener.tls,
            host: listener.host.clone(),
            entries,
        }
    }

    fn rule(&mut self, route: &Object, written: Cursor<'_>) -> Rule {
        let mut rule = Rule {
            route: route.key.clone(),
            redirect: None,
            host: None,
            path: None,
            answer: Rc::default(),
            backends: Vec::new(),
        };
        for filter in written.field("filters").items() {
            match filter.field("type").text() {
                "RequestRedirect" => rule.redirect = Some(Redirect::read(filter.field("requestRedirect"))),
                "URLRewrite" => {
                    let rewrite = filter.field("urlRewrite");
                    rule.host = rewrite.field("hostname").as_text().map(str::to_owned);
                    rule.path = NewPath::read(rewrite.field("path"));
                }
                "ResponseHeaderModifier" => {
                    rule.answer = Rc::new(HeaderChanges::read(filter.field("responseHeaderModifier")));
                }
                _ => {}
            }
        }
        for reference in written.field("backendRefs").items() {
            let weight = reference.field("weight").as_number().unwrap_or(1);
            rule.backends.push((
                u32::try_from(weight).unwrap_or_default(),
                self.upstream(route, reference),
            ));
        }
        rule
    }

    fn upstream(&mut self, route: &Object, reference: Cursor<'_>) -> Result<usize, String> {
        let backend = self
            .cluster
            .route_backend(route, reference)
            .map_err(|fault| fault.message)?;
        let port = backend.port.to_string();
        let is_it = |it: &Upstream| it.service == backend.service && it.port == port;
        Ok(self.upstreams.iter().position(is_it).unwrap_or_else(|| {
            let upstream = Upstream::of(self.services, backend.service, port, false);
            self.upstreams.push(upstream);
            self.upstreams.len() - 1
        }))
    }
}

/// Exact hosts come before wildcards, and longer before shorter.
fn host_rank(host: &str) -> (u8, Reverse<usize>) {
    let kind = match host {
        "" => 2,
        _ if host.starts_with('*') => 1,
        _ => 0,
    };
    (kind, Reverse(host.len()))
}

fn is_for(host: &str, asked: &str) -> bool {
    match host.strip_prefix('*') {
        Some(end) => asked.len() > end.len() && asked.ends_with(end),
        None => host.is_empty() || host == asked,
    }
}

impl HttpRoutes {
    /// The ports that it listens on.
    pub fn doors(&self) -> Vec<RouterPort> {
        let mut doors: Vec<RouterPort> = Vec::new();
        for listener in &self.0 {
            if doors.iter().all(|door| door.port != listener.port) {
                doors.push(RouterPort {
                    port: listener.port,
                    tls: listener.tls,
                });
            }
        }
        doors
    }

    /// Each answer with its weight.
    pub fn route(&self, asked: &WebAddress, port: u16, upstreams: &[Upstream]) -> Vec<(u32, Routing)> {
        let host = asked.host.to_ascii_lowercase();
        let host = host.rsplit_once(':').map_or(&*host, |(host, _)| host);
        let mut listeners: Vec<&Listener> = { self.0.iter() }
            .filter(|it| it.port == port && is_for(&it.host, host))
            .collect();
        listeners.order_by_key(|listener| host_rank(&listener.host));
        let entries = listeners
            .first()
            .map(|listener| listener.entries.as_slice())
            .unwrap_or_default();
        let found = entries
            .iter()
            .find(|it| is_for(&it.host, host) && it.matches.is_for(asked));
        let Some(entry) = found else {
            return vec![(1, Routing::not_found())];
        };
        let verdicts = entry.rule.verdicts(&entry.matches.path, asked, (host, port), upstreams);
        let routing = |(weight, verdict)| {
            let routing = Routing {
                host: Some(if entry.host.is_empty() {
                    "*".to_owned()
                } else {
                    entry.host.clone()
                }),
                rule: Some(RouteRule {
                    kind: "HTTPRoute",
                    object: entry.rule.route.clone(),
                    path: Some(entry.matches.path.written().to_owned()),
                }),
                verdict,
            };
            (weight, routing)
        };
        verdicts.into_iter().map(routing).collect()
    }

    /// The rules in order of hosts and paths.
    pub fn rules(&self, upstreams: &[Upstream]) -> Vec<RouterRule> {
        let mut rules: Vec<RouterRule> = Vec::new();
        for listener in &self.0 {
            for entry in &listener.entries {
                let backends = entry.rule.backends.iter().filter(|(weight, _)| *weight > 0);
                let backends = backends.filter_map(|(_, backend)| upstreams.get(*backend.as_ref().ok()?));
                let rule = RouterRule {
                    object: entry.rule.route.clone(),
                    host: entry.host.clone(),
                    path: entry.matches.path.written().to_owned(),
                    exact: matches!(entry.matches.path, PathMatch::Exact(_)),
                    is_pattern: matches!(entry.matches.path, PathMatch::Pattern(..)),
                    also: entry.matches.also(),
                    port: listener.port,
                    tls: listener.tls,
                    backends: backends.map(|it| (it.service.clone(), it.port.clone())).collect(),
                };
                if !rules.contains(&rule) {
                    rules.push(rule);
                }
            }
        }
        rules.order_by(|one, other| one.host.cmp(&other.host).then_with(|| one.path.cmp(&other.path)));
        rules
    }
}

impl Rule {
    fn verdicts(
        &self,
        path: &PathMatch,
        asked: &WebAddress,
        (host, port): (&str, u16),
        upstreams: &[Upstream],
    ) -> Vec<(u32, Verdict)> {
        if let Some(redirect) = &self.redirect {
            let location = redirect.location(path, asked, (host, port));
            let status = redirect.status;
            return vec![(1, Verdict::Redirect { status, location })];
        }
        let verdict = |backend: &Result<usize, String>| match backend {
            Err(why) => Verdict::Unresolved { why: why.clone() },
            Ok(upstream) if upstreams.get(*upstream).is_some_and(|it| it.lack.is_some()) => Verdict::Unavailable {
                upstream: *upstream,
                status: 503,
            },
            Ok(upstream) => Verdict::Send {
                upstream: *upstream,
                path: rewritten(self.path.as_ref(), path, &asked.path),
                host: self.host.clone(),
                answer: self.answer.clone(),
            },
        };
        let weighed = self.backends.iter().filter(|(weight, _)| *weight > 0);
        let verdicts: Vec<_> = weighed.map(|(weight, backend)| (*weight, verdict(backend))).collect();
        if verdicts.is_empty() {
            let why = "the rule names no backend that gets requests".to_owned();
            return vec![(1, Verdict::Unresolved { why })];
        }
        verdicts
    }
}

/// The path that the endpoint is asked for, or a client is sent to.
fn rewritten(new: Option<&NewPath>, matched: &PathMatch, asked: &str) -> String {
    let (path, query) = asked
        .split_once('?')
        .map_or((asked, None), |(path, query)| (path, Some(query)));
    let new = match new {
        None => path.to_owned(),
        Some(NewPath::Full(new)) => new.clone(),
        Some(NewPath::Prefix(new)) => format!("{}{}", new.trim_end_matches('/'), matched.rest(path)),
    };
    let new = if new.is_empty() { "/".to_owned() } else { new };
    match query {
        Some(query) => format!("{new}?{query}"),
        None => new,
    }
}

impl NewPath {
    fn read(written: Cursor<'_>) -> Option<Self> {
        let text = |field: &str| written.field(field).text().to_owned();
        match written.field("type").text() {
            "ReplaceFullPath" => Some(Self::Full(text("replaceFullPath"))),
            "ReplacePrefixMatch" => Some(Self::Prefix(text("replacePrefixMatch"))),
            _ => None,
        }
    }
}

impl Redirect {
    fn read(written: Cursor<'_>) -> Self {
        let text = |field: &str| written.field(field).as_text().map(str::to_owned);
        let number = |field: &str| {
            u16::try_from(written.field(field).number())
                .ok()
                .filter(|number| *number > 0)
        };
        Self {
            scheme: text("scheme"),
            host: text("hostname"),
            path: NewPath::read(written.field("path")),
            port: number("port"),
            status: number("statusCode").unwrap_or(302),
        }
    }

    /// A scheme alone means its own port; without one the port of the listener stays.
    fn location(&self, matched: &PathMatch, asked: &WebAddress, (host, port): (&str, u16)) -> String {
        let usual = |scheme: &str| if scheme == "https" { HTTPS } else { HTTP };
        let own = if asked.tls { "https" } else { "http" };
        let scheme = self.scheme.as_deref().unwrap_or(own);
        let port = self.port.unwrap_or_else(|| self.scheme.as_deref().map_or(port, usual));
        let at = if port == usual(scheme) {
            String::new()
        } else {
            format!(":{port}")
        };
        let host = self.host.as_deref().unwrap_or(host);
        let path = rewritten(self.path.as_ref(), matched, &asked.path);
        format!("{scheme}://{host}{at}{path}")
    }
}

impl HeaderChanges {
    fn read(written: Cursor<'_>) -> Self {
        let pairs = |field: &str| {
            let pair = |it: Cursor<'_>| (it.field("name").text().to_owned(), it.field("value").text().to_owned());
            written.field(field).items().map(pair).collect()
        };
        Self {
            set: pairs("set"),
            add: pairs("add"),
            remove: written.field("remove").texts().map(str::to_owned).collect(),
        }
    }
}
