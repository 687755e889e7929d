//! The servers and locations that nginx is configured with.
//!
//! Models: ingress-nginx internal/ingress/controller getBackendServers, createServers, updateServerLocations (1.15).

use super::address::{HTTP, HTTPS, WebAddress};
use super::pattern::Pattern;
use super::routes::{RouteRule, RouterRule, Routing, Verdict};
use super::upstreams::{Lack, Upstream};

use crate::{ObjectKey, Service};
use api::{Cursor, Kind};
use base::Order;
use cluster::{Cluster, IngressController, Object};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The server of requests whose host no rule names.
const CATCH_ALL: &str = "_";
const ROOT: &str = "/";
/// `http-redirect-code`.
const REDIRECT: u16 = 308;

/// By host.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Servers(BTreeMap<String, Server>);

#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Server {
    /// The longest path first.
    locations: Vec<Location>,
    /// Whether all paths are regular expressions.
    by_pattern: bool,
    /// Whether it has a certificate.
    has_certificate: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Location {
    path: String,
    exact: bool,
    /// The path as the Ingress writes it; `None` if no rule has it.
    written: Option<String>,
    ingress: Option<ObjectKey>,
    /// `None` for nginx' own backend.
    upstream: Option<usize>,
    settings: Rc<Settings>,
    pattern: Option<Pattern>,
}

/// What the annotations of an Ingress say.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Settings {
    rewrite: Option<String>,
    use_regex: bool,
    tls_redirect: TlsRedirect,
    service_upstream: bool,
    permanent_redirect: Option<(u16, String)>,
}

/// When a request without TLS is sent to https.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
enum TlsRedirect {
    Never,
    WithCertificate,
    Always,
}

impl Settings {
    fn of(ingress: &Object) -> Self {
        let text = |name: &str| ingress.annotation(&format!("nginx.ingress.kubernetes.io/{name}"));
        let flag = |name: &str, default: bool| text(name).and_then(|it| it.parse().ok()).unwrap_or(default);
        let redirect = |name: &str, status: u16| Some((status, text(name)?.to_owned()));
        Self {
            rewrite: text("rewrite-target")
                .filter(|target| !target.is_empty())
                .map(str::to_owned),
            use_regex: flag("use-regex", false),
            tls_redirect: match (flag("force-ssl-redirect", false), flag("ssl-redirect", true)) {
                (true, _) => TlsRedirect::Always,
                (false, true) => TlsRedirect::WithCertificate,
                (false, false) => TlsRedirect::Never,
            },
            service_upstream: flag("service-upstream", false),
            permanent_redirect: redirect("temporal-redirect", 302).or_else(|| redirect("permanent-redirect", 301)),
        }
    }
}

impl Location {
    fn root(upstream: Option<usize>, ingress: Option<ObjectKey>, settings: Rc<Settings>) -> Self {
        Self {
            path: ROOT.to_owned(),
            exact: false,
            written: None,
            ingress,
            upstream,
            settings,
            pattern: None,
        }
    }

    fn needs_rewrite(&self) -> bool {
        self.settings
            .rewrite
            .as_ref()
            .is_some_and(|target| *target != self.path)
    }

    fn is_by_pattern(&self) -> bool {
        self.needs_rewrite() || self.settings.use_regex
    }

    /// The path that the endpoint is asked for.
    fn rewritten(&self, path: &str) -> String {
        let (Some(target), true) = (&self.settings.rewrite, self.needs_rewrite()) else {
            return path.to_owned();
        };
        let (asked, query) = path
            .split_once('?')
            .map_or((path, None), |(path, query)| (path, Some(query)));
        let Some(groups) = Pattern::new(&self.path).and_then(|pattern| pattern.find(asked)) else {
            return path.to_owned();
        };
        let mut new = String::new();
        let mut rest = target.as_str();
        while let Some((before, after)) = rest.split_once('$') {
            new.push_str(before);
            let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, behind) = after.split_at(digits.min(1));
            match number.parse::<usize>() {
                Ok(number) => new.push_str(groups.get(number).and_then(Option::as_deref).unwrap_or_default()),
                Err(_) => new.push('$'),
            }
            rest = behind;
        }
        new.push_str(rest);
        match query {
            Some(query) => format!("{new}?{query}"),
            None => new,
        }
    }
}

/// The Ingresses that the controller serves, oldest first.
fn served(cluster: &Cluster, controller: &IngressController) -> Vec<Rc<Object>> {
    let mut all = cluster.list(Kind::Ingress, None);
    all.retain(|ingress| cluster.serves(controller, ingress));
    all.order_by_key(|ingress| (ingress.created(), ingress.key.clone()));
    all
}

/// The servers and the upstreams that their locations number.
pub(super) fn build(
    cluster: &Cluster,
    controller: &IngressController,
    services: &[Service],
) -> (Servers, Vec<Upstream>) {
    let ingresses = served(cluster, controller);
    let settings: Vec<Rc<Settings>> = ingresses.iter().map(|it| Rc::new(Settings::of(it))).collect();
    let mut build = Build {
        services,
        upstreams: Vec::new(),
        servers: BTreeMap::new(),
    };
    build.add_servers(&ingresses, &settings);
    for (ingress, settings) in ingresses.iter().zip(&settings) {
        build.add_locations(ingress, settings);
    }
    for server in build.servers.values_mut() {
        server.finish();
    }
    (Servers(build.servers), build.upstreams)
}

struct Build<'a> {
    services: &'a [Service],
    upstreams: Vec<Upstream>,
    servers: BTreeMap<String, Server>,
}

impl Build<'_> {
    /// The number of the upstream of a backend; `None` if it is no Service.
    fn upstream(&mut self, ingress: &Object, backend: Cursor<'_>, at_service: bool) -> Option<usize> {
        let service = backend.field("service").if_set()?;
        let key = ObjectKey::new(ingress.namespace(), service.field("name").text());
        let port = service.field("port");
        let port = match port.field("number").number() {
            0 => port.field("name").text().to_owned(),
            number => number.to_string(),
        };
        let known = self
            .upstreams
            .iter()
            .position(|it| it.service == key && it.port == port);
        Some(known.unwrap_or_else(|| {
            self.upstreams.push(Upstream::of(self.services, key, port, at_service));
            self.upstreams.len() - 1
        }))
    }

    fn add_servers(&mut self, ingresses: &[Rc<Object>], settings: &[Rc<Settings>]) {
        let usual = Rc::new(Settings {
            rewrite: None,
            use_regex: false,
            tls_redirect: TlsRedirect::WithCertificate,
            service_upstream: false,
            permanent_redirect: None,
        });
        let mut catch_all = Location::root(None, None, usual);
        for (ingress, settings) in ingresses.iter().zip(settings) {
            let spec = ingress.spec();
            let default = self.upstream(ingress, spec.field("defaultBackend"), settings.service_upstream);
            if default.is_some() && spec.field("rules").is_empty() && catch_all.upstream.is_none() {
                let alone = Settings {
                    rewrite: None,
                    permanent_redirect: None,
                    ..(**settings).clone()
                };
                catch_all = Location::root(default, Some(ingress.key.clone()), Rc::new(alone));
            }
            let has_tls = !spec.field("tls").is_empty();
            for rule in spec.field("rules").items() {
                let host = host_of(rule);
                if host == CATCH_ALL {
                    continue;
                }
                let server = self.servers.entry(host).or_insert_with(|| Server {
                    locations: vec![Location::root(default, Some(ingress.key.clone()), settings.clone())],
                    ..Server::default()
                });
                server.has_certificate |= has_tls;
            }
        }
        let catch_all = Server {
            locations: vec![catch_all],
            ..Server::default()
        };
        self.servers.insert(CATCH_ALL.to_owned(), catch_all);
    }

    fn add_locations(&mut self, ingress: &Object, settings: &Rc<Settings>) {
        for rule in ingress.spec().field("rules").items() {
            for path in rule.field("http").field("paths").items() {
                let upstream = self.upstream(ingress, path.field("backend"), settings.service_upstream);
                let (Some(upstream), Some(server)) = (upstream, self.servers.get_mut(&host_of(rule))) else {
                    continue;
                };
                let written = path
                    .field("path")
                    .as_text()
                    .filter(|path| !path.is_empty())
                    .unwrap_or(ROOT);
                server.add(Location {
                    path: written.to_owned(),
                    exact: path.field("pathType") == "Exact",
                    written: Some(written.to_owned()),
                    ingress: Some(ingress.key.clone()),
                    upstream: Some(upstream),
                    settings: settings.clone(),
                    pattern: None,
                });
            }
        }
    }
}

fn host_of(rule: Cursor<'_>) -> String {
    match rule.field("host").text() {
        "" => CATCH_ALL.to_owned(),
        host => host.to_owned(),
    }
}

impl Server {
    /// Adds a location, unless an earlier rule has its path.
    fn add(&mut self, location: Location) {
        let known = self.locations.iter_mut().find(|known| known.path == location.path);
        match known.filter(|known| known.exact == location.exact) {
            None => self.locations.push(location),
            Some(known) if known.written.is_none() => *known = location,
            Some(_) => {}
        }
    }

    /// Orders the locations, and gives each path that is a prefix its two: the path itself, and what is below it.
    fn finish(&mut self) {
        self.locations.order_by(|one, other| {
            let longer = other.path.len().cmp(&one.path.len());
            longer.then_with(|| other.path.cmp(&one.path))
        });
        let exact: Vec<String> = self
            .locations
            .iter()
            .filter(|it| it.exact)
            .map(|it| it.path.clone())
            .collect();
        let mut all = Vec::new();
        for location in std::mem::take(&mut self.locations) {
            if location.path == ROOT || location.exact || location.is_by_pattern() {
                all.push(location);
                continue;
            }
            let mut below = location.clone();
            if !below.path.ends_with('/') {
                below.path.push('/');
            }
            let has_exact = exact.contains(&location.path);
            all.push(below);
            if !has_exact {
                all.push(Location {
                    exact: true,
                    ..location
                });
            }
        }
        self.by_pattern = all.iter().any(Location::is_by_pattern);
        if self.by_pattern {
            for location in &mut all {
                location.pattern = Pattern::new(&format!("^{}", location.path));
            }
        }
        self.locations = all;
    }

    /// Models: nginx' choice of a location: an equal one, else the longest prefix; of expressions the first.
    fn location(&self, path: &str) -> Option<&Location> {
        if self.by_pattern {
            let matches = |it: &&Location| it.pattern.as_ref().is_some_and(|pattern| pattern.find(path).is_some());
            return self.locations.iter().find(matches);
        }
        let equal = self.locations.iter().find(|it| it.exact && it.path == path);
        let prefixes = || {
            self.locations
                .iter()
                .filter(|it| !it.exact && path.starts_with(&it.path))
        };
        equal.or_else(|| prefixes().max_by_key(|it| it.path.len()))
    }
}

impl Servers {
    /// The host of the server for a request, and the server.
    fn server(&self, host: &str) -> Option<(&str, &Server)> {
        let wildcard = || Some(format!("*.{}", host.split_once('.')?.1));
        let found = self.0.get_key_value(host).filter(|(host, _)| *host != CATCH_ALL);
        let found = found.or_else(|| self.0.get_key_value(&wildcard()?));
        let found = found.or_else(|| self.0.get_key_value(CATCH_ALL));
        found.map(|(host, server)| (host.as_str(), server))
    }

    pub(super) fn route(&self, address: &WebAddress, upstreams: &[Upstream]) -> Routing {
        let host = address.host.to_ascii_lowercase();
        let host = host.split(':').next().unwrap_or_default();
        let path = address.path.split(['?', '#']).next().unwrap_or_default();
        let Some((name, server)) = self.server(host) else {
            return Routing::not_found();
        };
        let location = server.location(path);
        let ingress = location.and_then(|it| it.ingress.clone().filter(|_| it.upstream.is_some()));
        Routing {
            host: (name != CATCH_ALL || location.is_some_and(|it| it.written.is_some())).then(|| {
                if name == CATCH_ALL {
                    "*".to_owned()
                } else {
                    name.to_owned()
                }
            }),
            rule: ingress.map(|object| RouteRule {
                kind: "Ingress",
                object,
                path: location.and_then(|it| it.written.clone()),
            }),
            verdict: location.map_or(Verdict::NotFound, |it| verdict(server, it, address, upstreams)),
        }
    }

    /// The rules in order of hosts and paths.
    pub(super) fn rules(&self, upstreams: &[Upstream]) -> Vec<RouterRule> {
        let mut rules: Vec<RouterRule> = Vec::new();
        for (host, server) in &self.0 {
            for location in &server.locations {
                let (Some(ingress), Some(upstream)) = (&location.ingress, location.upstream) else {
                    continue;
                };
                let Some(upstream) = upstreams.get(upstream) else {
                    continue;
                };
                let tls = location.settings.redirects_to_tls(server);
                let rule = RouterRule {
                    object: ingress.clone(),
                    host: if host == CATCH_ALL { String::new() } else { host.clone() },
                    path: location.written.clone().unwrap_or_default(),
                    exact: location.exact,
                    is_pattern: server.by_pattern,
                    also: String::new(),
                    port: if tls { HTTPS } else { HTTP },
                    tls,
                    backends: vec![(upstream.service.clone(), upstream.port.clone())],
                };
                let same =
                    |it: &&mut RouterRule| it.host == rule.host && it.path == rule.path && it.backends == rule.backends;
                match rules.iter_mut().find(same) {
                    Some(known) => known.exact &= rule.exact,
                    None => rules.push(rule),
                }
            }
        }
        rules.order_by(|one, other| one.host.cmp(&other.host).then_with(|| one.path.cmp(&other.path)));
        rules
    }
}

impl Settings {
    /// Models: ingress-nginx rootfs/etc/nginx/lua/lua_ingress.lua redirect_to_https (1.15).
    fn redirects_to_tls(&self, server: &Server) -> bool {
        match self.tls_redirect {
            TlsRedirect::Never => false,
            TlsRedirect::WithCertificate => server.has_certificate,
            TlsRedirect::Always => true,
        }
    }
}

fn verdict(server: &Server, location: &Location, address: &WebAddress, upstreams: &[Upstream]) -> Verdict {
    if !address.tls && location.settings.redirects_to_tls(server) {
        let host = address.host.split(':').next().unwrap_or_default();
        return Verdict::Redirect {
            status: REDIRECT,
            location: format!("https://{host}{}", address.path),
        };
    }
    if let Some((status, location)) = &location.settings.permanent_redirect {
        return Verdict::Redirect {
            status: *status,
            location: location.clone(),
        };
    }
    let Some(upstream) = location.upstream else {
        return Verdict::NotFound;
    };
    match upstreams.get(upstream).and_then(|it| it.lack) {
        None => Verdict::Send {
            upstream,
            path: location.rewritten(&address.path),
            host: None,
            answer: Rc::default(),
        },
        Some(lack) => Verdict::Unavailable {
            upstream,
            status: if lack == Lack::Name { 502 } else { 503 },
        },
    }
}
