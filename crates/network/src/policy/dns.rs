use super::Labels;
use crate::{Answering, NamedPort, ObjectKey, Pod, Protocol};
use std::net::{IpAddr, Ipv4Addr};

/// The address of the cluster's DNS among the pods, for rules with a range; no pod ever has it.
pub(super) const DNS_ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 244, 0, 255);

/// What the cluster's DNS would be as a pod.
pub(super) fn dns_pod() -> Pod {
    let port = |name: &str, port, protocol| NamedPort {
        name: name.to_owned(),
        port,
        protocol,
    };
    Pod {
        key: ObjectKey::new("kube-system", "coredns"),
        uid: String::new(),
        ip: Some(IpAddr::V4(DNS_ADDRESS)),
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
