//! Virtual seconds and the timestamps of API objects.

use api::time::{civil_from_days, days_from_civil};

/// Virtual second 0 as seconds of the Unix epoch: 2026-01-05T09:00:00Z.
const START: i64 = 1_767_603_600;

/// How many seconds a new cluster has been up at second 0.
pub(crate) const UPTIME: i64 = 283;

/// A virtual second in RFC 3339, as in `creationTimestamp`.
pub fn timestamp(second: i64) -> String {
    let unix = unix(second);
    let (days, rest) = (unix.div_euclid(86_400), unix.rem_euclid(86_400));
    let (year, month, day) = civil_from_days(days);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

/// A virtual second as seconds of the Unix epoch.
pub fn unix(second: i64) -> i64 {
    START + second
}

/// The virtual second of a time in RFC 3339 and UTC, without fractions.
pub fn second(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
    let days = days_from_civil(number(0..4)?, number(5..7)?, number(8..10)?);
    Some(days * 86_400 + number(11..13)? * 3600 + number(14..16)? * 60 + number(17..19)? - START)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_survives_being_written() {
        for at in [-283, 0, 1, 86_399, 86_400 * 59, 86_400 * 800] {
            assert_eq!(second(&timestamp(at)), Some(at));
        }
        assert_eq!(timestamp(0), "2026-01-05T09:00:00Z");
    }
}
