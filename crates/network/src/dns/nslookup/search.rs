//! The way through the search list.

use super::domain::{Illegal, Typed, written};
use super::{End, Program, Server};
use crate::dns::{DATAGRAM, Message, Question, RecordType, Status, Unreachable};
use std::collections::VecDeque;
use std::net::SocketAddr;

/// How many names may be asked for in one search.
const LOOKUP_LIMIT: usize = 64;

/// One name to ask for.
#[derive(Clone, Debug)]
pub(super) struct Lookup {
    pub(super) text: String,
    pub(super) kind: RecordType,
    /// The place in the search list; none for the name as it is.
    origin: Option<usize>,
    /// Whether the search list comes after the name as it is.
    need_search: bool,
    /// Whether the name was tried as it is.
    done_as_is: bool,
    /// Whether the search is yet to begin.
    is_new: bool,
    /// Whether it asks over TCP.
    tcp: bool,
}

impl Lookup {
    pub(super) fn new(text: &str, kind: RecordType) -> Self {
        Self {
            text: text.to_owned(),
            kind,
            origin: None,
            need_search: false,
            done_as_is: false,
            is_new: true,
            tcp: false,
        }
    }

    /// The question for AAAA that follows one for A, at the end of its chain of names.
    pub(super) fn for_aaaa(&self, name: &str) -> Self {
        Self {
            text: name.to_owned(),
            kind: RecordType::Aaaa,
            origin: None,
            is_new: false,
            ..self.clone()
        }
    }
}

impl Program<'_> {
    /// Asks for a name and all that follows from the answers.
    pub(super) fn search(&mut self, lookup: Lookup) -> Result<(), End> {
        let mut queue = VecDeque::from([lookup]);
        let mut asked = 0;
        while let Some(mut lookup) = queue.pop_front() {
            asked += 1;
            if asked > LOOKUP_LIMIT {
                return Err(fatal("too many lookups", 1));
            }
            self.begin(&mut lookup);
            let Some(name) = self.whole_name(&lookup)? else {
                queue.extend(self.next(&lookup));
                continue;
            };
            let question = Question {
                name: name.question(),
                kind: lookup.kind,
            };
            let Some((server, mut message)) = self.ask_servers(&question) else {
                self.line(";; no servers could be reached");
                continue;
            };
            if !lookup.tcp {
                let datagram = message.datagram(&question, DATAGRAM, 0);
                if datagram.truncated {
                    self.line(";; Truncated, retrying in TCP mode.");
                    lookup.tcp = true;
                } else {
                    message = datagram.message;
                }
            }
            if !self.settings.class.eq_ignore_ascii_case("IN") {
                // Differs: nslookup shows the bytes of the answer too, which is of the class IN.
                self.line(";; Got bad packet: FORMERR");
                continue;
            }
            let mut show = true;
            if message.status == Status::NxDomain && (lookup.origin.is_some() || lookup.need_search) {
                let next = self.next(&lookup);
                show = next.is_none() || self.settings.debug;
                if let Some(next) = next {
                    queue.push_front(next);
                }
            }
            if show && let Some(next) = self.print(&server, &lookup, &question, &message) {
                queue.push_back(next);
            }
            if lookup.kind == RecordType::Axfr && message.status != Status::NoError {
                self.line("; Transfer failed.");
            }
        }
        Ok(())
    }

    /// Whether a new search begins with the name as it is or with the first domain of the list.
    ///
    /// Models: dighost.c setup_lookup.
    fn begin(&self, lookup: &mut Lookup) {
        if !lookup.is_new {
            return;
        }
        lookup.is_new = false;
        lookup.tcp = self.settings.vc || matches!(lookup.kind, RecordType::Any | RecordType::Axfr);
        let settings = &self.settings;
        if lookup.text.matches('.').count() >= settings.ndots || !settings.search {
            lookup.done_as_is = true;
            lookup.need_search = settings.search;
        } else {
            lookup.origin = (!settings.domains.is_empty()).then_some(0);
        }
    }

    /// The whole name to ask for; none where it grows too long below its domain.
    fn whole_name(&self, lookup: &Lookup) -> Result<Option<Typed>, End> {
        let Some(domain) = lookup.origin.and_then(|origin| self.settings.domains.get(origin)) else {
            return match Typed::read(&lookup.text) {
                Ok(typed) => Ok(Some(typed.whole())),
                Err(why) => Err(fatal(
                    &format!("'{}' is not a legal name ({})", lookup.text, why.words()),
                    10,
                )),
            };
        };
        let illegal =
            |text: &str, why: Illegal| fatal(&format!("'{text}' is not in legal name syntax ({})", why.words()), 1);
        let domain = Typed::read(domain).map_err(|why| illegal(domain, why))?;
        let typed = Typed::read(&lookup.text).map_err(|why| illegal(&lookup.text, why))?;
        Ok(typed.below(&domain).ok())
    }

    /// What is tried when a name doesn't exist.
    ///
    /// Models: dighost.c next_origin.
    fn next(&self, lookup: &Lookup) -> Option<Lookup> {
        let settings = &self.settings;
        let is_whole = |typed: Typed| typed.absolute || typed.count() > settings.ndots;
        if !settings.search || Typed::read(&lookup.text).is_ok_and(is_whole) {
            return None;
        }
        let place = |origin| (origin < settings.domains.len()).then_some(origin);
        match lookup.origin {
            None if !lookup.need_search => None,
            None => Some(Lookup {
                origin: place(0),
                need_search: false,
                ..lookup.clone()
            }),
            Some(origin) => {
                let next = place(origin + 1);
                (next.is_some() || !lookup.done_as_is).then(|| Lookup {
                    origin: next,
                    ..lookup.clone()
                })
            }
        }
    }

    /// Asks one server after the other; the tries are counted over all, each has one at least.
    fn ask_servers(&mut self, question: &Question) -> Option<(Server, Message)> {
        let mut tries = self.settings.tries.max(1);
        for server in self.servers.clone() {
            loop {
                let place = SocketAddr::new(server.address, self.settings.port);
                match (self.ask)(place, question) {
                    Ok(message) => return Some((server, message)),
                    Err(why) => {
                        let why = match why {
                            Unreachable::Refused => "connection refused",
                            Unreachable::TimedOut => "timed out",
                        };
                        let (address, port) = (server.address, self.settings.port);
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

    fn print(&mut self, server: &Server, lookup: &Lookup, question: &Question, message: &Message) -> Option<Lookup> {
        self.silence = false;
        let by_default = self.settings.by_default;
        let first_of_two = by_default && lookup.kind == RecordType::A;
        if !by_default || first_of_two {
            let port = self.settings.port;
            self.line(&format!(
                "Server:\t\t{}\nAddress:\t{}#{port}\n",
                server.called, server.address
            ));
        }
        if self.settings.debug {
            self.print_details(question, message);
        }
        if message.status != Status::NoError {
            self.line(&format!(
                "** server can't find {}: {}",
                written(&question.name),
                message.status
            ));
            self.failed = true;
            return None;
        }
        if !message.authoritative && (!by_default || first_of_two) {
            self.line("Non-authoritative answer:");
        }
        if !message.answer.is_empty() {
            self.print_section(&message.answer, true);
        } else if first_of_two {
            self.no_a = true;
        } else if !by_default || (lookup.kind == RecordType::Aaaa && self.no_a) {
            self.line(&format!("*** Can't find {}: No answer", lookup.text));
        }
        if !message.authoritative && !matches!(lookup.kind, RecordType::A | RecordType::Aaaa) {
            self.line("\nAuthoritative answers can be found from:");
            self.print_section(&message.authority, false);
            self.print_section(&message.additional, false);
        }
        first_of_two.then(|| lookup.for_aaaa(&written(&end_of_chain(question, message))))
    }
}

/// The name at the end of the chain of CNAME records.
///
/// Models: nslookup.c chase_cnamechain.
fn end_of_chain(question: &Question, message: &Message) -> String {
    let mut name = question.name.clone();
    for _ in &message.answer {
        let cname = message.answer.iter().find_map(|record| match &record.data {
            crate::dns::Data::Cname(target) if record.name.eq_ignore_ascii_case(&name) => Some(target),
            _ => None,
        });
        match cname {
            Some(target) => name.clone_from(target),
            None => break,
        }
    }
    name
}

fn fatal(message: &str, exit: i32) -> End {
    End {
        stderr: format!("nslookup: {message}\n"),
        exit,
    }
}
