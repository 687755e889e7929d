//! Options and settings.

use super::Nslookup;
use network::dns::{RecordType, ResolvConf};

const CLASSES: [&str; 8] = ["IN", "CH", "CHAOS", "HS", "HESIOD", "ANY", "NONE", "RESERVED0"];

#[allow(clippy::struct_excessive_bools, reason = "each is a switch of the program")]
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) kind: RecordType,
    /// `type` as typed.
    kind_text: String,
    /// If true, no type was given: looks up A, then AAAA.
    pub(super) by_default: bool,
    pub(super) class: String,
    timeout: u32,
    pub(super) debug: bool,
    d2: bool,
    recurse: bool,
    pub(super) vc: bool,
}

impl Settings {
    pub(super) fn new(conf: &ResolvConf) -> Self {
        Self {
            kind: RecordType::A,
            kind_text: "A".to_owned(),
            by_default: true,
            class: "IN".to_owned(),
            timeout: conf.number("timeout").unwrap_or(0),
            debug: false,
            d2: false,
            recurse: true,
            vc: false,
        }
    }
}

/// The options without a value, and the length of their shortest abbreviation.
const FLAGS: [(&str, usize); 16] = [
    ("all", 3),
    ("recurse", 3),
    ("norecurse", 5),
    ("defname", 3),
    ("nodefname", 5),
    ("vc", 2),
    ("novc", 4),
    ("debug", 3),
    ("nodebug", 5),
    ("d2", 2),
    ("nod2", 4),
    ("search", 3),
    ("nosearch", 5),
    ("sil", 3),
    ("fail", 3),
    ("nofail", 5),
];

/// The option with an abbreviation.
///
/// Models: nslookup.c CHECKOPT.
fn flag(option: &str) -> Option<&'static str> {
    let is = |(name, least): &(&'static str, usize)| {
        let start = name.get(..option.len());
        option.len() >= *least && start.is_some_and(|start| start.eq_ignore_ascii_case(option))
    };
    FLAGS.iter().find(|flag| is(flag)).map(|(name, _)| *name)
}

impl Nslookup<'_> {
    /// Models: nslookup.c setoption.
    pub(super) fn set(&mut self, option: &str) {
        if let Some((name, value)) = option.split_once('=')
            && self.set_to(&name.to_ascii_lowercase(), value)
        {
            return;
        }
        let settings = &mut self.settings;
        match flag(option) {
            Some("all") => {
                self.show_servers();
                self.show_settings();
            }
            Some("recurse") => settings.recurse = true,
            Some("norecurse") => settings.recurse = false,
            Some("defname" | "search") => self.client.list.on = true,
            Some("nodefname" | "nosearch") => self.client.list.on = false,
            Some("vc") => settings.vc = true,
            Some("novc") => settings.vc = false,
            Some("debug") => settings.debug = true,
            Some("nodebug") => settings.debug = false,
            Some("d2") => settings.d2 = true,
            Some("nod2") => settings.d2 = false,
            Some(_) => {}
            None => self.line(&format!("*** Invalid option: {option}")),
        }
    }

    /// Sets an option with a value; false if there is no such option.
    fn set_to(&mut self, name: &str, value: &str) -> bool {
        match name {
            "class" | "cl" => {
                if CLASSES.iter().any(|class| class.eq_ignore_ascii_case(value)) {
                    value.clone_into(&mut self.settings.class);
                } else {
                    self.line(&format!("unknown query class: {value}"));
                }
            }
            "type" | "ty" | "querytype" | "query" | "qu" | "q" => {
                if let Ok(kind) = value.parse() {
                    self.settings.kind = kind;
                    value.clone_into(&mut self.settings.kind_text);
                    self.settings.by_default = false;
                } else {
                    self.line(&format!("unknown query type: {value}"));
                }
            }
            "domain" | "do" => {
                self.client.list.domains = vec![value.to_owned()];
                self.client.list.on = true;
            }
            "port" | "po" => {
                let port = self.number(value, u16::MAX.into(), "port");
                self.client.port = port.and_then(|port| port.try_into().ok()).unwrap_or(self.client.port);
            }
            "timeout" | "t" => {
                self.settings.timeout = self.number(value, u32::MAX, "timeout").unwrap_or(self.settings.timeout);
            }
            "retry" | "ret" => {
                let most = u32::MAX >> 1;
                self.client.tries = self.number(value, most, "tries").unwrap_or(self.client.tries);
            }
            "ndots" => {
                let ndots = self.number(value, 128, "ndots");
                self.client.list.ndots = ndots
                    .and_then(|ndots| ndots.try_into().ok())
                    .unwrap_or(self.client.list.ndots);
            }
            _ => return false,
        }
        true
    }

    /// Models: dighost.c parse_uint.
    fn number(&mut self, text: &str, most: u32, what: &str) -> Option<u32> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|number| is_number && *number <= most);
        if number.is_none() {
            let why = if is_number {
                "out of range"
            } else {
                "not a valid number"
            };
            self.line(&format!("invalid {what} '{text}': {why}"));
        }
        number
    }

    /// Models: nslookup.c show_settings, its first part.
    pub(super) fn show_servers(&mut self) {
        for server in self.client.servers.clone() {
            let (address, port) = (server.address, self.client.port);
            self.line(&format!("Default server: {}\nAddress: {address}#{port}", server.called));
        }
    }

    /// Models: nslookup.c show_settings, its second part.
    fn show_settings(&mut self) {
        let (settings, client) = (&self.settings, &self.client);
        let word = |on, yes, no| if on { yes } else { no };
        let text = format!(
            "\nSet options:\n  {}\t\t\t{}\t\t{}\n  {}\t\t{}\n  timeout = {}\t\tretry = {}\tport = {}\tndots = {}\n  querytype = {:<8}\tclass = {}\n  srchlist = {}",
            word(settings.vc, "vc", "novc"),
            word(settings.debug, "debug", "nodebug"),
            word(settings.d2, "d2", "nod2"),
            word(client.list.on, "search", "nosearch"),
            word(settings.recurse, "recurse", "norecurse"),
            settings.timeout,
            client.tries,
            client.port,
            client.list.ndots,
            settings.kind_text,
            settings.class,
            client.list.domains.join("/"),
        );
        self.line(&text);
    }
}
