//! `sleep`.

use crate::output::ProgramOutput;

pub(crate) fn run(words: &[String]) -> ProgramOutput {
    let Some(word) = words.first() else {
        return ProgramOutput::failed(1, "sleep: missing operand\nTry 'sleep --help' for more information.\n");
    };
    match millis(word) {
        Some(millis) => ProgramOutput {
            seconds: millis.saturating_add(999) / 1_000,
            ..ProgramOutput::default()
        },
        None => ProgramOutput::failed(
            1,
            format!("sleep: invalid time interval '{word}'\nTry 'sleep --help' for more information.\n"),
        ),
    }
}

/// In seconds.
const LONGEST: i64 = u32::MAX as i64;

/// `3`, `0.5`, `2m`, `infinity`.
pub(crate) fn millis(word: &str) -> Option<i64> {
    if word == "infinity" || word == "inf" {
        return Some(LONGEST * 1_000);
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
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_number = !number.is_empty() && fraction.chars().all(|digit| digit.is_ascii_digit());
    let whole: i64 = match whole {
        "" => 0,
        whole => whole.parse().ok().filter(|_| is_number)?,
    };
    // Less than a millisecond counts as one, so that a loop with a short sleep takes time.
    let digits = fraction.chars().chain("000".chars()).take(3);
    let part = digits.fold(0, |sum, digit| sum * 10 + i64::from(digit.to_digit(10).unwrap_or(0)));
    let least = i64::from(fraction.chars().any(|digit| digit != '0'));
    is_number.then(|| (whole.min(LONGEST) * 1_000 + part.max(least)) * times)
}
