//! Columns of text, as Go's text/tabwriter lays them out with blanks.

/// The width of a column: its widest cell plus padding, at least the least width.
#[derive(Clone, Copy)]
struct ColumnLayout {
    least_width: usize,
    padding: usize,
}

/// Models: kubectl/pkg/describe tabbedString (v1.36).
const DESCRIPTION: ColumnLayout = ColumnLayout {
    least_width: 0,
    padding: 2,
};

/// Models: cli-runtime/pkg/printers/tabwriter.go GetNewTabWriter (v1.36).
const TABLE: ColumnLayout = ColumnLayout {
    least_width: 6,
    padding: 3,
};

/// Lays out a description: text whose cells end with tabs.
///
/// A column is a run of neighbouring lines with a tab-terminated cell in that place; the text after a line's last tab belongs to no column.
pub(crate) fn align(text: &str) -> String {
    let lines: Vec<Vec<&str>> = text
        .split(['\n', '\u{c}'])
        .map(|line| line.split(['\t', '\u{b}']).collect())
        .collect();
    let mut out = String::with_capacity(text.len() * 2);
    block(DESCRIPTION, &lines, &mut Vec::new(), &mut out);
    // Every line has been ended; the last one had no newline.
    out.pop();
    out
}

/// Lays out the rows of a table.
pub(crate) fn lay_out(rows: &[Vec<String>]) -> String {
    let lines: Vec<Vec<&str>> = rows
        .iter()
        .map(|row| row.iter().map(String::as_str).collect())
        .collect();
    let mut out = String::new();
    block(TABLE, &lines, &mut Vec::new(), &mut out);
    out
}

/// Writes lines that share the columns whose widths are known.
fn block(layout: ColumnLayout, lines: &[Vec<&str>], widths: &mut Vec<usize>, out: &mut String) {
    let column = widths.len();
    let has_column = |line: &Vec<&str>| line.len() > column + 1;
    for run in lines.chunk_by(|a, b| has_column(a) == has_column(b)) {
        if !run.first().is_some_and(has_column) {
            for line in run {
                write_line(line, widths, out);
            }
            continue;
        }
        let cells = run.iter().filter_map(|line| line.get(column));
        let widest = cells.map(|cell| width(cell)).max().unwrap_or(0);
        widths.push((widest + layout.padding).max(layout.least_width));
        block(layout, run, widths, out);
        widths.pop();
    }
}

fn write_line(line: &[&str], widths: &[usize], out: &mut String) {
    for (place, cell) in line.iter().enumerate() {
        out.push_str(cell);
        if let Some(wide) = widths.get(place) {
            out.extend(std::iter::repeat_n(' ', wide.saturating_sub(width(cell))));
        }
    }
    out.push('\n');
}

fn width(cell: &str) -> usize {
    cell.chars().count()
}

#[cfg(test)]
mod tests {
    use super::align;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn only_tabs_become_blanks(text in "([a-zé]{0,3}\t?){0,4}(\n([a-zé]{0,3}\t?){0,4}){0,5}") {
            let aligned = align(&text);
            let solid = |text: &str| text.replace(['\t', ' '], "");
            prop_assert_eq!(solid(&aligned), solid(&text));
            prop_assert!(!aligned.contains('\t'));
        }

        #[test]
        fn rows_of_a_table_line_up(rows in prop::collection::vec(("[a-z]{0,9}", "[a-z]{1,9}"), 1..9)) {
            let lines: Vec<_> = rows.iter().map(|(key, value)| format!("{key}\t{value}")).collect();
            let widest = rows.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
            for (line, (key, value)) in align(&lines.join("\n")).lines().zip(&rows) {
                prop_assert_eq!(line, format!("{key:widest$}  {value}"));
            }
        }
    }

    #[test]
    fn a_column_is_as_wide_as_its_run_of_lines_needs() {
        assert_eq!(
            align("Name:\tweb\nNamespace:\tdefault\nIPs:\n  IP:\t10.0.0.1\n"),
            "Name:       web\nNamespace:  default\nIPs:\n  IP:  10.0.0.1\n"
        );
    }

    #[test]
    fn a_last_cell_widens_no_column() {
        assert_eq!(
            align("a\tlong text\nlonger\tb\tc\nd\te\tf\n"),
            "a       long text\nlonger  b  c\nd       e  f\n"
        );
    }

    #[test]
    fn an_empty_cell_keeps_its_place() {
        assert_eq!(align("a\t\tb\nccc\t\td"), "a      b\nccc    d");
        assert_eq!(align("a:\tx\n\ty\n"), "a:  x\n    y\n");
        assert_eq!(align(""), "");
    }
}
