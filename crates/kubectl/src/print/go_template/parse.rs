//! Templates as trees.

use super::lex::{Part, Token, TokenKind, split};
use super::tree::{Command, Node, Operand, OperandKind, Pipeline, Source};
use super::value::Val;
use crate::print::jsonpath::unquote;

/// The deepest nesting of parentheses and blocks; Go allows more.
const DEEPEST: usize = 100;

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
