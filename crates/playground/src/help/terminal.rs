//! What kubectl and the programs in pods say to a command that asks too much or too little.

use super::Sentence;

pub(super) const SENTENCES: &[Sentence] = &[
    (
        &["the server doesn't have a resource type"],
        "A cluster keeps nothing of that kind: kubectl api-resources lists what it keeps.",
    ),
    (
        &["unknown command"],
        "There is no such command: kubectl --help names them.",
    ),
    (
        &["unknown flag"],
        "The command has no such flag: its --help names them.",
    ),
    (
        &["unknown shorthand flag"],
        "The command has no such flag: its --help names them.",
    ),
    (
        &["no name was specified"],
        "Say which: by a name, by a label with -l, or --all.",
    ),
    (
        &["must specify one of -f and -k"],
        "Say what to read: -f services.yaml is the editor's text, -f - what you type or paste next.",
    ),
    (&["required flag(s)"], "The command can do nothing without this flag."),
    (
        &["the path", "does not exist"],
        "There is no such file here: services.yaml is the editor's text.",
    ),
    (
        &["--overwrite is false"],
        "It has another value already: --overwrite replaces it.",
    ),
    (
        &["timed out waiting for the condition"],
        "What was waited for did not come to be in time.",
    ),
    (
        &["Could not resolve host"],
        "The cluster's DNS knows no such name: a Service is found as its name, or name.namespace from elsewhere.",
    ),
    (
        &["Failed to connect to", "Could not connect to server"],
        "Refused at once: the Service has no ready endpoint, or nothing listens on the port in the pod.",
    ),
    (
        &["Connection timed out"],
        "Nothing came back: no rule and no pod has this address and port.",
    ),
    (
        &["the object has been modified"],
        "Somebody changed it since you read it: read it again and change that.",
    ),
    (
        &["Error from server (NotFound)"],
        "Nothing of this kind has that name in this namespace: kubectl get with -A shows all namespaces.",
    ),
];
