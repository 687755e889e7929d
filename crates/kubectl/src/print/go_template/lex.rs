//! Templates as text and tokens.

use yaml::LineIndex;

#[derive(Clone, Debug)]
pub(super) enum Part {
    Text(String),
    Action { tokens: Vec<Token>, line: usize },
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) at: usize,
    pub(super) kind: TokenKind,
    pub(super) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
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
pub(super) fn split(template: &str) -> Result<Vec<Part>, String> {
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
