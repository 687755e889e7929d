use std::ops::Range;

/// Something to be told about the text, at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Who says it and what follows.
    pub severity: Severity,
    /// Where, in bytes of the text.
    pub range: Range<usize>,
    /// Which of the text's documents, from 0.
    pub document: usize,
    /// What a cluster or kubectl says, to the letter; of advice, our own words.
    pub message: String,
    /// What that means, in a plain sentence, where we know.
    pub meaning: Option<String>,
    /// What would cure it, where we know: the likeliest first.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// The same, so many bytes further on in the text.
    #[must_use]
    pub(crate) fn moved(mut self, bytes: usize) -> Self {
        let on = |range: &mut Range<usize>| *range = range.start + bytes..range.end + bytes;
        on(&mut self.range);
        for fix in &mut self.fixes {
            on(&mut fix.range);
        }
        self
    }
}

/// Which of the gates a text has to pass speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// kubectl cannot read the text.
    Syntax,
    /// The API server cannot decode the object.
    Decode,
    /// The API server refuses the object.
    Refused,
    /// The API server takes the object and warns.
    Warning,
    /// Our own: a cluster says nothing of it.
    Advice,
}

impl Severity {
    /// Whether the object did not come to be.
    pub const fn is_error(self) -> bool {
        matches!(self, Self::Syntax | Self::Decode | Self::Refused)
    }
}

/// A change of the text that cures a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the button says: `Change to targetPort`.
    pub label: String,
    /// What is replaced, in bytes of the text.
    pub range: Range<usize>,
    /// By what.
    pub replacement: String,
}
