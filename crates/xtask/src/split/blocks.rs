//! Where the blocks of a function begin, which tell what of it runs.

use super::module::operators;
use anyhow::Result;
use wasmparser::{FunctionBody, Operator};

/// A function's operators, each with the bytes it is written in, and the places where a block begins: behind a branch, at an arm, at an end.
pub struct Blocks<'a> {
    pub operators: Vec<(Operator<'a>, &'a [u8])>,
    /// Positions among the operators; the first block is the function's start.
    pub starts: Vec<usize>,
}

impl<'a> Blocks<'a> {
    pub fn read(body: &FunctionBody<'a>) -> Result<Self> {
        let operators = operators(body)?;
        let last = operators.len().saturating_sub(1);
        let begins = |(at, (operator, _)): (usize, &(Operator<'a>, &[u8]))| {
            let next = matches!(
                operator,
                Operator::BrIf { .. } | Operator::If { .. } | Operator::Else | Operator::End
            );
            (next && at < last).then_some(at + 1)
        };
        let starts = [0]
            .into_iter()
            .chain(operators.iter().enumerate().filter_map(begins))
            .collect();
        Ok(Self { operators, starts })
    }

    /// A number for the kinds of the operators in their order, without indices and constants: a function that is compiled again
    /// from the same source has the same.
    pub fn shape(&self) -> u32 {
        let opcodes = self.operators.iter().filter_map(|(_, bytes)| bytes.first());
        base::short_hash(opcodes.copied())
    }
}
