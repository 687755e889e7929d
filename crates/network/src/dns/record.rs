use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A type of DNS records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordType {
    A,
    Aaaa,
    Any,
    Axfr,
    Cname,
    Ixfr,
    Mx,
    Ns,
    Ptr,
    Soa,
    Srv,
    Txt,
    /// A type without records here.
    Other(&'static str),
}

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

    /// The name in the IANA registry.
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

    /// Ignores case.
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

/// The data of a record. Names end with a dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordData {
    Address(IpAddr),
    Cname(String),
    Ns(String),
    Ptr(String),
    Soa {
        /// The primary name server.
        ns: String,
        /// The administrator's mailbox, as a name.
        mailbox: String,
        /// Increases when the zone changes.
        serial: u32,
        /// Seconds until a secondary server checks for changes.
        refresh: u32,
        /// Seconds until it retries.
        retry: u32,
        /// Seconds until it drops the zone.
        expire: u32,
        /// The TTL of negative answers, in seconds.
        minimum: u32,
    },
    Srv {
        /// Lower ones are tried first.
        priority: u16,
        /// The share among records of equal priority.
        weight: u16,
        port: u16,
        target: String,
    },
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

/// A resource record, printed as `name ttl type data`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsRecord {
    /// The owner's name, with its final dot.
    pub name: String,
    /// In seconds.
    pub ttl: u32,
    pub data: RecordData,
}

impl DnsRecord {
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
