//! Base 32 of SHA-256, from which kube-proxy derives chain names.

/// The first `length` letters of the base 32 text (RFC 4648) of a text's SHA-256.
pub(crate) fn base32_of_sha256(text: &str, length: usize) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digest = base::sha256(text.as_bytes());
    let bit = |index: usize| {
        let byte = digest.get(index / 8).copied().unwrap_or(0);
        usize::from(byte >> (7 - index % 8) & 1)
    };
    (0..length)
        .map(|letter| {
            let value = (0..5).fold(0, |value, offset| value << 1 | bit(letter * 5 + offset));
            char::from(LETTERS.get(value).copied().unwrap_or(b'A'))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_named_as_on_a_node() {
        assert_eq!(base32_of_sha256("default/kubernetes:httpstcp", 16), "NPX46M4PTMTKRN6Y");
    }
}
