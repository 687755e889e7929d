//! Generates what mode `ipvs` keeps on one node, as kube-proxy's sync does.

use super::set::{IpSet, SetEntry};
use super::virtual_server::{IpvsTable, Scheduler, VirtualServer};
use crate::proxy::iptables::{
    CHAIN_FORWARD, CHAIN_INPUT, CHAIN_OUTPUT, CHAIN_POSTROUTING, CHAIN_PREROUTING, ConntrackState, IptMatch, IptRule,
    IptTable as Iptables, IptTarget, Ruleset, Side,
};
use crate::proxy::{Categories, EndpointInfo, ProxyNode, ServicePortInfo, ServicePortName, Services, loopback};
use crate::{Cidr, Protocol};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

const SERVICES: &str = "KUBE-SERVICES";
const POSTROUTING: &str = "KUBE-POSTROUTING";
const MARK_MASQ: &str = "KUBE-MARK-MASQ";
const NODE_PORT: &str = "KUBE-NODE-PORT";
const LOAD_BALANCER: &str = "KUBE-LOAD-BALANCER";
const FORWARD: &str = "KUBE-FORWARD";
const PROXY_FIREWALL: &str = "KUBE-PROXY-FIREWALL";
const SOURCE_RANGES: &str = "KUBE-SOURCE-RANGES-FIREWALL";
const IPVS_FILTER: &str = "KUBE-IPVS-FILTER";
const IPVS_OUT_FILTER: &str = "KUBE-IPVS-OUT-FILTER";

/// The sets, in kube-proxy's order: name, type of entries, comment.
///
/// Models: pkg/proxy/ipvs/proxier.go ipsetInfo (v1.36).
const SETS: [(&str, &str, &str); 17] = [
    (
        LOOP_BACK,
        "hash:ip,port,ip",
        "Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose",
    ),
    (
        CLUSTER_IP,
        "hash:ip,port",
        "Kubernetes service cluster ip + port for masquerade purpose",
    ),
    (
        EXTERNAL_IP,
        "hash:ip,port",
        "Kubernetes service external ip + port for masquerade and filter purpose",
    ),
    (
        EXTERNAL_IP_LOCAL,
        "hash:ip,port",
        "Kubernetes service external ip + port with externalTrafficPolicy=local",
    ),
    (LB, "hash:ip,port", "Kubernetes service lb portal"),
    (
        LB_FIREWALL,
        "hash:ip,port",
        "Kubernetes service load balancer ip + port for load balancer with sourceRange",
    ),
    (
        LB_LOCAL,
        "hash:ip,port",
        "Kubernetes service load balancer ip + port with externalTrafficPolicy=local",
    ),
    (
        LB_SOURCE_IP,
        "hash:ip,port,ip",
        "Kubernetes service load balancer ip + port + source IP for packet filter purpose",
    ),
    (
        LB_SOURCE_CIDR,
        "hash:ip,port,net",
        "Kubernetes service load balancer ip + port + source cidr for packet filter purpose",
    ),
    (
        "KUBE-NODE-PORT-TCP",
        "bitmap:port",
        "Kubernetes nodeport TCP port for masquerade purpose",
    ),
    (
        "KUBE-NODE-PORT-LOCAL-TCP",
        "bitmap:port",
        "Kubernetes nodeport TCP port with externalTrafficPolicy=local",
    ),
    (
        "KUBE-NODE-PORT-UDP",
        "bitmap:port",
        "Kubernetes nodeport UDP port for masquerade purpose",
    ),
    (
        "KUBE-NODE-PORT-LOCAL-UDP",
        "bitmap:port",
        "Kubernetes nodeport UDP port with externalTrafficPolicy=local",
    ),
    (
        "KUBE-NODE-PORT-SCTP-HASH",
        "hash:ip,port",
        "Kubernetes nodeport SCTP port for masquerade purpose with type 'hash ip:port'",
    ),
    (
        "KUBE-NODE-PORT-LOCAL-SCTP-HASH",
        "hash:ip,port",
        "Kubernetes nodeport SCTP port with externalTrafficPolicy=local with type 'hash ip:port'",
    ),
    (HEALTH_CHECK, "bitmap:port", "Kubernetes health check node port"),
    (IPVS_IPS, "hash:ip", "Addresses on the ipvs interface"),
];

const LOOP_BACK: &str = "KUBE-LOOP-BACK";
const CLUSTER_IP: &str = "KUBE-CLUSTER-IP";
const EXTERNAL_IP: &str = "KUBE-EXTERNAL-IP";
const EXTERNAL_IP_LOCAL: &str = "KUBE-EXTERNAL-IP-LOCAL";
const LB: &str = "KUBE-LOAD-BALANCER";
const LB_FIREWALL: &str = "KUBE-LOAD-BALANCER-FW";
const LB_LOCAL: &str = "KUBE-LOAD-BALANCER-LOCAL";
const LB_SOURCE_IP: &str = "KUBE-LOAD-BALANCER-SOURCE-IP";
const LB_SOURCE_CIDR: &str = "KUBE-LOAD-BALANCER-SOURCE-CIDR";
const HEALTH_CHECK: &str = "KUBE-HEALTH-CHECK-NODE-PORT";
const IPVS_IPS: &str = "KUBE-IPVS-IPS";

impl IpvsTable {
    /// What kube-proxy keeps on a node in mode `ipvs`.
    ///
    /// Models: pkg/proxy/ipvs/proxier.go syncProxyRules (v1.36), with its default settings, `--cluster-cidr` and that scheduler.
    pub fn new(services: &Services, node: &ProxyNode, scheduler: Scheduler) -> Self {
        let mut writer = IpvsWriter {
            node,
            servers: BTreeMap::new(),
            bound: BTreeSet::new(),
            entries: BTreeMap::new(),
            closed_to_nodes: Vec::new(),
        };
        for (name, port) in &services.ports {
            writer.write(name, port, services.endpoints(name));
        }
        let bound = writer.bound.iter().map(|ip| SetEntry::Ip(*ip)).collect();
        writer.entries.insert(IPVS_IPS, bound);
        let sets = SETS.map(|(name, kind, comment)| {
            let entries = writer.entries.remove(name).unwrap_or_default();
            Rc::new(IpSet {
                name,
                family: node.family,
                kind,
                comment,
                entries,
            })
        });
        Self {
            scheduler,
            rules: rules(node, &sets, &writer.closed_to_nodes),
            servers: writer.servers,
            bound: writer.bound,
            sets: sets.into_iter().filter(|set| !set.entries.is_empty()).collect(),
        }
    }
}

struct IpvsWriter<'a> {
    node: &'a ProxyNode,
    servers: BTreeMap<(SocketAddr, Protocol), VirtualServer>,
    bound: BTreeSet<IpAddr>,
    entries: BTreeMap<&'static str, BTreeSet<SetEntry>>,
    closed_to_nodes: Vec<(SocketAddr, Protocol)>,
}

impl IpvsWriter<'_> {
    fn add(&mut self, set: &'static str, entry: SetEntry) {
        self.entries.entry(set).or_default().insert(entry);
    }

    fn write(&mut self, name: &ServicePortName, port: &ServicePortInfo, endpoints: &[EndpointInfo]) {
        let protocol = name.protocol;
        let is_local = |endpoint: &&EndpointInfo| endpoint.node.as_deref() == Some(self.node.name.as_str());
        let own: Vec<SocketAddr> = endpoints
            .iter()
            .filter(is_local)
            .map(|endpoint| endpoint.address)
            .collect();
        for address in own {
            self.add(LOOP_BACK, SetEntry::IpPortIp(address, protocol, address.ip()));
        }
        let categories = Categories::of(endpoints, port, self.node);
        let at = |ip: IpAddr| SocketAddr::new(ip, port.port);
        let cluster_ip = at(port.cluster_ip);
        self.add(CLUSTER_IP, SetEntry::IpPort(cluster_ip, protocol));
        self.serve(
            name,
            port,
            cluster_ip,
            &real(&categories, port.internal_policy_local),
            true,
        );
        let outside = real(&categories, port.external_policy_local);
        for ip in port.external_ips.iter().copied() {
            let set = if port.external_policy_local {
                EXTERNAL_IP_LOCAL
            } else {
                EXTERNAL_IP
            };
            self.add(set, SetEntry::IpPort(at(ip), protocol));
            self.serve(name, port, at(ip), &outside, true);
        }
        for ip in port.load_balancer_vips.iter().copied() {
            self.write_load_balancer(port, at(ip), protocol);
            self.serve(name, port, at(ip), &outside, true);
        }
        if let Some(node_port) = port.node_port {
            self.write_node_port(name, port, node_port, &outside);
        }
        if let Some(health) = port.health_check_node_port {
            self.add(HEALTH_CHECK, SetEntry::Port(health));
        }
    }

    fn write_load_balancer(&mut self, port: &ServicePortInfo, address: SocketAddr, protocol: Protocol) {
        self.add(LB, SetEntry::IpPort(address, protocol));
        if port.external_policy_local {
            self.add(LB_LOCAL, SetEntry::IpPort(address, protocol));
        }
        if port.source_ranges.is_empty() {
            return;
        }
        self.add(LB_FIREWALL, SetEntry::IpPort(address, protocol));
        for range in &port.source_ranges {
            self.add(LB_SOURCE_CIDR, SetEntry::IpPortNet(address, protocol, *range));
        }
        if port.source_ranges.iter().any(|range| range.contains(self.node.ip)) {
            self.add(LB_SOURCE_IP, SetEntry::IpPortIp(address, protocol, address.ip()));
        } else {
            self.closed_to_nodes.push((address, protocol));
        }
    }

    fn write_node_port(
        &mut self,
        name: &ServicePortName,
        port: &ServicePortInfo,
        node_port: u16,
        real: &BTreeSet<SocketAddr>,
    ) {
        let ips: Vec<IpAddr> = [Some(self.node.ip), self.node.bridge].into_iter().flatten().collect();
        let addresses = || ips.iter().map(|ip| SocketAddr::new(*ip, node_port));
        let (all, local) = match name.protocol {
            Protocol::Tcp => ("KUBE-NODE-PORT-TCP", "KUBE-NODE-PORT-LOCAL-TCP"),
            Protocol::Udp => ("KUBE-NODE-PORT-UDP", "KUBE-NODE-PORT-LOCAL-UDP"),
            Protocol::Sctp => ("KUBE-NODE-PORT-SCTP-HASH", "KUBE-NODE-PORT-LOCAL-SCTP-HASH"),
        };
        let entries: Vec<SetEntry> = match name.protocol {
            Protocol::Sctp => addresses()
                .map(|address| SetEntry::IpPort(address, name.protocol))
                .collect(),
            Protocol::Tcp | Protocol::Udp => vec![SetEntry::Port(node_port)],
        };
        for entry in entries {
            self.add(all, entry);
            if port.external_policy_local {
                self.add(local, entry);
            }
        }
        for address in addresses() {
            self.serve(name, port, address, real, false);
        }
    }

    /// Models: pkg/proxy/ipvs/proxier.go syncService, syncEndpoint (v1.36).
    fn serve(
        &mut self,
        name: &ServicePortName,
        port: &ServicePortInfo,
        address: SocketAddr,
        real: &BTreeSet<SocketAddr>,
        binds: bool,
    ) {
        let server = VirtualServer::new(name.clone(), address, port.affinity_seconds, real.clone());
        self.servers.insert((address, name.protocol), server);
        let is_of_node = address.ip() == self.node.ip || Some(address.ip()) == self.node.bridge;
        if binds && !is_of_node {
            self.bound.insert(address.ip());
        }
    }
}

/// Under policy Local the endpoints of the node; if it has none, all endpoints, so that its own pods get an answer.
///
/// Models: pkg/proxy/ipvs/proxier.go syncEndpoint (v1.36).
fn real(categories: &Categories<'_>, policy_local: bool) -> BTreeSet<SocketAddr> {
    let endpoints = if policy_local && !categories.local.is_empty() {
        &categories.local
    } else {
        &categories.cluster
    };
    endpoints.iter().map(|endpoint| endpoint.address).collect()
}

/// Models: pkg/proxy/ipvs/proxier.go writeIptablesRules, createAndLinkKubeChain (v1.36).
fn rules(node: &ProxyNode, sets: &[Rc<IpSet>], closed_to_nodes: &[(SocketAddr, Protocol)]) -> Ruleset {
    let mut rules = Rules {
        node,
        sets,
        nat: Iptables::new(
            "nat",
            &[CHAIN_PREROUTING, CHAIN_INPUT, CHAIN_OUTPUT, CHAIN_POSTROUTING],
            &[LOAD_BALANCER, MARK_MASQ, NODE_PORT, POSTROUTING, SERVICES],
        ),
        filter: Iptables::new(
            "filter",
            &[CHAIN_INPUT, CHAIN_FORWARD, CHAIN_OUTPUT],
            &[
                FORWARD,
                IPVS_FILTER,
                IPVS_OUT_FILTER,
                NODE_PORT,
                PROXY_FIREWALL,
                SOURCE_RANGES,
            ],
        ),
    };
    rules.add_jumps();
    rules.add_services();
    rules.add_node_ports();
    rules.add_postrouting();
    rules.add_filters(closed_to_nodes);
    Ruleset {
        family: node.family,
        nat: rules.nat,
        filter: rules.filter,
    }
}

struct Rules<'a> {
    node: &'a ProxyNode,
    sets: &'a [Rc<IpSet>],
    nat: Iptables,
    filter: Iptables,
}

impl Rules<'_> {
    fn set(&self, name: &str) -> Option<Rc<IpSet>> {
        self.sets.iter().find(|set| set.name == name).cloned()
    }

    /// A rule that matches a set, with its comment; `None` if the set is empty.
    fn in_set(&self, name: &str, directions: &'static str) -> Option<IptRule> {
        let set = self.set(name).filter(|set| !set.entries.is_empty())?;
        let comment = set.comment;
        Some(
            IptRule::default()
                .saying(comment)
                .with(IptMatch::Set { set, directions }),
        )
    }

    fn nat_in_set(&mut self, chain: &str, name: &str, directions: &'static str, target: IptTarget) {
        if let Some(rule) = self.in_set(name, directions) {
            self.nat.append(chain, rule.going(target));
        }
    }

    fn add_jumps(&mut self) {
        let portals = || IptRule::jump(SERVICES).saying("kubernetes service portals");
        self.nat.append(CHAIN_PREROUTING, portals());
        self.nat.append(CHAIN_OUTPUT, portals());
        self.nat.append(
            CHAIN_POSTROUTING,
            IptRule::jump(POSTROUTING).saying("kubernetes postrouting rules"),
        );
        let firewall = || IptRule::jump(PROXY_FIREWALL).saying("kube-proxy firewall rules");
        let access = |chain| IptRule::jump(chain).saying("kubernetes ipvs access filter");
        let filter = &mut self.filter;
        filter.append(CHAIN_INPUT, access(IPVS_FILTER));
        filter.append(CHAIN_INPUT, firewall());
        filter.append(
            CHAIN_INPUT,
            IptRule::jump(NODE_PORT).saying("kubernetes health check rules"),
        );
        filter.append(CHAIN_FORWARD, firewall());
        filter.append(
            CHAIN_FORWARD,
            IptRule::jump(FORWARD).saying("kubernetes forwarding rules"),
        );
        filter.append(CHAIN_OUTPUT, access(IPVS_OUT_FILTER));
    }

    fn add_services(&mut self) {
        self.nat.append(
            SERVICES,
            IptRule::to(IptTarget::Return).from(loopback(self.node.family)),
        );
        self.nat_in_set(SERVICES, LB, "dst,dst", IptTarget::Jump(LOAD_BALANCER.into()));
        if let Some(rule) = self.in_set(CLUSTER_IP, "dst,dst") {
            self.nat
                .append(SERVICES, rule.not_from(self.node.cluster_cidr).going(mark()));
        }
        self.nat_in_set(SERVICES, EXTERNAL_IP, "dst,dst", mark());
        for set in [EXTERNAL_IP, EXTERNAL_IP_LOCAL] {
            let Some(rule) = self.in_set(set, "dst,dst") else {
                continue;
            };
            let from_outside = rule
                .clone()
                .with(IptMatch::NotBridged(self.node.cluster_cidr))
                .with(IptMatch::AddrTypeNotLocal(Side::Source));
            self.nat.append(SERVICES, from_outside.going(IptTarget::Accept));
            let to_own = rule.with(IptMatch::AddrTypeLocal(Side::Destination));
            self.nat.append(SERVICES, to_own.going(IptTarget::Accept));
        }
        self.nat.append(
            SERVICES,
            IptRule::jump(NODE_PORT).with(IptMatch::AddrTypeLocal(Side::Destination)),
        );
        for name in [CLUSTER_IP, LB] {
            if let Some(set) = self.set(name).filter(|set| !set.entries.is_empty()) {
                let directions = "dst,dst";
                let rule = IptRule::to(IptTarget::Accept).with(IptMatch::Set { set, directions });
                self.nat.append(SERVICES, rule);
            }
        }
        self.nat_in_set(LOAD_BALANCER, LB_LOCAL, "dst,dst", IptTarget::Return);
        self.nat.append(LOAD_BALANCER, IptRule::to(mark()));
        self.nat.append(MARK_MASQ, IptRule::to(IptTarget::SetMark));
    }

    fn add_node_ports(&mut self) {
        for protocol in [Protocol::Tcp, Protocol::Udp, Protocol::Sctp] {
            let (kind, directions) = match protocol {
                Protocol::Tcp => ("TCP", "dst"),
                Protocol::Udp => ("UDP", "dst"),
                Protocol::Sctp => ("SCTP-HASH", "dst,dst"),
            };
            let sets = [
                (format!("KUBE-NODE-PORT-LOCAL-{kind}"), IptTarget::Return),
                (format!("KUBE-NODE-PORT-{kind}"), mark()),
            ];
            for (set, target) in sets {
                if let Some(rule) = self.in_set(&set, directions) {
                    self.nat.append(NODE_PORT, rule.of(protocol).going(target));
                }
            }
        }
    }

    fn add_postrouting(&mut self) {
        self.nat_in_set(POSTROUTING, LOOP_BACK, "dst,dst,src", IptTarget::Masquerade);
        let unmarked = IptRule::to(IptTarget::Return).with(IptMatch::Mark { negated: true });
        self.nat.append(POSTROUTING, unmarked);
        self.nat.append(POSTROUTING, IptRule::to(IptTarget::FlipMark));
        self.nat.append(
            POSTROUTING,
            IptRule::to(IptTarget::Masquerade).saying("kubernetes service traffic requiring SNAT"),
        );
    }

    fn add_filters(&mut self, closed_to_nodes: &[(SocketAddr, Protocol)]) {
        if let Some(rule) = self.in_set(LB_FIREWALL, "dst,dst") {
            self.filter
                .append(PROXY_FIREWALL, rule.going(IptTarget::Jump(SOURCE_RANGES.into())));
        }
        for set in [LB_SOURCE_CIDR, LB_SOURCE_IP] {
            if let Some(rule) = self.in_set(set, "dst,dst,src") {
                self.filter.append(SOURCE_RANGES, rule.going(IptTarget::Return));
            }
        }
        self.filter.append(SOURCE_RANGES, IptRule::to(IptTarget::Drop));
        for (address, protocol) in closed_to_nodes {
            let virtual_server = IptMatch::VirtualServer(*address, *protocol);
            let rule = IptRule::to(IptTarget::Drop)
                .from(Cidr::of(address.ip()))
                .with(virtual_server);
            self.filter.append(IPVS_OUT_FILTER, rule);
        }
        let marked = IptRule::to(IptTarget::Accept).saying("kubernetes forwarding rules");
        self.filter
            .append(FORWARD, marked.with(IptMatch::Mark { negated: false }));
        let known = IptRule::to(IptTarget::Accept).saying("kubernetes forwarding conntrack rule");
        let states = &[ConntrackState::Related, ConntrackState::Established];
        self.filter
            .append(FORWARD, known.with(IptMatch::Conntrack { states, negated: false }));
        let of_set = |name: &str, directions, target| {
            let set = self.set(name)?;
            Some(IptRule::to(target).with(IptMatch::Set { set, directions }))
        };
        let health = of_set(HEALTH_CHECK, "dst", IptTarget::Accept);
        let open =
            [LB, CLUSTER_IP, EXTERNAL_IP, EXTERNAL_IP_LOCAL].map(|set| of_set(set, "dst,dst", IptTarget::Return));
        let checked = of_set(HEALTH_CHECK, "dst", IptTarget::Return);
        let states = &[ConntrackState::New];
        let closed = of_set(IPVS_IPS, "dst", IptTarget::Reject(self.node.family));
        if let Some(rule) = health {
            let comment = IptMatch::Comment("Kubernetes health check node port".to_owned());
            let matches = [vec![comment], rule.matches].concat();
            self.filter.append(NODE_PORT, IptRule { matches, ..rule });
        }
        for rule in open.into_iter().flatten().chain(checked) {
            self.filter.append(IPVS_FILTER, rule);
        }
        if let Some(rule) = closed {
            let new = IptMatch::Conntrack { states, negated: false };
            let matches = [vec![new], rule.matches].concat();
            self.filter.append(IPVS_FILTER, IptRule { matches, ..rule });
        }
    }
}

fn mark() -> IptTarget {
    IptTarget::Jump(MARK_MASQ.into())
}
