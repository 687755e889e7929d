//! `nslookup` of BIND 9.18.
//!
//! Models: bind bin/dig/nslookup.c (9.18).

mod layout;
mod search;
mod settings;

use crate::bind::{BindClient, EarlyExit, Lookup, VERSION, reverse};
use crate::output::ProgramOutput;
use network::dns::{Ask, RecordType, ResolvConf};
use settings::Settings;
use std::net::IpAddr;

const USAGE: &str = "Usage:
   nslookup [-opt ...]             # interactive mode using default server
   nslookup [-opt ...] - server    # interactive mode using 'server'
   nslookup [-opt ...] host        # just look up 'host' using default server
   nslookup [-opt ...] host server # just look up 'host' using 'server'
";

/// Runs `nslookup`; it reads `stdin` if its arguments name nothing to look up.
pub fn nslookup(words: &[String], stdin: &str, conf: &ResolvConf, ask: Ask<'_>) -> ProgramOutput {
    let mut program = Nslookup::new(conf, ask);
    let (stderr, exit) = match program.run(words, stdin) {
        Ok(exit) => (String::new(), exit),
        Err(EarlyExit { stderr, exit }) => (stderr, exit),
    };
    ProgramOutput {
        stdout: program.client.stdout,
        stderr,
        exit,
        ..ProgramOutput::default()
    }
}

struct Nslookup<'a> {
    client: BindClient<'a>,
    settings: Settings,
    /// No name server has answered yet.
    silence: bool,
    /// A name server refused, or the name did not exist.
    failed: bool,
    /// The name had no A record.
    no_a: bool,
}

impl<'a> Nslookup<'a> {
    fn new(conf: &'a ResolvConf, ask: Ask<'a>) -> Self {
        Self {
            client: BindClient::new("nslookup", conf, ask),
            settings: Settings::new(conf),
            silence: true,
            failed: false,
            no_a: false,
        }
    }

    /// Models: nslookup.c main, parse_args.
    fn run(&mut self, words: &[String], stdin: &str) -> Result<i32, EarlyExit> {
        let (mut name, mut interactive) = (None, false);
        let mut words = words.iter().peekable();
        while let Some(word) = words.next() {
            let option = word.strip_prefix('-');
            if word.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("-ver")) {
                return Err(EarlyExit {
                    stderr: format!("nslookup {VERSION}\n"),
                    exit: 0,
                });
            }
            match option {
                Some("") => interactive = true,
                Some(option) => self.set(option),
                None if name.is_none() && !interactive => name = Some(self.lookup(word)),
                None if words.peek().is_some() => {
                    return Err(EarlyExit {
                        stderr: USAGE.to_owned(),
                        exit: 1,
                    });
                }
                None => self.client.set_server(word)?,
            }
        }
        if let Some(lookup) = name {
            self.search(lookup)?;
        } else {
            self.obey(stdin)?;
        }
        self.line("");
        Ok(i32::from(self.silence || self.failed))
    }

    /// Runs commands, one per line, until `exit`.
    ///
    /// Models: nslookup.c do_next_command.
    fn obey(&mut self, commands: &str) -> Result<(), EarlyExit> {
        for line in commands.lines() {
            let mut words = line.split_ascii_whitespace();
            let Some(word) = words.next() else { continue };
            match (word.to_ascii_lowercase().as_str(), words.next()) {
                ("set", Some(option)) => self.set(option),
                ("server" | "lserver", server) => {
                    if let Some(server) = server {
                        self.client.set_server(server)?;
                    }
                    self.show_servers();
                }
                ("exit", _) => break,
                ("help" | "?", _) => self.line(&format!("The '{word}' command is not yet implemented.")),
                ("finger" | "root" | "ls" | "view", _) => {
                    self.line(&format!("The '{word}' command is not implemented."));
                }
                _ => {
                    let lookup = self.lookup(word);
                    self.search(lookup)?;
                }
            }
        }
        Ok(())
    }

    fn line(&mut self, text: &str) {
        self.client.line(text);
    }

    /// The lookup for an address or a name.
    ///
    /// Models: nslookup.c addlookup.
    fn lookup(&mut self, word: &str) -> Lookup {
        self.no_a = false;
        match word.parse::<IpAddr>() {
            Ok(address) => Lookup::new(&reverse(address), RecordType::Ptr),
            Err(_) => Lookup::new(word, self.settings.kind),
        }
    }
}
