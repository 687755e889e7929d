//! Where requests go: a seeded discrete-event simulation of clients, Services and pods.
//!
//! [`World`] is what the network sees of a cluster at one moment. [`Simulation`] runs [`Flow`]s over a series of worlds and
//! yields [`Request`]s, each with its legs and its outcome. [`dns`] resolves names.
//!
//! May import: api, cluster.
//! Invariant: no pixels, no wall clock, no entropy. The same worlds, flows and seed give the same requests, natively and in
//! WebAssembly, whatever the size of the steps.

#![forbid(unsafe_code)]

mod answering;
pub mod dataplane;
pub mod dns;
mod kernel;
mod observe;
mod outcome;
mod policy;
pub mod proxy;
mod request;
mod routers;
mod service;
mod simulation;
mod time;
mod world;

pub use answering::{Answering, Reply};
pub use api::ip::Cidr;
pub use api::view::{Protocol, ServiceType};
pub use cluster::{AnswerKind, ObjectKey};
pub use kernel::{Chance, Packet, RuleHit, Transport};
pub use outcome::{DecidedBy, Outcome, OutcomeClass};
pub use policy::{Denial, Direction, Passage, Policies, Policy, Remote, keep_from_nameserver};
pub use request::{Backend, Client, Door, Flow, Hop, Leg, Request, Route, Target, ThroughRouter};
pub use routers::{
    ControllerPlace, HTTP, HTTPS, HeaderChanges, Lack, RouteRule, Router, RouterKind, RouterPort, RouterRule, Routing,
    Upstream, UpstreamEndpoint, Verdict, WebAddress,
};
pub use service::{Endpoint, Service, ServicePort};
pub use simulation::{Brief, Kept, Latency, Pace, RequestCounts, Requests, RewindCount, Share, Simulation};
pub use time::Micros;
pub use world::{HostPort, Listener, NamedPort, Node, Pod, PodStage, World};
