//! Times in Go's formats.

use crate::go;

/// The parts of RFC 3339 in Go's notation, each with its allowed range.
const PARTS: [(&str, &str, std::ops::RangeInclusive<i64>); 6] = [
    ("2006", "year", 0..=9999),
    ("01", "month", 1..=12),
    ("02", "day", 1..=31),
    ("15", "hour", 0..=23),
    ("04", "minute", 0..=59),
    ("05", "second", 0..=59),
];
const SEPARATORS: [&str; 6] = ["-", "-", "T", ":", ":", ""];

/// Parses a time and writes it in UTC as the API server does: to the second, or with `micro` to the microsecond.
///
/// Models: apimachinery/pkg/apis/meta/v1 Time and MicroTime UnmarshalJSON over Go's time.Parse (v1.36).
pub fn parse(text: &str, micro: bool) -> Result<String, String> {
    let layout = if micro {
        "2006-01-02T15:04:05.000000Z07:00"
    } else {
        "2006-01-02T15:04:05Z07:00"
    };
    let error = |rest: &str, part: &str| {
        let (text, layout) = (go::quote(text), go::quote(layout));
        Err(format!(
            "parsing time {text} as {layout}: cannot parse {} as {}",
            go::quote(rest),
            go::quote(part)
        ))
    };
    let mut rest = text;
    let mut numbers = [0_i64; 6];
    for ((part, name, range), (separator, number)) in PARTS.iter().zip(SEPARATORS.iter().zip(&mut numbers)) {
        let digits = rest
            .get(..part.len())
            .filter(|it| it.bytes().all(|b| b.is_ascii_digit()));
        let Some(value) = digits.and_then(|it| it.parse().ok()) else {
            return error(rest, part);
        };
        if !range.contains(&value) {
            return Err(format!("parsing time {}: {name} out of range", go::quote(text)));
        }
        *number = value;
        rest = rest.get(part.len()..).unwrap_or_default();
        match rest.strip_prefix(separator) {
            Some(after) => rest = after,
            None => return error(rest, separator),
        }
    }
    let [year, month, day, hour, minute, second] = numbers;
    if day > days_in(year, month) {
        return Err(format!("parsing time {}: day out of range", go::quote(text)));
    }
    let (fraction, zone) = fraction(rest);
    let Some(offset) = offset_minutes(zone) else {
        return error(zone, "Z07:00");
    };
    let minutes = (days_from_civil(year, month, day) * 24 + hour) * 60 + minute - offset;
    Ok(write(minutes, second, micro.then_some(fraction)))
}

/// Parses the fraction of a second as microseconds, and returns the rest of the text.
fn fraction(rest: &str) -> (i64, &str) {
    let Some(digits) = rest.strip_prefix('.') else {
        return (0, rest);
    };
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let (digits, zone) = digits.split_at_checked(end).unwrap_or((digits, ""));
    let micros = format!("{digits:0<6}");
    (micros.get(..6).and_then(|it| it.parse().ok()).unwrap_or_default(), zone)
}

fn offset_minutes(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let sign = if zone.starts_with('+') { 1 } else { -1 };
    let (hours, minutes) = zone.strip_prefix(['+', '-'])?.split_once(':')?;
    let two = |text: &str| {
        if text.len() == 2 {
            text.parse::<u8>().ok().map(i64::from)
        } else {
            None
        }
    };
    Some(sign * (two(hours).filter(|it| *it < 24)? * 60 + two(minutes).filter(|it| *it < 60)?))
}

fn days_in(year: i64, month: i64) -> i64 {
    let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    days_from_civil(next_year, next_month, 1) - days_from_civil(year, month, 1)
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar. Years are counted from March.
pub const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The year, month and day `days` days after 1970-01-01; the inverse of [`days_from_civil`].
pub fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

fn write(minutes: i64, second: i64, micros: Option<i64>) -> String {
    let (year, month, day) = civil_from_days(minutes.div_euclid(24 * 60));
    let (hour, minute) = (minutes.div_euclid(60).rem_euclid(24), minutes.rem_euclid(60));
    let fraction = micros.map_or_else(String::new, |it| format!(".{it:06}"));
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn times_are_kept_in_utc() {
        assert_eq!(
            parse("2026-03-01T00:30:00+01:00", false).as_deref(),
            Ok("2026-02-28T23:30:00Z")
        );
        assert_eq!(
            parse("2024-02-29T12:00:00.5Z", false).as_deref(),
            Ok("2024-02-29T12:00:00Z")
        );
        assert_eq!(
            parse("2024-02-29T12:00:00.5Z", true).as_deref(),
            Ok("2024-02-29T12:00:00.500000Z")
        );
    }

    #[test]
    fn what_is_no_time_is_told_in_go_words() {
        let said = |text| parse(text, false).unwrap_err();
        assert_eq!(
            said("now"),
            r#"parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006""#
        );
        assert_eq!(
            said("2026-03-01"),
            r#"parsing time "2026-03-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T""#
        );
        assert_eq!(
            said("2026-02-30T00:00:00Z"),
            r#"parsing time "2026-02-30T00:00:00Z": day out of range"#
        );
    }
}
