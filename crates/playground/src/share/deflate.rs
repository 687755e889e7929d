//! Deflate against a dictionary: text that both sides know, which the compressed one may refer to.

use miniz_oxide::deflate::core::{CompressorOxide, TDEFLFlush, compress_to_output, create_comp_flags_from_zip_params};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

const LEVEL: i32 = 10;
/// Bits of the window; a negative number of them asks for deflate without a head.
const RAW: i32 = -15;

/// Why something cannot be inflated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InflateError {
    /// It is no deflated text.
    Damaged,
    /// It is longer than the limit.
    TooLong,
}

/// Deflates bytes that may refer to the dictionary, which is empty for plain deflate.
pub fn deflate(dictionary: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut compressor = CompressorOxide::new(create_comp_flags_from_zip_params(LEVEL, RAW, 0));
    if !dictionary.is_empty() {
        // What the dictionary itself is deflated to is dropped: only that the compressor has seen it counts.
        compress_to_output(&mut compressor, dictionary, TDEFLFlush::Sync, |_| true);
    }
    let mut deflated = Vec::new();
    compress_to_output(&mut compressor, bytes, TDEFLFlush::Finish, |part| {
        deflated.extend_from_slice(part);
        true
    });
    deflated
}

/// Inflates what [`deflate`] made with the same dictionary, up to `limit` bytes.
pub fn inflate(dictionary: &[u8], mut deflated: &[u8], limit: usize) -> Result<Vec<u8>, InflateError> {
    let mut inflater = DecompressorOxide::new();
    let longest = dictionary.len() + limit;
    let mut bytes = dictionary.to_vec();
    let mut end = bytes.len();
    loop {
        let room = (2 * bytes.len()).max(4_096).min(longest);
        bytes.resize(room, 0);
        let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let (status, read, written) = decompress(&mut inflater, deflated, &mut bytes, end, flags);
        deflated = deflated.get(read..).unwrap_or_default();
        end += written;
        match status {
            TINFLStatus::Done => {
                bytes.truncate(end);
                return Ok(bytes.split_off(dictionary.len()));
            }
            TINFLStatus::HasMoreOutput if room < longest => {}
            TINFLStatus::HasMoreOutput => return Err(InflateError::TooLong),
            _ => return Err(InflateError::Damaged),
        }
    }
}
