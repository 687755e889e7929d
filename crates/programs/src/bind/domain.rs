//! Names as BIND reads and writes them.

use std::fmt::Write;
use std::net::IpAddr;

/// In octets of a message.
const MAX_LENGTH: usize = 255;

/// A name as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TypedName {
    labels: Vec<String>,
    pub(super) absolute: bool,
}

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Illegal {
    Nothing,
    EmptyLabel,
    LabelTooLong,
    NameTooLong,
}

impl Illegal {
    /// BIND's words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Nothing => "unexpected end of input",
            Self::EmptyLabel => "empty label",
            Self::LabelTooLong => "label too long",
            Self::NameTooLong => "ran out of space",
        }
    }
}

impl TypedName {
    /// Models: lib/dns/name.c dns_name_fromtext, without escapes.
    pub(super) fn read(text: &str) -> Result<Self, Illegal> {
        match text {
            "" => return Err(Illegal::Nothing),
            // The domain itself, and the root.
            "@" | "." => {
                return Ok(Self {
                    labels: Vec::new(),
                    absolute: text == ".",
                });
            }
            _ => {}
        }
        let absolute = text.ends_with('.');
        let labels: Vec<String> = text
            .strip_suffix('.')
            .unwrap_or(text)
            .split('.')
            .map(str::to_owned)
            .collect();
        for label in &labels {
            match label.len() {
                0 => return Err(Illegal::EmptyLabel),
                1..=63 => {}
                _ => return Err(Illegal::LabelTooLong),
            }
        }
        let typed = Self { labels, absolute };
        typed.fits().then_some(typed).ok_or(Illegal::NameTooLong)
    }

    /// The number of labels; a final dot counts as one.
    pub(super) fn count(&self) -> usize {
        self.labels.len() + usize::from(self.absolute)
    }

    /// The fully qualified name below a domain.
    pub(super) fn below(&self, domain: &Self) -> Result<Self, Illegal> {
        let mut labels = self.labels.clone();
        if !self.absolute {
            labels.extend(domain.labels.iter().cloned());
        }
        let whole = Self { labels, absolute: true };
        whole.fits().then_some(whole).ok_or(Illegal::NameTooLong)
    }

    /// The fully qualified name without a domain.
    pub(super) fn whole(&self) -> Self {
        Self {
            labels: self.labels.clone(),
            absolute: true,
        }
    }

    fn fits(&self) -> bool {
        self.labels.iter().map(|label| label.len() + 1).sum::<usize>() < MAX_LENGTH
    }

    /// The name with its final dot.
    pub(super) fn question(&self) -> String {
        format!("{}.", self.labels.join("."))
    }
}

/// A name as it is printed: without the final dot, special characters escaped.
///
/// Models: lib/dns/name.c dns_name_format.
pub(crate) fn written(name: &str) -> String {
    let Some(name) = name.strip_suffix('.').filter(|name| !name.is_empty()) else {
        return name.to_owned();
    };
    let mut text = String::new();
    for byte in name.bytes() {
        match byte {
            b'"' | b'(' | b')' | b';' | b'\\' | b'@' | b'$' => {
                text.push('\\');
                text.push(byte.into());
            }
            0x21..=0x7e => text.push(byte.into()),
            other => {
                let _ = write!(text, "\\{other:03}");
            }
        }
    }
    text
}

/// The name for reverse lookups of an address.
///
/// Models: dighost.c get_reverse.
pub(crate) fn reverse(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa.")
        }
        IpAddr::V6(v6) => {
            let digits = v6.octets().into_iter().rev().flat_map(|octet| [octet & 15, octet >> 4]);
            let digits = digits.filter_map(|digit| char::from_digit(digit.into(), 16));
            let digits: String = digits.flat_map(|digit| [digit, '.']).collect();
            format!("{digits}ip6.arpa")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_name() {
        let name = |text: &str| text.parse().map(reverse).unwrap_or_default();
        assert_eq!(name("10.96.0.1"), "1.0.96.10.in-addr.arpa.");
        assert_eq!(
            name("fd00:10:96::1"),
            "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa"
        );
    }

    #[test]
    fn special_signs_are_escaped() {
        assert_eq!(written("a$b.c@d."), r"a\$b.c\@d");
        assert_eq!(written("ä."), r"\195\164");
        assert_eq!(written("."), ".");
    }
}
