//! Columns aligned as Go's text/tabwriter does.

/// Text whose cells end with tabs; a column is aligned over consecutive lines that have the cell.
///
/// Models: text/tabwriter (Go) with blanks for padding.
/// Its flush needs no counterpart: kubectl flushes only where a line without tabs ends all columns anyway.
pub(crate) struct Tabs {
    minimum: usize,
    padding: usize,
    text: String,
}

impl Tabs {
    /// As `kubectl describe` sets it: no least width, two blanks between.
    pub(crate) fn describe() -> Self {
        Self {
            minimum: 0,
            padding: 2,
            text: String::new(),
        }
    }

    /// As kubectl's tables: at least six wide, three blanks between.
    pub(crate) fn table() -> Self {
        Self {
            minimum: 6,
            padding: 3,
            text: String::new(),
        }
    }

    pub(crate) fn write(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// The text with its columns aligned.
    pub(crate) fn finish(self) -> String {
        let lines: Vec<Vec<&str>> = self.text.split('\n').map(|line| line.split('\t').collect()).collect();
        let mut done = String::with_capacity(self.text.len() * 2);
        self.format(&lines, &mut Vec::new(), &mut done);
        done.pop();
        done
    }

    /// Writes the lines, whose first columns have the widths found so far.
    fn format(&self, lines: &[Vec<&str>], widths: &mut Vec<usize>, done: &mut String) {
        let column = widths.len();
        let has_cell = |line: &Vec<&str>| line.len() > column + 1;
        for block in lines.chunk_by(|a, b| has_cell(a) == has_cell(b)) {
            if !block.first().is_some_and(has_cell) {
                for line in block {
                    emit(line, widths, done);
                }
                continue;
            }
            let cells = block.iter().filter_map(|line| line.get(column));
            let longest = cells.map(|cell| cell.chars().count()).max().unwrap_or_default();
            widths.push((longest + self.padding).max(self.minimum));
            self.format(block, widths, done);
            widths.pop();
        }
    }
}

fn emit(line: &[&str], widths: &[usize], done: &mut String) {
    for (column, cell) in line.iter().enumerate() {
        done.push_str(cell);
        if let (Some(width), true) = (widths.get(column), column + 1 < line.len()) {
            done.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.chars().count())));
        }
    }
    done.push('\n');
}

#[cfg(test)]
mod tests {
    use super::Tabs;

    #[test]
    fn columns_are_as_wide_as_their_block() {
        let mut tabs = Tabs::describe();
        tabs.write("Name:\tweb\nLonger name:\tx\nalone\na:\tb\tc\n  dd:\teeee\tf\n");
        assert_eq!(
            tabs.finish(),
            "Name:         web\nLonger name:  x\nalone\na:     b     c\n  dd:  eeee  f\n"
        );
    }
}
