//! How packets get from their sender through the kernels of nodes to their destination.

mod connections;
mod fabric;
mod host;
mod journey;
mod plane;
mod trace;

pub use connections::{Connection, Connections, Delivery};
pub(crate) use fabric::Site;
pub use host::{Host, Origin, reaches_a_node};
pub(crate) use host::{NAMED_OUTSIDE, outside};
pub(crate) use journey::{Journey, JourneyContext, JourneyProgress};
pub(crate) use plane::Class;
pub use plane::DataPlane;
pub use trace::{Event, PacketEnd, Relay, RuleLine, Trace, TraceStep};
