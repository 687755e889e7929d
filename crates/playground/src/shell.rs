//! How a command of the terminal is read: kubectl's alone, with a here-document, with a manifest piped into it, or a script
//! of a shell.

use kubectl::{Lexer, Output, ShellToken, ShellTokenKind, is_kubectl};
use programs::shell::is_whole;

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
    /// Anything else: a script for the shell of the machine outside the cluster.
    Script(String),
    /// Something that is not simulated, with the answer.
    Other(Box<Output>),
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
    let parts = Parts::of(command);
    parts.is_whole() && (parts.is_kubectls() || parts.document.is_some() || is_whole(command))
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
    if !parts.is_kubectls() && parts.document.is_none() {
        return Meaning::Script(command.to_owned());
    }
    if let Some(operator) = parts.operator {
        return answer(
            MISUSED,
            &format!("{operator} is not simulated beside a here-document: type the command alone"),
        );
    }
    let stdin = match (parts.piped, parts.document) {
        (None, document) => document.unwrap_or_default(),
        (Some(from), document) => match piped(&from, document) {
            Some(stdin) => stdin,
            None => return answer(MISUSED, "a here-document can only be read by kubectl here"),
        },
    };
    if parts.words.first().is_some_and(|name| is_kubectl(name)) {
        return Meaning::Kubectl {
            words: parts.words,
            stdin,
        };
    }
    answer(MISUSED, "a here-document can only be read by kubectl here")
}

/// The output of the command left of a pipe, if it is one that is known here.
fn piped(words: &[String], document: Option<String>) -> Option<String> {
    document.filter(|_| words == ["cat"])
}

fn answer(exit: i32, words: &str) -> Meaning {
    Meaning::Other(Box::new(Output {
        stderr: format!("{words}\n"),
        exit,
        ..Output::default()
    }))
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

    /// Whether it is one command of kubectl and nothing else.
    fn is_kubectls(&self) -> bool {
        self.piped.is_none() && self.operator.is_none() && self.words.first().is_some_and(|word| is_kubectl(word))
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

    fn script(command: &str) -> bool {
        matches!(read(command), Meaning::Script(_))
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
        assert!(matches!(read("cat <<EOF | sort\na\nEOF"), Meaning::Other(_)));
    }

    #[test]
    fn a_loop_goes_on_below() {
        assert_eq!(typed("for i in 1 2; do"), Typed::Unfinished);
        assert_eq!(typed("for i in 1 2; do\ncurl web\ndone"), Typed::Whole);
        assert_eq!(commands("while true; do\ncurl web\ndone\nkubectl get po").len(), 2);
    }
}
