//! Base64 as Go's `encoding/base64` reads and writes it.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Encodes with padding.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |place: usize| u32::from(group.get(place).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let sextet = (bits >> (18 - 6 * place) & 63) as usize;
            let letter = ALPHABET.get(sextet).copied().unwrap_or(b'=');
            text.push(if place > group.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

/// Decodes padded text and ignores line breaks. The error is the byte at which the text is wrong.
///
/// Models: Go's encoding/base64 StdEncoding.Decode.
pub fn decode(text: &str) -> Result<Vec<u8>, usize> {
    let source = text.as_bytes();
    let mut bytes = Vec::with_capacity(source.len() / 4 * 3);
    let mut at = 0;
    loop {
        let mut quantum = [0_u8; 4];
        let mut count = 0;
        while count < 4 {
            let Some(letter) = source.get(at) else {
                return if count == 0 { Ok(bytes) } else { Err(at - count) };
            };
            at += 1;
            if let Some(sextet) = ALPHABET.iter().position(|it| it == letter) {
                if let Some(slot) = quantum.get_mut(count) {
                    *slot = u8::try_from(sextet).unwrap_or_default();
                }
                count += 1;
            } else if matches!(letter, b'\n' | b'\r') {
            } else if *letter != b'=' || count < 2 {
                return Err(at - 1);
            } else {
                at = after_padding(source, at, count)?;
                break;
            }
        }
        let [a, b, c, d] = quantum;
        let group = [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d];
        bytes.extend(group.iter().take(count.saturating_sub(1)));
        if count < 4 {
            return Ok(bytes);
        }
    }
}

/// The end of the text after its first `=`, where nothing more may follow.
fn after_padding(source: &[u8], mut at: usize, count: usize) -> Result<usize, usize> {
    let skip_breaks = |mut at: usize| {
        while matches!(source.get(at), Some(b'\n' | b'\r')) {
            at += 1;
        }
        at
    };
    if count == 2 {
        at = skip_breaks(at);
        match source.get(at) {
            None => return Err(source.len()),
            Some(b'=') => at += 1,
            Some(_) => return Err(at - 1),
        }
    }
    at = skip_breaks(at);
    if at < source.len() { Err(at) } else { Ok(at) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive_being_written() {
        for text in ["", "a", "ab", "abc", "s3cr3t", "\u{0}\u{ff}ü~"] {
            assert_eq!(
                decode(&encode(text.as_bytes())).as_deref(),
                Ok(text.as_bytes()),
                "{text}"
            );
        }
        assert_eq!(encode(b"s3cr3t"), "czNjcjN0");
        assert_eq!(encode(b"x"), "eA==");
        assert_eq!(decode("czNj\ncjN0\n").as_deref(), Ok(&b"s3cr3t"[..]));
    }

    #[test]
    fn wrong_text_is_refused_where_go_refuses_it() {
        for (text, place) in [
            ("plain text", 5),
            ("not base64!", 3),
            ("abc", 0),
            ("eA=", 3),
            ("eA=x", 2),
            ("eA==eA==", 4),
            ("=", 0),
        ] {
            assert_eq!(decode(text), Err(place), "{text}");
        }
    }
}
