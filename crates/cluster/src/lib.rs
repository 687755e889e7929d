//! The cluster: object store, allocators, controllers, scheduler and kubelet stand-ins.
//!
//! May import: api.
//! Invariant: prints nothing and reads no clock; the same calls in the same order give the same cluster.

mod admission;
mod allocate;
mod answers;
mod claims;
mod cluster;
mod conditions;
mod defaults;
mod deployment;
mod endpoints;
mod events;
mod facts;
mod fenceposts;
mod garbage;
mod hints;
mod mirror;
mod names;
mod namespaces;
mod numbering;
mod object;
mod pods;
mod remembered;
mod replicas;
mod requests;
mod revisions;
mod settle;
mod settled;
mod shares;
mod slices;
mod stateful_set;
mod status;
mod store;
mod strategy;
mod time;
mod triggers;

pub use answers::{ANSWERS, Answer, How, answers, read_answers};
pub use cluster::{Admitted, Cluster, Config, FieldValidation, Options, Propagation};
pub use endpoints::target_port;
pub use object::{Key, Object, at, list, map};
pub use pods::{LISTENS, Listens, listens};
pub use remembered::Remembered;
pub use replicas::selector_matches;
pub use settled::Settled;
pub use status::{Cause, Status};
pub use time::{second, timestamp, unix};
