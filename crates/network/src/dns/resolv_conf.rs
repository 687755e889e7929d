//! `/etc/resolv.conf` of a pod.

use super::{CLUSTER_DNS, NODE_DNS};
use api::Value;
use cluster::{Object, at, list};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

const MAX_NAMESERVERS: usize = 3;
const MAX_SEARCH_DOMAINS: usize = 32;

/// How a client looks names up; written as the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvConf {
    /// The domains tried for a name that is not whole.
    pub search: Vec<String>,
    /// The name servers.
    pub nameservers: Vec<IpAddr>,
    /// The options, as `name` or `name:value`.
    pub options: Vec<String>,
}

impl ResolvConf {
    /// That of a pod which leaves everything to the cluster.
    ///
    /// Models: pkg/kubelet/network/dns/dns.go generateSearchesForDNSClusterFirst (v1.36).
    pub fn cluster_first(namespace: &str) -> Self {
        Self {
            search: vec![
                format!("{namespace}.svc.cluster.local"),
                "svc.cluster.local".to_owned(),
                "cluster.local".to_owned(),
            ],
            nameservers: vec![CLUSTER_DNS],
            options: vec!["ndots:5".to_owned()],
        }
    }

    /// That of a node, which a pod with `dnsPolicy: Default` has too.
    pub fn of_node() -> Self {
        Self {
            search: Vec::new(),
            nameservers: vec![NODE_DNS],
            options: Vec::new(),
        }
    }

    /// That of a pod by its `dnsPolicy` and `dnsConfig`.
    ///
    /// Models: pkg/kubelet/network/dns/dns.go GetPodDNS, appendDNSConfig, formDNSConfigFitsLimits (v1.36).
    pub fn of_pod(pod: &Object) -> Self {
        let host_network = pod.at(&["spec", "hostNetwork"]) == &Value::Bool(true);
        let mut conf = match pod.text(&["spec", "dnsPolicy"]) {
            Some("None") => Self {
                search: Vec::new(),
                nameservers: Vec::new(),
                options: Vec::new(),
            },
            Some("Default") => Self::of_node(),
            Some("ClusterFirstWithHostNet") => Self::cluster_first(pod.namespace()),
            _ if host_network => Self::of_node(),
            _ => Self::cluster_first(pod.namespace()),
        };
        conf.append(pod.at(&["spec", "dnsConfig"]));
        conf.nameservers.truncate(MAX_NAMESERVERS);
        conf.search.truncate(MAX_SEARCH_DOMAINS);
        conf
    }

    fn append(&mut self, config: &Value) {
        let texts = |field| list(at(config, &[field])).iter().filter_map(Value::as_str);
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
        for option in list(at(config, &["options"])) {
            let name = at(option, &["name"]).as_str().unwrap_or_default();
            self.options.retain(|known| known.split(':').next() != Some(name));
            self.options.push(match at(option, &["value"]).as_str() {
                Some(value) if !value.is_empty() => format!("{name}:{value}"),
                _ => name.to_owned(),
            });
        }
    }

    /// How many dots make a name worth trying as it is first.
    pub fn ndots(&self) -> usize {
        self.number("ndots").unwrap_or(1)
    }

    /// The value of an option that takes a number.
    pub fn number<T: FromStr>(&self, name: &str) -> Option<T> {
        let value = |option: &String| option.strip_prefix(name)?.strip_prefix(':')?.parse().ok();
        self.options.iter().rev().find_map(value)
    }
}

impl fmt::Display for ResolvConf {
    /// In the order a container runtime writes it.
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
