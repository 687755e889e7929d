//! Templates as trees.

use super::value::Val;
use crate::print::jsonpath::unquote;
use yaml::LineIndex;

/// The deepest nesting of parentheses and blocks; Go allows more.
const DEEPEST: usize = 100;

#[derive(Clone, Debug)]
pub(super) enum Node {
    Text(String),
    Action(Pipeline),
    If(Pipeline, Vec<Node>, Vec<Node>),
    With(Pipeline, Vec<Node>, Vec<Node>),
    Range(Pipeline, Vec<Node>, Vec<Node>),
    Break,
    Continue,
}

/// Commands, each of which gets the result of the previous one as its last argument.
#[derive(Clone, Debug)]
pub(super) struct Pipeline {
    pub(super) declares: Vec<String>,
    /// Whether it assigns variables instead of declaring them.
    pub(super) assigns: bool,
    pub(super) commands: Vec<Command>,
    pub(super) source: Source,
}

#[derive(Clone, Debug)]
pub(super) struct Command {
    pub(super) operands: Vec<Operand>,
    pub(super) source: Source,
}

/// A place in the template, in bytes, and its text in Go's messages.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) at: usize,
    pub(super) text: String,
}

#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub(super) kind: OperandKind,
    pub(super) source: Source,
}

#[derive(Clone, Debug)]
pub(super) enum OperandKind {
    Dot,
    Nil,
    Literal(Val),
    Function(String),
    Field(Vec<String>),
    Variable(String, Vec<String>),
    Pipeline(Box<Pipeline>, Vec<String>),
}

/// Names that Go knows, and one that kubectl adds.
const FUNCTIONS: [&str; 15] = [
    "and",
    "or",
    "not",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "index",
    "len",
    "print",
    "printf",
    "println",
    "base64decode",
];
/// Names that Go knows and the playground does not.
const MISSING: [&str; 5] = ["call", "html", "js", "slice", "urlquery"];

/// The tree of a template; the error begins with its line.
pub(super) fn parse(template: &str) -> Result<Vec<Node>, String> {
    let mut parser = Parser {
        parts: split(template)?,
        next: 0,
        variables: vec!["$".to_owned()],
        ranges: 0,
        depth: 0,
        line: 1,
    };
    let (nodes, end) = parser.nodes()?;
    match end {
        End::OfText => Ok(nodes),
        End::Word => Err(parser.error("unexpected {{end}}")),
        End::Else(_) => Err(parser.error("unexpected {{else}}")),
    }
}

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Action { tokens: Vec<Token>, line: usize },
}

#[derive(Clone, Debug, PartialEq)]
struct Token {
    at: usize,
    kind: TokenKind,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TokenKind {
    Space,
    Field,
    Dot,
    Variable,
    Word,
    Text,
    Char,
    Number,
    Open,
    Close,
    Pipe,
    Declare,
    Assign,
    Comma,
    /// Any other character; always an error.
    Other,
}

/// Models: lex.go, with its trimming of blanks around `{{- -}}`.
fn split(template: &str) -> Result<Vec<Part>, String> {
    let lines = LineIndex::new(template);
    let mut parts = Vec::new();
    let (mut at, mut trims) = (0, false);
    loop {
        let rest = template.get(at..).unwrap_or_default();
        let open = rest.find("{{");
        let mut text = rest.get(..open.unwrap_or(rest.len())).unwrap_or_default();
        if trims {
            text = text.trim_start_matches(is_space);
        }
        let Some(open) = open else {
            if !text.is_empty() {
                parts.push(Part::Text(text.to_owned()));
            }
            return Ok(parts);
        };
        let mut start = at + open + 2;
        let line = lines.line(start);
        let inner = template.get(start..).unwrap_or_default();
        if inner.strip_prefix('-').is_some_and(|rest| rest.starts_with(is_space)) {
            text = text.trim_end_matches(is_space);
            start += 1;
        }
        if !text.is_empty() {
            parts.push(Part::Text(text.to_owned()));
        }
        let inner = template.get(start..).unwrap_or_default();
        if inner.trim_start_matches(is_space).starts_with("/*") {
            let end = inner.find("*/").ok_or_else(|| format!("{line}: unclosed comment"))?;
            let after = inner.get(end + 2..).unwrap_or_default();
            trims = after.trim_start_matches(is_space).starts_with("-}}") && after.starts_with(is_space);
            let close = after
                .find("}}")
                .ok_or_else(|| format!("{line}: comment ends before closing delimiter"))?;
            at = start + end + 2 + close + 2;
            continue;
        }
        let (tokens, end) = tokens(template, start, &lines)?;
        trims = template.get(..end).is_some_and(|text| text.ends_with("-}}"));
        parts.push(Part::Action { tokens, line });
        at = end;
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// The tokens up to and including the closing braces.
fn tokens(template: &str, start: usize, lines: &LineIndex<'_>) -> Result<(Vec<Token>, usize), String> {
    let mut tokens = Vec::new();
    let mut at = start;
    loop {
        let rest = template.get(at..).unwrap_or_default();
        let line = lines.line(at);
        if rest.starts_with("}}") {
            return Ok((tokens, at + 2));
        }
        let spaces = rest.len() - rest.trim_start_matches(is_space).len();
        if spaces > 0 && rest.get(spaces..).is_some_and(|rest| rest.starts_with("-}}")) {
            return Ok((tokens, at + spaces + 3));
        }
        let Some(first) = rest.chars().next() else {
            return Err(format!("{line}: unclosed action"));
        };
        let (kind, length) = token(rest, first).map_err(|error| format!("{line}: {error}"))?;
        tokens.push(Token {
            at,
            kind,
            text: rest.get(..length).unwrap_or_default().to_owned(),
        });
        at += length;
    }
}

fn token(rest: &str, first: char) -> Result<(TokenKind, usize), String> {
    let word = |from: usize| {
        let text = rest.get(from..).unwrap_or_default();
        from + text
            .find(|c: char| !(c == '_' || c.is_alphanumeric()))
            .unwrap_or(text.len())
    };
    let second = rest.chars().nth(1);
    Ok(match first {
        c if is_space(c) => (TokenKind::Space, rest.len() - rest.trim_start_matches(is_space).len()),
        '|' => (TokenKind::Pipe, 1),
        ',' => (TokenKind::Comma, 1),
        '(' => (TokenKind::Open, 1),
        ')' => (TokenKind::Close, 1),
        ':' if second == Some('=') => (TokenKind::Declare, 2),
        ':' => return Err("expected :=".to_owned()),
        '=' => (TokenKind::Assign, 1),
        '"' => (TokenKind::Text, quoted(rest, '"')?),
        '`' => {
            let end = rest
                .get(1..)
                .and_then(|text| text.find('`'))
                .ok_or("unterminated raw quoted string")?;
            (TokenKind::Text, end + 2)
        }
        '\'' => (
            TokenKind::Char,
            quoted(rest, '\'').map_err(|_| "unterminated character constant")?,
        ),
        '.' if second.is_some_and(|c| c.is_ascii_digit()) => (TokenKind::Number, number(rest)),
        '.' if second.is_some_and(|c| c == '_' || c.is_alphanumeric()) => (TokenKind::Field, word(1)),
        '.' => (TokenKind::Dot, 1),
        '$' => (TokenKind::Variable, word(1)),
        c if c.is_ascii_digit() || c == '+' || c == '-' => (TokenKind::Number, number(rest)),
        c if c == '_' || c.is_alphanumeric() => (TokenKind::Word, word(0)),
        c if c.is_ascii_graphic() => (TokenKind::Other, 1),
        c => {
            return Err(format!(
                "unrecognized character in action: U+{:04X} '{c}'",
                u32::from(c)
            ));
        }
    })
}

fn number(rest: &str) -> usize {
    let within = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
    let signed = usize::from(rest.starts_with(['+', '-']));
    let digits = rest.get(signed..).unwrap_or_default();
    signed + digits.find(|c| !within(c)).unwrap_or(digits.len())
}

fn quoted(rest: &str, quote: char) -> Result<usize, String> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => break,
            c if c == quote && !escaped => return Ok(at + 1),
            _ => escaped = c == '\\' && !escaped,
        }
    }
    Err("unterminated quoted string".to_owned())
}

/// What ended a list of nodes.
enum End {
    OfText,
    Word,
    /// With the words behind `else`.
    Else(Vec<Token>),
}

struct Parser {
    parts: Vec<Part>,
    next: usize,
    variables: Vec<String>,
    ranges: usize,
    /// The nesting of parentheses and blocks.
    depth: usize,
    line: usize,
}

impl Parser {
    fn error(&self, text: &str) -> String {
        format!("{}: {text}", self.line)
    }

    fn deeper(&mut self) -> Result<(), String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.error("max expression depth exceeded"));
        }
        Ok(())
    }

    fn nodes(&mut self) -> Result<(Vec<Node>, End), String> {
        let mut nodes = Vec::new();
        while let Some(part) = self.parts.get(self.next).cloned() {
            self.next += 1;
            let (tokens, line) = match part {
                Part::Text(text) => {
                    nodes.push(Node::Text(text));
                    continue;
                }
                Part::Action { tokens, line } => (tokens, line),
            };
            self.line = line;
            let mut rest = tokens.iter().skip_while(|token| token.kind == TokenKind::Space);
            let first = rest.next().filter(|token| token.kind == TokenKind::Word);
            let rest: Vec<Token> = rest.cloned().collect();
            match first.map(|token| token.text.as_str()) {
                Some("end") => return Ok((nodes, End::Word)),
                Some("else") => return Ok((nodes, End::Else(rest))),
                Some("if") => nodes.push(self.branch("if", &rest, Node::If)?),
                Some("with") => nodes.push(self.branch("with", &rest, Node::With)?),
                Some("range") => nodes.push(self.branch("range", &rest, Node::Range)?),
                Some("break") if self.ranges > 0 => nodes.push(Node::Break),
                Some("continue") if self.ranges > 0 => nodes.push(Node::Continue),
                Some(word @ ("break" | "continue")) => {
                    return Err(self.error(&format!("{{{{{word}}}}} outside {{{{range}}}}")));
                }
                Some(word @ ("define" | "template" | "block")) => {
                    return Err(self.error(&format!("the playground's templates have no {{{{{word}}}}}")));
                }
                _ => nodes.push(Node::Action(self.pipeline("command", &tokens, false)?)),
            }
        }
        Ok((nodes, End::OfText))
    }

    fn branch(
        &mut self,
        word: &str,
        tokens: &[Token],
        make: fn(Pipeline, Vec<Node>, Vec<Node>) -> Node,
    ) -> Result<Node, String> {
        self.deeper()?;
        let variables = self.variables.len();
        let pipeline = self.pipeline(word, tokens, word == "range")?;
        let is_range = usize::from(word == "range");
        self.ranges += is_range;
        let (body, end) = self.nodes()?;
        self.ranges -= is_range;
        let otherwise = match end {
            End::Word => Vec::new(),
            End::OfText => return Err(self.error("unexpected EOF")),
            End::Else(rest) => self.otherwise(word, &rest)?,
        };
        self.variables.truncate(variables);
        self.depth -= 1;
        Ok(make(pipeline, body, otherwise))
    }

    fn otherwise(&mut self, word: &str, rest: &[Token]) -> Result<Vec<Node>, String> {
        let mut rest = rest.iter().skip_while(|token| token.kind == TokenKind::Space);
        match rest.next() {
            // `else if` ends with the `end` of its `if`.
            Some(token) if token.text == word && word != "range" => {
                let rest: Vec<_> = rest.cloned().collect();
                let make = if word == "if" { Node::If } else { Node::With };
                Ok(vec![self.branch(word, &rest, make)?])
            }
            Some(token) => Err(self.error(&format!("unexpected <{}> in else", token.text))),
            None => match self.nodes()? {
                (nodes, End::Word) => Ok(nodes),
                (_, End::OfText) => Err(self.error("unexpected EOF")),
                (_, End::Else(_)) => Err(self.error("expected end; found {{else}}")),
            },
        }
    }

    fn pipeline(&mut self, context: &str, tokens: &[Token], is_range: bool) -> Result<Pipeline, String> {
        let mut reader = Reader { tokens, next: 0 };
        let pipeline = self.pipeline_of(context, &mut reader, is_range)?;
        match reader.peek() {
            None => Ok(pipeline),
            Some(_) => Err(self.error("unexpected right paren")),
        }
    }

    fn unexpected(&self, token: &Token, context: &str) -> String {
        let text = api::go::quote(&token.text);
        self.error(&format!("unexpected {text} in {context}"))
    }

    fn pipeline_of(&mut self, context: &str, reader: &mut Reader<'_>, is_range: bool) -> Result<Pipeline, String> {
        reader.skip_spaces();
        let at = reader.at();
        let (declares, assigns) = self.declarations(reader, is_range)?;
        let mut commands = Vec::new();
        loop {
            reader.skip_spaces();
            let command = self.command(reader)?;
            let ends = |token: &&Token| matches!(token.kind, TokenKind::Pipe | TokenKind::Close);
            let stray = reader.peek().filter(|token| !ends(token));
            if let Some(token) = stray {
                let context = if command.operands.is_empty() {
                    context
                } else {
                    "operand"
                };
                return Err(self.unexpected(token, context));
            }
            if command.operands.is_empty() {
                let what = if commands.is_empty() && context != "command" {
                    context
                } else {
                    "command"
                };
                return Err(self.error(&format!("missing value for {what}")));
            }
            commands.push(command);
            if !reader.take(TokenKind::Pipe) {
                break;
            }
        }
        let texts: Vec<_> = commands.iter().map(|command| command.source.text.as_str()).collect();
        let mut text = texts.join(" | ");
        if !declares.is_empty() {
            let operator = if assigns { "=" } else { ":=" };
            text = format!("{} {operator} {text}", declares.join(", "));
        }
        Ok(Pipeline {
            declares,
            assigns,
            commands,
            source: Source { at, text },
        })
    }

    fn declarations(&mut self, reader: &mut Reader<'_>, is_range: bool) -> Result<(Vec<String>, bool), String> {
        let begin = reader.next;
        let mut names = Vec::new();
        while let Some(token) = reader.peek().filter(|token| token.kind == TokenKind::Variable) {
            names.push(token.text.clone());
            reader.next += 1;
            reader.skip_spaces();
            let declares = reader.take(TokenKind::Declare);
            if declares || reader.take(TokenKind::Assign) {
                if declares {
                    self.variables.extend(names.iter().cloned());
                } else {
                    names.iter().try_for_each(|name| self.check_variable(name))?;
                }
                return Ok((names, !declares));
            }
            if !(is_range && names.len() < 2 && reader.take(TokenKind::Comma)) {
                break;
            }
            reader.skip_spaces();
        }
        reader.next = begin;
        Ok((Vec::new(), false))
    }

    fn check_variable(&self, name: &str) -> Result<(), String> {
        if self.variables.iter().any(|known| known == name) {
            return Ok(());
        }
        Err(self.error(&format!("undefined variable {}", api::go::quote(name))))
    }

    fn command(&mut self, reader: &mut Reader<'_>) -> Result<Command, String> {
        let at = reader.at();
        let mut operands = Vec::new();
        while let Some(operand) = self.operand(reader)? {
            operands.push(operand);
            if !reader.take(TokenKind::Space) {
                break;
            }
        }
        reader.skip_spaces();
        let texts: Vec<_> = operands.iter().map(|operand| operand.source.text.as_str()).collect();
        let text = texts.join(" ");
        Ok(Command {
            operands,
            source: Source { at, text },
        })
    }

    fn operand(&mut self, reader: &mut Reader<'_>) -> Result<Option<Operand>, String> {
        let Some(token) = reader.peek().cloned() else {
            return Ok(None);
        };
        let kind = match token.kind {
            TokenKind::Open => {
                reader.next += 1;
                self.deeper()?;
                let pipeline = self.pipeline_of("parenthesized pipeline", reader, false)?;
                self.depth -= 1;
                reader.skip_spaces();
                if !reader.take(TokenKind::Close) {
                    return Err(self.error("unclosed left paren"));
                }
                OperandKind::Pipeline(Box::new(pipeline), Vec::new())
            }
            TokenKind::Dot => OperandKind::Dot,
            TokenKind::Field => OperandKind::Field(vec![token.text.trim_start_matches('.').to_owned()]),
            TokenKind::Variable => {
                self.check_variable(&token.text)?;
                OperandKind::Variable(token.text.clone(), Vec::new())
            }
            TokenKind::Text | TokenKind::Char | TokenKind::Number => OperandKind::Literal(self.literal(&token)?),
            TokenKind::Word => self.word(&token.text)?,
            TokenKind::Pipe
            | TokenKind::Close
            | TokenKind::Space
            | TokenKind::Declare
            | TokenKind::Assign
            | TokenKind::Comma
            | TokenKind::Other => return Ok(None),
        };
        let mut source = Source {
            at: token.at,
            text: token.text.clone(),
        };
        if let OperandKind::Pipeline(pipeline, _) = &kind {
            source.text = format!("({})", pipeline.source.text);
        } else {
            reader.next += 1;
        }
        let mut operand = Operand { kind, source };
        self.chain(&mut operand, reader)?;
        Ok(Some(operand))
    }

    /// The fields that follow without a blank, and the place of the first, which Go's messages name.
    fn chain(&self, operand: &mut Operand, reader: &mut Reader<'_>) -> Result<(), String> {
        let mut is_first = true;
        while let Some(token) = reader.peek().filter(|token| token.kind == TokenKind::Field) {
            match &mut operand.kind {
                OperandKind::Field(names) | OperandKind::Variable(_, names) | OperandKind::Pipeline(_, names) => {
                    names.push(token.text.trim_start_matches('.').to_owned());
                }
                _ => {
                    let text = &operand.source.text;
                    return Err(self.error(&format!("unexpected . after term {}", api::go::quote(text))));
                }
            }
            operand.source.text.push_str(&token.text);
            if is_first {
                operand.source.at = token.at;
            }
            is_first = false;
            reader.next += 1;
        }
        Ok(())
    }

    fn word(&self, word: &str) -> Result<OperandKind, String> {
        Ok(match word {
            "true" => OperandKind::Literal(Val::Bool(true)),
            "false" => OperandKind::Literal(Val::Bool(false)),
            "nil" => OperandKind::Nil,
            word if FUNCTIONS.contains(&word) || word == "exists" => OperandKind::Function(word.to_owned()),
            word if MISSING.contains(&word) => {
                return Err(self.error(&format!("the playground's templates have no function \"{word}\"")));
            }
            word => return Err(self.error(&format!("function {} not defined", api::go::quote(word)))),
        })
    }

    fn literal(&self, token: &Token) -> Result<Val, String> {
        let inner = token
            .text
            .get(1..token.text.len().saturating_sub(1))
            .unwrap_or_default();
        match token.kind {
            TokenKind::Text if token.text.starts_with('`') => Ok(Val::text(inner)),
            TokenKind::Text => match unquote(inner, '"') {
                Some(text) => Ok(Val::text(&text)),
                None => Err(self.error("invalid syntax")),
            },
            TokenKind::Char => {
                let character = unquote(inner, '\'').and_then(|text| text.chars().next());
                let code = character.map(|c| Val::Int(i64::from(u32::from(c))));
                code.ok_or_else(|| self.error(&format!("malformed character constant: {}", token.text)))
            }
            _ => {
                let text = token.text.replace('_', "");
                let number = text.parse().map(Val::Int).or_else(|_| text.parse().map(Val::Float));
                number.map_err(|_| self.error(&format!("bad number syntax: {}", api::go::quote(&token.text))))
            }
        }
    }
}

struct Reader<'a> {
    tokens: &'a [Token],
    next: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    /// The place of the next token.
    fn at(&self) -> usize {
        self.peek().map_or(0, |token| token.at)
    }

    fn take(&mut self, kind: TokenKind) -> bool {
        let takes = self.peek().is_some_and(|token| token.kind == kind);
        self.next += usize::from(takes);
        takes
    }

    fn skip_spaces(&mut self) {
        while self.take(TokenKind::Space) {}
    }
}
