//! Which constants only the later part's functions can reach.
//!
//! The linker leaves in its module which function names which piece of data, and which piece points to which (`--emit-relocs`).
//! What a function of the first part names, or a piece of its data points to, is the first part's; of all other constants
//! the later part brings the bytes.
//! wasm-bindgen and wasm-opt come after the linker: they move no data, but may write one function's body into another's.

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
pub struct Links<'a> {
    /// Addresses of the pieces, in order.
    pieces: Vec<Range<u32>>,
    /// Those that are constants.
    constants: BTreeSet<Piece>,
    /// What each function names, by its symbol.
    functions: BTreeMap<&'a str, Named<'a>>,
    /// What each piece points to.
    points_to: BTreeMap<Piece, BTreeSet<Piece>>,
    /// What has to be in the first part whoever runs.
    always: BTreeSet<Piece>,
}

#[derive(Default)]
struct Named<'a> {
    functions: BTreeSet<&'a str>,
    pieces: BTreeSet<Piece>,
}

impl<'a> Links<'a> {
    /// Reads the linker's module.
    pub fn read(linked: &Module<'a>) -> Result<Self> {
        let symbols = symbols(linked)?;
        let mut links = Self {
            pieces: Vec::new(),
            constants: BTreeSet::new(),
            functions: BTreeMap::new(),
            points_to: BTreeMap::new(),
            always: BTreeSet::new(),
        };
        links.cut(linked, &symbols)?;
        links.follow_code(linked, &symbols)?;
        links.follow_data(linked, &symbols)?;
        Ok(links)
    }

    fn cut(&mut self, linked: &Module<'a>, symbols: &[SymbolInfo<'a>]) -> Result<()> {
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

    fn follow_code(&mut self, linked: &Module<'a>, symbols: &[SymbolInfo<'a>]) -> Result<()> {
        let start = linked
            .starts
            .get(&section::CODE)
            .copied()
            .context("a module without code")?;
        let mut bodies = linked.defined().peekable();
        for relocation in relocations(linked, "reloc.CODE")? {
            let at = start + relocation.offset as usize;
            while bodies.peek().is_some_and(|(_, body)| body.range().end <= at) {
                bodies.next();
            }
            let (function, _) = bodies.peek().context("a relocation outside of all functions")?;
            let name = linked
                .names
                .get(function)
                .copied()
                .context("a linked function without a name")?;
            let named = self.functions.entry(name).or_default();
            match symbols.get(relocation.index as usize) {
                Some(SymbolInfo::Func { index, .. }) if relocation.ty != RelocationType::TypeIndexLeb => {
                    named.functions.extend(linked.names.get(index));
                }
                Some(SymbolInfo::Data {
                    symbol: Some(defined), ..
                }) if relocation.ty != RelocationType::TypeIndexLeb => {
                    let at = address(linked, *defined)?;
                    if let Some(piece) = piece_at(&self.pieces, at) {
                        named.pieces.insert(piece);
                    }
                }
                _ => {}
            }
        }
        self.keep_ambiguous(linked);
        Ok(())
    }

    /// Of two functions of one name nobody can tell what becomes of which.
    fn keep_ambiguous(&mut self, linked: &Module<'a>) {
        let mut seen = BTreeSet::new();
        for name in linked.names.values() {
            if !seen.insert(name)
                && let Some(named) = self.functions.get(name)
            {
                self.always.extend(&named.pieces);
            }
        }
    }

    fn follow_data(&mut self, linked: &Module<'a>, symbols: &[SymbolInfo<'a>]) -> Result<()> {
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
    pub fn later(&self, module: &Module<'a>, is_first: impl Fn(u32) -> bool) -> Result<Vec<Range<u32>>> {
        let kept: BTreeSet<&str> = module.names.values().copied().collect();
        let mut reached = self.always.clone();
        let mut functions = Vec::new();
        for (function, body) in module.defined().filter(|(function, _)| is_first(*function)) {
            functions.extend(module.names.get(&function).copied());
            reached.extend(self.mentioned(body)?);
        }
        let mut followed = BTreeSet::new();
        while let Some(function) = functions.pop() {
            if !followed.insert(function) {
                continue;
            }
            if let Some(named) = self.functions.get(function) {
                reached.extend(&named.pieces);
                // What is no more has perhaps become part of this one.
                functions.extend(named.functions.iter().filter(|other| !kept.contains(**other)));
            }
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

    /// The pieces that numbers in a body may be addresses of: what the linker tells should have them all.
    fn mentioned(&self, body: &wasmparser::FunctionBody<'_>) -> Result<Vec<Piece>> {
        let mut pieces = Vec::new();
        for (operator, _) in operators(body)? {
            let number = match operator {
                Operator::I32Const { value } => u32::try_from(value).ok(),
                Operator::I32Load { memarg }
                | Operator::I64Load { memarg }
                | Operator::I32Load8U { memarg }
                | Operator::I32Load8S { memarg }
                | Operator::I32Load16U { memarg }
                | Operator::I32Load16S { memarg }
                | Operator::F64Load { memarg }
                | Operator::F32Load { memarg } => u32::try_from(memarg.offset).ok(),
                _ => None,
            };
            pieces.extend(number.and_then(|number| piece_at(&self.pieces, number)));
        }
        Ok(pieces)
    }
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
