//! The two modules, byte by byte.

use super::data::segment_start;
use super::module::{Module, constant, index, locals, operators, slice};
use super::plan::{Plan, of_element};
use super::section::{self, FUNCTIONS, raw};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::ops::Range;
use wasm_encoder::{
    CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, Elements, Encode, EntityType, ExportKind,
    ExportSection, FunctionSection, ImportSection, Instruction, TableSection,
};
use wasmparser::{BinaryReader, ElementKind, ExternalKind, Operator, TypeSectionReader};

/// The name under which the later part imports the first.
const FIRST: &str = "first";
/// The name under which the first part imports what stands in for the later one.
const PLACEHOLDER: &str = "later";

/// How many bytes a segment of data takes besides its content.
const SEGMENT_COSTS: u32 = 8;

/// How many digits wasm-bindgen tells functions of one name apart by, and how many do.
const HASH_DIGITS: usize = 16;
const SHORT_HASH_DIGITS: usize = 4;

impl Plan<'_, '_> {
    pub(super) fn first(&self) -> Result<Vec<u8>> {
        let module = self.module;
        let mut imports = ImportSection::new();
        for (function, (from, name)) in (0..).zip(&module.imports) {
            if self.first_index.contains_key(&function) {
                imports.import(
                    from,
                    &short_import(name),
                    EntityType::Function(module.type_of(function)?),
                );
            }
        }
        for (slot, function) in self.placeholders() {
            imports.import(
                PLACEHOLDER,
                &short(slot),
                EntityType::Function(module.type_of(function)?),
            );
        }
        imports.import(PLACEHOLDER, "", EntityType::Function(type_of_load(module)?));
        let load = imports.len() - 1;
        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        for (function, body) in module.defined().filter(|(function, _)| self.is_first(*function)) {
            functions.function(module.type_of(function)?);
            code.raw(&rewritten(body, |callee| self.call_from_first(callee, load))?);
        }
        let mut tables = TableSection::new();
        for table in self.tables()? {
            tables.table(table);
        }
        let mut written = wasm_encoder::Module::new();
        raw(&mut written, module, section::TYPE);
        written.section(&imports).section(&functions).section(&tables);
        raw(&mut written, module, section::MEMORY);
        raw(&mut written, module, section::GLOBAL);
        written.section(&self.first_exports()?);
        if let Some(start) = module.start {
            written.section(&wasm_encoder::StartSection {
                function_index: self.in_first(start)?,
            });
        }
        written.section(&self.first_elements()?);
        let data = self.data(false)?;
        if module.sections.contains_key(&section::DATA_COUNT) {
            written.section(&DataCountSection { count: data.len() });
        }
        written.section(&code).section(&data);
        Ok(written.finish())
    }

    /// The data of one part.
    fn data(&self, later: bool) -> Result<DataSection> {
        let mut section = DataSection::new();
        for segment in &self.module.data {
            let start = segment_start(&segment.kind)?;
            for piece in self.pieces(start..start + index(segment.data.len()), later) {
                let bytes = slice(
                    segment.data,
                    (piece.start - start) as usize..(piece.end - start) as usize,
                )?;
                section.active(0, &const_expr(piece.start)?, bytes.iter().copied());
            }
        }
        Ok(section)
    }

    /// What of a range of addresses one part brings; gaps that cost less than another segment are filled.
    fn pieces(&self, range: Range<u32>, later: bool) -> Vec<Range<u32>> {
        let mut pieces = Vec::new();
        let mut from = range.start;
        for taken in self
            .later_data
            .iter()
            .filter(|taken| taken.start < range.end && range.start < taken.end)
        {
            let taken = taken.start.max(range.start)..taken.end.min(range.end);
            if later {
                pieces.push(taken);
            } else {
                pieces.push(from..taken.start);
                from = taken.end;
            }
        }
        if !later {
            pieces.push(from..range.end);
        }
        let mut joined: Vec<Range<u32>> = Vec::new();
        for piece in pieces.into_iter().filter(|piece| !piece.is_empty()) {
            match joined.last_mut() {
                Some(last) if piece.start - last.end < SEGMENT_COSTS => last.end = piece.end,
                _ => joined.push(piece),
            }
        }
        joined
    }

    fn in_first(&self, function: u32) -> Result<u32> {
        self.first_index
            .get(&function)
            .copied()
            .context("the first part misses a function")
    }

    fn call_from_first(&self, callee: u32, load: u32) -> Result<Call> {
        if self.is_first(callee) {
            return Ok(Call::Function(self.in_first(callee)?));
        }
        let slot = self
            .slot_of
            .get(&callee)
            .copied()
            .context("a function without a slot")?;
        Ok(Call::Slot {
            // A slot of the program's own holds a placeholder, which loads by itself.
            load: self.added.contains_key(&slot).then_some(load),
            slot,
            type_index: self.module.type_of(callee)?,
        })
    }

    fn first_exports(&self) -> Result<ExportSection> {
        let mut exports = ExportSection::new();
        for export in &self.module.exports {
            let (kind, number) = match export.kind {
                ExternalKind::Func => (ExportKind::Func, self.in_first(export.index)?),
                kind => (ExportKind::from(kind), export.index),
            };
            exports.export(export.name, kind, number);
        }
        for (name, kind, number) in self.shared() {
            exports.export(&name, kind, number);
        }
        Ok(exports)
    }

    /// What both parts share besides functions.
    fn shared(&self) -> impl Iterator<Item = (String, ExportKind, u32)> {
        let memories = (0..)
            .zip(&self.module.memories)
            .map(|(number, _)| (format!("m{number}"), ExportKind::Memory, number));
        let tables = (0..)
            .zip(&self.module.tables)
            .map(|(number, _)| (format!("t{number}"), ExportKind::Table, number));
        let globals = (0..)
            .zip(&self.module.globals)
            .map(|(number, _)| (format!("g{number}"), ExportKind::Global, number));
        memories.chain(tables).chain(globals)
    }

    fn first_elements(&self) -> Result<ElementSection> {
        let placeholders: BTreeMap<u32, u32> = {
            let start = self
                .first_index
                .keys()
                .take_while(|function| **function < self.module.imported())
                .count();
            self.placeholders().into_keys().zip(index(start)..).collect()
        };
        let mut elements = ElementSection::new();
        for element in &self.module.elements {
            let functions = of_element(element)?;
            let ElementKind::Active {
                table_index,
                ref offset_expr,
            } = element.kind
            else {
                let functions = functions
                    .into_iter()
                    .map(|function| self.in_first(function))
                    .collect::<Result<Vec<_>>>()?;
                elements.declared(Elements::Functions(functions.into()));
                continue;
            };
            let offset = constant(offset_expr)?;
            let functions = (offset..)
                .zip(functions)
                .map(|(slot, function)| match placeholders.get(&slot) {
                    Some(placeholder) => Ok(*placeholder),
                    None => self.in_first(function),
                })
                .collect::<Result<Vec<_>>>()?;
            let table = table_index.filter(|table| *table != FUNCTIONS);
            elements.active(table, &const_expr(offset)?, Elements::Functions(functions.into()));
        }
        let (start, functions) = &self.added_for_later;
        let functions = functions
            .iter()
            .map(|function| self.in_first(*function))
            .collect::<Result<Vec<_>>>()?;
        if !functions.is_empty() {
            elements.active(None, &const_expr(*start)?, Elements::Functions(functions.into()));
        }
        Ok(elements)
    }

    pub(super) fn later(&self) -> Result<Vec<u8>> {
        let module = self.module;
        let tables = self.tables()?;
        let mut imports = ImportSection::new();
        for (name, kind, number) in self.shared() {
            let number = number as usize;
            let missing = "a shared thing without a type";
            let shared = match kind {
                ExportKind::Memory => EntityType::Memory((*module.memories.get(number).context(missing)?).into()),
                ExportKind::Table => EntityType::Table(*tables.get(number).context(missing)?),
                _ => EntityType::Global((*module.globals.get(number).context(missing)?).try_into()?),
            };
            imports.import(FIRST, &name, shared);
        }
        for function in &self.later_imports {
            let of_function = EntityType::Function(module.type_of(*function)?);
            if let Some((from, name)) = module.imports.get(*function as usize) {
                imports.import(from, &short_import(name), of_function);
            } else {
                let slot = self.given.get(function).context("the later part misses a function")?;
                imports.import(FIRST, &format!("f{}", short(*slot)), of_function);
            }
        }
        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        for (function, body) in module.defined().filter(|(function, _)| !self.is_first(*function)) {
            functions.function(module.type_of(function)?);
            code.raw(&rewritten(body, |callee| Ok(Call::Function(self.in_later(callee)?)))?);
        }
        let mut written = wasm_encoder::Module::new();
        raw(&mut written, module, section::TYPE);
        written
            .section(&imports)
            .section(&functions)
            .section(&self.later_elements()?);
        written.section(&code).section(&self.data(true)?);
        Ok(written.finish())
    }

    fn in_later(&self, function: u32) -> Result<u32> {
        self.later_index
            .get(&function)
            .copied()
            .context("the later part misses a function")
    }

    /// One segment for each run of slots.
    fn later_elements(&self) -> Result<ElementSection> {
        let mut runs: Vec<(u32, Vec<u32>)> = Vec::new();
        for (slot, function) in self.later_slots() {
            let function = self.in_later(function)?;
            match runs.last_mut() {
                Some((start, run)) if *start + index(run.len()) == slot => run.push(function),
                _ => runs.push((slot, vec![function])),
            }
        }
        let mut elements = ElementSection::new();
        for (start, run) in runs {
            elements.active(None, &const_expr(start)?, Elements::Functions(run.into()));
        }
        Ok(elements)
    }
}

/// The type of a function that takes and gives nothing.
fn type_of_load(module: &Module<'_>) -> Result<u32> {
    let types = module.sections.get(&section::TYPE).context("a module without types")?;
    let types = TypeSectionReader::new(BinaryReader::new(types, 0))?.into_iter_err_on_gc_types();
    for (number, ty) in (0..).zip(types) {
        let ty = ty?;
        if ty.params().is_empty() && ty.results().is_empty() {
            return Ok(number);
        }
    }
    bail!("no function takes and gives nothing")
}

fn const_expr(value: u32) -> Result<ConstExpr> {
    Ok(ConstExpr::i32_const(i32::try_from(value)?))
}

/// A call as it is written.
enum Call {
    Function(u32),
    Slot {
        load: Option<u32>,
        slot: u32,
        type_index: u32,
    },
}

/// A body with other indices of functions.
fn rewritten(body: &wasmparser::FunctionBody<'_>, call: impl Fn(u32) -> Result<Call>) -> Result<Vec<u8>> {
    let mut written = locals(body)?.to_vec();
    for (operator, bytes) in operators(body)? {
        match operator {
            Operator::Call { function_index } => match call(function_index)? {
                Call::Function(function) => Instruction::Call(function).encode(&mut written),
                Call::Slot { load, slot, type_index } => {
                    if let Some(load) = load {
                        Instruction::Call(load).encode(&mut written);
                    }
                    Instruction::I32Const(i32::try_from(slot)?).encode(&mut written);
                    Instruction::CallIndirect {
                        type_index,
                        table_index: FUNCTIONS,
                    }
                    .encode(&mut written);
                }
            },
            Operator::RefFunc { function_index } => match call(function_index)? {
                Call::Function(function) => Instruction::RefFunc(function).encode(&mut written),
                Call::Slot { .. } => bail!("a reference to a function of the later part"),
            },
            _ => written.extend_from_slice(bytes),
        }
    }
    Ok(written)
}

/// The name of a function of JavaScript with the last digits of its hash alone, as `assemble.mjs` shortens it.
pub(super) fn short_import(name: &str) -> String {
    match name.rsplit_once('_') {
        Some((start, hash)) if hash.len() == HASH_DIGITS && hash.bytes().all(|digit| digit.is_ascii_hexdigit()) => {
            let digits = hash.get(HASH_DIGITS - SHORT_HASH_DIGITS..).unwrap_or(hash);
            format!("{start}_{digits}")
        }
        _ => name.to_owned(),
    }
}

/// A number in as few letters as JavaScript's `parseInt(_, 36)` reads.
fn short(mut number: u32) -> String {
    let mut digits = Vec::new();
    loop {
        digits.extend(char::from_digit(number % 36, 36));
        number /= 36;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}
