//! The pages of the gallery's scenarios in `dist/s/`, written by the program `playground-pages`.

use crate::run::{command, root, run, say};
use crate::setup;
use anyhow::{Result, bail};

/// Where the playground is going to be served, for addresses that must be whole.
#[derive(Debug, Default, PartialEq)]
pub struct Base(Option<String>);

impl Base {
    pub fn parse(arguments: &[String]) -> Result<Self> {
        match arguments {
            [] => Ok(Self(None)),
            [flag, base] if flag == "--base" && base.starts_with("http") => Ok(Self(Some(base.clone()))),
            _ => bail!(
                "after `dist` and `pages` comes nothing, or --base and the address that the playground is served at"
            ),
        }
    }
}

pub fn write(base: &Base) -> Result<()> {
    setup::must_exist(&root().join("dist/index.html"), "run `cargo xtask dist` first")?;
    say("writing a page for each scenario; the first time takes a few minutes");
    let mut pages = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    pages.args(["run", "--quiet", "--package", "playground-pages", "--"]);
    pages.arg(root().join("dist"));
    match &base.0 {
        Some(base) => drop(pages.args(["--base", base])),
        None => println!(
            "without --base URL the pages have no whole addresses: previews show no picture, and there is no site map"
        ),
    }
    run(&mut pages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_a_whole_address() {
        let parse = |words: &[&str]| Base::parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).ok();
        assert_eq!(parse(&[]), Some(Base(None)));
        let base = "https://play.example/k8s";
        assert_eq!(parse(&["--base", base]), Some(Base(Some(base.to_owned()))));
        assert_eq!(parse(&["--base", "play.example"]), None);
        assert_eq!(parse(&["--bsae", base]), None);
    }
}
