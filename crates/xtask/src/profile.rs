//! `cargo xtask profile`: which functions the first view runs, asked of the page itself.

use crate::dist::{self, Finish};
use crate::run::{command, output, say};
use crate::setup;
use crate::split::{self, First};
use anyhow::{Context, Result};
use std::fs;

/// Builds a page that counts, visits it, and writes the list that the split of the module reads.
pub fn write() -> Result<()> {
    dist::build(Finish::Counted)?;
    say("visiting the page");
    let visits = output(
        command("node")
            .arg("tests/bench/first-view.mjs")
            .env("CHROME", setup::chrome()?)
            .stderr(std::process::Stdio::inherit()),
    )
    .context("the visits of tests/bench/first-view.mjs failed")?;
    let ran = visits
        .split_whitespace()
        .map(str::parse)
        .collect::<Result<Vec<u32>, _>>()?;
    let symbols = split::symbols(&dist::read(&dist::named())?, &ran)?;
    let list = First::of_symbols(symbols.iter().map(String::as_str));
    fs::write(dist::list(), list.write()).context("cannot write the list")?;
    say(&format!(
        "{} functions run first: {}",
        ran.len(),
        dist::list().display()
    ));
    dist::assemble(Finish::Release)
}
