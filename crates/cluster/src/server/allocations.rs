//! Allocation of cluster addresses and node ports for one request.
//!
//! Models: pkg/registry/core/service/{ipallocator,portallocator} (v1.36).

use crate::controllers::service_ranges::is_in_added_range;
use crate::networks::Families;
use crate::server::status::{Reason, Status};
use crate::store::{ObjectKey, Tools};
use api::ip::Family;
use api::{Detail, Finding, Kind, Rule};
use std::collections::BTreeSet;
use std::net::IpAddr;

const PORTS: std::ops::RangeInclusive<i64> = 30_000..=32_767;

/// Allocates for the Service of one request; a dry run allocates nothing, and checks less.
pub(crate) struct Allocator<'a> {
    tools: &'a Tools,
    key: &'a ObjectKey,
    dry_run: bool,
    /// The node ports allocated so far, which are not in the store yet.
    ports: BTreeSet<i64>,
}

impl<'a> Allocator<'a> {
    pub(crate) fn new(tools: &'a Tools, key: &'a ObjectKey, dry_run: bool) -> Self {
        Self {
            tools,
            key,
            dry_run,
            ports: BTreeSet::new(),
        }
    }

    /// Models: ipallocator.go allocateService, cidrallocator.go AllocateService.
    pub(crate) fn take_address(&self, ip: IpAddr) -> Result<(), Detail> {
        let is_known = self.in_range(ip) || is_in_added_range(self.tools, ip);
        if self.dry_run && !is_known {
            let range = self.tools.networks().services(Family::of(ip));
            let range = range.map(|range| range.to_string()).unwrap_or_default();
            let words = format!("the provided IP ({ip}) is not in the valid range. The range of valid IPs is {range}");
            return Err((Rule::ClusterIpRange, words).into());
        }
        if self.dry_run {
            return Ok(());
        }
        if !is_known {
            let words = "the provided network does not match the current range";
            return Err((Rule::ClusterIpRange, words).into());
        }
        if self.is_allocated_address(ip) {
            return Err((Rule::ClusterIpTaken, "provided IP is already allocated").into());
        }
        self.refuse_nameless(ip)
    }

    /// The families of addresses that Services may have.
    pub(crate) fn families(&self) -> Families {
        self.tools.networks().service_families
    }

    /// Allocates an address of a family: the one that the Service's name hashes to, or the next free one. A dry run returns
    /// the first of the range.
    ///
    /// Models: ipallocator.go allocateNextService: the first 256 addresses are only for requests that name one.
    pub(crate) fn take_free_address(&self, family: Family) -> Result<IpAddr, Detail> {
        let Some(range) = self.tools.networks().services(family) else {
            return Err(format!("{} is not configured on this cluster", family.word()).into());
        };
        if self.dry_run {
            return Ok(range.network());
        }
        let offset = 256;
        let size = range.size() - 1 - offset;
        let about = ["address", family.word(), &self.key.namespace, &self.key.name];
        let start = self.drawn(&about) % size;
        let candidates = (0..size).map(|step| range.address(offset + (start + step) % size));
        let free = { candidates }
            .find(|ip| !self.is_allocated_address(*ip))
            .unwrap_or_else(|| range.address(offset + start));
        self.refuse_nameless(free).map(|()| free)
    }

    /// Whether the address is in the range, without its first and, for IPv4, its last.
    fn in_range(&self, ip: IpAddr) -> bool {
        let Some(range) = self.tools.networks().services(Family::of(ip)) else {
            return false;
        };
        let is_last = ip.is_ipv4() && ip == range.ends().1;
        range.contains(ip) && ip != range.network() && !is_last
    }

    /// A number that follows from the seed, from these words, and from how many Services of the name were deleted.
    fn drawn(&self, about: &[&str]) -> u64 {
        let first = base::hash(self.tools.seed(), about);
        match self.tools.freed(self.key) {
            0 => first,
            freed => base::hash(first, &[&freed.to_string()]),
        }
    }

    /// Whether a Service has the address, or somebody made an IPAddress object of it.
    fn is_allocated_address(&self, ip: IpAddr) -> bool {
        let store = &self.tools.store;
        store.has_address(ip) || store.find(Kind::IPAddress, "", &ip.to_string()).is_some()
    }

    /// An IPAddress object has to name its Service.
    fn refuse_nameless(&self, ip: IpAddr) -> Result<(), Detail> {
        if self.key.name.is_empty() {
            let words = format!("IPAddress.networking.k8s.io \"{ip}\" is invalid: spec.parentRef.name: Required value");
            return Err((Rule::ServiceUnnamed, words).into());
        }
        Ok(())
    }

    /// Models: portallocator.go Allocate, operation.go Allocate.
    pub(crate) fn take_port(&mut self, port: i64) -> Result<(), (Rule, &'static str)> {
        if !self.dry_run && !PORTS.contains(&port) {
            return Err((
                Rule::NodePortRange,
                "provided port is not in the valid range. The range of valid ports is 30000-32767",
            ));
        }
        if self.is_allocated(port) || !self.ports.insert(port) {
            return Err((Rule::NodePortTaken, "provided port is already allocated"));
        }
        Ok(())
    }

    fn is_allocated(&self, port: i64) -> bool {
        u16::try_from(port).is_ok_and(|port| self.tools.store.has_node_port(port))
    }

    /// Allocates a node port: the one that the Service's name and `what` it is for hash to, or the next free one. A dry run
    /// counts up from the end of the range.
    ///
    /// Models: portallocator.go AllocateNext: the first 86 ports are only for requests that name one; operation.go
    /// `AllocateNext`.
    pub(crate) fn take_free_port(&mut self, what: &str) -> i64 {
        if self.dry_run {
            let port = self.ports.last().copied().unwrap_or(32_768) + 1;
            self.ports.insert(port);
            return port;
        }
        let (first, size) = (30_086, 32_767 - 30_086 + 1);
        let about = ["node port", &self.key.namespace, &self.key.name, what];
        let start = self.drawn(&about) % u64::try_from(size).unwrap_or(1);
        let start = i64::try_from(start).unwrap_or_default();
        let mut candidates = (0..size).map(|step| first + (start + step) % size);
        let free = |port: &i64| !self.is_allocated(*port) && !self.ports.contains(port);
        let port = candidates.find(free).unwrap_or(first);
        self.ports.insert(port);
        port
    }
}

/// Why addresses and ports cannot be allocated.
pub(crate) enum AllocationError {
    Fields(Vec<Finding>),
    Internal(Box<Finding>),
    /// The API server passes this on as it is, without a reason.
    Unexplained(String),
}

impl AllocationError {
    pub(crate) fn field(finding: Finding) -> Self {
        Self::Fields(vec![finding])
    }

    pub(crate) fn status(self, name: &str) -> Status {
        match self {
            Self::Fields(errors) => Status::invalid(Kind::Service, name, &errors),
            Self::Internal(finding) => Status::internal(&finding.detail).about(finding.rule, finding.at),
            Self::Unexplained(message) => Status::plain(500, Reason::Unknown, message),
        }
    }
}
