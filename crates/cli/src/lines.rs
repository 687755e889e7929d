//! `kubectl`: command lines from standard input, run on a cluster that manifests make.

use playground::{Micros, Scenario, Session, Terminal};
use std::collections::BTreeMap;

/// How to call it.
pub const USAGE: &str = "usage: playground-cli kubectl [--seed N] [--nodes N] [FILE…] < LINES";

/// On what to run the lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Manifests: created first, in this order, and there for `-f`.
    pub files: Vec<String>,
    /// What all random choices follow from.
    pub seed: u64,
    /// How many nodes.
    pub nodes: usize,
}

impl Options {
    /// Reads the words after `kubectl`.
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

/// A terminal on the cluster that files, given as names and texts, make; the error is what a cluster says of them.
pub fn open(files: &[(String, String)], options: &Options) -> Result<Terminal, String> {
    let texts: Vec<&str> = files.iter().map(|(_, text)| text.as_str()).collect();
    let session = Session::new(Scenario {
        text: texts.join("\n---\n"),
        seed: options.seed,
        nodes: options.nodes,
        ..Scenario::default()
    });
    let errors = session.diagnostics().iter().filter(|it| it.severity.is_error());
    let errors: Vec<&str> = errors.map(|it| it.message.as_str()).collect();
    if errors.is_empty() {
        let named: BTreeMap<String, String> = files.iter().cloned().collect();
        Ok(session.terminal(Micros::ZERO, named))
    } else {
        Err(errors.join("\n"))
    }
}

/// A command, and what it is fed.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// The command line.
    pub command: String,
    /// What stood in its here-document.
    pub stdin: String,
}

/// The commands of a text: a line each, without empty lines and comments; `<<WORD` at the end of one feeds it the lines up to
/// that word.
pub fn lines(text: &str) -> Vec<Line> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.trim().trim_start_matches("$ ");
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (command, word) = match line.rsplit_once("<<") {
            Some((command, word)) => (command.trim_end(), Some(word.trim().trim_matches(['\'', '"']))),
            None => (line, None),
        };
        let mut stdin = String::new();
        if let Some(word) = word {
            for fed in lines.by_ref().take_while(|fed| fed.trim_end() != word) {
                stdin.push_str(fed);
                stdin.push('\n');
            }
        }
        found.push(Line {
            command: command.to_owned(),
            stdin,
        });
    }
    found
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
        let mut terminal = open(&files, &Options::default())?;
        let run = |line: Line| {
            let output = terminal.run(&line.command, &line.stdin);
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
    fn manifests_that_a_cluster_refuses_are_told() {
        let error = printed(&[("x.yaml", "kind: Pod\n")], "");
        assert!(error.is_err_and(|error| error.contains("apiVersion not set")));
    }
}
