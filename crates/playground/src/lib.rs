//! The core every front end calls: session, diagnostics with spans, share links, limits.
//!
//! May import: yaml, api, cluster, network, kubectl.
//! Invariant: a session is a pure function of its text, seed, traffic and acts; no clock, no entropy, no input or output.
