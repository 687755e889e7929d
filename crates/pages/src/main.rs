//! Writes `s/NAME/index.html` for each scenario of the gallery, and `s/LANGUAGE/NAME/index.html` in each other language: what a
//! link unfurls to and what is read without scripts, with a picture of the map as PNG for previews and as SVG for the page.
//!
//! May import: playground, playground-web (its gallery's texts, its sentences and its stage), words.
//! Invariant: the same texts, fonts and styles give the same bytes; nothing depends on a clock, a browser or the machine.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

mod edition;
mod font;
mod gallery;
mod map;
mod page;
mod png;
mod raster;
mod style;

use anyhow::{Context, Result, bail};
use edition::{Edition, Place};
use font::Fonts;
use page::Pages;
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
    let fonts = Fonts::read(&root)?;
    let editions = edition::all(&root)?;
    let folder = dist.join("s");
    fs::create_dir_all(&folder)?;
    fs::copy(root.join("web/assemble/icon.svg"), folder.join("icon.svg"))?;
    fs::write(folder.join("style.css"), style::sheet(&tokens, &faces(dist)))?;
    let write = |edition| write_edition(dist, &root, (&editions, edition), base, (&fonts, &tokens));
    // Which language is spoken is a matter of each thread.
    let written: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = editions
            .iter()
            .map(|edition| scope.spawn(move || write(edition)))
            .collect();
        threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
    });
    let mut names = Vec::new();
    for (edition, written) in editions.iter().zip(written) {
        names = written.map_err(|_| anyhow::anyhow!("the pages in {} failed", edition.name))??;
        println!("{} scenarios in {}", names.len(), edition.name);
    }
    if let Some(base) = base {
        fs::write(dist.join("sitemap.xml"), page::site_map(&editions, &names, base))?;
    }
    Ok(())
}

/// The pages in one language, with their pictures; gives the names of the scenarios.
fn write_edition(
    dist: &Path,
    root: &Path,
    (editions, edition): (&[Edition], &Edition),
    base: Option<&str>,
    (fonts, tokens): (&Fonts, &Tokens),
) -> Result<Vec<String>> {
    edition.speak();
    let entries = gallery::read(root)?;
    let pages = Pages {
        editions,
        edition,
        entries: &entries,
        base,
    };
    let folder = |name: Option<&str>| -> Result<PathBuf> {
        let folder = dist.join(Place { edition, name }.path());
        fs::create_dir_all(&folder)?;
        Ok(folder)
    };
    for (number, entry) in entries.iter().enumerate() {
        if editions.iter().any(|edition| edition.code == entry.name) {
            bail!("a scenario is called {}, as the folder of a language is", entry.name);
        }
        let own = folder(Some(&entry.name))?;
        let drawn = map::draw(entry, fonts, tokens);
        fs::write(own.join("index.html"), pages.scenario(number, entry, &drawn))?;
        fs::write(own.join("map.svg"), &drawn.light)?;
        fs::write(own.join("map-dark.svg"), &drawn.dark)?;
        fs::write(own.join("preview.png"), &drawn.preview)?;
    }
    fs::write(folder(None)?.join("index.html"), pages.overview())?;
    Ok(entries.into_iter().map(|entry| entry.name).collect())
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
