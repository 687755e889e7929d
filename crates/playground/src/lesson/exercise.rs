//! Exercises: whether a session solves one, and whether an author's solution and mistakes do what they say.

use super::{Change, Lesson, LessonCheck, LessonFault, client};
use crate::check::{Check, Fault, outcome_of};
use crate::reader::Reader;
use crate::scenario::Scenario;
use crate::session::Session;
use network::Micros;
use programs::Memory;
use serde::{Deserialize, Serialize};
use yaml::LineIndex;

/// How long after a change a check looks, unless it says so: pods start and probes pass meanwhile.
const AFTER: Micros = Micros::from_seconds(15);

/// What a check of an exercise comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// What is asked for, in the author's words.
    pub say: String,
    /// What does not hold; empty if it passes.
    pub faults: Vec<String>,
    /// The same, in plain sentences for a learner.
    pub plain: Vec<String>,
}

impl Judgement {
    /// Whether it holds.
    pub fn passes(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Holds a session that stands at a moment against the checks of its scenario document.
pub fn judge(reader: &Reader, at: Micros) -> Vec<Judgement> {
    let checks = reader.lesson().map(|lesson| lesson.checks.clone()).unwrap_or_default();
    let mut memory = Memory::new(reader.seed());
    let judge = |check: LessonCheck| {
        let say = check.say.clone();
        let faults = match check.at(at) {
            Ok(check) => check.faults(reader, &mut memory),
            Err(fault) => vec![Fault::same(fault)],
        };
        let (faults, plain) = faults.into_iter().map(|it| (it.words, it.plain)).unzip();
        Judgement { say, faults, plain }
    };
    checks.into_iter().map(judge).collect()
}

impl LessonCheck {
    fn at(self, now: Micros) -> Result<Check, String> {
        let outcome = match &self.outcome {
            Some(word) => Some(outcome_of(word).ok_or_else(|| format!("{word:?} is no outcome"))?),
            None => None,
        };
        Ok(Check {
            at: (now + self.after.map_or(AFTER, |after| after.0)).0,
            kubectl: self.kubectl,
            exit: self.exit.unwrap_or_default(),
            stdout: self.stdout,
            stderr: None,
            contains: self.contains,
            lacks: self.lacks,
            from: self.from.as_deref().map(client),
            to: self.to,
            times: Some(self.times.unwrap_or(100)),
            outcome,
            by: self.by.map(|pods| pods.into_iter().collect()),
        })
    }
}

/// Tries a scenario file as its author means it; a sentence for each thing that is not so: `LINE: sentence`.
///
/// Checks without a solution hold as the text is. With one, the text as it is fails, the solution passes, and no mistake does.
pub(crate) fn test(file: &str, lesson: Result<Lesson, LessonFault>) -> Vec<String> {
    let lines = LineIndex::new(file);
    let lesson = match lesson {
        Ok(lesson) => lesson,
        Err(fault) => return vec![format!("{}: {}", lines.line(fault.range.start), fault.message)],
    };
    let line_of = |words: &str| lines.line(file.find(words).unwrap_or(0));
    let session = open(file);
    let mut wrong: Vec<String> = session.notices().iter().map(|notice| format!("1: {notice}")).collect();
    if !lesson.is_exercise() {
        wrong.extend(errors(&session, &lines));
        let failing = judge(&session, end(&lesson)).into_iter().flat_map(|it| it.faults);
        wrong.extend(failing.map(|fault| format!("{}: {fault}", line_of("checks:"))));
        return wrong;
    }
    if judge(&session, end(&lesson)).iter().all(Judgement::passes) {
        wrong.push(format!(
            "{}: the checks pass although nothing is solved",
            line_of("checks:")
        ));
    }
    let place = line_of("solution:");
    match with(file, &lesson, &lesson.solution) {
        Ok(solved) => {
            let failing = judge(&solved, end(&lesson)).into_iter().flat_map(|it| it.faults);
            wrong.extend(failing.map(|fault| format!("{place}: the solution does not pass: {fault}")));
        }
        Err(fault) => wrong.push(format!("{place}: {fault}")),
    }
    for mistake in &lesson.mistakes {
        let place = line_of(mistake.say.lines().next().unwrap_or("mistakes:"));
        match with(file, &lesson, &mistake.changes) {
            Ok(tried) if judge(&tried, end(&lesson)).iter().all(Judgement::passes) => {
                wrong.push(format!("{place}: this mistake solves the exercise"));
            }
            Ok(_) => {}
            Err(fault) => wrong.push(format!("{place}: {fault}")),
        }
    }
    wrong
}

fn open(text: &str) -> Session {
    Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    })
}

/// The errors of a text at their lines.
fn errors(session: &Session, lines: &LineIndex<'_>) -> Vec<String> {
    let errors = session.diagnostics().iter().filter(|it| it.severity.is_error());
    errors
        .map(|it| format!("{}: {}", lines.line(it.range.start), it.message))
        .collect()
}

/// When all that the document brings about has begun.
fn end(lesson: &Lesson) -> Micros {
    let acts = lesson.acts(usize::MAX);
    acts.iter().map(|act| Micros(act.at)).max().unwrap_or_default()
}

/// A session in which these changes have been made; the sentence says which one cannot be.
fn with(file: &str, lesson: &Lesson, changes: &[Change]) -> Result<Session, String> {
    let (text, lines) = change(file, changes)?;
    let mut session = open(&text);
    for line in lines {
        let (output, _) = session.perform(end(lesson), &line);
        if output.exit != 0 {
            return Err(format!("{line}: {}", output.stderr.trim_end()));
        }
    }
    Ok(session)
}

/// A text with changes, and the commands among them.
///
/// # Errors
/// A sentence that says which change does not fit the text.
pub fn change(text: &str, changes: &[Change]) -> Result<(String, Vec<String>), String> {
    let own = super::manifests(text);
    let head = text.len() - own.len();
    let (head, mut manifests) = match text.get(..head) {
        Some(head) if text.ends_with(&own) => (head.to_owned(), own),
        _ => (String::new(), text.to_owned()),
    };
    let mut lines = Vec::new();
    for change in changes {
        if let Some(words) = &change.replace {
            let times = manifests.matches(words.as_str()).count();
            if times != 1 {
                return Err(format!("{words:?} occurs {times} times in the manifests, not once"));
            }
            manifests = manifests.replace(words.as_str(), change.with.as_deref().unwrap_or_default());
        }
        if let Some(more) = &change.append {
            manifests = format!("{}\n---\n{more}", manifests.trim_end());
        }
        if let Some(all) = &change.manifests {
            manifests.clone_from(all);
        }
        lines.extend(change.run.clone());
    }
    Ok((head + &manifests, lines))
}
