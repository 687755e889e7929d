//! How a command of the terminal is read: kubectl's alone, with or without a here-document, or a script of a shell.

use kubectl::is_kubectl;
use programs::shell::{is_whole, single};

/// Whether a typed command is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// It can be run.
    Whole,
    /// A quote, a here-document or a continued line is open.
    Unfinished,
    /// The command is whole, but reads standard input: `-f -`.
    Reading,
}

/// What a command means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// An empty line, or a comment.
    Nothing,
    /// kubectl: its words, and its standard input.
    Kubectl { words: Vec<String>, stdin: String },
    /// Anything else: a script for the shell of the machine outside the cluster.
    Script(String),
}

/// Splits a text into commands, each with its continued lines and here-document.
pub fn commands(text: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut command = String::new();
    for line in text.lines() {
        if !command.is_empty() {
            command.push('\n');
        }
        command.push_str(line);
        if goes_no_further(&command) {
            commands.push(std::mem::take(&mut command));
        }
    }
    commands.push(command);
    commands.retain(|command| !command.trim().is_empty());
    commands
}

/// Whether a typed command is complete.
pub fn typed(command: &str) -> Typed {
    if reads_on(command) {
        Typed::Reading
    } else if goes_no_further(command) {
        Typed::Whole
    } else {
        Typed::Unfinished
    }
}

/// Whether a line typed into the shell of a container is complete.
pub fn typed_in_shell(line: &str) -> Typed {
    if is_whole(line) {
        Typed::Whole
    } else {
        Typed::Unfinished
    }
}

/// Whether nothing is open: neither a quote nor a here-document nor a loop.
fn goes_no_further(command: &str) -> bool {
    is_whole(command)
}

/// Turns the lines below the first into a here-document.
pub fn fed(command: &str) -> String {
    let (line, input) = command.split_once('\n').unwrap_or((command, ""));
    let input = input.trim_end_matches('\n');
    let mut mark = "EOF".to_owned();
    while input.lines().any(|line| line == mark) {
        mark.push('F');
    }
    format!("{line} <<'{mark}'\n{input}\n{mark}")
}

/// Reads a command: kubectl's alone if nothing in it is expanded, else a script.
pub(crate) fn read(command: &str, is_defined: &dyn Fn(&str) -> bool) -> Meaning {
    let command = command.trim_start().trim_start_matches("$ ");
    if is_empty(command) {
        return Meaning::Nothing;
    }
    match single(command) {
        Some((words, stdin)) if words.first().is_some_and(|name| is_kubectl(name) && !is_defined(name)) => {
            Meaning::Kubectl { words, stdin }
        }
        _ => Meaning::Script(command.to_owned()),
    }
}

/// Whether there is nothing but comments.
fn is_empty(command: &str) -> bool {
    let mut lines = command.lines().map(str::trim);
    lines.all(|line| line.is_empty() || line.starts_with('#'))
}

/// Whether kubectl reads the lines below the first as standard input.
fn reads_on(command: &str) -> bool {
    let line = command.lines().next().unwrap_or_default().trim_start();
    let Some((words, _)) = single(line.trim_start_matches("$ ")).filter(|_| !line.contains("<<")) else {
        return false;
    };
    let names_stdin =
        |pair: &[String]| matches!(pair, [flag, value] if (flag == "-f" || flag == "--filename") && value == "-");
    let alone = |word: &String| ["-f-", "-f=-", "--filename=-"].contains(&word.as_str());
    words.first().is_some_and(|word| is_kubectl(word)) && (words.windows(2).any(names_stdin) || words.iter().any(alone))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kubectl(command: &str) -> Option<(String, String)> {
        match read(command, &|_| false) {
            Meaning::Kubectl { words, stdin } => Some((words.join(" "), stdin)),
            _ => None,
        }
    }

    fn read_plain(command: &str) -> Meaning {
        read(command, &|_| false)
    }

    fn script(command: &str) -> bool {
        matches!(read(command, &|_| false), Meaning::Script(_))
    }

    #[test]
    fn a_command_may_be_shortened_or_copied_with_its_prompt() {
        let get = Some(("kubectl get po".to_owned(), String::new()));
        assert_eq!(kubectl("k get po"), Some(("k get po".to_owned(), String::new())));
        assert_eq!(kubectl("$ kubectl get po"), get);
        assert_eq!(read_plain("# a comment"), Meaning::Nothing);
    }

    #[test]
    fn a_here_document_is_fed_to_kubectl() {
        let fed = Some(("kubectl apply -f -".to_owned(), "a: 1\nb: 2\n".to_owned()));
        assert_eq!(kubectl("kubectl apply -f - <<EOF\na: 1\nb: 2\nEOF"), fed);
        assert_eq!(kubectl("kubectl apply -f - <<-'X'\n\ta: 1\n\tb: 2\nX"), fed);
        assert!(script("cat <<EOF | kubectl apply -f -\na: 1\nb: 2\nEOF"));
        assert!(script("kubectl apply -f - <<EOF\na: $1\nEOF"));
    }

    #[test]
    fn a_text_falls_into_whole_commands() {
        let text = "kubectl get pods\n\nkubectl apply -f - <<EOF\na: 1\nEOF\nkubectl get \\\n  svc\n";
        let expected = [
            "kubectl get pods",
            "kubectl apply -f - <<EOF\na: 1\nEOF",
            "kubectl get \\\n  svc",
        ];
        assert_eq!(commands(text), expected);
        assert_eq!(
            kubectl(expected[2]).map(|(line, _)| line),
            Some("kubectl get svc".to_owned())
        );
    }

    #[test]
    fn a_command_that_goes_on_is_told_from_one_that_reads() {
        assert_eq!(typed("kubectl get pods"), Typed::Whole);
        assert_eq!(typed("kubectl get \\"), Typed::Unfinished);
        assert_eq!(typed("kubectl patch svc web -p '{"), Typed::Unfinished);
        assert_eq!(typed("kubectl apply -f - <<EOF\na: 1"), Typed::Unfinished);
        assert_eq!(typed("kubectl apply -f - <<EOF\na: 1\nEOF"), Typed::Whole);
        assert_eq!(typed("kubectl apply -f -"), Typed::Reading);
        assert_eq!(typed("kubectl apply -f -\na: 'it"), Typed::Reading);
        let fed = fed("kubectl apply -f -\na: 1\n");
        assert_eq!(fed, "kubectl apply -f - <<'EOF'\na: 1\nEOF");
        assert_eq!(typed(&fed), Typed::Whole);
    }

    #[test]
    fn what_is_not_kubectl_alone_is_a_script() {
        for line in [
            "ls -l",
            "curl web",
            "kubectl get po | grep web",
            "kubectl get po > /dev/null",
            "echo '{a: 1}' | kubectl apply -f -",
            "for i in 1 2; do curl web; done",
        ] {
            assert!(script(line), "{line}");
        }
        assert!(kubectl("kubectl get po -o jsonpath='{.items[?(@.a>1)]}'").is_some());
    }

    #[test]
    fn a_loop_goes_on_below() {
        assert_eq!(typed("for i in 1 2; do"), Typed::Unfinished);
        assert_eq!(typed("for i in 1 2; do\ncurl web\ndone"), Typed::Whole);
        assert_eq!(commands("while true; do\ncurl web\ndone\nkubectl get po").len(), 2);
    }
}
