//! Moments as API objects write them.

/// Virtual second 0 as seconds of the Unix epoch: 2026-01-05T09:00:00Z.
const START: i64 = 1_767_603_600;

/// How long the default cluster has been up at second 0.
pub(crate) const UPTIME: i64 = 283;

/// A virtual second as RFC 3339 text, as in `creationTimestamp`.
pub fn timestamp(second: i64) -> String {
    let unix = START + second;
    let (days, rest) = (unix.div_euclid(86_400), unix.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

/// The virtual second of an RFC 3339 text in UTC, fractions cut off.
pub fn second(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
    let days = days(number(0..4)?, number(5..7)?, number(8..10)?);
    Some(days * 86_400 + number(11..13)? * 3600 + number(14..16)? * 60 + number(17..19)? - START)
}

/// Days since 1970 to year, month, day (proleptic Gregorian).
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted + 2) / 5 + 1)
}

fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_survives_being_written() {
        for at in [-283, 0, 1, 86_399, 86_400 * 59, 86_400 * 800] {
            assert_eq!(second(&timestamp(at)), Some(at));
        }
        assert_eq!(timestamp(0), "2026-01-05T09:00:00Z");
    }
}
