//! Which function goes where, and what it is called there.

use super::module::{Module, constant, index, operators};
use super::section::FUNCTIONS;
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use wasm_encoder::TableType;
use wasmparser::{ElementItems, ElementKind, ExternalKind, Operator};

/// Which function goes where.
pub(super) struct Plan<'m, 'a> {
    pub(super) module: &'m Module<'a>,
    /// By the function's index: whether the first part has its body (or imports it from JavaScript).
    pub(super) first: Vec<bool>,
    /// The functions in slots that the module fills when it starts.
    pub(super) slots: BTreeMap<u32, u32>,
    /// The slots that are added for the later part's functions.
    pub(super) added: BTreeMap<u32, u32>,
    /// What the first part's functions are called there.
    pub(super) first_index: BTreeMap<u32, u32>,
    /// What the later part's functions are called there, and those that it imports.
    pub(super) later_index: BTreeMap<u32, u32>,
    /// Functions of JavaScript and of the first part that the later one calls.
    pub(super) later_imports: Vec<u32>,
    /// A slot for every function of the first part that the later one imports.
    pub(super) given: BTreeMap<u32, u32>,
    /// Those of them that are added for it, one after the other, and the first one's slot.
    pub(super) added_for_later: (u32, Vec<u32>),
    /// A slot for every function of the later part that the first one reaches.
    pub(super) slot_of: BTreeMap<u32, u32>,
    /// Addresses of the constants that the later part brings.
    pub(super) later_data: Vec<Range<u32>>,
}

impl<'m, 'a> Plan<'m, 'a> {
    /// `first` has for each function whether it is the first part's.
    pub(super) fn new(module: &'m Module<'a>, first: Vec<bool>) -> Result<Self> {
        let mut plan = Self {
            module,
            first,
            slots: slots(module)?,
            added: BTreeMap::new(),
            first_index: BTreeMap::new(),
            later_index: BTreeMap::new(),
            later_imports: Vec::new(),
            given: BTreeMap::new(),
            added_for_later: (0, Vec::new()),
            slot_of: BTreeMap::new(),
            later_data: Vec::new(),
        };
        plan.give_slots()?;
        plan.count()?;
        plan.give_later()?;
        Ok(plan)
    }

    pub(super) fn is_first(&self, function: u32) -> bool {
        self.first.get(function as usize).copied().unwrap_or(true)
    }

    /// The functions that the bodies of one part call.
    fn called_by(&self, first: bool) -> Result<BTreeSet<u32>> {
        let mut called = BTreeSet::new();
        for (function, body) in self
            .module
            .defined()
            .filter(|(function, _)| self.is_first(*function) == first)
        {
            for (operator, _) in operators(body)? {
                match operator {
                    Operator::Call { function_index } | Operator::RefFunc { function_index } => {
                        called.insert(function_index);
                    }
                    Operator::ReturnCall { .. } => {
                        bail!("function {function} has a tail call, which splitting does not know")
                    }
                    _ => {}
                }
            }
        }
        Ok(called)
    }

    fn give_slots(&mut self) -> Result<()> {
        for (slot, function) in &self.slots {
            if !self.is_first(*function) {
                self.slot_of.entry(*function).or_insert(*slot);
            }
        }
        let mut next = self.own_slots()?;
        for function in self.called_by(true)? {
            if !self.is_first(function) && !self.slot_of.contains_key(&function) {
                self.slot_of.insert(function, next);
                self.added.insert(next, function);
                next += 1;
            }
        }
        Ok(())
    }

    /// How long the table is without what the split adds.
    fn own_slots(&self) -> Result<u32> {
        let table = self.module.tables.get(FUNCTIONS as usize);
        u32::try_from(table.context("a module without a table")?.initial).context("the table is too long")
    }

    /// An export would cost its name.
    fn give_later(&mut self) -> Result<()> {
        let own = self
            .slots
            .iter()
            .map(|(slot, function)| (*function, *slot))
            .collect::<BTreeMap<_, _>>();
        let start = self.own_slots()? + index(self.added.len());
        let mut added = Vec::new();
        for function in self
            .later_imports
            .iter()
            .filter(|function| **function >= self.module.imported())
        {
            let slot = own.get(function).copied().unwrap_or_else(|| {
                added.push(*function);
                start + index(added.len() - 1)
            });
            self.given.insert(*function, slot);
        }
        self.added_for_later = (start, added);
        Ok(())
    }

    /// The tables of both parts, with room for the added slots.
    pub(super) fn tables(&self) -> Result<Vec<TableType>> {
        let mut tables = Vec::new();
        for (number, table) in self.module.tables.iter().enumerate() {
            let mut table = TableType::try_from(*table)?;
            if number == FUNCTIONS as usize {
                let more = (self.added.len() + self.added_for_later.1.len()) as u64;
                table.minimum += more;
                table.maximum = table.maximum.map(|most| most + more);
            }
            tables.push(table);
        }
        Ok(tables)
    }

    /// The slots of the later part that are called by who does not know what is in them.
    pub(super) fn placeholders(&self) -> BTreeMap<u32, u32> {
        let filled = self.slots.iter().filter(|(_, function)| !self.is_first(**function));
        filled.map(|(slot, function)| (*slot, *function)).collect()
    }

    /// Every slot of the later part, and its function.
    pub(super) fn later_slots(&self) -> BTreeMap<u32, u32> {
        let mut slots = self.placeholders();
        slots.extend(&self.added);
        slots
    }

    fn count(&mut self) -> Result<()> {
        let (by_first, by_later) = (self.called_by(true)?, self.called_by(false)?);
        let exported: BTreeSet<u32> = self
            .module
            .exports
            .iter()
            .filter(|export| export.kind == ExternalKind::Func)
            .map(|export| export.index)
            .collect();
        let in_slots: BTreeSet<u32> = self.slots.values().copied().collect();
        let imports = (0..self.module.imported())
            .filter(|import| by_first.contains(import) || exported.contains(import) || in_slots.contains(import));
        self.first_index = imports.zip(0..).collect();
        // Then come the placeholders, and what loads the later part.
        let start = index(self.first_index.len() + self.placeholders().len() + 1);
        let defined = self.module.defined().map(|(function, _)| function);
        let (first, later): (Vec<u32>, Vec<u32>) = defined.partition(|function| self.is_first(*function));
        self.first_index.extend(first.into_iter().zip(start..));
        self.later_imports = by_later
            .into_iter()
            .filter(|function| self.is_first(*function))
            .collect();
        self.later_index = self.later_imports.iter().copied().chain(later).zip(0..).collect();
        Ok(())
    }
}

/// The functions that have to be in the first part, whether they run there or not.
pub(super) fn pinned(module: &Module<'_>) -> Result<BTreeSet<u32>> {
    let mut pinned: BTreeSet<u32> = module.start.into_iter().collect();
    for export in &module.exports {
        if export.kind == ExternalKind::Func {
            pinned.insert(export.index);
        }
    }
    for element in &module.elements {
        if !fills_functions(element) {
            pinned.extend(of_element(element)?);
        }
    }
    for (_, body) in module.defined() {
        for (operator, _) in operators(body)? {
            if let Operator::RefFunc { function_index } = operator {
                pinned.insert(function_index);
            }
        }
    }
    Ok(pinned)
}

fn fills_functions(element: &wasmparser::Element<'_>) -> bool {
    matches!(element.kind, ElementKind::Active { table_index, .. } if table_index.unwrap_or(FUNCTIONS) == FUNCTIONS)
}

/// The functions in the table, by slot.
fn slots(module: &Module<'_>) -> Result<BTreeMap<u32, u32>> {
    let mut slots = BTreeMap::new();
    for element in module.elements.iter().filter(|element| fills_functions(element)) {
        if let ElementKind::Active { ref offset_expr, .. } = element.kind {
            slots.extend((constant(offset_expr)?..).zip(of_element(element)?));
        }
    }
    Ok(slots)
}

pub(super) fn of_element(element: &wasmparser::Element<'_>) -> Result<Vec<u32>> {
    match &element.items {
        ElementItems::Functions(functions) => Ok(functions.clone().into_iter().collect::<Result<_, _>>()?),
        ElementItems::Expressions(..) => bail!("a table is filled with expressions, which splitting does not know"),
    }
}
