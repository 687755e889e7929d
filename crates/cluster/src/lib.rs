//! The cluster: object store, allocators, controllers, scheduler and kubelet stand-ins.
//!
//! May import: api.
//! Invariant: prints nothing and reads no clock; the same calls in the same order give the same cluster.

mod cluster;
mod controllers;
mod memo;
mod names;
mod server;
mod stand_ins;
mod store;
mod time;

pub use cluster::{Admitted, Cluster, Config, FieldValidation, Options, Propagation};
pub use controllers::endpoints::target_port;
pub use controllers::pod_limits::PodLimits;
pub use controllers::replicas::selector_matches;
pub use memo::remembered::Remembered;
pub use memo::settled::Settled;
pub use server::status::{Reason, Status};
pub use stand_ins::answers::{ANSWERS, Answer, How, answers, read_answers};
pub use stand_ins::pods::{LISTENS, Listens, listens};
pub use store::object::{Object, ObjectKey, at, list, map};
pub use time::{second, timestamp, unix};
