//! What is made of `dist/`: an npm package, and the playground as one file.

use crate::dist::{self, Finish};
use crate::run::{command, root, run, say};
use crate::setup;
use anyhow::Result;

/// Packs `dist/api` and the element for npm, in `target/npm`.
pub fn npm() -> Result<()> {
    built()?;
    say("packing for npm");
    run(command("node").arg("web/assemble/npm.mjs"))
}

/// Writes `dist/service-playground.html`, which opens from disk.
pub fn single() -> Result<()> {
    built()?;
    say("writing the playground as one file");
    run(command("node").arg("web/assemble/single.mjs"))
}

/// Builds `dist/`, unless it is there.
fn built() -> Result<()> {
    setup::node()?;
    if root().join("dist/index.html").exists() {
        return Ok(());
    }
    dist::build(Finish::Release)
}
