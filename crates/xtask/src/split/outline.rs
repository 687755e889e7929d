//! What never ran of a function that did: each such run of operators becomes a function of its own, which the later part can have.
//!
//! It gets the locals that it reads, gives back those that it writes and others read, and says by a number where it left off.
//! A run begins where a block does and lasts to the end of what it stands in, so that nothing but a branch leaves it early.

mod cold;

use super::blocks::Blocks;
use super::list::{First, Known};
use super::live::{Live, Locals, openers};
use super::module::{Module, index};
use super::section::{self, raw};
use anyhow::{Context, Result, ensure};
use cold::{Cold, declared};
use std::collections::{BTreeMap, BTreeSet};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{CodeSection, FunctionSection, NameMap, NameSection, TypeSection, ValType};
use wasmparser::{
    BinaryReader, FuncType, FuncValidatorAllocations, FunctionBody, Operator, Parser, TypeSectionReader, ValidPayload,
    Validator,
};

/// What a run has to weigh more than what stands for it, in bytes: in both parts together it costs some.
const WORTH: usize = 16;

/// A module whose functions that run first have nothing but what runs.
pub struct Outlined {
    pub bytes: Vec<u8>,
    /// By the function's index, whether the first part has it.
    pub first: Vec<bool>,
}

/// Moves what never ran out of the functions that run first; `pinned` ones are first in any case.
pub fn outline(bytes: &[u8], list: &First, pinned: &BTreeSet<u32>) -> Result<Outlined> {
    let module = Module::read(bytes)?;
    let mut made = Made::new(&module)?;
    // What the first part calls to have the later one loaded.
    made.type_of(Vec::new(), Vec::new());
    let mut first: Vec<bool> = vec![true; module.imports.len()];
    let mut code = CodeSection::new();
    let mut validator = Validator::new();
    let mut spare = FuncValidatorAllocations::default();
    let mut functions = module.imported()..;
    for payload in Parser::new(0).parse_all(bytes) {
        let ValidPayload::Func(to_validate, body) = validator.payload(&payload?)? else {
            continue;
        };
        let function = functions.next().context("too many functions")?;
        let blocks = Blocks::read(&body)?;
        let known = match module.names.get(&function) {
            Some(name) => list.find(name, blocks.shape()),
            None => Known::Runs,
        };
        let ran = match known {
            Known::Blocks(ran) if ran.first() == Some(&true) && ran.len() == blocks.starts.len() => Some(ran),
            _ => None,
        };
        first.push(!matches!(known, Known::Later) || pinned.contains(&function));
        let Some(ran) = ran.filter(|ran| ran.contains(&false)) else {
            code.raw(body.as_bytes());
            continue;
        };
        let mut checked = to_validate.into_validator(spare);
        let heights = heights(&mut checked, &body)?;
        spare = checked.into_allocations();
        let ty = made.types.get(module.type_of(function)? as usize).cloned();
        let ty = ty.context("a function of a type that is none")?;
        code.raw(&Function::new(&blocks, &body, &ty, heights, ran)?.without_cold(&mut made)?);
    }
    first.resize(first.len() + made.functions.len(), false);
    Ok(Outlined {
        bytes: written(&module, made, code)?,
        first,
    })
}

/// The height of the stack before each operator, above what the construct around it began with; `None` where nothing arrives.
type Heights = Vec<Option<usize>>;

fn heights<T: wasmparser::WasmModuleResources>(
    validator: &mut wasmparser::FuncValidator<T>,
    body: &FunctionBody<'_>,
) -> Result<Heights> {
    let mut reader = body.get_binary_reader();
    validator.read_locals(&mut reader)?;
    let mut heights = Vec::new();
    for operator in body.get_operators_reader()?.into_iter_with_offsets() {
        let (operator, offset) = operator?;
        let frame = validator.get_control_frame(0).context("an operator outside of all")?;
        let height = validator.operand_stack_height() as usize;
        heights.push((!frame.unreachable).then(|| height.saturating_sub(frame.height)));
        validator.op(offset, &operator)?;
    }
    Ok(heights)
}

/// What is added to the module.
struct Made {
    types: Vec<FuncType>,
    added_types: Vec<(Vec<ValType>, Vec<ValType>)>,
    known_types: BTreeMap<String, u32>,
    /// How many functions were there before.
    before: u32,
    functions: Vec<(u32, Vec<u8>)>,
}

impl Made {
    fn new(module: &Module<'_>) -> Result<Self> {
        let types = module.sections.get(&section::TYPE).context("a module without types")?;
        let types = TypeSectionReader::new(BinaryReader::new(types, 0))?
            .into_iter_err_on_gc_types()
            .collect::<Result<Vec<_>, _>>()?;
        let mut known_types = BTreeMap::new();
        for (number, ty) in (0..).zip(&types) {
            let values = |types: &[wasmparser::ValType]| types.iter().map(|ty| (*ty).try_into()).collect();
            let (parameters, results): (Result<Vec<ValType>, _>, Result<Vec<ValType>, _>) =
                (values(ty.params()), values(ty.results()));
            known_types
                .entry(format!("{:?} {:?}", parameters?, results?))
                .or_insert(number);
        }
        Ok(Self {
            types,
            added_types: Vec::new(),
            known_types,
            before: index(module.types.len()),
            functions: Vec::new(),
        })
    }

    fn type_of(&mut self, parameters: Vec<ValType>, results: Vec<ValType>) -> u32 {
        let next = index(self.types.len() + self.added_types.len());
        let known = self.known_types.entry(format!("{parameters:?} {results:?}"));
        let number = *known.or_insert(next);
        if number == next {
            self.added_types.push((parameters, results));
        }
        number
    }

    fn function(&mut self, type_index: u32, body: Vec<u8>) -> u32 {
        self.functions.push((type_index, body));
        self.before + index(self.functions.len() - 1)
    }
}

fn written(module: &Module<'_>, made: Made, mut code: CodeSection) -> Result<Vec<u8>> {
    let mut types = TypeSection::new();
    let own = module.sections.get(&section::TYPE).context("a module without types")?;
    RoundtripReencoder.parse_type_section(&mut types, TypeSectionReader::new(BinaryReader::new(own, 0))?)?;
    for (parameters, results) in made.added_types {
        types.ty().function(parameters, results);
    }
    let mut functions = FunctionSection::new();
    for (function, _) in module.defined() {
        functions.function(module.type_of(function)?);
    }
    let mut names = NameMap::new();
    for (function, name) in &module.names {
        names.append(*function, name);
    }
    for (function, (type_index, body)) in (made.before..).zip(&made.functions) {
        functions.function(*type_index);
        code.raw(body);
        names.append(function, "cold");
    }
    let mut written = wasm_encoder::Module::new();
    written.section(&types);
    raw(&mut written, module, section::IMPORT);
    written.section(&functions);
    for id in section::TABLE..section::CODE {
        raw(&mut written, module, id);
    }
    raw(&mut written, module, section::DATA_COUNT);
    written.section(&code);
    raw(&mut written, module, section::DATA);
    let mut section = NameSection::new();
    section.functions(&names);
    written.section(&section);
    Ok(written.finish())
}

/// A construct that is open where the walk stands.
struct Frame {
    opened: Option<usize>,
    ends: usize,
    results: Vec<ValType>,
}

/// A function on its way to lose what never ran.
struct Function<'f, 'a> {
    blocks: &'f Blocks<'a>,
    heights: Heights,
    ran: BTreeMap<usize, bool>,
    live: Live,
    ends: BTreeMap<usize, usize>,
    /// The types of all locals, the parameters first.
    locals: Vec<ValType>,
    parameters: usize,
    results: Vec<ValType>,
}

impl<'f, 'a> Function<'f, 'a> {
    fn new(
        blocks: &'f Blocks<'a>,
        body: &FunctionBody<'_>,
        ty: &FuncType,
        heights: Heights,
        ran: &[bool],
    ) -> Result<Self> {
        let mut locals = encoded(ty.params())?;
        for group in body.get_locals_reader()? {
            let (count, ty) = group?;
            locals.extend(std::iter::repeat_n(ValType::try_from(ty)?, count as usize));
        }
        Ok(Self {
            blocks,
            heights,
            ran: blocks.starts.iter().copied().zip(ran.iter().copied()).collect(),
            live: Live::of(blocks),
            ends: openers(blocks).into_iter().map(|(end, opened)| (opened, end)).collect(),
            locals,
            parameters: ty.params().len(),
            results: encoded(ty.results())?,
        })
    }

    fn operator(&self, at: usize) -> Option<&Operator<'a>> {
        self.blocks.operators.get(at).map(|(operator, _)| operator)
    }

    fn without_cold(&self, made: &mut Made) -> Result<Vec<u8>> {
        let mut code = Vec::new();
        let mut frames = vec![Frame {
            opened: None,
            ends: self.blocks.operators.len() - 1,
            results: self.results.clone(),
        }];
        let choice = index(self.locals.len());
        let mut chooses = false;
        let mut at = 0;
        while let Some((operator, bytes)) = self.blocks.operators.get(at) {
            if let Some(cold) = self.cold(at, &frames)? {
                let function = cold.function(self, made)?;
                chooses |= cold.call(self, function, choice, index(frames.len() - 1), &mut code);
                at = cold.to;
                continue;
            }
            match operator {
                Operator::Block { blockty } | Operator::Loop { blockty } | Operator::If { blockty } => {
                    frames.push(Frame {
                        opened: Some(at),
                        ends: *self.ends.get(&at).context("a block without an end")?,
                        results: block_results(*blockty, made)?,
                    });
                }
                Operator::End => drop(frames.pop()),
                _ => {}
            }
            code.extend_from_slice(bytes);
            at += 1;
        }
        let mut own = self.locals.get(self.parameters..).unwrap_or_default().to_vec();
        own.extend(chooses.then_some(ValType::I32));
        let mut body = declared(&own);
        body.extend(code);
        Ok(body)
    }

    /// The run that begins here, if none of it ran and it is worth a function.
    fn cold(&self, from: usize, frames: &[Frame]) -> Result<Option<Cold>> {
        if self.ran.get(&from) != Some(&false) || self.heights.get(from) != Some(&Some(0)) {
            return Ok(None);
        }
        let around = frames.last().context("an operator outside of all")?;
        let mut cold = Cold {
            from,
            to: from,
            falls: false,
            labels: Vec::new(),
            returns: false,
            used: BTreeSet::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            leaves: around.results.clone(),
        };
        let (mut read, mut set, mut labels) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut depth = 0;
        loop {
            let operator = self.operator(cold.to).context("a function without an end")?;
            let mut branch = |label: u32| labels.extend(label.checked_sub(depth));
            match operator {
                Operator::End | Operator::Else if depth == 0 => break,
                Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => depth += 1,
                Operator::End => depth -= 1,
                Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => branch(*relative_depth),
                Operator::BrTable { targets } => {
                    branch(targets.default());
                    targets.targets().flatten().for_each(branch);
                }
                Operator::Return => cold.returns = true,
                Operator::LocalGet { local_index } => read.extend([*local_index]),
                Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => set.extend([*local_index]),
                _ => {}
            }
            cold.to += 1;
        }
        cold.falls = self.heights.get(cold.to).is_some_and(Option::is_some);
        cold.labels = labels.into_iter().collect();
        // Whoever branches with values, or may both leave values and return some, stays.
        let carries = |label: &u32| {
            let frame = frames
                .len()
                .checked_sub(*label as usize + 1)
                .and_then(|at| frames.get(at));
            frame.is_none_or(|frame| !frame.results.is_empty() && !self.is_loop(frame.opened))
        };
        let both = cold.returns && !self.results.is_empty() && cold.falls && !cold.leaves.is_empty();
        if cold.labels.iter().any(carries) || both || self.results.len() > 1 || cold.leaves.len() > 1 {
            return Ok(None);
        }
        if !cold.falls {
            cold.leaves.clear();
        }
        let read_after = self.read_after(&cold, frames);
        let at_start = self.live.at_start(from);
        cold.outputs = self.by_type(set.iter().copied().filter(|local| read_after.has(*local)));
        let needed = |local: &u32| at_start.has(*local) && (read.contains(local) || cold.outputs.contains(local));
        cold.inputs = self.by_type(read.union(&set).copied().filter(needed));
        cold.used = read.union(&set).copied().collect();
        let weighs: usize = (from..cold.to)
            .filter_map(|at| self.blocks.operators.get(at))
            .map(|(_, bytes)| bytes.len())
            .sum();
        Ok((weighs >= cold.costs() + WORTH).then_some(cold))
    }

    fn is_loop(&self, opened: Option<usize>) -> bool {
        opened.is_some_and(|opened| matches!(self.operator(opened), Some(Operator::Loop { .. })))
    }

    /// What others read where the run leads to.
    fn read_after(&self, cold: &Cold, frames: &[Frame]) -> Locals {
        let after = |frame: &Frame| self.live.at_start(frame.ends + 1);
        let mut all = Locals::default();
        if cold.falls {
            all.add(&frames.last().map(after).unwrap_or_default());
        }
        for label in &cold.labels {
            let frame = frames
                .len()
                .checked_sub(*label as usize + 1)
                .and_then(|at| frames.get(at));
            all.add(&frame.map_or_else(Locals::default, |frame| match frame.opened {
                Some(opened) if self.is_loop(frame.opened) => self.live.at_loop(opened),
                _ => after(frame),
            }));
        }
        all
    }

    fn type_of(&self, local: u32) -> ValType {
        self.locals.get(local as usize).copied().unwrap_or(ValType::I32)
    }

    /// Sorted, so that few signatures are needed.
    fn by_type(&self, locals: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut locals: Vec<u32> = locals.collect();
        locals.sort_by_key(|local| (format!("{:?}", self.type_of(*local)), *local));
        locals
    }
}

fn encoded(types: &[wasmparser::ValType]) -> Result<Vec<ValType>> {
    Ok(types
        .iter()
        .map(|ty| ValType::try_from(*ty))
        .collect::<Result<_, _>>()?)
}

fn block_results(ty: wasmparser::BlockType, made: &Made) -> Result<Vec<ValType>> {
    match ty {
        wasmparser::BlockType::Empty => Ok(Vec::new()),
        wasmparser::BlockType::Type(ty) => Ok(vec![ty.try_into()?]),
        wasmparser::BlockType::FuncType(number) => {
            let ty = made
                .types
                .get(number as usize)
                .context("a block of a type that is none")?;
            ensure!(
                ty.params().is_empty(),
                "a block takes values, which splitting does not know"
            );
            encoded(ty.results())
        }
    }
}

#[cfg(test)]
mod tests;
