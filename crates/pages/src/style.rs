//! The page's own colours, for pages without its program.

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The custom properties of `web/styles/tokens.css`.
pub struct Tokens {
    text: String,
    light: BTreeMap<String, String>,
    dark: BTreeMap<String, String>,
}

/// Their names and values in a block of the style sheet.
fn properties(block: &str) -> BTreeMap<String, String> {
    let mut known = BTreeMap::new();
    for declaration in block.split(';') {
        let declaration = declaration.rsplit("*/").next().unwrap_or(declaration);
        if let Some((name, value)) = declaration.split_once(':') {
            known.insert(name.trim().to_owned(), value.trim().to_owned());
        }
    }
    known
}

impl Tokens {
    pub fn read(root: &Path) -> Result<Self> {
        let text = fs::read_to_string(root.join("web/styles/tokens.css")).context("cannot read the colours")?;
        let block = |head: &str| {
            let (_, rest) = text
                .split_once(head)
                .with_context(|| format!("tokens.css has no {head}"))?;
            let (block, _) = rest.split_once('}').context("a block does not end")?;
            anyhow::Ok(block.to_owned())
        };
        let [light, dark] = [r#":root[data-theme="light"] {"#, r#":root[data-theme="dark"] {"#].map(block);
        let (light, dark, both) = (light?, dark?, block("\n:root {")?);
        let of = |theme: &str| properties(&both).into_iter().chain(properties(theme)).collect();
        Ok(Self {
            light: of(&light),
            dark: of(&dark),
            text: format!(":root{{{both}{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"),
        })
    }

    /// The value of a property; black, should it be unknown.
    pub fn value(&self, name: &str, is_dark: bool) -> String {
        let known = if is_dark { &self.dark } else { &self.light };
        known.get(name).cloned().unwrap_or_else(|| "#000000".to_owned())
    }
}

/// The style sheet of the pages.
pub fn sheet(tokens: &Tokens, fonts: &[String]) -> String {
    let mut faces = String::new();
    for file in fonts {
        let family = if file.contains("mono") {
            "Atkinson Hyperlegible Mono"
        } else {
            "Atkinson Hyperlegible Next"
        };
        let weight = if file.contains("-600-") { 600 } else { 400 };
        let _ = write!(
            faces,
            "@font-face{{font-family:\"{family}\";font-weight:{weight};font-display:swap;src:url(../assets/{file}) format(\"woff2\")}}"
        );
    }
    format!("{faces}\n{}\n{}", tokens.text, include_str!("pages.css"))
}
