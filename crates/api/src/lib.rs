//! Kubernetes objects as the v1.36 API server sees them: kinds, field paths, strict decoding, defaulting, validation.
//!
//! Objects are JSON values (`serde_json::Value`, keys sorted as Go sorts them): what kubectl sends and what `-o yaml` prints.
//!
//! May import: nothing of this workspace.
//! Invariant: no YAML text and no source positions here; every message speaks of a field [`Path`] only.

mod decode;
mod default;
mod kind;
mod path;
mod schema;
mod validate;

pub use decode::{DecodeError, decode, fields_at};
pub use default::default;
pub use kind::Kind;
pub use path::{Path, Segment};
pub use serde_json::{Map, Value};
pub use validate::{FieldError, FieldErrorKind, validate_create, validate_update};
