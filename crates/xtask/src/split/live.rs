//! Which locals a function still reads, at each block's start.

use super::blocks::Blocks;
use std::collections::BTreeMap;
use wasmparser::Operator;

/// A set of locals.
#[derive(Clone, Default, PartialEq)]
pub struct Locals(Vec<u64>);

impl Locals {
    pub fn insert(&mut self, local: u32) {
        let (word, bit) = (local as usize / 64, local % 64);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << bit;
        }
    }

    fn remove(&mut self, local: u32) {
        if let Some(word) = self.0.get_mut(local as usize / 64) {
            *word &= !(1 << (local % 64));
        }
    }

    pub fn has(&self, local: u32) -> bool {
        self.0
            .get(local as usize / 64)
            .is_some_and(|word| word & (1 << (local % 64)) > 0)
    }

    pub fn add(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word |= other;
        }
    }
}

/// What is read later on, by the position of a block's start, and at a loop's by the position of its operator.
pub struct Live {
    starts: BTreeMap<usize, Locals>,
    loops: BTreeMap<usize, Locals>,
}

/// A construct, met from its end.
struct Frame {
    opened: Option<usize>,
    after: Locals,
    otherwise: Option<Locals>,
}

impl Live {
    pub fn of(blocks: &Blocks<'_>) -> Self {
        let mut live = Self {
            starts: BTreeMap::new(),
            loops: BTreeMap::new(),
        };
        let openers = openers(blocks);
        while live.pass(blocks, &openers) {}
        live
    }

    pub fn at_start(&self, start: usize) -> Locals {
        self.starts.get(&start).cloned().unwrap_or_default()
    }

    pub fn at_loop(&self, opened: usize) -> Locals {
        self.loops.get(&opened).cloned().unwrap_or_default()
    }

    /// Once through the function from its end; whether a loop turned out to read more.
    fn pass(&mut self, blocks: &Blocks<'_>, openers: &BTreeMap<usize, usize>) -> bool {
        let mut grew = false;
        let mut now = Locals::default();
        let mut frames: Vec<Frame> = Vec::new();
        let mut starts = blocks.starts.iter().rev().peekable();
        for (at, (operator, _)) in blocks.operators.iter().enumerate().rev() {
            match operator {
                Operator::End => frames.push(Frame {
                    opened: openers.get(&at).copied(),
                    after: now.clone(),
                    otherwise: None,
                }),
                Operator::Else => {
                    if let Some(frame) = frames.last_mut() {
                        frame.otherwise = Some(std::mem::replace(&mut now, frame.after.clone()));
                    }
                }
                Operator::If { .. } => {
                    if let Some(frame) = frames.pop() {
                        now.add(frame.otherwise.as_ref().unwrap_or(&frame.after));
                    }
                }
                Operator::Block { .. } => drop(frames.pop()),
                Operator::Loop { .. } => {
                    frames.pop();
                    let known = self.loops.entry(at).or_default();
                    let before = known.clone();
                    known.add(&now);
                    grew |= *known != before;
                }
                Operator::Br { relative_depth } => now = self.at_label(blocks, &frames, *relative_depth),
                Operator::BrIf { relative_depth } => now.add(&self.at_label(blocks, &frames, *relative_depth)),
                Operator::BrTable { targets } => {
                    now = self.at_label(blocks, &frames, targets.default());
                    for target in targets.targets().flatten() {
                        now.add(&self.at_label(blocks, &frames, target));
                    }
                }
                Operator::Return | Operator::Unreachable => now = Locals::default(),
                Operator::LocalGet { local_index } => now.insert(*local_index),
                Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => now.remove(*local_index),
                _ => {}
            }
            if starts.next_if_eq(&&at).is_some() {
                self.starts.insert(at, now.clone());
            }
        }
        grew
    }

    fn at_label(&self, blocks: &Blocks<'_>, frames: &[Frame], depth: u32) -> Locals {
        let frame = frames
            .len()
            .checked_sub(depth as usize + 1)
            .and_then(|at| frames.get(at));
        let Some(frame) = frame else {
            return Locals::default();
        };
        match frame.opened {
            Some(opened) if matches!(blocks.operators.get(opened), Some((Operator::Loop { .. }, _))) => {
                self.at_loop(opened)
            }
            _ => frame.after.clone(),
        }
    }
}

/// What each end closes, by position; the function's own closes nothing.
pub fn openers(blocks: &Blocks<'_>) -> BTreeMap<usize, usize> {
    let mut open = Vec::new();
    let mut openers = BTreeMap::new();
    for (at, (operator, _)) in blocks.operators.iter().enumerate() {
        match operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => open.push(at),
            Operator::End => openers.extend(open.pop().map(|opened| (at, opened))),
            _ => {}
        }
    }
    openers
}
