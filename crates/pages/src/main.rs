//! Writes `s/NAME/index.html` for each scenario of the gallery: what a link unfurls to and what is read without scripts,
//! with a picture of the map as PNG for previews and as SVG for the page.
//!
//! May import: playground, playground-web (its gallery's texts and its stage).
//! Invariant: the same texts, fonts and styles give the same bytes; nothing depends on a clock, a browser or the machine.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

mod font;
mod gallery;
mod map;
mod page;
mod png;
mod raster;
mod style;

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use style::Tokens;

const USAGE: &str = "usage: playground-pages DIST [--base URL]";

fn main() -> Result<()> {
    let mut dist = None;
    let mut base = None;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--base" => base = Some(words.next().context(USAGE)?),
            _ if dist.is_none() => dist = Some(PathBuf::from(word)),
            _ => bail!(USAGE),
        }
    }
    let base = base.map(|base| format!("{}/", base.trim_end_matches('/')));
    write(&dist.context(USAGE)?, base.as_deref())
}

/// Everything below `dist/s`, and the site map.
fn write(dist: &Path, base: Option<&str>) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let tokens = Tokens::read(&root)?;
    let fonts = font::Fonts::read(&root)?;
    let entries = gallery::read(&root)?;
    let folder = dist.join("s");
    fs::create_dir_all(&folder)?;
    fs::copy(root.join("web/assemble/icon.svg"), folder.join("icon.svg"))?;
    fs::write(folder.join("style.css"), style::sheet(&tokens, &faces(dist)))?;
    for (place, entry) in entries.iter().enumerate() {
        let own = folder.join(&entry.name);
        fs::create_dir_all(&own)?;
        let drawn = map::draw(entry, &fonts, &tokens);
        let neighbours = [place.checked_sub(1), Some(place + 1)].map(|place| entries.get(place?));
        fs::write(own.join("index.html"), page::scenario(entry, neighbours, &drawn, base))?;
        fs::write(own.join("map.svg"), &drawn.light)?;
        fs::write(own.join("map-dark.svg"), &drawn.dark)?;
        fs::write(own.join("preview.png"), &drawn.preview)?;
    }
    fs::write(folder.join("index.html"), page::overview(&entries, base))?;
    if let Some(base) = base {
        fs::write(dist.join("sitemap.xml"), page::site_map(&entries, base))?;
    }
    println!("{} scenarios in {}", entries.len(), folder.display());
    Ok(())
}

/// The fonts that the playground's page brings, as addresses from `s/`.
fn faces(dist: &Path) -> Vec<String> {
    let files = fs::read_dir(dist.join("assets")).into_iter().flatten().flatten();
    let mut names: Vec<String> = files
        .filter_map(|file| file.file_name().into_string().ok())
        .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "woff2"))
        .collect();
    names.sort();
    names
}

/// All that is asked of the tests: the pages of an empty folder.
#[cfg(test)]
mod tests;
