//! Names: what the cluster's DNS answers, and how a client in a pod arrives at a name it can use.
//!
//! [`Nameserver`] answers a [`Question`] as CoreDNS 1.13.1 does with the kubernetes plugin as kubeadm sets it up;
//! [`ResolvConf`] and [`Hosts`] are a pod's `/etc/resolv.conf` and `/etc/hosts`; a [`Resolver`] tells each name that a
//! program tries and what it is told.

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

/// Where the cluster's DNS is reached.
pub const CLUSTER_DNS: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 96, 0, 10));

/// Where the nodes themselves look names up: at their gateway.
pub const NODE_DNS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 168, 49, 1));

/// The domain of the cluster's names.
pub const CLUSTER_DOMAIN: &str = "cluster.local.";

/// Brings a question to a name server.
pub type Ask<'a> = &'a mut dyn FnMut(SocketAddr, &Question) -> Result<DnsMessage, Unreachable>;

/// No answer came from a name server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// The machine is there, but nothing listens on port 53.
    Refused,
    /// Nothing comes back.
    TimedOut,
}
