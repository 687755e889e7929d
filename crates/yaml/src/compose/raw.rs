//! The tree between tokens and [`Node`](crate::node::Node)s: nodes name each other by number.

use crate::rule::Words;
use crate::scan::{Mark, Problem};
use std::ops::Range;

/// Deepest nesting that is read, because trees are walked by recursion. go-yaml's own limit is 10,000.
pub const MAX_DEPTH: usize = 100;

/// A node whose aliases are not expanded yet.
pub struct Raw {
    pub span: Range<usize>,
    pub mark: Mark,
    pub kind: RawKind,
}

impl Raw {
    /// A problem with the whole node, for which go-yaml prints no line.
    pub fn problem(&self, words: impl Into<Words>) -> Problem {
        Problem::placeless(words, self.mark).until(self.span.end)
    }
}

pub enum RawKind {
    Scalar {
        text: String,
        plain: bool,
        tag: Option<String>,
    },
    Sequence(Vec<usize>),
    Mapping(Vec<(usize, usize)>),
    Alias {
        name: String,
        target: usize,
    },
}
