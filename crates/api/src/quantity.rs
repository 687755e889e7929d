//! Quantities of resources: `100m`, `8Gi`, `1.5`.

use crate::{Detail, Rule, Value, go};

const NO_QUANTITY: &str = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const NO_SUFFIX: &str = "unable to parse quantity's suffix";
const DECIMAL: [(&str, i32); 10] = [
    ("n", -9),
    ("u", -6),
    ("m", -3),
    ("", 0),
    ("k", 3),
    ("M", 6),
    ("G", 9),
    ("T", 12),
    ("P", 15),
    ("E", 18),
];
const BINARY: [(&str, u32); 6] = [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60)];
const NANO: i128 = 1_000_000_000;

/// The notation of a quantity: decimal suffixes, binary suffixes or an exponent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Decimal,
    Binary,
    Exponent,
}

/// The canonical form that the API server writes: the largest suffix that leaves a whole number.
///
/// Models: apimachinery/pkg/api/resource ParseQuantity and CanonicalizeBytes (v1.36).
pub fn canonical(value: &Value) -> Result<String, Detail> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => go::number(number),
        _ => return Err((Rule::QuantityForm, NO_QUANTITY).into()),
    };
    match parse(&text) {
        Some((nanos, format)) => Ok(write(nanos, format)),
        None if is_well_formed(&text) => Err((Rule::QuantityUnit, NO_SUFFIX).into()),
        None => Err((Rule::QuantityForm, NO_QUANTITY).into()),
    }
}

/// Whether the text is a number followed by letters of suffixes; they need not form a valid suffix.
///
/// Models: parseQuantityString.
fn is_well_formed(text: &str) -> bool {
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = rest.strip_prefix('.').map_or(rest, |fraction| {
        fraction.trim_start_matches(|c: char| c.is_ascii_digit())
    });
    let rest = rest.trim_start_matches(|c: char| "eEinumkKMGTP".contains(c));
    let rest = rest.strip_prefix(['-', '+']).unwrap_or(rest);
    !text.is_empty() && rest.bytes().all(|b| b.is_ascii_digit())
}

/// The quantity in billionths, rounded up.
pub fn nanos(text: &str) -> Option<i128> {
    parse(text).map(|(nanos, _)| nanos)
}

/// Adds two quantities and keeps the notation of the first, unless the first is zero.
///
/// Models: apimachinery/pkg/api/resource Quantity.Add (v1.36).
pub fn sum(first: &str, second: &str) -> Option<String> {
    let ((first, format), (second, other)) = (parse(first)?, parse(second)?);
    let format = if first == 0 { other } else { format };
    Some(write(first.checked_add(second)?, format))
}

/// Rewrites `amount` in the notation of `model`.
pub fn written_as(amount: &str, model: &str) -> Option<String> {
    let ((amount, _), (_, format)) = (parse(amount)?, parse(model)?);
    Some(write(amount, format))
}

/// Subtracts the second quantity from the first, at least 0, and keeps the notation of the first.
pub fn difference(first: &str, second: &str) -> Option<String> {
    let ((first, format), (second, _)) = (parse(first)?, parse(second)?);
    Some(write(first.checked_sub(second)?.max(0), format))
}

fn parse(text: &str) -> Option<(i128, Format)> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = rest
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(rest.len());
    let (number, suffix) = rest.split_at_checked(end)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return None;
    }
    let (binary_bits, exponent, format) = scale(suffix)?;
    let digits: i128 = format!("0{whole}{fraction}").parse().ok()?;
    let power = exponent + 9 - i32::try_from(fraction.len()).ok()?;
    let scaled = digits.checked_mul(1_i128.checked_shl(binary_bits)?)?;
    let nanos = if power >= 0 {
        scaled.checked_mul(10_i128.checked_pow(u32::try_from(power).ok()?)?)?
    } else {
        let divisor = 10_i128.checked_pow(u32::try_from(-power).ok()?)?;
        scaled.checked_add(divisor - 1)? / divisor
    };
    Some((if negative { -nanos } else { nanos }, format))
}

fn scale(suffix: &str) -> Option<(u32, i32, Format)> {
    if let Some((_, exponent)) = DECIMAL.iter().find(|(name, _)| *name == suffix) {
        return Some((0, *exponent, Format::Decimal));
    }
    if let Some((_, bits)) = BINARY.iter().find(|(name, _)| *name == suffix) {
        return Some((*bits, 0, Format::Binary));
    }
    let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
    (-30..=27)
        .contains(&exponent)
        .then_some((0, exponent, Format::Exponent))
}

fn write(nanos: i128, format: Format) -> String {
    if nanos == 0 {
        return "0".to_owned();
    }
    let whole = nanos / NANO;
    if format == Format::Binary && nanos % NANO == 0 && whole.abs() >= 1024 {
        let fitting = BINARY.iter().rev().find(|(_, bits)| whole % (1_i128 << bits) == 0);
        return fitting.map_or(whole.to_string(), |(name, bits)| format!("{}{name}", whole >> bits));
    }
    let unit = |exponent: i32| 10_i128.pow(u32::try_from(exponent + 9).unwrap_or(0));
    let fitting = DECIMAL.iter().rev().find(|(_, exponent)| nanos % unit(*exponent) == 0);
    let (suffix, exponent) = fitting.copied().unwrap_or(("n", -9));
    let number = nanos / unit(exponent);
    match (format, exponent) {
        (Format::Exponent, 0) => number.to_string(),
        (Format::Exponent, exponent) => format!("{number}e{exponent}"),
        _ => format!("{number}{suffix}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_with_the_largest_fitting_suffix() {
        let cases = [
            ("0.5", "500m"),
            ("1000m", "1"),
            ("1024Mi", "1Gi"),
            ("1500Mi", "1500Mi"),
            ("64Mi", "64Mi"),
            ("1.5Gi", "1536Mi"),
            ("2", "2"),
            ("1000", "1k"),
            ("0", "0"),
            ("512Ki", "512Ki"),
            ("1e3", "1e3"),
            ("100m", "100m"),
            ("-1", "-1"),
            ("0.5Ki", "512"),
        ];
        for (given, kept) in cases {
            assert_eq!(canonical(&Value::from(given)).as_deref(), Ok(kept), "{given}");
        }
        for wrong in ["", "1x", "one", "1.2.3", "Mi"] {
            assert!(canonical(&Value::from(wrong)).is_err(), "{wrong}");
        }
        for wrong in ["64mi", "1kk", "1e", "m1"] {
            assert_eq!(
                canonical(&Value::from(wrong)),
                Err((Rule::QuantityUnit, NO_SUFFIX).into()),
                "{wrong}"
            );
        }
    }
}
