/// Where lines begin: between byte offsets and what people and editors count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<usize>,
    length: usize,
}

/// A line and a place on it, both from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// How far into it, in the unit asked for.
    pub column: usize,
}

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of UTF-8.
    Byte,
    /// Unicode scalar values.
    Char,
    /// Code units of UTF-16, as JavaScript counts.
    Utf16,
}

impl Unit {
    fn measure(self, text: &str) -> usize {
        match self {
            Self::Byte => text.len(),
            Self::Char => text.chars().count(),
            Self::Utf16 => text.chars().map(char::len_utf16).sum(),
        }
    }
}

impl LineIndex {
    /// Of a text, whose lines end with `\n`.
    pub fn new(text: &str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            starts: std::iter::once(0).chain(ends).collect(),
            length: text.len(),
        }
    }

    /// The place of a byte of the same text; within a character, that character's.
    pub fn position(&self, text: &str, offset: usize, unit: Unit) -> Position {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        Position {
            line,
            column: unit.measure(text.get(start..offset).unwrap_or_default()),
        }
    }

    /// The byte at a place of the same text; beyond a line's end, its end.
    pub fn offset(&self, text: &str, position: Position, unit: Unit) -> usize {
        let Some(start) = self.starts.get(position.line).copied() else {
            return self.length;
        };
        let end = self.starts.get(position.line + 1).map_or(self.length, |next| next - 1);
        let mut column = 0;
        for (at, c) in text.get(start..end).unwrap_or_default().char_indices() {
            if column >= position.column {
                return start + at;
            }
            column += unit.measure(c.encode_utf8(&mut [0; 4]));
        }
        end
    }
}
