/// A named source of random numbers: the same seed and name give the same numbers, whatever else is drawn.
#[derive(Clone, Debug)]
pub struct Stream {
    state: u64,
}

impl Stream {
    /// The stream of that name, for instance `kube-proxy/default/web:80`.
    pub fn new(seed: u64, name: &str) -> Self {
        let state = name.bytes().fold(mix(seed ^ 0x9e37_79b9_7f4a_7c15), |state, byte| {
            mix(state ^ u64::from(byte))
        });
        Self { state }
    }

    /// The `index`-th number of this stream, below `bound`; 0 when `bound` is 0.
    pub fn at(&self, index: u64, bound: u64) -> u64 {
        let number = mix(self.state.wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        let scaled = (u128::from(number) * u128::from(bound)) >> 64;
        u64::try_from(scaled).unwrap_or(0)
    }
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
