//! Reads the command line.

use super::{Dig, EarlyExit, VERSION, reverse};
use network::dns::RecordType;
use std::fmt::Write;
use std::net::IpAddr;

const USAGE: &str = "Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}
            {global-d-opt} host [@local-server] {local-d-opt}
            [ host [@local-server] {local-d-opt} [...]]
";

const HINT: &str = "\nUse \"dig -h\" (or \"dig -h | more\") for complete list of options\n";

#[allow(clippy::struct_excessive_bools, reason = "each is a switch of the program")]
#[derive(Clone, Debug)]
pub(super) struct DigOptions {
    pub(super) short: bool,
    pub(super) command: bool,
    pub(super) comments: bool,
    pub(super) question: bool,
    pub(super) answer: bool,
    pub(super) authority: bool,
    pub(super) additional: bool,
    pub(super) statistics: bool,
    pub(super) ttl: bool,
    pub(super) class: bool,
    pub(super) recurse: bool,
    pub(super) edns: bool,
    pub(super) cookie: bool,
    pub(super) dnssec: bool,
    /// The size limit of a datagram.
    pub(super) buffer: u16,
    pub(super) show_search: bool,
    /// `None` if the user chose neither.
    pub(super) tcp: Option<bool>,
    /// The default type.
    kind: RecordType,
}

impl Default for DigOptions {
    fn default() -> Self {
        Self {
            short: false,
            command: true,
            comments: true,
            question: true,
            answer: true,
            authority: true,
            additional: true,
            statistics: true,
            ttl: true,
            class: true,
            recurse: true,
            edns: true,
            cookie: true,
            dnssec: false,
            buffer: 1232,
            show_search: false,
            tcp: None,
            kind: RecordType::A,
        }
    }
}

impl Dig<'_> {
    /// Models: dig.c parse_args.
    pub(super) fn read(&mut self, words: &[String]) -> Result<(), EarlyExit> {
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            if let Some(server) = word.strip_prefix('@') {
                self.client.set_server(server)?;
                self.found_servers = Some(self.client.servers.len());
            } else if let Some(option) = word.strip_prefix('+') {
                self.switch(option)?;
            } else if let Some(option) = word.strip_prefix('-').filter(|option| !option.is_empty()) {
                self.dash(option, words, &mut rest)?;
            } else if let Ok(kind) = word.parse() {
                self.set_kind(kind);
            } else if !["IN", "CH", "HS"].iter().any(|class| class.eq_ignore_ascii_case(word)) {
                self.add(words, word, self.options.kind);
            }
        }
        Ok(())
    }

    /// Applies to the last name, or to the names that follow.
    fn set_kind(&mut self, kind: RecordType) {
        match self.lookups.last_mut() {
            Some(last) => last.lookup.kind = kind,
            None => self.options.kind = kind,
        }
    }

    fn dash<'w>(
        &mut self,
        option: &str,
        words: &[String],
        rest: &mut impl Iterator<Item = &'w String>,
    ) -> Result<(), EarlyExit> {
        let (letter, attached) = option.split_at_checked(1).unwrap_or((option, ""));
        match letter {
            "4" | "6" | "m" | "r" | "u" | "i" => return Ok(()),
            "v" => return Err(ended(format!("DiG {VERSION}\n"), 0)),
            "h" => {
                // Differs: dig goes on to list some ninety options.
                self.client.stdout += USAGE;
                return Err(ended(String::new(), 0));
            }
            _ => {}
        }
        let value = match attached {
            "" => rest.next().map(String::as_str),
            attached => Some(attached),
        };
        let Some(value) = value else {
            return Err(invalid(&format!("-{option}")));
        };
        match letter {
            "t" => match value.parse() {
                Ok(kind) => self.set_kind(kind),
                Err(()) => {
                    let _ = writeln!(self.complaints, ";; Warning, ignoring invalid type {value}");
                }
            },
            "q" => self.add(words, value, self.options.kind),
            "x" => match value.parse::<IpAddr>() {
                Ok(address) => self.add(words, &reverse(address), RecordType::Ptr),
                Err(_) => self.add(words, &backwards(value), RecordType::Ptr),
            },
            "p" => match value.parse() {
                Ok(port) => self.client.port = port,
                Err(_) => return Err(self.client.fatal("Couldn't parse port number", 1)),
            },
            "f" => {
                let message = format!("{value}: No such file or directory\ndig: couldn't open specified batch file\n");
                return Err(ended(message, 8));
            }
            "c" | "b" | "k" | "y" => {}
            _ => return Err(invalid(&format!("-{option}"))),
        }
        Ok(())
    }

    /// Models: dig.c plus_option.
    fn switch(&mut self, option: &str) -> Result<(), EarlyExit> {
        let (name, value) = option
            .split_once('=')
            .map_or((option, None), |(name, value)| (name, Some(value)));
        let lower = name.to_ascii_lowercase();
        let (name, on) = lower
            .strip_prefix("no")
            .map_or((lower.as_str(), true), |name| (name, false));
        let number = value.and_then(|value| value.parse().ok());
        let options = &mut self.options;
        match name {
            "short" => options.set_short(on),
            "all" => options.set_all(on),
            "cmd" => options.command = on,
            "comments" => options.comments = on,
            "question" => options.question = on,
            "answer" => options.answer = on,
            "authority" => options.authority = on,
            "additional" => options.additional = on,
            "stats" => options.statistics = on,
            "ttl" | "ttlid" => options.ttl = on,
            "cl" | "class" => options.class = on,
            "rec" | "recurse" | "rd" | "rdflag" => options.recurse = on,
            "edns" => options.edns = on,
            "cookie" => options.cookie = on,
            "dnssec" | "do" => options.dnssec = on,
            "bufsize" => options.buffer = number.and_then(|size: u32| size.try_into().ok()).unwrap_or(1232),
            "showsearch" => (options.show_search, self.client.list.on) = (on, on),
            "tcp" | "vc" => options.tcp = Some(on),
            "search" | "defname" => self.client.list.on = on,
            "ndots" => {
                let ndots = number.and_then(|ndots| ndots.try_into().ok());
                self.client.list.ndots = ndots.unwrap_or(self.client.list.ndots);
            }
            "domain" => {
                self.client.list.domains = value.map(str::to_owned).into_iter().collect();
                self.client.list.on = true;
            }
            "tries" => self.client.tries = number.unwrap_or(self.client.tries).max(1),
            "retry" => self.client.tries = number.map_or(self.client.tries, |more| more.saturating_add(1)),
            "time" | "timeout" | "ad" | "adflag" | "cd" | "cdflag" | "fail" | "ignore" | "besteffort" | "keepopen"
            | "aaonly" | "aaflag" | "idnin" | "idnout" | "expandaaaa" | "crypto" | "split" | "rrcomments" => {}
            "trace" | "nssearch" | "multiline" | "multi" | "yaml" | "nsid" | "qr" | "identify" | "ttlunits"
            | "subnet" | "padding" | "tls" | "https" | "unknownformat" | "onesoa" => {
                return Err(ended(format!("dig +{name} is not simulated: leave it out\n"), 1));
            }
            _ => return Err(invalid(&format!("+{option}"))),
        }
        Ok(())
    }
}

impl DigOptions {
    fn set_short(&mut self, on: bool) {
        self.short = on;
        if on {
            self.set_all(false);
            self.answer = true;
        }
    }

    fn set_all(&mut self, on: bool) {
        self.command = on;
        self.comments = on;
        self.question = on;
        self.answer = on;
        self.authority = on;
        self.additional = on;
        self.statistics = on;
    }
}

fn invalid(option: &str) -> EarlyExit {
    ended(format!("Invalid option: {option}\n{USAGE}{HINT}"), 1)
}

fn ended(stderr: String, exit: i32) -> EarlyExit {
    EarlyExit { stderr, exit }
}

/// A word that is not an address, with its parts reversed.
fn backwards(word: &str) -> String {
    let parts: Vec<&str> = word.split('.').rev().collect();
    format!("{}.in-addr.arpa.", parts.join("."))
}
