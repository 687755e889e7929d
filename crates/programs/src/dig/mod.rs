//! `dig` of BIND 9.18, with its common options.
//!
//! Models: bind bin/dig/dig.c (9.18).

mod layout;
mod options;

use crate::bind::{BindClient, EarlyExit, Lookup, Received, VERSION, reverse};
use crate::output::ProgramOutput;
use network::dns::{Ask, DATAGRAM, RecordType, ResolvConf, ResponseCode};
use options::DigOptions;
use std::fmt::Write;

/// The exit code if no name server answered.
const NO_ANSWER: i32 = 9;

/// The bytes of the OPT record, and of the cookie in it.
const OPT: usize = 11;
const COOKIE: usize = 12;

/// Runs `dig`; `now` is in seconds of the Unix epoch.
pub fn dig(words: &[String], now: i64, conf: &ResolvConf, ask: Ask<'_>) -> ProgramOutput {
    let mut program = Dig {
        client: BindClient::new("dig", conf, ask),
        options: DigOptions::default(),
        lookups: Vec::new(),
        now,
        complaints: String::new(),
        found_servers: None,
    };
    program.client.list.on = false;
    let ended = program.run(words);
    let Dig { client, complaints, .. } = program;
    let (stderr, exit) = match ended {
        Ok(exit) => (complaints, exit),
        Err(EarlyExit { stderr, exit }) => (complaints + &stderr, exit),
    };
    ProgramOutput {
        stdout: client.stdout,
        stderr,
        exit,
        ..ProgramOutput::default()
    }
}

struct Dig<'a> {
    client: BindClient<'a>,
    options: DigOptions,
    lookups: Vec<Query>,
    now: i64,
    /// Standard error of warnings.
    complaints: String,
    /// The number of addresses of the given server.
    found_servers: Option<usize>,
}

/// A lookup of the command line, and what is printed before its answer.
struct Query {
    lookup: Lookup,
    greeting: String,
}

impl Dig<'_> {
    fn run(&mut self, words: &[String]) -> Result<i32, EarlyExit> {
        self.read(words)?;
        if self.lookups.is_empty() {
            self.add(words, ".", RecordType::Ns);
        }
        let mut exit = 0;
        for Query { lookup, greeting } in std::mem::take(&mut self.lookups) {
            let answered = self.look_up(lookup, &greeting)?;
            exit = if answered { 0 } else { NO_ANSWER };
        }
        Ok(exit)
    }

    /// Adds a lookup; the first one has the greeting.
    ///
    /// Models: dig.c printgreeting.
    fn add(&mut self, words: &[String], name: &str, kind: RecordType) {
        let mut greeting = String::new();
        if self.lookups.is_empty() && self.options.command {
            let command: String = words.iter().flat_map(|word| [" ", word]).collect();
            greeting = format!("\n; <<>> DiG {VERSION} <<>>{command}\n");
            if let Some(count) = self.found_servers {
                let plural = if count > 1 { "s" } else { "" };
                let _ = writeln!(greeting, "; ({count} server{plural} found)");
            }
            greeting += if self.options.short {
                ";; global options: +short +cmd\n"
            } else {
                ";; global options: +cmd\n"
            };
        }
        self.lookups.push(Query {
            lookup: Lookup::new(name, kind),
            greeting,
        });
    }

    /// Looks up a name through the search list; returns whether a server answered.
    fn look_up(&mut self, mut lookup: Lookup, greeting: &str) -> Result<bool, EarlyExit> {
        lookup.tcp = self
            .options
            .tcp
            .unwrap_or(matches!(lookup.kind, RecordType::Any | RecordType::Axfr));
        self.client.list.begin(&mut lookup);
        let mut next = Some(lookup);
        while let Some(mut lookup) = next.take() {
            let Some(question) = self.client.question(&lookup)? else {
                next = self.client.list.next(&lookup);
                continue;
            };
            let (limit, reserved) = self.room();
            let comments = self.options.comments;
            let Some(received) = self.client.send(&mut lookup, &question, limit, reserved, comments) else {
                self.client.stdout += greeting;
                self.client.line(";; no servers could be reached");
                return Ok(false);
            };
            if lookup.kind == RecordType::Axfr {
                self.client.stdout += greeting;
                self.client.line("; Transfer failed.");
                return Ok(true);
            }
            let status = received.message.status;
            if status == ResponseCode::NxDomain && lookup.is_part_of_search() {
                next = self.client.list.next(&lookup);
                if next.is_none() || self.options.show_search {
                    self.print(greeting, &question, &received.message);
                    self.print_statistics(&received, lookup.tcp);
                }
            } else {
                self.print(greeting, &question, &received.message);
            }
            // As in dig, where a name as it is doesn't exist but the search goes on, the statistics are shown alone.
            if status == ResponseCode::NoError || lookup.is_as_it_is() {
                self.print_statistics(&received, lookup.tcp);
            }
        }
        Ok(true)
    }

    /// The size limit of an answer, and the bytes of it that the OPT record takes.
    fn room(&self) -> (usize, usize) {
        if !self.options.edns {
            return (DATAGRAM, 0);
        }
        let cookie = if self.options.cookie { COOKIE } else { 0 };
        (usize::from(self.options.buffer).max(DATAGRAM), OPT + cookie)
    }
}
