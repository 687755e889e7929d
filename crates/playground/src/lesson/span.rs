use network::Micros;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A span of virtual time as a scenario document writes it: `5s`, `500ms`, `1m30s`, or a number of seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Micros);

impl Span {
    /// So many seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(Micros::from_seconds(seconds))
    }

    /// Reads `1m30s`, `1.5s`, `500ms`; `None` for anything else.
    pub fn read(written: &str) -> Option<Self> {
        let mut rest = written.trim();
        let mut all = 0.0;
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let number = rest.find(|it: char| !it.is_ascii_digit() && it != '.')?;
            let (digits, unit) = rest.split_at(number);
            let end = unit.find(|it: char| it.is_ascii_digit()).unwrap_or(unit.len());
            let (unit, after) = unit.split_at(end);
            all += digits.parse::<f64>().ok()? * seconds_of(unit)?;
            rest = after;
        }
        Self::of_seconds(all)
    }

    fn of_seconds(seconds: f64) -> Option<Self> {
        let longest = 1e9;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        (0.0..longest)
            .contains(&seconds)
            .then(|| Self(Micros((seconds * 1e6).round() as u64)))
    }
}

fn seconds_of(unit: &str) -> Option<f64> {
    Some(match unit {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3_600.0,
        _ => return None,
    })
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Micros(micros) = self.0;
        if micros.is_multiple_of(1_000_000) {
            return serializer.collect_str(&format_args!("{}s", micros / 1_000_000));
        }
        serializer.collect_str(&format_args!("{micros}us"))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Span {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A span of virtual time: 5s, 500ms, 1m30s, or a number of seconds.",
            "anyOf": [
                { "type": "number", "minimum": 0 },
                { "type": "string", "pattern": r"^([0-9]+(\.[0-9]+)?(us|ms|s|m|h))+$" }
            ]
        })
    }
}

struct Reader;

impl Visitor<'_> for Reader {
    type Value = Span;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a span of time such as 5s, 500ms or 1m30s")
    }

    fn visit_str<E: Error>(self, written: &str) -> Result<Span, E> {
        Span::read(written).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(written), &self))
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Span, E> {
        #[allow(clippy::cast_precision_loss)]
        self.visit_f64(seconds as f64)
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<Span, E> {
        Span::of_seconds(seconds).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Float(seconds), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_authors_write_them() {
        let micros = |written| Span::read(written).map(|it| it.0.0);
        assert_eq!(micros("5s"), Some(5_000_000));
        assert_eq!(micros("500ms"), Some(500_000));
        assert_eq!(micros("1m30s"), Some(90_000_000));
        assert_eq!(micros("1.5s"), Some(1_500_000));
        for wrong in ["", "5", "s", "5 s", "5d", "-1s", "1..2s"] {
            assert_eq!(micros(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_plain_number_means_seconds() {
        let read: Vec<Span> = serde_yaml::from_str("[5, 0.5, 2s]").unwrap_or_default();
        let micros: Vec<u64> = read.iter().map(|it| it.0.0).collect();
        assert_eq!(micros, [5_000_000, 500_000, 2_000_000]);
    }
}
