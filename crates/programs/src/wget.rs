//! `wget` of BusyBox 1.37.

use crate::options::{self, Known, Wrong};

use crate::ingress;
use crate::network_client::{NetworkClient, Reached};
use crate::output::ProgramOutput;
use crate::server::{self, WebServer};
use crate::url::Url;
use cluster::Cluster;
use network::{Micros, Protocol, WebAddress};
use std::fmt::Write;
use std::net::SocketAddr;

const OPTIONS: &[Known] = &[
    (Some('q'), "quiet", false),
    (Some('S'), "server-response", false),
    (Some('c'), "continue", false),
    (None, "spider", false),
    (None, "no-check-certificate", false),
    (Some('O'), "output-document", true),
    (Some('T'), "timeout", true),
    (Some('t'), "tries", true),
    (Some('U'), "user-agent", true),
    (None, "header", true),
    (None, "post-data", true),
];

const USAGE: &str = "BusyBox v1.37.0 multi-call binary.\n\nUsage: wget [-cqS] [--spider] [-O FILE] [-T SEC] [-U AGENT] [--header STR] [--post-data STR] [--no-check-certificate] URL...\n";

/// The default timeout of an answer, in seconds.
const PATIENCE: i64 = 900;
/// How long a kernel tries to connect, in seconds.
const CONNECTING: i64 = 131;

pub(crate) fn run(cluster: &Cluster, client: &NetworkClient<'_>, words: &[String]) -> ProgramOutput {
    let (given, urls) = match options::read(OPTIONS, words) {
        Ok(read) => read,
        Err(Wrong::Unknown(option)) => {
            let name = option.trim_start_matches('-');
            return ProgramOutput::failed(1, format!("wget: unrecognized option: {name}\n{USAGE}"));
        }
        Err(Wrong::NeedsValue(option)) => {
            let name = option.trim_start_matches('-');
            return ProgramOutput::failed(1, format!("wget: option requires an argument: {name}\n{USAGE}"));
        }
    };
    if urls.is_empty() {
        return ProgramOutput::failed(1, USAGE);
    }
    let mut ended = ProgramOutput::default();
    for written in urls {
        fetch(cluster, client, &given, &written, &mut ended);
        if ended.exit != 0 {
            return ended;
        }
    }
    ended
}

/// Ends the program with a message.
fn end(ended: &mut ProgramOutput, words: &str) {
    let _ = writeln!(ended.stderr, "wget: {words}");
    ended.exit = 1;
}

fn fetch(
    cluster: &Cluster,
    client: &NetworkClient<'_>,
    given: &[options::Given],
    written: &str,
    ended: &mut ProgramOutput,
) {
    let quiet = options::last(given, "quiet").is_some();
    let Ok(url) = Url::read(written) else {
        return end(ended, &format!("not an http or ftp url: {written}"));
    };
    let Some(address) = client.first_v4(&url.host) else {
        end(ended, &format!("bad address '{}'", url.authority()));
        let note = ingress::unknown_host(cluster, client, &url.host);
        return ended.stderr.push_str(note.as_deref().unwrap_or_default());
    };
    if !quiet {
        let _ = writeln!(
            ended.stderr,
            "Connecting to {} ({})",
            url.authority(),
            SocketAddr::new(address, url.port)
        );
    }
    let reached = client.connect(address, url.port, Protocol::Tcp);
    let headers = given
        .iter()
        .filter(|(name, _)| *name == "header")
        .map(|(_, header)| header.as_str());
    let asked = WebAddress {
        host: ingress::host(headers.clone(), &url.authority()),
        path: url.path.clone(),
        tls: url.tls,
        headers: ingress::other_headers(headers),
        ..WebAddress::default()
    };
    let found = ingress::behind(cluster, client, &reached, (address, url.port), &asked);
    let Some((server, after)) = found else {
        if reached == Reached::Refused {
            return end(
                ended,
                &format!("can't connect to remote host ({address}): Connection refused"),
            );
        }
        let limit = options::last(given, "timeout")
            .and_then(options::seconds)
            .unwrap_or(PATIENCE);
        ended.seconds += limit.min(CONNECTING);
        let words = if limit < CONNECTING {
            "download timed out".to_owned()
        } else {
            format!("can't connect to remote host ({address}): Operation timed out")
        };
        return end(ended, &words);
    };
    let limit = options::last(given, "timeout").and_then(options::seconds);
    let limit = Micros::from_seconds(limit.unwrap_or(PATIENCE).unsigned_abs());
    if server == WebServer::Silent || after > limit {
        ended.seconds += whole_seconds(limit);
        return end(ended, "download timed out");
    }
    ended.seconds += whole_seconds(after);
    let response = match server {
        WebServer::Http(response) | WebServer::Https(response) => response,
        WebServer::Kubernetes if url.tls => server::forbidden(),
        WebServer::Kubernetes => server::wants_tls(),
        WebServer::OtherProtocol => return end(ended, "bad header line"),
        WebServer::Mute | WebServer::Silent => return end(ended, "error getting response"),
    };
    if options::last(given, "server-response").is_some() {
        let _ = writeln!(ended.stderr, "  HTTP/1.1 {} {}", response.status, response.reason);
        for (name, value) in &response.headers {
            let _ = writeln!(ended.stderr, "  {name}: {value}");
        }
        ended.stderr.push_str("  \n");
    }
    if response.status >= 300 {
        return end(
            ended,
            &format!(
                "server returned error: HTTP/1.1 {} {}",
                response.status, response.reason
            ),
        );
    }
    if options::last(given, "spider").is_some() {
        if !quiet {
            ended.stderr.push_str("remote file exists\n");
        }
        return;
    }
    save(given, quiet, &response.body, ended);
}

fn whole_seconds(span: Micros) -> i64 {
    i64::try_from(span.seconds()).unwrap_or(i64::MAX)
}

/// Prints the page, or discards it in place of a file.
fn save(given: &[options::Given], quiet: bool, body: &str, ended: &mut ProgramOutput) {
    let file = options::last(given, "output-document");
    let to_stdout = file == Some("-");
    let name = if to_stdout { "-" } else { file.unwrap_or("index.html") };
    if !quiet {
        let first = if to_stdout {
            "writing to stdout".to_owned()
        } else {
            format!("saving to '{name}'")
        };
        let last = if to_stdout {
            "written to stdout".to_owned()
        } else {
            format!("'{name}' saved")
        };
        let (bar, size) = ("*".repeat(32), body.len());
        let _ = writeln!(
            ended.stderr,
            "{first}\n{name:<20} 100% |{bar}| {size:>5}  0:00:00 ETA\n{last}"
        );
    }
    if to_stdout {
        ended.stdout.push_str(body);
    }
}
