//! A lookup and its follow-up lookups.

use super::Nslookup;
use crate::bind::{DnsServer, EarlyExit, Lookup, Received, written};
use network::dns::{DATAGRAM, DnsMessage, Question, RecordData, RecordType, ResponseCode};
use std::collections::VecDeque;

const LOOKUP_LIMIT: usize = 64;

impl Nslookup<'_> {
    /// Looks up a name, with all follow-up lookups.
    pub(super) fn search(&mut self, mut lookup: Lookup) -> Result<(), EarlyExit> {
        lookup.tcp = self.settings.vc || matches!(lookup.kind, RecordType::Any | RecordType::Axfr);
        let mut queue = VecDeque::from([lookup]);
        let mut asked = 0;
        while let Some(lookup) = queue.pop_front() {
            asked += 1;
            if asked > LOOKUP_LIMIT {
                return Err(self.client.fatal("too many lookups", 1));
            }
            self.look_up(lookup, &mut queue)?;
        }
        Ok(())
    }

    fn look_up(&mut self, mut lookup: Lookup, queue: &mut VecDeque<Lookup>) -> Result<(), EarlyExit> {
        self.client.list.begin(&mut lookup);
        let Some(question) = self.client.question(&lookup)? else {
            queue.extend(self.client.list.next(&lookup));
            return Ok(());
        };
        let Some(Received { server, message, .. }) = self.client.send(&mut lookup, &question, DATAGRAM, 0, true) else {
            self.line(";; no servers could be reached");
            return Ok(());
        };
        if !self.settings.class.eq_ignore_ascii_case("IN") {
            // Differs: nslookup shows the bytes of the answer too, which is of the class IN.
            self.line(";; Got bad packet: FORMERR");
            return Ok(());
        }
        let mut show = true;
        if message.status == ResponseCode::NxDomain && lookup.is_part_of_search() {
            let next = self.client.list.next(&lookup);
            show = next.is_none() || self.settings.debug;
            if let Some(next) = next {
                queue.push_front(next);
            }
        }
        if show && let Some(next) = self.print(&server, &lookup, &question, &message) {
            queue.push_back(next);
        }
        if lookup.kind == RecordType::Axfr && message.status != ResponseCode::NoError {
            self.line("; Transfer failed.");
        }
        Ok(())
    }

    fn print(
        &mut self,
        server: &DnsServer,
        lookup: &Lookup,
        question: &Question,
        message: &DnsMessage,
    ) -> Option<Lookup> {
        self.silence = false;
        let by_default = self.settings.by_default;
        let first_of_two = by_default && lookup.kind == RecordType::A;
        if !by_default || first_of_two {
            let port = self.client.port;
            self.line(&format!(
                "Server:\t\t{}\nAddress:\t{}#{port}\n",
                server.called, server.address
            ));
        }
        if self.settings.debug {
            self.print_details(question, message);
        }
        if message.status != ResponseCode::NoError {
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

/// The end of the chain of CNAME records.
///
/// Models: nslookup.c chase_cnamechain.
fn end_of_chain(question: &Question, message: &DnsMessage) -> String {
    let mut name = question.name.clone();
    for _ in &message.answer {
        let cname = message.answer.iter().find_map(|record| match &record.data {
            RecordData::Cname(target) if record.name.eq_ignore_ascii_case(&name) => Some(target),
            _ => None,
        });
        match cname {
            Some(target) => name.clone_from(target),
            None => break,
        }
    }
    name
}
