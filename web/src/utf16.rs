//! Browsers count places of a text in UTF-16, the session in bytes.

use base::Order;

/// The UTF-16 offset of a byte.
pub fn offset(text: &str, byte: usize) -> u32 {
    Offsets::of(text, vec![byte]).get(byte)
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

/// Byte offsets of a text with their UTF-16 offsets, sorted.
pub struct Offsets(Vec<(usize, u32)>);

impl Offsets {
    /// Walks the text once.
    pub fn of(text: &str, mut bytes: Vec<usize>) -> Self {
        bytes.order();
        bytes.dedup();
        let mut found = Vec::with_capacity(bytes.len());
        let mut wide = 0;
        let mut characters = text.char_indices().peekable();
        for byte in bytes {
            while let Some((_, character)) = characters.next_if(|(start, _)| *start < byte) {
                wide += u32::try_from(character.len_utf16()).unwrap_or(1);
            }
            found.push((byte, wide));
        }
        Self(found)
    }

    pub fn get(&self, byte: usize) -> u32 {
        let place = self.0.binary_search_by_key(&byte, |(known, _)| *known);
        place
            .ok()
            .and_then(|index| self.0.get(index))
            .map_or(0, |(_, wide)| *wide)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_behind_umlauts_and_emoji_count_in_utf_16() {
        let offsets = Offsets::of("ä😀b", vec![6, 0, 2, 7]);
        let wide: Vec<u32> = [0, 2, 6, 7].map(|byte| offsets.get(byte)).into();
        assert_eq!(wide, [0, 1, 3, 4]);
        assert_eq!([0, 2, 6, 7].map(|place| offset("ä😀b", place)), [0, 1, 3, 4]);
        assert_eq!([0, 1, 3, 4].map(|place| byte("ä😀b", place)), [0, 2, 6, 7]);
    }
}
