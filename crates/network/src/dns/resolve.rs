//! How a program resolves a name: the names it tries, and the answers.

use super::{Ask, DnsMessage, Hosts, Question, RecordData, RecordType, ResolvConf, ResponseCode, Unreachable};
use api::Fields;
use api::ip::Family;
use base::Order;
use cluster::Object;
use std::net::{IpAddr, SocketAddr};

/// The length of the prefix that the pods of a node share.
const SUBNET: u32 = 24;
const SUBNET_V6: u32 = 64;

/// The C library that resolves names for a program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Library {
    #[default]
    Glibc,
    /// In images based on Alpine.
    Musl,
}

impl Library {
    pub fn of_image(image: &str) -> Self {
        if image.contains("alpine") || image.contains("curlimages/") {
            Self::Musl
        } else {
            Self::Glibc
        }
    }
}

/// A name that was tried, with the answers for both address families.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Try {
    /// Fully qualified, with its final dot.
    pub name: String,
    pub v4: Result<DnsMessage, Unreachable>,
    pub v6: Result<DnsMessage, Unreachable>,
}

impl Try {
    /// IPv4 first.
    pub fn addresses(&self) -> Vec<IpAddr> {
        let answers = [&self.v4, &self.v6].into_iter().flatten();
        answers
            .flat_map(|message| &message.answer)
            .filter_map(|record| match record.data {
                RecordData::Address(address) => Some(address),
                _ => None,
            })
            .collect()
    }

    pub fn result(&self) -> NameResult {
        let says = |status| {
            let answers = [&self.v4, &self.v6];
            answers.into_iter().flatten().any(|message| message.status == status)
        };
        match (&self.v4, &self.v6) {
            _ if !self.addresses().is_empty() => NameResult::Found,
            (Err(why), _) | (_, Err(why)) => NameResult::Unreachable(*why),
            _ if says(ResponseCode::NoError) => NameResult::NoAddress,
            _ if says(ResponseCode::NxDomain) => NameResult::NoSuchName,
            _ => NameResult::Refused,
        }
    }
}

/// The result of resolving a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameResult {
    Found,
    /// The name exists, but has no address.
    NoAddress,
    /// NXDOMAIN.
    NoSuchName,
    Refused,
    Unreachable(Unreachable),
}

/// The steps and the result of resolving a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// In order; empty if the name is an address or is in the hosts file.
    pub tries: Vec<Try>,
    pub addresses: Vec<IpAddr>,
    pub result: NameResult,
}

/// How a program resolves names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolver {
    pub hosts: Hosts,
    pub conf: ResolvConf,
    pub library: Library,
}

impl Resolver {
    /// The resolver of a pod's first container.
    pub fn of_pod(pod: &Object, dns: IpAddr) -> Self {
        let containers = pod.spec().field("containers").list();
        let image = containers
            .first()
            .and_then(|container| container.field("image").as_text());
        Self {
            hosts: Hosts::of_pod(pod),
            conf: ResolvConf::of_pod(pod, dns),
            library: Library::of_image(image.unwrap_or_default()),
        }
    }

    pub fn of_node() -> Self {
        Self {
            hosts: Hosts::default(),
            conf: ResolvConf::of_node(),
            library: Library::Glibc,
        }
    }

    /// The addresses in the order in which a program tries them: those of families that it has itself first, and of two of a
    /// family the nearer one. Of two families glibc takes IPv6 first; musl takes IPv4, where those of IPv6 are local to an
    /// organization (`fc00::/7`).
    ///
    /// Models: musl src/network/lookup_name.c __lookup_name, policyof; glibc nss/getaddrinfo.c rfc3484_sort, rule 9, which
    /// compares addresses of the sender's own subnet alone.
    pub fn nearest_first(&self, own: &dyn Fn(Family) -> Option<IpAddr>, addresses: &mut [IpAddr]) {
        let far = |address: &IpAddr| {
            let shared = match (address, own(Family::of(*address))) {
                (IpAddr::V4(address), Some(IpAddr::V4(own))) => (address.to_bits() ^ own.to_bits()).leading_zeros(),
                (IpAddr::V6(address), Some(IpAddr::V6(own))) => (address.to_bits() ^ own.to_bits()).leading_zeros(),
                _ => 0,
            };
            let subnet = match address {
                IpAddr::V4(_) => SUBNET,
                IpAddr::V6(_) => SUBNET_V6,
            };
            let counts = self.library == Library::Musl || shared >= subnet;
            128 - if counts { shared } else { 0 }
        };
        let is_later = |address: &IpAddr| match (self.library, address) {
            (Library::Glibc, _) => address.is_ipv4(),
            (Library::Musl, IpAddr::V4(_)) => false,
            (Library::Musl, IpAddr::V6(address)) => address.is_unique_local(),
        };
        let has_family = |address: &IpAddr| own(Family::of(*address)).is_some();
        addresses.order_by_key(|address| (!has_family(address), is_later(address), far(address)));
    }

    /// Resolves a name; `ask` sends questions to name servers.
    ///
    /// Models: glibc resolv/res_query.c __res_context_search; musl src/network/lookup_name.c name_from_dns_search.
    pub fn resolve(&self, name: &str, ask: Ask<'_>) -> Resolution {
        let known = name
            .parse()
            .map_or_else(|_| self.hosts.addresses(name), |address| vec![address]);
        if !known.is_empty() {
            return Resolution {
                tries: Vec::new(),
                addresses: known,
                result: NameResult::Found,
            };
        }
        let mut tries: Vec<Try> = Vec::new();
        for candidate in candidates(name, &self.conf, self.library) {
            let attempt = attempt(&candidate, &self.conf, ask);
            let result = attempt.result();
            tries.push(attempt);
            if !self.goes_on_after(result) {
                break;
            }
        }
        let last = tries.last();
        let no_address = tries.iter().any(|it| it.result() == NameResult::NoAddress);
        Resolution {
            addresses: last.map(Try::addresses).unwrap_or_default(),
            result: match last.map_or(NameResult::NoSuchName, Try::result) {
                NameResult::NoSuchName if no_address => NameResult::NoAddress,
                result => result,
            },
            tries,
        }
    }

    /// glibc continues if a name exists without an address; musl does not.
    fn goes_on_after(&self, result: NameResult) -> bool {
        match result {
            NameResult::NoSuchName => true,
            NameResult::NoAddress => self.library == Library::Glibc,
            NameResult::Found | NameResult::Refused | NameResult::Unreachable(_) => false,
        }
    }
}

/// The fully qualified names to try, in order.
fn candidates(name: &str, conf: &ResolvConf, library: Library) -> Vec<String> {
    if name.ends_with('.') {
        return vec![name.to_owned()];
    }
    let as_it_is = format!("{name}.");
    let many_dots = name.matches('.').count() >= conf.ndots();
    if many_dots && library == Library::Musl {
        return vec![as_it_is];
    }
    let below = |domain: &String| match domain.trim_matches('.') {
        "" => as_it_is.clone(),
        domain => format!("{name}.{domain}."),
    };
    let mut names: Vec<String> = conf.search.iter().map(below).collect();
    if many_dots {
        names.insert(0, as_it_is);
    } else if !names.contains(&as_it_is) {
        names.push(as_it_is);
    }
    names
}

fn attempt(name: &str, conf: &ResolvConf, ask: Ask<'_>) -> Try {
    let mut ask_all = |kind| {
        let question = Question {
            name: name.to_owned(),
            kind,
        };
        let mut answer = Err(Unreachable::TimedOut);
        for server in &conf.nameservers {
            answer = ask(SocketAddr::new(*server, 53), &question);
            if answer.is_ok() {
                break;
            }
        }
        answer
    };
    Try {
        name: name.to_owned(),
        v4: ask_all(RecordType::A),
        v6: ask_all(RecordType::Aaaa),
    }
}
