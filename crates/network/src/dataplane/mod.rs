//! The road of a packet: from its sender through the kernels of nodes to whoever answers, with what each of them did to it.

mod connections;
mod fabric;
mod journey;
mod place;
mod plane;
mod trace;

pub use connections::{Answer, Connection, Connections};
pub(crate) use journey::{Journey, Progress, Surroundings};
pub(crate) use place::NAMED_OUTSIDE;
pub use place::{Origin, Place, reaches_a_node};
pub(crate) use plane::Class;
pub use plane::DataPlane;
pub use trace::{End, Event, Rule, Step, Trace};
