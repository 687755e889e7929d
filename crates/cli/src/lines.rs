//! `kubectl`: runs command lines from standard input on a cluster created from manifests.

use playground::{Micros, Scenario, Session, Terminal};
use std::collections::BTreeMap;

pub const USAGE: &str = "usage: playground-cli kubectl [--seed N] [--nodes N] [FILE…] < LINES";

#[derive(Debug, Default, PartialEq, Eq)]
pub struct KubectlOptions {
    /// Manifests: created first, in this order, and available to `-f`.
    pub files: Vec<String>,
    pub seed: u64,
    pub nodes: usize,
}

impl KubectlOptions {
    pub fn read(words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self::default();
        let mut words = words;
        while let Some(word) = words.next() {
            let mut number = || {
                words
                    .next()
                    .and_then(|value| value.parse::<u64>().ok())
                    .ok_or(format!("{word} takes a whole number"))
            };
            match word.as_str() {
                "--seed" => options.seed = number()?,
                "--nodes" => options.nodes = usize::try_from(number()?).unwrap_or(1),
                flag if flag.starts_with('-') => return Err(format!("unknown flag {flag}\n{USAGE}")),
                _ => options.files.push(word),
            }
        }
        Ok(options)
    }
}

/// A terminal on the cluster that files, given as names and texts, make, and what a cluster refuses of them.
pub fn open(files: &[(String, String)], options: &KubectlOptions) -> (Terminal, Vec<String>) {
    let texts: Vec<&str> = files.iter().map(|(_, text)| text.as_str()).collect();
    let session = Session::new(Scenario {
        text: texts.join("\n---\n"),
        seed: options.seed,
        nodes: options.nodes,
        ..Scenario::default()
    });
    let errors = session.diagnostics().iter().filter(|it| it.severity.is_error());
    let errors = errors.map(|it| it.message.clone()).collect();
    let named: BTreeMap<String, String> = files.iter().cloned().collect();
    (session.terminal(Micros::ZERO, named), errors)
}

/// The commands of a text, without empty lines and comments.
pub fn lines(text: &str) -> Vec<String> {
    let commands = playground::shell::commands(text).into_iter();
    let commands = commands.map(|command| command.trim().trim_start_matches("$ ").to_owned());
    commands.filter(|command| !command.starts_with('#')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const POD: &str =
        "apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: web, image: nginx }] }\n";

    fn printed(files: &[(&str, &str)], text: &str) -> Result<String, String> {
        let files: Vec<_> = files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        let (mut terminal, refused) = open(&files, &KubectlOptions::default());
        if !refused.is_empty() {
            return Err(refused.join("\n") + "\n" + &terminal.run("kubectl get pods -o name", "").stdout);
        }
        let run = |line: String| {
            let output = terminal.run(&line, "");
            output.stdout + &output.stderr
        };
        Ok(lines(text).into_iter().map(run).collect())
    }

    #[test]
    fn each_line_finds_what_those_before_it_did() {
        let text = "# a comment\n$ kubectl get pods -o name\nkubectl delete -f pod.yaml\n\nkubectl get pods\n";
        let wanted = "pod/web\npod \"web\" deleted from default namespace\nNo resources found in default namespace.\n";
        assert_eq!(printed(&[("pod.yaml", POD)], text), Ok(wanted.to_owned()));
    }

    #[test]
    fn a_here_document_feeds_a_command() {
        let text = format!("kubectl apply -f - <<'EOF'\n{POD}EOF\nkubectl wait --for=condition=Ready pod/web\n");
        let wanted = "pod/web created\npod/web condition met\n";
        assert_eq!(printed(&[], &text), Ok(wanted.to_owned()));
    }

    #[test]
    fn what_a_cluster_refuses_is_told_and_the_rest_lives() {
        let error = printed(&[("x.yaml", "kind: Pod\n"), ("pod.yaml", POD)], "");
        assert!(error.is_err_and(|error| error.contains("apiVersion not set") && error.ends_with("\npod/web\n")));
    }
}
