//! The session of the scenario that is shown beside this one.

use crate::live::{Live, Subscription};
use crate::port::Port;
use crate::stage::Zoom;
use crate::state::Comparison;
use std::rc::Rc;

/// The second scenario.
pub(super) struct Beside {
    pub(super) live: Rc<Live>,
    /// What it plays.
    pub(super) of: Comparison,
    pub(super) zooms: [Port<Zoom>; 2],
    pub(super) _follows: Subscription,
}
