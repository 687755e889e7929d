//! The page's module in two parts: the first has what the first view runs, the later one every other function's body.
//!
//! Both share memory, tables and globals.
//! Whatever the first part calls of the later one it calls through a slot of the function table.
//! Until the later part fills its slots, each holds a placeholder, imported from JavaScript under the slot's number:
//! it loads the later part at once and calls on (`web/assemble/module.js`).

mod count;
mod data;
mod module;
mod names;
mod plan;
mod section;
mod write;

pub use count::{counted, symbols};
pub use names::First;

use anyhow::{Result, ensure};
use data::Links;
use module::{Module, slice};
use plan::Plan;
use std::collections::BTreeSet;
use wasm_encoder::RawSection;
use wasmparser::{Parser, Payload};
use write::short_import;

/// The two modules.
pub struct Parts {
    pub first: Vec<u8>,
    pub later: Vec<u8>,
}

/// Splits a finished module that still has its names; `linked` is what the linker made of the same program.
pub fn split(finished: &[u8], linked: &[u8], list: &First) -> Result<Parts> {
    let (module, linked) = (Module::read(finished)?, Module::read(linked)?);
    let names: BTreeSet<&str> = module.imports.iter().map(|(_, name)| *name).collect();
    let short: BTreeSet<String> = names.iter().map(|name| short_import(name)).collect();
    ensure!(short.len() == names.len(), "two imports have one short name");
    let mut plan = Plan::new(&module, list)?;
    plan.later_data = Links::read(&linked)?.later(&module, |function| plan.is_first(function))?;
    Ok(Parts {
        first: plan.first()?,
        later: plan.later()?,
    })
}

/// A module without what the linker leaves for the split: whoever changes the module makes it untrue.
pub fn without_links(linked: &[u8]) -> Result<Vec<u8>> {
    let mut written = wasm_encoder::Module::new();
    for payload in Parser::new(0).parse_all(linked) {
        let payload = payload?;
        if let Payload::CustomSection(section) = &payload
            && (section.name() == "linking" || section.name().starts_with("reloc."))
        {
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            written.section(&RawSection {
                id,
                data: slice(linked, range)?,
            });
        }
    }
    Ok(written.finish())
}
