//! How containers answer requests.

use crate::Object;

/// Annotation of the playground: how a pod's containers answer, as in `20ms-80ms, 5% 2s, 1% 500`.
pub const ANSWERS: &str = "playground/answers";

/// One way in which a pod answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Answer {
    /// The percentage of requests; answers without one share the rest.
    pub percent: Option<u32>,
    pub kind: AnswerKind,
    /// The shortest and the longest time it takes, in microseconds, all in between equally likely; `None` if not given.
    pub after: Option<(u64, u64)>,
}

/// What a container does with a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum AnswerKind {
    /// It answers successfully.
    #[default]
    Success,
    /// It answers with this HTTP status, from 400 to 599.
    Status(u16),
    /// It closes the connection without an answer.
    Closes,
    /// It never answers.
    Never,
}

/// How a pod's containers answer by its annotation; empty if it has none or the annotation is invalid.
///
/// Differs: a real cluster cannot tell how a container will answer.
pub fn answers(pod: &Object) -> Vec<Answer> {
    let text = pod.annotation(ANSWERS).unwrap_or_default();
    read_answers(text).unwrap_or_default()
}

/// Parses an annotation; the error is its first invalid part.
pub fn read_answers(text: &str) -> Result<Vec<Answer>, &str> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| answer(part).ok_or(part)).collect()
}

fn answer(part: &str) -> Option<Answer> {
    let mut answer = Answer {
        percent: None,
        kind: AnswerKind::Success,
        after: None,
    };
    for word in part.split_whitespace() {
        if let Some(percent) = word.strip_suffix('%') {
            answer.percent = Some(percent.parse().ok().filter(|percent| *percent <= 100)?);
        } else if let Some(after) = spans(word) {
            answer.after = Some(after);
        } else {
            answer.kind = kind(word)?;
        }
    }
    Some(answer)
}

fn kind(word: &str) -> Option<AnswerKind> {
    match word {
        "closes" => Some(AnswerKind::Closes),
        "never" => Some(AnswerKind::Never),
        _ => word
            .parse()
            .ok()
            .filter(|status| (400..600).contains(status))
            .map(AnswerKind::Status),
    }
}

/// `20ms`, or `20ms-80ms`.
fn spans(word: &str) -> Option<(u64, u64)> {
    let (least, most) = word.split_once('-').unwrap_or((word, word));
    let (least, most) = (span(least)?, span(most)?);
    (least <= most).then_some((least, most))
}

/// The longest time to answer, in seconds.
const LONGEST: u64 = 3_600;

/// Parses a whole number of `us`, `ms` or `s` to microseconds.
fn span(word: &str) -> Option<u64> {
    let unit = word.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, unit) = word.split_at_checked(unit)?;
    let each = match unit {
        "us" | "µs" => 1,
        "ms" => 1_000,
        "s" => 1_000_000,
        _ => return None,
    };
    let span = number.parse::<u64>().ok()?.checked_mul(each)?;
    (span <= LONGEST * 1_000_000).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_says_how_often_what_comes_and_when() {
        let well = |percent, least, most| Answer {
            percent,
            kind: AnswerKind::Success,
            after: Some((least, most)),
        };
        assert_eq!(answer("20ms"), Some(well(None, 20_000, 20_000)));
        assert_eq!(answer("5% 1s-2s"), Some(well(Some(5), 1_000_000, 2_000_000)));
        let failing = Answer {
            percent: Some(10),
            kind: AnswerKind::Status(503),
            after: Some((700, 700)),
        };
        assert_eq!(answer("10% 503 700us"), Some(failing));
        assert_eq!(answer("closes").map(|answer| answer.kind), Some(AnswerKind::Closes));
        assert_eq!(answer("1% never").map(|answer| answer.kind), Some(AnswerKind::Never));
    }

    #[test]
    fn the_first_invalid_part_is_the_error() {
        for word in ["fast", "200", "101% 1s", "2s-1s", "10", "1.5s", "2h", "9999s"] {
            assert_eq!(answer(word), None, "{word}");
        }
    }
}
