use api::ip::Family;
use cluster::{NetworkSettings, Networks, Plugin};
use kubectl::KubectlVersion;
use network::proxy::ProxyMode;
use network::proxy::ipvs::Scheduler;
use serde::{Deserialize, Deserializer, Serialize};

/// Everything a session follows from: the content of a link and of a scenario file.
///
/// Every field but the text may be left out. Readers ignore unknown fields, so that newer links open in older pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Scenario {
    /// The YAML that describes the cluster.
    pub text: String,
    /// All random choices follow from it.
    #[serde(skip_serializing_if = "is_default")]
    pub seed: u64,
    /// How many nodes the cluster has; 0 means one.
    #[serde(skip_serializing_if = "is_default")]
    pub nodes: usize,
    /// The mode of kube-proxy on every node.
    #[serde(skip_serializing_if = "is_default")]
    pub proxy: Proxy,
    /// What the network plugin makes of network policies.
    #[serde(skip_serializing_if = "is_default")]
    pub network_policies: NetworkPolicies,
    /// The version of kubectl, `1.27` to `1.36`; the newest if absent.
    #[serde(skip_serializing_if = "is_default")]
    pub kubectl: Option<String>,
    /// The families of addresses of nodes, pods and Services, the primary one first. If absent, pods have IPv4 alone, and Services
    /// may have IPv6 as well.
    #[serde(skip_serializing_if = "is_default")]
    pub ip_families: Vec<IpFamily>,
    /// The range of cluster IPs, or one of each family joined by a comma; `10.96.0.0/12,fd00:10:96::/108` if absent.
    #[serde(rename = "serviceCIDR", skip_serializing_if = "is_default")]
    pub service_cidr: Option<String>,
    /// The range of pods' addresses, or one of each family joined by a comma; `10.244.0.0/16,fd00:10:244::/56` if absent.
    #[serde(rename = "podCIDR", skip_serializing_if = "is_default")]
    pub pod_cidr: Option<String>,
    /// The zones that nodes are in, in turn. If absent, several nodes are in three.
    #[serde(skip_serializing_if = "is_default")]
    pub zones: Option<Vec<String>>,
    /// The endpoint of the Service `kubernetes`; `192.168.49.2:6443` if absent.
    #[serde(skip_serializing_if = "is_default")]
    pub api_server: Option<String>,
    /// The acts in the order of time.
    #[serde(skip_serializing_if = "is_default")]
    pub acts: Vec<TimedAct>,
    /// Who sends requests to whom.
    #[serde(skip_serializing_if = "is_default")]
    pub traffic: Traffic,
    /// What the page shows.
    #[serde(skip_serializing_if = "is_default")]
    pub view: View,
}

impl Scenario {
    /// Reads a scenario file: YAML or JSON with these fields.
    ///
    /// The error says what is wrong and at which line.
    pub fn from_yaml(text: &str) -> Result<Self, String> {
        serde_yaml::from_str(text).map_err(|error| error.to_string())
    }

    /// The addresses that the cluster is set up with. The error says why it cannot be; the defaults stand for what is absent.
    pub fn networks(&self) -> Result<Networks, String> {
        let families: Vec<Family> = self.ip_families.iter().map(|it| it.family()).collect();
        Networks::of(&NetworkSettings {
            families: &families,
            services: self.service_cidr.as_deref(),
            pods: self.pod_cidr.as_deref(),
            api_server: self.api_server.as_deref(),
            nodes: self.nodes,
        })
    }

    /// What is wrong with a zone, if anything: each becomes the value of a label.
    pub fn wrong_zone(&self) -> Option<String> {
        let wrong = |zone: &String| {
            let why = if zone.is_empty() {
                Some("a zone has a name".to_owned())
            } else {
                api::format::label_value(zone).first().map(ToString::to_string)
            };
            why.map(|why| format!("zones: {zone:?}: {why}"))
        };
        self.zones.iter().flatten().find_map(wrong)
    }

    /// The version of kubectl; the newest for one that is not known.
    pub fn kubectl_version(&self) -> KubectlVersion {
        self.kubectl
            .as_deref()
            .and_then(KubectlVersion::read)
            .unwrap_or_default()
    }
}

/// A family of addresses.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum IpFamily {
    /// Such as `10.244.0.2`.
    #[serde(rename = "IPv4")]
    V4,
    /// Such as `fd00:10:244::2`.
    #[serde(rename = "IPv6")]
    V6,
}

impl IpFamily {
    const fn family(self) -> Family {
        match self {
            Self::V4 => Family::V4,
            Self::V6 => Family::V6,
        }
    }

    /// Its word in scenarios and manifests.
    pub const fn word(self) -> &'static str {
        self.family().word()
    }
}

/// The mode of kube-proxy on every node: `--proxy-mode`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proxy {
    /// Rules of iptables.
    #[default]
    Iptables,
    /// Rules of nftables.
    Nftables,
    /// IPVS, round robin; modelled after kube-proxy's source, not recorded.
    Ipvs,
    /// IPVS, the pod with the fewest connections: `--ipvs-scheduler=lc`.
    #[serde(rename = "ipvs-lc")]
    IpvsLeastConnection,
    /// IPVS, by the client's address: `--ipvs-scheduler=sh`.
    #[serde(rename = "ipvs-sh")]
    IpvsSourceHash,
}

impl Proxy {
    /// All modes, in the order of the menu.
    pub const ALL: [Self; 5] = [
        Self::Iptables,
        Self::Nftables,
        Self::Ipvs,
        Self::IpvsLeastConnection,
        Self::IpvsSourceHash,
    ];

    /// Its word in scenarios.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Iptables => "iptables",
            Self::Nftables => "nftables",
            Self::Ipvs => "ipvs",
            Self::IpvsLeastConnection => "ipvs-lc",
            Self::IpvsSourceHash => "ipvs-sh",
        }
    }
}

impl From<Proxy> for ProxyMode {
    fn from(proxy: Proxy) -> Self {
        match proxy {
            Proxy::Iptables => Self::Iptables,
            Proxy::Nftables => Self::Nftables,
            Proxy::Ipvs => Self::Ipvs(Scheduler::RoundRobin),
            Proxy::IpvsLeastConnection => Self::Ipvs(Scheduler::LeastConnection),
            Proxy::IpvsSourceHash => Self::Ipvs(Scheduler::SourceHash),
        }
    }
}

/// What the cluster's network plugin makes of network policies.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NetworkPolicies {
    /// It drops what they do not let through.
    #[default]
    Enforced,
    /// It does not know them: they are kept, and change nothing.
    Ignored,
}

impl NetworkPolicies {
    /// Both, in the order of the menu.
    pub const ALL: [Self; 2] = [Self::Enforced, Self::Ignored];

    /// Its word in scenarios.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Enforced => "enforced",
            Self::Ignored => "ignored",
        }
    }
}

impl From<NetworkPolicies> for Plugin {
    fn from(policies: NetworkPolicies) -> Self {
        match policies {
            NetworkPolicies::Enforced => Self::Policies,
            NetworkPolicies::Ignored => Self::NoPolicies,
        }
    }
}

/// An act and its moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimedAct {
    /// When, in microseconds of virtual time.
    pub at: u64,
    /// The act.
    pub act: Act,
}

/// A change by hand, as a learner or a course author makes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Act {
    /// A command that changes the cluster, such as `kubectl delete pod back-end-2`.
    Kubectl(String),
    /// Makes the pod's readiness probe succeed or fail from this moment on.
    Ready {
        /// The pod's namespace.
        namespace: String,
        /// The pod's name.
        pod: String,
        /// Whether it succeeds.
        ready: bool,
    },
    /// Sends requests beside those of the flows.
    Send {
        /// The client, as in [`FlowSpec::from`].
        from: String,
        /// The Service: `NAMESPACE/NAME`.
        to: String,
        /// The Service's port.
        port: u16,
        /// How many.
        count: u32,
        /// The host to ask for, as in [`FlowSpec::host`].
        #[serde(default, skip_serializing_if = "is_default")]
        host: Option<String>,
        /// The path to ask for, as in [`FlowSpec::path`].
        #[serde(default, skip_serializing_if = "is_default")]
        path: Option<String>,
    },
}

/// Who sends requests to whom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Traffic {
    /// Flows follow from the Services and pods of the cluster.
    #[default]
    Auto,
    /// These flows and no others.
    Chosen(Vec<FlowSpec>),
}

/// A flow in a scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FlowSpec {
    /// The client: `pod/NAMESPACE/NAME`, `node/NAME` or `outside`.
    pub from: String,
    /// The Service: `NAMESPACE/NAME`; `ingress`, the ingress controller; or `gateway/NAMESPACE/NAME`, a Gateway.
    pub to: String,
    /// The Service's port; 80 or 443 of the ingress controller; a listener's port of a Gateway.
    pub port: u16,
    /// Rate in thousandths of requests a second: 1500 is three requests in two seconds.
    pub millihertz: u32,
    /// The address that the client dials: `node/NAME` for that node's port, `load-balancer`, or an IP; the usual one if absent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub at: Option<String>,
    /// Whether all requests share a connection as long as it lasts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keep_alive: bool,
    /// The host that the ingress controller is asked for, the `Host` header.
    #[serde(default, skip_serializing_if = "is_default")]
    pub host: Option<String>,
    /// The path that the ingress controller is asked for; `/` if absent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub path: Option<String>,
}

/// What the page shows. A reader ignores words that it does not know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct View {
    /// The output tab: `describe`, `get`, `slices`.
    #[serde(skip_serializing_if = "is_default")]
    pub tab: Option<String>,
    /// The Service that is described: `NAMESPACE/NAME`.
    #[serde(skip_serializing_if = "is_default")]
    pub service: Option<String>,
    /// The playhead, in microseconds of virtual time.
    #[serde(skip_serializing_if = "is_default")]
    pub at: u64,
    /// Whether the playhead stands still.
    #[serde(skip_serializing_if = "is_default")]
    pub paused: bool,
    /// Speed of the playhead, in percent of wall time; 0 means 100.
    #[serde(skip_serializing_if = "is_default")]
    pub speed: u32,
    /// The step that has been reached, counted from 1.
    #[serde(skip_serializing_if = "is_default")]
    pub step: usize,
    /// What it is shown beside.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "known")]
    pub beside: Option<Beside>,
}

/// A scenario that can be shown beside this one, on the same clock and seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Beside {
    /// With the scenario document's solution.
    Solution,
    /// Without what was done since it was opened.
    Unchanged,
    /// With the other external traffic policy.
    OtherPolicy,
    /// With kube-proxy in mode iptables.
    Iptables,
    /// With kube-proxy in mode ipvs.
    Ipvs,
    /// With kube-proxy in mode nftables.
    Nftables,
}

impl Beside {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Solution,
        Self::Unchanged,
        Self::OtherPolicy,
        Self::Iptables,
        Self::Ipvs,
        Self::Nftables,
    ];

    /// Its word in links and scenario documents.
    pub fn word(self) -> &'static str {
        match self {
            Self::Solution => "solution",
            Self::Unchanged => "unchanged",
            Self::OtherPolicy => "otherPolicy",
            Self::Iptables => "iptables",
            Self::Ipvs => "ipvs",
            Self::Nftables => "nftables",
        }
    }

    /// The one of a word.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// A later version's word is no mistake of a link.
fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Beside>, D::Error> {
    let word = Option::<String>::deserialize(deserializer)?;
    Ok(word.as_deref().and_then(Beside::read))
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_to_play() {
        let file = "seed: 7
text: |
  apiVersion: v1
acts:
  - at: 5000000
    act: !kubectl kubectl delete pod back-end-2
traffic: !chosen
  - { from: outside, to: default/web, port: 80, millihertz: 1500 }
";
        let scenario = Scenario::from_yaml(file);
        let act = TimedAct {
            at: 5_000_000,
            act: Act::Kubectl("kubectl delete pod back-end-2".into()),
        };
        assert_eq!(scenario.as_ref().map(|scenario| scenario.acts.clone()), Ok(vec![act]));
        assert_eq!(
            scenario.map(|scenario| scenario.text),
            Ok("apiVersion: v1\n".to_owned())
        );
    }

    #[test]
    fn each_proxy_is_read_by_its_word() {
        for proxy in Proxy::ALL {
            let scenario = Scenario::from_yaml(&format!("proxy: {}\n", proxy.word()));
            assert_eq!(scenario.map(|scenario| scenario.proxy), Ok(proxy));
        }
    }

    #[test]
    fn a_wrong_field_is_told_with_its_line() {
        let error = Scenario::from_yaml("text: ''\nseed: many\n");
        assert!(error.is_err_and(|error| error.contains("seed") && error.contains("line 2")));
    }
}
