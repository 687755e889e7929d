//! Kubernetes objects as the v1.36 API server sees them: kinds, field paths, strict decoding, defaulting, validation.
//!
//! Objects are JSON values (`serde_json::Value`, keys sorted as Go sorts them): what kubectl sends and what `-o yaml` prints.
//! Readers use a [`Cursor`], and a [`view`] for the five kinds that are read most. Both borrow the JSON value: there is
//! no second object model.
//!
//! May import: nothing of this workspace.
//! Invariant: no YAML text and no source positions here; every message refers only to a field [`Path`].

#![forbid(unsafe_code)]

mod aggregate;
mod at;
pub mod base64;
pub mod cron;
mod cursor;
mod custom;
mod decode;
mod default;
mod difflib;
mod disabled;
mod discovery;
mod finding;
pub mod format;
pub mod go;
pub mod ip;
mod kind;
mod manifest;
mod path;
pub mod pod_security;
pub mod quantity;
pub mod schema;
pub mod structural;
pub mod time;
mod trail;
mod validate;
pub mod view;
mod warn;

pub use aggregate::{Amounts, pod_amounts, pod_amounts_with_overhead};
pub use cursor::{Cursor, Fields, Items};
pub use custom::{defined_kind, defines, served_versions, stored_version};
pub use decode::{DecodeError, decode, decode_as, decode_known, decode_metadata, fields_at, zero};
pub use default::{default, default_templated_pod};
pub use disabled::drop_disabled;
pub use discovery::{Served, served};
pub use finding::{Detail, Finding, FindingKind, FoundValue, Rule, findings_text};
pub use kind::Kind;
pub use manifest::{ManifestError, read_manifest, unregistered_kind};
pub use path::{Path, Segment};
pub use serde_json::{Map, Value};
pub use validate::{
    pem_block, validate_approval, validate_create, validate_service_cluster_ips, validate_status_update,
    validate_update,
};
pub use warn::{warnings_on_create, warnings_on_status_update, warnings_on_update};
