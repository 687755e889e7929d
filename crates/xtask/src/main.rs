//! Sets up, builds, serves and tests the playground; `cargo xtask help` lists the commands.
//!
//! May import: base, words.
//! Invariant: every step says what it does before it does it, and every failure says how to cure it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal")]

mod dist;
mod find;
mod packages;
mod pages;
mod profile;
mod run;
mod serve;
mod setup;
mod split;
mod test;
mod toolchain;

use anyhow::{Result, bail};
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  serve [--port N] [--watch]  build the playground and serve it on http://127.0.0.1:8080;
                              --watch builds anew and reloads the page on every change
  test [NAME...]              run every test, or only the named steps: fmt clippy native dist api types e2e
                              firefox webkit
  dist [--base URL]           build the playground into dist/, ready for any static web server, with a page
                              for each scenario in dist/s/; --base says where it is going to be served
  dist --quick                the same in one part, large and slow, without those pages, to try something
  pages [--base URL]          write only the scenarios' pages anew
  npm                         pack the JavaScript API and the element of dist/ for npm, in target/npm/
  single                      write dist/ as one file that opens from disk, dist/service-playground.html
  profile [--quick]           find what the first view runs, anew, and build dist/ by it;
                              --quick only adds what a quick build runs to the list
  size                        bytes of dist/, raw and compressed
  setup                       install what building and testing need, and do nothing else

Each command installs what it needs and misses. CHROME and FIREFOX name the browsers for the
tests, if not found by themselves.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let (command, rest) = arguments
        .split_first()
        .map_or(("help", &[][..]), |(command, rest)| (command.as_str(), rest));
    match command {
        "serve" => serve::serve(&serve::Options::parse(rest)?),
        "test" => test::test(rest),
        "dist" if rest == ["--quick"] => dist::build(dist::Finish::Quick),
        "dist" => {
            let base = pages::Base::parse(rest)?;
            dist::build(dist::Finish::Release)?;
            pages::write(&base)
        }
        "pages" => pages::write(&pages::Base::parse(rest)?),
        "npm" => no_more(rest).and_then(|()| packages::npm()),
        "single" => no_more(rest).and_then(|()| packages::single()),
        "profile" if rest == ["--quick"] => profile::add(),
        "profile" => no_more(rest).and_then(|()| profile::write()),
        "size" => no_more(rest).and_then(|()| dist::size()),
        "setup" => no_more(rest).and_then(|()| setup::everything()),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        unknown => bail!("unknown command {unknown:?}\n\n{HELP}"),
    }
}

fn no_more(arguments: &[String]) -> Result<()> {
    match arguments.first() {
        None => Ok(()),
        Some(argument) => bail!("unknown argument {argument:?}\n\n{HELP}"),
    }
}
