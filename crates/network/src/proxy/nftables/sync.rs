//! Generates the table of one node, as kube-proxy's sync does.

use super::names::{
    CLUSTER_IPS, CLUSTER_IPS_CHECK, EndpointNames, FIREWALL_CHECK, FIREWALL_IPS, HAIRPIN_CONNECTIONS, MASQUERADING,
    NO_ENDPOINT_NODE_PORTS, NO_ENDPOINT_SERVICES, NODE_PORT_ENDPOINTS_CHECK, NODE_PORT_IPS, NftServiceChains,
    REJECT_CHAIN, SERVICE_ENDPOINTS_CHECK, SERVICE_IPS, SERVICE_NODE_PORTS, SERVICES,
};
use super::rules::{BaseChain, Hook, KeyKind, Map, NftKey, NftRule, NftTable, Set, SetElements, Statement, Verdict};
use crate::Cidr;
use crate::proxy::{Categories, EndpointInfo, ProxyNode, ServicePortInfo, ServicePortName, Services};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::rc::Rc;

/// Models: pkg/proxy/nftables/proxier.go nftablesBaseChains (v1.36).
const BASE_CHAINS: [(&str, BaseChain); 8] = [
    ("filter-prerouting-pre-dnat", base(Hook::Prerouting, false, -110)),
    ("filter-output-pre-dnat", base(Hook::Output, false, -110)),
    ("filter-input", base(Hook::Input, false, 0)),
    ("filter-forward", base(Hook::Forward, false, 0)),
    ("filter-output", base(Hook::Output, false, 0)),
    ("nat-prerouting", base(Hook::Prerouting, true, -100)),
    ("nat-output", base(Hook::Output, true, -100)),
    ("nat-postrouting", base(Hook::Postrouting, true, 100)),
];

const fn base(hook: Hook, translates: bool, priority: i32) -> BaseChain {
    BaseChain {
        hook,
        translates,
        priority,
    }
}

/// From chain, to chain, and whether only for new connections.
///
/// Models: pkg/proxy/nftables/proxier.go nftablesJumpChains (v1.36).
const JUMPS: [(&str, &str, bool); 12] = [
    (NODE_PORT_ENDPOINTS_CHECK, "filter-input", true),
    (SERVICE_ENDPOINTS_CHECK, "filter-input", true),
    (SERVICE_ENDPOINTS_CHECK, "filter-forward", true),
    (SERVICE_ENDPOINTS_CHECK, "filter-output", true),
    (FIREWALL_CHECK, "filter-prerouting-pre-dnat", true),
    (FIREWALL_CHECK, "filter-output-pre-dnat", true),
    (SERVICES, "nat-output", false),
    (SERVICES, "nat-prerouting", false),
    (MASQUERADING, "nat-postrouting", false),
    (CLUSTER_IPS_CHECK, "filter-forward", true),
    (CLUSTER_IPS_CHECK, "filter-output", true),
    (REJECT_CHAIN, "", false),
];

impl NftTable {
    /// The table of kube-proxy on a node.
    ///
    /// Models: pkg/proxy/nftables/proxier.go syncProxyRules (v1.36), with its default settings and `--cluster-cidr`.
    /// Services are in order of name; on a real node their order is random, that of Go's maps.
    pub fn new(services: &Services, node: &ProxyNode) -> Self {
        let mut table = Self {
            family: node.family,
            ..Self::default()
        };
        table.add_sets(node);
        table.add_maps();
        table.add_chains(node);
        for (name, port) in &services.ports {
            let endpoints = Categories::of(services.endpoints(name), port, node);
            NftWriter::new(&mut table, name, port, &endpoints, node).write();
        }
        table
    }

    fn add_sets(&mut self, node: &ProxyNode) {
        let mut add = |name: &str, comment, elements| {
            self.sets.push(Set {
                name: name.into(),
                comment: Some(comment),
                elements,
            });
        };
        add(
            HAIRPIN_CONNECTIONS,
            "service hairpin connections",
            SetElements::Hairpins(BTreeSet::new()),
        );
        add(
            CLUSTER_IPS,
            "Active ClusterIPs",
            SetElements::Addresses(BTreeSet::new()),
        );
        // Without --nodeport-addresses mode nftables serves node ports on the node's primary address alone.
        add(
            NODE_PORT_IPS,
            "IPs that accept NodePort traffic",
            SetElements::Addresses(BTreeSet::from([node.ip])),
        );
    }

    fn add_maps(&mut self) {
        let mut add = |name, kind, comment| {
            self.maps.push(Map {
                name,
                comment,
                kind,
                elements: BTreeMap::new(),
            });
        };
        add(
            NO_ENDPOINT_SERVICES,
            KeyKind::Address,
            "vmap to drop or reject packets to services with no endpoints",
        );
        add(
            NO_ENDPOINT_NODE_PORTS,
            KeyKind::Port,
            "vmap to drop or reject packets to service nodeports with no endpoints",
        );
        add(
            FIREWALL_IPS,
            KeyKind::Address,
            "destinations that are subject to LoadBalancerSourceRanges",
        );
        add(
            SERVICE_IPS,
            KeyKind::Address,
            "ClusterIP, ExternalIP and LoadBalancer IP traffic",
        );
        add(SERVICE_NODE_PORTS, KeyKind::Port, "NodePort traffic");
    }

    /// Models: pkg/proxy/nftables/proxier.go setupNFTables (v1.36).
    fn add_chains(&mut self, node: &ProxyNode) {
        for (name, base) in BASE_CHAINS {
            self.add(name).base = Some(base);
        }
        for (to, from, only_new) in JUMPS {
            self.add(to);
            let jump = Statement::Verdict(Verdict::Jump(to.into()));
            let condition = only_new.then_some(Statement::StateNew);
            if !from.is_empty() {
                self.append(
                    from,
                    NftRule::of(condition.into_iter().chain([jump]).collect::<Vec<_>>()),
                );
            }
        }
        self.add(REJECT_CHAIN).comment = Some("helper for @no-endpoint-services / @no-endpoint-nodeports");
        let reject = Statement::Verdict(Verdict::Reject);
        let address = |map| NftRule::of([Statement::Lookup(KeyKind::Address, map)]);
        let node_port = |map| {
            NftRule::of([
                Statement::DestinationIn(NODE_PORT_IPS),
                Statement::Lookup(KeyKind::Port, map),
            ])
        };
        self.append(REJECT_CHAIN, NftRule::of([reject.clone()]));
        self.append(
            MASQUERADING,
            NftRule::of([Statement::Marked, Statement::FlipMark, Statement::Masquerade]),
        );
        self.append(
            MASQUERADING,
            NftRule::of([
                Statement::StatusDnat,
                Statement::HairpinIn(HAIRPIN_CONNECTIONS),
                Statement::Masquerade,
            ]),
        );
        self.append(
            CLUSTER_IPS_CHECK,
            NftRule::of([Statement::DestinationIn(CLUSTER_IPS), reject])
                .saying("Reject traffic to invalid ports of ClusterIPs"),
        );
        if let Some(service_cidr) = node.service_cidr {
            self.append(
                CLUSTER_IPS_CHECK,
                NftRule::of([
                    Statement::DestinationWithin(service_cidr),
                    Statement::Verdict(Verdict::Drop),
                ])
                .saying("Drop traffic to unallocated ClusterIPs"),
            );
        }
        self.append(SERVICE_ENDPOINTS_CHECK, address(NO_ENDPOINT_SERVICES));
        self.append(NODE_PORT_ENDPOINTS_CHECK, node_port(NO_ENDPOINT_NODE_PORTS));
        self.append(FIREWALL_CHECK, address(FIREWALL_IPS));
        self.append(
            SERVICES,
            NftRule::of([
                Statement::DestinationIn(CLUSTER_IPS),
                Statement::SourceOutside(node.cluster_cidr),
                Statement::SetMark,
            ])
            .saying("masquerade clusterIP traffic from outside cluster"),
        );
        self.append(SERVICES, address(SERVICE_IPS));
        self.append(SERVICES, node_port(SERVICE_NODE_PORTS));
    }

    fn elements_mut(&mut self, set: &str) -> Option<&mut SetElements> {
        let set = self.sets.iter_mut().find(|known| &*known.name == set)?;
        Some(&mut set.elements)
    }
}

/// Generates the chains and elements of one Service port.
struct NftWriter<'a> {
    table: &'a mut NftTable,
    name: &'a ServicePortName,
    port: &'a ServicePortInfo,
    endpoints: &'a Categories<'a>,
    node: &'a ProxyNode,
    chains: NftServiceChains,
    /// Whether this node has an endpoint for the cluster IP.
    has_internal: bool,
    /// Whether this node has an endpoint for external addresses.
    has_external: bool,
}

impl<'a> NftWriter<'a> {
    fn new(
        table: &'a mut NftTable,
        name: &'a ServicePortName,
        port: &'a ServicePortInfo,
        endpoints: &'a Categories<'a>,
        node: &'a ProxyNode,
    ) -> Self {
        let usable = |local| endpoints.has_any && !(local && endpoints.local.is_empty());
        Self {
            table,
            name,
            port,
            endpoints,
            node,
            chains: NftServiceChains::of(name),
            has_internal: usable(port.internal_policy_local),
            has_external: usable(port.external_policy_local),
        }
    }

    fn write(mut self) {
        self.note_hairpins();
        self.capture_cluster_ip();
        self.capture_from_outside();
        self.capture_node_port();
        self.write_external_chain();
        self.write_firewall_chain();
        for (chain, endpoints) in [
            (self.chains.cluster.clone(), &self.endpoints.cluster),
            (self.chains.local.clone(), &self.endpoints.local),
        ] {
            if !endpoints.is_empty() {
                self.write_choice(&chain, endpoints);
            }
        }
        if let Some(seconds) = self.port.affinity_seconds {
            for endpoint in &self.endpoints.reachable {
                self.write_endpoint(endpoint, seconds);
            }
        }
    }

    /// An endpoint that contacts itself is masqueraded; otherwise its reply would not leave it.
    fn note_hairpins(&mut self) {
        let local = |endpoint: &&&EndpointInfo| endpoint.node.as_deref() == Some(self.node.name.as_str());
        let own = self.endpoints.reachable.iter().filter(local);
        let own: Vec<_> = own
            .map(|endpoint| (endpoint.address.ip(), self.name.protocol, endpoint.address.port()))
            .collect();
        if let Some(SetElements::Hairpins(hairpins)) = self.table.elements_mut(HAIRPIN_CONNECTIONS) {
            hairpins.extend(own);
        }
    }

    fn key(&self, address: IpAddr) -> NftKey {
        NftKey {
            address: Some(address),
            protocol: self.name.protocol,
            port: self.port.port,
        }
    }

    /// The verdict for packets without an endpoint.
    fn refusal(&self) -> Verdict {
        if self.endpoints.has_any {
            Verdict::Drop
        } else {
            Verdict::Goto(REJECT_CHAIN.into())
        }
    }

    fn refuse(&mut self, map: &str, key: NftKey) {
        let (verdict, comment) = (self.refusal(), self.name.to_string());
        self.table.map_to(map, key, verdict, Some(comment));
    }

    fn capture_cluster_ip(&mut self) {
        if let Some(SetElements::Addresses(addresses)) = self.table.elements_mut(CLUSTER_IPS) {
            addresses.insert(self.port.cluster_ip);
        }
        let key = self.key(self.port.cluster_ip);
        if self.has_internal {
            let chain = if self.port.internal_policy_local {
                &self.chains.local
            } else {
                &self.chains.cluster
            };
            self.table.map_to(SERVICE_IPS, key, Verdict::Goto(chain.clone()), None);
        } else {
            self.refuse(NO_ENDPOINT_SERVICES, key);
        }
    }

    fn capture_from_outside(&mut self) {
        for address in self.port.external_ips.iter().chain(&self.port.load_balancer_vips) {
            let key = self.key(*address);
            if self.endpoints.has_any {
                let chain = Verdict::Goto(self.chains.external.clone());
                self.table.map_to(SERVICE_IPS, key, chain, None);
            }
            if !self.has_external {
                self.refuse(NO_ENDPOINT_SERVICES, key);
            }
        }
    }

    fn capture_node_port(&mut self) {
        let Some(port) = self.port.node_port else {
            return;
        };
        let key = NftKey {
            address: None,
            protocol: self.name.protocol,
            port,
        };
        if self.endpoints.has_any {
            let chain = Verdict::Goto(self.chains.external.clone());
            self.table.map_to(SERVICE_NODE_PORTS, key, chain, None);
        }
        if !self.has_external {
            self.refuse(NO_ENDPOINT_NODE_PORTS, key);
        }
    }

    fn write_external_chain(&mut self) {
        if !self.endpoints.has_any || !self.port.externally_accessible() {
            return;
        }
        let (chain, table) = (&self.chains.external, &mut *self.table);
        table.add(chain);
        let to = |chain: &Rc<str>| Statement::Verdict(Verdict::Goto(chain.clone()));
        if self.port.external_policy_local {
            let cluster = || to(&self.chains.cluster);
            let inside = NftRule::of([Statement::SourceWithin(self.node.cluster_cidr), cluster()]);
            table.append(chain, inside.saying("short-circuit pod traffic"));
            let masquerade = NftRule::of([Statement::SourceLocal, Statement::SetMark]);
            table.append(chain, masquerade.saying("masquerade local traffic"));
            let local = NftRule::of([Statement::SourceLocal, cluster()]);
            table.append(chain, local.saying("short-circuit local traffic"));
        } else {
            table.append(chain, NftRule::of([Statement::SetMark]).saying("masquerade"));
        }
        if self.has_external {
            let policy = if self.port.external_policy_local {
                &self.chains.local
            } else {
                &self.chains.cluster
            };
            table.append(chain, NftRule::of([to(policy)]));
        }
    }

    fn write_firewall_chain(&mut self) {
        if self.port.load_balancer_vips.is_empty() || self.port.source_ranges.is_empty() {
            return;
        }
        for address in &self.port.load_balancer_vips {
            let verdict = Verdict::Goto(self.chains.firewall.clone());
            let key = self.key(*address);
            self.table.map_to(FIREWALL_IPS, key, verdict, None);
        }
        let mut sources = self.port.source_ranges.clone();
        if sources.iter().any(|range| range.contains(self.node.ip)) {
            sources.extend(self.port.load_balancer_vips.iter().copied().map(Cidr::of));
        }
        self.table.append(
            &self.chains.firewall,
            NftRule::of([Statement::SourceInNone(sources), Statement::Verdict(Verdict::Drop)]),
        );
    }

    /// Models: pkg/proxy/nftables/proxier.go writeServiceToEndpointDNATs, writeServiceToEndpointJumps (v1.36).
    fn write_choice(&mut self, chain: &str, endpoints: &[&EndpointInfo]) {
        if self.port.affinity_seconds.is_none() {
            let addresses = endpoints.iter().map(|endpoint| endpoint.address).collect();
            let protocol = Statement::Protocol(self.name.protocol);
            let rule = NftRule::of([protocol, Statement::RandomDnat(addresses)]);
            return self.table.append(chain, rule);
        }
        let mut choices = Vec::new();
        for endpoint in endpoints {
            let names = EndpointNames::of(self.name, endpoint);
            let rule = NftRule::of([
                Statement::SourceRemembered(names.affinity_set),
                Statement::Verdict(Verdict::Goto(names.chain.clone())),
            ]);
            self.table.append(chain, rule);
            choices.push(names.chain);
        }
        self.table.append(chain, NftRule::of([Statement::RandomChain(choices)]));
    }

    fn write_endpoint(&mut self, endpoint: &EndpointInfo, seconds: u32) {
        let names = EndpointNames::of(self.name, endpoint);
        self.table.append(
            &names.chain,
            NftRule::of([Statement::Remember(names.affinity_set.clone())]),
        );
        self.table.append(
            &names.chain,
            NftRule::of([
                Statement::Protocol(self.name.protocol),
                Statement::Dnat(endpoint.address),
            ]),
        );
        self.table.sets.push(Set {
            name: names.affinity_set,
            comment: None,
            elements: SetElements::Clients { seconds },
        });
    }
}
