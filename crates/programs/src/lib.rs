//! Programs that run in pods. Each prints what it prints on Linux.
//!
//! Every container has the same programs, whatever its image; which shells it has, and whose `nslookup`, follows from the image. Its files are those
//! that the kubelet writes.
//!
//! May import: base, api, cluster, network.
//! Invariant: a program's output follows from its arguments, the cluster and the [`Memory`] of its [`NetworkClient`].

#![forbid(unsafe_code)]

mod bind;
mod busybox_nslookup;
mod container;
mod curl;
mod dig;
mod disk;
mod env;
mod files;
mod images;
mod ingress;
mod memory;
mod nc;
mod network_client;
mod nslookup;
mod options;
mod output;
mod pattern;
mod ping;
mod planes;
mod programs;
mod server;
pub mod shell;
mod sleep;
mod tools;
mod url;
mod wget;

pub use container::Container;
pub use dig::dig;
pub use disk::Disk;
pub use memory::{ForwardedRequest, Memory};
pub use network_client::{ApiProxy, Forward, NetworkClient, Reached};
pub use nslookup::nslookup;
pub use output::ProgramOutput;
pub use planes::Planes;
pub use programs::{is_program, of_laptop, shell_words};
pub use server::ask_pod;
