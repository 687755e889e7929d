//! How BIND's programs ask name servers.

use super::{EarlyExit, Lookup, SearchList};
use crate::bind::search::Unfit;
use network::dns::{Ask, DnsMessage, Hosts, Library, Question, ResolvConf, Resolver, Unreachable};
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// A name server, and its name as the user or the configuration gives it.
#[derive(Clone, Debug)]
pub(crate) struct DnsServer {
    pub(crate) address: IpAddr,
    pub(crate) called: String,
}

/// An answer.
pub(crate) struct Received {
    pub(crate) server: DnsServer,
    pub(crate) message: DnsMessage,
    /// The length of the message in bytes.
    pub(crate) length: usize,
}

/// What `dig` and `nslookup` share while they run.
pub(crate) struct BindClient<'a> {
    conf: &'a ResolvConf,
    ask: Ask<'a>,
    pub(crate) stdout: String,
    name: &'static str,
    pub(crate) servers: Vec<DnsServer>,
    pub(crate) port: u16,
    pub(crate) tries: u32,
    pub(crate) list: SearchList,
}

impl<'a> BindClient<'a> {
    pub(crate) fn new(name: &'static str, conf: &'a ResolvConf, ask: Ask<'a>) -> Self {
        let fallback = [IpAddr::V6(Ipv6Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::LOCALHOST)];
        let addresses = match conf.nameservers.as_slice() {
            [] => &fallback[..],
            nameservers => nameservers,
        };
        let server = |address: &IpAddr| DnsServer {
            address: *address,
            called: address.to_string(),
        };
        Self {
            ask,
            stdout: String::new(),
            name,
            servers: addresses.iter().map(server).collect(),
            port: 53,
            tries: conf.number("attempts").unwrap_or(3),
            list: SearchList::of(conf),
            conf,
        }
    }

    pub(crate) fn line(&mut self, text: &str) {
        let _ = writeln!(self.stdout, "{text}");
    }

    /// Ends the program with a message.
    pub(crate) fn fatal(&self, message: &str, exit: i32) -> EarlyExit {
        EarlyExit {
            stderr: format!("{}: {message}\n", self.name),
            exit,
        }
    }

    /// Replaces the configured servers by this one, given by address or name.
    ///
    /// Models: dighost.c set_nameserver.
    pub(crate) fn set_server(&mut self, word: &str) -> Result<(), EarlyExit> {
        let resolver = Resolver {
            hosts: Hosts::default(),
            conf: self.conf.clone(),
            library: Library::Glibc,
        };
        let addresses = resolver.resolve(word, self.ask).addresses;
        if addresses.is_empty() {
            return Err(self.fatal(&format!("couldn't get address for '{word}': not found"), 1));
        }
        let server = |address| DnsServer {
            address,
            called: word.to_owned(),
        };
        self.servers = addresses.into_iter().map(server).collect();
        Ok(())
    }

    /// The question of a lookup; `None` if its name is too long below its domain.
    pub(crate) fn question(&self, lookup: &Lookup) -> Result<Option<Question>, EarlyExit> {
        match self.list.whole_name(lookup) {
            Ok(name) => Ok(Some(Question {
                name,
                kind: lookup.kind,
            })),
            Err(Unfit::TooLong) => Ok(None),
            Err(Unfit::Illegal { text, why, alone: true }) => {
                Err(self.fatal(&format!("'{text}' is not a legal name ({why})"), 10))
            }
            Err(Unfit::Illegal { text, why, .. }) => {
                Err(self.fatal(&format!("'{text}' is not in legal name syntax ({why})"), 1))
            }
        }
    }

    /// Asks one server after the other; tries are counted over all servers, at least one each. If the answer does not fit
    /// into a datagram of `limit` bytes, `reserved` of which are used otherwise, retries over TCP.
    pub(crate) fn send(
        &mut self,
        lookup: &mut Lookup,
        question: &Question,
        limit: usize,
        reserved: usize,
        comments: bool,
    ) -> Option<Received> {
        let (server, message) = self.ask_servers(question)?;
        if !lookup.tcp {
            let datagram = message.datagram(question, limit, reserved);
            if !datagram.truncated {
                return Some(Received {
                    server,
                    message: datagram.message,
                    length: datagram.length,
                });
            }
            lookup.tcp = true;
            if comments {
                self.line(";; Truncated, retrying in TCP mode.");
            }
        }
        Some(Received {
            length: message.length(question) + reserved,
            server,
            message,
        })
    }

    fn ask_servers(&mut self, question: &Question) -> Option<(DnsServer, DnsMessage)> {
        let mut tries = self.tries.max(1);
        for server in self.servers.clone() {
            loop {
                let (address, port) = (server.address, self.port);
                match (self.ask)(SocketAddr::new(address, port), question) {
                    Ok(message) => return Some((server, message)),
                    Err(why) => {
                        let why = match why {
                            Unreachable::Refused => "connection refused",
                            Unreachable::TimedOut => "timed out",
                        };
                        self.line(&format!(";; communications error to {address}#{port}: {why}"));
                    }
                }
                if tries <= 1 {
                    break;
                }
                tries -= 1;
            }
        }
        None
    }
}
