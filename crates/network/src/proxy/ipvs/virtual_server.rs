use super::IpSet;
use crate::proxy::ServicePortName;
use crate::proxy::iptables::Ruleset;
use crate::{ObjectKey, Protocol};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

/// What kube-proxy keeps on a node in mode `ipvs`.
///
/// Printed as `ipvsadm -Ln`, `ipset list` and `iptables-save` do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpvsTable {
    pub scheduler: Scheduler,
    pub servers: BTreeMap<(SocketAddr, Protocol), VirtualServer>,
    /// The addresses of the interface `kube-ipvs0`: Service addresses, which the node treats as its own.
    pub bound: BTreeSet<IpAddr>,
    /// The non-empty sets.
    pub sets: Vec<Rc<IpSet>>,
    pub rules: Ruleset,
}

/// A virtual server and its real servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualServer {
    pub of: ServicePortName,
    /// How many seconds a client stays with its real server; `None` if it does not stay.
    pub persistent: Option<u32>,
    /// In order of address; kube-proxy adds them in random order.
    pub real: Rc<[SocketAddr]>,
    /// The list of remembered clients for each real server.
    pub(crate) lists: Vec<Rc<str>>,
    pub(crate) name: Rc<str>,
}

/// How virtual servers choose real servers: `--ipvs-scheduler`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheduler {
    /// `rr`: each in turn.
    #[default]
    RoundRobin,
    /// `lc`: the one with the fewest connections.
    LeastConnection,
    /// `sh`: by a hash of the client's address.
    SourceHash,
}

impl Scheduler {
    /// The value of `--ipvs-scheduler`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::RoundRobin => "rr",
            Self::LeastConnection => "lc",
            Self::SourceHash => "sh",
        }
    }

    pub fn read(word: &str) -> Option<Self> {
        [Self::RoundRobin, Self::LeastConnection, Self::SourceHash]
            .into_iter()
            .find(|scheduler| scheduler.word() == word)
    }

    /// The index of the real server for a client's address.
    ///
    /// Models: net/netfilter/ipvs/ip_vs_sh.c ip_vs_sh_hashkey, ip_vs_sh_reassign, include/linux/hash.h hash_32 (Linux 6).
    /// Of IPv6 the four words are folded into one: ip_vs_sh_addr_fold.
    pub(crate) fn by_source(client: IpAddr, of: usize) -> usize {
        const GOLDEN_RATIO_32: u32 = 0x61C8_8647;
        const TABLE_BITS: u32 = 8;
        let folded = match client {
            IpAddr::V4(client) => client.to_bits(),
            IpAddr::V6(client) => {
                let octets = client.octets();
                let words = octets
                    .chunks_exact(4)
                    .map(|word| word.iter().fold(0, |all, byte| all << 8 | u32::from(*byte)));
                words.fold(0, |folded, word| folded ^ word)
            }
        };
        let bucket = folded.wrapping_mul(GOLDEN_RATIO_32) >> (32 - TABLE_BITS);
        bucket as usize % of.max(1)
    }
}

impl VirtualServer {
    pub(super) fn new(
        of: ServicePortName,
        address: SocketAddr,
        persistent: Option<u32>,
        real: BTreeSet<SocketAddr>,
    ) -> Self {
        let name = format!("{} {address}", of.protocol.word().to_uppercase());
        let list = |server: &SocketAddr| format!("{name} -> {server}").into();
        Self {
            lists: real.iter().filter(|_| persistent.is_some()).map(list).collect(),
            real: real.into_iter().collect(),
            name: name.into(),
            persistent,
            of,
        }
    }

    fn line(&self, scheduler: Scheduler) -> String {
        let (protocol, address) = self.name.split_once(' ').unwrap_or_default();
        let line = format!("{protocol:<4} {address} {}", scheduler.word());
        match self.persistent {
            Some(seconds) => format!("{line} persistent {seconds}"),
            None => line,
        }
    }

    fn real_line(real: SocketAddr) -> String {
        format!("  -> {:<28} Masq    1      0          0", real.to_string())
    }

    fn write(&self, scheduler: Scheduler, f: &mut impl fmt::Write) -> fmt::Result {
        writeln!(f, "{}", self.line(scheduler))?;
        self.real
            .iter()
            .try_for_each(|real| writeln!(f, "{}", Self::real_line(*real)))
    }
}

impl IpvsTable {
    pub fn server(&self, address: SocketAddr, protocol: Protocol) -> Option<&VirtualServer> {
        self.servers.get(&(address, protocol))
    }

    pub fn about(&self, service: &ObjectKey) -> String {
        let mut text = String::new();
        for server in self.servers.values().filter(|server| server.of.service == *service) {
            // Writing into a string never fails.
            let _ = server.write(self.scheduler, &mut text);
        }
        text
    }

    /// The line of a real server, by the name of its virtual server and its position from 1.
    pub(crate) fn text(&self, name: &str, position: usize) -> Option<String> {
        let server = self.servers.values().find(|server| &*server.name == name)?;
        let real = server.real.get(position.checked_sub(1)?)?;
        Some(format!("{}{}", server.line(self.scheduler), Self::one_line(*real)))
    }

    fn one_line(real: SocketAddr) -> String {
        format!(" -> {real} Masq")
    }

    pub(crate) fn lists(&self) -> BTreeSet<Rc<str>> {
        self.servers
            .values()
            .flat_map(|server| &server.lists)
            .cloned()
            .collect()
    }
}

impl fmt::Display for IpvsTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n")?;
        f.write_str("  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n")?;
        self.servers
            .values()
            .try_for_each(|server| server.write(self.scheduler, f))?;
        self.sets.iter().try_for_each(|set| write!(f, "\n{set}"))?;
        write!(f, "\n{}", self.rules)
    }
}
