//! Advice on what a cluster does not mention: why a Service has no endpoints, why a pod does not answer.
//!
//! Each topic is a file with a function of [`Context`], listed in [`TOPICS`]. All of them run at each keystroke, so each looks at an
//! object of the text once and finds others by their key.

mod answers;
mod context;
mod dump;
mod endpoint_ports;
mod external_name;
mod headless;
mod ingress;
mod ip_family;
mod listening;
mod lookups;
mod node_name;
mod owners;
mod policies;
mod probes;
mod selector;
mod sent;
mod slices;
mod stateful_set;
mod target_port;
mod templates;
mod twins;

pub use context::Context;
pub use policies::shut_out;

use crate::diagnostic::Diagnostic;

/// What there is advice about.
const TOPICS: &[fn(&Context<'_>) -> Vec<Diagnostic>] = &[
    dump::advise,
    selector::advise,
    target_port::advise,
    external_name::advise,
    endpoint_ports::advise,
    slices::advise,
    ip_family::advise,
    ingress::advise,
    stateful_set::advise,
    owners::advise,
    node_name::advise,
    probes::advise,
    lookups::advise,
    answers::advise,
    listening::advise,
];

/// All advice on a text.
pub fn advise(context: &Context<'_>) -> Vec<Diagnostic> {
    TOPICS.iter().flat_map(|topic| topic(context)).collect()
}
