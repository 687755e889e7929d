//! When a server begins to listen.

use super::awaited::Awaited;

/// When a program listens that serves: so many seconds after its start, once all that it waits for is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Serves {
    pub after: i64,
    pub awaited: Vec<Awaited>,
    /// Whether what runs before takes no notice of SIGTERM.
    pub is_deaf_before: bool,
}
