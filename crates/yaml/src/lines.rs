/// Index of the lines of a text, built in one pass. Lines end with `
/// `.
#[derive(Clone, Debug)]
pub struct LineIndex<'a> {
    text: &'a str,
    /// For each line, its first byte and the number of UTF-16 code units before it.
    starts: Vec<(usize, usize)>,
}

/// Unit in which columns are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of UTF-8.
    Byte,
    /// Code units of UTF-16, as in JavaScript.
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
    /// Indexes a text.
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

    /// The number of the line that contains a byte, counted from 1.
    pub fn line(&self, byte: usize) -> usize {
        self.starts.partition_point(|(start, _)| *start <= byte)
    }

    /// The column of a byte, counted from 0. A byte inside a character has the column of the character's beginning.
    pub fn column(&self, byte: usize, unit: Unit) -> usize {
        unit.measure(self.before(byte).1)
    }

    /// The number of UTF-16 code units before a byte.
    pub fn utf16(&self, byte: usize) -> usize {
        let (units, rest) = self.before(byte);
        units + Unit::Utf16.measure(rest)
    }

    /// The number of code units before the byte's line, and the text from the line's beginning to the byte.
    fn before(&self, byte: usize) -> (usize, &'a str) {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let (start, units) = self.starts.get(self.line(byte) - 1).copied().unwrap_or_default();
        (units, self.text.get(start..byte).unwrap_or_default())
    }
}
