//! DNS: what the cluster's name server answers, and how a client in a pod resolves a name.
//!
//! [`Nameserver`] answers a [`Question`] as CoreDNS 1.13.1 does with the kubernetes plugin configured by kubeadm.
//! [`ResolvConf`] and [`Hosts`] are a pod's `/etc/resolv.conf` and `/etc/hosts`. A [`Resolver`] lists each name that a
//! program tries, with the answers.

mod hosts;
mod kubernetes;
mod message;
mod name;
mod nameserver;
mod record;
mod resolv_conf;
mod resolve;
mod wire;

pub use hosts::{Hosts, hostname};
pub use message::{DnsMessage, Question, ResponseCode};
pub use nameserver::Nameserver;
pub use record::{DnsRecord, RecordData, RecordType};
pub use resolv_conf::ResolvConf;
pub use resolve::{Library, NameResult, Resolution, Resolver, Try};
pub use wire::{DATAGRAM, Datagram};

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The name server of the nodes: their gateway.
pub const NODE_DNS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 168, 49, 1));

pub const CLUSTER_DOMAIN: &str = "cluster.local.";

/// Sends a question to a name server.
pub type Ask<'a> = &'a mut dyn FnMut(SocketAddr, &Question) -> Result<DnsMessage, Unreachable>;

/// A name server gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// Nothing listens on port 53.
    Refused,
    TimedOut,
}
