use crate::rule::{SyntaxRule, Words};
use crate::{Node, NodeKind};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Number, Value};
use std::ops::Range;

/// A plain word that YAML 1.1 reads as something a user may not expect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The place of the word, in bytes from its document's origin.
    pub span: Range<usize>,
    /// The word as written: `yes`.
    pub written: String,
    /// The value it is read as: `true`.
    pub became: String,
}

/// Converts a node to the JSON that kubectl sends.
///
/// Models: sigs.k8s.io/yaml YAMLToJSON over go.yaml.in/yaml/v2 resolve (v1.36): plain scalars by YAML 1.1, the last of
/// equal keys wins, and a merge overwrites what stands before it.
pub fn resolve(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Scalar { text, plain, tag } => scalar(text, *plain, tag.as_deref()).into_json(),
        NodeKind::Sequence(items) => items.iter().map(resolve).collect(),
        NodeKind::Mapping(pairs) => {
            let mut object = Map::new();
            fill(&mut object, pairs);
            Value::Object(object)
        }
    }
}

/// Notes on all plain words of a node that are read as something other than text or a plain decimal number.
pub fn notes(node: &Node) -> Vec<Note> {
    let mut notes = Vec::new();
    collect(node, &mut notes);
    notes
}

/// Why a valid YAML node cannot be converted to JSON, and where. `None` if it can.
///
/// Models: sigs.k8s.io/yaml convertToJSONableObject, then encoding/json (v1.36).
pub fn refuse(node: &Node) -> Option<(Words, Range<usize>)> {
    refuse_keys(node).or_else(|| refuse_numbers(node))
}

/// Why go-yaml refuses to decode a scalar with this tag. `None` if it accepts it.
///
/// Models: go.yaml.in/yaml/v2 resolve and decode scalar (v1.36).
pub fn refuse_tag(text: &str, plain: bool, tag: Option<&str>) -> Option<Words> {
    match tag? {
        "binary" => decode_base64(text)
            .is_none()
            .then(|| "!!binary value contains invalid base64 data".into()),
        tag @ ("bool" | "int" | "float" | "null" | "timestamp") => {
            let found = match scalar(text, plain, Some(tag)) {
                Scalar::Text(_) if tag == "timestamp" && is_timestamp(text) => "timestamp",
                Scalar::Text(_) if text == "<<" => "merge",
                resolved => resolved.tag(),
            };
            let words = || format!("cannot decode !!{found} `{text}` as a !!{tag}");
            (found != tag).then(|| (SyntaxRule::TagMismatch, words()).into())
        }
        _ => None,
    }
}

/// Whether a scalar is null.
pub fn is_null(text: &str, plain: bool, tag: Option<&str>) -> bool {
    scalar(text, plain, tag) == Scalar::Null
}

/// Whether go-yaml reads a plain word as text, not as null, a bool, a number or a timestamp.
pub fn is_text(word: &str) -> bool {
    matches!(plain_scalar(word, true), Scalar::Text(_)) && !is_timestamp(word)
}

/// Whether a plain word without underscores is a number.
pub fn is_number(word: &str) -> bool {
    number(word).is_some()
}

/// Whether a key `<<` written like this is a merge key.
pub fn is_merge_key(plain: bool, tag: Option<&str>) -> bool {
    match tag {
        None => plain,
        Some(tag) => matches!(tag, "!" | "merge"),
    }
}

/// Refuses keys that cannot be written as text.
fn refuse_keys(node: &Node) -> Option<(Words, Range<usize>)> {
    match &node.kind {
        NodeKind::Scalar { .. } => None,
        NodeKind::Sequence(items) => items.iter().find_map(refuse_keys),
        NodeKind::Mapping(pairs) => pairs
            .iter()
            .find_map(|(key, value)| refuse_key(key, value).or_else(|| refuse_keys(value))),
    }
}

fn refuse_key(key: &Node, value: &Node) -> Option<(Words, Range<usize>)> {
    let NodeKind::Scalar { text, plain, tag } = &key.kind else {
        return None;
    };
    let (type_name, printed) = match scalar(text, *plain, tag.as_deref()) {
        Scalar::Null => ("%!s(<nil>)", "<nil>".to_owned()),
        Scalar::Int(number) if i64::try_from(number).is_err() => ("uint64", format!("{number:#x}")),
        _ => return None,
    };
    let value = match resolve(value) {
        Value::Null => "<nil>".to_owned(),
        value => go_syntax(&value),
    };
    let message = format!("unsupported map key of type: {type_name}, key: {printed}, value: {value}");
    Some(((SyntaxRule::KeyUnsupported, message).into(), key.span.clone()))
}

/// Refuses numbers that JSON cannot express: infinities and NaN.
fn refuse_numbers(node: &Node) -> Option<(Words, Range<usize>)> {
    match &node.kind {
        NodeKind::Scalar { text, plain, tag } => match scalar(text, *plain, tag.as_deref()) {
            Scalar::Float(float) if !float.is_finite() => {
                let name = if float.is_nan() {
                    "NaN"
                } else if float > 0.0 {
                    "+Inf"
                } else {
                    "-Inf"
                };
                let words = format!("json: unsupported value: {name}");
                Some(((SyntaxRule::NumberUnsupported, words).into(), node.span.clone()))
            }
            _ => None,
        },
        NodeKind::Sequence(items) => items.iter().find_map(refuse_numbers),
        NodeKind::Mapping(pairs) => pairs.iter().find_map(|(_, value)| refuse_numbers(value)),
    }
}

/// Formats the decoded value of a node as Go's `%#v` does.
pub fn go_syntax(value: &Value) -> String {
    match value {
        Value::Null => "interface {}(nil)".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(go_syntax).collect();
            format!("[]interface {{}}{{{}}}", items.join(", "))
        }
        Value::Object(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(key, value)| format!("{key:?}:{}", go_syntax(value)))
                .collect();
            format!("map[interface {{}}]interface {{}}{{{}}}", fields.join(", "))
        }
    }
}

fn fill(object: &mut Map<String, Value>, pairs: &[(Node, Node)]) {
    for (key, value) in pairs {
        if is_merge(key) {
            merge(object, value);
        } else {
            object.insert(key_text(key), resolve(value));
        }
    }
}

/// Merges a mapping, or a list of mappings in which the earlier ones take precedence.
fn merge(object: &mut Map<String, Value>, from: &Node) {
    match &from.kind {
        NodeKind::Mapping(pairs) => fill(object, pairs),
        NodeKind::Sequence(items) => items.iter().rev().for_each(|item| merge(object, item)),
        NodeKind::Scalar { .. } => {}
    }
}

fn is_merge(key: &Node) -> bool {
    matches!(&key.kind, NodeKind::Scalar { text, plain, tag } if text == "<<" && is_merge_key(*plain, tag.as_deref()))
}

/// A key as text, with numbers and booleans written as `sigs.k8s.io/yaml` writes them.
pub fn key_text(key: &Node) -> String {
    let NodeKind::Scalar { text, plain, tag } = &key.kind else {
        return resolve(key).to_string();
    };
    match scalar(text, *plain, tag.as_deref()) {
        Scalar::Null => "null".to_owned(),
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => value.to_string(),
        Scalar::Float(value) => short_float(value),
        Scalar::Text(text) => text,
    }
}

/// Formats a float as Go's `strconv.FormatFloat(value, 'g', -1, 32)` does.
#[allow(clippy::cast_possible_truncation)]
fn short_float(value: f64) -> String {
    let value = value as f32;
    if !value.is_finite() {
        let name = match (value.is_nan(), value > 0.0) {
            (true, _) => ".nan",
            (_, true) => ".inf",
            _ => "-.inf",
        };
        return name.to_owned();
    }
    let text = format!("{value:e}");
    let Some((digits, exponent)) = text.split_once('e') else {
        return value.to_string();
    };
    match exponent.parse::<i32>() {
        Ok(power) if !(-4..6).contains(&power) => {
            let sign = if power < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", power.abs())
        }
        _ => value.to_string(),
    }
}

fn collect(node: &Node, notes: &mut Vec<Note>) {
    match &node.kind {
        NodeKind::Scalar {
            text,
            plain: true,
            tag: None,
        } => {
            let became = resolve(node);
            let as_expected = match &became {
                Value::String(_) | Value::Array(_) | Value::Object(_) => true,
                Value::Null => matches!(text.as_str(), "" | "null" | "~"),
                Value::Bool(_) => matches!(text.as_str(), "true" | "false"),
                Value::Number(number) => number.to_string().as_str() == text,
            };
            if !as_expected {
                notes.push(Note {
                    span: node.span.clone(),
                    written: text.clone(),
                    became: became.to_string(),
                });
            }
        }
        NodeKind::Scalar { .. } => {}
        NodeKind::Sequence(items) => items.iter().for_each(|item| collect(item, notes)),
        NodeKind::Mapping(pairs) => {
            for (key, value) in pairs {
                collect(key, notes);
                collect(value, notes);
            }
        }
    }
}

/// A scalar after YAML 1.1's rules are applied.
#[derive(Clone, Debug, PartialEq)]
enum Scalar {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
}

impl Scalar {
    const fn tag(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Text(_) => "str",
        }
    }

    fn into_json(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => value.into(),
            Self::Int(value) => integer(value),
            Self::Float(value) => float(value),
            Self::Text(text) => text.into(),
        }
    }
}

/// An integer as JSON. One that does not fit `i64` becomes a float, as it does on its way to the server.
#[allow(clippy::cast_precision_loss)]
fn integer(value: i128) -> Value {
    i64::try_from(value).map_or_else(|_| (value as f64).into(), Value::from)
}

/// A float as JSON. A whole one becomes an integer, because Go's JSON writes 80.0 as 80.
#[allow(clippy::cast_possible_truncation)]
fn float(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9e18 {
        return (value as i64).into();
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

fn scalar(text: &str, plain: bool, tag: Option<&str>) -> Scalar {
    let as_text = || Scalar::Text(text.to_owned());
    match tag {
        None if plain => plain_scalar(text, true),
        Some(tag @ ("bool" | "int" | "float" | "null" | "timestamp")) => match plain_scalar(text, tag == "timestamp") {
            #[allow(clippy::cast_precision_loss)]
            Scalar::Int(value) if tag == "float" => Scalar::Float(value as f64),
            other => other,
        },
        Some("binary") => Scalar::Text(decode_base64(text).unwrap_or_default()),
        _ => as_text(),
    }
}

/// Decodes base64. Each byte that is not UTF-8 is replaced, as Go's JSON does.
fn decode_base64(text: &str) -> Option<String> {
    let config = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    let bare: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    let bytes = GeneralPurpose::new(&STANDARD, config).decode(bare).ok()?;
    let mut decoded = String::new();
    for chunk in bytes.utf8_chunks() {
        decoded.push_str(chunk.valid());
        decoded.extend(std::iter::repeat_n(char::REPLACEMENT_CHARACTER, chunk.invalid().len()));
    }
    Some(decoded)
}

/// Models: go.yaml.in/yaml/v2 resolve: by first character, then table, then number.
fn plain_scalar(text: &str, may_be_date: bool) -> Scalar {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Scalar::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "true" | "True" | "TRUE" => return Scalar::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "false" | "False" | "FALSE" => {
            return Scalar::Bool(false);
        }
        ".nan" | ".NaN" | ".NAN" => return Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Scalar::Float(f64::NEG_INFINITY),
        _ => {}
    }
    let number = match text.bytes().next() {
        Some(b'.') => go_float(text),
        Some(b'0'..=b'9' | b'+' | b'-') if !(may_be_date && is_timestamp(text)) => number(&text.replace('_', "")),
        _ => None,
    };
    number.unwrap_or_else(|| Scalar::Text(text.to_owned()))
}

fn number(text: &str) -> Option<Scalar> {
    go_int(text)
        .map(Scalar::Int)
        .or_else(|| if is_float(text) { go_float(text) } else { None })
}

/// Parses an integer as Go's `strconv.ParseInt` and `ParseUint` do with base 0.
fn go_int(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let size = u64::from_str_radix(digits, radix).ok()?;
    let value = if negative { -i128::from(size) } else { i128::from(size) };
    let unsigned_has_no_sign = text.starts_with('+') && size > i64::MAX as u64;
    (value >= i128::from(i64::MIN) && !unsigned_has_no_sign).then_some(value)
}

/// Models: yamlStyleFloat.
fn is_float(text: &str) -> bool {
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (number, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..)),
        None => (rest, None),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let has_number = digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    let has_exponent = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    has_number && has_exponent
}

fn go_float(text: &str) -> Option<Scalar> {
    let starts_well = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    let value: f64 = text.chars().all(starts_well).then(|| text.parse().ok()).flatten()?;
    value.is_finite().then_some(Scalar::Float(value))
}

/// Whether a word is a timestamp: `2001-1-2`, `2001-1-2 15:4:5.9`, or with `T` and a zone.
///
/// Models: go.yaml.in/yaml/v2 resolve.go parseTimestamp (v1.36).
pub fn is_timestamp(text: &str) -> bool {
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
    let Some(year) = digits(year, 4..=4) else {
        return false;
    };
    let (Some(month), Some(day)) = (digits(month, 1..=2), digits(day, 1..=2)) else {
        return false;
    };
    let date_exists = (1..=days_of(year, month)).contains(&day);
    date_exists && (time.is_empty() || is_time_of_day(time))
}

fn digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<u32> {
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

/// Whether the rest of a timestamp is a time of day: with a zone after `T` or `t`, without one after a blank.
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
    let below = |text, limit| digits(text, 1..=2).is_some_and(|number| number < limit);
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
    (digits(hours, 2..=2)? <= 24 && digits(minutes, 2..=2)? < 60).then_some(clock)
}
