//! The expectations of a scenario file: what commands print, how requests end.

use crate::reader::Reader;
use crate::{Micros, Scenario, Session, lesson, read_client};
use base::Order as _;
use kubectl::Output;
use network::Outcome;
use programs::{Memory, NetworkClient, Reached};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use yaml::{LineIndex, Step};

/// The checks of a scenario file; the rest of the file is a [`Scenario`].
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Checks {
    check: Vec<Check>,
}

/// A command or a series of requests, and its expected result.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Check {
    /// In microseconds of virtual time.
    pub(crate) at: u64,
    pub(crate) kubectl: Option<String>,
    /// The expected exit code.
    pub(crate) exit: i32,
    /// The complete standard output.
    pub(crate) stdout: Option<String>,
    /// The complete standard error.
    pub(crate) stderr: Option<String>,
    /// Texts in standard output or standard error.
    pub(crate) contains: Vec<String>,
    /// Texts in neither.
    pub(crate) lacks: Vec<String>,
    /// The client: `pod/NAMESPACE/NAME`, `node/NAME` or `outside`.
    pub(crate) from: Option<String>,
    /// Name or address, and port: `web:80`.
    pub(crate) to: Option<String>,
    /// The number of requests, each over its own connection.
    pub(crate) times: Option<u32>,
    /// The outcome of every request.
    #[serde(deserialize_with = "outcome")]
    pub(crate) outcome: Option<Outcome>,
    /// The pods that answer: all of these, and no others.
    pub(crate) by: Option<BTreeSet<String>>,
}

const MOST_TIMES: u32 = 10_000;

/// Checks a scenario file. Returns a sentence for each failed check: `LINE: sentence`. The error says why the file could not
/// be read.
///
/// Changes that a command makes are discarded after its check.
pub fn check(file: &str) -> Result<Vec<String>, String> {
    if let Some(lesson) = lesson::of_text(file) {
        return Ok(lesson::test(file, lesson));
    }
    let scenario = Scenario::from_yaml(file)?;
    let Checks { check: checks } = serde_yaml::from_str(file).map_err(|error| error.to_string())?;
    let session = Session::new(scenario);
    let mut wrong: Vec<String> = session.notices().iter().map(|notice| format!("1: {notice}")).collect();
    let lines = LineIndex::new(session.text());
    for diagnostic in session.diagnostics().iter().filter(|it| it.severity.is_error()) {
        let line = lines.line(diagnostic.range.start);
        wrong.push(format!(
            "{}: line {line} of the text: {}",
            line_of(file, &[Step::Name("text")]),
            diagnostic.message
        ));
    }
    let mut memory = Memory::new(session.seed());
    for (index, check) in checks.iter().enumerate() {
        let place = [Step::Name("check"), Step::Index(index)];
        wrong.extend(
            check
                .faults(&session, &mut memory)
                .into_iter()
                .map(|fault| format!("{}: {}", line_of(file, &place), fault.words)),
        );
    }
    Ok(wrong)
}

/// The line of a node of a file, from 1.
fn line_of(file: &str, steps: &[Step<'_>]) -> usize {
    let node = yaml::parse(file)
        .into_iter()
        .next()
        .and_then(|document| document.content.ok());
    let start = node.map_or(0, |node| node.locate(steps.iter().copied(), false).start);
    LineIndex::new(file).line(start)
}

/// Something that does not hold.
pub(crate) struct Fault {
    /// As an author reads it.
    pub(crate) words: String,
    /// As a learner reads it.
    pub(crate) plain: String,
}

impl Fault {
    /// For both.
    pub(crate) fn same(words: String) -> Self {
        Self {
            plain: words.clone(),
            words,
        }
    }
}

impl Check {
    /// What does not hold.
    pub(crate) fn faults(&self, reader: &Reader, memory: &mut Memory) -> Vec<Fault> {
        match (&self.kubectl, &self.from, &self.to) {
            (Some(line), None, None) => self.faults_of_command(reader, line, memory),
            (None, Some(from), Some(to)) => self.faults_of_requests(reader, from, to, memory),
            _ => vec![Fault::same("a check has either kubectl, or from and to".to_owned())],
        }
    }

    fn faults_of_command(&self, reader: &Reader, line: &str, memory: &mut Memory) -> Vec<Fault> {
        let mut terminal = reader
            .terminal(Micros(self.at), BTreeMap::new())
            .remembering(memory.clone());
        let Output {
            stdout, stderr, exit, ..
        } = terminal.run(line, "");
        *memory = terminal.into_memory();
        let mut faults = Vec::new();
        let mut fault = |words: String, plain: String| faults.push(Fault { words, plain });
        if exit != self.exit {
            let said = stderr.trim_end();
            fault(
                format!("{line}: exit code {exit}, not {}: {said}", self.exit),
                match said.lines().last() {
                    Some(last) if exit != 0 => format!("`{line}` fails: {last}"),
                    _ => format!("`{line}` ends with exit code {exit}, not {}.", self.exit),
                },
            );
        }
        for (what, printed, wanted) in [
            ("standard output", &stdout, &self.stdout),
            ("standard error", &stderr, &self.stderr),
        ] {
            if let Some(wanted) = wanted.as_ref().filter(|wanted| *wanted != printed) {
                fault(
                    format!("{line}: {what} is {printed:?}, not {wanted:?}"),
                    format!("`{line}` prints something else yet."),
                );
            }
        }
        let both = stdout + &stderr;
        for words in self.contains.iter().filter(|words| !both.contains(*words)) {
            fault(
                format!("{line}: does not print {words:?}, but {both:?}"),
                format!("`{line}` does not print `{}`.", words.trim()),
            );
        }
        for words in self.lacks.iter().filter(|words| both.contains(*words)) {
            fault(
                format!("{line}: prints {words:?}"),
                format!("`{line}` still prints `{}`.", words.trim()),
            );
        }
        faults
    }

    fn faults_of_requests(&self, reader: &Reader, from: &str, to: &str, memory: &mut Memory) -> Vec<Fault> {
        let wrong = |words: String| vec![Fault::same(words)];
        let Some(client) = read_client(from) else {
            return wrong(format!(
                "{from:?} is no client: write pod/NAMESPACE/NAME, node/NAME or outside"
            ));
        };
        let Some((host, port)) = to
            .rsplit_once(':')
            .and_then(|(host, port)| Some((host, port.parse().ok()?)))
        else {
            return wrong(format!("{to:?} is no name with a port: write web:80"));
        };
        let (wanted, by) = (
            self.outcome.unwrap_or(Outcome::Answered),
            self.by.clone().unwrap_or_default(),
        );
        if self.outcome.is_some_and(|outcome| outcome != Outcome::Answered) && !by.is_empty() {
            return wrong("by is for requests that are answered".to_owned());
        }
        let terminal = reader.terminal(Micros(self.at), BTreeMap::new());
        let times = self
            .times
            .unwrap_or(if by.is_empty() { 1 } else { 100 })
            .min(MOST_TIMES);
        let remembered = RefCell::new(memory.clone());
        let client = NetworkClient::of(terminal.cluster(), &client, reader.proxy().into(), &remembered);
        let name = from.rsplit('/').next().unwrap_or(from);
        let Some(network_client) = client else {
            return vec![Fault {
                words: format!("{from} is not there"),
                plain: format!("`{name}` is not there to ask."),
            }];
        };
        let mut ends: BTreeMap<&str, u32> = BTreeMap::new();
        let mut answering = BTreeSet::new();
        for reached in requests(&network_client, host, port, times) {
            let (ending, who) = reached;
            *ends.entry(ending.word()).or_default() += 1;
            answering.extend(who);
        }
        drop(network_client);
        *memory = remembered.into_inner();
        let mut faults = Vec::new();
        if ends.keys().any(|word| *word != wanted.word()) {
            let counts: Vec<String> = ends.iter().map(|(word, count)| format!("{word} {count}")).collect();
            faults.push(Fault {
                words: format!("{from} to {to}: expected {}, but {}", wanted.word(), counts.join(" ")),
                plain: ended(name, to, &ends),
            });
        }
        if self.by.is_some() && answering != by {
            faults.push(Fault {
                words: format!("{from} to {to}: answered by {answering:?}, not by {by:?}"),
                plain: answered_by(&answering, &by),
            });
        }
        faults
    }
}

/// How requests ended: `Requests from client to web:80: 63 answered, 37 refused.`
fn ended(from: &str, to: &str, ends: &BTreeMap<&str, u32>) -> String {
    let mut ends: Vec<(&str, u32)> = ends.iter().map(|(word, count)| (*word, *count)).collect();
    ends.order_by(|one, other| other.1.cmp(&one.1));
    let counts = match ends.as_slice() {
        [(word, _)] => (*word).to_owned(),
        several => {
            let counts = several.iter().map(|(word, count)| format!("{count} {word}"));
            counts.collect::<Vec<_>>().join(", ")
        }
    };
    format!("Requests from `{from}` to `{to}`: {counts}.")
}

/// Who should answer and does not, and who does and should not.
fn answered_by(answering: &BTreeSet<String>, by: &BTreeSet<String>) -> String {
    let listed = |pods: Vec<&String>| {
        let pods: Vec<String> = pods.into_iter().map(|pod| format!("`{pod}`")).collect();
        pods.join(", ")
    };
    let silent: Vec<&String> = by.difference(answering).collect();
    let others: Vec<&String> = answering.difference(by).collect();
    match (silent.is_empty(), others.is_empty()) {
        (false, true) => format!("No answer comes from {}.", listed(silent)),
        (true, _) => format!("Answers come from {}, too.", listed(others)),
        (false, false) => format!(
            "Answers come from {}, and none from {}.",
            listed(others),
            listed(silent)
        ),
    }
}

/// The outcome of each request, and who answers.
fn requests(network_client: &NetworkClient<'_>, host: &str, port: u16, times: u32) -> Vec<(Outcome, Option<String>)> {
    let Some(address) = network_client.addresses(host).into_iter().next() else {
        return vec![(Outcome::NameNotFound, None)];
    };
    let reached = network_client.connect_often(address, port, times).into_iter();
    reached
        .zip(0..)
        .map(|(reached, number)| match reached {
            Reached::Pod(ref key) => {
                let outcome = Outcome::from(network_client.reply(&reached, number).kind);
                (outcome, (!outcome.is_failure()).then(|| key.name.to_string()))
            }
            Reached::Node => (Outcome::Answered, Some("node".to_owned())),
            Reached::Outside | Reached::Proxy => (Outcome::Answered, Some("outside".to_owned())),
            Reached::Refused => (Outcome::RefusedNotListening, None),
            Reached::Closed => (Outcome::EmptyReply, None),
            Reached::Silence => (Outcome::TimedOut, None),
        })
        .collect()
}

/// Reads an outcome by its word; outcomes with the same word count as one.
fn outcome<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Outcome>, D::Error> {
    let word = String::deserialize(deserializer)?;
    let named = outcome_of(&word);
    named
        .map(Some)
        .ok_or_else(|| D::Error::custom(format!("{word:?} is no outcome")))
}

/// The outcome that has this word; outcomes with the same word count as one.
pub(crate) fn outcome_of(word: &str) -> Option<Outcome> {
    Outcome::ALL.into_iter().find(|outcome| outcome.word() == word)
}
