use super::{Direction, Policies, Remote};
use crate::{Protocol, Transport, observe};
use cluster::{Cluster, Object};
use std::net::SocketAddr;

/// Whether policies keep a pod's questions from a name server, so that nothing comes back.
pub fn keep_from_nameserver(cluster: &Cluster, pod: &Object, server: SocketAddr) -> bool {
    let policies = Policies::of(cluster);
    if !policies.decide() {
        return false;
    }
    let pod = pod.read_once(|pod| observe::pod(cluster, pod));
    let (address, transport) = (server.ip(), Transport::Port(Protocol::Udp));
    let denial = if server.ip() == cluster.networks().dns() {
        policies.dns_denial(&pod, Protocol::Udp)
    } else {
        let remote = Remote { address, pod: None };
        policies.denial(Direction::Egress, &pod, remote, transport, server.port())
    };
    denial.is_some()
}
