//! Commands of kubectl that are not simulated, and what to do instead.

use crate::failure::Failure;

const COMMANDS: [(&str, &str); 6] = [
    (
        "port-forward",
        "port-forward is not simulated: ask from a pod with \"kubectl exec POD -- curl SERVICE\", or from outside through a node port",
    ),
    (
        "attach",
        "attach is not simulated: read what a container prints with \"kubectl logs\", run a program in it with \"kubectl exec\"",
    ),
    ("cp", "cp is not simulated: the containers here keep no files"),
    (
        "proxy",
        "proxy is not simulated: read objects with \"kubectl get -o json\"",
    ),
    (
        "edit",
        "edit is not simulated: change the manifest in the editor, or use \"kubectl patch\", \"set\", \"label\", \"annotate\" or \"scale\"",
    ),
    // What kubectl says of a cluster without a metrics server.
    ("top", "Metrics API not available"),
];

/// What to say of a command that is not simulated; none where it is another.
pub(crate) fn failure(command: &str) -> Option<Failure> {
    let (_, words) = COMMANDS.iter().find(|(name, _)| *name == command)?;
    Some(Failure::own(*words))
}
