//! Scanning of scalars, tags and directives, as libyaml does it in go-yaml.
//!
//! Models: go.yaml.in/yaml/v2 scannerc.go (vendored by v1.36).

use super::Scanner;
use super::token::{Mark, Scanned, Token, TokenKind};
use crate::rule::SyntaxRule;

/// Blanks and line breaks between two words of a scalar. They count only if another word follows.
#[derive(Default)]
struct Gap {
    blanks: String,
    first_break: &'static str,
    more_breaks: String,
}

impl Gap {
    /// Appends the gap to `text`, folded: a single line break becomes a blank, of several the first is dropped.
    fn close(&mut self, over_lines: bool, text: &mut String) {
        if !over_lines {
            text.push_str(&self.blanks);
        } else if self.first_break == "\n" && self.more_breaks.is_empty() {
            text.push(' ');
        } else {
            if self.first_break != "\n" {
                text.push_str(self.first_break);
            }
            text.push_str(&self.more_breaks);
        }
        *self = Self::default();
    }
}

fn scalar(text: String, plain: bool, start: Mark, end: Mark) -> Token {
    let from = start.at;
    let kind = TokenKind::Scalar { text, plain, from };
    Token { kind, start, end }
}

impl Scanner<'_> {
    // Plain scalars.

    pub(super) fn scan_plain(&mut self) -> Scanned<Token> {
        let (start, mut end) = (self.mark, self.mark);
        let indent = self.indent + 1;
        let mut text = String::new();
        let mut gap = Gap::default();
        let mut over_lines = false;
        loop {
            if (self.mark.column == 0 && self.is_document_indicator()) || self.byte(0) == b'#' {
                break;
            }
            while !self.is_blank_or_end(0) && !self.ends_plain() {
                gap.close(over_lines, &mut text);
                over_lines = false;
                text.extend(self.take());
                end = self.mark;
            }
            if !self.is_blank(0) && !self.is_break(0) {
                break;
            }
            self.scan_gap(&mut gap, &mut over_lines, indent)?;
            if self.flow_level == 0 && self.column() < indent {
                break;
            }
        }
        if over_lines {
            self.simple_key_allowed = true;
        }
        Ok(scalar(text, true, start, end))
    }

    fn column(&self) -> isize {
        isize::try_from(self.mark.column).unwrap_or(isize::MAX)
    }

    fn ends_plain(&self) -> bool {
        let byte = self.byte(0);
        (byte == b':' && self.is_blank_or_end(1))
            || (self.flow_level > 0 && matches!(byte, b',' | b'?' | b'[' | b']' | b'{' | b'}'))
    }

    fn scan_gap(&mut self, gap: &mut Gap, over_lines: &mut bool, indent: isize) -> Scanned<()> {
        loop {
            if self.is_blank(0) {
                if *over_lines && self.column() < indent && self.byte(0) == b'\t' {
                    return self.problem((
                        SyntaxRule::TabIndentation,
                        "found a tab character that violates indentation",
                    ));
                }
                let blank = self.take();
                if !*over_lines {
                    gap.blanks.extend(blank);
                }
            } else if !self.is_break(0) {
                return Ok(());
            } else if *over_lines {
                gap.more_breaks.push_str(self.take_break());
            } else {
                gap.blanks.clear();
                gap.first_break = self.take_break();
                *over_lines = true;
            }
        }
    }

    // Quoted scalars.

    pub(super) fn scan_quoted(&mut self, single: bool) -> Scanned<Token> {
        let start = self.mark;
        let quote = if single { b'\'' } else { b'"' };
        self.skip(1);
        let mut text = String::new();
        loop {
            if self.mark.column == 0 && self.is_document_indicator() {
                return self.problem((SyntaxRule::QuoteOverDocuments, "found unexpected document indicator"));
            }
            if self.is_end(0) {
                return self.problem((SyntaxRule::QuoteOpen, "found unexpected end of stream"));
            }
            let mut over_lines = self.scan_quoted_word(single, &mut text)?;
            if self.byte(0) == quote {
                break;
            }
            let mut gap = Gap::default();
            let escaped_break = over_lines;
            self.scan_gap(&mut gap, &mut over_lines, 0)?;
            if escaped_break && gap.first_break.is_empty() {
                text.push_str(&gap.more_breaks);
            } else {
                gap.close(over_lines, &mut text);
            }
        }
        self.skip(1);
        Ok(scalar(text, false, start, self.mark))
    }

    /// Scans up to a blank, a line's end or the closing quote. True if it ended with an escaped line break.
    fn scan_quoted_word(&mut self, single: bool, text: &mut String) -> Scanned<bool> {
        while !self.is_blank_or_end(0) {
            match self.byte(0) {
                b'\'' if single && self.byte(1) == b'\'' => {
                    text.push('\'');
                    self.skip(2);
                }
                b'\'' if single => break,
                b'"' if !single => break,
                b'\\' if !single && self.is_break(1) => {
                    self.skip(1);
                    self.take_break();
                    return Ok(true);
                }
                b'\\' if !single => self.scan_escape(text)?,
                _ => text.extend(self.take()),
            }
        }
        Ok(false)
    }

    fn scan_escape(&mut self, text: &mut String) -> Scanned<()> {
        let (character, digits) = match self.byte(1) {
            b'0' => ('\0', 0),
            b'a' => ('\x07', 0),
            b'b' => ('\x08', 0),
            b't' | b'\t' => ('\t', 0),
            b'n' => ('\n', 0),
            b'v' => ('\x0b', 0),
            b'f' => ('\x0c', 0),
            b'r' => ('\r', 0),
            b'e' => ('\x1b', 0),
            b' ' => (' ', 0),
            b'"' => ('"', 0),
            b'\'' => ('\'', 0),
            b'\\' => ('\\', 0),
            b'N' => ('\u{85}', 0),
            b'_' => ('\u{a0}', 0),
            b'L' => ('\u{2028}', 0),
            b'P' => ('\u{2029}', 0),
            b'x' => ('\0', 2),
            b'u' => ('\0', 4),
            b'U' => ('\0', 8),
            _ => return self.problem((SyntaxRule::EscapeUnknown, "found unknown escape character")),
        };
        self.skip(2);
        if digits == 0 {
            text.push(character);
            return Ok(());
        }
        let mut code = 0_u32;
        for ahead in 0..digits {
            match char::from(self.byte(ahead)).to_digit(16) {
                Some(digit) => code = code.wrapping_shl(4) + digit,
                None => return self.problem((SyntaxRule::EscapeDigits, "did not find expected hexdecimal number")),
            }
        }
        let Some(character) = char::from_u32(code) else {
            return self.problem("found invalid Unicode character escape code");
        };
        text.push(character);
        self.skip(digits);
        Ok(())
    }

    // Block scalars.

    pub(super) fn scan_block(&mut self, literal: bool) -> Scanned<Token> {
        let start = self.mark;
        self.skip(1);
        let (chomping, increment) = self.scan_block_header()?;
        self.end_of_line()?;
        let mut indent = increment.map(|it| usize::try_from(self.indent.max(0)).unwrap_or_default() + it);
        let mut text = String::new();
        let (mut last_break, mut breaks) = ("", String::new());
        let mut end = self.scan_block_breaks(&mut indent, &mut breaks)?;
        let from = self.mark.at;
        let mut after_blank = false;
        while Some(self.mark.column) == indent && !self.is_end(0) {
            let blank = self.is_blank(0);
            let folds = !literal && !after_blank && !blank && last_break == "\n";
            if !folds {
                text.push_str(last_break);
            } else if breaks.is_empty() {
                text.push(' ');
            }
            text.push_str(&breaks);
            breaks.clear();
            after_blank = blank;
            while !self.is_break_or_end(0) {
                text.extend(self.take());
            }
            last_break = self.take_break();
            end = self.scan_block_breaks(&mut indent, &mut breaks)?;
        }
        if chomping != Some(b'-') {
            text.push_str(last_break);
        }
        if chomping == Some(b'+') {
            text.push_str(&breaks);
        }
        let kind = TokenKind::Scalar {
            text,
            plain: false,
            from: from.min(end.at),
        };
        Ok(Token { kind, start, end })
    }

    /// Scans the indicators after `|` and `>`, in either order.
    fn scan_block_header(&mut self) -> Scanned<(Option<u8>, Option<usize>)> {
        let (mut chomping, mut increment) = (None, None);
        for _ in 0..2 {
            match self.byte(0) {
                sign @ (b'+' | b'-') if chomping.is_none() => chomping = Some(sign),
                b'0' if increment.is_none() => {
                    return self.problem((SyntaxRule::IndentationZero, "found an indentation indicator equal to 0"));
                }
                digit @ b'1'..=b'9' if increment.is_none() => increment = Some(usize::from(digit - b'0')),
                _ => break,
            }
            self.skip(1);
        }
        Ok((chomping, increment))
    }

    /// Skips indentation and empty lines, and returns the end of the scalar so far. The first line that is not empty
    /// sets the indentation.
    fn scan_block_breaks(&mut self, indent: &mut Option<usize>, breaks: &mut String) -> Scanned<Mark> {
        let mut end = self.mark;
        let mut widest = 0;
        loop {
            let within = |column: usize| indent.is_none_or(|indent| column < indent);
            while within(self.mark.column) && self.byte(0) == b' ' {
                self.skip(1);
            }
            widest = widest.max(self.mark.column);
            if within(self.mark.column) && self.byte(0) == b'\t' {
                return self.problem((
                    SyntaxRule::TabIndentation,
                    "found a tab character where an indentation space is expected",
                ));
            }
            if !self.is_break(0) {
                break;
            }
            breaks.push_str(self.take_break());
            end = self.mark;
        }
        let least = usize::try_from(self.indent + 1).unwrap_or_default().max(1);
        indent.get_or_insert(widest.max(least));
        Ok(end)
    }

    // Tags and directives.

    /// Scans a tag: its handle and its suffix.
    pub(super) fn scan_tag(&mut self) -> Scanned<(String, String)> {
        let (handle, suffix) = if self.byte(1) == b'<' {
            self.skip(2);
            let suffix = self.scan_uri("")?;
            if self.byte(0) != b'>' {
                return self.problem("did not find the expected '>'");
            }
            self.skip(1);
            (String::new(), suffix)
        } else {
            let handle = self.scan_handle(false)?;
            if handle.len() > 1 && handle.ends_with('!') {
                let suffix = self.scan_uri("")?;
                (handle, suffix)
            } else {
                match self.scan_uri(&handle)? {
                    empty if empty.is_empty() => (empty, "!".to_owned()),
                    suffix => ("!".to_owned(), suffix),
                }
            }
        };
        if !self.is_blank_or_end(0) {
            return self.problem("did not find expected whitespace or line break");
        }
        Ok((handle, suffix))
    }

    fn scan_handle(&mut self, directive: bool) -> Scanned<String> {
        if self.byte(0) != b'!' {
            return self.problem("did not find expected '!'");
        }
        self.skip(1);
        let mut handle = format!("!{}", self.take_word());
        if self.byte(0) == b'!' {
            self.skip(1);
            handle.push('!');
        } else if directive && handle != "!" {
            return self.problem("did not find expected '!'");
        }
        Ok(handle)
    }

    /// Scans the rest of a tag. `head` was scanned as a handle but belongs to the URI, without its `!`.
    fn scan_uri(&mut self, head: &str) -> Scanned<String> {
        let mut uri = head.as_bytes().get(1..).unwrap_or_default().to_vec();
        let mut any = !head.is_empty();
        let in_uri = |byte: u8| byte.is_ascii_alphanumeric() || b"_-;/?:@&=+$,.!~*'()[]%".contains(&byte);
        while in_uri(self.byte(0)) {
            if self.byte(0) == b'%' {
                self.scan_uri_escape(&mut uri)?;
            } else {
                uri.push(self.byte(0));
                self.skip(1);
            }
            any = true;
        }
        if !any {
            return self.problem("did not find expected tag URI");
        }
        Ok(String::from_utf8_lossy(&uri).into_owned())
    }

    fn scan_uri_escape(&mut self, uri: &mut Vec<u8>) -> Scanned<()> {
        let mut missing = None;
        while missing != Some(0) {
            let digit = |ahead| char::from(self.byte(ahead)).to_digit(16);
            let octet = match (self.byte(0), digit(1), digit(2)) {
                (b'%', Some(high), Some(low)) => u8::try_from(high * 16 + low).unwrap_or_default(),
                _ => return self.problem("did not find URI escaped octet"),
            };
            missing = match (missing, octet) {
                (None, 0x00..=0x7f) => Some(0),
                (None, 0xc0..=0xdf) => Some(1),
                (None, 0xe0..=0xef) => Some(2),
                (None, 0xf0..=0xf7) => Some(3),
                (None, _) => return self.problem("found an incorrect leading UTF-8 octet"),
                (Some(left), 0x80..=0xbf) => Some(left - 1),
                (Some(_), _) => return self.problem("found an incorrect trailing UTF-8 octet"),
            };
            uri.push(octet);
            self.skip(3);
        }
        Ok(())
    }

    pub(super) fn scan_directive(&mut self) -> Scanned<TokenKind> {
        self.skip(1);
        let name = self.take_word();
        if name.is_empty() {
            return self.problem((SyntaxRule::Directive, "could not find expected directive name"));
        }
        if !self.is_blank_or_end(0) {
            return self.problem("found unexpected non-alphabetical character");
        }
        match name.as_str() {
            "YAML" => self.scan_version(),
            "TAG" => self.scan_tag_directive(),
            _ => self.problem((SyntaxRule::Directive, "found unknown directive name")),
        }
    }

    fn scan_version(&mut self) -> Scanned<TokenKind> {
        self.skip_blanks();
        let major = self.scan_version_number()?;
        if self.byte(0) != b'.' {
            return self.problem("did not find expected digit or '.' character");
        }
        self.skip(1);
        let minor = self.scan_version_number()?;
        Ok(TokenKind::VersionDirective { major, minor })
    }

    fn scan_version_number(&mut self) -> Scanned<u8> {
        let mut digits = String::new();
        while self.byte(0).is_ascii_digit() {
            if digits.len() == 2 {
                return self.problem("found extremely long version number");
            }
            digits.extend(self.take());
        }
        match digits.parse() {
            Ok(number) => Ok(number),
            Err(_) => self.problem("did not find expected version number"),
        }
    }

    fn scan_tag_directive(&mut self) -> Scanned<TokenKind> {
        self.skip_blanks();
        let handle = self.scan_handle(true)?;
        if !self.is_blank(0) {
            return self.problem("did not find expected whitespace");
        }
        self.skip_blanks();
        let prefix = self.scan_uri("")?;
        if !self.is_blank_or_end(0) {
            return self.problem("did not find expected whitespace or line break");
        }
        Ok(TokenKind::TagDirective { handle, prefix })
    }
}
