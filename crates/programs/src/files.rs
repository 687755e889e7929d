//! Files that the kubelet writes into containers.

use cluster::Object;
use network::dns::{Hosts, ResolvConf, hostname};

/// `None` if there is no such file.
pub(crate) fn read(pod: &Object, path: &str) -> Option<String> {
    match path {
        "/etc/hostname" => Some(format!("{}\n", hostname(pod))),
        "/etc/hosts" => Some(Hosts::of_pod(pod).to_string()),
        "/etc/resolv.conf" => Some(ResolvConf::of_pod(pod).to_string()),
        _ => None,
    }
}
