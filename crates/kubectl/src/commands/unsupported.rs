//! What kubectl has and is not simulated, in one list and in the same words; and unknown commands.

use crate::failure::Failure;

/// What is not there: a command, or a flag of one (of every one: `*`), and what to do instead.
const NOT_HERE: &[(&str, &str)] = &[
    ("kustomize", "put what it prints into the editor and name it with -f"),
    ("kuberc", "kubectl has no preferences here, give flags on the line"),
    ("cluster-info dump", "read objects with \"kubectl get all -A -o yaml\""),
    ("config delete-cluster", ONE_CONTEXT),
    ("config delete-context", ONE_CONTEXT),
    ("config delete-user", ONE_CONTEXT),
    ("config rename-context", ONE_CONTEXT),
    ("config set-cluster", ONE_CONTEXT),
    ("config set-credentials", ONE_CONTEXT),
    ("create --raw", "leave --raw out"),
    ("replace --raw", "leave --raw out"),
    ("diff --prune", "leave it out"),
    ("diff --server-side", "leave it out"),
    ("delete --raw", "name the resource, as in \"kubectl delete pod web\""),
];

/// Flags of every command that are not there.
///
/// Models: cli-runtime/pkg/genericclioptions/config_flags.go AddFlags, kubectl/pkg/cmd/cmd.go (v1.36).
const GLOBAL_NOT_HERE: &[(&str, &str)] = &[
    ("as", ONE_USER),
    ("as-group", ONE_USER),
    ("as-uid", ONE_USER),
    ("as-user-extra", ONE_USER),
    ("cache-dir", "leave it out"),
    ("certificate-authority", ONE_CONTEXT),
    ("client-certificate", ONE_USER),
    ("client-key", ONE_USER),
    ("disable-compression", "leave it out"),
    ("insecure-skip-tls-verify", ONE_CONTEXT),
    ("kuberc", "kubectl has no preferences here, give flags on the line"),
    ("log-flush-frequency", "leave it out"),
    ("match-server-version", "leave it out"),
    ("password", ONE_USER),
    ("profile", "leave it out"),
    ("profile-output", "leave it out"),
    ("server", ONE_CONTEXT),
    ("tls-server-name", ONE_CONTEXT),
    ("token", ONE_USER),
    ("username", ONE_USER),
    ("vmodule", "leave it out"),
];

const ONE_USER: &str = "one user asks here, who may do everything: roles and bindings are kept, and not enforced";

pub(crate) const ONE_CONTEXT: &str = "there is one context here, minikube; set-context --current changes its namespace";

/// The failure of what is not simulated, with what to do instead.
pub(crate) fn not_here(what: &str, instead: &str) -> Failure {
    Failure::own(format!("{what} is not simulated: {instead}"))
}

/// The failure of a command, a subcommand or `COMMAND --flag` of the list; `None` if it is simulated.
pub(crate) fn listed(what: &str) -> Option<Failure> {
    let (_, instead) = NOT_HERE.iter().find(|(name, _)| *name == what)?;
    Some(not_here(what, instead))
}

/// Whether a flag of every command that is not here takes no value.
pub(crate) fn is_switch(name: &str) -> bool {
    [
        "disable-compression",
        "insecure-skip-tls-verify",
        "match-server-version",
    ]
    .contains(&name)
}

/// The failure of a flag of every command; `None` if kubectl has none of that name, or it is simulated.
pub(crate) fn flag(name: &str) -> Option<Failure> {
    let (_, instead) = GLOBAL_NOT_HERE.iter().find(|(known, _)| *known == name)?;
    Some(not_here(&format!("--{name}"), instead))
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

/// Whether kubectl has such a command.
pub(crate) fn is_known(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Models: spf13/cobra legacyArgs, SuggestionsFor (v1.10): names at a distance of two or less, or that begin so.
pub(crate) fn unknown(name: &str) -> Failure {
    if NAMES.contains(&name) {
        return not_here(name, "kubectl --help lists what is");
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
