//! The pages in one language, and where each of them lies.

use anyhow::{Context, Result};
use playground_web::say;
use std::path::Path;

/// All pages in one language.
pub struct Edition {
    /// As in `lang`.
    pub code: String,
    /// What the language calls itself.
    pub name: String,
    /// The language and a country, as social pages ask for them.
    pub locale: String,
    /// Whether it is the one that other languages' readers get, too.
    pub is_first: bool,
    table: &'static str,
}

/// In every language that there is, the first one first.
pub fn all(root: &Path) -> Result<Vec<Edition>> {
    let tables = words::tables(&root.join("web/words"), &root.join("web/scenarios"));
    let tables = tables.context("cannot read the sentences of the pages")?;
    let edition = |(language, table): (words::Language, String)| {
        let word = |key: &str| match language.forms(key) {
            Some(words::Forms::Plain(word)) => Ok(word.clone()),
            _ => anyhow::bail!("{}.yaml has no {key}", language.code),
        };
        Ok(Edition {
            name: word("language_name")?,
            locale: word("language_locale")?,
            is_first: language.code == words::FIRST,
            code: language.code,
            table: table.leak(),
        })
    };
    tables.into_iter().map(edition).collect()
}

impl Edition {
    /// Has the page's sentences, the stage and the scenarios speak this language.
    pub fn speak(&self) {
        say::speak(self.table);
    }
}

/// A page: of a scenario, or the one that lists all.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub edition: &'a Edition,
    /// Of the scenario.
    pub name: Option<&'a str>,
}

impl<'a> Place<'a> {
    /// The same page in another language.
    pub const fn in_edition(self, edition: &'a Edition) -> Self {
        Self { edition, ..self }
    }

    /// From the playground's own address.
    pub fn path(self) -> String {
        let code = (!self.edition.is_first).then_some(self.edition.code.as_str());
        let folders: Vec<&str> = [Some("s"), code, self.name].into_iter().flatten().collect();
        folders.join("/") + "/"
    }

    /// The way from here to the playground.
    pub fn up(self) -> String {
        "../".repeat(self.path().matches('/').count())
    }

    /// The playground in this language; in the first one, in that which its reader chose.
    pub fn playground(self) -> String {
        let up = self.up();
        if self.edition.is_first {
            up
        } else {
            format!("{up}?lang={}", self.edition.code)
        }
    }

    /// A page as this one links it: whole where the base is known, else as the way from here.
    pub fn address_of(self, other: Place<'_>, base: Option<&str>) -> String {
        let path = other.path();
        base.map_or_else(|| format!("{}{path}", self.up()), |base| format!("{base}{path}"))
    }
}
