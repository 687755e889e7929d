//! How servers answer web clients.

use crate::network_client::{NetworkClient, Reached};
use cluster::{Asked, Cluster, Object, Served};
use network::{AnswerKind, ObjectKey, Protocol, Reply};
use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};

/// The server at the other end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WebServer {
    Http(Response),
    /// A server that speaks HTTP inside TLS, with a certificate that nobody vouches for.
    Https(Response),
    /// The API server, which requires TLS.
    Kubernetes,
    /// A server of another protocol, which answers in that protocol.
    OtherProtocol,
    /// A server that closes the connection without an answer.
    Mute,
    /// A server that neither answers nor closes the connection.
    Silent,
}

/// An HTTP response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) reason: &'static str,
    pub(crate) headers: Vec<(Cow<'static, str>, String)>,
    pub(crate) body: String,
}

/// The server that was reached; `None` if there is no connection.
pub(crate) fn behind(cluster: &Cluster, reached: &Reached, reply: Reply, asked: &Asked<'_>) -> Option<WebServer> {
    match reached {
        Reached::Pod(key) => Some(match (of_pod(cluster, key, asked), reply.kind) {
            (_, AnswerKind::Never) => WebServer::Silent,
            (_, AnswerKind::Closes) => WebServer::Mute,
            (WebServer::Http(page), AnswerKind::Status(status)) => WebServer::Http(page.failed(status)),
            (server, AnswerKind::Success | AnswerKind::Status(_)) => server,
        }),
        Reached::Node => Some(WebServer::Kubernetes),
        Reached::Outside => Some(WebServer::Http(page(
            cluster,
            "a machine outside the cluster answers\n".to_owned(),
        ))),
        Reached::Closed => Some(WebServer::Mute),
        Reached::Proxy | Reached::Refused | Reached::Silence => None,
    }
}

/// What the API server answers through `kubectl proxy`.
pub(crate) fn of_api(cluster: &Cluster, (status, body): (u16, String)) -> WebServer {
    WebServer::Http(Response {
        status,
        reason: reason(status),
        ..page(cluster, body)
    })
}

/// A page of a port of a pod, as a process of a node gets it: its status and text; else why there is none.
///
/// Models: net/http Transport, as the API server's proxy words its errors.
pub fn ask_pod(
    client: &NetworkClient<'_>,
    cluster: &Cluster,
    pod: &Object,
    asked: &Asked<'_>,
) -> Result<(u16, String), String> {
    let ip = pod.status().field("podIP").text();
    let Ok(address) = ip.parse::<IpAddr>() else {
        return Err("address not allowed".to_owned());
    };
    let reached = client.connect(address, asked.port, Protocol::Tcp);
    let dialled = SocketAddr::new(address, asked.port);
    let dial = format!("dial tcp {dialled}: connect: connection refused");
    match behind(cluster, &reached, client.reply(&reached, 0), asked) {
        Some(WebServer::Http(response)) => Ok((response.status, response.body)),
        Some(WebServer::Https(_) | WebServer::Kubernetes) => Ok((400, wants_tls().body)),
        Some(WebServer::OtherProtocol) => Err("malformed HTTP response".to_owned()),
        Some(WebServer::Mute) => Err("EOF".to_owned()),
        Some(WebServer::Silent) => Err("context deadline exceeded".to_owned()),
        None if reached == Reached::Refused => Err(dial),
        None => Err(format!("dial tcp {dialled}: i/o timeout")),
    }
}

/// The server in a pod; one of which no page is known says the pod's name.
fn of_pod(cluster: &Cluster, key: &ObjectKey, asked: &Asked<'_>) -> WebServer {
    let pod = cluster.find(api::Kind::Pod, &key.namespace, &key.name);
    match pod.and_then(|pod| cluster.served(pod, asked)) {
        Some(Served::OtherProtocol) => WebServer::OtherProtocol,
        Some(Served::Closes) => WebServer::Mute,
        Some(Served::Page { status, body, server }) => {
            let page = page(cluster, body);
            WebServer::Http(Response {
                status,
                reason: reason(status),
                ..match server {
                    Some(server) => page.of_nginx(server, status),
                    None => page,
                }
            })
        }
        None => {
            let address = pod
                .and_then(|pod| pod.status().field("podIP").as_text())
                .unwrap_or_default();
            WebServer::Http(page(cluster, format!("{} answers from {address}\n", key.name)))
        }
    }
}

fn page(cluster: &Cluster, body: String) -> Response {
    Response {
        status: 200,
        reason: "OK",
        headers: vec![
            ("Date".into(), date(cluster.now())),
            ("Content-Type".into(), content_type(&body).to_owned()),
            ("Content-Length".into(), body.len().to_string()),
            ("Connection".into(), "keep-alive".to_owned()),
        ],
        body,
    }
}

fn content_type(body: &str) -> &'static str {
    match body.trim_start().chars().next() {
        Some('<') => "text/html",
        Some('{') => "application/json",
        _ => "text/plain",
    }
}

impl Response {
    /// Adds the headers of nginx, but when the page was last changed.
    ///
    /// Models: nginx src/http/ngx_http_header_filter_module.c, src/http/modules/ngx_http_range_filter_module.c
    fn of_nginx(mut self, server: String, status: u16) -> Self {
        self.headers.insert(0, ("Server".into(), server));
        if status == 200 {
            self.headers.push(("Accept-Ranges".into(), "bytes".to_owned()));
        }
        self
    }

    fn failed(self, status: u16) -> Self {
        let reason = reason(status);
        let body = format!("{status} {reason}\n");
        let mut headers = self.headers;
        for (name, value) in &mut headers {
            if *name == "Content-Length" {
                *value = body.len().to_string();
            }
        }
        Self {
            status,
            reason,
            headers,
            body,
        }
    }
}

/// The reason phrase of an HTTP status.
const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        408 => "Request Timeout",
        429 => "Too Many Requests",
        500 => "Internal WebServer Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Failed",
    }
}

/// The API server's answer to HTTP without TLS.
pub(crate) fn wants_tls() -> Response {
    let body = "Client sent an HTTP request to an HTTPS server.\n".to_owned();
    Response {
        status: 400,
        reason: "Bad Request",
        headers: vec![("Content-Length".into(), body.len().to_string())],
        body,
    }
}

/// The API server's answer to an anonymous client.
pub(crate) fn forbidden() -> Response {
    let body = "{\n  \"kind\": \"Status\",\n  \"apiVersion\": \"v1\",\n  \"metadata\": {},\n  \"status\": \"Failure\",\n  \"message\": \"forbidden: User \\\"system:anonymous\\\" cannot get path \\\"/\\\"\",\n  \"reason\": \"Forbidden\",\n  \"details\": {},\n  \"code\": 403\n}".to_owned();
    Response {
        status: 403,
        reason: "Forbidden",
        headers: vec![
            ("Content-Type".into(), "application/json".to_owned()),
            ("Content-Length".into(), body.len().to_string()),
        ],
        body,
    }
}

/// As HTTP prints a moment: `Mon, 05 Jan 2026 09:00:00 GMT`.
pub(crate) fn date(second: i64) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let text = cluster::timestamp(second);
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    let month = part(5..7)
        .parse::<usize>()
        .ok()
        .and_then(|month| MONTHS.get(month.checked_sub(1)?));
    // Virtual second 0 is nine o'clock on a Monday.
    let weekday = usize::try_from((second + 9 * 3600).div_euclid(86_400).rem_euclid(7)).ok();
    let weekday = weekday.and_then(|day| DAYS.get(day));
    format!(
        "{}, {} {} {} {} GMT",
        weekday.unwrap_or(&""),
        part(8..10),
        month.unwrap_or(&""),
        part(0..4),
        part(11..19)
    )
}
