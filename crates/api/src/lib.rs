//! Kubernetes objects as the v1.36 API server sees them: kinds, field paths, strict decoding, defaulting, validation.
//!
//! Objects are JSON values (`serde_json::Value`, keys sorted as Go sorts them): what kubectl sends and what `-o yaml` prints.
//! Typed views are decoded from them where logic reads fields.
//!
//! May import: nothing of this workspace.
//! Invariant: no YAML text and no source positions here; every message speaks of a field [`Path`] only.

mod decode;
mod field_error;
pub mod go;
mod kind;
mod manifest;
mod path;
pub mod quantity;
pub mod schema;
mod time;

pub use decode::{DecodeError, decode, decode_as, decode_metadata, zero};
pub use field_error::{FieldError, FieldErrorKind, field_errors_text};
pub use kind::Kind;
pub use manifest::{ManifestError, read_manifest, unregistered_kind};
pub use path::{Path, Segment};
pub use serde_json::{Map, Value};
