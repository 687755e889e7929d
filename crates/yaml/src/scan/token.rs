//! What the scanner finds: tokens with their places, or a problem.

use crate::rule::Words;

/// A position in the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Offset in bytes.
    pub at: usize,
    /// Offset in characters.
    pub index: usize,
    /// Line, counted from 0.
    pub line: usize,
    /// Column in characters, counted from 0.
    pub column: usize,
}

/// Why a text is not YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The message in libyaml's words.
    pub words: Words,
    /// The position of the problem.
    pub mark: Mark,
    /// The line that go-yaml prints; `None` if it prints none.
    pub line: Option<usize>,
    /// The byte where the offending text ends, if known.
    pub end: Option<usize>,
}

impl Problem {
    /// A problem found by the scanner. go-yaml counts its line from 1 and does not print line 1.
    pub fn scanning(words: impl Into<Words>, mark: Mark) -> Self {
        let line = (mark.line > 0).then_some(mark.line + 1);
        Self {
            words: words.into(),
            mark,
            line,
            end: None,
        }
    }

    /// A problem found by the parser. go-yaml counts its line from 0.
    ///
    /// Models: decode.go fail.
    pub fn parsing(words: impl Into<Words>, mark: Mark) -> Self {
        let line = (mark.line > 0).then_some(mark.line);
        Self {
            words: words.into(),
            mark,
            line,
            end: None,
        }
    }

    /// A problem for which go-yaml prints no line.
    pub fn placeless(words: impl Into<Words>, mark: Mark) -> Self {
        Self {
            words: words.into(),
            mark,
            line: None,
            end: None,
        }
    }

    /// The same problem, with the offending text ending at byte `end`.
    pub fn until(self, end: usize) -> Self {
        Self { end: Some(end), ..self }
    }
}

pub type Scanned<T> = Result<T, Problem>;

/// A token with its position.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub kind: TokenKind,
    pub start: Mark,
    pub end: Mark,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TokenKind {
    StreamEnd,
    VersionDirective {
        major: u8,
        minor: u8,
    },
    TagDirective {
        handle: String,
        prefix: String,
    },
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(String),
    Anchor(String),
    Tag {
        handle: String,
        suffix: String,
    },
    /// `from` is the byte where the scalar's own text begins: for a block scalar, that of its first line.
    Scalar {
        text: String,
        plain: bool,
        from: usize,
    },
}
