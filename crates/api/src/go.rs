//! Values in Go's print formats.

mod json_error;
mod value;

use serde_json::{Number, Value};
use std::fmt::Write;

pub use json_error::json_error;
pub use value::{float_text, number_text, syntax, text, type_name};

/// Go's `strconv.Quote` and `%q`: printable Unicode is not escaped.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{b}' => quoted.push_str("\\v"),
            c if (c as u32) < 0x20 || c as u32 == 0x7f => {
                let _ = write!(quoted, "\\x{:02x}", c as u32);
            }
            c if is_printable(c) => quoted.push(c),
            c if (c as u32) < 0x1_0000 => {
                let _ = write!(quoted, "\\u{:04x}", c as u32);
            }
            c => {
                let _ = write!(quoted, "\\U{:08x}", c as u32);
            }
        }
    }
    quoted.push('"');
    quoted
}

/// Approximates Go's `unicode.IsPrint`: false for control, format and private characters and blanks outside ASCII.
fn is_printable(c: char) -> bool {
    c == ' '
        || !(c.is_control()
            || c.is_whitespace()
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
            || matches!(c, '\u{feff}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..))
}

/// Go's name of the type of a JSON value, in messages of `encoding/json`.
pub const fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Go's `strconv.Atoi`: a whole number, or Go's message.
pub fn atoi(text: &str) -> Result<i64, String> {
    text.parse::<i64>().map_err(|_| {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        let why = if is_number {
            "value out of range"
        } else {
            "invalid syntax"
        };
        format!("strconv.Atoi: parsing {}: {why}", quote(text))
    })
}

/// Go's `json.Marshal`: no blanks; `<`, `>` and `&` escaped.
pub fn json(value: &Value) -> String {
    let text = value.to_string();
    if !text.contains(['<', '>', '&', '\u{2028}', '\u{2029}']) {
        return text;
    }
    text.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// Go's `strconv.ParseInt` with base 0: `0x10`, `0b11`, `0o7` and `07` are numbers, and digits may be parted by `_`.
/// `None` where the syntax is invalid; what does not fit into an `i128` is its largest number.
pub fn parse_int(text: &str) -> Option<i128> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = rest.to_lowercase();
    let (base, digits) = match lower.split_at_checked(2) {
        Some(("0x", digits)) => (16, digits),
        Some(("0b", digits)) => (2, digits),
        Some(("0o", digits)) => (8, digits),
        _ => match lower.strip_prefix('0') {
            Some(digits) if !digits.is_empty() => (8, digits),
            _ => (10, lower.as_str()),
        },
    };
    let parted = digits.strip_prefix('_').filter(|_| base != 10).unwrap_or(digits);
    let parts_are_digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_digit(base));
    if !parted.split('_').all(parts_are_digits) {
        return None;
    }
    let number = i128::from_str_radix(&parted.replace('_', ""), base).unwrap_or(i128::MAX);
    Some(if negative { -number } else { number })
}

/// A number as Go's `json.Marshal` writes it: `80`, `80.5`, `1e+21`.
pub fn number(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => json_float(float),
        _ => number.to_string(),
    }
}

fn json_float(float: f64) -> String {
    let size = float.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{float:e}");
        return match text.split_once('e') {
            Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
            _ => text,
        };
    }
    format!("{float}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_quoted_as_go_does() {
        assert_eq!(quote("myapp\n"), r#""myapp\n""#);
        assert_eq!(quote("🚀 münchen \u{1}\u{feff}"), "\"🚀 münchen \\x01\\ufeff\"");
    }

    #[test]
    fn numbers_are_read_in_their_base() {
        let read = ["10", "-1", "0x1F", "0b11", "010", "1_000", "0_7", "+5"].map(parse_int);
        assert_eq!(read.map(Option::unwrap_or_default), [10, -1, 31, 3, 8, 1000, 7, 5]);
        for wrong in ["", "-", "080", "1__0", "_1", "1_", "0x", "1.5", "a"] {
            assert_eq!(parse_int(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_look_as_go_sends_them() {
        let text = |float| Number::from_f64(float).map(|it| number(&it));
        assert_eq!(text(80.0).as_deref(), Some("80"));
        assert_eq!(text(80.5).as_deref(), Some("80.5"));
        assert_eq!(text(1e21).as_deref(), Some("1e+21"));
        assert_eq!(text(1.5e-7).as_deref(), Some("1.5e-7"));
    }
}
