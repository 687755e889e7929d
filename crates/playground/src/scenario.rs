use serde::{Deserialize, Serialize};

/// All that makes a session: what a link carries, what a course author writes.
///
/// Every field but the text may be left out; unknown fields are refused by no reader, so that newer links open in older pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Scenario {
    /// The YAML the cluster is made from.
    pub text: String,
    /// What all random choices follow from.
    #[serde(skip_serializing_if = "is_default")]
    pub seed: u64,
    /// How many nodes the cluster has; 0 means one.
    #[serde(skip_serializing_if = "is_default")]
    pub nodes: usize,
    /// What was done by hand, in the order of time.
    #[serde(skip_serializing_if = "is_default")]
    pub acts: Vec<TimedAct>,
    /// Who asks whom.
    #[serde(skip_serializing_if = "is_default")]
    pub traffic: Traffic,
    /// What is looked at.
    #[serde(skip_serializing_if = "is_default")]
    pub view: View,
}

/// Something done by hand at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimedAct {
    /// When, in microseconds of virtual time.
    pub at: u64,
    /// What.
    pub act: Act,
}

/// Something done by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Act {
    /// A command that changes the cluster, such as `kubectl delete pod back-end-2`.
    Kubectl(String),
    /// From here on the pod's readiness probe succeeds, or fails.
    Ready {
        /// The pod's namespace.
        namespace: String,
        /// The pod's name.
        pod: String,
        /// Whether it succeeds.
        ready: bool,
    },
}

/// Who asks whom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Traffic {
    /// Each Service is asked by those who would: see [`crate::offers`].
    #[default]
    Auto,
    /// These and no others.
    Chosen(Vec<FlowSpec>),
}

/// A flow as it is written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FlowSpec {
    /// The client: `pod/NAMESPACE/NAME`, `node/NAME` or `outside`.
    pub from: String,
    /// The Service: `NAMESPACE/NAME`.
    pub to: String,
    /// The Service's port.
    pub port: u16,
    /// Thousandths of requests a second: 1500 is three requests in two seconds.
    pub millihertz: u32,
}

/// What is looked at. All of it is optional; a reader that does not know a word ignores it.
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
    /// Whether it stands still; a link opens playing unless told otherwise.
    #[serde(skip_serializing_if = "is_default")]
    pub paused: bool,
    /// How fast it plays, in percent of virtual time; 0 means 100.
    #[serde(skip_serializing_if = "is_default")]
    pub speed: u32,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
