//! Whose kubelets a cluster has.

/// How the kubelets of a cluster run pods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kubelet {
    /// As those of the recorded clusters, which ran no containers: a pod is ready at once and gone at once, and has no events.
    #[default]
    Recorded,
    /// As those of a real cluster: a pod lives as the programs of its containers do, and takes its time to end.
    Programs,
}
