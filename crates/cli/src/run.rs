//! `run`: runs a scenario without a browser and prints each request.

use playground::{Client, LineIndex, Micros, Request, Scenario, Session, target_word};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

#[derive(Debug, PartialEq, Eq)]
pub struct RunOptions {
    /// Manifests, joined in this order, and at most one scenario (`*.scenario.yaml`).
    pub files: Vec<String>,
    /// Overrides the scenario's seed.
    pub seed: Option<u64>,
    /// The duration, in seconds of virtual time.
    pub seconds: u64,
    pub json: bool,
}

pub const USAGE: &str = "usage: playground-cli run [--seed N] [--seconds N] [--json] FILE…";

impl RunOptions {
    pub fn read(words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            files: Vec::new(),
            seed: None,
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
                "--seed" => options.seed = Some(number()?),
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

/// What is printed, and whether the text had no errors.
#[derive(Debug)]
pub struct Report {
    pub timeline: String,
    /// One line for each diagnostic: `line N: message`.
    pub complaints: String,
    pub whole: bool,
}

/// Joins files, given as names and texts, to one scenario.
pub fn gather(files: &[(String, String)], options: &RunOptions) -> Result<Scenario, String> {
    let mut scenario = Scenario::default();
    let mut manifests = Vec::new();
    for (name, text) in files {
        if name.ends_with(".scenario.yaml") {
            scenario = Scenario::from_yaml(text).map_err(|error| format!("{name}: {error}"))?;
            manifests.push(std::mem::take(&mut scenario.text));
        } else {
            manifests.push(text.clone());
        }
    }
    scenario.text = manifests.join("\n---\n");
    scenario.seed = options.seed.unwrap_or(scenario.seed);
    Ok(scenario)
}

/// Runs a scenario.
pub fn play(scenario: Scenario, options: &RunOptions) -> Report {
    let mut session = Session::new(scenario);
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
    let index = LineIndex::new(session.text());
    let notices = session.notices().iter();
    let notices = notices.fold(String::new(), |lines, notice| {
        lines
            + "note: "
            + notice
            + "
"
    });
    session.diagnostics().iter().fold(notices, |mut lines, diagnostic| {
        let line = index.line(diagnostic.range.start);
        let _ = writeln!(lines, "line {line}: {}", diagnostic.message);
        lines
    })
}

#[derive(Serialize)]
struct RequestLine<'a> {
    number: u64,
    sent: u64,
    done: u64,
    from: String,
    service: String,
    port: u16,
    pod: Option<&'a str>,
    outcome: &'static str,
}

impl<'a> RequestLine<'a> {
    fn of(request: &'a Request) -> Self {
        let backend = request.backend.as_ref().and_then(|backend| backend.pod.as_ref());
        Self {
            number: request.number,
            sent: request.sent.0,
            done: request.done.0,
            from: client(&request.client),
            service: match &request.target.web {
                Some(web) => web.words(),
                None => target_word(&request.target.service),
            },
            port: request.target.port,
            pod: backend.map(|key| &*key.name),
            outcome: request.outcome.word(),
        }
    }
}

fn json(requests: &[&Request]) -> String {
    let line = |request: &&Request| serde_json::to_string(&RequestLine::of(request)).unwrap_or_default() + "\n";
    requests.iter().map(line).collect()
}

fn table(requests: &[&Request]) -> String {
    let mut text = String::new();
    for request in requests {
        let line = RequestLine::of(request);
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
    let answered = requests.iter().filter(|request| !request.outcome.is_failure()).count();
    let _ = writeln!(text, "{} requests, {answered} answered: {counts:?}", requests.len());
    text
}

fn client(client: &Client) -> String {
    match client {
        Client::Pod(key) => key.name.to_string(),
        Client::Node(name) => format!("node {name}"),
        Client::Outside => "outside".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(words: &[&str]) -> Result<RunOptions, String> {
        RunOptions::read(words.iter().map(|word| (*word).to_owned()))
    }

    fn play_files(files: &[(&str, &str)]) -> Result<Report, String> {
        let options = options(&["--seconds", "10", "x.yaml"])?;
        let files: Vec<_> = files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        Ok(play(gather(&files, &options)?, &options))
    }

    const SEED: &str = include_str!("../../../web/scenarios/three-tiers.yaml");

    #[test]
    fn each_request_is_a_line_and_the_last_line_counts() {
        let report = play_files(&[("three-tiers.yaml", SEED)]);
        let last = report.as_ref().ok().and_then(|report| report.timeline.lines().last());
        assert!(last.is_some_and(|line| line.contains("answered")), "{report:?}");
        assert!(report.is_ok_and(|report| report.whole && report.complaints.is_empty()));
    }

    #[test]
    fn a_scenario_brings_its_acts() {
        let acts = "acts: [{ at: 0, act: !kubectl kubectl delete pod back-end-1 back-end-2 back-end-3 }]";
        let report = play_files(&[("x.scenario.yaml", acts), ("three-tiers.yaml", SEED)]);
        assert!(report.is_ok_and(|report| report.timeline.contains("refused")));
    }

    #[test]
    fn what_a_cluster_refuses_is_told_with_its_line() {
        let report = play_files(&[(
            "bad.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec: {}\n",
        )]);
        let said = report
            .map(|report| (report.whole, report.complaints))
            .unwrap_or_default();
        assert_eq!(said, (false, "line 5: spec.containers: Required value\n".to_owned()));
    }

    #[test]
    fn unknown_flags_and_missing_files_are_told() {
        assert!(options(&["--sed", "1"]).is_err_and(|error| error.contains("--sed")));
        assert_eq!(options(&[]), Err(USAGE.to_owned()));
    }
}
