//! The difference of two texts as `diff -u` finds it.

use base::Edit;

/// The hunks between two texts; empty if they are equal.
pub(super) fn unified(before: &str, after: &str) -> String {
    let [before, after] = [before, after].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    base::hunks(&edits(&before, &after), &before, &after)
}

fn edits(before: &[&str], after: &[&str]) -> Vec<Edit> {
    let (mut gone, mut new) = unshared(before, after);
    slide_down(before, &mut gone, &new);
    slide_down(after, &mut new, &gone);
    let (mut i, mut j) = (0, 0);
    let mut edits = Vec::new();
    while i < before.len() || j < after.len() {
        let starts = (i, j);
        while gone.get(i) == Some(&true) {
            i += 1;
        }
        while new.get(j) == Some(&true) {
            j += 1;
        }
        if (i, j) == starts {
            i += 1;
            j += 1;
        } else {
            edits.push(Edit {
                old: starts.0..i,
                new: starts.1..j,
            });
        }
    }
    edits
}

/// Which lines of each text are not in their longest common subsequence.
fn unshared(before: &[&str], after: &[&str]) -> (Vec<bool>, Vec<bool>) {
    let width = after.len() + 1;
    // How long the longest common sequence of the rests is, row by row.
    let mut lengths = vec![0_u32; (before.len() + 1) * width];
    let length = |lengths: &[u32], i: usize, j: usize| lengths.get(i * width + j).copied().unwrap_or(0);
    for (i, a) in before.iter().enumerate().rev() {
        for (j, b) in after.iter().enumerate().rev() {
            let best = if a == b {
                length(&lengths, i + 1, j + 1) + 1
            } else {
                length(&lengths, i + 1, j).max(length(&lengths, i, j + 1))
            };
            if let Some(cell) = lengths.get_mut(i * width + j) {
                *cell = best;
            }
        }
    }
    let (mut gone, mut new) = (vec![true; before.len()], vec![true; after.len()]);
    let (mut i, mut j) = (0, 0);
    while let (Some(a), Some(b)) = (before.get(i), after.get(j)) {
        if a == b {
            if let (Some(gone), Some(new)) = (gone.get_mut(i), new.get_mut(j)) {
                (*gone, *new) = (false, false);
            }
            i += 1;
            j += 1;
        } else if length(&lengths, i + 1, j) >= length(&lengths, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    (gone, new)
}

/// Moves each run of marked lines as far down as possible, as GNU diff does; runs opposite each other stay.
///
/// Models: src/analyze.c shift_boundaries (GNU diffutils 3).
fn slide_down(lines: &[&str], marked: &mut [bool], others: &[bool]) {
    let mut start = 0;
    while start < lines.len() {
        if marked.get(start) != Some(&true) {
            start += 1;
            continue;
        }
        let mut end = run_end(marked, start);
        let opposite = marks_opposite(marked, others, start);
        while !opposite && end < lines.len() && lines.get(start) == lines.get(end) {
            if let Some(mark) = marked.get_mut(start) {
                *mark = false;
            }
            if let Some(mark) = marked.get_mut(end) {
                *mark = true;
            }
            start += 1;
            end = run_end(marked, end);
        }
        start = end;
    }
}

fn run_end(marked: &[bool], from: usize) -> usize {
    let rest = marked.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|mark| **mark).count()
}

/// Whether lines of the other text are marked at the beginning of a run.
fn marks_opposite(marked: &[bool], others: &[bool], start: usize) -> bool {
    let shared = marked.iter().take(start).filter(|mark| !**mark).count();
    let mut seen = 0;
    let mut at = 0;
    while seen < shared && at < others.len() {
        seen += usize::from(others.get(at) == Some(&false));
        at += 1;
    }
    others.get(at) == Some(&true)
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn a_changed_line_stands_between_its_neighbours() {
        let before = "a\nb\nc\nd\ne\nf\ng\nh\n";
        let after = "a\nb\nc\nd\nX\nf\ng\nh\n";
        assert_eq!(
            unified(before, after),
            "@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+X\n f\n g\n h\n"
        );
        assert_eq!(unified(before, before), "");
    }

    #[test]
    fn all_of_a_new_text_is_added() {
        assert_eq!(unified("", "a\nb\n"), "@@ -0,0 +1,2 @@\n+a\n+b\n");
        assert_eq!(unified("a\n", ""), "@@ -1 +0,0 @@\n-a\n");
    }

    #[test]
    fn far_changes_are_hunks_of_their_own_and_added_lines_slide_down() {
        let lines = |extra: &str| format!("1\n2\n3\n4\n5\n6\n7\n8\n9\n{extra}x\ny\n");
        let text = unified(&lines(""), &lines("x\ny\n").replace("1\n", "one\n"));
        assert_eq!(
            text,
            "@@ -1,4 +1,4 @@\n-1\n+one\n 2\n 3\n 4\n@@ -9,3 +9,5 @@\n 9\n x\n y\n+x\n+y\n"
        );
    }
}
