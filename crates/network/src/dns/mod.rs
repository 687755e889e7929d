//! Names: what the cluster's DNS answers, and how a client in a pod arrives at a name it can use.
//!
//! [`Nameserver`] answers a [`Question`] as CoreDNS 1.13.1 does with the kubernetes plugin as kubeadm sets it up;
//! [`ResolvConf`] is the `/etc/resolv.conf` of a pod; [`resolve`] tells each name a client tries and what it is told;
//! [`nslookup`] prints what BIND's program prints.

mod kubernetes;
mod message;
mod name;
mod nameserver;
mod nslookup;
mod record;
mod resolv_conf;
mod resolve;

pub use message::{Message, Question, Status};
pub use nameserver::Nameserver;
pub use nslookup::{Printed, nslookup};
pub use record::{Data, Record, RecordType};
pub use resolv_conf::ResolvConf;
pub use resolve::{Library, Outcome, Resolution, Try, resolve};

use std::net::{IpAddr, Ipv4Addr};

/// Where the cluster's DNS is reached.
pub const CLUSTER_DNS: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 96, 0, 10));

/// The domain of the cluster's names.
pub const CLUSTER_DOMAIN: &str = "cluster.local.";

/// No answer came from a name server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// The machine is there, but nothing listens on port 53.
    Refused,
    /// Nothing comes back.
    TimedOut,
}
