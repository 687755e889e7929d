//! What a script says: lists of pipelines, loops and conditions.

use super::tokens::{SyntaxError, Token, Word, is_name, tokens};
use std::rc::Rc;

/// Commands one after the other, each with what joins it to the one before.
pub(super) type List = Vec<(Joint, Pipeline)>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    Always,
    /// `&&`
    IfDone,
    /// `||`
    IfFailed,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pipeline {
    /// `!`
    pub(super) negated: bool,
    /// `&`
    pub(super) background: bool,
    pub(super) commands: Vec<Command>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) what: What,
    pub(super) redirections: Vec<Redirection>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Simple {
        assignments: Vec<(String, Word)>,
        words: Vec<Word>,
    },
    If {
        arms: Vec<(List, List)>,
        otherwise: List,
    },
    /// `while`, or `until`.
    Loop {
        until: bool,
        condition: List,
        body: List,
    },
    For {
        name: String,
        words: Vec<Word>,
        body: List,
    },
    /// `{ …; }`
    Group(List),
    /// `(…)`
    Subshell(List),
    /// `NAME() { …; }`
    Function {
        name: String,
        function: Rc<Function>,
    },
}

/// A function of a shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(super) body: Command,
    /// How it was written.
    pub(crate) text: String,
}

/// Where a stream goes or comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Redirection {
    /// `>` and `>>`, of standard error with `2>`.
    ToFile {
        errors: bool,
        /// `>>`
        appends: bool,
        file: Word,
    },
    /// `2>&1`
    ErrorsToOutput,
    /// `>&2`
    OutputToErrors,
    /// `&>`
    BothToFile(Word),
    FromFile(Word),
    /// `<<<`
    FromWord(Word),
    /// `<<`
    FromDocument(Word),
}

/// Reads a script.
pub(super) fn parse(script: &str) -> Result<List, SyntaxError> {
    let (tokens, ends) = tokens(script)?.into_iter().unzip();
    let mut parser = Parser {
        script,
        tokens,
        ends,
        at: 0,
        depth: 0,
    };
    let list = parser.list(&[])?;
    match parser.peek() {
        None => Ok(list),
        Some(token) => Err(SyntaxError::Unexpected(shown(token))),
    }
}

/// Words that begin or end a part of a compound command.
const CLOSING: [&str; 8] = ["then", "elif", "else", "fi", "do", "done", "}", ")"];
/// Deeper scripts are not read.
const MOST_DEPTH: usize = 50;

struct Parser<'a> {
    script: &'a str,
    tokens: Vec<Token>,
    /// The byte behind each token.
    ends: Vec<usize>,
    at: usize,
    depth: usize,
}

fn shown(token: &Token) -> String {
    match token {
        Token::Word(word) => word.plain().unwrap_or_else(|| "word".to_owned()),
        Token::Operator(operator) => (*operator).to_owned(),
        Token::LineEnd => "newline".to_owned(),
    }
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    /// The next token as a keyword or an operator.
    fn keyword(&self) -> Option<String> {
        match self.peek()? {
            Token::Word(word) => word.plain(),
            Token::Operator(operator) => Some((*operator).to_owned()),
            Token::LineEnd => None,
        }
    }

    fn operator(&self) -> Option<&'static str> {
        match self.peek()? {
            Token::Operator(operator) => Some(operator),
            _ => None,
        }
    }

    fn takes(&mut self, keyword: &str) -> bool {
        let found = self.keyword().as_deref() == Some(keyword);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, keyword: &str) -> Result<(), SyntaxError> {
        if self.takes(keyword) {
            return Ok(());
        }
        Err(self.unexpected())
    }

    fn unexpected(&self) -> SyntaxError {
        match self.peek() {
            None => SyntaxError::Unfinished,
            Some(token) => SyntaxError::Unexpected(shown(token)),
        }
    }

    fn skip_line_ends(&mut self) {
        while self.peek() == Some(&Token::LineEnd) {
            self.at += 1;
        }
    }

    /// Commands up to one of these words, or to the end.
    fn list(&mut self, ends: &[&str]) -> Result<List, SyntaxError> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(SyntaxError::NotHere("a script as deep as this"));
        }
        let mut list = List::new();
        let mut joint = Joint::Always;
        loop {
            self.skip_line_ends();
            match self.keyword() {
                Some(word) if ends.contains(&word.as_str()) => break,
                Some(word) if CLOSING.contains(&word.as_str()) => return Err(SyntaxError::Unexpected(word)),
                _ if self.peek().is_none() && ends.is_empty() => break,
                _ if self.peek().is_none() => return Err(SyntaxError::Unfinished),
                _ => {}
            }
            list.push((joint, self.pipeline()?));
            joint = match self.peek() {
                Some(Token::Operator("&&")) => Joint::IfDone,
                Some(Token::Operator("||")) => Joint::IfFailed,
                Some(Token::Operator(";") | Token::LineEnd) => Joint::Always,
                Some(Token::Operator("&")) => {
                    if let Some((_, pipeline)) = list.last_mut() {
                        pipeline.background = true;
                    }
                    Joint::Always
                }
                _ => {
                    joint = Joint::Always;
                    continue_or_end(self, ends)?;
                    continue;
                }
            };
            self.at += 1;
            if joint != Joint::Always {
                self.skip_line_ends();
                if self.peek().is_none() {
                    return Err(SyntaxError::Unfinished);
                }
            }
        }
        self.depth -= 1;
        Ok(list)
    }

    fn pipeline(&mut self) -> Result<Pipeline, SyntaxError> {
        let mut negated = false;
        while self.takes("!") {
            negated = !negated;
        }
        let mut commands = vec![self.command()?];
        while self.operator() == Some("|") {
            self.at += 1;
            self.skip_line_ends();
            commands.push(self.command()?);
        }
        Ok(Pipeline {
            negated,
            background: false,
            commands,
        })
    }

    fn command(&mut self) -> Result<Command, SyntaxError> {
        let what = match self.keyword().as_deref() {
            Some("if") => self.condition()?,
            Some(word @ ("while" | "until")) => {
                let until = word == "until";
                self.at += 1;
                let condition = self.list(&["do"])?;
                What::Loop {
                    until,
                    condition,
                    body: self.body()?,
                }
            }
            Some("for") => self.each()?,
            Some("{") => {
                self.at += 1;
                let list = self.list(&["}"])?;
                self.at += 1;
                What::Group(list)
            }
            Some("(") => {
                self.at += 1;
                let list = self.list(&[")"])?;
                self.at += 1;
                What::Subshell(list)
            }
            Some("case") => return Err(SyntaxError::NotHere("case")),
            Some("function") => {
                self.at += 1;
                self.function()?
            }
            Some(_) if self.tokens.get(self.at + 1) == Some(&Token::Operator("(")) => self.function()?,
            _ => return self.simple(),
        };
        let mut redirections = Vec::new();
        while let Some(redirection) = self.redirection()? {
            redirections.push(redirection);
        }
        Ok(Command { what, redirections })
    }

    fn condition(&mut self) -> Result<What, SyntaxError> {
        let mut arms = Vec::new();
        let mut otherwise = List::new();
        self.at += 1;
        loop {
            let condition = self.list(&["then"])?;
            self.at += 1;
            let body = self.list(&["elif", "else", "fi"])?;
            arms.push((condition, body));
            if self.takes("elif") {
                continue;
            }
            if self.takes("else") {
                otherwise = self.list(&["fi"])?;
            }
            self.expect("fi")?;
            return Ok(What::If { arms, otherwise });
        }
    }

    fn each(&mut self) -> Result<What, SyntaxError> {
        self.at += 1;
        let name = match self.peek() {
            Some(Token::Word(word)) => word.plain().filter(|name| is_name(name)),
            _ => None,
        };
        let name = name.ok_or_else(|| self.unexpected())?;
        self.at += 1;
        self.skip_line_ends();
        self.expect("in")?;
        let mut words = Vec::new();
        while let Some(Token::Word(word)) = self.peek() {
            words.push(word.clone());
            self.at += 1;
        }
        if !self.takes(";") && self.peek() != Some(&Token::LineEnd) {
            return Err(self.unexpected());
        }
        self.skip_line_ends();
        let body = self.body()?;
        Ok(What::For { name, words, body })
    }

    /// `do …; done`
    fn body(&mut self) -> Result<List, SyntaxError> {
        self.skip_line_ends();
        self.expect("do")?;
        let body = self.list(&["done"])?;
        self.at += 1;
        Ok(body)
    }

    /// `NAME() { …; }`, behind the word `function` with or without parentheses.
    fn function(&mut self) -> Result<What, SyntaxError> {
        let from = self.at.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        let name = self.keyword().filter(|name| is_name(&name.replace('-', "_")));
        let name = name.ok_or_else(|| self.unexpected())?;
        self.at += 1;
        if self.takes("(") {
            self.expect(")")?;
        }
        self.skip_line_ends();
        let body = self.command()?;
        let end = self.at.checked_sub(1).and_then(|last| self.ends.get(last)).copied();
        let text = self.script.get(from.unwrap_or(0)..end.unwrap_or(0)).unwrap_or_default();
        let text = text.trim_start().to_owned();
        Ok(What::Function {
            name,
            function: Rc::new(Function { body, text }),
        })
    }

    fn simple(&mut self) -> Result<Command, SyntaxError> {
        let (mut assignments, mut words, mut redirections) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            if let Some(redirection) = self.redirection()? {
                redirections.push(redirection);
                continue;
            }
            let Some(Token::Word(word)) = self.peek() else { break };
            match word.assignment().filter(|_| words.is_empty()) {
                Some(assignment) => assignments.push(assignment),
                None => words.push(word.clone()),
            }
            self.at += 1;
        }
        if assignments.is_empty() && words.is_empty() && redirections.is_empty() {
            return Err(self.unexpected());
        }
        Ok(Command {
            what: What::Simple { assignments, words },
            redirections,
        })
    }

    fn redirection(&mut self) -> Result<Option<Redirection>, SyntaxError> {
        let Some(operator) = self.operator() else {
            return Ok(None);
        };
        if ![
            ">", ">>", "1>", "1>>", "2>", "2>>", ">&", "1>&", "2>&", "&>", "<", "<<<", "<<",
        ]
        .contains(&operator)
        {
            return Ok(None);
        }
        self.at += 1;
        let Some(Token::Word(file)) = self.peek().cloned() else {
            if self.operator() == Some("(") {
                return Err(SyntaxError::NotHere(
                    "what one command prints as a file of another (<(…))",
                ));
            }
            return Err(self.unexpected());
        };
        self.at += 1;
        Ok(Some(match (operator, file.plain().as_deref()) {
            ("2>&", Some("1")) => Redirection::ErrorsToOutput,
            (">&" | "1>&", Some("2")) => Redirection::OutputToErrors,
            (">&" | "&>", _) => Redirection::BothToFile(file),
            ("<", _) => Redirection::FromFile(file),
            ("<<<", _) => Redirection::FromWord(file),
            ("<<", _) => Redirection::FromDocument(file),
            _ => Redirection::ToFile {
                errors: operator.starts_with('2'),
                appends: operator.ends_with(">>"),
                file,
            },
        }))
    }
}

/// Behind a command without a joint the list ends.
fn continue_or_end(parser: &Parser<'_>, ends: &[&str]) -> Result<(), SyntaxError> {
    match parser.keyword() {
        None if ends.is_empty() => Ok(()),
        Some(word) if ends.contains(&word.as_str()) => Ok(()),
        _ => Err(parser.unexpected()),
    }
}

/// The words and the input of a script that is one command in which nothing is expanded.
pub(super) fn single(script: &str) -> Option<(Vec<String>, String)> {
    let list = parse(script).ok()?;
    let [(_, pipeline)] = list.as_slice() else { return None };
    let [command] = pipeline.commands.as_slice() else {
        return None;
    };
    let What::Simple { assignments, words } = &command.what else {
        return None;
    };
    if pipeline.negated || pipeline.background || !assignments.is_empty() {
        return None;
    }
    let input = match command.redirections.as_slice() {
        [] => String::new(),
        [Redirection::FromDocument(word)] => word.literal()?,
        _ => return None,
    };
    let words: Option<Vec<String>> = words.iter().map(Word::literal).collect();
    words.map(|words| (words, input))
}
