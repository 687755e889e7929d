//! `curl` 8.14, with the options that matter to clients in a cluster.

use crate::options::{self, Given, Known, Wrong};

use crate::ingress;
use crate::network_client::{NetworkClient, Reached};
use crate::output::ProgramOutput;
use crate::server::{self, Response, WebServer};
use crate::url::Url;
use cluster::Cluster;
use network::{Micros, Protocol, WebAddress};
use std::cell::RefCell;
use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};

const VERSION: &str = "8.14.1";

const OPTIONS: &[Known] = &[
    (Some('s'), "silent", false),
    (Some('S'), "show-error", false),
    (Some('v'), "verbose", false),
    (Some('I'), "head", false),
    (Some('i'), "include", false),
    (Some('f'), "fail", false),
    (Some('k'), "insecure", false),
    (Some('L'), "location", false),
    (Some('G'), "get", false),
    (Some('N'), "no-buffer", false),
    (Some('4'), "ipv4", false),
    (Some('6'), "ipv6", false),
    (Some('#'), "progress-bar", false),
    (None, "no-progress-meter", false),
    (None, "http1.1", false),
    (None, "no-keepalive", false),
    (Some('o'), "output", true),
    (Some('w'), "write-out", true),
    (Some('m'), "max-time", true),
    (None, "connect-timeout", true),
    (Some('X'), "request", true),
    (Some('H'), "header", true),
    (Some('d'), "data", true),
    (Some('A'), "user-agent", true),
    (Some('x'), "proxy", true),
    (None, "resolve", true),
];

/// How long a kernel tries to connect by default, in seconds: `net.ipv4.tcp_syn_retries` of 6.
const PATIENCE: i64 = 131;
/// How long a C library waits for name servers that do not answer, in seconds: two attempts of 5.
const RESOLVER: i64 = 10;

pub(crate) fn run(cluster: &Cluster, client: &NetworkClient<'_>, words: &[String]) -> ProgramOutput {
    let hint = "curl: try 'curl --help' or 'curl --manual' for more information\n";
    let (given, urls) = match options::read(OPTIONS, words) {
        Ok(read) => read,
        Err(Wrong::Unknown(option)) => {
            return ProgramOutput::failed(2, format!("curl: option {option}: is unknown\n{hint}"));
        }
        Err(Wrong::NeedsValue(option)) => {
            return ProgramOutput::failed(2, format!("curl: option {option}: requires parameter\n{hint}"));
        }
    };
    if urls.is_empty() {
        return ProgramOutput::failed(2, format!("curl: (2) no URL specified\n{hint}"));
    }
    let mut ended = ProgramOutput::default();
    let kept = RefCell::default();
    for url in urls {
        let mut transfer = Transfer::new(cluster, client, &given, &kept, &url);
        let outcome = transfer.perform();
        transfer.finish(outcome, &mut ended);
    }
    ended
}

/// Why a transfer failed: curl's exit code and message.
struct TransferError {
    exit: i32,
    words: String,
}

/// A connection that stays open for the next URL.
struct Kept {
    host: String,
    port: u16,
    tls: bool,
    address: IpAddr,
    reached: Reached,
}

/// The transfer of one URL.
struct Transfer<'a> {
    cluster: &'a Cluster,
    client: &'a NetworkClient<'a>,
    given: &'a [Given],
    kept: &'a RefCell<Vec<Kept>>,
    written: &'a str,
    stdout: String,
    stderr: String,
    remote: Option<(IpAddr, u16)>,
    /// Whether it goes over a connection of an earlier transfer.
    is_reused: bool,
    status: u16,
    size: usize,
    seconds: i64,
    /// How long the server took to answer.
    worked: Micros,
    /// What the playground adds to a failure.
    note: Option<String>,
}

impl<'a> Transfer<'a> {
    fn new(
        cluster: &'a Cluster,
        client: &'a NetworkClient<'a>,
        given: &'a [Given],
        kept: &'a RefCell<Vec<Kept>>,
        written: &'a str,
    ) -> Self {
        Self {
            cluster,
            client,
            given,
            kept,
            written,
            stdout: String::new(),
            stderr: String::new(),
            remote: None,
            is_reused: false,
            status: 0,
            size: 0,
            seconds: 0,
            worked: Micros::ZERO,
            note: None,
        }
    }

    fn is(&self, option: &str) -> bool {
        options::last(self.given, option).is_some()
    }

    /// Prints a line with `-v`.
    fn tell(&mut self, line: &str) {
        if self.is("verbose") {
            self.stderr.push_str(line);
            self.stderr.push('\n');
        }
    }

    fn perform(&mut self) -> Result<(), TransferError> {
        /// `--max-redirs`.
        const MOST: usize = 50;
        let mut url = Url::read(self.written).map_err(|scheme| match scheme {
            Some(scheme) => fail(1, format!("Protocol \"{scheme}\" not supported")),
            None => fail(3, "URL rejected: Malformed input to a URL function".to_owned()),
        })?;
        for _ in 0..=MOST {
            let response = self.ask(&url)?;
            let location = response.headers.iter().find(|(name, _)| *name == "Location");
            let next = location.filter(|_| self.is("location") && (300..400).contains(&response.status));
            let Some(next) = next.and_then(|(_, to)| Url::read(to).ok()) else {
                return self.receive(&url, &response);
            };
            self.pass_over(&url, &next, &response);
            url = next;
        }
        Err(fail(47, format!("Maximum ({MOST}) redirects followed")))
    }

    /// Shows an answer that leads elsewhere, and leaves its body out.
    fn pass_over(&mut self, url: &Url, next: &Url, response: &Response) {
        let head = self.head(response);
        if self.is("head") || self.is("include") {
            let lines: String = head.iter().flat_map(|line| [line.as_str(), "\r\n"]).collect();
            self.stdout.push_str(&lines);
        }
        self.tell("* Ignoring the response-body");
        self.tell(&format!("* Connection #0 to host {} left intact", url.host));
        let scheme = if next.tls { "https" } else { "http" };
        self.tell(&format!(
            "* Issue another request to this URL: '{scheme}://{}{}'",
            next.authority(),
            next.path
        ));
    }

    /// Connects, asks, and waits for the answer.
    fn ask(&mut self, url: &Url) -> Result<Response, TransferError> {
        let known = self.kept(url);
        self.is_reused = known.is_some();
        let (address, reached) = if let Some(known) = known {
            let scheme = if url.tls { "https" } else { "http" };
            self.tell(&format!(
                "* Re-using existing {scheme}: connection with host {}",
                url.host
            ));
            known
        } else {
            self.connect(url)?
        };
        let asked = WebAddress {
            host: ingress::host(self.headers(), &url.authority()),
            path: url.path.clone(),
            tls: url.tls,
            method: self.method().to_owned(),
            headers: ingress::other_headers(self.headers()),
        };
        let found = ingress::behind(self.cluster, self.client, &reached, (address, url.port), &asked);
        let Some((server, after)) = found else {
            return Err(self.not_connected(url, address, &reached));
        };
        self.remote = Some((address, url.port));
        if !self.is_reused {
            self.tell(&format!("* Connected to {} ({address}) port {}", url.host, url.port));
        }
        let response = self.exchange(url, server, after)?;
        if !self.is_reused {
            self.keep(url, address, reached);
        }
        Ok(response)
    }

    /// An open connection to the host of a URL.
    fn kept(&self, url: &Url) -> Option<(IpAddr, Reached)> {
        let all = self.kept.borrow();
        let same = |it: &&Kept| (it.host.as_str(), it.port, it.tls) == (url.host.as_str(), url.port, url.tls);
        all.iter().find(same).map(|it| (it.address, it.reached.clone()))
    }

    /// Keeps a connection for the next URL, unless it was asked to be closed.
    fn keep(&self, url: &Url, address: IpAddr, reached: Reached) {
        let mut headers = self.headers().map(|header| header.to_lowercase().replace(' ', ""));
        if headers.any(|header| header == "connection:close") {
            return;
        }
        self.kept.borrow_mut().push(Kept {
            host: url.host.clone(),
            port: url.port,
            tls: url.tls,
            address,
            reached,
        });
    }

    fn headers(&self) -> impl DoubleEndedIterator<Item = &'a str> {
        self.given
            .iter()
            .filter(|(name, _)| *name == "header")
            .map(|(_, header)| header.as_str())
    }

    /// The address that `--resolve` gives for a host and port.
    fn given_address(&self, url: &Url) -> Option<IpAddr> {
        let given = self.given.iter().filter(|(name, _)| *name == "resolve");
        given.rev().find_map(|(_, written)| {
            let mut parts = written.trim_start_matches('+').splitn(3, ':');
            let (host, port, addresses) = (parts.next()?, parts.next()?, parts.next()?);
            let is_meant = (host == "*" || host.eq_ignore_ascii_case(&url.host)) && port.parse() == Ok(url.port);
            let address = addresses.split(',').next()?.trim_matches(['[', ']']);
            address.parse().ok().filter(|_| is_meant)
        })
    }

    /// Connects to the first address, and where nobody answers to the first one of the other family.
    ///
    /// Models: curl lib/cf-ip-happy.c: without the head start that the first family has.
    fn connect(&mut self, url: &Url) -> Result<(IpAddr, Reached), TransferError> {
        let addresses = self.resolve(url)?;
        let (first, second) = addresses;
        let mut last = None;
        for address in [Some(first), second].into_iter().flatten() {
            self.tell(&format!("*   Trying {}...", SocketAddr::new(address, url.port)));
            let reached = self.client.connect(address, url.port, Protocol::Tcp);
            if !matches!(reached, Reached::Refused | Reached::Silence) {
                return Ok((address, reached));
            }
            last = Some((address, reached));
        }
        Ok(last.unwrap_or((first, Reached::Refused)))
    }

    /// The first address, and the first one of the other family if the client has that too.
    fn resolve(&mut self, url: &Url) -> Result<(IpAddr, Option<IpAddr>), TransferError> {
        if let Some(address) = self.given_address(url) {
            self.tell(&format!("* Added {}:{}:{address} to DNS cache", url.host, url.port));
            self.tell(&format!("* Hostname {} was found in DNS cache", url.host));
            return Ok((address, None));
        }
        let wanted = |address: &IpAddr| !(self.is("ipv4") && address.is_ipv6() || self.is("ipv6") && address.is_ipv4());
        let addresses = self.client.addresses(&url.host);
        let addresses: Vec<IpAddr> = addresses.into_iter().filter(wanted).collect();
        let Some(first) = addresses.first() else {
            if let Some(limit) = self.limit(RESOLVER).filter(|_| self.client.has_silent_names(&url.host)) {
                self.seconds = limit;
                let words = format!("Resolving timed out after {} milliseconds", limit * 1000);
                return Err(self.closed(fail(28, words)));
            }
            self.tell(&format!("* Could not resolve host: {}", url.host));
            self.note = ingress::unknown_host(self.cluster, self.client, &url.host);
            return Err(fail(6, format!("Could not resolve host: {}", url.host)));
        };
        if url.host.parse::<IpAddr>().is_err() {
            let list = |v6: bool| {
                let of_family = addresses.iter().filter(|address| address.is_ipv6() == v6);
                let texts: Vec<String> = of_family.map(ToString::to_string).collect();
                if texts.is_empty() {
                    "(none)".to_owned()
                } else {
                    texts.join(", ")
                }
            };
            self.tell(&format!("* Host {}:{} was resolved.", url.host, url.port));
            self.tell(&format!("* IPv6: {}", list(true)));
            self.tell(&format!("* IPv4: {}", list(false)));
        }
        let second = { addresses.iter() }.find(|it| it.is_ipv4() != first.is_ipv4());
        let usable = second.filter(|it| self.client.has_family_of(**it));
        Ok((*first, usable.copied()))
    }

    fn not_connected(&mut self, url: &Url, address: IpAddr, reached: &Reached) -> TransferError {
        let Url { host, port, .. } = url;
        if *reached == Reached::Refused {
            let own = self.client.own(address).to_owned();
            self.tell(&format!(
                "* connect to {address} port {port} from {own} port 0 failed: Connection refused"
            ));
            return self.closed(fail(
                7,
                format!("Failed to connect to {host} port {port} after 0 ms: Could not connect to server"),
            ));
        }
        let Some(limit) = self.limit(PATIENCE) else {
            self.seconds = PATIENCE;
            let millis = PATIENCE * 1000;
            return self.closed(fail(
                28,
                format!("Failed to connect to {host} port {port} after {millis} ms: Could not connect to server"),
            ));
        };
        self.seconds = limit;
        self.closed(fail(
            28,
            format!("Connection timed out after {} milliseconds", limit * 1000),
        ))
    }

    /// For how many seconds it tries to connect at most, if that is less than what it is.
    fn limit(&self, usual: i64) -> Option<i64> {
        let limits = ["max-time", "connect-timeout"].map(|name| {
            options::last(self.given, name)
                .and_then(options::seconds)
                .filter(|limit| *limit > 0)
        });
        limits.into_iter().flatten().min().filter(|limit| *limit < usual)
    }

    fn closed(&mut self, failure: TransferError) -> TransferError {
        self.tell(&format!("* {}", failure.words));
        self.tell("* closing connection #0");
        failure
    }

    /// Sends the request and receives the answer.
    fn exchange(&mut self, url: &Url, server: WebServer, after: Micros) -> Result<Response, TransferError> {
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

    fn method(&self) -> &'a str {
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
    fn head(&mut self, response: &Response) -> Vec<String> {
        self.status = response.status;
        let mut head = vec![format!("HTTP/1.1 {} {}", response.status, response.reason)];
        head.extend(response.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        head.push(String::new());
        for line in &head {
            self.tell(&format!("< {line}"));
        }
        head
    }

    fn receive(&mut self, url: &Url, response: &Response) -> Result<(), TransferError> {
        let head = self.head(response);
        if self.is("fail") && response.status >= 400 {
            let words = format!("The requested URL returned error: {}", response.status);
            return Err(self.closed(fail(22, words)));
        }
        if self.is("head") || self.is("include") {
            let lines: String = head.iter().flat_map(|line| [line.as_str(), "\r\n"]).collect();
            self.stdout.push_str(&lines);
        }
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

    /// Adds what this transfer prints.
    fn finish(mut self, outcome: Result<(), TransferError>, ended: &mut ProgramOutput) {
        let silent = self.is("silent");
        if !silent && !self.is("no-progress-meter") && (outcome.is_ok() || self.remote.is_some()) {
            ended.stderr.push_str(&self.meter());
        }
        ended.stderr.push_str(&self.stderr);
        let failure = outcome.err();
        if let Some(TransferError { exit, words }) = &failure {
            ended.exit = *exit;
            if !silent || self.is("show-error") {
                let _ = writeln!(ended.stderr, "curl: ({exit}) {words}");
                ended.stderr.push_str(self.note.as_deref().unwrap_or_default());
            }
        }
        ended.seconds += self.seconds;
        if options::last(self.given, "output").is_none_or(|file| file == "-") {
            ended.stdout.push_str(&std::mem::take(&mut self.stdout));
        }
        if let Some(format) = options::last(self.given, "write-out") {
            ended.stdout.push_str(&self.write_out(format, failure.as_ref()));
        }
    }

    /// The total time: a millisecond more than the server took.
    fn took(&self) -> Micros {
        Micros(1_000) + self.worked
    }

    /// The progress meter.
    fn meter(&self) -> String {
        let took = self.took();
        let speed = self.size as u64 * 1_000_000 / took.0;
        let (size, seconds) = (self.size, took.seconds());
        let spent = match seconds {
            0 => "--:--:--".to_owned(),
            _ => format!("{:>2}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60),
        };
        let speed = if speed > 99_999 {
            format!("{}k", speed / 1024)
        } else {
            speed.to_string()
        };
        format!(
            "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n100 {size:>5}  100 {size:>5}    0     0  {speed:>5}      0 {spent} {spent} --:--:-- {speed:>5}\n"
        )
    }

    /// Models: curl src/tool_writeout.c.
    fn write_out(&self, format: &str, failure: Option<&TransferError>) -> String {
        let mut text = String::new();
        let mut rest = format;
        while let Some(at) = rest.find(['%', '\\']) {
            let (before, after) = rest.split_at(at);
            text.push_str(before);
            if let Some((name, behind)) = after.strip_prefix("%{").and_then(|after| after.split_once('}')) {
                text.push_str(&self.variable(name, failure));
                rest = behind;
                continue;
            }
            let mut chars = after.chars();
            let known = match (chars.next(), chars.next()) {
                (Some('\\'), Some('n')) => Some('\n'),
                (Some('\\'), Some('t')) => Some('\t'),
                (Some('\\'), Some('r')) => Some('\r'),
                (Some('%'), Some('%')) => Some('%'),
                _ => None,
            };
            if let Some(known) = known {
                text.push(known);
                rest = chars.as_str();
            } else {
                text.extend(after.chars().next());
                rest = after.get(1..).unwrap_or_default();
            }
        }
        text.push_str(rest);
        text
    }

    fn variable(&self, name: &str, failure: Option<&TransferError>) -> String {
        let written = |span: Micros| format!("{}.{:06}", span.seconds(), span.0 % 1_000_000);
        let time = |connected: bool| match (connected || failure.is_none(), self.remote) {
            (true, Some(_)) => "0.001000".to_owned(),
            _ if !connected => format!("{}.000000", self.seconds),
            _ => "0.000000".to_owned(),
        };
        let answered = || match self.status {
            0 => time(true),
            _ => written(self.took()),
        };
        match name {
            "http_code" | "response_code" => format!("{:03}", self.status),
            "time_total" if self.remote.is_some() => written(self.took()),
            "time_total" => time(false),
            "time_starttransfer" => answered(),
            "time_connect" | "time_namelookup" | "time_pretransfer" => time(true),
            "remote_ip" => self.remote.map(|(ip, _)| ip.to_string()).unwrap_or_default(),
            "remote_port" => self.remote.map_or(0, |(_, port)| port).to_string(),
            "local_ip" => self
                .remote
                .map(|(to, _)| self.client.own(to).to_owned())
                .unwrap_or_default(),
            "size_download" => self.size.to_string(),
            "num_connects" => u8::from(self.remote.is_some() && !self.is_reused).to_string(),
            "url_effective" if !self.written.contains("://") => {
                format!("http://{}/", self.written.trim_end_matches('/'))
            }
            "url" | "url_effective" => self.written.to_owned(),
            "exitcode" => failure.map_or(0, |failure| failure.exit).to_string(),
            "errormsg" => failure.map(|failure| failure.words.clone()).unwrap_or_default(),
            "http_version" => if self.status > 0 { "1.1" } else { "0" }.to_owned(),
            "scheme" => if self.written.starts_with("https") {
                "https"
            } else {
                "http"
            }
            .to_owned(),
            _ => String::new(),
        }
    }
}

fn untrusted(why: &str) -> String {
    format!(
        "SSL certificate problem: {why}\nMore details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the webpage mentioned above."
    )
}

fn fail(exit: i32, words: String) -> TransferError {
    TransferError { exit, words }
}
