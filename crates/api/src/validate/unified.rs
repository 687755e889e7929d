//! The difference of two texts as Go's difflib prints it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;

const CONTEXT: usize = 3;
/// In texts of so many lines, those that come up in more than a hundredth of them are no anchors.
const POPULAR_FROM: usize = 200;

/// A unified difference without file names; empty when there is none.
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
    let mut out = String::new();
    for group in groups(&opcodes(&matcher.blocks, old.len(), new.len())) {
        write_group(&mut out, &group, old, new);
    }
    out
}

/// Equal runs: where in the old, where in the new, how long.
type Block = (usize, usize, usize);

/// A run of old lines that became a run of new ones.
#[derive(Clone, Debug)]
struct Change {
    equal: bool,
    old: Range<usize>,
    new: Range<usize>,
}

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

    /// The longest run, the earliest of equally long ones, grown over popular lines.
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

fn opcodes(blocks: &[Block], old_length: usize, new_length: usize) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (at_old, at_new, length) in blocks.iter().copied().chain([(old_length, new_length, 0)]) {
        if i < at_old || j < at_new {
            changes.push(Change {
                equal: false,
                old: i..at_old,
                new: j..at_new,
            });
        }
        (i, j) = (at_old + length, at_new + length);
        match changes.last_mut() {
            Some(last) if last.equal && length > 0 => (last.old.end, last.new.end) = (i, j),
            _ if length > 0 => changes.push(Change {
                equal: true,
                old: at_old..i,
                new: at_new..j,
            }),
            _ => {}
        }
    }
    changes
}

/// Changes with a few equal lines around them; far apart ones stand in groups of their own.
fn groups(changes: &[Change]) -> Vec<Vec<Change>> {
    let mut groups: Vec<Vec<Change>> = Vec::new();
    let mut group: Vec<Change> = Vec::new();
    let last = changes.len().saturating_sub(1);
    for (index, change) in changes.iter().enumerate() {
        let (mut old, mut new) = (change.old.clone(), change.new.clone());
        if change.equal && index == 0 {
            old.start = old.start.max(old.end.saturating_sub(CONTEXT));
            new.start = new.start.max(new.end.saturating_sub(CONTEXT));
        }
        if change.equal && index == last {
            old.end = old.end.min(old.start + CONTEXT);
            new.end = new.end.min(new.start + CONTEXT);
        }
        if change.equal && index != 0 && index != last && old.len() > 2 * CONTEXT {
            let (old_end, new_end) = (old.start + CONTEXT, new.start + CONTEXT);
            group.push(Change {
                equal: true,
                old: old.start..old_end,
                new: new.start..new_end,
            });
            groups.push(std::mem::take(&mut group));
            (old.start, new.start) = (old.end - CONTEXT, new.end - CONTEXT);
        }
        group.push(Change {
            equal: change.equal,
            old,
            new,
        });
    }
    if group.iter().any(|change| !change.equal) {
        groups.push(group);
    }
    groups
}

fn write_group(out: &mut String, group: &[Change], old: &[String], new: &[String]) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else {
        return;
    };
    let header = |range: Range<usize>| match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        length => format!("{},{length}", range.start + 1),
    };
    let (before, after) = (
        header(first.old.start..last.old.end),
        header(first.new.start..last.new.end),
    );
    let _ = writeln!(out, "@@ -{before} +{after} @@");
    let mut write = |sign: char, lines: Option<&[String]>| {
        for line in lines.into_iter().flatten() {
            out.push(sign);
            out.push_str(line);
        }
    };
    for change in group {
        if change.equal {
            write(' ', old.get(change.old.clone()));
        } else {
            write('-', old.get(change.old.clone()));
            write('+', new.get(change.new.clone()));
        }
    }
}
