//! `cargo xtask test`: every test there is, then a summary.

use crate::dist::{self, Finish};
use crate::pages;
use crate::run::{command, root, run, say};
use crate::setup;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

struct Step {
    name: &'static str,
    what: &'static str,
    run: fn() -> Result<()>,
}

const STEPS: [Step; 9] = [
    Step {
        name: "fmt",
        what: "the code is formatted",
        run: || run(cargo().args(["fmt", "--all", "--check"])),
    },
    Step {
        name: "clippy",
        what: "no warnings",
        run: || {
            run(cargo().args([
                "clippy",
                "--workspace",
                "--all-targets",
                "--locked",
                "--quiet",
                "--",
                "-D",
                "warnings",
            ]))
        },
    },
    Step {
        name: "native",
        what: "unit, property and conformance tests",
        run: || run(cargo().args(["test", "--workspace", "--locked", "--no-fail-fast"])),
    },
    Step {
        name: "dist",
        what: "the page builds, as WebAssembly, and the gallery's pages",
        run: || dist::build(Finish::Release).and_then(|()| pages::write(&pages::Base::default())),
    },
    Step {
        name: "api",
        what: "the JavaScript API, in Node",
        run: || node_tests("tests/wasm"),
    },
    Step {
        name: "types",
        what: "the JavaScript API's TypeScript declarations",
        run: || {
            run(command("node")
                .arg("node_modules/typescript/bin/tsc")
                .args(["--project", "tests/wasm"]))
        },
    },
    Step {
        name: "e2e",
        what: "the page in headless Chromium",
        run: in_chromium,
    },
    Step {
        name: "firefox",
        what: "the main job in headless Firefox",
        run: in_firefox,
    },
    Step {
        name: "webkit",
        what: "the main job in WebKit",
        run: in_webkit,
    },
];

/// Runs the named steps, or all.
pub fn test(names: &[String]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| STEPS.iter().all(|step| step.name != **name)) {
        let known: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        bail!("unknown step {unknown:?}: choose of {}", known.join(", "));
    }
    setup::everything()?;
    let mut summary = Vec::new();
    for step in STEPS
        .iter()
        .filter(|step| names.is_empty() || names.iter().any(|name| name == step.name))
    {
        say(&format!("{}: {}", step.name, step.what));
        let started = Instant::now();
        let result = (step.run)();
        if let Err(error) = &result {
            eprintln!("\nerror: {error:#}");
        }
        summary.push((step, result.is_ok(), started.elapsed().as_secs()));
    }
    say("summary");
    for (step, passed, seconds) in &summary {
        let word = if *passed { "passed" } else { "FAILED" };
        println!("  {word}  {:7} {:4} s  {}", step.name, seconds, step.what);
    }
    let failed = summary.iter().filter(|(_, passed, _)| !passed).count();
    if failed == 0 {
        println!("\nall {} steps passed", summary.len());
        return Ok(());
    }
    bail!("{failed} of {} steps failed", summary.len())
}

fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// What runs in Firefox, too. Not frames: its WebDriver cannot look into those of others.
const IN_FIREFOX: [&str; 7] = ["drafts", "firefox", "ingress", "lesson", "page", "terminal", "type"];

fn in_firefox() -> Result<()> {
    let Some(firefox) = setup::firefox() else {
        println!("NOT RUN: no Firefox found. Install it or set FIREFOX to its path.");
        return Ok(());
    };
    let files = IN_FIREFOX.map(|name| root().join(format!("tests/e2e/{name}.test.mjs")));
    in_browser(&files, |node| {
        node.env("BROWSER", "firefox").env("FIREFOX", &firefox);
    })
}

fn in_webkit() -> Result<()> {
    if !setup::webkit() {
        println!("NOT RUN: no WebKit found that can be driven. On Debian it is webkit2gtk-driver and xvfb.");
        return Ok(());
    }
    in_browser(&[root().join("tests/e2e/webkit.test.mjs")], |node| {
        node.env("WEBKIT", "1");
    })
}

fn in_chromium() -> Result<()> {
    let chrome = setup::chrome()?;
    in_browser(&test_files("tests/e2e")?, |node| {
        node.env("CHROME", &chrome);
    })
}

/// Runs browser tests file by file, so that each has the whole machine, as a user has.
///
/// A file that fails is run once more: a browser that shares its machine is late now and then.
/// What passes only then is named at the end; what fails twice is an error.
fn in_browser(files: &[PathBuf], set_up: impl Fn(&mut Command)) -> Result<()> {
    let passes = |file: &Path| {
        let mut node = node(&[file.to_owned()]);
        set_up(&mut node);
        run(&mut node).is_ok()
    };
    let failed: Vec<&PathBuf> = files.iter().filter(|file| !passes(file)).collect();
    let mut failed_twice = Vec::new();
    for file in failed {
        let name = file.strip_prefix(root()).unwrap_or(file).display().to_string();
        say(&format!("once more: {name}"));
        if passes(file) {
            println!("UNSTEADY: {name} passed only the second time");
        } else {
            failed_twice.push(name);
        }
    }
    if failed_twice.is_empty() {
        return Ok(());
    }
    bail!("failed twice: {}", failed_twice.join(", "))
}

fn node_tests(folder: &str) -> Result<()> {
    run(&mut node(&test_files(folder)?))
}

/// The `*.test.mjs` of a folder.
fn test_files(folder: &str) -> Result<Vec<PathBuf>> {
    let mut files: Vec<_> = root()
        .join(folder)
        .read_dir()?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    Ok(files)
}

/// Node's test runner on some files.
fn node(files: &[PathBuf]) -> Command {
    let mut node = command("node");
    node.args(["--test", "--test-reporter=spec"]).args(files);
    node
}
