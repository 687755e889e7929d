//! The terminal's small shell: whole commands, here-documents, a manifest piped into kubectl.

use kubectl::{Lexer, Output, ShellToken, ShellTokenKind, is_kubectl};

/// The exit code for an unknown program.
const NOT_FOUND: i32 = 127;
/// The exit code for unsupported syntax.
const MISUSED: i32 = 2;

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
    /// Something else, with its answer.
    Other(Output),
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
        if Parts::of(&command).is_whole() {
            commands.push(std::mem::take(&mut command));
        }
    }
    commands.push(command);
    commands.retain(|command| !command.trim().is_empty());
    commands
}

/// Whether a typed command is complete.
pub fn typed(command: &str) -> Typed {
    let parts = Parts::of(command);
    if reads_on(command) {
        Typed::Reading
    } else if parts.is_whole() {
        Typed::Whole
    } else {
        Typed::Unfinished
    }
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

/// Reads a command: kubectl with its standard input, or the answer to anything else.
pub(crate) fn read(command: &str) -> Meaning {
    let command = command.trim_start().trim_start_matches("$ ");
    if command.is_empty() || command.starts_with('#') {
        return Meaning::Nothing;
    }
    let parts = Parts::of(command);
    if let Some(operator) = parts.operator {
        return answer(
            MISUSED,
            &format!("{operator} is not simulated here: type one kubectl command a line"),
        );
    }
    let stdin = match (parts.piped, parts.document) {
        (None, document) => document.unwrap_or_default(),
        (Some(from), document) => match piped(&from, document) {
            Some(stdin) => stdin,
            None => return answer(MISUSED, "only cat <<EOF and echo can be piped into kubectl here"),
        },
    };
    let words = parts.words;
    match words.first() {
        Some(name) if is_kubectl(name) => Meaning::Kubectl { words, stdin },
        Some(name) => answer(NOT_FOUND, &not_here(name)),
        None => Meaning::Nothing,
    }
}

/// The output of the command left of a pipe, if it is one that is known here.
fn piped(words: &[String], document: Option<String>) -> Option<String> {
    match words.split_first() {
        Some((cat, [])) if cat == "cat" => document,
        Some((echo, words)) if echo == "echo" => Some(words.join(" ") + "\n"),
        _ => None,
    }
}

fn not_here(name: &str) -> String {
    match name {
        "curl" | "wget" | "nslookup" | "dig" | "ping" | "nc" => {
            format!("{name}: this terminal runs kubectl only; a pod can run it: kubectl exec POD -- {name} …")
        }
        _ => format!("{name}: command not found: this terminal runs kubectl only"),
    }
}

fn answer(exit: i32, words: &str) -> Meaning {
    Meaning::Other(Output {
        stderr: format!("{words}\n"),
        exit,
        ..Output::default()
    })
}

/// The parts of a command.
#[derive(Debug, Default)]
struct Parts {
    words: Vec<String>,
    /// The words left of a pipe.
    piped: Option<Vec<String>>,
    /// The content of a here-document.
    document: Option<String>,
    /// The first operator that is not simulated.
    operator: Option<&'static str>,
    /// A quote, a here-document or a continued line is open.
    open: bool,
}

/// The operators of a shell.
const OPERATORS: &[&str] = &["&&", "||", "|", ";", ">", "<<", "<", "&", "$(", "`"];

/// The word that ends a here-document.
struct Mark {
    word: String,
    /// `<<-`: tabs before each line are left out.
    indented: bool,
}

impl Parts {
    fn of(command: &str) -> Self {
        let mut parts = Self::default();
        if command.trim_start().starts_with('#') {
            return parts;
        }
        let mut mark = None;
        // Where a here-document is announced whose mark has not been read.
        let mut announced = None;
        let mut lexer = Lexer::new(command, OPERATORS);
        for ShellToken { kind, span } in lexer.by_ref() {
            match kind {
                ShellTokenKind::Word(word) => match announced.take() {
                    Some(end) => mark = Some(Mark::read(word, end == span.start)),
                    None => parts.words.push(word),
                },
                ShellTokenKind::LineEnd => {
                    if let Some(mark) = mark.take() {
                        parts.read_document(command.get(span.end..).unwrap_or_default(), &mark);
                        return parts;
                    }
                }
                ShellTokenKind::Operator("<<") => announced = Some(span.end),
                ShellTokenKind::Operator("|") if parts.piped.is_none() => {
                    parts.piped = Some(std::mem::take(&mut parts.words));
                }
                ShellTokenKind::Operator(operator) => {
                    parts.operator.get_or_insert(operator);
                }
            }
        }
        parts.open = lexer.is_open || mark.is_some() || announced.is_some();
        parts
    }

    /// Reads the lines below, up to the mark.
    fn read_document(&mut self, below: &str, mark: &Mark) {
        let mut document = String::new();
        self.open = true;
        for line in below.lines() {
            let line = if mark.indented {
                line.trim_start_matches('\t')
            } else {
                line
            };
            if line == mark.word {
                self.open = false;
                break;
            }
            document.push_str(line);
            document.push('\n');
        }
        self.document = Some(document);
    }

    fn is_whole(&self) -> bool {
        !self.open
    }
}

impl Mark {
    /// The mark of `<<EOF`, `<<-EOF` or `<< EOF`; a dash next to the operator belongs to it.
    fn read(word: String, adjacent: bool) -> Self {
        match word.strip_prefix('-').filter(|_| adjacent) {
            Some(word) => Self {
                word: word.to_owned(),
                indented: true,
            },
            None => Self { word, indented: false },
        }
    }
}

/// Whether kubectl reads the lines below the first as standard input.
fn reads_on(command: &str) -> bool {
    let first = Parts::of(command.lines().next().unwrap_or_default());
    let names_stdin =
        |pair: &[String]| matches!(pair, [flag, value] if (flag == "-f" || flag == "--filename") && value == "-");
    let alone = |word: &String| ["-f-", "-f=-", "--filename=-"].contains(&word.as_str());
    let words = &first.words;
    first.is_whole()
        && first.piped.is_none()
        && words.first().is_some_and(|word| is_kubectl(word))
        && (words.windows(2).any(names_stdin) || words.iter().any(alone))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kubectl(command: &str) -> Option<(String, String)> {
        match read(command) {
            Meaning::Kubectl { words, stdin } => Some((words.join(" "), stdin)),
            _ => None,
        }
    }

    fn said(command: &str) -> Option<(String, i32)> {
        match read(command) {
            Meaning::Other(output) => Some((output.stderr, output.exit)),
            _ => None,
        }
    }

    #[test]
    fn a_command_may_be_shortened_or_copied_with_its_prompt() {
        let get = Some(("kubectl get po".to_owned(), String::new()));
        assert_eq!(kubectl("k get po"), Some(("k get po".to_owned(), String::new())));
        assert_eq!(kubectl("$ kubectl get po"), get);
        assert_eq!(read("# a comment"), Meaning::Nothing);
    }

    #[test]
    fn a_here_document_is_fed_to_kubectl() {
        let fed = Some(("kubectl apply -f -".to_owned(), "a: 1\nb: 2\n".to_owned()));
        assert_eq!(kubectl("kubectl apply -f - <<EOF\na: 1\nb: 2\nEOF"), fed);
        assert_eq!(kubectl("kubectl apply -f - <<-'X'\n\ta: 1\n\tb: 2\nX"), fed);
        let piped = Some(("kubectl apply -f -".to_owned(), "a: 1\nb: 2\n".to_owned()));
        assert_eq!(kubectl("cat <<EOF | kubectl apply -f -\na: 1\nb: 2\nEOF"), piped);
        let echoed = Some(("kubectl apply -f -".to_owned(), "{a: 1}\n".to_owned()));
        assert_eq!(kubectl("echo '{a: 1}' | kubectl apply -f -"), echoed);
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
    fn what_is_no_kubectl_is_answered_in_a_line() {
        let missing = said("ls -l").map(|(words, exit)| (words.lines().count(), exit));
        assert_eq!(missing, Some((1, 127)));
        assert!(said("curl web").is_some_and(|(words, _)| words.contains("kubectl exec POD -- curl")));
        assert!(said("kubectl get po | grep web").is_some_and(|(_, exit)| exit == 2));
        assert!(said("kubectl get po > file").is_some_and(|(words, _)| words.starts_with("> is not")));
        assert!(kubectl("kubectl get po -o jsonpath='{.items[?(@.a>1)]}'").is_some());
    }
}
