//! Scanner: cuts text into tokens, as libyaml does it in go-yaml.
//!
//! Models: go.yaml.in/yaml/v2 scannerc.go, readerc.go (vendored by v1.36).

mod ahead;
mod scalars;
mod token;

pub use token::{Mark, Problem, Scanned, Token, TokenKind};

use crate::rule::SyntaxRule;
use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};

/// A possible beginning of a key, for which no `:` has been seen yet.
#[derive(Clone, Copy, Debug, Default)]
struct SimpleKey {
    possible: bool,
    required: bool,
    token: usize,
    mark: Mark,
}

/// The greatest length of a key without `?`.
const MAX_KEY_CHARS: usize = 1024;
const MAX_DEPTH: usize = 10_000;
/// Size of go-yaml's reads. An unreadable character hides all other errors later in the same read.
const PIECE_BYTES: usize = 512;

/// Cuts the text of one document into tokens.
pub struct Scanner<'a> {
    /// The readable part of the text.
    bytes: &'a [u8],
    text: &'a str,
    /// The problem of the unreadable part, if there is one.
    unreadable: Option<Problem>,
    /// Whether somebody asked for a byte past the readable part.
    looked_beyond: Cell<bool>,
    mark: Mark,
    indent: isize,
    indents: Vec<isize>,
    flow_level: usize,
    simple_key_allowed: bool,
    keys: Vec<SimpleKey>,
    /// Indexes into `keys`, by the number of the token that begins the key.
    keys_by_token: BTreeMap<usize, usize>,
    queue: VecDeque<Token>,
    taken: usize,
    ended: bool,
}

impl<'a> Scanner<'a> {
    /// A scanner of a text, which must end with a line break.
    pub fn new(text: &'a str) -> Self {
        let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let unreadable = unreadable(text);
        let readable = match &unreadable {
            Some(problem) => (problem.mark.at / PIECE_BYTES) * PIECE_BYTES,
            None => text.len(),
        };
        let readable = (0..=readable.max(start)).rev().find(|at| text.is_char_boundary(*at));
        let text = text.get(..readable.unwrap_or_default()).unwrap_or_default();
        Self {
            bytes: text.as_bytes(),
            text,
            unreadable,
            looked_beyond: Cell::new(false),
            mark: Mark {
                at: start,
                ..Mark::default()
            },
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            simple_key_allowed: true,
            keys: vec![SimpleKey::default()],
            keys_by_token: BTreeMap::new(),
            queue: VecDeque::new(),
            taken: 0,
            ended: false,
        }
    }

    /// The next token, which stays in the queue.
    pub fn peek(&mut self) -> Scanned<&Token> {
        self.fill()?;
        let mark = self.mark;
        self.queue
            .front()
            .ok_or_else(|| Problem::placeless((SyntaxRule::QuoteOpen, "unexpected end of stream"), mark))
    }

    /// Removes the next token from the queue.
    pub fn next(&mut self) -> Scanned<Token> {
        self.fill()?;
        self.taken += 1;
        let mark = self.mark;
        self.queue
            .pop_front()
            .ok_or_else(|| Problem::placeless((SyntaxRule::QuoteOpen, "unexpected end of stream"), mark))
    }

    /// Scans until the next token is certain: a later `:` may turn it into a key.
    fn fill(&mut self) -> Scanned<()> {
        loop {
            if !self.queue.is_empty() {
                match self.keys_by_token.get(&self.taken).copied() {
                    Some(key) if self.is_still_possible(key)? => {}
                    _ => return Ok(()),
                }
            }
            if self.ended {
                return Ok(());
            }
            let fetched = self.fetch();
            match &self.unreadable {
                Some(problem) if self.looked_beyond.get() => return Err(problem.clone()),
                _ => fetched?,
            }
        }
    }

    fn fetch(&mut self) -> Scanned<()> {
        self.skip_to_token();
        self.unroll_indent(column(self.mark));
        let (first, second) = (self.byte(0), self.byte(1));
        let in_flow = self.flow_level > 0;
        if self.is_end(0) {
            return self.fetch_stream_end();
        }
        if self.mark.column == 0 && first == b'%' {
            return self.fetch_directive();
        }
        if self.mark.column == 0 && self.is_document_indicator() {
            return self.fetch_document_indicator();
        }
        match first {
            b'[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            b']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if self.is_blank_or_end(1) => self.fetch_block_entry(),
            b'?' if in_flow || self.is_blank_or_end(1) => self.fetch_key(),
            b':' if in_flow || self.is_blank_or_end(1) => self.fetch_value(),
            b'*' => self.fetch_anchor(false),
            b'&' => self.fetch_anchor(true),
            b'!' => self.fetch_tag(),
            b'|' | b'>' if !in_flow => self.fetch_block_scalar(first == b'|'),
            b'\'' | b'"' => self.fetch_scalar(|it| it.scan_quoted(first == b'\'')),
            b'-' if !matches!(second, b' ' | b'\t') => self.fetch_scalar(Self::scan_plain),
            b'?' | b':' if !in_flow => self.fetch_scalar(Self::scan_plain),
            b'-' | b'?' | b':' | b'#' | b'|' | b'>' | b'%' | b'@' | b'`' | b'\t' => self.problem((
                SyntaxRule::CharacterUnexpected,
                "found character that cannot start any token",
            )),
            _ => self.fetch_scalar(Self::scan_plain),
        }
    }

    fn skip_to_token(&mut self) {
        loop {
            while self.byte(0) == b' ' || ((self.flow_level > 0 || !self.simple_key_allowed) && self.byte(0) == b'\t') {
                self.take();
            }
            self.skip_comment();
            if self.take_break().is_empty() {
                return;
            }
            if self.flow_level == 0 {
                self.simple_key_allowed = true;
            }
        }
    }

    // The token queue, indentation, and possible keys.

    fn push(&mut self, kind: TokenKind, start: Mark) {
        let end = self.mark;
        self.queue.push_back(Token { kind, start, end });
    }

    /// Inserts a token before the token with this number, or at the end if that one is not queued.
    fn insert(&mut self, number: usize, kind: TokenKind, mark: Mark) {
        let place = number.checked_sub(self.taken).filter(|it| *it <= self.queue.len());
        let token = Token {
            kind,
            start: mark,
            end: mark,
        };
        self.queue.insert(place.unwrap_or(self.queue.len()), token);
    }

    /// Takes the characters of an indicator and queues its token.
    fn push_indicator(&mut self, kind: TokenKind, chars: usize) {
        let start = self.mark;
        self.skip(chars);
        self.push(kind, start);
    }

    /// Opens a block collection if the column is further right than the enclosing one.
    fn roll_indent(&mut self, at: Mark, number: Option<usize>, kind: TokenKind) -> Scanned<()> {
        if self.flow_level > 0 || self.indent >= column(at) {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column(at);
        if self.indents.len() > MAX_DEPTH {
            return self.problem((SyntaxRule::TooDeep, format!("exceeded max depth of {MAX_DEPTH}")));
        }
        let end = self.taken + self.queue.len();
        self.insert(number.unwrap_or(end), kind, at);
        Ok(())
    }

    fn unroll_indent(&mut self, column: isize) {
        while self.flow_level == 0 && self.indent > column {
            self.push(TokenKind::BlockEnd, self.mark);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn is_still_possible(&mut self, key: usize) -> Scanned<bool> {
        let now = self.mark;
        let Some(key) = self.keys.get_mut(key) else {
            return Ok(false);
        };
        if !key.possible {
            return Ok(false);
        }
        if key.mark.line < now.line || key.mark.index + MAX_KEY_CHARS < now.index {
            if key.required {
                return self.problem((SyntaxRule::ColonExpected, "could not find expected ':'"));
            }
            key.possible = false;
            return Ok(false);
        }
        Ok(true)
    }

    fn save_key(&mut self) -> Scanned<()> {
        if !self.simple_key_allowed {
            return Ok(());
        }
        let key = SimpleKey {
            possible: true,
            required: self.flow_level == 0 && self.indent == column(self.mark),
            token: self.taken + self.queue.len(),
            mark: self.mark,
        };
        self.remove_key()?;
        let level = self.keys.len().saturating_sub(1);
        if let Some(last) = self.keys.last_mut() {
            *last = key;
        }
        self.keys_by_token.insert(key.token, level);
        Ok(())
    }

    fn remove_key(&mut self) -> Scanned<()> {
        let Some(key) = self.keys.last_mut().filter(|key| key.possible) else {
            return Ok(());
        };
        if key.required {
            return self.problem((SyntaxRule::ColonExpected, "could not find expected ':'"));
        }
        key.possible = false;
        self.keys_by_token.remove(&key.token);
        Ok(())
    }

    // What each token does to queue, indentation and keys.

    fn fetch_stream_end(&mut self) -> Scanned<()> {
        if self.mark.column != 0 {
            self.mark.column = 0;
            self.mark.line += 1;
        }
        self.unroll_indent(-1);
        self.remove_key()?;
        self.simple_key_allowed = false;
        self.push(TokenKind::StreamEnd, self.mark);
        self.ended = true;
        Ok(())
    }

    fn fetch_document_indicator(&mut self) -> Scanned<()> {
        self.unroll_indent(-1);
        self.remove_key()?;
        self.simple_key_allowed = false;
        let kind = match self.byte(0) {
            b'-' => TokenKind::DocumentStart,
            _ => TokenKind::DocumentEnd,
        };
        self.push_indicator(kind, 3);
        Ok(())
    }

    fn fetch_flow_start(&mut self, kind: TokenKind) -> Scanned<()> {
        self.save_key()?;
        self.keys.push(SimpleKey {
            token: self.taken + self.queue.len(),
            mark: self.mark,
            ..SimpleKey::default()
        });
        self.flow_level += 1;
        if self.flow_level > MAX_DEPTH {
            return self.problem((SyntaxRule::TooDeep, format!("exceeded max depth of {MAX_DEPTH}")));
        }
        self.simple_key_allowed = true;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: TokenKind) -> Scanned<()> {
        self.remove_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            if let Some(key) = self.keys.pop() {
                self.keys_by_token.remove(&key.token);
            }
        }
        self.simple_key_allowed = false;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Scanned<()> {
        self.remove_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::FlowEntry, 1);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Scanned<()> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return self.problem((
                    SyntaxRule::ItemUnexpected,
                    "block sequence entries are not allowed in this context",
                ));
            }
            self.roll_indent(self.mark, None, TokenKind::BlockSequenceStart)?;
        }
        self.remove_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::BlockEntry, 1);
        Ok(())
    }

    fn fetch_key(&mut self) -> Scanned<()> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return self.problem((
                    SyntaxRule::KeyUnexpected,
                    "mapping keys are not allowed in this context",
                ));
            }
            self.roll_indent(self.mark, None, TokenKind::BlockMappingStart)?;
        }
        self.remove_key()?;
        self.simple_key_allowed = self.flow_level == 0;
        self.push_indicator(TokenKind::Key, 1);
        Ok(())
    }

    fn fetch_value(&mut self) -> Scanned<()> {
        let level = self.keys.len().saturating_sub(1);
        if self.is_still_possible(level)? {
            let key = self.keys.get(level).copied().unwrap_or_default();
            self.insert(key.token, TokenKind::Key, key.mark);
            self.roll_indent(key.mark, Some(key.token), TokenKind::BlockMappingStart)?;
            if let Some(key) = self.keys.last_mut() {
                key.possible = false;
            }
            self.keys_by_token.remove(&key.token);
            self.simple_key_allowed = false;
        } else {
            if self.flow_level == 0 {
                if !self.simple_key_allowed {
                    return self.problem((
                        SyntaxRule::SecondColon,
                        "mapping values are not allowed in this context",
                    ));
                }
                self.roll_indent(self.mark, None, TokenKind::BlockMappingStart)?;
            }
            self.simple_key_allowed = self.flow_level == 0;
        }
        self.push_indicator(TokenKind::Value, 1);
        Ok(())
    }

    fn fetch_anchor(&mut self, is_anchor: bool) -> Scanned<()> {
        self.save_key()?;
        self.simple_key_allowed = false;
        let start = self.mark;
        self.skip(1);
        let name = self.take_word();
        let followed_well =
            self.is_blank_or_end(0) || matches!(self.byte(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if name.is_empty() || !followed_well {
            return self.problem((
                SyntaxRule::NameExpected,
                "did not find expected alphabetic or numeric character",
            ));
        }
        let kind = if is_anchor {
            TokenKind::Anchor(name)
        } else {
            TokenKind::Alias(name)
        };
        self.push(kind, start);
        Ok(())
    }

    fn take_word(&mut self) -> String {
        let mut word = String::new();
        while matches!(self.byte(0), b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-') {
            word.extend(self.take());
        }
        word
    }

    fn fetch_tag(&mut self) -> Scanned<()> {
        self.save_key()?;
        self.simple_key_allowed = false;
        let start = self.mark;
        let (handle, suffix) = self.scan_tag()?;
        self.push(TokenKind::Tag { handle, suffix }, start);
        Ok(())
    }

    fn fetch_directive(&mut self) -> Scanned<()> {
        self.unroll_indent(-1);
        self.remove_key()?;
        self.simple_key_allowed = false;
        let start = self.mark;
        let kind = self.scan_directive()?;
        self.push(kind, start);
        self.end_of_line()
    }

    fn fetch_block_scalar(&mut self, literal: bool) -> Scanned<()> {
        self.remove_key()?;
        self.simple_key_allowed = true;
        let token = self.scan_block(literal)?;
        self.queue.push_back(token);
        Ok(())
    }

    fn fetch_scalar(&mut self, scan: impl Fn(&mut Self) -> Scanned<Token>) -> Scanned<()> {
        self.save_key()?;
        self.simple_key_allowed = false;
        let token = scan(self)?;
        self.queue.push_back(token);
        Ok(())
    }
}

fn column(mark: Mark) -> isize {
    isize::try_from(mark.column).unwrap_or(isize::MAX)
}

/// The first character that YAML does not allow.
///
/// Models: `yaml_parser_update_buffer`.
fn unreadable(text: &str) -> Option<Problem> {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let at = text.find(|c| !allowed(c))?;
    let mark = Mark { at, ..Mark::default() };
    Some(Problem::placeless(
        (SyntaxRule::ControlCharacter, "control characters are not allowed"),
        mark,
    ))
}
