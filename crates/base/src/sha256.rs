//! SHA-256.

use std::num::Wrapping;

/// The SHA-256 of a message (FIPS 180-4).
pub fn sha256(message: &[u8]) -> [u8; 32] {
    let mut padded = message.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(64), 0);
    if padded.len() - message.len() < 9 {
        padded.resize(padded.len() + 64, 0);
    }
    let bits = (message.len() as u64).wrapping_mul(8).to_be_bytes();
    let end = padded.len();
    for (place, byte) in padded.iter_mut().skip(end - 8).zip(bits) {
        *place = byte;
    }
    let state = padded.chunks_exact(64).fold(START, compress);
    let mut digest = [0; 32];
    for (place, byte) in digest
        .iter_mut()
        .zip(state.iter().flat_map(|word| word.0.to_be_bytes()))
    {
        *place = byte;
    }
    digest
}

type Word = Wrapping<u32>;

#[allow(
    clippy::many_single_char_names,
    reason = "the standard names its working variables a to h"
)]
fn compress(state: [Word; 8], block: &[u8]) -> [Word; 8] {
    let mut schedule = [Wrapping(0); 64];
    for (word, bytes) in schedule.iter_mut().zip(block.chunks_exact(4)) {
        *word = Wrapping(bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte)));
    }
    for index in 16..64 {
        let (a, b) = (schedule[index - 15], schedule[index - 2]);
        let small = |word: Word, turns: [usize; 2], shift: usize| {
            rotated(word, turns[0]) ^ rotated(word, turns[1]) ^ word >> shift
        };
        schedule[index] = schedule[index - 16] + small(a, [7, 18], 3) + schedule[index - 7] + small(b, [17, 19], 10);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
    for (word, key) in schedule.iter().zip(KEYS) {
        let big_e = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
        let first = h + big_e + ((e & f) ^ (!e & g)) + Wrapping(key) + *word;
        let big_a = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
        let second = big_a + ((a & b) ^ (a & c) ^ (b & c));
        (h, g, f, e, d, c, b, a) = (g, f, e, d + first, c, b, a, first + second);
    }
    let mut sums = state;
    for (sum, word) in sums.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *sum += word;
    }
    sums
}

fn rotated(word: Word, turns: usize) -> Word {
    word >> turns | word << (32 - turns)
}

const START: [Word; 8] = [
    Wrapping(0x6a09_e667),
    Wrapping(0xbb67_ae85),
    Wrapping(0x3c6e_f372),
    Wrapping(0xa54f_f53a),
    Wrapping(0x510e_527f),
    Wrapping(0x9b05_688c),
    Wrapping(0x1f83_d9ab),
    Wrapping(0x5be0_cd19),
];

const KEYS: [u32; 64] = [
    0x428a_2f98,
    0x7137_4491,
    0xb5c0_fbcf,
    0xe9b5_dba5,
    0x3956_c25b,
    0x59f1_11f1,
    0x923f_82a4,
    0xab1c_5ed5,
    0xd807_aa98,
    0x1283_5b01,
    0x2431_85be,
    0x550c_7dc3,
    0x72be_5d74,
    0x80de_b1fe,
    0x9bdc_06a7,
    0xc19b_f174,
    0xe49b_69c1,
    0xefbe_4786,
    0x0fc1_9dc6,
    0x240c_a1cc,
    0x2de9_2c6f,
    0x4a74_84aa,
    0x5cb0_a9dc,
    0x76f9_88da,
    0x983e_5152,
    0xa831_c66d,
    0xb003_27c8,
    0xbf59_7fc7,
    0xc6e0_0bf3,
    0xd5a7_9147,
    0x06ca_6351,
    0x1429_2967,
    0x27b7_0a85,
    0x2e1b_2138,
    0x4d2c_6dfc,
    0x5338_0d13,
    0x650a_7354,
    0x766a_0abb,
    0x81c2_c92e,
    0x9272_2c85,
    0xa2bf_e8a1,
    0xa81a_664b,
    0xc24b_8b70,
    0xc76c_51a3,
    0xd192_e819,
    0xd699_0624,
    0xf40e_3585,
    0x106a_a070,
    0x19a4_c116,
    0x1e37_6c08,
    0x2748_774c,
    0x34b0_bcb5,
    0x391c_0cb3,
    0x4ed8_aa4a,
    0x5b9c_ca4f,
    0x682e_6ff3,
    0x748f_82ee,
    0x78a5_636f,
    0x84c8_7814,
    0x8cc7_0208,
    0x90be_fffa,
    0xa450_6ceb,
    0xbef9_a3f7,
    0xc671_78f2,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> String {
        use std::fmt::Write;
        sha256(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    #[test]
    fn it_hashes_as_the_standard_says() {
        assert_eq!(
            hex(""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(
            hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        let two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        assert_eq!(
            hex(two_blocks),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        );
        for length in 50..70 {
            assert_eq!(hex(&"a".repeat(length)).len(), 64);
        }
    }
}
