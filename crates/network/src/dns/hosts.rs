//! `/etc/hosts` of a pod.

use api::Fields;
use cluster::Object;
use std::fmt;
use std::net::IpAddr;

const LONGEST_HOSTNAME: usize = 63;

const LOCAL: [(&str, &str); 6] = [
    ("127.0.0.1", "localhost"),
    ("::1", "localhost ip6-localhost ip6-loopback"),
    ("fe00::0", "ip6-localnet"),
    ("fe00::0", "ip6-mcastprefix"),
    ("fe00::1", "ip6-allnodes"),
    ("fe00::2", "ip6-allrouters"),
];

/// The file `/etc/hosts`: names that a client knows without asking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts {
    host_network: bool,
    /// The pod's own addresses and names.
    own: Vec<(String, Vec<String>)>,
    /// `spec.hostAliases`.
    aliases: Vec<(String, Vec<String>)>,
}

/// Models: pkg/kubelet/kubelet_pods.go GeneratePodHostNameAndDomain (v1.36).
pub fn hostname(pod: &Object) -> String {
    let spec = |field| pod.spec().field(field).as_text().filter(|text| !text.is_empty());
    if is_on_host_network(pod)
        && let Some(node) = spec("nodeName")
    {
        return node.to_owned();
    }
    let name = spec("hostnameOverride").or(spec("hostname")).unwrap_or(pod.name());
    let cut = name.get(..LONGEST_HOSTNAME).unwrap_or(name);
    if cut.len() < name.len() {
        cut.trim_end_matches(['-', '.'])
    } else {
        cut
    }
    .to_owned()
}

fn is_on_host_network(pod: &Object) -> bool {
    pod.spec().field("hostNetwork").flag()
}

impl Hosts {
    /// Models: pkg/kubelet/kubelet_pods.go ensureHostsFile, managedHostsFileContent (v1.36).
    pub fn of_pod(pod: &Object) -> Self {
        let spec = |field| pod.spec().field(field).as_text().filter(|text| !text.is_empty());
        let name = hostname(pod);
        let names = match spec("subdomain") {
            Some(subdomain) if spec("hostnameOverride").is_none() => {
                vec![
                    format!("{name}.{subdomain}.{}.svc.cluster.local", pod.namespace()),
                    name,
                ]
            }
            _ => vec![name],
        };
        let ips = pod.status().field("podIPs").list().iter();
        let ips = ips.filter_map(|entry| entry.field("ip").as_text());
        let aliases = pod.spec().field("hostAliases").list().iter();
        Self {
            host_network: is_on_host_network(pod),
            own: ips.map(|ip| (ip.to_owned(), names.clone())).collect(),
            aliases: aliases
                .map(|alias| {
                    let ip = alias.field("ip").text();
                    let names = alias.field("hostnames").texts();
                    (ip.to_owned(), names.map(str::to_owned).collect())
                })
                .collect(),
        }
    }

    pub fn addresses(&self, name: &str) -> Vec<IpAddr> {
        let name = name.strip_suffix('.').unwrap_or(name);
        let local = LOCAL
            .into_iter()
            .map(|(ip, names)| (ip, names.split(' ').collect::<Vec<_>>()));
        let others = self.own.iter().filter(|_| !self.host_network).chain(&self.aliases);
        let others = others.map(|(ip, names)| (ip.as_str(), names.iter().map(String::as_str).collect()));
        local
            .chain(others)
            .filter(|(_, names)| names.iter().any(|known| known.eq_ignore_ascii_case(name)))
            .filter_map(|(ip, _)| ip.parse().ok())
            .collect()
    }
}

impl fmt::Display for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let network = if self.host_network { " (host network)" } else { "" };
        writeln!(f, "# Kubernetes-managed hosts file{network}.")?;
        for (ip, names) in LOCAL {
            writeln!(f, "{ip}\t{names}")?;
        }
        if !self.host_network {
            for (ip, names) in &self.own {
                writeln!(f, "{ip}\t{}", names.join("\t"))?;
            }
        }
        if !self.aliases.is_empty() {
            writeln!(f, "\n# Entries added by HostAliases.")?;
        }
        for (ip, names) in &self.aliases {
            writeln!(f, "{ip}\t{}", names.join("\t"))?;
        }
        Ok(())
    }
}
