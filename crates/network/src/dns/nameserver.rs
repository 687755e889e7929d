//! The cluster's name server: CoreDNS with the plugins kubernetes and forward, as kubeadm configures it, without its cache.
//!
//! Models: coredns plugin/kubernetes handler.go and ns.go, plugin/backend_lookup.go (1.13.1).

use super::kubernetes::{NameEntry, NameTarget, NoSuchName, is_reverse, names_of, nameservers, records};
use super::name::{below, is_within, labels, qualified};
use super::{
    CLUSTER_DOMAIN, DnsMessage, DnsRecord, NODE_DNS, Question, RecordData, RecordType, ResponseCode, Unreachable,
};
use crate::dataplane::NAMED_OUTSIDE;
use api::Kind;
use cluster::Cluster;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// In seconds.
const TTL: u32 = 30;
/// The zones for which the cluster is an authority.
const ZONES: [&str; 3] = [CLUSTER_DOMAIN, "in-addr.arpa.", "ip6.arpa."];
/// The version of the Kubernetes DNS specification.
const SCHEMA_VERSION: &str = "1.1.0";
/// The longest chain of CNAME records.
const MAX_CNAMES: usize = 10;
/// The number of CNAME records followed for one answer.
///
/// Differs: CoreDNS has no limit.
const MAX_FOLLOWED: usize = 1_000;

/// The CNAME records followed so far.
#[derive(Default)]
struct CnameChain {
    /// The names in the current chain.
    passed: Vec<String>,
    /// The number of records followed in total.
    followed: usize,
}

/// The only external name: name, address and TTL.
const OUTSIDE: (&str, IpAddr, u32) = ("db.example.com.", NAMED_OUTSIDE, 60);

/// The cluster's DNS at one moment.
pub struct Nameserver<'a> {
    cluster: &'a Cluster,
}

/// Answer and additional records of the kubernetes plugin.
type Records = Result<(Vec<DnsRecord>, Vec<DnsRecord>), NoSuchName>;

impl<'a> Nameserver<'a> {
    pub fn new(cluster: &'a Cluster) -> Self {
        Self { cluster }
    }

    /// The answer to a question sent to an address: the cluster's name server, or that of the nodes, which knows only external
    /// names; nothing answers elsewhere.
    pub fn ask(&self, place: SocketAddr, question: &Question) -> Result<DnsMessage, Unreachable> {
        match (place.ip(), place.port()) {
            (server, 53) if server == self.cluster.networks().dns() => {
                let message = self.answer(question);
                // An address of a slice without its Service's label gets a name that no message can carry.
                let nameless =
                    |record: &DnsRecord| matches!(&record.data, RecordData::Ptr(name) if name.contains(".."));
                if message.answer.iter().any(nameless) {
                    return Err(Unreachable::TimedOut);
                }
                Ok(message)
            }
            (NODE_DNS, 53) => Ok(upstream(question)),
            _ => Err(Unreachable::TimedOut),
        }
    }

    /// Models: handler.go ServeDNS.
    pub fn answer(&self, question: &Question) -> DnsMessage {
        let name = question.name.as_str();
        let zone = ZONES.into_iter().find(|zone| is_within(zone, name));
        // The zone in the case it was asked in.
        let Some(zone) = zone.and_then(|zone| name.get(name.len() - zone.len()..)) else {
            return upstream(question);
        };
        if matches!(question.kind, RecordType::Axfr | RecordType::Ixfr) {
            return DnsMessage {
                authoritative: false,
                ..DnsMessage::empty(ResponseCode::Refused)
            };
        }
        match self.find(zone, question) {
            Ok((answer, additional)) if !answer.is_empty() => DnsMessage {
                answer,
                additional,
                ..DnsMessage::empty(ResponseCode::NoError)
            },
            Ok(_) => self.nothing(ResponseCode::NoError, zone),
            // `fallthrough in-addr.arpa ip6.arpa`
            Err(NoSuchName) if !is_within(CLUSTER_DOMAIN, zone) => upstream(question),
            Err(NoSuchName) => self.nothing(ResponseCode::NxDomain, zone),
        }
    }

    fn find(&self, zone: &str, question: &Question) -> Records {
        let name = question.name.as_str();
        let alone = |records| (records, Vec::new());
        match question.kind {
            RecordType::A | RecordType::Aaaa => self.addresses(zone, question, &mut CnameChain::default()).map(alone),
            RecordType::Txt => self.txt(zone, name).map(alone),
            RecordType::Cname => self.cname(zone, name).map(alone),
            RecordType::Ptr => self.ptr(zone, name).map(alone),
            RecordType::Mx => self.entries(zone, name, RecordType::Mx).map(|_| alone(Vec::new())),
            RecordType::Srv => self.srv(zone, name),
            RecordType::Soa if name == zone => Ok(alone(vec![self.soa(zone)])),
            RecordType::Soa => Ok(alone(Vec::new())),
            RecordType::Ns if name.to_ascii_lowercase() == zone => Ok(self.ns(zone, name)),
            // Looked up as A, to tell an absent name from one without such records.
            _ => {
                let question = Question {
                    kind: RecordType::A,
                    ..question.clone()
                };
                self.addresses(zone, &question, &mut CnameChain::default())
                    .map(|_| alone(Vec::new()))
            }
        }
    }

    /// Models: kubernetes.go Services.
    fn entries(&self, zone: &str, name: &str, kind: RecordType) -> Result<Vec<NameEntry>, NoSuchName> {
        if !is_nameserver(zone, name) {
            return records(self.cluster, zone, name);
        }
        Ok(match kind {
            RecordType::A | RecordType::Aaaa => nameservers(self.cluster, zone),
            _ => Vec::new(),
        })
    }

    /// Address records, including those of CNAME targets; `chain` holds the records that led here.
    ///
    /// Models: backend_lookup.go A, AAAA.
    fn addresses(&self, zone: &str, question: &Question, chain: &mut CnameChain) -> Result<Vec<DnsRecord>, NoSuchName> {
        let mut found: Vec<DnsRecord> = Vec::new();
        for entry in self.entries(zone, &question.name, question.kind)? {
            match entry.host {
                NameTarget::Address(address) => {
                    let record = record(&question.name, RecordData::Address(address));
                    if record.kind() == question.kind && !found.contains(&record) {
                        found.push(record);
                    }
                }
                NameTarget::Name(target) => found.extend(self.canonical(zone, question, &qualified(&target), chain)),
            }
        }
        Ok(found)
    }

    /// The CNAME record and the records of its target; empty if the chain loops, is too long, or ends inside the zone.
    fn canonical(&self, zone: &str, question: &Question, target: &str, chain: &mut CnameChain) -> Vec<DnsRecord> {
        let leads_back = is_within(&question.name, target) || chain.passed.iter().any(|passed| passed == target);
        if leads_back || chain.passed.len() > MAX_CNAMES || chain.followed >= MAX_FOLLOWED {
            return Vec::new();
        }
        let cname = record(&question.name, RecordData::Cname(target.to_owned()));
        let asked = Question {
            name: target.to_owned(),
            kind: question.kind,
        };
        let next = if is_within(zone, target) {
            chain.followed += 1;
            chain.passed.push(target.to_owned());
            let next = self.addresses(zone, &asked, chain).unwrap_or_default();
            chain.passed.pop();
            if next.is_empty() {
                return Vec::new();
            }
            next
        } else {
            self.answer(&asked).answer
        };
        let mut records = vec![cname];
        records.extend(next);
        records
    }

    /// Models: backend_lookup.go SRV; external names are left out, as kubernetes.go Services leaves them.
    fn srv(&self, zone: &str, name: &str) -> Records {
        let entries = self.entries(zone, name, RecordType::Srv)?;
        let places: Vec<(&NameEntry, IpAddr)> = entries
            .iter()
            .filter_map(|entry| match entry.host {
                NameTarget::Address(address) => Some((entry, address)),
                NameTarget::Name(_) => None,
            })
            .collect();
        // All have priority 0 and share a weight of 100, even those without a port, which get no record.
        let weight = u16::try_from(100 / places.len().max(1)).unwrap_or_default().max(1);
        let (mut answer, mut additional) = (Vec::new(), Vec::new());
        for (entry, address) in places {
            let Some(port) = entry.port else { continue };
            let srv = record(
                name,
                RecordData::Srv {
                    priority: 0,
                    weight,
                    port,
                    target: entry.name.clone(),
                },
            );
            for (records, record) in [
                (&mut answer, srv),
                (&mut additional, record(&entry.name, RecordData::Address(address))),
            ] {
                if !records.contains(&record) {
                    records.push(record);
                }
            }
        }
        Ok((answer, additional))
    }

    /// Models: backend_lookup.go NS.
    fn ns(&self, zone: &str, name: &str) -> (Vec<DnsRecord>, Vec<DnsRecord>) {
        let (mut answer, mut additional) = (Vec::new(), Vec::new());
        for entry in nameservers(self.cluster, zone) {
            if let NameTarget::Address(address) = entry.host {
                additional.push(record(&entry.name, RecordData::Address(address)));
            }
            let server = record(name, RecordData::Ns(entry.name));
            if !answer.contains(&server) {
                answer.push(server);
            }
        }
        (answer, additional)
    }

    /// Models: kubernetes.go Services, case TXT.
    fn txt(&self, zone: &str, name: &str) -> Result<Vec<DnsRecord>, NoSuchName> {
        if below(zone, name).is_some_and(|label| label.eq_ignore_ascii_case("dns-version")) {
            return Ok(vec![DnsRecord {
                name: name.to_owned(),
                ttl: 28_800,
                data: RecordData::Txt(SCHEMA_VERSION.to_owned()),
            }]);
        }
        match records(self.cluster, zone, name) {
            Ok(entries) if !entries.is_empty() => Ok(Vec::new()),
            _ => Err(NoSuchName),
        }
    }

    /// Models: backend_lookup.go CNAME.
    fn cname(&self, zone: &str, name: &str) -> Result<Vec<DnsRecord>, NoSuchName> {
        let entries = self.entries(zone, name, RecordType::Cname)?;
        Ok(match entries.first().map(|entry| &entry.host) {
            Some(NameTarget::Name(target)) => vec![record(name, RecordData::Cname(qualified(target)))],
            _ => Vec::new(),
        })
    }

    /// Models: backend_lookup.go PTR, reverse.go Reverse.
    fn ptr(&self, zone: &str, name: &str) -> Result<Vec<DnsRecord>, NoSuchName> {
        let Some(ip) = address_of_reverse(name) else {
            return records(self.cluster, zone, name).map(|_| Vec::new());
        };
        let names = names_of(self.cluster, ip);
        if names.is_empty() {
            return Err(NoSuchName);
        }
        Ok(names
            .into_iter()
            .map(|target| record(name, RecordData::Ptr(target)))
            .collect())
    }

    fn nothing(&self, status: ResponseCode, zone: &str) -> DnsMessage {
        DnsMessage {
            authority: vec![self.soa(zone)],
            ..DnsMessage::empty(status)
        }
    }

    /// Models: backend_lookup.go SOA.
    fn soa(&self, zone: &str) -> DnsRecord {
        let data = RecordData::Soa {
            ns: format!("ns.dns.{zone}"),
            mailbox: format!("hostmaster.{zone}"),
            serial: self.serial(),
            refresh: 7200,
            retry: 1800,
            expire: 86_400,
            minimum: TTL,
        };
        record(zone, data)
    }

    /// When the newest Service or slice was created, in seconds of the Unix epoch.
    ///
    /// Differs: CoreDNS also counts changes and deletions, whose times objects do not store.
    fn serial(&self) -> u32 {
        [Kind::Service, Kind::EndpointSlice]
            .into_iter()
            .flat_map(|kind| self.cluster.list(kind, None))
            .map(|object| cluster::unix(object.created()))
            .max()
            .and_then(|moment| u32::try_from(moment).ok())
            .unwrap_or_default()
    }
}

fn record(name: &str, data: RecordData) -> DnsRecord {
    DnsRecord {
        name: name.to_owned(),
        ttl: TTL,
        data,
    }
}

/// Models: ns.go isDefaultNS; a zone in capitals is not found there either.
fn is_nameserver(zone: &str, name: &str) -> bool {
    name.to_ascii_lowercase()
        .strip_prefix("ns.dns.")
        .is_some_and(|rest| rest.starts_with(zone))
}

/// Models: plugin/pkg/dnsutil/reverse.go ExtractAddressFromReverse.
fn address_of_reverse(name: &str) -> Option<IpAddr> {
    let name = name.to_ascii_lowercase();
    if !is_reverse(&name) {
        return None;
    }
    if let Some(bytes) = name.strip_suffix(".in-addr.arpa.") {
        let bytes: Vec<&str> = labels(bytes).rev().collect();
        return bytes.join(".").parse::<Ipv4Addr>().ok().map(IpAddr::V4);
    }
    let digits: Vec<&str> = labels(name.strip_suffix(".ip6.arpa.")?).rev().collect();
    let groups: Vec<String> = digits.chunks_exact(4).map(<[&str]>::concat).collect();
    let address: Ipv6Addr = groups.join(":").parse().ok()?;
    Some(IpAddr::V6(address).to_canonical())
}

/// The upstream answer for names outside the cluster.
fn upstream(question: &Question) -> DnsMessage {
    let (name, address, ttl) = OUTSIDE;
    if !question.name.eq_ignore_ascii_case(name) {
        return DnsMessage::empty(ResponseCode::NxDomain);
    }
    let answer = match question.kind {
        RecordType::A => vec![DnsRecord {
            name: question.name.clone(),
            ttl,
            data: RecordData::Address(address),
        }],
        _ => Vec::new(),
    };
    DnsMessage {
        answer,
        ..DnsMessage::empty(ResponseCode::NoError)
    }
}
