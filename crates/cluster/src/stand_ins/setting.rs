//! Whose control plane and kubelets, and which network plugin a cluster has.

/// How the kubelets of a cluster run pods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kubelet {
    /// As those of the recorded clusters, which ran no containers: a pod is ready at once and gone at once, and has no events.
    #[default]
    Recorded,
    /// As those of a real cluster: a pod lives as the programs of its containers do, and takes its time to end.
    Programs,
}

/// What the network plugin of a cluster makes of network policies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plugin {
    /// It enforces them, as Calico, Cilium and kindnet do.
    #[default]
    Policies,
    /// It does not know them, as flannel: they are kept, and change nothing.
    NoPolicies,
}

/// Whose control plane a cluster has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ControlPlane {
    /// Kubernetes' own.
    #[default]
    Kubernetes,
    /// OpenShift's build of Kubernetes, as the recorded clusters had: it publishes a ConfigMap more in each namespace.
    OpenShift,
}
