//! Random names and uids, derived from a seed and an identity: adding one object never renames another.

use base::{finalize, hash, mix};

/// The letters of Kubernetes' random suffixes.
///
/// Models: apimachinery/pkg/util/rand/rand.go (v1.36).
const ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

/// A random suffix, as `generateName` appends it.
pub(crate) fn suffix(mut number: u64, letters: usize) -> String {
    let mut text = String::with_capacity(letters);
    for _ in 0..letters {
        let at = usize::try_from(number % 27).unwrap_or_default();
        text.push(char::from(ALPHABET.get(at).copied().unwrap_or(b'b')));
        number = mix(number);
    }
    text
}

/// A uid in the layout of UUID version 4.
pub(crate) fn uid(seed: u64, words: &[&str]) -> String {
    let high = hash(seed, words);
    let low = finalize(high ^ 0x5bf0_3635);
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        (low >> 48) & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff
    )
}

/// The hash of a pod template: ten letters of Kubernetes' alphabet.
pub(crate) fn template_hash(template: &str) -> String {
    suffix(hash(0, &[template]), 10)
}
