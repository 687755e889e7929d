//! The ingress controller's answers to web clients.

use crate::network_client::{NetworkClient, Reached};
use crate::server::{self, Response, WebServer};
use cluster::{Asked, Cluster, Kubelet};
use network::dataplane::Origin;
use network::{ControllerPlace, HTTP, HTTPS, Ingress, Micros, Reply, Routing, Verdict, WebAddress};
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
    let ingress = client.world().ingress.clone();
    let controller = ingress.as_ref().and_then(|ingress| controller(ingress, reached, to));
    if let (Some(ingress), Some(origin)) = (&ingress, controller) {
        let (response, after) = answer(cluster, client, ingress, &origin, asked);
        let server = if asked.tls {
            WebServer::Https(response)
        } else {
            WebServer::Http(response)
        };
        return Some((server, after));
    }
    let reply = client.reply(reached, 0);
    Some((
        server::behind(cluster, reached, reply, &asked_of(asked, to.1))?,
        reply.after.unwrap_or_default(),
    ))
}

fn asked_of(address: &WebAddress, port: u16) -> Asked<'_> {
    Asked {
        port,
        path: &address.path,
        host: &address.host,
    }
}

/// The controller that was reached, if it was.
fn controller(ingress: &Ingress, reached: &Reached, (ip, port): (IpAddr, u16)) -> Option<Origin> {
    match (reached, &ingress.place) {
        (Reached::Pod(key), _) if ingress.runs_in(key) && ![8443, 10254].contains(&port) => {
            Some(Origin::Pod(key.clone()))
        }
        (Reached::Node, ControllerPlace::Node { name, ip: own }) if *own == ip && [HTTP, HTTPS].contains(&port) => {
            Some(Origin::Node(name.clone()))
        }
        _ => None,
    }
}

fn answer(
    cluster: &Cluster,
    client: &NetworkClient<'_>,
    ingress: &Ingress,
    origin: &Origin,
    asked: &WebAddress,
) -> (Response, Micros) {
    let routing = ingress.route(asked);
    let Verdict::Send { upstream, path } = &routing.verdict else {
        return (own(cluster, &routing), Micros::ZERO);
    };
    let asked = WebAddress {
        path: path.clone(),
        ..asked.clone()
    };
    let endpoints = ingress
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
        match server::behind(cluster, &reached, reply, &asked_of(&asked, endpoint.address.port())) {
            Some(WebServer::Http(response) | WebServer::Https(response)) if after <= READING => {
                return (response, waited + after);
            }
            Some(WebServer::Kubernetes) => return (server::wants_tls(), waited),
            Some(WebServer::Silent | WebServer::Http(_) | WebServer::Https(_)) => {
                return (page(cluster, 504, None), waited + READING);
            }
            Some(WebServer::Mute | WebServer::OtherProtocol) => status = 502,
            None if reached == Reached::Refused => status = 502,
            None => {
                status = 504;
                waited = waited + CONNECTING;
            }
        }
    }
    (page(cluster, status, None), waited)
}

/// nginx' own answer.
fn own(cluster: &Cluster, routing: &Routing) -> Response {
    let location = match &routing.verdict {
        Verdict::Redirect { location, .. } => Some(location.clone()),
        _ => None,
    };
    page(cluster, routing.own_status().unwrap_or(502), location)
}

/// A page of nginx.
///
/// Models: nginx src/http/ngx_http_special_response.c, with the server's name alone as ingress-nginx has it.
fn page(cluster: &Cluster, status: u16, location: Option<String>) -> Response {
    let reason = match status {
        301 => "Moved Permanently",
        302 => "Moved Temporarily",
        308 => "Permanent Redirect",
        404 => "Not Found",
        503 => "Service Temporarily Unavailable",
        504 => "Gateway Time-out",
        _ => "Bad Gateway",
    };
    let title = if status == 302 { "Found" } else { reason };
    let body = format!(
        "<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n<center><h1>{status} {title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    let mut headers = vec![
        ("Date", server::date(cluster.now())),
        ("Content-Type", "text/html".to_owned()),
        ("Content-Length", body.len().to_string()),
        ("Connection", "keep-alive".to_owned()),
    ];
    headers.extend(location.map(|location| ("Location", location)));
    Response {
        status,
        reason,
        headers,
        body,
    }
}

/// What to say about a host that no name server knows.
pub(crate) fn unknown_host(cluster: &Cluster, client: &NetworkClient<'_>, host: &str) -> Option<String> {
    /// Ends of names that only the world outside has.
    const WORLD: [&str; 8] = ["com", "org", "net", "io", "dev", "app", "edu", "cloud"];
    if cluster.kubelet() == Kubelet::Recorded {
        return None;
    }
    let world = client.world();
    let ingress = world.ingress.as_deref().filter(|ingress| {
        let mut rules = ingress.rules.iter();
        rules.any(|rule| rule.host == host || rule.host.strip_prefix('*').is_some_and(|end| host.ends_with(end)))
    });
    if let Some(ingress) = ingress {
        let address = match &ingress.place {
            ControllerPlace::Node { ip, .. } => ip.to_string(),
            ControllerPlace::Pods { .. } => "ADDRESS".to_owned(),
        };
        return Some(format!(
            "note: an Ingress has this host, but no name server does: `curl -H 'Host: {host}' http://{address}/` or \
             `curl --resolve {host}:80:{address} http://{host}/` asks for it\n"
        ));
    }
    let end = host.trim_end_matches('.').rsplit_once('.')?.1;
    WORLD
        .contains(&end)
        .then(|| "note: of the world outside the cluster only the name db.example.com is known here\n".to_owned())
}
