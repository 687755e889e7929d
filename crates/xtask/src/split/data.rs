//! Which constants only the later part's functions can reach.
//!
//! The linker leaves in its module which numbers in functions are addresses of which piece of data, and which piece points
//! to which (`--emit-relocs`).
//! What a number in the first part's functions is an address of, or a piece of its data points to, is the first part's; of all
//! other constants the later part brings the bytes.
//! wasm-bindgen and wasm-opt come after the linker: they move code, but no data.

use super::module::{Module, constant, operators};
use super::section;
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use wasmparser::{
    BinaryReader, DataKind, DefinedDataSymbol, Linking, LinkingSectionReader, Operator, RelocSectionReader,
    RelocationType, SymbolInfo,
};

/// Constants that are never written, as Rust's compiler and the linker name their segment.
const CONSTANTS: &str = ".rodata";

/// A piece of data: what one symbol, or several that overlap, stand for.
type Piece = usize;

/// What the linker knows.
pub struct Links {
    /// Addresses of the pieces, in order.
    pieces: Vec<Range<u32>>,
    /// Those that are constants.
    constants: BTreeSet<Piece>,
    /// What numbers in functions stand for; an address may lie beside its piece, where something is always added to it.
    addresses: BTreeMap<u32, BTreeSet<Piece>>,
    /// What each piece points to.
    points_to: BTreeMap<Piece, BTreeSet<Piece>>,
    /// What has to be in the first part whoever runs.
    always: BTreeSet<Piece>,
}

impl Links {
    /// Reads the linker's module.
    pub fn read(linked: &Module<'_>) -> Result<Self> {
        let symbols = symbols(linked)?;
        let mut links = Self {
            pieces: Vec::new(),
            constants: BTreeSet::new(),
            addresses: BTreeMap::new(),
            points_to: BTreeMap::new(),
            always: BTreeSet::new(),
        };
        links.cut(linked, &symbols)?;
        links.read_code(linked, &symbols)?;
        links.follow_data(linked, &symbols)?;
        Ok(links)
    }

    fn cut(&mut self, linked: &Module<'_>, symbols: &[SymbolInfo<'_>]) -> Result<()> {
        let mut found = Vec::new();
        for symbol in symbols {
            if let SymbolInfo::Data {
                symbol: Some(defined), ..
            } = symbol
                && defined.size > 0
            {
                let start = address(linked, *defined)?;
                let is_constant = linked
                    .segment_names
                    .get(&defined.index)
                    .is_some_and(|name| name.starts_with(CONSTANTS));
                found.push((start, start + defined.size, is_constant));
            }
        }
        found.sort_unstable();
        for (start, end, is_constant) in found {
            match self.pieces.last_mut() {
                Some(last) if start < last.end => last.end = last.end.max(end),
                _ => self.pieces.push(start..end),
            }
            if is_constant {
                self.constants.insert(self.pieces.len() - 1);
            }
        }
        Ok(())
    }

    fn read_code(&mut self, linked: &Module<'_>, symbols: &[SymbolInfo<'_>]) -> Result<()> {
        for relocation in relocations(linked, "reloc.CODE")? {
            if let Some(SymbolInfo::Data {
                symbol: Some(defined), ..
            }) = symbols.get(relocation.index as usize)
                && relocation.ty != RelocationType::TypeIndexLeb
            {
                let at = address(linked, *defined)?;
                if let Some(piece) = piece_at(&self.pieces, at) {
                    let number = u32::try_from(i64::from(at) + relocation.addend)?;
                    self.addresses.entry(number).or_default().insert(piece);
                }
            }
        }
        Ok(())
    }

    fn follow_data(&mut self, linked: &Module<'_>, symbols: &[SymbolInfo<'_>]) -> Result<()> {
        let start = linked
            .starts
            .get(&section::DATA)
            .copied()
            .context("a module without data")?;
        for relocation in relocations(linked, "reloc.DATA")? {
            let Some(SymbolInfo::Data {
                symbol: Some(defined), ..
            }) = symbols.get(relocation.index as usize)
            else {
                continue;
            };
            let Some(target) = piece_at(&self.pieces, address(linked, *defined)?) else {
                continue;
            };
            let at = start + relocation.offset as usize;
            let source = linked
                .data
                .iter()
                .find(|data| data.range.contains(&at))
                .context("a relocation outside of all data")?;
            let within = at - (source.range.end - source.data.len());
            let source = segment_start(&source.kind)? + u32::try_from(within)?;
            match piece_at(&self.pieces, source) {
                Some(source) => self.points_to.entry(source).or_default().insert(target),
                None => self.always.insert(target),
            };
        }
        Ok(())
    }

    /// The addresses of the constants that the first part's functions, by index in the finished module, cannot reach.
    pub fn later(&self, module: &Module<'_>, is_first: impl Fn(u32) -> bool) -> Result<Vec<Range<u32>>> {
        let mut reached = self.always.clone();
        for (_, body) in module.defined().filter(|(function, _)| is_first(*function)) {
            self.reach(body, &mut reached)?;
        }
        let mut pieces: Vec<Piece> = reached.iter().copied().collect();
        while let Some(piece) = pieces.pop() {
            for next in self.points_to.get(&piece).into_iter().flatten() {
                if reached.insert(*next) {
                    pieces.push(*next);
                }
            }
        }
        let later = self.constants.iter().filter(|piece| !reached.contains(piece));
        Ok(later.filter_map(|piece| self.pieces.get(*piece)).cloned().collect())
    }

    /// Adds the pieces that numbers in a body are addresses of, or lie in as addresses would.
    fn reach(&self, body: &wasmparser::FunctionBody<'_>, reached: &mut BTreeSet<Piece>) -> Result<()> {
        for (operator, _) in operators(body)? {
            let Some(number) = number(&operator) else { continue };
            reached.extend(piece_at(&self.pieces, number));
            reached.extend(self.addresses.get(&number).into_iter().flatten());
        }
        Ok(())
    }
}

/// The number in an operator that may be an address.
#[allow(clippy::cast_sign_loss, reason = "addresses are written as signed numbers")]
fn number(operator: &Operator<'_>) -> Option<u32> {
    let memarg = match operator {
        Operator::I32Const { value } => return Some(*value as u32),
        Operator::I32Load { memarg }
        | Operator::I64Load { memarg }
        | Operator::F32Load { memarg }
        | Operator::F64Load { memarg }
        | Operator::I32Load8S { memarg }
        | Operator::I32Load8U { memarg }
        | Operator::I32Load16S { memarg }
        | Operator::I32Load16U { memarg }
        | Operator::I64Load8S { memarg }
        | Operator::I64Load8U { memarg }
        | Operator::I64Load16S { memarg }
        | Operator::I64Load16U { memarg }
        | Operator::I64Load32S { memarg }
        | Operator::I64Load32U { memarg } => memarg,
        _ => return None,
    };
    u32::try_from(memarg.offset).ok()
}

fn symbols<'a>(linked: &Module<'a>) -> Result<Vec<SymbolInfo<'a>>> {
    let linking = linked.custom.get("linking").context("the linker left no symbols")?;
    for subsection in LinkingSectionReader::new(BinaryReader::new(linking, 0))?.subsections() {
        if let Linking::SymbolTable(symbols) = subsection? {
            return Ok(symbols.into_iter().collect::<Result<_, _>>()?);
        }
    }
    Ok(Vec::new())
}

fn relocations(linked: &Module<'_>, section: &str) -> Result<Vec<wasmparser::RelocationEntry>> {
    let section = linked
        .custom
        .get(section)
        .with_context(|| format!("the linker left no {section}"))?;
    let reader = RelocSectionReader::new(BinaryReader::new(section, 0))?;
    Ok(reader.entries().into_iter().collect::<Result<_, _>>()?)
}

fn address(linked: &Module<'_>, symbol: DefinedDataSymbol) -> Result<u32> {
    let segment = linked
        .data
        .get(symbol.index as usize)
        .context("a symbol outside of all data")?;
    Ok(segment_start(&segment.kind)? + symbol.offset)
}

pub fn segment_start(kind: &DataKind<'_>) -> Result<u32> {
    match kind {
        DataKind::Active {
            memory_index: 0,
            offset_expr,
        } => constant(offset_expr),
        _ => anyhow::bail!("data that the program places by itself, which splitting does not know"),
    }
}

fn piece_at(pieces: &[Range<u32>], address: u32) -> Option<Piece> {
    let after = pieces.partition_point(|piece| piece.start <= address);
    let piece = after.checked_sub(1)?;
    pieces
        .get(piece)
        .is_some_and(|range| range.contains(&address))
        .then_some(piece)
}
