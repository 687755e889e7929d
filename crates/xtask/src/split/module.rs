//! A module, read as far as splitting it needs.

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::ops::Range;
use wasmparser::{
    Data, Element, Export, FunctionBody, GlobalType, KnownCustom, MemoryType, Name, Operator, Parser, Payload,
    TableType, TypeRef,
};

#[derive(Default)]
pub struct Module<'a> {
    /// The content of each section, by its id.
    pub sections: BTreeMap<u8, &'a [u8]>,
    /// Where that content starts.
    pub starts: BTreeMap<u8, usize>,
    /// Imported functions: module and name.
    pub imports: Vec<(&'a str, &'a str)>,
    /// The type of every function, the imported ones first.
    pub types: Vec<u32>,
    pub tables: Vec<TableType>,
    pub memories: Vec<MemoryType>,
    pub globals: Vec<GlobalType>,
    pub exports: Vec<Export<'a>>,
    pub start: Option<u32>,
    pub elements: Vec<Element<'a>>,
    pub bodies: Vec<FunctionBody<'a>>,
    pub data: Vec<Data<'a>>,
    /// Symbols of functions, by index.
    pub names: BTreeMap<u32, &'a str>,
    /// Names of segments of data, by index.
    pub segment_names: BTreeMap<u32, &'a str>,
    /// Contents of custom sections.
    pub custom: BTreeMap<&'a str, &'a [u8]>,
}

impl<'a> Module<'a> {
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut module = Self::default();
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload.context("not a WebAssembly module")?;
            if let Some((id, range)) = payload.as_section() {
                module.starts.insert(id, range.start);
                module.sections.insert(id, slice(bytes, range)?);
            }
            module.take(payload)?;
        }
        Ok(module)
    }

    fn take(&mut self, payload: Payload<'a>) -> Result<()> {
        match payload {
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    let import = import?;
                    let TypeRef::Func(type_index) = import.ty else {
                        bail!("{}.{} is imported, and no function", import.module, import.name);
                    };
                    self.imports.push((import.module, import.name));
                    self.types.push(type_index);
                }
            }
            Payload::FunctionSection(reader) => {
                for type_index in reader {
                    self.types.push(type_index?);
                }
            }
            Payload::TableSection(reader) => {
                for table in reader {
                    self.tables.push(table?.ty);
                }
            }
            Payload::MemorySection(reader) => self.memories = reader.into_iter().collect::<Result<_, _>>()?,
            Payload::GlobalSection(reader) => {
                for global in reader {
                    self.globals.push(global?.ty);
                }
            }
            Payload::ExportSection(reader) => self.exports = reader.into_iter().collect::<Result<_, _>>()?,
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(reader) => self.elements = reader.into_iter().collect::<Result<_, _>>()?,
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            Payload::DataSection(reader) => self.data = reader.into_iter().collect::<Result<_, _>>()?,
            Payload::CustomSection(section) => {
                self.custom.insert(section.name(), section.data());
                if let KnownCustom::Name(names) = section.as_known() {
                    for names in names {
                        self.take_names(names?)?;
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn take_names(&mut self, names: Name<'a>) -> Result<()> {
        let (names, into) = match names {
            Name::Function(names) => (names, &mut self.names),
            Name::Data(names) => (names, &mut self.segment_names),
            _ => return Ok(()),
        };
        for name in names {
            let name = name?;
            into.insert(name.index, name.name);
        }
        Ok(())
    }

    /// How many functions are imported: the first defined one has this index.
    pub fn imported(&self) -> u32 {
        index(self.imports.len())
    }

    /// The indices of the functions with bodies, each with its body.
    pub fn defined(&self) -> impl Iterator<Item = (u32, &FunctionBody<'a>)> {
        (self.imported()..).zip(&self.bodies)
    }

    pub fn type_of(&self, function: u32) -> Result<u32> {
        self.types
            .get(function as usize)
            .copied()
            .context("a function without a type")
    }
}

/// The operators of a body, each with the bytes it is written in.
pub fn operators<'a>(body: &FunctionBody<'a>) -> Result<Vec<(Operator<'a>, &'a [u8])>> {
    let bytes = body.as_bytes();
    let start = body.range().start;
    let read: Vec<(Operator<'a>, usize)> = body
        .get_operators_reader()?
        .into_iter_with_offsets()
        .collect::<Result<_, _>>()?;
    let ends = read
        .iter()
        .skip(1)
        .map(|(_, offset)| *offset)
        .chain([body.range().end])
        .collect::<Vec<_>>();
    read.into_iter()
        .zip(ends)
        .map(|((operator, from), to)| Ok((operator, slice(bytes, from - start..to - start)?)))
        .collect()
}

/// What of a body comes before its operators: its locals.
pub fn locals<'a>(body: &FunctionBody<'a>) -> Result<&'a [u8]> {
    let before = body.get_operators_reader()?.original_position() - body.range().start;
    slice(body.as_bytes(), 0..before)
}

pub fn slice(bytes: &[u8], range: Range<usize>) -> Result<&[u8]> {
    bytes.get(range).context("the module is cut short")
}

/// A position as WebAssembly counts.
pub fn index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// The number that a constant expression is.
pub fn constant(expression: &wasmparser::ConstExpr<'_>) -> Result<u32> {
    match expression.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(u32::try_from(value)?),
        _ => bail!("a segment starts where only running tells"),
    }
}
