//! JSON, read as Go's stream decoder reads it.

use crate::node::{Node, NodeKind};
use crate::rule::SyntaxRule;
use std::ops::Range;

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// The message in Go's words: `unexpected EOF`, `invalid character 'a' looking for beginning of value`.
    pub message: String,
    pub rule: SyntaxRule,
    /// How many bytes Go's decoder has read at a syntax error; `None` for other errors.
    pub offset: Option<usize>,
    /// The place of the error, in bytes of the whole text.
    pub span: Range<usize>,
}

/// Go's limit of nesting.
const MAX_DEPTH: usize = 10_000;
/// Our limit of nesting, because later stages walk the tree by recursion.
const OUR_DEPTH: usize = 100;

/// Reads the value that begins at byte `start`, and the byte where it ends. `None` if only blanks are left.
///
/// Models: encoding/json scanner (Go 1.25).
pub fn read(text: &str, start: usize) -> Result<Option<(Node, usize)>, JsonError> {
    let mut reader = Reader {
        text,
        at: start,
        depth: 0,
    };
    reader.skip_blanks();
    if reader.peek().is_none() {
        return Ok(None);
    }
    let node = reader.value()?;
    Ok(Some((node, reader.at)))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

type Read<T> = Result<T, JsonError>;

impl JsonError {
    /// Models: apimachinery/pkg/util/yaml JSONSyntaxError.
    pub fn with_offset(&self) -> String {
        match self.offset {
            Some(offset) => format!("json: offset {offset}: {}", self.message),
            None => self.message.clone(),
        }
    }
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn error<T>(&self, context: &str) -> Read<T> {
        let Some(byte) = self.peek() else {
            let last = self.text.char_indices().next_back().map_or(0, |(start, _)| start);
            return Err(JsonError {
                offset: None,
                message: "unexpected EOF".to_owned(),
                rule: SyntaxRule::JsonOpen,
                span: self.character(last),
            });
        };
        let shown = quoted(byte);
        let message = format!("invalid character {shown} {context}");
        Err(JsonError {
            offset: Some(self.at + 1),
            message,
            rule: SyntaxRule::JsonCharacter,
            span: self.character(self.at),
        })
    }

    /// The character that begins at a byte; empty at the end of the text.
    fn character(&self, start: usize) -> Range<usize> {
        let character = self.text.get(start..).and_then(|rest| rest.chars().next());
        start..start + character.map_or(0, char::len_utf8)
    }

    fn value(&mut self) -> Read<Node> {
        self.skip_blanks();
        let start = self.at;
        self.depth += 1;
        if self.depth > OUR_DEPTH {
            let message = if self.depth > MAX_DEPTH {
                "exceeded max depth"
            } else {
                "nested too deeply"
            };
            return Err(JsonError {
                offset: None,
                message: message.to_owned(),
                rule: SyntaxRule::TooDeep,
                span: self.character(start),
            });
        }
        let kind = match self.peek() {
            Some(b'{') => self.object()?,
            Some(b'[') => self.array()?,
            Some(b'"') => NodeKind::Scalar {
                text: self.string()?,
                plain: false,
                tag: None,
            },
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.literal("true")?,
            Some(b'f') => self.literal("false")?,
            Some(b'n') => self.literal("null")?,
            _ => return self.error("looking for beginning of value"),
        };
        self.depth -= 1;
        Ok(Node {
            span: start..self.at,
            kind,
        })
    }

    fn object(&mut self) -> Read<NodeKind> {
        let mut pairs = Vec::new();
        self.at += 1;
        self.skip_blanks();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(NodeKind::Mapping(pairs));
        }
        loop {
            self.skip_blanks();
            if self.peek() != Some(b'"') {
                return self.error("looking for beginning of object key string");
            }
            let start = self.at;
            let kind = NodeKind::Scalar {
                text: self.string()?,
                plain: false,
                tag: None,
            };
            let key = Node {
                span: start..self.at,
                kind,
            };
            self.skip_blanks();
            if self.peek() != Some(b':') {
                return self.error("after object key");
            }
            self.at += 1;
            pairs.push((key, self.value()?));
            self.skip_blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return self.error("after object key:value pair"),
            }
        }
        self.at += 1;
        Ok(NodeKind::Mapping(pairs))
    }

    fn array(&mut self) -> Read<NodeKind> {
        let mut items = Vec::new();
        self.at += 1;
        self.skip_blanks();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(NodeKind::Sequence(items));
        }
        loop {
            items.push(self.value()?);
            self.skip_blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return self.error("after array element"),
            }
        }
        self.at += 1;
        Ok(NodeKind::Sequence(items))
    }

    fn string(&mut self) -> Read<String> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                Some(byte) if byte >= 0x20 => self.at += 1,
                _ => return self.error("in string literal"),
            }
        }
        self.at += 1;
        let quoted = self.text.get(start..self.at).unwrap_or_default();
        Ok(serde_json::from_str(quoted).unwrap_or_else(|_| lone_surrogates(quoted)))
    }

    fn escape(&mut self) -> Read<()> {
        self.at += 1;
        match self.peek() {
            Some(b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        return self.error("in \\u hexadecimal character escape");
                    }
                    self.at += 1;
                }
            }
            _ => return self.error("in string escape code"),
        }
        Ok(())
    }

    fn number(&mut self) -> Read<NodeKind> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return self.error("in numeric literal"),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if !self.at_digit() {
                return self.error("after decimal point in numeric literal");
            }
            self.digits();
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if !self.at_digit() {
                return self.error("in exponent of numeric literal");
            }
            self.digits();
        }
        let text = self.text.get(start..self.at).unwrap_or_default().to_owned();
        Ok(NodeKind::Scalar {
            text,
            plain: true,
            tag: None,
        })
    }

    fn at_digit(&self) -> bool {
        self.peek().is_some_and(|byte| byte.is_ascii_digit())
    }

    fn digits(&mut self) {
        while self.at_digit() {
            self.at += 1;
        }
    }

    fn literal(&mut self, word: &str) -> Read<NodeKind> {
        for expected in word.bytes() {
            if self.peek() != Some(expected) {
                return self.error(&format!("in literal {word} (expecting '{}')", char::from(expected)));
            }
            self.at += 1;
        }
        Ok(NodeKind::Scalar {
            text: word.to_owned(),
            plain: true,
            tag: None,
        })
    }
}

/// Replaces each lone half of a surrogate pair as Go does, because serde_json refuses it.
fn lone_surrogates(quoted: &str) -> String {
    let mut text = String::new();
    let mut rest = quoted.trim_matches('"');
    while let Some(at) = rest.find("\\u") {
        let (head, tail) = rest.split_at(at);
        text.push_str(head);
        let code = tail.get(2..6).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        text.push(code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER));
        rest = tail.get(6..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// Models: encoding/json quoteChar: a byte above ASCII is taken for a character of its own.
fn quoted(byte: u8) -> String {
    match byte {
        b'\'' => r"'\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        b'\\' => r"'\\'".to_owned(),
        0x07 => r"'\a'".to_owned(),
        0x08 => r"'\b'".to_owned(),
        b'\t' => r"'\t'".to_owned(),
        b'\n' => r"'\n'".to_owned(),
        0x0b => r"'\v'".to_owned(),
        0x0c => r"'\f'".to_owned(),
        b'\r' => r"'\r'".to_owned(),
        0..0x20 | 0x7f => format!("'\\x{byte:02x}'"),
        0x80..=0xa0 | 0xad => format!("'\\u{byte:04x}'"),
        byte => format!("'{}'", char::from(byte)),
    }
}
