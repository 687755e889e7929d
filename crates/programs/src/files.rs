//! The files of a container that the kubelet writes.

use cluster::Object;
use network::dns::{Hosts, ResolvConf, hostname};

/// The text of a file; none where a container has no such file here.
pub(crate) fn read(pod: &Object, path: &str) -> Option<String> {
    match path {
        "/etc/hostname" => Some(format!("{}\n", hostname(pod))),
        "/etc/hosts" => Some(Hosts::of_pod(pod).to_string()),
        "/etc/resolv.conf" => Some(ResolvConf::of_pod(pod).to_string()),
        _ => None,
    }
}
