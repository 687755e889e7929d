//! Browsers count places of a text in UTF-16, the session in bytes.

use playground::LineIndex;

/// The UTF-16 offset of a byte.
pub fn offset(lines: &LineIndex<'_>, byte: usize) -> u32 {
    u32::try_from(lines.utf16(byte)).unwrap_or(u32::MAX)
}

/// The byte at a UTF-16 offset.
pub fn byte(text: &str, place: u32) -> usize {
    let mut wide = 0;
    let found = text.char_indices().find(|(_, character)| {
        let reached = wide >= place;
        wide += u32::try_from(character.len_utf16()).unwrap_or(1);
        reached
    });
    found.map_or(text.len(), |(byte, _)| byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_behind_umlauts_and_emoji_count_in_utf_16() {
        let lines = LineIndex::new("ä😀b");
        assert_eq!([0, 2, 6, 7].map(|place| offset(&lines, place)), [0, 1, 3, 4]);
        assert_eq!([0, 1, 3, 4].map(|place| byte("ä😀b", place)), [0, 2, 6, 7]);
    }
}
