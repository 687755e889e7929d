//! The page's module in two parts: the first has what the first view runs, the later one all else, function by function and block by block.
//!
//! Both share memory, tables and globals.
//! Whatever the first part calls of the later one it calls through a slot of the function table, and before that a function
//! of JavaScript that loads the later part at once where it is not there (`web/assemble/module.js`).
//! A slot that is called by whoever does not know what is in it holds a placeholder until then, imported from JavaScript
//! under the slot's number: it loads the later part and calls on.

mod blocks;
mod count;
mod data;
mod list;
mod live;
mod module;
mod names;
mod outline;
mod plan;
mod section;
mod write;

pub use count::{counted, ran};
pub use list::First;

use anyhow::{Context, Result, ensure};
use data::Links;
use module::{Module, slice};
use plan::Plan;
use std::collections::BTreeSet;
use wasm_encoder::RawSection;
use wasmparser::{Parser, Payload, Validator};
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
    let outlined = outline::outline(finished, list, &plan::pinned(&module)?)?;
    let module = Module::read(&outlined.bytes)?;
    let mut plan = Plan::new(&module, outlined.first)?;
    plan.later_data = Links::read(&linked)?.later(&module, |function| plan.is_first(function))?;
    let parts = Parts {
        first: plan.first()?,
        later: plan.later()?,
    };
    for part in [&parts.first, &parts.later] {
        Validator::new()
            .validate_all(part)
            .context("a part of the module is none")?;
    }
    Ok(parts)
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
