//! Makes inputs, runs them, keeps what is new.

use crate::corpus::{Corpus, line};
use crate::coverage::{Seen, is_instrumented};
use crate::mutate::{Random, mutate};
use crate::{Panic, Target, caught};
use std::collections::BTreeMap;

/// So many inputs run before coverage is looked at, more where nothing new was found; where something new ran, each runs again by
/// itself.
const BATCHES: std::ops::RangeInclusive<usize> = 16..=512;

/// An input that fails, and how.
#[derive(Clone, Debug)]
pub struct Find {
    /// The input as a line of `finds/TARGET.jsonl`.
    pub line: String,
    pub panic: Panic,
}

/// What a fuzzer did so far.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    pub executions: u64,
    /// By the place of the panic, the shortest input.
    pub finds: BTreeMap<String, Find>,
}

/// What is done with each input before it runs.
type Before = Box<dyn FnMut(&[u8])>;

/// One target, its inputs and what ran.
pub struct Fuzzer {
    target: &'static Target,
    random: Random,
    inputs: Vec<Vec<u8>>,
    words: Vec<String>,
    seen: Seen,
    batch: usize,
    pub progress: Progress,
    /// Gets each input before it runs.
    before: Before,
}

impl Fuzzer {
    /// Begins with the kept inputs, and runs each of them.
    pub fn new(target: &'static Target, seed: u64, more: Vec<Vec<u8>>) -> Self {
        Self::with_before(target, seed, more, Box::new(|_| {}))
    }

    /// The same with something to do before each input.
    pub fn with_before(target: &'static Target, seed: u64, more: Vec<Vec<u8>>, before: Before) -> Self {
        let mut fuzzer = Self {
            target,
            random: Random::new(base::hash(seed, &[target.name])),
            inputs: Vec::new(),
            words: (target.words)(),
            seen: Seen::default(),
            batch: *BATCHES.start(),
            progress: Progress::default(),
            before,
        };
        for input in Corpus::of(target).inputs.into_iter().chain(more) {
            Seen::begin();
            fuzzer.run_one(&input);
            if fuzzer.reached_something_new() || !is_instrumented() {
                fuzzer.inputs.push(input);
            }
        }
        if fuzzer.inputs.is_empty() {
            fuzzer.inputs.push(Vec::new());
        }
        fuzzer
    }

    fn run_one(&mut self, input: &[u8]) {
        (self.before)(input);
        self.progress.executions += 1;
        if let Some(panic) = caught(|| (self.target.run)(input)) {
            let found = Find {
                line: line(self.target, input),
                panic,
            };
            let known = self
                .progress
                .finds
                .entry(found.panic.place.clone())
                .or_insert_with(|| found.clone());
            if found.line.len() < known.line.len() {
                *known = found;
            }
        }
    }

    /// Runs so many inputs.
    pub fn run(&mut self, executions: usize) {
        let mut left = executions;
        while left > 0 {
            left -= self.run_batch(left);
        }
    }

    /// Runs a batch of at most so many inputs, and returns how many.
    pub fn run_batch(&mut self, most: usize) -> usize {
        let batch: Vec<Vec<u8>> = (0..self.batch.min(most)).map(|_| self.input()).collect();
        Seen::begin();
        for input in &batch {
            self.run_one(input);
        }
        let (ran, news) = (batch.len(), self.seen.news());
        if news.is_empty() {
            self.batch = (self.batch * 2).min(*BATCHES.end());
            return ran;
        }
        self.batch = *BATCHES.start();
        for input in batch {
            Seen::begin();
            self.run_one(&input);
            if self.reached_something_new() {
                self.inputs.push(input);
            }
        }
        // What no input reaches by itself would be news for ever.
        self.seen.keep(&news);
        ran
    }

    /// Whether a part ran that never did before; from now on it did.
    fn reached_something_new(&mut self) -> bool {
        let news = self.seen.news();
        self.seen.keep(&news);
        !news.is_empty()
    }

    /// Of the newest inputs more than of the others: what reached something new is near something newer.
    fn input(&mut self) -> Vec<u8> {
        let all = self.inputs.len();
        let place = if self.random.below(2) == 0 {
            all - 1 - self.random.below(all.min(32))
        } else {
            self.random.below(all)
        };
        let other = self.random.below(all);
        mutate(
            &mut self.random,
            &self.inputs[place],
            &self.inputs[other],
            &self.words,
            self.target.longest,
        )
    }

    /// The inputs that reached something new.
    pub fn inputs(&self) -> &[Vec<u8>] {
        &self.inputs
    }

    /// How many parts of the program ran.
    pub fn covered(&self) -> usize {
        self.seen.count()
    }

    /// Few short inputs that together reach what all do.
    pub fn fewest(&self) -> Vec<Vec<u8>> {
        let mut inputs = self.inputs.clone();
        inputs.sort_by_key(Vec::len);
        let mut seen = Seen::default();
        inputs.retain(|input| {
            Seen::begin();
            let _ = caught(|| (self.target.run)(input));
            let news = seen.news();
            seen.keep(&news);
            !news.is_empty()
        });
        inputs
    }
}
