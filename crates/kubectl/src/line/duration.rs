//! Durations as Go reads them.

/// A duration, as flags take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    nanoseconds: i64,
}

impl Span {
    pub(crate) const fn from_seconds(seconds: i64) -> Self {
        Self {
            nanoseconds: seconds.saturating_mul(1_000_000_000),
        }
    }

    pub(crate) const fn is_zero(self) -> bool {
        self.nanoseconds == 0
    }

    pub(crate) const fn is_negative(self) -> bool {
        self.nanoseconds < 0
    }

    /// Whether it is a number of whole seconds.
    pub(crate) const fn is_whole(self) -> bool {
        self.nanoseconds % 1_000_000_000 == 0
    }

    pub(crate) const fn whole_seconds(self) -> i64 {
        let (seconds, rest) = (self.nanoseconds / 1_000_000_000, self.nanoseconds % 1_000_000_000);
        if rest > 0 { seconds + 1 } else { seconds }
    }

    /// Reads `1h30m`, `0.5s`, `0`; the error is Go's.
    ///
    /// Models: time ParseDuration (Go 1.26).
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let quoted = api::go::quote(text);
        let invalid = || format!("time: invalid duration {quoted}");
        let (negative, mut rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if rest == "0" {
            return Ok(Self { nanoseconds: 0 });
        }
        if rest.is_empty() {
            return Err(invalid());
        }
        let mut sum: u64 = 0;
        while !rest.is_empty() {
            let number = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
            let (number, after) = rest.split_at(number);
            let unit = after
                .find(|c: char| c.is_ascii_digit() || c == '.')
                .unwrap_or(after.len());
            let (unit, after) = after.split_at(unit);
            let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
            if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
                return Err(invalid());
            }
            if unit.is_empty() {
                return Err(format!("time: missing unit in duration {quoted}"));
            }
            let scale = unit_scale(unit)
                .ok_or_else(|| format!("time: unknown unit {} in duration {quoted}", api::go::quote(unit)))?;
            sum = part(whole, fraction, scale)
                .and_then(|part| sum.checked_add(part))
                .ok_or_else(invalid)?;
            rest = after;
        }
        let nanoseconds = i64::try_from(sum).map_err(|_| invalid())?;
        Ok(Self {
            nanoseconds: if negative { -nanoseconds } else { nanoseconds },
        })
    }
}

/// Nanoseconds of a unit.
fn unit_scale(unit: &str) -> Option<u64> {
    Some(match unit {
        "ns" => 1,
        "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

/// Nanoseconds of `whole.fraction` units; `None` on overflow.
fn part(whole: &str, fraction: &str, scale: u64) -> Option<u64> {
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let digits: String = fraction.chars().take(18).collect();
    let value: u128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    let tenths = 10u128.pow(u32::try_from(digits.len()).ok()?);
    let below = u64::try_from(value * u128::from(scale) / tenths).ok()?;
    whole.checked_mul(scale)?.checked_add(below)
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn spans_are_read_as_go_reads_them() {
        let seconds = |text| Span::read(text).map(Span::whole_seconds);
        assert_eq!(seconds("1h2m3.5s"), Ok(3724));
        assert_eq!(seconds("500ms"), Ok(1));
        assert_eq!(seconds("-1s"), Ok(-1));
        assert_eq!(seconds("0"), Ok(0));
        assert_eq!(seconds("30"), Err("time: missing unit in duration \"30\"".to_owned()));
        assert_eq!(
            seconds("3x"),
            Err("time: unknown unit \"x\" in duration \"3x\"".to_owned())
        );
        assert_eq!(seconds("soon"), Err("time: invalid duration \"soon\"".to_owned()));
        assert_eq!(
            seconds("9999999999h"),
            Err("time: invalid duration \"9999999999h\"".to_owned())
        );
    }
}
