//! Words and operators of a command line, as a POSIX shell reads them.

use std::ops::Range;

/// A piece of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellToken {
    pub kind: ShellTokenKind,
    /// Its bytes in the command.
    pub span: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShellTokenKind {
    /// A word without its quotes and backslashes.
    Word(String),
    Operator(&'static str),
    /// The end of a line outside quotes.
    LineEnd,
}

/// Reads a command token by token: blanks separate words, quotes and backslashes protect.
#[derive(Clone, Debug)]
pub struct Lexer<'a> {
    text: &'a str,
    at: usize,
    operators: &'static [&'static str],
    /// Whether the text ends within a quote or behind a backslash.
    pub is_open: bool,
}

impl<'a> Lexer<'a> {
    /// Of operators with the same beginning the longest comes first.
    pub fn new(text: &'a str, operators: &'static [&'static str]) -> Self {
        Self {
            text,
            at: 0,
            operators,
            is_open: false,
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn operator(&self) -> Option<&'static str> {
        let rest = self.rest();
        self.operators
            .iter()
            .copied()
            .find(|operator| rest.starts_with(operator))
    }

    fn word(&mut self) -> Option<String> {
        let mut word: Option<String> = None;
        while let Some(c) = self.peek().filter(|c| !c.is_whitespace()) {
            if self.operator().is_some() {
                break;
            }
            self.bump();
            match c {
                '\'' => self.single_quoted(word.get_or_insert_default()),
                '"' => self.double_quoted(word.get_or_insert_default()),
                '\\' => match self.bump() {
                    Some('\n') => {}
                    Some(c) => word.get_or_insert_default().push(c),
                    None => {
                        self.is_open = true;
                        word.get_or_insert_default();
                    }
                },
                c => word.get_or_insert_default().push(c),
            }
        }
        word
    }

    fn single_quoted(&mut self, word: &mut String) {
        while let Some(c) = self.bump() {
            if c == '\'' {
                return;
            }
            word.push(c);
        }
        self.is_open = true;
    }

    fn double_quoted(&mut self, word: &mut String) {
        while let Some(c) = self.bump() {
            match c {
                '"' => return,
                '\\' => match self.bump() {
                    Some(c @ ('"' | '\\' | '$' | '`')) => word.push(c),
                    Some('\n') => {}
                    Some(c) => word.extend(['\\', c]),
                    None => word.push('\\'),
                },
                c => word.push(c),
            }
        }
        self.is_open = true;
    }
}

impl Iterator for Lexer<'_> {
    type Item = ShellToken;

    fn next(&mut self) -> Option<ShellToken> {
        loop {
            let start = self.at;
            let kind = match self.peek()? {
                '\n' => {
                    self.bump();
                    ShellTokenKind::LineEnd
                }
                c if c.is_whitespace() => {
                    self.bump();
                    continue;
                }
                _ => match self.operator() {
                    Some(operator) => {
                        self.at += operator.len();
                        ShellTokenKind::Operator(operator)
                    }
                    None => match self.word() {
                        Some(word) => ShellTokenKind::Word(word),
                        None => continue,
                    },
                },
            };
            return Some(ShellToken {
                kind,
                span: start..self.at,
            });
        }
    }
}

/// The words of a command line without operators.
pub fn split(line: &str) -> Vec<String> {
    let tokens = Lexer::new(line, &[]);
    let words = tokens.filter_map(|token| match token.kind {
        ShellTokenKind::Word(word) => Some(word),
        _ => None,
    });
    words.collect()
}

/// Whether a word runs kubectl.
pub fn is_kubectl(word: &str) -> bool {
    matches!(word, "kubectl" | "k")
}

/// The byte at which the last word begins, and the word as written; empty behind a blank.
pub(crate) fn last_word(line: &str) -> (usize, &str) {
    let last = Lexer::new(line, &[])
        .last()
        .filter(|token| token.span.end == line.len());
    let start = match last {
        Some(ShellToken {
            kind: ShellTokenKind::Word(_),
            span,
        }) => span.start,
        _ => line.len(),
    };
    (start, line.get(start..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{Lexer, ShellTokenKind, last_word, split};

    #[test]
    fn quotes_keep_words_together() {
        assert_eq!(
            split(r#"get svc -o 'jsonpath={.a} {"\n"}' a="x y" \ z"#),
            ["get", "svc", "-o", r#"jsonpath={.a} {"\n"}"#, "a=x y", " z"]
        );
    }

    #[test]
    fn the_last_word_begins_behind_the_last_blank_that_no_quote_protects() {
        assert_eq!(last_word("get po"), (4, "po"));
        assert_eq!(last_word("get "), (4, ""));
        assert_eq!(last_word("get 'a b"), (4, "'a b"));
        assert_eq!(last_word(r"get a\ b"), (4, r"a\ b"));
    }

    #[test]
    fn operators_end_words_but_not_within_quotes() {
        let mut lexer = Lexer::new("echo 'a|b'|k\\\nget", &["|"]);
        let kinds: Vec<_> = lexer.by_ref().map(|token| token.kind).collect();
        let word = |text: &str| ShellTokenKind::Word(text.to_owned());
        assert_eq!(
            kinds,
            [word("echo"), word("a|b"), ShellTokenKind::Operator("|"), word("kget")]
        );
        assert!(!lexer.is_open);
    }
}
