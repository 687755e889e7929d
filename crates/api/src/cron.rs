//! Schedules of cron jobs: `*/5 * * * *`, `@daily`, `@every 90s`.
//!
//! Models: github.com/robfig/cron/v3 ParseStandard, SpecSchedule Next, as kube-apiserver and the cron job controller of
//! v1.36 use them.

use crate::go;
use crate::time::civil_from_days;

/// When a cron job is due, in UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// At each minute that matches the fields.
    Fields(Fields),
    /// This many seconds after the last time.
    Every(i64),
}

/// The matching minutes, hours, days of the month, months and days of the week, as bit sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fields {
    minute: u64,
    hour: u64,
    day: u64,
    month: u64,
    weekday: u64,
}

/// Marks a field that is `*`.
const STAR: u64 = 1 << 63;
/// How many days ahead the next time is looked for. A schedule such as February 30 is never due.
const MAX_DAYS: i64 = 366 * 5;

/// The smallest and greatest number of a field, and the names of its numbers.
struct Bounds {
    min: i64,
    max: i64,
    names: &'static [&'static str],
}

const MINUTES: Bounds = Bounds::new(0, 59, &[]);
const HOURS: Bounds = Bounds::new(0, 23, &[]);
const DAYS: Bounds = Bounds::new(1, 31, &[]);
const MONTHS: Bounds = Bounds::new(
    1,
    12,
    &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ],
);
const WEEKDAYS: Bounds = Bounds::new(0, 6, &["sun", "mon", "tue", "wed", "thu", "fri", "sat"]);

impl Bounds {
    const fn new(min: i64, max: i64, names: &'static [&'static str]) -> Self {
        Self { min, max, names }
    }

    /// Parses a comma-separated list of ranges into bits.
    fn field(&self, text: &str) -> Result<u64, String> {
        let ranges = text.split(',').filter(|range| !range.is_empty());
        ranges
            .map(|range| self.range(range))
            .try_fold(0, |bits, more| Ok(bits | more?))
    }

    /// Models: getRange.
    fn range(&self, text: &str) -> Result<u64, String> {
        let (range, step) = text
            .split_once('/')
            .map_or((text, None), |(range, step)| (range, Some(step)));
        let ends: Vec<&str> = range.split('-').collect();
        let first = ends.first().copied().unwrap_or_default();
        let (mut star, from, mut to);
        if matches!(first, "*" | "?") {
            (star, from, to) = (STAR, self.min, self.max);
        } else {
            (star, from) = (0, self.number(first)?);
            to = match ends.as_slice() {
                [_] => from,
                [_, last] => self.number(last)?,
                _ => return Err(format!("too many hyphens: {text}")),
            };
        }
        let mut every = 1;
        if let Some(step) = step {
            if step.contains('/') {
                return Err(format!("too many slashes: {text}"));
            }
            every = number(step)?;
            if ends.len() == 1 {
                to = self.max;
            }
            if every > 1 {
                star = 0;
            }
        }
        let (min, max) = (self.min, self.max);
        if from < min {
            return Err(format!("beginning of range ({from}) below minimum ({min}): {text}"));
        }
        if to > max {
            return Err(format!("end of range ({to}) above maximum ({max}): {text}"));
        }
        if from > to {
            return Err(format!(
                "beginning of range ({from}) beyond end of range ({to}): {text}"
            ));
        }
        if every == 0 {
            return Err(format!("step of range should be a positive number: {text}"));
        }
        let fits = |at: &i64| (at - from) % every == 0;
        Ok((from..=to).filter(fits).fold(star, |bits, at| bits | 1 << at))
    }

    fn number(&self, text: &str) -> Result<i64, String> {
        let name = self.names.iter().position(|name| name.eq_ignore_ascii_case(text));
        match name {
            Some(place) => Ok(self.min + i64::try_from(place).unwrap_or_default()),
            None => number(text),
        }
    }
}

/// Models: mustParseInt.
fn number(text: &str) -> Result<i64, String> {
    let number = go::atoi(text).map_err(|why| format!("failed to parse int from {text}: {why}"))?;
    if number < 0 {
        return Err(format!("negative number ({number}) not allowed: {text}"));
    }
    Ok(number)
}

impl Schedule {
    /// Parses a schedule. The error is Kubernetes' message.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut text = text;
        if let Some(rest) = text.strip_prefix("CRON_TZ=").or_else(|| text.strip_prefix("TZ=")) {
            text = rest.split_once(' ').map_or("", |(_, rest)| rest.trim());
        }
        if text.is_empty() {
            return Err("empty spec string".to_owned());
        }
        if text.starts_with('@') {
            return descriptor(text);
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        let &[minute, hour, day, month, weekday] = words.as_slice() else {
            let count = words.len();
            return Err(format!(
                "expected exactly 5 fields, found {count}: [{}]",
                words.join(" ")
            ));
        };
        Ok(Self::Fields(Fields {
            minute: MINUTES.field(minute)?,
            hour: HOURS.field(hour)?,
            day: DAYS.field(day)?,
            month: MONTHS.field(month)?,
            weekday: WEEKDAYS.field(weekday)?,
        }))
    }

    /// The next second after `after` (Unix time) at which the schedule is due, `None` if it is never due.
    pub fn next(&self, after: i64) -> Option<i64> {
        match self {
            Self::Every(seconds) => Some(after + seconds),
            Self::Fields(fields) => fields.next(after),
        }
    }
}

impl Fields {
    fn next(&self, after: i64) -> Option<i64> {
        let start = (after.div_euclid(60) + 1) * 60;
        let first = start.div_euclid(86_400);
        for day in first..first + MAX_DAYS {
            if !self.has_day(day) {
                continue;
            }
            let from = if day == first { start.rem_euclid(86_400) / 60 } else { 0 };
            let fits = |minute: &i64| self.hour >> (minute / 60) & 1 == 1 && self.minute >> (minute % 60) & 1 == 1;
            if let Some(minute) = (from..1440).find(fits) {
                return Some(day * 86_400 + minute * 60);
            }
        }
        None
    }

    /// Whether the day matches: both day fields must match if one of them is `*`, else one is enough.
    ///
    /// Models: dayMatches.
    fn has_day(&self, day: i64) -> bool {
        let (_, month, date) = civil_from_days(day);
        // Day 0 was a Thursday.
        let weekday = (day + 4).rem_euclid(7);
        let has = |bits: u64, at: i64| bits >> at & 1 == 1;
        let (by_date, by_weekday) = (has(self.day, date), has(self.weekday, weekday));
        let days = if (self.day | self.weekday) & STAR != 0 {
            by_date && by_weekday
        } else {
            by_date || by_weekday
        };
        has(self.month, month) && days
    }
}

/// Models: parseDescriptor.
fn descriptor(text: &str) -> Result<Schedule, String> {
    let fields = match text {
        "@yearly" | "@annually" => "0 0 1 1 *",
        "@monthly" => "0 0 1 * *",
        "@weekly" => "0 0 * * 0",
        "@daily" | "@midnight" => "0 0 * * *",
        "@hourly" => "0 * * * *",
        _ => {
            let Some(every) = text.strip_prefix("@every ") else {
                return Err(format!("unrecognized descriptor: {text}"));
            };
            let seconds = seconds(every).map_err(|why| format!("failed to parse duration {every}: {why}"))?;
            return Ok(Schedule::Every(seconds.max(1)));
        }
    };
    Schedule::parse(fields)
}

/// The longest Go duration, about 292 years, in nanoseconds.
const LONGEST: f64 = 9_223_372_036_854_775_807.0;

/// Parses a Go duration, cut to whole seconds.
///
/// Models: Go's time.ParseDuration.
#[allow(clippy::cast_possible_truncation, reason = "the longest duration has fewer seconds")]
fn seconds(text: &str) -> Result<i64, String> {
    let quoted = go::quote(text);
    let invalid = || format!("time: invalid duration {quoted}");
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut nanos = 0.0;
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (amount, after) = rest.split_at(digits);
        let amount: f64 = amount.parse().map_err(|_| invalid())?;
        let end = after
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let factor = match unit {
            "ns" => 1.0,
            "us" | "µs" | "μs" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            "m" => 60e9,
            "h" => 3600e9,
            "" => return Err(format!("time: missing unit in duration {quoted}")),
            unit => return Err(format!("time: unknown unit {} in duration {quoted}", go::quote(unit))),
        };
        nanos += amount * factor;
        if nanos >= LONGEST {
            return Err(invalid());
        }
        rest = after;
    }
    Ok((sign * nanos / 1e9) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::days_from_civil;

    type Minute = (i64, i64, i64, i64, i64);

    fn next(schedule: &str, (year, month, day, hour, minute): Minute) -> Option<Minute> {
        let schedule = Schedule::parse(schedule).unwrap();
        let at = schedule.next(days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60)?;
        let (year, month, day) = civil_from_days(at.div_euclid(86_400));
        let minutes = at.rem_euclid(86_400) / 60;
        Some((year, month, day, minutes / 60, minutes % 60))
    }

    #[test]
    fn a_schedule_is_next_due_at_the_first_minute_that_fits() {
        let now = (2026, 1, 5, 9, 0);
        assert_eq!(next("*/5 * * * *", now), Some((2026, 1, 5, 9, 5)));
        assert_eq!(next("0 9 * * *", now), Some((2026, 1, 6, 9, 0)));
        assert_eq!(next("30 4 1,15 * 5", now), Some((2026, 1, 9, 4, 30)));
        assert_eq!(next("0 0 29 feb *", now), Some((2028, 2, 29, 0, 0)));
        assert_eq!(next("0 0 30 2 *", now), None);
        assert_eq!(next("@weekly", now), Some((2026, 1, 11, 0, 0)));
        assert_eq!(next("@every 1h30m", now), Some((2026, 1, 5, 10, 30)));
        assert_eq!(next("@every +90m", now), Some((2026, 1, 5, 10, 30)));
        assert_eq!(Schedule::parse("@every -1h"), Ok(Schedule::Every(1)));
        assert_eq!(Schedule::parse("@every 0"), Ok(Schedule::Every(1)));
    }

    #[test]
    fn what_is_no_schedule_is_refused_in_the_parsers_words() {
        let cases = [
            ("every day", "expected exactly 5 fields, found 2: [every day]"),
            ("60 * * * *", "end of range (60) above maximum (59): 60"),
            ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
            ("* * * * 5-1", "beginning of range (5) beyond end of range (1): 5-1"),
            ("*/0 * * * *", "step of range should be a positive number: */0"),
            (
                "x * * * *",
                "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax",
            ),
            ("@often", "unrecognized descriptor: @often"),
            (
                "@every 3000000h",
                "failed to parse duration 3000000h: time: invalid duration \"3000000h\"",
            ),
        ];
        for (text, words) in cases {
            assert_eq!(Schedule::parse(text), Err(words.to_owned()), "{text}");
        }
    }
}
