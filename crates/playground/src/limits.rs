//! What a session refuses to take on, so that a tab stays responsive; exceeding one is told, never silent.

/// The longest text an editor or a link may hold, in bytes of UTF-8.
pub const TEXT_BYTES: usize = 1_000_000;
/// The longest link fragment that is read, in characters.
pub const LINK_CHARS: usize = 200_000;
/// The most acts a scenario keeps.
pub const ACTS: usize = 1_000;
/// The most flows that send at once.
pub const FLOWS: usize = 200;
/// The fastest a flow sends, in requests a second.
pub const REQUESTS_PER_SECOND: u32 = 1_000;
/// The most requests sent at once by hand.
pub const BURST: u64 = 1_000;
/// The most nodes a scenario has.
pub const NODES: usize = 100;
/// The most requests of which only counts are kept, at once.
pub const AT_ONCE: u64 = 1_000_000;
