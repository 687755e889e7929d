//! The sections of a module by number, and how one is copied as it is.

use super::module::Module;
use wasm_encoder::RawSection;

/// The table that functions are called through.
pub const FUNCTIONS: u32 = 0;

pub const TYPE: u8 = 1;
pub const IMPORT: u8 = 2;
pub const TABLE: u8 = 4;
pub const MEMORY: u8 = 5;
pub const GLOBAL: u8 = 6;
pub const START: u8 = 8;
pub const ELEMENT: u8 = 9;
pub const CODE: u8 = 10;
pub const DATA: u8 = 11;
pub const DATA_COUNT: u8 = 12;

pub fn raw(written: &mut wasm_encoder::Module, module: &Module<'_>, id: u8) {
    if let Some(data) = module.sections.get(&id) {
        written.section(&RawSection { id, data });
    }
}
