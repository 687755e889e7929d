//! Files that the kubelet writes into containers.

use cluster::{Cluster, Object};
use network::dns::{Hosts, ResolvConf, hostname};

/// `None` if there is no such file.
pub(crate) fn read(cluster: &Cluster, pod: &Object, path: &str) -> Option<String> {
    match path {
        "/dev/null" => Some(String::new()),
        "/etc/hostname" => Some(format!("{}\n", hostname(pod))),
        "/etc/hosts" => Some(Hosts::of_pod(pod).to_string()),
        "/etc/resolv.conf" => Some(ResolvConf::of_pod(pod, cluster.networks().dns()).to_string()),
        _ => None,
    }
}

/// The names in a directory; `None` if there is none of that path.
pub(crate) fn entries(path: &str) -> Option<&'static [&'static str]> {
    let path = path.trim_end_matches('/');
    Some(match path {
        "" | "." => &[
            "bin", "dev", "etc", "home", "lib", "media", "mnt", "opt", "proc", "root", "run", "sbin", "srv", "sys",
            "tmp", "usr", "var",
        ],
        "/etc" => &["hostname", "hosts", "resolv.conf"],
        "/var" => &["run"],
        "/bin" | "/dev" | "/home" | "/lib" | "/media" | "/mnt" | "/opt" | "/proc" | "/root" | "/run" | "/sbin"
        | "/srv" | "/sys" | "/tmp" | "/usr" | "/var/run" => &[],
        _ => return None,
    })
}
