//! Links: a scenario as the fragment of a URL, `#v1.d.<base64url of deflated JSON>`.
//!
//! Browsers never send a fragment to a server. Every version stays readable: `tests/links` holds a link of each.

use crate::limits;
use crate::scenario::Scenario;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;

const PREFIX: &str = "v1.d.";
const LEVEL: u8 = 10;

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

/// The fragment of a scenario, without `#`.
pub fn encode(scenario: &Scenario) -> String {
    let json = serde_json::to_vec(scenario).unwrap_or_default();
    let deflated = miniz_oxide::deflate::compress_to_vec(&json, LEVEL);
    format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(deflated))
}

/// The scenario of a fragment, with or without `#`.
pub fn decode(fragment: &str) -> Result<Scenario, ShareError> {
    let fragment = fragment.trim().trim_start_matches('#');
    if fragment.len() > limits::LINK_CHARS {
        return Err(ShareError::TooLong);
    }
    let Some(body) = fragment.strip_prefix(PREFIX) else {
        return Err(unknown(fragment));
    };
    let deflated = URL_SAFE_NO_PAD
        .decode(body.trim_end_matches('='))
        .map_err(|_| ShareError::Damaged)?;
    let json =
        miniz_oxide::inflate::decompress_to_vec_with_limit(&deflated, 2 * limits::TEXT_BYTES).map_err(|error| {
            if error.status == miniz_oxide::inflate::TINFLStatus::HasMoreOutput {
                ShareError::TooLong
            } else {
                ShareError::Damaged
            }
        })?;
    serde_json::from_slice(&json).map_err(|error| {
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
            prop_assert_eq!(decode(&encode(&scenario)), Ok(scenario));
        }

        #[test]
        fn no_text_makes_the_reader_fail_otherwise_than_by_an_error(fragment in ".{0,200}") {
            let _ = decode(&fragment);
            let _ = decode(&format!("{PREFIX}{fragment}"));
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
        let deflated = miniz_oxide::deflate::compress_to_vec(br#"{"text":"a: 1","proxy":"ebpf"}"#, LEVEL);
        let error = decode(&format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(deflated))).unwrap_err();
        assert_eq!(
            error.to_string(),
            "this link asks for something that this version of the playground does not know (unknown variant `ebpf`, \
             expected one of `iptables`, `nftables`, `ipvs`, `ipvs-lc`, `ipvs-sh`)"
        );
    }

    #[test]
    fn a_small_bomb_is_refused() {
        let bomb = miniz_oxide::deflate::compress_to_vec(&vec![b' '; 4 * limits::TEXT_BYTES], LEVEL);
        assert_eq!(
            decode(&format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bomb))),
            Err(ShareError::TooLong)
        );
    }
}
