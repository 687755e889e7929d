//! Resource records.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// What a question asks for, or a record holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordType {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    Aaaa,
    /// Whatever there is.
    Any,
    /// The whole zone.
    Axfr,
    /// The name this name stands for.
    Cname,
    /// What changed in the zone.
    Ixfr,
    /// A mail exchanger.
    Mx,
    /// A name server of the zone.
    Ns,
    /// The name of an address.
    Ptr,
    /// The zone's start of authority.
    Soa,
    /// Port and name of a server of a service.
    Srv,
    /// Text.
    Txt,
    /// A type of which neither the cluster nor the world around it has records.
    Other(&'static str),
}

/// The other types of the registry.
const OTHERS: &str = "\
    A6 AFSDB AMTRELAY APL ATMA AVC BRID CAA CDNSKEY CDS CERT CSYNC DHCID DLV DNAME DNSKEY DOA DS DSYNC \
    EID EUI48 EUI64 GPOS HHIT HINFO HIP HTTPS IPSECKEY ISDN KEY KEYDATA KX L32 L64 LOC LP MAILA MAILB MB \
    MD MF MG MINFO MR NAPTR NID NIMLOC NINFO NSAP NSAP-PTR NSEC NSEC3 NSEC3PARAM NULL NXT OPENPGPKEY PX \
    RESINFO RKEY RP RRSIG RT SIG SINK SMIMEA SPF SSHFP SVCB TA TALINK TLSA URI WALLET WKS X25 ZONEMD";

impl RecordType {
    const KNOWN: [(Self, &'static str); 12] = [
        (Self::A, "A"),
        (Self::Aaaa, "AAAA"),
        (Self::Any, "ANY"),
        (Self::Axfr, "AXFR"),
        (Self::Cname, "CNAME"),
        (Self::Ixfr, "IXFR"),
        (Self::Mx, "MX"),
        (Self::Ns, "NS"),
        (Self::Ptr, "PTR"),
        (Self::Soa, "SOA"),
        (Self::Srv, "SRV"),
        (Self::Txt, "TXT"),
    ];

    /// The name in the registry of DNS types.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Other(name) => name,
            known => Self::KNOWN
                .into_iter()
                .find_map(|(kind, name)| (kind == known).then_some(name))
                .unwrap_or_default(),
        }
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RecordType {
    type Err = ();

    /// Reads a type's name in any case.
    fn from_str(text: &str) -> Result<Self, ()> {
        let known = Self::KNOWN
            .into_iter()
            .find_map(|(kind, name)| name.eq_ignore_ascii_case(text).then_some(kind));
        let other = || {
            OTHERS
                .split_ascii_whitespace()
                .find(|name| name.eq_ignore_ascii_case(text))
                .map(Self::Other)
        };
        known.or_else(other).ok_or(())
    }
}

/// What a record says of its name. Names end with a dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordData {
    /// A or AAAA.
    Address(IpAddr),
    /// CNAME: the canonical name.
    Cname(String),
    /// NS: the name server's name.
    Ns(String),
    /// PTR: the name of the address.
    Ptr(String),
    /// SOA.
    Soa {
        /// The zone's first name server.
        ns: String,
        /// The mailbox of who keeps the zone, as a name.
        mailbox: String,
        /// Counts up when the zone changes.
        serial: u32,
        /// Seconds until a secondary server looks for changes.
        refresh: u32,
        /// Seconds until it tries again.
        retry: u32,
        /// Seconds until it gives up the zone.
        expire: u32,
        /// Seconds that an absence may be kept.
        minimum: u32,
    },
    /// SRV.
    Srv {
        /// Lower ones are tried first.
        priority: u16,
        /// The share among equals.
        weight: u16,
        /// The port.
        port: u16,
        /// The name of the server.
        target: String,
    },
    /// TXT.
    Txt(String),
}

impl fmt::Display for RecordData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{address}"),
            Self::Cname(name) | Self::Ns(name) | Self::Ptr(name) => f.write_str(name),
            Self::Soa {
                ns,
                mailbox,
                serial,
                refresh,
                retry,
                expire,
                minimum,
            } => write!(f, "{ns} {mailbox} {serial} {refresh} {retry} {expire} {minimum}"),
            Self::Srv {
                priority,
                weight,
                port,
                target,
            } => write!(f, "{priority} {weight} {port} {target}"),
            Self::Txt(text) => write!(f, "\"{text}\""),
        }
    }
}

/// A resource record; written `name ttl type data`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsRecord {
    /// The owner's name, with its last dot.
    pub name: String,
    /// The seconds it may be kept.
    pub ttl: u32,
    /// What it says.
    pub data: RecordData,
}

impl DnsRecord {
    /// Its type.
    pub fn kind(&self) -> RecordType {
        match self.data {
            RecordData::Address(IpAddr::V4(_)) => RecordType::A,
            RecordData::Address(IpAddr::V6(_)) => RecordType::Aaaa,
            RecordData::Cname(_) => RecordType::Cname,
            RecordData::Ns(_) => RecordType::Ns,
            RecordData::Ptr(_) => RecordType::Ptr,
            RecordData::Soa { .. } => RecordType::Soa,
            RecordData::Srv { .. } => RecordType::Srv,
            RecordData::Txt(_) => RecordType::Txt,
        }
    }
}

impl fmt::Display for DnsRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.name, self.ttl, self.kind(), self.data)
    }
}
