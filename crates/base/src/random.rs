const GOLDEN_RATIO: u64 = 0x9e37_79b9_7f4a_7c15;

/// A random stream with a name: the same seed and name give the same numbers, whatever other streams are used for.
#[derive(Clone, Debug)]
pub struct Stream {
    state: u64,
}

impl Stream {
    /// The stream named by these parts, such as `["kube-proxy", "default", "web"]`.
    pub fn new(seed: u64, name: &[&str]) -> Self {
        Self {
            state: mix(fnv(mix(seed), parts(name))),
        }
    }

    /// The `index`-th number of this stream, below `bound`; 0 when `bound` is 0.
    pub fn at(&self, index: u64, bound: u64) -> u64 {
        below(self.number(index), bound)
    }

    /// The `index`-th number of this stream.
    pub fn number(&self, index: u64) -> u64 {
        mix(self.state.wrapping_add(index.wrapping_mul(GOLDEN_RATIO)))
    }

    /// A number derived from one that was used already.
    pub fn next(number: u64) -> u64 {
        mix(number ^ 0x5bf0_3635_d8f6_a8b9)
    }
}

/// Maps a uniform number to `0..bound` without bias (multiply and shift); 0 when `bound` is 0.
///
/// WebAssembly has no multiplication of that width, so two halves are multiplied where `bound` fits 32 bits.
pub fn below(number: u64, bound: u64) -> u64 {
    match u32::try_from(bound) {
        Ok(_) => ((number >> 32) * bound + (((number & 0xffff_ffff) * bound) >> 32)) >> 32,
        Err(_) => u64::try_from((u128::from(number) * u128::from(bound)) >> 64).unwrap_or(0),
    }
}

/// One number for a seed and a name, for where a whole [`Stream`] is not needed.
pub fn hash(seed: u64, name: &[&str]) -> u64 {
    finalize(fnv(seed ^ FNV_START, parts(name)))
}

/// One step of SplitMix64 (Steele, Lea, Flood 2014).
pub fn mix(number: u64) -> u64 {
    finalize(number.wrapping_add(GOLDEN_RATIO))
}

/// The finalizer of SplitMix64.
pub fn finalize(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The bytes of a name's parts, each with a separator behind it.
fn parts(name: &[&str]) -> impl Iterator<Item = u8> {
    name.iter().flat_map(|part| part.bytes().chain([0xff]))
}

/// Where FNV-1a of 64 bits starts.
const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a of 64 bits.
fn fnv(start: u64, bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(start, |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// A small hash of bytes, for tables that are written by one program and read by another: FNV-1a of 32 bits.
pub fn short_hash(bytes: impl Iterator<Item = u8>) -> u32 {
    bytes.fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// As [`short_hash`], of 64 bits.
pub fn long_hash(bytes: impl Iterator<Item = u8>) -> u64 {
    fnv(FNV_START, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_short_hash_is_the_published_one() {
        assert_eq!(short_hash("".bytes()), 0x811c_9dc5);
        assert_eq!(short_hash("a".bytes()), 0xe40c_292c);
        assert_eq!(short_hash("foobar".bytes()), 0xbf9c_f968);
    }

    #[test]
    fn a_long_hash_is_the_published_one() {
        assert_eq!(long_hash("".bytes()), 0xcbf2_9ce4_8422_2325);
        assert_eq!(long_hash("a".bytes()), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(long_hash("foobar".bytes()), 0x8594_4171_f739_67e8);
    }

    proptest! {
        #[test]
        fn halves_give_the_same_as_the_whole(number: u64, bound: u64, shift in 0_u32..64) {
            let bound = bound >> shift;
            let whole = (u128::from(number) * u128::from(bound)) >> 64;
            prop_assert_eq!(u128::from(below(number, bound)), whole);
        }
    }
}
