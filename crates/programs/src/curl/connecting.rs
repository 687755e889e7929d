//! Names and connections: which addresses a host has, and which of them answers.

use super::{Kept, Transfer, TransferError, fail};
use crate::ingress;
use crate::network_client::Reached;
use crate::options;
use crate::url::Url;
use network::Protocol;
use std::net::{IpAddr, SocketAddr};

/// How long a kernel tries to connect by default, in seconds: `net.ipv4.tcp_syn_retries` of 6.
const PATIENCE: i64 = 131;
/// How long a C library waits for name servers that do not answer, in seconds: two attempts of 5.
const RESOLVER: i64 = 10;

impl Transfer<'_> {
    /// An open connection to the host of a URL.
    pub(super) fn kept(&self, url: &Url) -> Option<(IpAddr, Reached)> {
        let all = self.kept.borrow();
        let same = |it: &&Kept| (it.host.as_str(), it.port, it.tls) == (url.host.as_str(), url.port, url.tls);
        all.iter().find(same).map(|it| (it.address, it.reached.clone()))
    }

    /// Keeps a connection for the next URL, unless it was asked to be closed.
    pub(super) fn keep(&self, url: &Url, address: IpAddr, reached: Reached) {
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
    pub(super) fn connect(&mut self, url: &Url) -> Result<(IpAddr, Reached), TransferError> {
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

    pub(super) fn not_connected(&mut self, url: &Url, address: IpAddr, reached: &Reached) -> TransferError {
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
}
