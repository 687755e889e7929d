//! A run of operators that never ran: its own function, and what stands for it.

use super::super::module::index;
use super::{Function, Made};
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use wasm_encoder::{BlockType, Encode, Instruction, ValType};
use wasmparser::Operator;

/// A run that never ran.
pub struct Cold {
    pub from: usize,
    pub to: usize,
    /// Whether its last operator leads to what comes after it.
    pub falls: bool,
    /// Labels outside of it that it branches to.
    pub labels: Vec<u32>,
    pub returns: bool,
    pub used: BTreeSet<u32>,
    pub inputs: Vec<u32>,
    pub outputs: Vec<u32>,
    /// What it leaves on the stack.
    pub leaves: Vec<ValType>,
}

impl Cold {
    /// How many ways lead out of it.
    fn ways(&self) -> usize {
        usize::from(self.falls) + self.labels.len() + usize::from(self.returns)
    }

    fn chooses(&self) -> bool {
        self.ways() > 1
    }

    /// About how many bytes stand for it.
    pub fn costs(&self) -> usize {
        let ways = if self.chooses() { 6 + self.ways() } else { 2 };
        10 + 2 * (self.inputs.len() + self.outputs.len()) + ways
    }

    /// What it returns instead of what its function does.
    fn returned(&self, of: &Function<'_, '_>) -> Vec<ValType> {
        if self.returns { of.results.clone() } else { Vec::new() }
    }

    /// Its function, which is added to the module.
    pub fn function(&self, of: &Function<'_, '_>, made: &mut Made) -> Result<u32> {
        let types = |locals: &[u32]| locals.iter().map(|local| of.type_of(*local)).collect::<Vec<_>>();
        let parameters = types(&self.inputs);
        let mut results = self.returned(of);
        results.extend(&self.leaves);
        if self.ways() > 0 {
            results.extend(types(&self.outputs));
            results.extend(self.chooses().then_some(ValType::I32));
        }
        let own: Vec<u32> = of.by_type(self.used.iter().copied().filter(|local| !self.inputs.contains(local)));
        let renamed: BTreeMap<u32, u32> = self.inputs.iter().chain(&own).copied().zip(0..).collect();
        let mut body = declared(&types(&own));
        self.body(of, &renamed, &mut body)?;
        let type_index = made.type_of(parameters, results);
        Ok(made.function(type_index, body))
    }

    /// A block around the run for each way out, and behind each what is given back.
    fn body(&self, of: &Function<'_, '_>, renamed: &BTreeMap<u32, u32>, body: &mut Vec<u8>) -> Result<()> {
        let returned = self.returned(of);
        if self.returns {
            let ty = returned.first().map_or(BlockType::Empty, |ty| BlockType::Result(*ty));
            Instruction::Block(ty).encode(body);
        }
        for _ in &self.labels {
            Instruction::Block(BlockType::Empty).encode(body);
        }
        self.operators(of, renamed, body)?;
        let mut number = 0;
        let mut left = self.ways();
        let mut leave = |placeholders: bool, body: &mut Vec<u8>| {
            if placeholders {
                for ty in &returned {
                    zero(*ty).encode(body);
                }
            }
            for local in self.outputs.iter().filter_map(|local| renamed.get(local)) {
                Instruction::LocalGet(*local).encode(body);
            }
            if self.chooses() {
                Instruction::I32Const(number).encode(body);
            }
            number += 1;
            left -= 1;
            if left > 0 {
                Instruction::Return.encode(body);
            }
        };
        if self.falls {
            leave(true, body);
        }
        for _ in &self.labels {
            Instruction::End.encode(body);
            leave(true, body);
        }
        if self.returns {
            Instruction::End.encode(body);
            leave(false, body);
        }
        if self.ways() == 0 {
            Instruction::Unreachable.encode(body);
        }
        Instruction::End.encode(body);
        Ok(())
    }

    /// The run itself, its locals and labels renamed.
    fn operators(&self, of: &Function<'_, '_>, renamed: &BTreeMap<u32, u32>, body: &mut Vec<u8>) -> Result<()> {
        let local = |local: &u32| renamed.get(local).copied().context("a local without a name");
        let mut depth = 0;
        let label = |label: u32, depth: u32| {
            label.checked_sub(depth).map_or(label, |outside| {
                let way = self.labels.iter().position(|known| *known == outside);
                depth + index(way.unwrap_or_default())
            })
        };
        for at in self.from..self.to {
            let (operator, bytes) = of.blocks.operators.get(at).context("a run beyond its function")?;
            match operator {
                Operator::LocalGet { local_index } => Instruction::LocalGet(local(local_index)?).encode(body),
                Operator::LocalSet { local_index } => Instruction::LocalSet(local(local_index)?).encode(body),
                Operator::LocalTee { local_index } => Instruction::LocalTee(local(local_index)?).encode(body),
                Operator::Br { relative_depth } => Instruction::Br(label(*relative_depth, depth)).encode(body),
                Operator::BrIf { relative_depth } => Instruction::BrIf(label(*relative_depth, depth)).encode(body),
                Operator::BrTable { targets } => {
                    let all = targets.targets().collect::<Result<Vec<_>, _>>()?;
                    let all: Vec<u32> = all.into_iter().map(|target| label(target, depth)).collect();
                    Instruction::BrTable(all.into(), label(targets.default(), depth)).encode(body);
                }
                Operator::Return => Instruction::Br(depth + index(self.labels.len())).encode(body),
                _ => {
                    match operator {
                        Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => depth += 1,
                        Operator::End => depth -= 1,
                        _ => {}
                    }
                    body.extend_from_slice(bytes);
                }
            }
        }
        Ok(())
    }

    /// What stands for the run in its function; whether it needs the local `choice`.
    pub fn call(&self, of: &Function<'_, '_>, function: u32, choice: u32, outermost: u32, code: &mut Vec<u8>) -> bool {
        for local in &self.inputs {
            Instruction::LocalGet(*local).encode(code);
        }
        Instruction::Call(function).encode(code);
        if self.ways() == 0 {
            Instruction::Unreachable.encode(code);
            return false;
        }
        if self.chooses() {
            Instruction::LocalSet(choice).encode(code);
        }
        for local in self.outputs.iter().rev() {
            Instruction::LocalSet(*local).encode(code);
        }
        let first = i32::from(self.falls);
        let is_last = |number: usize| !self.falls && number + 1 == self.ways();
        if self.returns {
            let number = self.labels.len();
            if is_last(number) && number == 0 {
                Instruction::Return.encode(code);
                return false;
            }
            Instruction::LocalGet(choice).encode(code);
            Instruction::I32Const(first + i32::try_from(number).unwrap_or(i32::MAX)).encode(code);
            Instruction::I32Eq.encode(code);
            Instruction::BrIf(outermost).encode(code);
            for _ in &of.results {
                Instruction::Drop.encode(code);
            }
        }
        match (self.falls, &self.labels[..]) {
            (_, []) => {}
            (true, [label]) => {
                Instruction::LocalGet(choice).encode(code);
                Instruction::BrIf(*label).encode(code);
            }
            (false, [label]) => Instruction::Br(*label).encode(code),
            (true, labels) => {
                let labels: Vec<u32> = [0].into_iter().chain(labels.iter().map(|label| label + 1)).collect();
                Instruction::Block(BlockType::Empty).encode(code);
                table(choice, &labels, code);
                Instruction::End.encode(code);
            }
            (false, labels) => table(choice, labels, code),
        }
        self.chooses()
    }
}

/// A branch by the number in `choice`.
fn table(choice: u32, labels: &[u32], code: &mut Vec<u8>) {
    if let Some((last, others)) = labels.split_last() {
        Instruction::LocalGet(choice).encode(code);
        Instruction::BrTable(others.into(), *last).encode(code);
    }
}

/// The declaration of locals.
pub fn declared(types: &[ValType]) -> Vec<u8> {
    let groups: Vec<&[ValType]> = types.chunk_by(|a, b| a == b).collect();
    let mut bytes = Vec::new();
    groups.len().encode(&mut bytes);
    for group in groups {
        group.len().encode(&mut bytes);
        group.first().copied().unwrap_or(ValType::I32).encode(&mut bytes);
    }
    bytes
}

fn zero(ty: ValType) -> Instruction<'static> {
    match ty {
        ValType::I64 => Instruction::I64Const(0),
        ValType::F32 => Instruction::F32Const(0.0_f32.into()),
        ValType::F64 => Instruction::F64Const(0.0_f64.into()),
        ValType::Ref(reference) => Instruction::RefNull(reference.heap_type),
        _ => Instruction::I32Const(0),
    }
}
