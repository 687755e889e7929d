//! Links: a scenario as the fragment of a URL, `#v1.<codec>.<base64url>`.
//!
//! Codec `d` is deflated JSON. Codec `D1` is deflate with the words of `dictionary-1.txt`, of a line of JSON without the text and then
//! the text as it is; the dictionary is frozen, as links were given out that refer to it.
//!
//! Browsers never send a fragment to a server. Every version stays readable: `tests/links` holds a link of each.

mod deflate;

use crate::limits;
use crate::scenario::Scenario;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use deflate::InflateError;
use std::fmt;

/// Deflated JSON.
const PLAIN: &str = "v1.d.";
/// Deflated with the first dictionary.
const WITH_WORDS: &str = "v1.D1.";
/// What texts, and the heads before them, often say; frozen.
const WORDS: &str = include_str!("dictionary-1.txt");

/// Why a link cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShareError {
    /// The link's version is unknown.
    UnknownVersion(String),
    /// The link was cut or changed on its way.
    Damaged,
    /// A field holds what this version of the playground does not know; the parser's words.
    UnknownContent(String),
    /// Longer than [`limits::LINK_CHARS`], or the text in it longer than [`limits::TEXT_BYTES`].
    TooLong,
}

impl fmt::Display for ShareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownVersion(version) => {
                write!(
                    f,
                    "this link was made by another version of the playground ({version}); reload the page and try again"
                )
            }
            Self::UnknownContent(words) => {
                write!(
                    f,
                    "this link asks for something that this version of the playground does not know ({words})"
                )
            }
            Self::Damaged => f.write_str("this link is damaged: part of it got lost or was changed on its way"),
            Self::TooLong => f.write_str("this link is longer than the playground reads"),
        }
    }
}

impl std::error::Error for ShareError {}

impl From<InflateError> for ShareError {
    fn from(error: InflateError) -> Self {
        match error {
            InflateError::Damaged => Self::Damaged,
            InflateError::TooLong => Self::TooLong,
        }
    }
}

/// The fragment of a scenario, without `#`: by the codec that makes it shorter.
pub fn encode(scenario: &Scenario) -> String {
    let plain = plain(scenario);
    let with_words = with_words(scenario);
    if with_words.len() < plain.len() {
        with_words
    } else {
        plain
    }
}

fn plain(scenario: &Scenario) -> String {
    let json = serde_json::to_vec(scenario).unwrap_or_default();
    format!("{PLAIN}{}", URL_SAFE_NO_PAD.encode(deflate::deflate(b"", &json)))
}

fn with_words(scenario: &Scenario) -> String {
    let head = Scenario {
        text: String::new(),
        ..scenario.clone()
    };
    let mut head = serde_json::to_value(&head).unwrap_or_default();
    if let Some(fields) = head.as_object_mut() {
        fields.remove("text");
    }
    let bytes = format!("{head}\n{}", scenario.text);
    let deflated = deflate::deflate(WORDS.as_bytes(), bytes.as_bytes());
    format!("{WITH_WORDS}{}", URL_SAFE_NO_PAD.encode(deflated))
}

/// The scenario of a fragment, with or without `#`.
pub fn decode(fragment: &str) -> Result<Scenario, ShareError> {
    let fragment = fragment.trim().trim_start_matches('#');
    if fragment.len() > limits::LINK_CHARS {
        return Err(ShareError::TooLong);
    }
    if let Some(body) = fragment.strip_prefix(WITH_WORDS) {
        let bytes = inflated(body, WORDS)?;
        let text = String::from_utf8(bytes).map_err(|_| ShareError::Damaged)?;
        let (head, text) = text.split_once('\n').ok_or(ShareError::Damaged)?;
        let scenario = read(head.as_bytes())?;
        return Ok(Scenario {
            text: text.to_owned(),
            ..scenario
        });
    }
    let Some(body) = fragment.strip_prefix(PLAIN) else {
        return Err(unknown(fragment));
    };
    read(&inflated(body, "")?)
}

fn inflated(body: &str, dictionary: &str) -> Result<Vec<u8>, ShareError> {
    let deflated = URL_SAFE_NO_PAD
        .decode(body.trim_end_matches('='))
        .map_err(|_| ShareError::Damaged)?;
    Ok(deflate::inflate(
        dictionary.as_bytes(),
        &deflated,
        2 * limits::TEXT_BYTES,
    )?)
}

fn read(json: &[u8]) -> Result<Scenario, ShareError> {
    serde_json::from_slice(json).map_err(|error| {
        if !error.is_data() {
            return ShareError::Damaged;
        }
        let words = error.to_string();
        let place = words.rfind(" at line ").unwrap_or(words.len());
        ShareError::UnknownContent(words.get(..place).unwrap_or_default().to_owned())
    })
}

fn unknown(fragment: &str) -> ShareError {
    let mut parts = fragment.splitn(3, '.');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(version), Some(codec), Some(_)) if version.starts_with('v') && version.len() < 8 && codec.len() < 8 => {
            ShareError::UnknownVersion(format!("{version}.{codec}"))
        }
        _ => ShareError::Damaged,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::scenario::{Act, TimedAct, View};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_link_gives_back_what_was_put_in(text in ".{0,400}", seed: u64, nodes in 0_usize..9, at in 0_u64..10_000_000, pod in "[a-z]{1,9}") {
            let scenario = Scenario {
                text,
                seed,
                nodes,
                acts: vec![TimedAct { at, act: Act::Ready { namespace: "default".into(), pod, ready: false } }],
                view: View { at, paused: true, ..View::default() },
                ..Scenario::default()
            };
            prop_assert_eq!(decode(&encode(&scenario)), Ok(scenario.clone()));
            prop_assert_eq!(decode(&with_words(&scenario)), Ok(scenario.clone()));
            prop_assert_eq!(decode(&plain(&scenario)), Ok(scenario));
        }

        #[test]
        fn no_text_makes_the_reader_fail_otherwise_than_by_an_error(fragment in ".{0,200}") {
            let _ = decode(&fragment);
            let _ = decode(&format!("{PLAIN}{fragment}"));
            let _ = decode(&format!("{WITH_WORDS}{fragment}"));
        }
    }

    #[test]
    fn a_link_of_another_version_is_told_from_a_damaged_one() {
        assert_eq!(decode("#v9.q.abc"), Err(ShareError::UnknownVersion("v9.q".into())));
        assert_eq!(decode("#v1.d.abc"), Err(ShareError::Damaged));
        assert_eq!(decode("#section-2"), Err(ShareError::Damaged));
    }

    #[test]
    fn an_unknown_word_is_named() {
        let deflated = deflate::deflate(b"", br#"{"text":"a: 1","proxy":"ebpf"}"#);
        let error = decode(&format!("{PLAIN}{}", URL_SAFE_NO_PAD.encode(deflated))).unwrap_err();
        assert_eq!(
            error.to_string(),
            "this link asks for something that this version of the playground does not know (unknown variant `ebpf`, \
             expected one of `iptables`, `nftables`, `ipvs`, `ipvs-lc`, `ipvs-sh`)"
        );
    }

    #[test]
    fn a_small_bomb_is_refused() {
        let spaces = vec![b' '; 4 * limits::TEXT_BYTES];
        for (prefix, dictionary) in [(PLAIN, ""), (WITH_WORDS, WORDS)] {
            let bomb = deflate::deflate(dictionary.as_bytes(), &spaces);
            let link = format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bomb));
            assert_eq!(decode(&link), Err(ShareError::TooLong));
        }
    }

    #[test]
    fn the_dictionary_is_frozen() {
        let digest = base::sha256(WORDS.as_bytes());
        let first: [u8; 8] = std::array::from_fn(|place| digest[place]);
        let frozen = 0xdfc0_529d_1dc0_e595;
        assert_eq!(
            u64::from_be_bytes(first),
            frozen,
            "links were given out that refer to dictionary-1.txt as it was"
        );
    }

    #[test]
    fn the_article_fits_into_a_short_link() {
        let scenario = Scenario {
            text: include_str!("../../../../web/scenarios/three-tiers.yaml").to_owned(),
            seed: 7,
            view: View {
                tab: Some("describe".into()),
                service: Some("default/back-end".into()),
                at: 12_480_000,
                paused: true,
                ..View::default()
            },
            ..Scenario::default()
        };
        let link = encode(&scenario);
        assert!(
            link.starts_with(WITH_WORDS) && link.len() <= 250,
            "{} characters",
            link.len()
        );
        assert_eq!(decode(&link), Ok(scenario));
    }
}
