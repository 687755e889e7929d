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
    fs::write(dist::list(), visit()?.write()).context("cannot write the list")?;
    dist::assemble(Finish::Release)
}

/// Adds what a quick build runs first to the list, where there is no time for a whole build. Functions that it writes apart may be
/// in none of the other's parts, and what no longer runs stays in the list.
pub fn add() -> Result<()> {
    dist::build(Finish::QuickCounted)?;
    let ran = visit()?;
    let known = fs::read_to_string(dist::list()).context("cannot read the list")?;
    let mut list = First::read(&known)?;
    list.merge(ran);
    fs::write(dist::list(), list.write()).context("cannot write the list")
}

/// What of a page that counts runs first.
fn visit() -> Result<First> {
    say("visiting the page");
    let visits = output(
        command("node")
            .arg("tests/bench/first-view.mjs")
            .env("CHROME", setup::chrome()?)
            .stderr(std::process::Stdio::inherit()),
    )
    .context("the visits of tests/bench/first-view.mjs failed")?;
    let ran: Vec<bool> = visits.trim().chars().map(|block| block == '1').collect();
    say(&format!(
        "{} blocks run first: {}",
        ran.iter().filter(|ran| **ran).count(),
        dist::list().display()
    ));
    split::ran(&dist::read(&dist::named())?, &ran)
}
