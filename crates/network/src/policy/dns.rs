use super::Labels;
use crate::{Answering, NamedPort, ObjectKey, Pod, Protocol};
use std::net::IpAddr;

/// The place of the cluster's DNS in the pods' range of the first node, for rules with a range; no pod ever has it.
pub(super) const DNS_PLACE: u64 = 255;

/// What the cluster's DNS would be as a pod.
pub(super) fn dns_pod(address: Option<IpAddr>) -> Pod {
    let port = |name: &str, port, protocol| NamedPort {
        name: name.to_owned(),
        port,
        protocol,
    };
    Pod {
        key: ObjectKey::new("kube-system", "coredns"),
        uid: String::new(),
        ip: address,
        second_ip: None,
        node: None,
        labels: Labels::from([("k8s-app".to_owned(), "kube-dns".to_owned())]),
        ready: true,
        first_probe: None,
        terminating: false,
        stage: crate::PodStage::Runs,
        host_network: false,
        ports: vec![
            port("dns", 53, Protocol::Udp),
            port("dns-tcp", 53, Protocol::Tcp),
            port("metrics", 9153, Protocol::Tcp),
        ],
        listeners: Vec::new(),
        is_guess: false,
        host_ports: Vec::new(),
        answering: Answering::default(),
    }
}
