//! The cluster: object store, allocators, controllers, scheduler and kubelet stand-ins.
//!
//! May import: api.
//! Invariant: prints nothing and reads no clock; the same calls in the same order give the same cluster.
