//! Looking ahead in the text, and moving on by characters, blanks and lines.

use super::Scanner;
use super::token::{Problem, Scanned};
use crate::rule::{SyntaxRule, Words};

impl Scanner<'_> {
    /// The byte `ahead` bytes after the current one; 0 past the end.
    pub(super) fn byte(&self, ahead: usize) -> u8 {
        let byte = self.bytes.get(self.mark.at + ahead).copied();
        if byte.is_none() {
            self.looked_beyond.set(true);
        }
        byte.unwrap_or_default()
    }

    pub(super) fn is_end(&self, ahead: usize) -> bool {
        self.byte(ahead) == 0
    }

    pub(super) fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\t')
    }

    /// The number of bytes of the line break at that place; 0 if there is no line break.
    pub(super) fn break_width(&self, ahead: usize) -> usize {
        match self.byte(ahead) {
            b'\r' if self.byte(ahead + 1) == b'\n' => 2,
            b'\r' | b'\n' => 1,
            0xc2 if self.byte(ahead + 1) == 0x85 => 2,
            0xe2 if self.byte(ahead + 1) == 0x80 && matches!(self.byte(ahead + 2), 0xa8 | 0xa9) => 3,
            _ => 0,
        }
    }

    pub(super) fn is_break(&self, ahead: usize) -> bool {
        self.break_width(ahead) > 0
    }

    pub(super) fn is_break_or_end(&self, ahead: usize) -> bool {
        self.is_end(ahead) || self.is_break(ahead)
    }

    pub(super) fn is_blank_or_end(&self, ahead: usize) -> bool {
        self.is_blank(ahead) || self.is_break_or_end(ahead)
    }

    pub(super) fn is_document_indicator(&self) -> bool {
        let rest = self.bytes.get(self.mark.at..).unwrap_or_default();
        (rest.starts_with(b"---") || rest.starts_with(b"...")) && self.is_blank_or_end(3)
    }

    /// Takes one character, unless it is a line break.
    pub(super) fn take(&mut self) -> Option<char> {
        let next = self.text.get(self.mark.at..)?.chars().next()?;
        self.mark.at += next.len_utf8();
        self.mark.index += 1;
        self.mark.column += 1;
        Some(next)
    }

    pub(super) fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.take();
        }
    }

    /// Takes a line break, and returns the text that it adds to a scalar.
    pub(super) fn take_break(&mut self) -> &'static str {
        let width = self.break_width(0);
        let became = match (width, self.byte(2)) {
            (3, 0xa8) => "\u{2028}",
            (3, _) => "\u{2029}",
            (0, _) => return "",
            _ => "\n",
        };
        self.mark.at += width;
        self.mark.index += if width == 2 && self.bytes.get(self.mark.at - 2) == Some(&b'\r') {
            2
        } else {
            1
        };
        self.mark.column = 0;
        self.mark.line += 1;
        became
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.is_blank(0) {
            self.take();
        }
    }

    pub(super) fn skip_comment(&mut self) {
        if self.byte(0) == b'#' {
            while !self.is_break_or_end(0) {
                self.take();
            }
        }
    }

    pub(super) fn problem<T>(&self, words: impl Into<Words>) -> Scanned<T> {
        Err(Problem::scanning(words, self.mark))
    }

    /// Skips blanks, a comment, and the line break after them.
    pub(super) fn end_of_line(&mut self) -> Scanned<()> {
        self.skip_blanks();
        self.skip_comment();
        if !self.is_break_or_end(0) {
            return self.problem((
                SyntaxRule::BlockTextExpected,
                "did not find expected comment or line break",
            ));
        }
        self.take_break();
        Ok(())
    }
}
