//! The request and its answer.

use super::{Transfer, TransferError, VERSION, fail};
use crate::ingress;
use crate::options;
use crate::server::{self, Response, WebServer};
use crate::url::Url;
use network::Micros;

impl<'a> Transfer<'a> {
    /// Sends the request and receives the answer.
    pub(super) fn exchange(&mut self, url: &Url, server: WebServer, after: Micros) -> Result<Response, TransferError> {
        if url.tls {
            return match server {
                WebServer::Https(response) if self.is("insecure") => {
                    self.tell_request(url);
                    self.wait(&WebServer::Mute, after)?;
                    Ok(response)
                }
                WebServer::Https(_) => Err(self.closed(fail(60, untrusted("self-signed certificate")))),
                WebServer::Kubernetes if self.is("insecure") => Ok(server::forbidden()),
                WebServer::Kubernetes => {
                    Err(self.closed(fail(60, untrusted("unable to get local issuer certificate"))))
                }
                _ => Err(self.closed(fail(
                    35,
                    "TLS connect error: error:0A00010B:SSL routines::wrong version number".to_owned(),
                ))),
            };
        }
        self.tell_request(url);
        self.wait(&server, after)?;
        match server {
            WebServer::Http(response) | WebServer::Https(response) => Ok(response),
            WebServer::Kubernetes => Ok(server::wants_tls()),
            WebServer::OtherProtocol => Err(self.closed(fail(1, "Received HTTP/0.9 when not allowed".to_owned()))),
            WebServer::Mute | WebServer::Silent => Err(self.closed(fail(52, "Empty reply from server".to_owned()))),
        }
    }

    /// Waits until the server answers or closes, or the time is up.
    fn wait(&mut self, server: &WebServer, after: Micros) -> Result<(), TransferError> {
        let limit = options::last(self.given, "max-time").and_then(options::seconds);
        let limit = limit.filter(|limit| *limit > 0);
        let most = limit.map(|limit| Micros::from_seconds(limit.unsigned_abs()));
        if *server == WebServer::Silent && most.is_none() {
            let words = "without -m it never ends, as nothing ever comes: give a number of seconds";
            return Err(fail(2, words.to_owned()));
        }
        let gives_up = most.filter(|most| *server == WebServer::Silent || after > *most);
        self.worked = gives_up.unwrap_or(after);
        self.seconds = i64::try_from(self.worked.seconds()).unwrap_or(i64::MAX);
        let Some(most) = gives_up else { return Ok(()) };
        let words = format!(
            "Operation timed out after {} milliseconds with 0 bytes received",
            most.0 / 1_000
        );
        Err(self.closed(fail(28, words)))
    }

    pub(super) fn method(&self) -> &'a str {
        match options::last(self.given, "request") {
            Some(method) => method,
            None if self.is("head") => "HEAD",
            None if options::last(self.given, "data").is_some() => "POST",
            None => "GET",
        }
    }

    fn tell_request(&mut self, url: &Url) {
        let data = options::last(self.given, "data");
        let method = self.method();
        let agent = options::last(self.given, "user-agent").map_or_else(|| format!("curl/{VERSION}"), str::to_owned);
        let mut lines = vec![
            format!("> {method} {} HTTP/1.1", url.path),
            format!("> Host: {}", ingress::host(self.headers(), &url.authority())),
            format!("> User-Agent: {agent}"),
            "> Accept: */*".to_owned(),
        ];
        let is_host = |header: &&str| {
            header
                .split(':')
                .next()
                .is_some_and(|name| name.trim().eq_ignore_ascii_case("host"))
        };
        lines.extend(
            self.headers()
                .filter(|header| !is_host(header))
                .map(|header| format!("> {header}")),
        );
        if let Some(data) = data {
            lines.push(format!("> Content-Length: {}", data.len()));
            lines.push("> Content-Type: application/x-www-form-urlencoded".to_owned());
        }
        lines.push("> ".to_owned());
        lines.push("* Request completely sent off".to_owned());
        for line in lines {
            self.tell(&line);
        }
    }

    /// The lines before the body.
    pub(super) fn head(&mut self, response: &Response) -> Vec<String> {
        self.status = response.status;
        let mut head = vec![format!("HTTP/1.1 {} {}", response.status, response.reason)];
        head.extend(response.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        head.push(String::new());
        for line in &head {
            self.tell(&format!("< {line}"));
        }
        head
    }

    /// Prints the lines before the body with `-I` and `-i`.
    pub(super) fn show_head(&mut self, head: &[String]) {
        if self.is("head") || self.is("include") {
            let lines: String = head.iter().flat_map(|line| [line.as_str(), "\r\n"]).collect();
            self.stdout.push_str(&lines);
        }
    }

    pub(super) fn receive(&mut self, url: &Url, response: &Response) -> Result<(), TransferError> {
        let head = self.head(response);
        if self.is("fail") && response.status >= 400 {
            let words = format!("The requested URL returned error: {}", response.status);
            return Err(self.closed(fail(22, words)));
        }
        self.show_head(&head);
        if !self.is("head") {
            self.size = response.body.len();
            if self.is("verbose") && self.size > 0 {
                self.tell(&format!("{{ [{} bytes data]", self.size));
            }
            self.stdout.push_str(&response.body);
        }
        self.tell(&format!("* Connection #0 to host {} left intact", url.host));
        Ok(())
    }
}

fn untrusted(why: &str) -> String {
    format!(
        "SSL certificate problem: {why}\nMore details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the webpage mentioned above."
    )
}
