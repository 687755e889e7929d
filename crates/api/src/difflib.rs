//! Unified differences as Go's difflib prints them.

use base::Edit;
use std::collections::BTreeMap;
use std::ops::Range;

/// From this many lines on, a line that makes up more than a hundredth of the text is no anchor.
const POPULAR_FROM: usize = 200;

/// The unified difference of two texts, without file names. Empty if they are equal.
///
/// Models: github.com/pmezard/go-difflib SequenceMatcher and WriteUnifiedDiff.
pub fn unified(old: &[String], new: &[String]) -> String {
    let mut matcher = Matcher {
        old,
        new,
        places: places(new),
        blocks: Vec::new(),
    };
    matcher.matches(0..old.len(), 0..new.len());
    let [old_lines, new_lines] = [old, new].map(|lines| lines.iter().map(String::as_str).collect::<Vec<_>>());
    base::hunks(&edits(&matcher.blocks, old.len(), new.len()), &old_lines, &new_lines)
}

/// A run of equal lines: its place in the old text, its place in the new text, its length.
type Block = (usize, usize, usize);

fn places(new: &[String]) -> BTreeMap<&str, Vec<usize>> {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, line) in new.iter().enumerate() {
        places.entry(line).or_default().push(index);
    }
    if new.len() >= POPULAR_FROM {
        let most = new.len() / 100 + 1;
        places.retain(|_, lines| lines.len() <= most);
    }
    places
}

struct Matcher<'a> {
    old: &'a [String],
    new: &'a [String],
    places: BTreeMap<&'a str, Vec<usize>>,
    blocks: Vec<Block>,
}

impl Matcher<'_> {
    fn matches(&mut self, old: Range<usize>, new: Range<usize>) {
        let (at_old, at_new, length) = self.longest(&old, &new);
        if length == 0 {
            return;
        }
        self.matches(old.start..at_old, new.start..at_new);
        self.blocks.push((at_old, at_new, length));
        self.matches(at_old + length..old.end, at_new + length..new.end);
    }

    /// The longest run, the earliest if several are equally long, extended over popular lines.
    fn longest(&self, old: &Range<usize>, new: &Range<usize>) -> Block {
        let (mut at_old, mut at_new, mut length) = (old.start, new.start, 0);
        let mut runs: BTreeMap<usize, usize> = BTreeMap::new();
        for i in old.clone() {
            let mut next = BTreeMap::new();
            let lines = self
                .old
                .get(i)
                .and_then(|line| self.places.get(line.as_str()))
                .into_iter()
                .flatten();
            for j in lines.copied().filter(|j| new.contains(j)) {
                let run = j
                    .checked_sub(1)
                    .and_then(|before| runs.get(&before))
                    .copied()
                    .unwrap_or(0)
                    + 1;
                next.insert(j, run);
                if run > length {
                    (at_old, at_new, length) = (i + 1 - run, j + 1 - run, run);
                }
            }
            runs = next;
        }
        while at_old > old.start && at_new > new.start && self.old.get(at_old - 1) == self.new.get(at_new - 1) {
            (at_old, at_new, length) = (at_old - 1, at_new - 1, length + 1);
        }
        while at_old + length < old.end
            && at_new + length < new.end
            && self.old.get(at_old + length) == self.new.get(at_new + length)
        {
            length += 1;
        }
        (at_old, at_new, length)
    }
}

/// The edits between the runs of equal lines.
fn edits(blocks: &[Block], old_length: usize, new_length: usize) -> Vec<Edit> {
    let (mut i, mut j) = (0, 0);
    let mut edits = Vec::new();
    for (at_old, at_new, length) in blocks.iter().copied().chain([(old_length, new_length, 0)]) {
        if i < at_old || j < at_new {
            edits.push(Edit {
                old: i..at_old,
                new: j..at_new,
            });
        }
        (i, j) = (at_old + length, at_new + length);
    }
    edits
}
