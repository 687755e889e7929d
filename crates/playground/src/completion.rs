//! What Tab offers at the terminal: at its own prompt, and in the shell of a container.

use crate::desk::EDITOR_FILE;
use api::Kind;
use cluster::Cluster;
use kubectl::{Completion, Offer, is_kubectl};

/// Words that begin a command at the terminal's own prompt, besides kubectl.
const PROGRAMS: [&str; 14] = [
    "cat", "curl", "dig", "echo", "for", "grep", "head", "minikube", "nc", "nslookup", "ping", "sleep", "wc", "wget",
];

/// Completes a line of the terminal's own prompt.
pub(crate) fn at_prompt(cluster: &Cluster, line: &str) -> Completion {
    let begins = beginning(line);
    let command = line.get(begins..).unwrap_or_default();
    let blanks = command.len() - command.trim_start().len();
    let (begins, command) = (begins + blanks, command.trim_start());
    let mut words = command.split(' ').map(str::to_owned);
    let first = words.next().unwrap_or_default();
    let last = command.rsplit(' ').next().unwrap_or_default();
    let from = line.len() - last.len();
    if !command.contains(' ') {
        let mut offers = kubectl::complete(cluster, &[EDITOR_FILE], command).offers;
        let fitting = PROGRAMS
            .iter()
            .filter(|word| !command.is_empty() && word.starts_with(command));
        offers.extend(fitting.map(|word| word_offer(word)));
        return Completion { from: begins, offers };
    }
    if is_kubectl(&first) {
        let completion = kubectl::complete(cluster, &[EDITOR_FILE], command);
        return Completion {
            from: begins + completion.from,
            ..completion
        };
    }
    let offers = match (
        first.as_str(),
        command.split_whitespace().count() + usize::from(last.is_empty()),
    ) {
        ("minikube", 2) => ["ip", "service", "status", "tunnel"].map(word_offer).into(),
        ("minikube", 3) if command.split_whitespace().nth(1) == Some("service") => services(cluster, "default"),
        ("cat" | "grep" | "head", _) => vec![word_offer(EDITOR_FILE)],
        _ => Vec::new(),
    };
    fitting(from, last, offers)
}

/// Completes a line of a container's shell: programs, then Services of the pod's namespace.
pub(crate) fn in_shell(cluster: &Cluster, namespace: &str, line: &str) -> Completion {
    let command = line.get(beginning(line)..).unwrap_or_default().trim_start();
    let last = command.rsplit(' ').next().unwrap_or_default();
    let from = line.len() - last.len();
    let offers = if command.contains(' ') {
        services(cluster, namespace)
    } else {
        programs::shell_words().map(word_offer).collect()
    };
    fitting(from, last, offers)
}

/// The byte at which the last command of a line begins.
fn beginning(line: &str) -> usize {
    ["|", "&&", ";", "$(", "do ", "then "]
        .iter()
        .filter_map(|operator| Some(line.rfind(operator)? + operator.len()))
        .max()
        .unwrap_or(0)
}

fn services(cluster: &Cluster, namespace: &str) -> Vec<Offer> {
    let services = cluster.list(Kind::Service, Some(namespace));
    services.iter().map(|service| word_offer(service.name())).collect()
}

fn word_offer(word: &str) -> Offer {
    Offer {
        word: word.to_owned(),
        note: String::new(),
        open: false,
    }
}

fn fitting(from: usize, written: &str, mut offers: Vec<Offer>) -> Completion {
    offers.retain(|offer| offer.word.starts_with(written));
    Completion { from, offers }
}
