use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

/// A range of IPv4 addresses: all that share their first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr {
    network: Ipv4Addr,
    bits: u8,
}

impl Cidr {
    /// The range around an address; what lies behind its first `bits` (at most 32) is zeroed, as Go's `net.ParseCIDR` does.
    pub const fn new(address: Ipv4Addr, bits: u8) -> Self {
        let bits = if bits > 32 { 32 } else { bits };
        Self {
            network: Ipv4Addr::from_bits(address.to_bits() & mask(bits)),
            bits,
        }
    }

    /// One address alone.
    pub const fn of(address: Ipv4Addr) -> Self {
        Self::new(address, 32)
    }

    /// Whether an address lies in it.
    pub const fn contains(self, address: Ipv4Addr) -> bool {
        address.to_bits() & mask(self.bits) == self.network.to_bits()
    }

    /// Whether it holds every address.
    pub const fn is_everything(self) -> bool {
        self.bits == 0
    }

    /// Its first and its last address.
    pub const fn ends(self) -> (Ipv4Addr, Ipv4Addr) {
        let last = self.network.to_bits() | !mask(self.bits);
        (self.network, Ipv4Addr::from_bits(last))
    }

    /// Its network address.
    pub const fn network(self) -> Ipv4Addr {
        self.network
    }

    /// How many bits its addresses share.
    pub const fn bits(self) -> u8 {
        self.bits
    }
}

const fn mask(bits: u8) -> u32 {
    match bits {
        0 => 0,
        bits => u32::MAX << (32 - bits),
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.bits)
    }
}

impl FromStr for Cidr {
    type Err = ();

    /// Reads `ADDRESS/BITS`; a number may have leading zeros, as `ParseCIDRSloppy` allows.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, bits) = text.split_once('/').ok_or(())?;
        let mut octets = address.split('.').map(str::parse::<u8>);
        let mut next = || octets.next().and_then(Result::ok).ok_or(());
        let address = Ipv4Addr::new(next()?, next()?, next()?, next()?);
        let bits = bits.parse().ok().filter(|bits| *bits <= 32).ok_or(())?;
        match octets.next() {
            None => Ok(Self::new(address, bits)),
            Some(_) => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_forgets_what_lies_behind_its_bits() {
        let range: Result<Cidr, ()> = "198.51.100.77/24".parse();
        assert_eq!(range.map(|range| range.to_string()), Ok("198.51.100.0/24".to_owned()));
        assert!(range.is_ok_and(|range| range.contains(Ipv4Addr::new(198, 51, 100, 9))));
        assert!(range.is_ok_and(|range| !range.contains(Ipv4Addr::new(198, 51, 101, 9))));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in ["10.0.0.0", "10.0.0.0/33", "10.0.0/8", "fd00::/8", "10.0.0.0.0/8"] {
            assert!(text.parse::<Cidr>().is_err(), "{text}");
        }
    }
}
