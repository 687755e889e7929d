//! What a cluster draws at random, drawn here from a seed and an identity: adding one object never renames another.

/// The letters of Kubernetes' random suffixes.
///
/// Models: apimachinery/pkg/util/rand/rand.go (v1.36).
const ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

/// A number that follows from the seed and the words alone.
pub(crate) fn hash(seed: u64, words: &[&str]) -> u64 {
    let mut state = seed ^ 0xcbf2_9ce4_8422_2325;
    for word in words {
        for byte in word.bytes().chain([0xff]) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    mix(state)
}

fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A suffix of so many letters, as `generateName` appends.
pub(crate) fn suffix(mut number: u64, letters: usize) -> String {
    let mut text = String::with_capacity(letters);
    for _ in 0..letters {
        let at = usize::try_from(number % 27).unwrap_or_default();
        text.push(char::from(ALPHABET.get(at).copied().unwrap_or(b'b')));
        number = mix(number.wrapping_add(0x9e37_79b9_7f4a_7c15));
    }
    text
}

/// A uid of version 4's layout.
pub(crate) fn uid(seed: u64, words: &[&str]) -> String {
    let high = hash(seed, words);
    let low = mix(high ^ 0x5bf0_3635);
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        (low >> 48) & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff
    )
}

/// The hash of a pod template: ten digits' worth, written in the letters of [`suffix`].
pub(crate) fn template_hash(template: &str) -> String {
    suffix(hash(0, &[template]), 10)
}
