//! A module that keeps which blocks of its functions ran.

use super::blocks::Blocks;
use super::list::First;
use super::module::{Module, locals};
use super::section::{self, raw};
use anyhow::{Context, Result, ensure};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{CodeSection, Encode, ExportKind, ExportSection, Instruction, MemArg, MemorySection, MemoryType};
use wasmparser::{BinaryReader, MemorySectionReader};

const PAGE: usize = 65_536;

/// The module with a memory of its own, exported as `ran`: a byte for each block, 1 once the block has run.
pub fn counted(bytes: &[u8]) -> Result<Vec<u8>> {
    let module = Module::read(bytes)?;
    let counts = u32::try_from(module.memories.len())?;
    let mut code = CodeSection::new();
    let mut blocks = 0;
    for (_, body) in module.defined() {
        code.raw(&counting(body, counts, &mut blocks)?);
    }
    let mut exports = ExportSection::new();
    for export in &module.exports {
        exports.export(export.name, ExportKind::from(export.kind), export.index);
    }
    exports.export("ran", ExportKind::Memory, counts);
    let mut written = wasm_encoder::Module::new();
    for id in 1..section::MEMORY {
        raw(&mut written, &module, id);
    }
    written.section(&memories(&module, blocks)?);
    raw(&mut written, &module, section::GLOBAL);
    written.section(&exports);
    for id in [section::START, section::ELEMENT, section::DATA_COUNT] {
        raw(&mut written, &module, id);
    }
    written.section(&code);
    raw(&mut written, &module, section::DATA);
    Ok(written.finish())
}

fn memories(module: &Module<'_>, blocks: usize) -> Result<MemorySection> {
    let own = module
        .sections
        .get(&section::MEMORY)
        .context("a module without memory")?;
    let mut memories = MemorySection::new();
    RoundtripReencoder.parse_memory_section(&mut memories, MemorySectionReader::new(BinaryReader::new(own, 0))?)?;
    memories.memory(MemoryType {
        minimum: (blocks / PAGE + 1) as u64,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    Ok(memories)
}

/// A body that notes each block as it begins, from the given number on.
fn counting(body: &wasmparser::FunctionBody<'_>, memory_index: u32, next: &mut usize) -> Result<Vec<u8>> {
    let blocks = Blocks::read(body)?;
    let mut counting = locals(body)?.to_vec();
    let mut starts = blocks.starts.iter().peekable();
    for (at, (_, bytes)) in blocks.operators.iter().enumerate() {
        if starts.next_if_eq(&&at).is_some() {
            Instruction::I32Const(i32::try_from(*next)?).encode(&mut counting);
            Instruction::I32Const(1).encode(&mut counting);
            let to = MemArg {
                offset: 0,
                align: 0,
                memory_index,
            };
            Instruction::I32Store8(to).encode(&mut counting);
            *next += 1;
        }
        counting.extend_from_slice(bytes);
    }
    Ok(counting)
}

/// The list of what ran, by a byte for each block of the module.
pub fn ran(bytes: &[u8], ran: &[bool]) -> Result<First> {
    let module = Module::read(bytes)?;
    let mut list = First::default();
    let mut rest = ran;
    for (function, body) in module.defined() {
        let blocks = Blocks::read(body)?;
        ensure!(
            blocks.starts.len() <= rest.len(),
            "fewer blocks are counted than there are"
        );
        let (own, others) = rest.split_at(blocks.starts.len());
        rest = others;
        // What wasm-bindgen adds may have no name.
        if let Some(name) = module.names.get(&function)
            && own.first() == Some(&true)
        {
            list.add(name, blocks.shape(), own);
        }
    }
    Ok(list)
}
