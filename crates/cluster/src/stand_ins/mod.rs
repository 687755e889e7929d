//! Stand-ins for what Kubernetes leaves to others: the scheduler, the kubelets, what containers answer, the ingress controller and
//! the gateway controller.

pub(crate) mod answers;
pub(crate) mod ending;
pub(crate) mod environment;
pub(crate) mod gateways;
pub(crate) mod ingress;
pub(crate) mod kubelet;
pub(crate) mod listening;
pub(crate) mod missing;
pub(crate) mod mounted;
pub(crate) mod nodes;
pub(crate) mod peers;
pub(crate) mod program;
pub(crate) mod scheduler;
pub(crate) mod served;
pub(crate) mod setting;
pub(crate) mod tunnel;
