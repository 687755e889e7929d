//! Kubernetes objects as the v1.36 API server sees them: kinds, field paths, strict decoding, defaulting, validation.
//!
//! Objects are JSON values (`serde_json::Value`, keys sorted as Go sorts them): what kubectl sends and what `-o yaml` prints.
//! Typed views ([`Service`], [`Pod`], …) are decoded from them where logic reads fields.
//!
//! May import: nothing of this workspace.
//! Invariant: no YAML text and no source positions here; every message speaks of a field [`Path`] only.

mod path;

pub use path::{Path, Segment};
pub use serde_json::{Map, Value};
