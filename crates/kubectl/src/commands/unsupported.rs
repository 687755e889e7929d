//! Commands that are not simulated, and unknown ones.

use crate::failure::Failure;

const COMMANDS: [(&str, &str); 7] = [
    ("cp", "cp is not simulated: the containers here keep no files"),
    (
        "proxy",
        "proxy is not simulated: read objects with \"kubectl get -o json\"",
    ),
    (
        "kustomize",
        "kustomize is not simulated: put what it prints into the editor and name it with -f",
    ),
    (
        "certificate",
        "certificate is not simulated: nobody asks the cluster here for one",
    ),
    (
        "completion",
        "completion is not simulated: Tab completes at this terminal without it",
    ),
    (
        "kuberc",
        "kuberc is not simulated: kubectl has no preferences here, give flags on the line",
    ),
    // What kubectl says where no plugin is found.
    ("plugin", "unable to find any kubectl plugins in your PATH"),
];

/// The failure of a command that is not simulated; `None` if it is.
pub(crate) fn failure(command: &str) -> Option<Failure> {
    let (_, words) = COMMANDS.iter().find(|(name, ..)| *name == command)?;
    Some(Failure::own(*words))
}

/// All commands of kubectl, for suggestions.
const NAMES: [&str; 43] = [
    "create",
    "expose",
    "run",
    "set",
    "explain",
    "get",
    "edit",
    "delete",
    "rollout",
    "scale",
    "autoscale",
    "certificate",
    "cluster-info",
    "top",
    "cordon",
    "uncordon",
    "drain",
    "taint",
    "describe",
    "logs",
    "attach",
    "exec",
    "port-forward",
    "proxy",
    "cp",
    "auth",
    "debug",
    "events",
    "diff",
    "apply",
    "patch",
    "replace",
    "wait",
    "kustomize",
    "label",
    "annotate",
    "completion",
    "api-resources",
    "api-versions",
    "config",
    "plugin",
    "version",
    "kuberc",
];

/// Models: spf13/cobra legacyArgs, SuggestionsFor (v1.10): names at a distance of two or less, or that begin so.
pub(crate) fn unknown(name: &str) -> Failure {
    if NAMES.contains(&name) {
        return Failure::own(format!("{name} is not simulated"));
    }
    let mut message = format!("unknown command {} for \"kubectl\"", api::go::quote(name));
    let near: Vec<&&str> = NAMES
        .iter()
        .filter(|known| base::distance(&name.to_lowercase(), known) <= 2 || known.starts_with(&name.to_lowercase()))
        .collect();
    if !near.is_empty() {
        message.push_str("\n\nDid you mean this?");
        for known in near {
            message.push_str("\n\t");
            message.push_str(known);
        }
    }
    Failure::own(message)
}
