//! Whether plain text stays text when it is read again.
//!
//! Models: go.yaml.in/yaml/v2 resolve.go (v1.36).

const WORDS: [&str; 34] = [
    "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON", "n", "N", "no", "No", "NO", "false",
    "False", "FALSE", "off", "Off", "OFF", "~", "null", "Null", "NULL", ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF",
    "+.inf", "-.inf",
];

/// Whether go-yaml reads it as text, and YAML 1.1 not as a number to the base of 60.
pub(super) fn is_text(text: &str) -> bool {
    let Some(first) = text.chars().next() else {
        return false;
    };
    if WORDS.contains(&text) || matches!(text, "+.Inf" | "+.INF" | "-.Inf" | "-.INF") {
        return false;
    }
    match first {
        '.' => !is_float(text),
        '0'..='9' | '+' | '-' => !(is_timestamp(text) || is_number(&text.replace('_', "")) || is_base_60(text)),
        _ => true,
    }
}

/// Whether any reader of YAML might take it for something else than text.
///
/// Models: isTypeAmbiguous of sigs.k8s.io/yaml/kyaml.
pub(in crate::print) fn is_ambiguous(text: &str) -> bool {
    const WORDS: [&str; 21] = [
        "", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "t", "f", "inf", "+inf", "-inf",
        "infinity", "nan", ".inf", "-.inf", ".nan",
    ];
    let lower = text.to_ascii_lowercase();
    WORDS.contains(&lower.as_str())
        || matches!(lower.as_str(), "+.inf" | "+infinity" | "-infinity")
        || is_number(&text.replace('_', ""))
        || is_base_60(text)
        || is_timestamp(text)
}

fn is_number(plain: &str) -> bool {
    is_integer(plain) || is_float(plain)
}

/// Models: Go's strconv.ParseInt and ParseUint with base 0 and 64 bits.
fn is_integer(plain: &str) -> bool {
    let unsigned = plain.strip_prefix(['+', '-']).unwrap_or(plain);
    let is_signed = unsigned.len() < plain.len();
    let lower = unsigned.to_ascii_lowercase();
    let (digits, radix) = match lower.as_bytes() {
        [b'0', b'x', ..] => (lower.get(2..), 16),
        [b'0', b'b', ..] => (lower.get(2..), 2),
        [b'0', b'o', ..] => (lower.get(2..), 8),
        [b'0', _, ..] => (lower.get(1..), 8),
        _ => (Some(lower.as_str()), 10),
    };
    let Some(digits) = digits.filter(|digits| !digits.starts_with(['+', '-'])) else {
        return false;
    };
    let Ok(size) = u64::from_str_radix(digits, radix) else {
        return false;
    };
    let least = i64::MIN.unsigned_abs();
    !is_signed || size < least || plain.starts_with('-') && size == least
}

/// Models: yamlStyleFloat, and the range of 64 bits.
fn is_float(plain: &str) -> bool {
    let unsigned = plain.strip_prefix(['+', '-']).unwrap_or(plain);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()),
        None => digits(mantissa) && !mantissa.is_empty(),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        digits(unsigned) && !unsigned.is_empty()
    });
    mantissa_fits && exponent_fits && plain.parse::<f64>().is_ok_and(f64::is_finite)
}

/// `12:30`, `-1:59.5`.
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut parts = unsigned.split(':');
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let first = parts.next().unwrap_or_default();
    if !(digits(first) && first.starts_with(|c: char| c.is_ascii_digit())) {
        return false;
    }
    let mut rest: Vec<&str> = parts.collect();
    let Some(last) = rest.last_mut() else {
        return false;
    };
    if let Some((whole, fraction)) = last.split_once('.') {
        if !digits(fraction) {
            return false;
        }
        *last = whole;
    }
    rest.into_iter().all(is_below_60)
}

fn is_below_60(part: &str) -> bool {
    match part.as_bytes() {
        [one] => one.is_ascii_digit(),
        [ten, one] => (b'0'..=b'5').contains(ten) && one.is_ascii_digit(),
        _ => false,
    }
}

/// Models: parseTimestamp: a date alone, or with a time.
fn is_timestamp(text: &str) -> bool {
    let Some((year, rest)) = text.split_once('-') else {
        return false;
    };
    let Some((month, rest)) = rest.split_once('-') else {
        return false;
    };
    let (day, time) = match rest.find(|c: char| !c.is_ascii_digit()) {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let Some(year) = number(year, 4..=4) else {
        return false;
    };
    let (Some(month), Some(day)) = (number(month, 1..=2), number(day, 1..=2)) else {
        return false;
    };
    let date_exists = (1..=days_of(year, month)).contains(&day);
    date_exists && (time.is_empty() || is_time_of_day(time))
}

fn number(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let fits = lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok())?
}

fn days_of(year: u32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

/// With a zone after `T` or `t`, without one after a blank.
fn is_time_of_day(text: &str) -> bool {
    let clock = match text.strip_prefix(['T', 't']) {
        Some(zoned) => without_zone(zoned),
        None => text.strip_prefix(' '),
    };
    let Some((hour, minute_and_second)) = clock.and_then(|clock| clock.split_once(':')) else {
        return false;
    };
    let Some((minute, second)) = minute_and_second.split_once(':') else {
        return false;
    };
    let (second, fraction) = match second.split_once(['.', ',']) {
        Some((second, fraction)) => (second, Some(fraction)),
        None => (second, None),
    };
    let below = |text, limit| number(text, 1..=2).is_some_and(|number| number < limit);
    let fraction_fits =
        fraction.is_none_or(|fraction| !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit()));
    below(hour, 24) && below(minute, 60) && below(second, 60) && fraction_fits
}

fn without_zone(text: &str) -> Option<&str> {
    if let Some(clock) = text.strip_suffix('Z') {
        return Some(clock);
    }
    let (clock, zone) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let (hours, minutes) = zone.strip_prefix(['+', '-'])?.split_once(':')?;
    (number(hours, 2..=2)? <= 24 && number(minutes, 2..=2)? < 60).then_some(clock)
}
