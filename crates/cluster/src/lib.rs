//! The cluster: the API server with its store, the controllers, and stand-ins for scheduler and kubelets.
//!
//! May import: base, api.
//! Invariant: prints nothing and reads no clock; the same calls in the same order give the same cluster.
//!
//! [`Cluster`] is all that other crates work with; below it are these rooms:
//! - `store`: the objects and their indexes. Only its `Tools` change them, and queue whom a change concerns.
//! - `memo`: what was derived from an object or a cluster before, to be used again.
//! - `controllers`: functions of `Tools`, one module for each controller.
//! - `stand_ins`: the scheduler and the kubelets, and what containers listen on and answer.
//! - `server`: requests of clients, with decoding, admission, allocation and validation.

#![forbid(unsafe_code)]

mod cluster;
mod containers;
mod controllers;
mod memo;
mod names;
mod networks;
mod server;
mod settle;
mod stand_ins;
mod store;
mod time;

pub use cluster::{Cluster, Config};
pub use controllers::api_extensions::PRIORITY_LEVELS;
pub use controllers::endpoints::targets::target_port;
pub use controllers::garbage::{Deletion, Propagation};
pub use controllers::workload::{selector_admits, selector_matches, selector_of};
pub use memo::create_cache::CreateCache;
pub use memo::settle_cache::SettleCache;
pub use networks::{Families, NetworkSettings, Networks};
pub use server::custom_objects::ScalePaths;
pub use server::managed_fields::Applied;
pub use server::managed_fields::entry::FieldManager;
pub use server::registry_strategy::{ADMIN, ADMIN_GROUPS};
pub use server::requests::{Admitted, FieldValidation, RequestOptions};
pub use server::status::{Reason, Status};
pub use stand_ins::answers::{ANSWERS, Answer, AnswerKind, answers, read_answers};
pub use stand_ins::environment::Environment;
pub use stand_ins::gateways::{
    AttachedRoute, BackendFault, GROUP as GATEWAY_GROUP, Gateway, GatewayListener, ListenerFault, RouteBackend,
};
pub use stand_ins::ingress::{ControllerTemplate, IngressController};
pub use stand_ins::kubelet::answer::unknown_probes;
pub use stand_ins::kubelet::probes::first_readiness_probe;
pub use stand_ins::listening::{LISTENS, Listening, ListeningPort};
pub use stand_ins::missing::Unmounted;
pub use stand_ins::program::{
    Awaited, Life, LookupProgram, Moment, OnTerm, Program, StartError, image_parts, is_busybox, lookup_program,
};
pub use stand_ins::served::{Asked, Served};
pub use stand_ins::setting::{ControlPlane, Kubelet, Plugin};
pub use store::{Involved, Object, ObjectKey, PodLimits};
pub use time::{second, timestamp, unix};
