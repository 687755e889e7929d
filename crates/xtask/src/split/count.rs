//! A module that keeps which of its functions ran.

use super::module::{Module, locals, operators};
use super::section::{self, raw};
use anyhow::{Context, Result};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{
    CodeSection, ConstExpr, Encode, ExportKind, ExportSection, GlobalSection, GlobalType, Instruction, ValType,
};
use wasmparser::{BinaryReader, GlobalSectionReader};

/// The module with an exported global for each function, `ran0` for the first defined one, that is 1 once the function has run.
pub fn counted(bytes: &[u8]) -> Result<Vec<u8>> {
    let module = Module::read(bytes)?;
    let globals = module
        .sections
        .get(&section::GLOBAL)
        .context("a module without globals")?;
    let globals = GlobalSectionReader::new(BinaryReader::new(globals, 0))?;
    let mut all = GlobalSection::new();
    RoundtripReencoder.parse_global_section(&mut all, globals)?;
    let before = all.len();
    let flag = GlobalType {
        val_type: ValType::I32,
        mutable: true,
        shared: false,
    };
    let mut exports = ExportSection::new();
    for export in &module.exports {
        exports.export(export.name, ExportKind::from(export.kind), export.index);
    }
    let mut code = CodeSection::new();
    for (nth, (_, body)) in (0..).zip(module.defined()) {
        all.global(flag, &ConstExpr::i32_const(0));
        exports.export(&format!("ran{nth}"), ExportKind::Global, before + nth);
        let mut counting = locals(body)?.to_vec();
        Instruction::I32Const(1).encode(&mut counting);
        Instruction::GlobalSet(before + nth).encode(&mut counting);
        for (_, bytes) in operators(body)? {
            counting.extend_from_slice(bytes);
        }
        code.raw(&counting);
    }
    let mut written = wasm_encoder::Module::new();
    for id in 1..=section::MEMORY {
        raw(&mut written, &module, id);
    }
    written.section(&all).section(&exports);
    for id in [section::START, section::ELEMENT, section::DATA_COUNT] {
        raw(&mut written, &module, id);
    }
    written.section(&code);
    raw(&mut written, &module, section::DATA);
    Ok(written.finish())
}

/// The symbols of the functions that ran, by the numbers of their globals; what wasm-bindgen adds may have none.
pub fn symbols(bytes: &[u8], ran: &[u32]) -> Result<Vec<String>> {
    let module = Module::read(bytes)?;
    let names = ran
        .iter()
        .filter_map(|nth| module.names.get(&(module.imported() + nth)));
    Ok(names.map(|name| (*name).to_owned()).collect())
}
