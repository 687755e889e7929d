//! What the programs of well-known images answer to those who ask.

mod files;

use crate::stand_ins::environment::Environment;
use crate::stand_ins::listening::{Image, Started, base, started};
use crate::store::{Object, Store};
use crate::time::timestamp;
use api::Cursor;
use files::Found;
use std::net::SocketAddr;

/// A question to a pod.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The port that was asked for, which a Service may have replaced.
    pub port: u16,
    pub path: &'a str,
    /// The host of the address.
    pub host: &'a str,
    /// The client, as its packets arrive.
    pub from: Option<SocketAddr>,
}

/// What comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Served {
    Page {
        status: u16,
        body: String,
        /// As nginx names itself in its answers; `None` for others.
        server: Option<String>,
    },
    /// Something in another protocol.
    OtherProtocol,
    /// Nothing: it hangs up.
    Closes,
}

/// What a pod answers, where the image that serves is known.
pub(crate) fn served(store: &Store, pod: &Object, asked: &Asked<'_>, now: i64) -> Option<Served> {
    let mut containers = pod.spec().field("containers").items();
    containers.find_map(|container| of_container(store, pod, container, asked, now))
}

/// What a container answers, where its image is known.
pub(crate) fn of_container(
    store: &Store,
    pod: &Object,
    container: Cursor<'_>,
    asked: &Asked<'_>,
    now: i64,
) -> Option<Served> {
    let environment = Environment::own(store, pod, container).unwrap_or_default();
    let started = started(container, &environment);
    let path = asked.path.split('?').next().unwrap_or_default();
    let key = key(&started, container, asked.port)?;
    let server = is_nginx(&key).then(|| format!("nginx/{}", version(container, started.image)));
    match files::found(store, pod, container, &key, path) {
        Some(Found::File(body)) => {
            return Some(Served::Page {
                status: 200,
                body,
                server,
            });
        }
        Some(Found::Nothing) => {
            let (status, reason) = if path == "/" {
                (403, "Forbidden")
            } else {
                (404, "Not Found")
            };
            let body = format!(
                "<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n<center><h1>{status} {reason}</h1></center>\r\n"
            );
            return Some(Served::Page { status, body, server });
        }
        Some(Found::Unknown) => return None,
        None => {}
    }
    let (status, body) = row(&key, path)?;
    let page = match status {
        "banner" => Served::OtherProtocol,
        "closes" => Served::Closes,
        _ => Served::Page {
            server,
            status: status.parse().ok()?,
            body: filled(body, pod, container, (&environment, &started), asked, now),
        },
    };
    Some(page)
}

/// As nginx and Apache write it.
pub(crate) fn access_line(store: &Store, pod: &Object, container: Cursor<'_>, from: &str, at: i64) -> Option<String> {
    let asked = Asked {
        port: 80,
        path: "/",
        host: "",
        from: None,
    };
    let name = Image::find(container.field("image").text())?.key();
    let is_nginx = name.contains("nginx") && name != "registry.k8s.io/ingress-nginx/controller";
    if !is_nginx && name != "httpd" {
        return None;
    }
    let Some(Served::Page { status, body, .. }) = of_container(store, pod, container, &asked, at) else {
        return None;
    };
    let iso = timestamp(at);
    let part = |from: usize, to: usize| iso.get(from..to).unwrap_or_default();
    let months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let month: usize = part(5, 7).parse().unwrap_or(1);
    let month = months.get(month.saturating_sub(1) * 3..month * 3).unwrap_or_default();
    let when = format!("{}/{month}/{}:{} +0000", part(8, 10), part(0, 4), part(11, 19));
    let line = format!("{from} - - [{when}] \"GET / HTTP/1.1\" {status} {}", body.len());
    Some(if is_nginx {
        line + " \"-\" \"curl/8.14.1\" \"-\""
    } else {
        line
    })
}

/// The image's name in the table, or that of a program with pages of its own.
fn key(started: &Started, container: Cursor<'_>, port: u16) -> Option<String> {
    let words: Vec<&str> = started.words.iter().map(String::as_str).collect();
    if let ["agnhost" | "/agnhost", subcommand, ..] = *words.as_slice() {
        return Some(format!("agnhost-{subcommand}"));
    }
    if words.contains(&"http.server") {
        return Some("python-http.server".to_owned());
    }
    let image = started.image?;
    // A command of its own makes of the image what it likes, unless it starts the image's own server.
    let is_own = |word: &&str| image.key().contains(base(word)) || *word == "redis-server";
    if started.is_process_1 && !words.first().is_some_and(is_own) && !words.iter().any(|word| word.contains("nginx -g"))
    {
        return None;
    }
    let reference = container.field("image").text();
    let plain = format!("{}:plain-text", image.key());
    if reference.ends_with(":plain-text") && rows().any(|(name, _)| name == plain) {
        return Some(plain);
    }
    let with_port = format!("{}:{port}", image.key());
    let has_port = rows().any(|(name, _)| name == with_port);
    Some(if has_port { with_port } else { image.key().to_owned() })
}

/// Whether a row of the table is nginx's own.
fn is_nginx(key: &str) -> bool {
    key == "nginx" || rows().any(|row| row == (key, "= nginx"))
}

fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    let rows = include_str!("pages.txt").lines();
    rows.filter(|row| !row.is_empty() && !row.starts_with('#'))
        .filter_map(|row| row.split_once(' '))
}

/// Status and body of a path, not filled in yet.
fn row(key: &str, path: &str) -> Option<(&'static str, &'static str)> {
    let alias = rows().find_map(|(name, rest)| (name == key).then(|| rest.strip_prefix("= "))?);
    let key = alias.unwrap_or(key);
    rows().filter(|(name, _)| *name == key).find_map(|(_, rest)| {
        let Some((pattern, rest)) = rest.split_once(' ') else {
            return Some((rest, ""));
        };
        let fits = match pattern.strip_suffix('*') {
            Some(begin) => path.starts_with(begin),
            None => path == pattern || pattern == "/" && ["", "/index.html"].contains(&path),
        };
        fits.then(|| rest.split_once(' ').unwrap_or((rest, "")))
    })
}

fn filled(
    body: &str,
    pod: &Object,
    container: Cursor<'_>,
    (environment, started): (&Environment, &Started),
    asked: &Asked<'_>,
    now: i64,
) -> String {
    let named = pod.spec().field("hostname").as_text().filter(|name| !name.is_empty());
    let mut text = body.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t");
    let name = "{env:";
    while let Some((before, rest)) = text.split_once(name) {
        let (variable, after) = rest.split_once('}').unwrap_or((rest, ""));
        text = format!("{before}{}{after}", environment.get(variable).unwrap_or_default());
    }
    let from = asked.from.map(|from| (from.ip().to_string(), from.to_string()));
    let (client_ip, client) = from.unwrap_or_default();
    text.replace("{client}", &client)
        .replace("{client_ip}", &client_ip)
        .replace("{host}", named.unwrap_or(pod.name()))
        .replace("{ip}", pod.pod_ip().unwrap_or_default())
        .replace("{path}", asked.path)
        .replace("{asked}", asked.host)
        .replace("{now}", timestamp(now).trim_end_matches('Z'))
        .replace("{version}", &version(container, started.image))
        .replace("{text}", &echoed(environment, started))
}

/// The version in the image's tag, else a recent one.
fn version(container: Cursor<'_>, image: Option<Image>) -> String {
    let reference = container.field("image").text();
    let tag = reference.split('@').next().unwrap_or_default().rsplit_once(':');
    let tag = tag
        .map(|(_, tag)| tag.trim_start_matches('v'))
        .filter(|tag| !tag.contains('/'));
    let number = tag.map(|tag| tag.split('-').next().unwrap_or_default());
    match number.filter(|number| number.starts_with(|letter: char| letter.is_ascii_digit())) {
        Some(number) => number.to_owned(),
        None => match image.map(Image::key) {
            Some("stefanprodan/podinfo" | "ghcr.io/stefanprodan/podinfo") => "6.9.2".to_owned(),
            Some(name) if name.contains("nginx") => "1.29.4".to_owned(),
            Some(name) if name.contains("hello-app") => "1.0".to_owned(),
            _ => "1".to_owned(),
        },
    }
}

/// The variable that `http-echo` reads.
const ECHO_TEXT: &str = "ECHO_TEXT";

/// What `http-echo` is told to say.
fn echoed(environment: &Environment, started: &Started) -> String {
    let words = if started.words.is_empty() {
        &started.args
    } else {
        &started.words
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let option = word.trim_start_matches('-');
        if let Some(text) = option.strip_prefix("text=") {
            return text.to_owned();
        }
        if word.starts_with('-') && option == "text" {
            return words.next().cloned().unwrap_or_default();
        }
    }
    environment.get(ECHO_TEXT).unwrap_or("hello-world".into()).into_owned()
}
