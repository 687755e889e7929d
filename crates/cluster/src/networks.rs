//! The addresses that a cluster is set up with, as flags of its components give them.

use api::ip::{Cidr, Family};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The addresses that a cluster is set up with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Networks {
    /// The families of the addresses of nodes and pods.
    pub pod_families: Families,
    /// Those of cluster IPs.
    pub service_families: Families,
    /// `--service-cluster-ip-range`, for each family.
    services: ByFamily,
    /// `--cluster-cidr`, for each family.
    pods: ByFamily,
    /// Where the API server listens: the endpoint of the Service `kubernetes`.
    pub api_server: SocketAddr,
}

/// One family or both, the primary one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Families {
    primary: Family,
    has_both: bool,
}

impl Families {
    pub const fn only(primary: Family) -> Self {
        Self {
            primary,
            has_both: false,
        }
    }

    pub const fn both(primary: Family) -> Self {
        Self {
            primary,
            has_both: true,
        }
    }

    /// `None` of no family, and of one family twice.
    fn of(mut families: impl Iterator<Item = Family>) -> Option<Self> {
        let primary = families.next()?;
        match (families.next(), families.next()) {
            (None, _) => Some(Self::only(primary)),
            (Some(second), None) if second != primary => Some(Self::both(primary)),
            _ => None,
        }
    }

    pub const fn primary(self) -> Family {
        self.primary
    }

    pub const fn is_dual(self) -> bool {
        self.has_both
    }

    pub fn has(self, family: Family) -> bool {
        self.has_both || self.primary == family
    }

    /// The primary one first.
    pub fn each(self) -> impl Iterator<Item = Family> + Clone {
        [self.primary, self.primary.other()]
            .into_iter()
            .take(if self.has_both { 2 } else { 1 })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ByFamily {
    v4: Cidr,
    v6: Cidr,
}

impl ByFamily {
    const fn of(self, family: Family) -> Cidr {
        match family {
            Family::V4 => self.v4,
            Family::V6 => self.v6,
        }
    }

    fn put(&mut self, range: Cidr) {
        match range.family() {
            Family::V4 => self.v4 = range,
            Family::V6 => self.v6 = range,
        }
    }
}

/// What may be asked of a cluster's addresses; the defaults stand for what is absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct NetworkSettings<'a> {
    /// The families of nodes, pods and Services, the primary one first.
    pub families: &'a [Family],
    /// `--service-cluster-ip-range`: `10.43.0.0/16`, or a range of each family, joined by a comma.
    pub services: Option<&'a str>,
    /// `--cluster-cidr`: `10.42.0.0/16`, or a range of each family, joined by a comma.
    pub pods: Option<&'a str>,
    /// `192.40.199.6:6443`.
    pub api_server: Option<&'a str>,
    /// How many nodes share the range of pods.
    pub nodes: usize,
}

/// The nodes' network of minikube, and a range of IPv6 like it.
const NODES: ByFamily = ByFamily {
    v4: Cidr::new(IpAddr::V4(Ipv4Addr::new(192, 168, 49, 0)), 16),
    v6: Cidr::new(IpAddr::V6(Ipv6Addr::new(0xfd00, 0x192, 0x168, 0x49, 0, 0, 0, 0)), 64),
};
/// Where minikube's network of nodes begins within the range.
const FIRST_NODE_V4: u64 = 49 * 256 + 2;
const FIRST_NODE_V6: u64 = 2;
const API_SERVER_PORT: u16 = 6443;

impl Default for Networks {
    /// As on the cluster that recordings were made on: minikube's ranges of IPv4, where Services alone may have IPv6 as well.
    fn default() -> Self {
        Self {
            pod_families: Families::only(Family::V4),
            service_families: Families::both(Family::V4),
            services: ByFamily {
                v4: Cidr::new(IpAddr::V4(Ipv4Addr::new(10, 96, 0, 0)), 12),
                v6: Cidr::new(IpAddr::V6(Ipv6Addr::new(0xfd00, 0x10, 0x96, 0, 0, 0, 0, 0)), 108),
            },
            pods: ByFamily {
                v4: Cidr::new(IpAddr::V4(Ipv4Addr::new(10, 244, 0, 0)), 16),
                v6: Cidr::new(IpAddr::V6(Ipv6Addr::new(0xfd00, 0x10, 0x244, 0, 0, 0, 0, 0)), 56),
            },
            api_server: SocketAddr::new(Self::node_address(0, Family::V4), API_SERVER_PORT),
        }
    }
}

/// The names of the settings in messages.
const FAMILIES: &str = "ipFamilies";
const SERVICES: &str = "serviceCIDR";
const PODS: &str = "podCIDR";

impl Networks {
    /// The error says why a cluster cannot be set up so.
    ///
    /// Families follow from the ranges where they are not named.
    pub fn of(settings: &NetworkSettings<'_>) -> Result<Self, String> {
        let mut networks = Self::default();
        let services = settings
            .services
            .map(|text| ranges(SERVICES, text, "10.43.0.0/16"))
            .transpose()?;
        let pods = settings
            .pods
            .map(|text| ranges(PODS, text, "10.42.0.0/16"))
            .transpose()?;
        let (services, pods) = (services.unwrap_or_default(), pods.unwrap_or_default());
        let named = families(settings.families)?;
        let implied = [&pods, &services].into_iter().filter_map(|ranges| of_ranges(ranges));
        let chosen = named.or_else(|| implied.into_iter().find(|it| *it != Families::only(Family::V4)));
        if let Some(chosen) = chosen {
            (networks.pod_families, networks.service_families) = (chosen, chosen);
        }
        for range in &services {
            fits_services(*range)?;
            networks.services.put(*range);
        }
        for range in &pods {
            fits_nodes(*range, settings.nodes)?;
            networks.pods.put(*range);
        }
        networks.agree(&services, &pods, chosen.is_some())?;
        let primary = networks.service_families.primary();
        networks.api_server = match settings.api_server {
            Some(text) => api_server(text, primary)?,
            None => SocketAddr::new(Self::node_address(0, primary), API_SERVER_PORT),
        };
        Ok(networks)
    }

    /// Whether the ranges that were given fit the families.
    ///
    /// Models: cmd/kube-apiserver/app/options/validation.go validateClusterIPFlags (v1.36): a cluster whose pods have both families
    /// may have Services of one alone.
    fn agree(&mut self, services: &[Cidr], pods: &[Cidr], is_chosen: bool) -> Result<(), String> {
        let primary = self.pod_families.primary();
        if let Some(given) = of_ranges(pods)
            && given != self.pod_families
        {
            return Err(format!("{PODS} has other families than {FAMILIES} or {SERVICES}"));
        }
        if let Some(given) = of_ranges(services).filter(|_| is_chosen) {
            if given.primary() != primary || given.is_dual() && !self.pod_families.is_dual() {
                return Err(format!("{SERVICES} has other families than {FAMILIES} or {PODS}"));
            }
            self.service_families = given;
        }
        Ok(())
    }

    /// The range of cluster IPs of a family: `10.96.0.0/12`; `None` if Services have no addresses of it.
    pub fn services(&self, family: Family) -> Option<Cidr> {
        self.service_families.has(family).then(|| self.services.of(family))
    }

    /// The range of the addresses of pods of a family: `10.244.0.0/16`.
    pub fn pods(&self, family: Family) -> Cidr {
        self.pods.of(family)
    }

    /// The part of the pods' range that a node has, by its number from 0.
    ///
    /// Models: pkg/controller/nodeipam/ipam/range_allocator.go AllocateOrOccupyCIDR with `--node-cidr-mask-size-ipv4` and
    /// `-ipv6` as they are by default (v1.36).
    pub fn node_range(&self, node: usize, family: Family) -> Option<Cidr> {
        self.pods.of(family).part(node_bits(family), node as u64)
    }

    /// The address of a node, by its number from 0.
    pub const fn node_address(node: usize, family: Family) -> IpAddr {
        let first = match family {
            Family::V4 => FIRST_NODE_V4,
            Family::V6 => FIRST_NODE_V6,
        };
        NODES.of(family).address(first + node as u64)
    }

    /// The primary range first.
    pub fn service_cidrs(&self) -> impl Iterator<Item = Cidr> {
        self.service_families.each().map(|family| self.services.of(family))
    }

    /// The first address that is given: that of the Service `kubernetes`.
    pub fn kubernetes(&self) -> IpAddr {
        self.services.of(self.service_families.primary()).address(1)
    }

    /// The tenth address: that of the cluster's DNS, as installers set it up.
    pub fn dns(&self) -> IpAddr {
        self.services.of(self.service_families.primary()).address(10)
    }
}

const fn node_bits(family: Family) -> u8 {
    match family {
        Family::V4 => 24,
        Family::V6 => 64,
    }
}

fn families(named: &[Family]) -> Result<Option<Families>, String> {
    if named.is_empty() {
        return Ok(None);
    }
    let families = Families::of(named.iter().copied());
    families
        .map(Some)
        .ok_or_else(|| format!("{FAMILIES} are IPv4, IPv6 or both, each once"))
}

fn of_ranges(ranges: &[Cidr]) -> Option<Families> {
    Families::of(ranges.iter().map(|range| range.family()))
}

/// One range, or one of each family.
fn ranges(setting: &str, text: &str, example: &str) -> Result<Vec<Cidr>, String> {
    let read = text.split(',').map(|text| range(setting, text.trim(), example));
    let read = read.collect::<Result<Vec<Cidr>, String>>()?;
    if of_ranges(&read).is_none() {
        return Err(format!(
            "{setting}: {text:?} is neither one range nor one of each family"
        ));
    }
    Ok(read)
}

fn range(setting: &str, text: &str, example: &str) -> Result<Cidr, String> {
    let wrong = || format!("{setting}: {text:?} is no range of addresses such as {example}");
    let (first, bits) = text.split_once('/').ok_or_else(wrong)?;
    let (first, bits): (IpAddr, u8) = (first.parse().map_err(|_| wrong())?, bits.parse().map_err(|_| wrong())?);
    if bits > Family::of(first).bits() {
        return Err(wrong());
    }
    let range = Cidr::new(first, bits);
    if range.network() != first {
        return Err(format!("{setting}: {text:?} does not begin at its first address"));
    }
    Ok(range)
}

/// Models: cmd/kube-apiserver/app/options/validation.go validateClusterIPFlags, pkg/registry/core/service/ipallocator
/// NewIPAllocator (v1.36): at most 20 bits for addresses of IPv4, 64 for those of IPv6; this playground asks for at least 9, as
/// the first 256 are given only to who asks for them.
fn fits_services(range: Cidr) -> Result<(), String> {
    let bits = match range.family() {
        Family::V4 => 12..=23,
        Family::V6 => 64..=119,
    };
    if bits.contains(&range.bits()) {
        return Ok(());
    }
    let (least, most) = (bits.start(), bits.end());
    let family = range.family().word();
    Err(format!(
        "{SERVICES}: \"{range}\": a range of cluster IPs of {family} has {least} to {most} bits"
    ))
}

/// Models: pkg/controller/nodeipam/node_ipam_controller.go NewNodeIpamController, ipam/cidrset/cidr_set.go NewCIDRSet (v1.36).
fn fits_nodes(range: Cidr, nodes: usize) -> Result<(), String> {
    let of_node = node_bits(range.family());
    let bits = of_node - 16..=of_node;
    if !bits.contains(&range.bits()) {
        let (least, family) = (bits.start(), range.family().word());
        return Err(format!(
            "{PODS}: \"{range}\": a range of pods of {family} has {least} to {of_node} bits, as nodes have {of_node}"
        ));
    }
    let last = nodes.max(1) as u64 - 1;
    if range.part(of_node, last).is_none() {
        return Err(format!(
            "{PODS}: \"{range}\" has fewer ranges of {of_node} bits than there are nodes: {nodes}"
        ));
    }
    Ok(())
}

/// Models: cmd/kube-apiserver/app/options/validation.go validatePublicIPServiceClusterIPRangeIPFamilies (v1.36).
fn api_server(text: &str, primary: Family) -> Result<SocketAddr, String> {
    let address: Result<SocketAddr, _> = text.parse();
    let address = address.map_err(|_| format!("{text:?} is no address with a port such as 192.168.49.2:6443"))?;
    if Family::of(address.ip()) != primary {
        let family = primary.word();
        return Err(format!(
            "{text:?}: the API server's address is of the primary family of cluster IPs, {family}"
        ));
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(services: &str) -> Result<Networks, String> {
        Networks::of(&NetworkSettings {
            services: Some(services),
            ..NetworkSettings::default()
        })
    }

    #[test]
    fn a_range_is_read_or_said_why_not() {
        let said = |range| {
            let networks = read(range)?;
            let first = networks.service_cidrs().next().map(|it| it.to_string());
            Ok::<_, String>((first.unwrap_or_default(), networks.dns().to_string()))
        };
        assert_eq!(
            said("10.43.0.0/16"),
            Ok(("10.43.0.0/16".to_owned(), "10.43.0.10".to_owned()))
        );
        assert_eq!(
            said("10.0.0.0/8"),
            Err("serviceCIDR: \"10.0.0.0/8\": a range of cluster IPs of IPv4 has 12 to 23 bits".to_owned())
        );
        assert_eq!(
            said("10.43.1.0/16"),
            Err("serviceCIDR: \"10.43.1.0/16\" does not begin at its first address".to_owned())
        );
        assert!(read("10.43/16").is_err() && read("fd00::/120").is_err() && read("10.43.0.0/16,10.44.0.0/16").is_err());
    }

    #[test]
    fn families_follow_from_the_ranges() {
        let families = |services: &str| {
            let networks = read(services).unwrap();
            (
                networks.pod_families,
                networks.service_families,
                networks.api_server.to_string(),
            )
        };
        let (v4, v6) = ("192.168.49.2:6443".to_owned(), "[fd00:192:168:49::2]:6443".to_owned());
        let both = |family| (Families::both(family), Families::both(family));
        assert_eq!(
            families("10.43.0.0/16"),
            (Families::only(Family::V4), Families::both(Family::V4), v4.clone())
        );
        let (pods, services) = both(Family::V4);
        assert_eq!(families("10.96.0.0/16,fd00:10:96::/112"), (pods, services, v4));
        let (pods, services) = both(Family::V6);
        assert_eq!(families("fd00:10:96::/112, 10.96.0.0/16"), (pods, services, v6.clone()));
        let only = Families::only(Family::V6);
        assert_eq!(families("fd00:10:96::/112"), (only, only, v6));
    }

    #[test]
    fn what_does_not_agree_is_said() {
        let said = |families: &[Family], services: Option<&str>, pods: Option<&str>, nodes| {
            Networks::of(&NetworkSettings {
                families,
                services,
                pods,
                api_server: None,
                nodes,
            })
            .map(|it| it.service_families)
        };
        assert_eq!(said(&[Family::V4], None, None, 1), Ok(Families::only(Family::V4)));
        assert_eq!(
            said(&[Family::V6, Family::V4], None, None, 1),
            Ok(Families::both(Family::V6))
        );
        assert_eq!(
            said(&[Family::V4, Family::V6], Some("10.43.0.0/16"), None, 1),
            Ok(Families::only(Family::V4))
        );
        assert_eq!(
            said(&[Family::V4], None, Some("10.42.0.0/16,fd00:42::/56"), 1),
            Err("podCIDR has other families than ipFamilies or serviceCIDR".to_owned())
        );
        assert_eq!(
            said(&[Family::V6, Family::V6], None, None, 1),
            Err("ipFamilies are IPv4, IPv6 or both, each once".to_owned())
        );
        assert_eq!(
            said(&[], None, Some("10.42.0.0/23"), 3),
            Err("podCIDR: \"10.42.0.0/23\" has fewer ranges of 24 bits than there are nodes: 3".to_owned())
        );
        assert!(said(&[], None, Some("10.42.0.0/25"), 1).is_err());
    }

    #[test]
    fn nodes_have_their_parts_of_the_range() {
        let networks = Networks::of(&NetworkSettings {
            pods: Some("10.42.0.0/16,fd00:42::/56"),
            nodes: 2,
            ..NetworkSettings::default()
        })
        .unwrap();
        let ranges = Family::ALL.map(|family| networks.node_range(1, family).map(|it| it.to_string()));
        assert_eq!(
            ranges.map(Option::unwrap_or_default),
            ["10.42.1.0/24", "fd00:42:0:1::/64"]
        );
        let nodes = Family::ALL.map(|family| Networks::node_address(254, family).to_string());
        assert_eq!(nodes, ["192.168.50.0", "fd00:192:168:49::100"]);
    }
}
