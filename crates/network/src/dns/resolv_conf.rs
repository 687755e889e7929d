//! `/etc/resolv.conf` of a pod.

use super::NODE_DNS;
use api::{Cursor, Fields};
use cluster::Object;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

const MAX_NAMESERVERS: usize = 3;
const MAX_SEARCH_DOMAINS: usize = 32;

/// The file `/etc/resolv.conf`: how a client resolves names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvConf {
    /// The domains appended to names that are not fully qualified.
    pub search: Vec<String>,
    pub nameservers: Vec<IpAddr>,
    /// As `name` or `name:value`.
    pub options: Vec<String>,
}

impl ResolvConf {
    /// For a pod with `dnsPolicy: ClusterFirst`.
    ///
    /// Models: pkg/kubelet/network/dns/dns.go generateSearchesForDNSClusterFirst (v1.36).
    pub fn cluster_first(namespace: &str, dns: IpAddr) -> Self {
        Self {
            search: vec![
                format!("{namespace}.svc.cluster.local"),
                "svc.cluster.local".to_owned(),
                "cluster.local".to_owned(),
            ],
            nameservers: vec![dns],
            options: vec!["ndots:5".to_owned()],
        }
    }

    /// For a node, and for a pod with `dnsPolicy: Default`.
    pub fn of_node() -> Self {
        Self {
            search: Vec::new(),
            nameservers: vec![NODE_DNS],
            options: Vec::new(),
        }
    }

    /// For a pod, by its `dnsPolicy` and `dnsConfig`.
    ///
    /// Models: pkg/kubelet/network/dns/dns.go GetPodDNS, appendDNSConfig, formDNSConfigFitsLimits (v1.36).
    pub fn of_pod(pod: &Object, dns: IpAddr) -> Self {
        let host_network = pod.spec().field("hostNetwork").flag();
        let mut conf = match pod.spec().field("dnsPolicy").as_text() {
            Some("None") => Self {
                search: Vec::new(),
                nameservers: Vec::new(),
                options: Vec::new(),
            },
            Some("Default") => Self::of_node(),
            Some("ClusterFirstWithHostNet") => Self::cluster_first(pod.namespace(), dns),
            _ if host_network => Self::of_node(),
            _ => Self::cluster_first(pod.namespace(), dns),
        };
        conf.append(pod.spec().field("dnsConfig"));
        conf.nameservers.truncate(MAX_NAMESERVERS);
        conf.search.truncate(MAX_SEARCH_DOMAINS);
        conf
    }

    fn append(&mut self, config: Cursor<'_>) {
        let texts = |field| config.field(field).texts();
        for server in texts("nameservers").filter_map(|text| text.parse().ok()) {
            if !self.nameservers.contains(&server) {
                self.nameservers.push(server);
            }
        }
        for domain in texts("searches") {
            if !self.search.iter().any(|known| known == domain) {
                self.search.push(domain.to_owned());
            }
        }
        for option in config.field("options").list() {
            let name = option.field("name").text();
            self.options.retain(|known| known.split(':').next() != Some(name));
            self.options.push(match option.field("value").as_text() {
                Some(value) if !value.is_empty() => format!("{name}:{value}"),
                _ => name.to_owned(),
            });
        }
    }

    /// The number of dots from which a name is first tried as it is.
    pub fn ndots(&self) -> usize {
        self.number("ndots").unwrap_or(1)
    }

    /// The value of a numeric option.
    pub fn number<T: FromStr>(&self, name: &str) -> Option<T> {
        let value = |option: &String| option.strip_prefix(name)?.strip_prefix(':')?.parse().ok();
        self.options.iter().rev().find_map(value)
    }
}

impl fmt::Display for ResolvConf {
    /// In the order in which container runtimes write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.search.is_empty() {
            writeln!(f, "search {}", self.search.join(" "))?;
        }
        for server in &self.nameservers {
            writeln!(f, "nameserver {server}")?;
        }
        if !self.options.is_empty() {
            writeln!(f, "options {}", self.options.join(" "))?;
        }
        Ok(())
    }
}
