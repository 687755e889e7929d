//! `run`: plays manifests without a browser and prints what became of each request.

use playground::{Client, Micros, Outcome, Request, Scenario, Session};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What to play and how to print it.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// Manifests or scenario links' texts, in order; they are joined as documents.
    pub files: Vec<String>,
    /// The scenario's seed.
    pub seed: u64,
    /// How long to play, in seconds of virtual time.
    pub seconds: u64,
    /// JSON lines instead of text.
    pub json: bool,
}

/// How to call it.
pub const USAGE: &str = "usage: playground-cli run [--seed N] [--seconds N] [--json] FILE…";

impl Options {
    /// Reads the words after `run`.
    pub fn read(words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            files: Vec::new(),
            seed: 0,
            seconds: 10,
            json: false,
        };
        let mut words = words;
        while let Some(word) = words.next() {
            let mut number = || {
                words
                    .next()
                    .and_then(|value| value.parse().ok())
                    .ok_or(format!("{word} takes a whole number"))
            };
            match word.as_str() {
                "--seed" => options.seed = number()?,
                "--seconds" => options.seconds = number()?,
                "--json" => options.json = true,
                flag if flag.starts_with('-') => return Err(format!("unknown flag {flag}\n{USAGE}")),
                _ => options.files.push(word),
            }
        }
        if options.files.is_empty() {
            Err(USAGE.to_owned())
        } else {
            Ok(options)
        }
    }
}

/// What is printed, and whether every document came to be.
#[derive(Debug)]
pub struct Report {
    /// The timeline.
    pub timeline: String,
    /// What a cluster says of the text, a line each: `LINE: message`.
    pub complaints: String,
    /// Whether the text had no errors.
    pub whole: bool,
}

/// Plays the texts for the given time.
pub fn play(texts: &[String], options: &Options) -> Report {
    let text = texts.join("\n---\n");
    let mut session = Session::new(Scenario {
        seed: options.seed,
        text,
        ..Scenario::default()
    });
    let until = Micros::from_seconds(options.seconds);
    session.run(until);
    let requests: Vec<&Request> = session
        .requests(until)
        .iter()
        .filter(|request| request.done <= until)
        .collect();
    Report {
        timeline: if options.json {
            json(&requests)
        } else {
            table(&requests)
        },
        complaints: complaints(&session),
        whole: !session
            .diagnostics()
            .iter()
            .any(|diagnostic| diagnostic.severity.is_error()),
    }
}

fn complaints(session: &Session) -> String {
    session
        .diagnostics()
        .iter()
        .fold(String::new(), |mut lines, diagnostic| {
            let before = session.text().get(..diagnostic.range.start).unwrap_or_default();
            let _ = writeln!(
                lines,
                "line {}: {}",
                before.matches('\n').count() + 1,
                diagnostic.message
            );
            lines
        })
}

/// A request as a JSON line.
#[derive(Serialize)]
struct Line<'a> {
    number: u64,
    sent: u64,
    done: u64,
    from: String,
    service: String,
    port: u16,
    pod: Option<&'a str>,
    outcome: &'static str,
}

impl<'a> Line<'a> {
    fn of(request: &'a Request) -> Self {
        let backend = request.backend.as_ref().and_then(|backend| backend.pod.as_ref());
        Self {
            number: request.number,
            sent: request.sent.0,
            done: request.done.0,
            from: client(&request.client),
            service: format!("{}/{}", request.target.service.namespace, request.target.service.name),
            port: request.target.port,
            pod: backend.map(|key| key.name.as_str()),
            outcome: request.outcome.word(),
        }
    }
}

fn json(requests: &[&Request]) -> String {
    let line = |request: &&Request| serde_json::to_string(&Line::of(request)).unwrap_or_default() + "\n";
    requests.iter().map(line).collect()
}

fn table(requests: &[&Request]) -> String {
    let mut text = String::new();
    for request in requests {
        let line = Line::of(request);
        let pod = line.pod.map(|pod| format!(" → {pod}")).unwrap_or_default();
        let _ = writeln!(
            text,
            "{}  #{} {} → {}:{}{pod}  {}",
            request.sent, line.number, line.from, line.service, line.port, line.outcome
        );
    }
    let counts = requests
        .iter()
        .fold(BTreeMap::<&str, usize>::new(), |mut counts, request| {
            *counts.entry(request.outcome.word()).or_default() += 1;
            counts
        });
    let answered = requests
        .iter()
        .filter(|request| request.outcome == Outcome::Answered)
        .count();
    let _ = writeln!(text, "{} requests, {answered} answered: {counts:?}", requests.len());
    text
}

fn client(client: &Client) -> String {
    match client {
        Client::Pod(key) => key.name.clone(),
        Client::Node(name) => format!("node {name}"),
        Client::Outside => "outside".to_owned(),
    }
}
