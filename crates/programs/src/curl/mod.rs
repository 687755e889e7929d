//! `curl` 8.14, with the options that matter to clients in a cluster.

mod connecting;
mod exchange;
mod report;

use crate::ingress;
use crate::network_client::{NetworkClient, Reached};
use crate::options::{self, Given, Known, Wrong};
use crate::output::ProgramOutput;
use crate::server::Response;
use crate::url::Url;
use cluster::Cluster;
use network::{Micros, WebAddress};
use std::cell::RefCell;
use std::net::IpAddr;

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
        self.show_head(&head);
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

    fn headers(&self) -> impl DoubleEndedIterator<Item = &'a str> {
        self.given
            .iter()
            .filter(|(name, _)| *name == "header")
            .map(|(_, header)| header.as_str())
    }

    fn closed(&mut self, failure: TransferError) -> TransferError {
        self.tell(&format!("* {}", failure.words));
        self.tell("* closing connection #0");
        failure
    }
}

fn fail(exit: i32, words: String) -> TransferError {
    TransferError { exit, words }
}
