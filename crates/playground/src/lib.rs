//! The core every front end calls: session, diagnostics with spans, share links, limits.
//!
//! May import: yaml, api, cluster, network, kubectl.
//! Invariant: a session is a pure function of its text, seed, traffic and acts; no clock, no entropy, no input or output.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod advice;
mod bystander;
mod candidate;
mod caveat;
mod check;
mod commands;
mod completion;
mod containers;
mod desk;
mod diagnostic;
mod documents;
mod gateways;
mod help;
mod ingress;
mod laptop;
pub mod lesson;
pub mod limits;
mod lost_port;
mod minikube;
mod names;
mod no_address;
mod over_limit;
mod place;
mod prompt;
mod reader;
mod reading;
mod replay;
mod route;
mod rules;
mod run;
mod scenario;
pub mod seam;
mod session;
pub mod share;
pub mod shell;
mod snapshot;
mod terminal;
mod traffic;
mod workload;
mod written;

pub use api::ip::Family;
pub use candidate::{Candidate, candidates, selector_words, why_not_ready};
pub use check::check;
pub use cluster::ANSWERS;
pub use containers::Visit;
pub use desk::EDITOR_FILE;
pub use diagnostic::{Advice, Code, Diagnostic, Fix, Severity};
pub use help::{plain_words, sentences as help_sentences};
pub use kubectl::{Completion, Edit, ForwardedPort, KubectlVersion, Offer, Output};
pub use lesson::{Judgement, Lesson, judge};
pub use names::names;
pub use network::dataplane::{self, DataPlane, Trace};
pub use network::dns;
pub use network::proxy::NodeRules;
pub use network::{
    Answering, Backend, Brief, Chance, Client, ControllerPlace, DecidedBy, Denial, Direction, Door, Endpoint, Flow,
    HTTP, Hop, Lack, Latency, Leg, Listener, Micros, Node, ObjectKey, Outcome, OutcomeClass, Pace, Passage, Pod,
    PodStage, Policies, Protocol, Request, RequestCounts, Requests, RewindCount, Route, RouteRule, Router, RouterKind,
    RouterRule, Routing, Service, ServicePort, ServiceType, Share, Target, ThroughRouter, Upstream, Verdict,
    WebAddress, World,
};
pub use no_address::why_no_address;
pub use over_limit::grouped;
pub use reader::{AHEAD, Reader, TextStatus};
pub use replay::replay;
pub use route::route;
pub use rules::rules;
pub use run::{Cause, Change, Run, SeenEpoch};
pub use scenario::{Act, Beside, FlowSpec, IpFamily, NetworkPolicies, Proxy, Scenario, TimedAct, Traffic, View};
pub use session::Session;
pub use terminal::Terminal;
pub use traffic::{offers, read_client, read_router, target_word};
pub use workload::Workload;
pub use yaml::{LineIndex, Unit};
