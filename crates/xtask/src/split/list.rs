//! The list of what the first view runs: functions by name, and which of their blocks.

use super::names::name;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Which blocks of a function ran, in their order.
type Ran = Vec<bool>;

/// What the first view runs.
#[derive(Default)]
pub struct First(BTreeMap<String, BTreeMap<u32, Ran>>);

/// What is known of a function.
pub enum Known<'a> {
    /// It does not run first.
    Later,
    /// It runs first, or another one that was compiled from its source.
    Runs,
    /// These of its blocks do.
    Blocks(&'a [bool]),
}

impl First {
    pub fn read(text: &str) -> Result<Self> {
        let mut list = Self::default();
        for line in text.lines() {
            // A name alone: whatever its shape, the function runs.
            let (name, blocks) = line
                .split_once('\t')
                .map_or((line, None), |(name, blocks)| (name, Some(blocks)));
            let shapes = list.0.entry(name.to_owned()).or_default();
            if let Some(blocks) = blocks {
                let row = blocks
                    .split_once('\t')
                    .and_then(|(shape, ran)| Some((u32::from_str_radix(shape, 16).ok()?, unpacked(ran)?)));
                shapes.extend([row.with_context(|| format!("not a row of the list: {line}"))?]);
            }
        }
        Ok(list)
    }

    pub fn write(&self) -> String {
        let mut text = String::new();
        for (name, shapes) in &self.0 {
            for (shape, ran) in shapes {
                // Writing into a string cannot fail.
                let _ = writeln!(text, "{name}\t{shape:08x}\t{}", packed(ran));
            }
        }
        text
    }

    pub fn add(&mut self, symbol: &str, shape: u32, ran: &[bool]) {
        let known = self.0.entry(name(symbol)).or_default().entry(shape).or_default();
        known.resize(ran.len().max(known.len()), false);
        for (known, ran) in known.iter_mut().zip(ran) {
            *known |= ran;
        }
    }

    pub fn merge(&mut self, other: Self) {
        for (name, shapes) in other.0 {
            self.0.entry(name).or_default().extend(shapes);
        }
    }

    pub fn find(&self, symbol: &str, shape: u32) -> Known<'_> {
        match self.0.get(&name(symbol)) {
            None => Known::Later,
            Some(shapes) => shapes.get(&shape).map_or(Known::Runs, |ran| Known::Blocks(ran)),
        }
    }
}

/// Four blocks a digit, the first one highest.
fn packed(ran: &[bool]) -> String {
    let digit = |four: &[bool]| {
        let bits = (0..4).fold(0, |bits, at| {
            bits * 2 + u32::from(four.get(at).copied().unwrap_or(false))
        });
        char::from_digit(bits, 16)
    };
    let digits: String = ran.chunks(4).filter_map(digit).collect();
    format!("{}:{digits}", ran.len())
}

fn unpacked(text: &str) -> Option<Ran> {
    let (count, digits) = text.split_once(':')?;
    let bits = digits
        .chars()
        .map(|digit| digit.to_digit(16))
        .collect::<Option<Vec<u32>>>()?;
    let mut ran: Ran = bits
        .iter()
        .flat_map(|bits| [8, 4, 2, 1].map(|bit| bits & bit > 0))
        .collect();
    ran.truncate(count.parse().ok()?);
    Some(ran)
}

#[cfg(test)]
mod tests {
    use super::{First, Known, packed, unpacked};

    #[test]
    fn blocks_are_read_as_they_were_written() {
        let ran = [true, false, true, true, false, true];
        assert_eq!(unpacked(&packed(&ran)).as_deref(), Some(&ran[..]));
        assert_eq!(unpacked("3:x"), None);
    }

    #[test]
    fn a_function_of_another_shape_runs_whole() {
        let mut list = First::default();
        list.add("f", 7, &[true, false]);
        list.add("f", 7, &[true, true]);
        let list = First::read(&list.write()).unwrap();
        assert!(matches!(list.find("f", 7), Known::Blocks([true, true])));
        assert!(matches!(list.find("f", 8), Known::Runs));
        assert!(matches!(list.find("g", 7), Known::Later));
    }
}
