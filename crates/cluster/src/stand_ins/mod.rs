//! Stand-ins for what a cluster's nodes do: the scheduler, the kubelets, and what containers answer.

pub(crate) mod answers;
pub(crate) mod ending;
pub(crate) mod environment;
pub(crate) mod kubelet;
pub(crate) mod listening;
pub(crate) mod missing;
pub(crate) mod nodes;
pub(crate) mod program;
pub(crate) mod setting;
