//! Generates the rules of one node, as kube-proxy's sync does.

use super::names::{
    EXTERNAL_SERVICES, FORWARD, IptServiceChains, KUBELET_FIREWALL, MARK_MASQ, NODE_PORTS, POSTROUTING, PROXY_CANARY,
    PROXY_FIREWALL, SERVICES, endpoint_chain,
};
use super::rules::{
    CHAIN_FORWARD, CHAIN_INPUT, CHAIN_OUTPUT, CHAIN_POSTROUTING, CHAIN_PREROUTING, ConntrackState, IptMatch, IptRule,
    IptTable, IptTarget, Probability, Recent, Ruleset, Side,
};
use crate::proxy::{Categories, EndpointInfo, ProxyNode, ServicePortInfo, ServicePortName, Services, loopback};
use crate::{Cidr, Protocol};
use api::ip::Family;
use std::net::IpAddr;
use std::rc::Rc;

/// With more endpoints than this, kube-proxy omits comments of rules that repeat for each endpoint.
const LARGE_CLUSTER_ENDPOINTS: usize = 1_000;

impl Ruleset {
    /// The rules of kube-proxy on a node.
    ///
    /// Models: pkg/proxy/iptables/proxier.go syncProxyRules (v1.36), with its default settings and `--cluster-cidr`.
    /// Services are in order of name; on a real node their order is random, that of Go's maps.
    pub fn new(services: &Services, node: &ProxyNode) -> Self {
        let mut rules = Self::empty(node.family);
        rules.add_jumps();
        rules.add_masquerading();
        rules.block_localnet();
        let comments = services.total_endpoints() <= LARGE_CLUSTER_ENDPOINTS;
        for (name, port) in &services.ports {
            let endpoints = Categories::of(services.endpoints(name), port, node);
            IptWriter::new(&mut rules, name, port, &endpoints, node, comments).write();
        }
        rules.add_last();
        rules
    }

    fn empty(family: Family) -> Self {
        let mut rules = Self {
            family,
            nat: IptTable::new(
                "nat",
                &[CHAIN_PREROUTING, CHAIN_INPUT, CHAIN_OUTPUT, CHAIN_POSTROUTING],
                &[MARK_MASQ, NODE_PORTS, POSTROUTING, PROXY_CANARY, SERVICES],
            ),
            filter: IptTable::new(
                "filter",
                &[CHAIN_INPUT, CHAIN_FORWARD, CHAIN_OUTPUT],
                &[
                    EXTERNAL_SERVICES,
                    KUBELET_FIREWALL,
                    FORWARD,
                    NODE_PORTS,
                    PROXY_CANARY,
                    PROXY_FIREWALL,
                    SERVICES,
                ],
            ),
        };
        if !rules.has_kubelet_firewall() {
            rules.filter.chains.remove(KUBELET_FIREWALL);
        }
        rules
    }

    /// The kubelet adds its chain for IPv4 alone.
    ///
    /// Models: pkg/kubelet/kubelet_network_linux.go syncIPTablesRules (v1.36).
    fn has_kubelet_firewall(&self) -> bool {
        self.family == Family::V4
    }

    /// Models: pkg/proxy/iptables/proxier.go iptablesJumpChains, iptablesKubeletJumpChains (v1.36): each is prepended, so the last
    /// one named stands first.
    fn add_jumps(&mut self) {
        let new = || IptMatch::Conntrack {
            states: &[ConntrackState::New],
            negated: false,
        };
        let firewall = || {
            IptRule::jump(PROXY_FIREWALL)
                .with(new())
                .saying("kubernetes load balancer firewall")
        };
        let portals = || IptRule::jump(SERVICES).with(new()).saying("kubernetes service portals");
        let external = || {
            IptRule::jump(EXTERNAL_SERVICES)
                .with(new())
                .saying("kubernetes externally-visible service portals")
        };
        let kubelet = self.has_kubelet_firewall();
        let filter = &mut self.filter;
        if kubelet {
            filter.append(CHAIN_INPUT, IptRule::jump(KUBELET_FIREWALL));
        }
        filter.append(CHAIN_INPUT, firewall());
        filter.append(
            CHAIN_INPUT,
            IptRule::jump(NODE_PORTS).saying("kubernetes health check service ports"),
        );
        filter.append(CHAIN_INPUT, external());
        filter.append(CHAIN_FORWARD, firewall());
        filter.append(
            CHAIN_FORWARD,
            IptRule::jump(FORWARD).saying("kubernetes forwarding rules"),
        );
        filter.append(CHAIN_FORWARD, portals());
        filter.append(CHAIN_FORWARD, external());
        if kubelet {
            filter.append(CHAIN_OUTPUT, IptRule::jump(KUBELET_FIREWALL));
        }
        filter.append(CHAIN_OUTPUT, firewall());
        filter.append(CHAIN_OUTPUT, portals());
        let nat_portals = || IptRule::jump(SERVICES).saying("kubernetes service portals");
        self.nat.append(CHAIN_PREROUTING, nat_portals());
        self.nat.append(CHAIN_OUTPUT, nat_portals());
        self.nat.append(
            CHAIN_POSTROUTING,
            IptRule::jump(POSTROUTING).saying("kubernetes postrouting rules"),
        );
    }

    fn add_masquerading(&mut self) {
        let nat = &mut self.nat;
        nat.append(
            POSTROUTING,
            IptRule::to(IptTarget::Return).with(IptMatch::Mark { negated: true }),
        );
        nat.append(POSTROUTING, IptRule::to(IptTarget::FlipMark));
        nat.append(
            POSTROUTING,
            IptRule::to(IptTarget::Masquerade).saying("kubernetes service traffic requiring SNAT"),
        );
        nat.append(MARK_MASQ, IptRule::to(IptTarget::SetMark));
    }

    fn block_localnet(&mut self) {
        if !self.has_kubelet_firewall() {
            return;
        }
        let loopback = loopback(self.family);
        let known = IptMatch::Conntrack {
            states: &[
                ConntrackState::Related,
                ConntrackState::Established,
                ConntrackState::Dnat,
            ],
            negated: true,
        };
        self.filter.append(
            KUBELET_FIREWALL,
            IptRule::to(IptTarget::Drop)
                .not_from(loopback)
                .towards(loopback)
                .saying("block incoming localnet connections")
                .with(known),
        );
    }

    fn add_last(&mut self) {
        let last = IptRule::jump(NODE_PORTS)
            .saying("kubernetes service nodeports; NOTE: this must be the last rule in this chain")
            .with(IptMatch::AddrTypeLocal(Side::Destination));
        let last = match self.family {
            Family::V4 => last,
            // Node ports at the loopback address work with IPv4 alone.
            Family::V6 => last.not_towards(loopback(Family::V6)),
        };
        self.nat.append(SERVICES, last);
        let state = |states| IptMatch::Conntrack { states, negated: false };
        self.filter.append(
            FORWARD,
            IptRule::to(IptTarget::Drop)
                .with(state(&[ConntrackState::Invalid]))
                .with(IptMatch::Nfacct("ct_state_invalid_dropped_pkts")),
        );
        self.filter.append(
            FORWARD,
            IptRule::to(IptTarget::Accept)
                .saying("kubernetes forwarding rules")
                .with(IptMatch::Mark { negated: false }),
        );
        self.filter.append(
            FORWARD,
            IptRule::to(IptTarget::Accept)
                .saying("kubernetes forwarding conntrack rule")
                .with(state(&[ConntrackState::Related, ConntrackState::Established])),
        );
    }
}

/// Generates the rules of one Service port.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each says something of its own about the port"
)]
struct IptWriter<'a> {
    rules: &'a mut Ruleset,
    name: &'a ServicePortName,
    port: &'a ServicePortInfo,
    endpoints: &'a Categories<'a>,
    node: &'a ProxyNode,
    chains: IptServiceChains,
    /// Whether rules that repeat for each endpoint have a comment.
    comments: bool,
    /// Whether this node has an endpoint for the cluster IP.
    has_internal: bool,
    /// Whether this node has an endpoint for external addresses.
    has_external: bool,
    /// Whether `loadBalancerSourceRanges` applies to any address.
    has_firewall: bool,
}

impl<'a> IptWriter<'a> {
    fn new(
        rules: &'a mut Ruleset,
        name: &'a ServicePortName,
        port: &'a ServicePortInfo,
        endpoints: &'a Categories<'a>,
        node: &'a ProxyNode,
        comments: bool,
    ) -> Self {
        let usable = |local| endpoints.has_any && !(local && endpoints.local.is_empty());
        Self {
            rules,
            name,
            port,
            endpoints,
            node,
            chains: IptServiceChains::of(name),
            comments,
            has_internal: usable(port.internal_policy_local),
            has_external: usable(port.external_policy_local),
            has_firewall: endpoints.has_any && !port.load_balancer_vips.is_empty() && !port.source_ranges.is_empty(),
        }
    }

    fn write(mut self) {
        self.capture_cluster_ip();
        self.capture_external_ips();
        self.capture_load_balancer();
        self.capture_node_port();
        self.capture_health_check();
        self.masquerade_outsiders();
        self.write_external_chain();
        self.write_firewall_chain();
        if !self.endpoints.cluster.is_empty() {
            let chain = self.chains.cluster.clone();
            self.write_choice(&chain, &self.endpoints.cluster);
        }
        if !self.endpoints.local.is_empty() {
            let chain = self.chains.local.clone();
            self.write_choice(&chain, &self.endpoints.local);
        }
        for endpoint in &self.endpoints.reachable {
            self.write_endpoint_chain(endpoint);
        }
    }

    fn at(&self, rule: IptRule, address: IpAddr, comment: &str) -> IptRule {
        rule.towards(Cidr::of(address))
            .saying(format!("{} {comment}", self.name))
            .at_port(self.name.protocol, self.port.port)
    }

    /// The target for packets without an endpoint, and its comment.
    fn refusal(&self) -> (IptTarget, &'static str) {
        if self.endpoints.has_any {
            (IptTarget::Drop, "has no local endpoints")
        } else {
            (IptTarget::Reject(self.node.family), "has no endpoints")
        }
    }

    fn internal_chain(&self) -> &str {
        if self.port.internal_policy_local {
            &self.chains.local
        } else {
            &self.chains.cluster
        }
    }

    fn capture_cluster_ip(&mut self) {
        if self.has_internal {
            let rule = self.at(IptRule::jump(self.internal_chain()), self.port.cluster_ip, "cluster IP");
            self.rules.nat.append(SERVICES, rule);
        } else {
            let (target, why) = self.refusal();
            let rule = self.at(IptRule::to(target), self.port.cluster_ip, why);
            self.rules.filter.append(SERVICES, rule);
        }
    }

    fn refuse_external(&mut self, address: IpAddr) {
        if !self.has_external {
            let (target, why) = self.refusal();
            let rule = self.at(IptRule::to(target), address, why);
            self.rules.filter.append(EXTERNAL_SERVICES, rule);
        }
    }

    fn capture_external_ips(&mut self) {
        for address in &self.port.external_ips {
            if self.endpoints.has_any {
                let rule = self.at(IptRule::jump(&self.chains.external), *address, "external IP");
                self.rules.nat.append(SERVICES, rule);
            }
            self.refuse_external(*address);
        }
    }

    fn capture_load_balancer(&mut self) {
        let chain = if self.has_firewall {
            &self.chains.firewall
        } else {
            &self.chains.external
        };
        for address in &self.port.load_balancer_vips {
            if self.endpoints.has_any {
                let rule = self.at(IptRule::jump(chain), *address, "loadbalancer IP");
                self.rules.nat.append(SERVICES, rule);
            }
            if self.has_firewall {
                let comment = format!("traffic not accepted by {}", self.chains.firewall);
                let rule = self.at(IptRule::to(IptTarget::Drop), *address, &comment);
                self.rules.filter.append(PROXY_FIREWALL, rule);
            }
        }
        for address in &self.port.load_balancer_vips {
            self.refuse_external(*address);
        }
    }

    fn capture_node_port(&mut self) {
        let Some(node_port) = self.port.node_port else {
            return;
        };
        let protocol = self.name.protocol;
        if self.endpoints.has_any {
            let rule = || {
                IptRule::jump(&self.chains.external)
                    .saying(self.name.to_string())
                    .at_port(protocol, node_port)
            };
            if self.node.family == Family::V4 {
                let counted = rule()
                    .towards(loopback(Family::V4))
                    .with(IptMatch::Nfacct("localhost_nps_accepted_pkts"));
                self.rules.nat.append(NODE_PORTS, counted);
            }
            let plain = rule();
            self.rules.nat.append(NODE_PORTS, plain);
        }
        if !self.has_external {
            let (target, why) = self.refusal();
            let rule = IptRule::to(target)
                .saying(format!("{} {why}", self.name))
                .with(IptMatch::AddrTypeLocal(Side::Destination))
                .at_port(protocol, node_port);
            self.rules.filter.append(EXTERNAL_SERVICES, rule);
        }
    }

    fn capture_health_check(&mut self) {
        if let Some(port) = self.port.health_check_node_port {
            let rule = IptRule::to(IptTarget::Accept)
                .saying(format!("{} health check node port", self.name))
                .at_port(Protocol::Tcp, port);
            self.rules.filter.append(NODE_PORTS, rule);
        }
    }

    /// Packets from outside the cluster to the cluster IP may leave the node again; their replies must return through it.
    fn masquerade_outsiders(&mut self) {
        if self.has_internal {
            let rule = self
                .at(IptRule::jump(MARK_MASQ), self.port.cluster_ip, "cluster IP")
                .not_from(self.node.cluster_cidr);
            let chain = self.internal_chain().to_owned();
            self.rules.nat.append(&chain, rule);
        }
    }

    fn write_external_chain(&mut self) {
        if !self.endpoints.has_any || !self.port.externally_accessible() {
            return;
        }
        let destinations = format!("{} external destinations", self.name);
        let (chain, nat) = (&self.chains.external, &mut self.rules.nat);
        nat.add(chain);
        if self.port.external_policy_local {
            let local = || IptMatch::AddrTypeLocal(Side::Source);
            let inside = IptRule::jump(&self.chains.cluster)
                .from(self.node.cluster_cidr)
                .saying(format!("pod traffic for {destinations}"));
            let masquerade = IptRule::jump(MARK_MASQ)
                .saying(format!("masquerade LOCAL traffic for {destinations}"))
                .with(local());
            let route = IptRule::jump(&self.chains.cluster)
                .saying(format!("route LOCAL traffic for {destinations}"))
                .with(local());
            nat.append(chain, inside);
            nat.append(chain, masquerade);
            nat.append(chain, route);
        } else {
            let rule = IptRule::jump(MARK_MASQ).saying(format!("masquerade traffic for {destinations}"));
            nat.append(chain, rule);
        }
        if self.has_external {
            let policy = if self.port.external_policy_local {
                &self.chains.local
            } else {
                &self.chains.cluster
            };
            nat.append(chain, IptRule::jump(policy));
        }
    }

    fn write_firewall_chain(&mut self) {
        if !self.has_firewall {
            return;
        }
        let (chain, nat) = (&self.chains.firewall, &mut self.rules.nat);
        let allow = |from: Cidr| {
            IptRule::jump(&self.chains.external)
                .from(from)
                .saying(format!("{} loadbalancer IP", self.name))
        };
        for range in &self.port.source_ranges {
            nat.append(chain, allow(*range));
        }
        if self.port.source_ranges.iter().any(|range| range.contains(self.node.ip)) {
            for address in &self.port.load_balancer_vips {
                nat.append(chain, allow(Cidr::of(*address)));
            }
        }
        let rest = format!("other traffic to {} will be dropped by {PROXY_FIREWALL}", self.name);
        nat.append(chain, IptRule::default().saying(rest));
    }

    /// Models: pkg/proxy/iptables/proxier.go writeServiceToEndpointRules (v1.36): remembered clients first, then by chance.
    fn write_choice(&mut self, chain: &str, endpoints: &[&EndpointInfo]) {
        self.rules.nat.add(chain);
        for endpoint in self.port.affinity_seconds.iter().flat_map(|_| endpoints) {
            let target = endpoint_chain(self.name, endpoint);
            let check = Recent::Check {
                list: Rc::from(target.as_str()),
                seconds: self.port.affinity_seconds.unwrap_or_default(),
                family: self.node.family,
            };
            let rule = self
                .commented(IptRule::jump(&target), endpoint)
                .with(IptMatch::Recent(check));
            self.rules.nat.append(chain, rule);
        }
        for (left, endpoint) in (1..=endpoints.len()).rev().zip(endpoints) {
            let mut rule = self.commented(IptRule::jump(&endpoint_chain(self.name, endpoint)), endpoint);
            if left > 1 {
                rule = rule.with(IptMatch::Statistic(Probability::one_in(left)));
            }
            self.rules.nat.append(chain, rule);
        }
    }

    fn commented(&self, rule: IptRule, endpoint: &EndpointInfo) -> IptRule {
        if self.comments {
            rule.saying(format!("{} -> {}", self.name, endpoint.address))
        } else {
            rule
        }
    }

    /// An endpoint that contacts itself is masqueraded; otherwise its reply would not leave it.
    fn write_endpoint_chain(&mut self, endpoint: &EndpointInfo) {
        let chain = endpoint_chain(self.name, endpoint);
        let named = |rule: IptRule| {
            if self.comments {
                rule.saying(self.name.to_string())
            } else {
                rule
            }
        };
        let hairpin = named(IptRule::jump(MARK_MASQ).from(Cidr::of(endpoint.address.ip())));
        let mut translate = named(IptRule::to(IptTarget::Dnat(endpoint.address)));
        translate.protocol = Some(self.name.protocol);
        if self.port.affinity_seconds.is_some() {
            translate = translate.with(IptMatch::Recent(Recent::Set {
                list: Rc::from(chain.as_str()),
                family: self.node.family,
            }));
        }
        translate = translate.with(IptMatch::Port(self.name.protocol, None));
        self.rules.nat.append(&chain, hairpin);
        self.rules.nat.append(&chain, translate);
    }
}
