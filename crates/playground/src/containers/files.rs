//! The files of a container that the kubelet writes.

use super::environment::hostname;
use cluster::Object;

/// The text of a file; none where a container has no such file here.
pub(super) fn read(pod: &Object, path: &str) -> Option<String> {
    match path {
        "/etc/hostname" => Some(format!("{}\n", hostname(pod))),
        "/etc/hosts" => Some(hosts(pod)),
        "/etc/resolv.conf" => Some(resolv_conf(pod)),
        "/var/run/secrets/kubernetes.io/serviceaccount/namespace" => Some(pod.namespace().to_owned()),
        _ => None,
    }
}

/// Models: pkg/kubelet/kubelet_pods.go managedHostsFileContent (v1.36).
fn hosts(pod: &Object) -> String {
    let address = pod.text(&["status", "podIP"]).unwrap_or_default();
    let name = hostname(pod);
    let domain = pod.text(&["spec", "subdomain"]).filter(|domain| !domain.is_empty());
    let names = domain.map_or(name.to_owned(), |domain| {
        format!("{name}.{domain}.{}.svc.cluster.local\t{name}", pod.namespace())
    });
    format!(
        "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n{address}\t{names}\n"
    )
}

fn resolv_conf(pod: &Object) -> String {
    let namespace = pod.namespace();
    format!(
        "search {namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"
    )
}
