//! How a container answers, by an annotation of ours.

use crate::Object;

/// Our annotation that says how a pod's containers answer: `20ms-80ms, 5% 2s, 1% 500`.
pub const ANSWERS: &str = "playground/answers";

/// One way in which a pod answers, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// In how many of a hundred requests; what is left is shared by those that do not say.
    pub percent: Option<u32>,
    /// What comes.
    pub how: How,
    /// After how many microseconds at least and at most, each span in between equally likely; none where that is not said.
    pub after: Option<(u64, u64)>,
}

/// What comes of a request that has reached a container.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum How {
    /// What was asked for.
    #[default]
    Well,
    /// A response with that HTTP status, which says that it failed: 400 to 599.
    Status(u16),
    /// No response: the connection is closed.
    Closes,
    /// Nothing, ever.
    Never,
}

/// How a pod's containers answer, as its annotation says; nothing where it says nothing that has a meaning.
///
/// Differs: a real cluster can't tell how long a container will take.
pub fn answers(pod: &Object) -> Vec<Answer> {
    let text = pod.annotation(ANSWERS).unwrap_or_default();
    read_answers(text).unwrap_or_default()
}

/// What such an annotation says, part by part; the error is the first part that means nothing.
pub fn read_answers(text: &str) -> Result<Vec<Answer>, &str> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| answer(part).ok_or(part)).collect()
}

fn answer(part: &str) -> Option<Answer> {
    let mut answer = Answer {
        percent: None,
        how: How::Well,
        after: None,
    };
    for word in part.split_whitespace() {
        if let Some(percent) = word.strip_suffix('%') {
            answer.percent = Some(percent.parse().ok().filter(|percent| *percent <= 100)?);
        } else if let Some(after) = spans(word) {
            answer.after = Some(after);
        } else {
            answer.how = how(word)?;
        }
    }
    Some(answer)
}

fn how(word: &str) -> Option<How> {
    match word {
        "closes" => Some(How::Closes),
        "never" => Some(How::Never),
        _ => word
            .parse()
            .ok()
            .filter(|status| (400..600).contains(status))
            .map(How::Status),
    }
}

/// `20ms`, or `20ms-80ms`.
fn spans(word: &str) -> Option<(u64, u64)> {
    let (least, most) = word.split_once('-').unwrap_or((word, word));
    let (least, most) = (span(least)?, span(most)?);
    (least <= most).then_some((least, most))
}

/// The longest a container takes to answer, in seconds.
const LONGEST: u64 = 3_600;

/// A whole number of microseconds, milliseconds or seconds, in microseconds.
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
            how: How::Well,
            after: Some((least, most)),
        };
        assert_eq!(answer("20ms"), Some(well(None, 20_000, 20_000)));
        assert_eq!(answer("5% 1s-2s"), Some(well(Some(5), 1_000_000, 2_000_000)));
        let failing = Answer {
            percent: Some(10),
            how: How::Status(503),
            after: Some((700, 700)),
        };
        assert_eq!(answer("10% 503 700us"), Some(failing));
        assert_eq!(answer("closes").map(|answer| answer.how), Some(How::Closes));
        assert_eq!(answer("1% never").map(|answer| answer.how), Some(How::Never));
    }

    #[test]
    fn what_means_nothing_is_told() {
        for word in ["fast", "200", "101% 1s", "2s-1s", "10", "1.5s", "2h", "9999s"] {
            assert_eq!(answer(word), None, "{word}");
        }
    }
}
