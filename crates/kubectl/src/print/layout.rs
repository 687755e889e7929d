//! Rows of cells as kubectl aligns them.

const LEAST_WIDTH: usize = 6;
const PADDING: usize = 3;

/// Each column but the last is as wide as its widest cell plus three, and at least six.
///
/// Models: cli-runtime/pkg/printers/tabwriter.go GetNewTabWriter (v1.36).
pub(crate) fn lay_out(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns).map(|column| width(rows, column)).collect();
    let mut text = String::new();
    for row in rows {
        for (index, (cell, width)) in row.iter().zip(&widths).enumerate() {
            text.push_str(cell);
            if index + 1 < row.len() {
                let blanks = width.saturating_sub(cell.chars().count());
                text.extend(std::iter::repeat_n(' ', blanks));
            }
        }
        text.push('\n');
    }
    text
}

fn width(rows: &[Vec<String>], column: usize) -> usize {
    let cells = rows.iter().filter_map(|row| row.get(column));
    let widest = cells.map(|cell| cell.chars().count()).max().unwrap_or_default();
    (widest + PADDING).max(LEAST_WIDTH)
}
