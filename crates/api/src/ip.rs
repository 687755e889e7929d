//! IP addresses and ranges in Kubernetes' older fields: leading zeros are parsed, then refused.
//!
//! Models: apimachinery/pkg/util/validation/ip.go (v1.36) with StrictIPCIDRValidation on.

use crate::trail::Trail;
use crate::{Finding, Rule, Value, go};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Parses an address and allows leading zeros in IPv4 bytes.
pub fn sloppy(text: &str) -> Option<IpAddr> {
    if text.contains(':') {
        let (head, tail) = text.rsplit_once(':')?;
        return match sloppy_v4(tail) {
            Some(v4) if tail.contains('.') => format!("{head}:{v4}").parse().ok(),
            _ => text.parse().ok(),
        };
    }
    sloppy_v4(text).map(IpAddr::V4)
}

fn sloppy_v4(text: &str) -> Option<Ipv4Addr> {
    let mut bytes = [0_u8; 4];
    let mut parts = text.split('.');
    for byte in &mut bytes {
        let part = parts.next()?;
        if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *byte = part
            .trim_start_matches('0')
            .parse()
            .or_else(|_| if part.contains(|c| c != '0') { Err(()) } else { Ok(0) })
            .ok()?;
    }
    parts.next().is_none().then(|| Ipv4Addr::from(bytes))
}

/// Parses a range: its address and its prefix length. Allows leading zeros.
pub fn sloppy_range(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = text.split_once('/')?;
    if length.is_empty() || !length.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (ip, length) = (sloppy(address)?, length.parse::<u8>().ok()?);
    (length <= if ip.is_ipv4() { 32 } else { 128 }).then_some((ip, length))
}

/// A family of addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Family {
    #[default]
    V4,
    V6,
}

impl Family {
    pub const ALL: [Self; 2] = [Self::V4, Self::V6];

    pub const fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::V4,
            IpAddr::V6(_) => Self::V6,
        }
    }

    /// As `ipFamilies` has it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        }
    }

    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.word() == word)
    }

    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::V4 => Self::V6,
            Self::V6 => Self::V4,
        }
    }

    /// The bits of an address.
    pub const fn bits(self) -> u8 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }
}

/// A range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Cidr {
    network: IpAddr,
    bits: u8,
}

impl Cidr {
    /// The range around an address. Bits beyond the prefix length are zeroed, as Go's `net.ParseCIDR` does.
    pub const fn new(address: IpAddr, bits: u8) -> Self {
        let longest = Family::of(address).bits();
        let bits = if bits > longest { longest } else { bits };
        Self {
            network: masked(address, bits),
            bits,
        }
    }

    pub const fn of(address: IpAddr) -> Self {
        Self::new(address, 128)
    }

    pub fn contains(self, address: IpAddr) -> bool {
        self.family() == Family::of(address) && masked(address, self.bits) == self.network
    }

    pub const fn family(self) -> Family {
        Family::of(self.network)
    }

    pub const fn is_everything(self) -> bool {
        self.bits == 0
    }

    /// The first address and the last.
    pub const fn ends(self) -> (IpAddr, IpAddr) {
        let last = match self.network {
            IpAddr::V4(v4) => IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() | !mask_v4(self.bits))),
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() | !mask_v6(self.bits))),
        };
        (self.network, last)
    }

    /// The first address.
    pub const fn network(self) -> IpAddr {
        self.network
    }

    pub const fn bits(self) -> u8 {
        self.bits
    }

    /// The address that lies so many behind the first one.
    #[allow(clippy::cast_possible_truncation, reason = "no range of IPv4 has more")]
    pub const fn address(self, place: u64) -> IpAddr {
        match self.network {
            IpAddr::V4(v4) => IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits().wrapping_add(place as u32))),
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits().wrapping_add(place as u128))),
        }
    }

    /// The place of an address of the range, counted from the first one.
    pub fn place(self, address: IpAddr) -> Option<u64> {
        if !self.contains(address) {
            return None;
        }
        match (address, self.network) {
            (IpAddr::V4(it), IpAddr::V4(first)) => Some(u64::from(it.to_bits() - first.to_bits())),
            (IpAddr::V6(it), IpAddr::V6(first)) => u64::try_from(it.to_bits() - first.to_bits()).ok(),
            _ => None,
        }
    }

    /// How many addresses it has, or about the most that a number holds.
    pub const fn size(self) -> u64 {
        let free = self.family().bits() - self.bits;
        if free > 62 { 1 << 62 } else { 1 << free }
    }

    /// The range of this number among those of a prefix length that it is cut into; `None` if there are fewer.
    pub fn part(self, bits: u8, number: u64) -> Option<Self> {
        let cuts = u32::from(bits.checked_sub(self.bits)?);
        if number.checked_shr(cuts).unwrap_or(0) > 0 {
            return None;
        }
        let network = match self.network {
            IpAddr::V4(v4) => {
                let step = u32::try_from(number)
                    .ok()?
                    .checked_shl(u32::from(32 - bits))
                    .unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() | step))
            }
            IpAddr::V6(v6) => {
                let step = u128::from(number).checked_shl(u32::from(128 - bits)).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() | step))
            }
        };
        Some(Self { network, bits })
    }
}

const fn mask_v4(bits: u8) -> u32 {
    match bits {
        0 => 0,
        bits => u32::MAX << (32 - bits),
    }
}

const fn mask_v6(bits: u8) -> u128 {
    match bits {
        0 => 0,
        bits => u128::MAX << (128 - bits),
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.bits)
    }
}

impl FromStr for Cidr {
    type Err = ();

    /// Models: k8s.io/utils/net ParseCIDRSloppy (v1.36).
    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, bits) = sloppy_range(text).ok_or(())?;
        Ok(Self::new(address, bits))
    }
}

fn is_mapped(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some())
}

/// The address as Go's `net.IP.String` writes it: an IPv4-mapped address becomes IPv4.
fn written(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    }
}

/// Models: IsValidIPForLegacyField; what was accepted before stays so.
pub fn validate(path: &Trail, text: &str, accepted: &[&str]) -> Vec<Finding> {
    if accepted.contains(&text) {
        return Vec::new();
    }
    let error = |rule: Rule, words: &str| vec![Finding::invalid(path.clone(), text, (rule, words))];
    match (sloppy(text), text.parse::<IpAddr>()) {
        (None, _) => error(
            Rule::AddressForm,
            "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
        ),
        (Some(_), Err(_)) => error(Rule::AddressZeros, "must not have leading 0s"),
        (Some(_), Ok(ip)) if is_mapped(ip) => error(Rule::AddressMapped, "must not be an IPv4-mapped IPv6 address"),
        _ => Vec::new(),
    }
}

/// Models: IsValidCIDRForLegacyField.
pub fn validate_range(path: &Trail, text: &str, accepted: &[&str]) -> Vec<Finding> {
    if accepted.contains(&text) {
        return Vec::new();
    }
    let error = |rule: Rule, words: &str| vec![Finding::invalid(path.clone(), text, (rule, words))];
    let Some((ip, length)) = sloppy_range(text) else {
        return error(
            Rule::RangeForm,
            "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
        );
    };
    if !is_strict_range(text) {
        error(Rule::AddressZeros, "must not have leading 0s in IP or prefix length")
    } else if is_mapped(ip) {
        error(Rule::AddressMapped, "must not have an IPv4-mapped IPv6 address")
    } else if masked(ip, length) != ip {
        error(Rule::RangeBits, "must not have bits set beyond the prefix length")
    } else {
        Vec::new()
    }
}

fn is_strict_range(text: &str) -> bool {
    let strict_length = |length: &str| length == "0" || !length.starts_with('0');
    text.split_once('/')
        .is_some_and(|(ip, length)| ip.parse::<IpAddr>().is_ok() && strict_length(length))
}

/// The first address of the range with this prefix length.
pub const fn masked(ip: IpAddr, length: u8) -> IpAddr {
    match ip {
        IpAddr::V4(v4) => {
            let length = if length > 32 { 32 } else { length };
            IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & mask_v4(length)))
        }
        IpAddr::V6(v6) => {
            let length = if length > 128 { 128 } else { length };
            IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & mask_v6(length)))
        }
    }
}

/// Findings for addresses that no endpoint may have, such as loopback ones.
///
/// Models: ValidateEndpointIP.
pub fn validate_endpoint(path: &Trail, text: &str) -> Vec<Finding> {
    let Some(ip) = sloppy(text).map(written) else {
        let detail = (Rule::AddressForm, "must be a valid IP address");
        return vec![Finding::invalid(path.clone(), text, detail)];
    };
    let (link_local, link_local_multicast) = match ip {
        IpAddr::V4(v4) => (v4.is_link_local(), v4.octets().starts_with(&[224, 0, 0])),
        IpAddr::V6(v6) => (v6.is_unicast_link_local(), v6.segments()[0] & 0xff0f == 0xff02),
    };
    let unspecified = format!("may not be unspecified ({text})");
    let rules = [
        (ip.is_unspecified(), Rule::AddressUnspecified, unspecified.as_str()),
        (
            ip.is_loopback(),
            Rule::AddressLocal,
            "may not be in the loopback range (127.0.0.0/8, ::1/128)",
        ),
        (
            link_local,
            Rule::AddressLocal,
            "may not be in the link-local range (169.254.0.0/16, fe80::/10)",
        ),
        (
            link_local_multicast,
            Rule::AddressLocal,
            "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)",
        ),
    ];
    let broken = rules.into_iter().filter(|(broken, ..)| *broken);
    broken
        .map(|(_, rule, words)| Finding::invalid(path.clone(), Value::from(text), (rule, words)))
        .collect()
}

/// Models: GetWarningsForIP.
pub fn warnings(path: &Trail, text: &str) -> Vec<Finding> {
    let Some(sloppy) = sloppy(text) else {
        return Vec::new();
    };
    let quoted = go::quote(text);
    match text.parse::<IpAddr>() {
        Ok(ip) if !is_mapped(ip) => {
            if ip.is_ipv6() && ip.to_string() != text {
                let canonical = go::quote(&ip.to_string());
                let words = format!("IPv6 address {quoted} should be in RFC 5952 canonical format ({canonical})");
                vec![Finding::warning(path, (Rule::AddressNotCanonical, words))]
            } else {
                Vec::new()
            }
        }
        _ => {
            let use_instead = go::quote(&written(sloppy).to_string());
            let words = format!("non-standard IP address {quoted} is invalid: use {use_instead}");
            vec![Finding::warning(path, (Rule::AddressNotStandard, words))]
        }
    }
}

/// Models: GetWarningsForCIDR.
pub fn range_warnings(path: &Trail, text: &str) -> Vec<Finding> {
    let Some((ip, length)) = sloppy_range(text) else {
        return Vec::new();
    };
    let quoted = go::quote(text);
    let (network, single) = (format!("{}/{length}", masked(ip, length)), format!("{ip}/{length}"));
    let mut warnings = Vec::new();
    if masked(ip, length) != ip {
        let single_length = if ip.is_ipv4() { 32 } else { 128 };
        let single_address = format!("{ip}/{single_length}");
        let words = format!(
            "CIDR value {quoted} is ambiguous in this context (should be {} or {}?)",
            go::quote(&network),
            go::quote(&single_address)
        );
        warnings.push(Finding::warning(path, words));
    }
    if !is_strict_range(text) || is_mapped(ip) {
        let words = format!(
            "non-standard CIDR value {quoted} is invalid: use {}",
            go::quote(&network)
        );
        warnings.push(Finding::warning(path, (Rule::AddressNotStandard, words)));
    }
    if warnings.is_empty() && ip.is_ipv6() && single != text {
        let canonical = go::quote(&single);
        let words = format!("IPv6 CIDR value {quoted} should be in RFC 5952 canonical format ({canonical})");
        warnings.push(Finding::warning(path, (Rule::AddressNotCanonical, words)));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_are_read_and_refused() {
        assert_eq!(sloppy("010.001.000.9"), "10.1.0.9".parse().ok());
        assert_eq!(sloppy("10.1.0.256"), None);
        assert_eq!(sloppy("10.1.0"), None);
        assert_eq!(sloppy("::ffff:01.2.3.4"), "::ffff:1.2.3.4".parse().ok());
        let said = |text: &str| {
            validate(&Trail::default().field("ip"), text, &[])
                .iter()
                .map(ToString::to_string)
                .collect::<String>()
        };
        assert_eq!(
            said("010.1.1.1"),
            "ip: Invalid value: \"010.1.1.1\": must not have leading 0s"
        );
        assert_eq!(said("10.1.1.1"), "");
        assert_eq!(
            said("::ffff:1.2.3.4"),
            "ip: Invalid value: \"::ffff:1.2.3.4\": must not be an IPv4-mapped IPv6 address"
        );
    }

    #[test]
    fn ranges_keep_within_their_prefix() {
        let said = |text: &str| {
            validate_range(&Trail::default().field("r"), text, &[])
                .iter()
                .map(|it| it.detail.clone())
                .collect::<String>()
        };
        assert_eq!(said("10.0.0.0/8"), "");
        assert_eq!(said("::/0"), "");
        assert_eq!(said("10.0.0.1/8"), "must not have bits set beyond the prefix length");
        assert_eq!(said("10.0.0.0/08"), "must not have leading 0s in IP or prefix length");
        assert_eq!(
            said("10.0.0.0/33"),
            "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
        );
    }

    #[test]
    fn a_range_forgets_what_lies_behind_its_bits() {
        let range: Result<Cidr, ()> = "198.51.100.77/24".parse();
        assert_eq!(range.map(|range| range.to_string()), Ok("198.51.100.0/24".to_owned()));
        let has =
            |range: &Result<Cidr, ()>, address: &str| range.is_ok_and(|range| range.contains(address.parse().unwrap()));
        assert!(has(&range, "198.51.100.9") && !has(&range, "198.51.101.9") && !has(&range, "::c633:6409"));
        let range: Result<Cidr, ()> = "fd00:10:244::7/64".parse();
        assert_eq!(range.map(|range| range.to_string()), Ok("fd00:10:244::/64".to_owned()));
        assert!(has(&range, "fd00:10:244::1:9") && !has(&range, "fd00:10:245::9") && !has(&range, "10.244.0.9"));
    }

    #[test]
    fn a_range_is_cut_into_parts() {
        let part = |range: &str, bits: u8, number: u64| {
            let part = range.parse::<Cidr>().ok()?.part(bits, number)?;
            Some(part.to_string())
        };
        assert_eq!(part("10.244.0.0/16", 24, 3).as_deref(), Some("10.244.3.0/24"));
        assert_eq!(part("10.244.0.0/16", 24, 256), None);
        assert_eq!(part("10.244.0.0/24", 24, 0).as_deref(), Some("10.244.0.0/24"));
        assert_eq!(part("10.244.0.0/25", 24, 0), None);
        assert_eq!(part("fd00:10:244::/56", 64, 17).as_deref(), Some("fd00:10:244:11::/64"));
        assert_eq!(part("fd00:10:244::/56", 64, 256), None);
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in [
            "10.0.0.0",
            "10.0.0.0/33",
            "10.0.0/8",
            "fd00::/129",
            "10.0.0.0.0/8",
            "+1.0.0.0/8",
            "10.0.0.0/+8",
        ] {
            assert!(text.parse::<Cidr>().is_err(), "{text}");
        }
    }
}
