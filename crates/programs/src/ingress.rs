//! The answers of the ingress controller and of Gateways to web clients.

use crate::network_client::{NetworkClient, Reached};
use crate::server::{self, Response, WebServer};
use cluster::{Asked, Cluster, Kubelet};
use network::dataplane::Origin;
use network::{ControllerPlace, HeaderChanges, Micros, Reply, Router, RouterKind, Routing, Verdict, WebAddress};
use std::borrow::Cow;
use std::net::IpAddr;

/// `proxy-next-upstream-tries`.
const TRIES: usize = 3;
/// `proxy-connect-timeout` and `proxy-read-timeout`.
const CONNECTING: Micros = Micros::from_seconds(5);
const READING: Micros = Micros::from_seconds(60);

/// A header `Host` among those given, else the host of the URL.
pub(crate) fn host<'a>(headers: impl DoubleEndedIterator<Item = &'a str>, authority: &str) -> String {
    let is_host = |header: &'a str| {
        let (name, value) = header.split_once(':')?;
        name.trim().eq_ignore_ascii_case("host").then_some(value.trim())
    };
    headers.rev().find_map(is_host).unwrap_or(authority).to_owned()
}

/// The server at the other end of a connection, and how long it takes; `None` if there is no connection.
pub(crate) fn behind(
    cluster: &Cluster,
    client: &NetworkClient<'_>,
    reached: &Reached,
    to: (IpAddr, u16),
    asked: &WebAddress,
) -> Option<(WebServer, Micros)> {
    if *reached == Reached::Proxy {
        let answered = client.proxied(&asked.path)?;
        return Some((server::of_api(cluster, answered), Micros::ZERO));
    }
    let world = client.world().clone();
    let mut routers = world.routers.iter();
    let found = routers.find_map(|router| Some((router, controller(router, reached, to)?)));
    if let Some((router, origin)) = found {
        let (response, after) = answer(cluster, client, router, &origin, (asked, to.1));
        let tls = match router.kind {
            RouterKind::IngressController => asked.tls,
            RouterKind::Gateway { .. } => router.ends_tls(to.1),
        };
        let server = if tls {
            WebServer::Https(response)
        } else {
            WebServer::Http(response)
        };
        return Some((server, after));
    }
    let reply = client.reply(reached, 0);
    Some((
        server::behind(cluster, reached, reply, &asked_of(asked, to.1, client))?,
        reply.after.unwrap_or_default(),
    ))
}

fn asked_of<'a>(address: &'a WebAddress, port: u16, client: &NetworkClient<'_>) -> Asked<'a> {
    Asked {
        port,
        path: &address.path,
        host: &address.host,
        from: client.source(),
    }
}

/// The process or pod of a router that was reached, if it was.
fn controller(router: &Router, reached: &Reached, (ip, port): (IpAddr, u16)) -> Option<Origin> {
    match (reached, &router.place) {
        (Reached::Pod(key), _) if router.runs_in(key) && ![8443, 10254].contains(&port) => {
            Some(Origin::Pod(key.clone()))
        }
        (Reached::Node, ControllerPlace::Node { name, ip: own }) if *own == ip && router.has_port(port) => {
            Some(Origin::Node(name.clone()))
        }
        _ => None,
    }
}

fn answer(
    cluster: &Cluster,
    client: &NetworkClient<'_>,
    router: &Router,
    origin: &Origin,
    (asked, port): (&WebAddress, u16),
) -> (Response, Micros) {
    let routing = router.route(asked, port, client.draw());
    let Verdict::Send {
        upstream,
        path,
        host,
        answer,
    } = &routing.verdict
    else {
        return (own(cluster, router, &routing), Micros::ZERO);
    };
    let asked = WebAddress {
        path: path.clone(),
        host: host.clone().unwrap_or_else(|| asked.host.clone()),
        ..asked.clone()
    };
    let endpoints = router
        .upstream(*upstream)
        .map(|it| it.endpoints.as_slice())
        .unwrap_or_default();
    let mut waited = Micros::ZERO;
    let mut status = 502;
    let first = usize::try_from(client.draw() % (endpoints.len().max(1) as u64)).unwrap_or(0);
    for endpoint in endpoints.iter().cycle().skip(first).take(TRIES.min(endpoints.len())) {
        let reached = client.connect_as(origin, endpoint.address);
        let reply: Reply = client.reply(&reached, 0);
        let after = reply.after.unwrap_or_default();
        match server::behind(
            cluster,
            &reached,
            reply,
            &asked_of(&asked, endpoint.address.port(), client),
        ) {
            Some(WebServer::Http(response) | WebServer::Https(response)) if after <= READING => {
                return (response.changed(answer), waited + after);
            }
            Some(WebServer::Kubernetes) => return (server::wants_tls(), waited),
            Some(WebServer::Silent | WebServer::Http(_) | WebServer::Https(_)) => {
                return (page(cluster, router, 504, None), waited + READING);
            }
            Some(WebServer::Mute | WebServer::OtherProtocol) => status = 502,
            None if reached == Reached::Refused => status = 502,
            None => {
                status = 504;
                waited = waited + CONNECTING;
            }
        }
    }
    (page(cluster, router, status, None), waited)
}

/// The router's own answer.
fn own(cluster: &Cluster, router: &Router, routing: &Routing) -> Response {
    let location = match &routing.verdict {
        Verdict::Redirect { location, .. } => Some(location.clone()),
        _ => None,
    };
    page(cluster, router, routing.own_status().unwrap_or(502), location)
}

/// A page of nginx; what a Gateway answers itself has no body.
///
/// Models: nginx src/http/ngx_http_special_response.c, with the server's name alone as ingress-nginx has it.
fn page(cluster: &Cluster, router: &Router, status: u16, location: Option<String>) -> Response {
    let is_nginx = router.kind == RouterKind::IngressController;
    let reason = match status {
        301 => "Moved Permanently",
        302 if is_nginx => "Moved Temporarily",
        302 => "Found",
        303 => "See Other",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        404 => "Not Found",
        500 => "Internal Server Error",
        503 if is_nginx => "Service Temporarily Unavailable",
        503 => "Service Unavailable",
        504 if is_nginx => "Gateway Time-out",
        504 => "Gateway Timeout",
        _ => "Bad Gateway",
    };
    let title = if status == 302 { "Found" } else { reason };
    let page = || {
        format!(
            "<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n<center><h1>{status} {title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        )
    };
    let body = if is_nginx { page() } else { String::new() };
    let header = |name: &'static str, value: String| (Cow::Borrowed(name), value);
    let mut headers = vec![header("Date", server::date(cluster.now()))];
    headers.extend(is_nginx.then(|| header("Content-Type", "text/html".to_owned())));
    headers.extend([
        header("Content-Length", body.len().to_string()),
        header("Connection", "keep-alive".to_owned()),
    ]);
    headers.extend(location.map(|location| header("Location", location)));
    Response {
        status,
        reason,
        headers,
        body,
    }
}

impl Response {
    /// As a filter of a route changes its headers.
    fn changed(mut self, by: &HeaderChanges) -> Self {
        let is = |name: &str, other: &str| name.eq_ignore_ascii_case(other);
        let gone = |name: &str| {
            by.remove
                .iter()
                .chain(by.set.iter().map(|(name, _)| name))
                .any(|it| is(it, name))
        };
        self.headers.retain(|(name, _)| !gone(name));
        let new = by.set.iter().chain(&by.add);
        self.headers
            .extend(new.map(|(name, value)| (Cow::Owned(name.clone()), value.clone())));
        self
    }
}

/// The other headers that are given.
pub(crate) fn other_headers<'a>(headers: impl Iterator<Item = &'a str>) -> Vec<(String, String)> {
    let pair = |header: &str| {
        let (name, value) = header.split_once(':')?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    };
    headers.filter_map(pair).collect()
}

/// What to say about a host that no name server knows.
pub(crate) fn unknown_host(cluster: &Cluster, client: &NetworkClient<'_>, host: &str) -> Option<String> {
    /// Ends of names that only the world outside has.
    const WORLD: [&str; 8] = ["com", "org", "net", "io", "dev", "app", "edu", "cloud"];
    if cluster.kubelet() == Kubelet::Recorded {
        return None;
    }
    let world = client.world();
    let is_known = |router: &Router| {
        let mut rules = router.rules.iter();
        rules.any(|rule| rule.host == host || rule.host.strip_prefix('*').is_some_and(|end| host.ends_with(end)))
    };
    if let Some(router) = world.routers.iter().find(|router| is_known(router)) {
        let address = router
            .node_address()
            .map_or_else(|| "ADDRESS".to_owned(), |ip| ip.to_string());
        let (what, scheme, port) = match router.doors.first() {
            _ if router.kind == RouterKind::IngressController => ("an Ingress", "http", 80),
            Some(door) if door.tls => ("an HTTPRoute", "https", door.port),
            door => ("an HTTPRoute", "http", door.map_or(80, |door| door.port)),
        };
        let at = if [80, 443].contains(&port) {
            String::new()
        } else {
            format!(":{port}")
        };
        return Some(format!(
            "note: {what} has this host, but no name server does: `curl -H 'Host: {host}' {scheme}://{address}{at}/` or \
             `curl --resolve {host}:{port}:{address} {scheme}://{host}{at}/` asks for it\n"
        ));
    }
    let end = host.trim_end_matches('.').rsplit_once('.')?.1;
    WORLD
        .contains(&end)
        .then(|| "note: of the world outside the cluster only the name db.example.com is known here\n".to_owned())
}
