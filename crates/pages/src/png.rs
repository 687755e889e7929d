//! Writes pixels as PNG.

use std::iter::once;

/// An image without transparency: red, green and blue of each pixel, row by row.
pub fn written(wide: u32, tall: u32, pixels: &[[u8; 3]]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = Vec::new();
    head.extend(wide.to_be_bytes());
    head.extend(tall.to_be_bytes());
    // Eight bits a channel, three channels, the usual compression and filters, not interlaced.
    head.extend([8, 2, 0, 0, 0]);
    chunk(&mut file, *b"IHDR", &head);
    let rows = pixels.chunks(usize::try_from(wide).unwrap_or(usize::MAX).max(1));
    // Each row begins with its filter: none, which is best for even colours.
    let raw: Vec<u8> = rows
        .flat_map(|row| once(0).chain(row.iter().flatten().copied()))
        .collect();
    chunk(
        &mut file,
        *b"IDAT",
        &miniz_oxide::deflate::compress_to_vec_zlib(&raw, 9),
    );
    chunk(&mut file, *b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) {
    file.extend(u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes());
    let begins = file.len();
    file.extend(kind);
    file.extend(content);
    let sum = checksum(file.get(begins..).unwrap_or_default());
    file.extend(sum.to_be_bytes());
}

/// CRC-32, as PNG asks for.
fn checksum(bytes: &[u8]) -> u32 {
    let sum = bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 {
                (sum >> 1) ^ 0xedb8_8320
            } else {
                sum >> 1
            }
        })
    });
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
        assert_eq!(checksum(b"IEND"), 0xae42_6082);
    }
}
