//! Reads a script of `sh` into commands.

/// Commands in turn.
pub(super) type Script = Vec<Step>;

/// A pipeline, and how it is tied to the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) after: Joint,
    /// Whether `!` turns its exit code around.
    pub(super) is_negated: bool,
    pub(super) commands: Vec<Command>,
    /// Whether `&` lets it run beside the rest.
    pub(super) is_beside: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Joint {
    #[default]
    Always,
    /// `&&`
    Success,
    /// `||`
    Failure,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Simple {
        /// Quotes and variables are still in them.
        words: Vec<String>,
        /// The file that gets what it prints instead of the log.
        to: Option<String>,
    },
    Loop {
        /// Whether it goes on until its condition holds, instead of while it does.
        is_until: bool,
        condition: Script,
        body: Script,
    },
    For {
        variable: String,
        items: Vec<String>,
        body: Script,
    },
    If {
        branches: Vec<(Script, Script)>,
        otherwise: Script,
    },
    Group(Script),
    /// What is not understood, as `case`.
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    /// `;`, `&&`, `||`, `|`, `&`, `(`, `)` or a line's end.
    Sign(&'static str),
    /// A redirection of standard output to this word.
    To(String),
    /// Any other redirection.
    Other,
}

pub(super) fn read(script: &str) -> Script {
    let tokens = tokens(script);
    let mut reader = Reader {
        tokens: &tokens,
        place: 0,
        depth: 0,
    };
    reader.list(&[])
}

struct Reader<'a> {
    tokens: &'a [Token],
    place: usize,
    depth: usize,
}

const DEEPEST: usize = 20;

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.place)
    }

    fn word(&self) -> Option<&'a str> {
        match self.peek() {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn is_at(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Token::Sign(it)) if *it == sign)
    }

    fn takes(&mut self, word: &str) -> bool {
        let found = self.word() == Some(word) || self.is_at(word);
        self.place += usize::from(found);
        found
    }

    fn skip_ends(&mut self) {
        while self.is_at(";") || self.is_at("\n") {
            self.place += 1;
        }
    }

    /// Commands up to one of these words, which stays.
    fn list(&mut self, ends: &[&str]) -> Script {
        let mut list = Vec::new();
        let mut after = Joint::Always;
        loop {
            self.skip_ends();
            let is_end = self.word().is_some_and(|word| ends.contains(&word)) || self.is_at(")");
            if self.peek().is_none() || is_end {
                return list;
            }
            let from = self.place;
            let mut step = self.pipeline(after);
            step.is_beside = self.takes("&");
            after = if self.takes("&&") {
                Joint::Success
            } else if self.takes("||") {
                Joint::Failure
            } else {
                Joint::Always
            };
            list.push(step);
            // A word that nothing begins with is left out.
            self.place += usize::from(self.place == from);
        }
    }

    fn pipeline(&mut self, after: Joint) -> Step {
        let is_negated = self.takes("!");
        let mut commands = vec![self.command()];
        while self.takes("|") {
            self.skip_ends();
            commands.push(self.command());
        }
        Step {
            after,
            is_negated,
            commands,
            is_beside: false,
        }
    }

    fn command(&mut self) -> Command {
        self.depth += 1;
        let command = match self.word() {
            _ if self.depth > DEEPEST => {
                self.place = self.tokens.len();
                Command::Unknown
            }
            Some(word @ ("while" | "until")) => {
                self.place += 1;
                let condition = self.list(&["do"]);
                Command::Loop {
                    is_until: word == "until",
                    condition,
                    body: self.body(),
                }
            }
            Some("for") => self.each(),
            Some("if") => self.branches(),
            Some("case") => {
                while self.peek().is_some() && self.word() != Some("esac") {
                    self.place += 1;
                }
                self.place += 1;
                Command::Unknown
            }
            Some("{") => {
                self.place += 1;
                let list = self.list(&["}"]);
                self.takes("}");
                Command::Group(list)
            }
            _ if self.takes("(") => {
                let list = self.list(&[]);
                self.takes(")");
                Command::Group(list)
            }
            _ => return self.simple(),
        };
        // Where a group prints to is left aside.
        while matches!(self.peek(), Some(Token::To(_) | Token::Other)) {
            self.place += 1;
        }
        self.depth -= 1;
        command
    }

    /// `do … done`
    fn body(&mut self) -> Script {
        self.skip_ends();
        self.takes("do");
        let body = self.list(&["done"]);
        self.takes("done");
        body
    }

    fn each(&mut self) -> Command {
        self.place += 1;
        if self.is_at("(") {
            // `for ((i=0; …))`
            while self.peek().is_some() && self.word() != Some("done") {
                self.place += 1;
            }
            self.takes("done");
            return Command::Unknown;
        }
        let variable = self.word().unwrap_or_default().to_owned();
        self.place += 1;
        let mut items = Vec::new();
        if self.takes("in") {
            while let Some(word) = self.word() {
                items.push(word.to_owned());
                self.place += 1;
            }
        }
        Command::For {
            variable,
            items,
            body: self.body(),
        }
    }

    fn branches(&mut self) -> Command {
        let mut branches = Vec::new();
        while self.takes("if") || self.takes("elif") {
            let condition = self.list(&["then"]);
            self.takes("then");
            branches.push((condition, self.list(&["elif", "else", "fi"])));
        }
        let otherwise = if self.takes("else") {
            self.list(&["fi"])
        } else {
            Vec::new()
        };
        self.takes("fi");
        Command::If { branches, otherwise }
    }

    fn simple(&mut self) -> Command {
        self.depth -= 1;
        let mut words = Vec::new();
        let mut to = None;
        while let Some(token) = self.peek() {
            match token {
                Token::Word(word) => words.push(word.clone()),
                Token::To(file) => to = Some(file.clone()).filter(|file| !LOGS.contains(&file.as_str())),
                Token::Other => {}
                // `name()` begins a function, whose body follows as a group.
                Token::Sign("(") if words.len() == 1 => {
                    self.place += 1;
                    self.takes(")");
                    self.skip_ends();
                    self.command();
                    return Command::Group(Vec::new());
                }
                Token::Sign(_) => break,
            }
            self.place += 1;
        }
        Command::Simple { words, to }
    }
}

/// What a container's log is fed from.
const LOGS: [&str; 5] = ["/dev/stdout", "/dev/stderr", "/proc/1/fd/1", "/proc/self/fd/1", "&2"];

fn tokens(script: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = script;
    // The words that end the here-documents begun on this line.
    let mut documents: Vec<String> = Vec::new();
    while let Some(letter) = rest.chars().next() {
        let signs = ["&&", "||", ";;", ";", "|", "(", ")", "\n"];
        let sign = signs.into_iter().find(|sign| rest.starts_with(sign));
        if letter == '#' {
            rest = rest.find('\n').and_then(|end| rest.get(end..)).unwrap_or_default();
        } else if let Some(after) = rest.strip_prefix("\\\n") {
            rest = after;
        } else if let Some(sign) = sign {
            rest = rest.get(sign.len()..).unwrap_or_default();
            tokens.push(Token::Sign(sign));
            if sign == "\n" {
                for end in documents.drain(..) {
                    rest = after_document(rest, &end);
                }
            }
        } else if letter.is_whitespace() {
            rest = rest.trim_start_matches(|it: char| it.is_whitespace() && it != '\n');
        } else if let Some((redirection, after)) = redirection(rest) {
            let after = after.trim_start_matches([' ', '\t']);
            let length = match after.strip_prefix('&') {
                Some(number) => 1 + word_length(number),
                None => word_length(after),
            };
            let (word, after) = after.split_at_checked(length).unwrap_or((after, ""));
            rest = after;
            tokens.push(match redirection {
                ">" => Token::To(word.to_owned()),
                "<<" => {
                    documents.push(word.trim_start_matches('-').trim_matches(['"', '\'']).to_owned());
                    Token::Other
                }
                _ => Token::Other,
            });
        } else if let Some(after) = rest.strip_prefix('&') {
            rest = after;
            tokens.push(Token::Sign("&"));
        } else {
            let (word, after) = rest.split_at_checked(word_length(rest).max(1)).unwrap_or((rest, ""));
            rest = after;
            tokens.push(Token::Word(word.to_owned()));
        }
    }
    tokens
}

/// A redirection at the beginning: `>` for one of standard output, `<<` for a here-document, else empty.
fn redirection(text: &str) -> Option<(&'static str, &str)> {
    let digits = text.trim_start_matches(|it: char| it.is_ascii_digit());
    let is_output = digits.len() == text.len() || text.starts_with("1>");
    if let Some(rest) = text.strip_prefix("&>") {
        return Some((">", rest.trim_start_matches('>')));
    }
    if let Some(rest) = digits.strip_prefix('>') {
        let rest = rest.trim_start_matches('>');
        return Some((if is_output { ">" } else { "" }, rest));
    }
    if let Some(rest) = digits.strip_prefix("<<") {
        return Some(("<<", rest));
    }
    digits.strip_prefix('<').map(|rest| ("", rest))
}

fn after_document<'a>(text: &'a str, end: &str) -> &'a str {
    let mut rest = text;
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        rest = after;
        if line.trim() == end {
            break;
        }
    }
    rest
}

/// How many bytes of the text are its first word, with quotes and `$(…)` as parts of it.
fn word_length(text: &str) -> usize {
    let mut quote = None;
    let mut depth = 0_usize;
    let mut is_escaped = false;
    let mut last = ' ';
    for (at, letter) in text.char_indices() {
        let ends = letter.is_whitespace() || ";|&()<>".contains(letter);
        match (quote, letter) {
            _ if is_escaped => is_escaped = false,
            (None | Some('"'), '\\') => is_escaped = true,
            (Some(open), letter) if open == letter => quote = None,
            (None, '\'' | '"' | '`') => quote = Some(letter),
            (None | Some('"'), '(') if last == '$' || depth > 0 => depth += 1,
            (None | Some('"'), ')') if depth > 0 => depth -= 1,
            (None, _) if ends && depth == 0 && !(last == '>' && letter == '&') => return at,
            _ => {}
        }
        last = letter;
    }
    text.len()
}
