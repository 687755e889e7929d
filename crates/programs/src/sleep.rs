//! `sleep`.

use crate::output::ProgramOutput;

pub(crate) fn run(words: &[String]) -> ProgramOutput {
    let Some(word) = words.first() else {
        return ProgramOutput::failed(1, "sleep: missing operand\nTry 'sleep --help' for more information.\n");
    };
    match seconds(word) {
        Some(seconds) => ProgramOutput {
            seconds,
            ..ProgramOutput::default()
        },
        None => ProgramOutput::failed(
            1,
            format!("sleep: invalid time interval '{word}'\nTry 'sleep --help' for more information.\n"),
        ),
    }
}

/// `3`, `0.5`, `2m`, `infinity`; parts of a second count as one, so that a loop with a short sleep takes time.
fn seconds(word: &str) -> Option<i64> {
    if word == "infinity" || word == "inf" {
        return Some(i64::from(u32::MAX));
    }
    let (number, unit) = match word.strip_suffix(['s', 'm', 'h', 'd']) {
        Some(number) => (number, word.chars().last()),
        None => (word, None),
    };
    let times = match unit {
        Some('m') => 60,
        Some('h') => 3_600,
        Some('d') => 86_400,
        _ => 1,
    };
    (!number.is_empty())
        .then(|| crate::options::seconds(number))?
        .map(|seconds| {
            let seconds = seconds.min(i64::from(u32::MAX));
            seconds * times
        })
}
