//! YAML and JSON text as kubectl reads it: a node tree with spans, go-yaml's scalar rules, libyaml's messages.
//!
//! May import: nothing of this workspace.
//! Invariant: knows no Kubernetes, and parsing never fails: what cannot be read becomes an error value beside what can.
