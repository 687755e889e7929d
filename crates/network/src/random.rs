/// A named source of random numbers: the same seed and name give the same numbers, whatever else is drawn.
#[derive(Clone, Debug)]
pub struct Stream {
    state: u64,
}

impl Stream {
    /// The stream of that name, given in parts: `["kube-proxy", "default", "web"]`.
    pub fn new(seed: u64, name: &[&str]) -> Self {
        let bytes = name.iter().flat_map(|part| part.bytes().chain([0xff]));
        let state = bytes.fold(mix(seed), |state, byte| {
            (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self { state: mix(state) }
    }

    /// The `index`-th number of this stream, below `bound`; 0 when `bound` is 0.
    pub fn at(&self, index: u64, bound: u64) -> u64 {
        below(self.number(index), bound)
    }

    /// The `index`-th number of this stream.
    pub(crate) fn number(&self, index: u64) -> u64 {
        mix(self.state.wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// A number that follows from one that was used.
    pub(crate) fn next(number: u64) -> u64 {
        mix(number ^ 0x5bf0_3635_d8f6_a8b9)
    }
}

/// What a number drawn from all comes to below a bound, each equally likely; 0 where the bound is 0.
///
/// WebAssembly has no multiplication that wide, so it is put together from halves where the bound allows.
pub(crate) fn below(number: u64, bound: u64) -> u64 {
    match u32::try_from(bound) {
        Ok(_) => ((number >> 32) * bound + (((number & 0xffff_ffff) * bound) >> 32)) >> 32,
        Err(_) => u64::try_from((u128::from(number) * u128::from(bound)) >> 64).unwrap_or(0),
    }
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn halves_come_to_the_same_as_the_whole(number: u64, bound: u64, shift in 0_u32..64) {
            let bound = bound >> shift;
            let whole = (u128::from(number) * u128::from(bound)) >> 64;
            prop_assert_eq!(u128::from(below(number, bound)), whole);
        }
    }
}
