//! A changed input: bytes, words and lines put in, taken out, repeated, swapped, and taken from another input.

/// Random numbers from a seed.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(base::mix(seed))
    }

    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        base::finalize(self.0)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(base::below(self.number(), bound as u64)).unwrap_or_default()
    }

    fn range(&mut self, length: usize, longest: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        start..(start + self.below(longest + 1)).min(length)
    }
}

/// Numbers at which something often changes, and what no number is.
const NUMBERS: [&str; 16] = [
    "0",
    "-1",
    "1",
    "2",
    "80",
    "255",
    "256",
    "65535",
    "65536",
    "2147483648",
    "9223372036854775807",
    "18446744073709551616",
    "1e9",
    "0x10",
    "08",
    "1.5",
];
/// Bytes that end or begin something.
const BYTES: &[u8] = b"\n\t\r \"'`{}[](),:;-?!&*#|>%@$<=+/\\.~^0aA\0\x7f\x80\xc3\xef\xff";

/// A changed copy of an input, no longer than `longest`.
pub fn mutate(random: &mut Random, input: &[u8], other: &[u8], words: &[String], longest: usize) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=random.below(4) {
        change(random, &mut bytes, other, words);
    }
    bytes.truncate(longest);
    bytes
}

fn change(random: &mut Random, bytes: &mut Vec<u8>, other: &[u8], words: &[String]) {
    let length = bytes.len();
    match random.below(if words.is_empty() { 8 } else { 14 }) {
        0 if length > 0 => bytes[random.below(length)] ^= 1 << random.below(8),
        1 if length > 0 => bytes[random.below(length)] = BYTES[random.below(BYTES.len())],
        2 => bytes.insert(random.below(length + 1), random.number().to_le_bytes()[0]),
        3 => {
            let cut = random.range(length, 8);
            bytes.drain(cut);
        }
        4 => {
            let copied = bytes[random.range(length, 64)].to_vec();
            insert(bytes, random.below(length + 1), &copied);
        }
        5 => {
            let copied = other[random.range(other.len(), 128)].to_vec();
            insert(bytes, random.below(length + 1), &copied);
        }
        6 => {
            let cut = random.range(length, 64);
            bytes.drain(cut);
        }
        7 if length > 0 => bytes[random.below(length)] = random.number().to_le_bytes()[0],
        8 | 9 => {
            let word = &words[random.below(words.len())];
            insert(bytes, random.below(length + 1), word.as_bytes());
        }
        10 | 11 => {
            let place = word_at(bytes, random.below(length + 1));
            let with = if random.below(4) == 0 {
                NUMBERS[random.below(NUMBERS.len())]
            } else {
                words[random.below(words.len())].as_str()
            };
            bytes.splice(place, with.bytes());
        }
        12 => {
            let line = line_at(bytes, random.below(length + 1));
            let copied = bytes[line.clone()].to_vec();
            if random.below(2) == 0 {
                bytes.drain(line);
            }
            let at = line_at(bytes, random.below(bytes.len() + 1)).start;
            insert(bytes, at, &copied);
        }
        13 => {
            let taken = line_at(other, random.below(other.len() + 1));
            let at = line_at(bytes, random.below(length + 1)).start;
            insert(bytes, at, &other[taken]);
        }
        _ => {}
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, what: &[u8]) {
    bytes.splice(at..at, what.iter().copied());
}

/// The word around a place.
fn word_at(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte >= 0x80;
    let back = bytes[..at].iter().rev().take_while(is_part).count();
    let on = bytes[at..].iter().take_while(is_part).count();
    at - back..at + on
}

/// The line around a place, with its end.
fn line_at(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    let start = bytes[..at]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |it| it + 1);
    let end = bytes[at..]
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |it| at + it + 1);
    start..end
}
