//! What kubectl and the programs in pods print to a command that asks too much or too little. They print text and nothing else,
//! so it is the text that is searched, here alone.

use crate::help;
use crate::no_address::NO_SUCH_NAME;
use kubectl::Output;

/// A command's output is explained by at most this many sentences.
const MOST: usize = 3;

/// Parts of one printed line, and the sentence that explains it; the first row that fits a line explains it.
const PRINTED: &[(&[&str], &str)] = &[
    (
        &["the server doesn't have a resource type"],
        "The cluster has no such kind: kubectl api-resources lists those it has.",
    ),
    (
        &["unknown command"],
        "There is no such command: kubectl --help lists them.",
    ),
    (
        &["unknown flag"],
        "The command has no such flag: its --help lists them.",
    ),
    (
        &["unknown shorthand flag"],
        "The command has no such flag: its --help lists them.",
    ),
    (
        &["no name was specified"],
        "Say which objects: by a name, by a label with -l, or --all.",
    ),
    (
        &["must specify one of -f and -k"],
        "Say what to read: -f services.yaml is the editor's text, -f - is what you type or paste next.",
    ),
    (&["required flag(s)"], "The command needs this flag."),
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
        "What the command waited for did not happen in time.",
    ),
    (
        &["unable to upgrade connection: container"],
        "The container does not run at the moment: kubectl get pods says why, kubectl logs what it printed.",
    ),
    (&["Could not resolve host"], NO_SUCH_NAME),
    (
        &["Failed to connect to", "Could not connect to server"],
        "Refused at once: the Service has no ready endpoint, or nothing listens on the port in the pod.",
    ),
    (
        &["Connection timed out"],
        "No answer came: no rule and no pod has this address and port, or the way there is shut. Outside the cluster no cluster IP is routed.",
    ),
    (
        &["error parsing"],
        "This text is neither YAML nor JSON: put it into the editor, which marks the place and says what to do.",
    ),
    (
        &["the object has been modified"],
        "The object was changed since you read it: read it again and change that.",
    ),
    (
        &["namespaces \"", "not found"],
        "There is no such namespace: kubectl get namespaces lists them.",
    ),
    (
        &["Error from server (NotFound)"],
        "Nothing of this kind has that name in this namespace: kubectl get with -A shows all namespaces.",
    ),
];

/// All sentences about what is printed, for who says them in another language.
pub fn sentences() -> impl Iterator<Item = &'static str> {
    PRINTED.iter().map(|(_, sentence)| *sentence)
}

/// Plain sentences for the errors and warnings that a command printed, each once.
pub fn plain_words(output: &Output) -> Vec<&'static str> {
    let stated = output
        .rules
        .iter()
        .filter_map(|rule| Some(help::of_rule(*rule)?.sentence));
    let mut sentences = distinct(stated);
    if sentences.is_empty() {
        sentences = distinct(output.stderr.lines().filter_map(of_line));
    }
    sentences.truncate(MOST);
    sentences
}

fn distinct(sentences: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut found = Vec::new();
    for sentence in sentences {
        if !found.contains(&sentence) {
            found.push(sentence);
        }
    }
    found
}

fn of_line(line: &str) -> Option<&'static str> {
    let fits = |parts: &[&str]| parts.iter().all(|part| line.contains(part));
    let (_, sentence) = PRINTED.iter().find(|(parts, _)| fits(parts))?;
    Some(sentence)
}
