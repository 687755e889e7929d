/// The lines of a text, found in one pass over it; they end with `\n`.
#[derive(Clone, Debug)]
pub struct LineIndex<'a> {
    text: &'a str,
    /// Each line's first byte, and how many UTF-16 code units come before it.
    starts: Vec<(usize, usize)>,
}

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of UTF-8.
    Byte,
    /// Code units of UTF-16, as JavaScript counts.
    Utf16,
}

impl Unit {
    fn measure(self, text: &str) -> usize {
        match self {
            Self::Byte => text.len(),
            Self::Utf16 => text.chars().map(char::len_utf16).sum(),
        }
    }
}

impl<'a> LineIndex<'a> {
    /// The index of a text.
    pub fn new(text: &'a str) -> Self {
        let mut starts = vec![(0, 0)];
        let (mut bytes, mut units) = (0, 0);
        for line in text.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            bytes += line.len();
            units += Unit::Utf16.measure(line);
            starts.push((bytes, units));
        }
        Self { text, starts }
    }

    /// The line of a byte, from 1.
    pub fn line(&self, byte: usize) -> usize {
        self.starts.partition_point(|(start, _)| *start <= byte)
    }

    /// How far into its line a byte is, from 0; within a character, that character's beginning.
    pub fn column(&self, byte: usize, unit: Unit) -> usize {
        unit.measure(self.before(byte).1)
    }

    /// How many UTF-16 code units of the text come before a byte.
    pub fn utf16(&self, byte: usize) -> usize {
        let (units, rest) = self.before(byte);
        units + Unit::Utf16.measure(rest)
    }

    /// The code units before a byte's line, and the text between the line's beginning and the byte.
    fn before(&self, byte: usize) -> (usize, &'a str) {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let (start, units) = self.starts.get(self.line(byte) - 1).copied().unwrap_or_default();
        (units, self.text.get(start..byte).unwrap_or_default())
    }
}
