//! Installing what is missing, each thing only when something needs it.

use crate::find;
use crate::run::{command, output, root, run, say};
use crate::toolchain::Toolchain;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const OLDEST_NODE: u32 = 20;

/// Installs everything that builds and tests need.
pub fn everything() -> Result<()> {
    let toolchain = Toolchain::find_or_make()?;
    say(&format!("WebAssembly: {toolchain}"));
    node_packages()?;
    installed("tests/recipes")?;
    say("npm packages: installed");
    let chrome = chrome()?;
    say(&format!("browser for the tests: {}", chrome.display()));
    match firefox() {
        Some(firefox) => say(&format!("second browser for the tests: {}", firefox.display())),
        None => say("no Firefox found: the tests in Firefox are left out; install it or set FIREFOX to its path"),
    }
    if webkit() {
        say("third browser for the tests: WebKitGTK");
    } else {
        say("no driver of WebKit found: the tests in WebKit are left out");
    }
    Ok(())
}

/// Checks that Node.js is new enough.
pub fn node() -> Result<()> {
    let cure = "install Node.js 20 or newer from https://nodejs.org or your system's packages, then run this again";
    let Some(version) = output(command("node").arg("--version")) else {
        bail!("node is not on the PATH: {cure}");
    };
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        _ => bail!("node {version} is too old: {cure}"),
    }
}

/// The npm packages of package-lock.json, in node_modules.
pub fn node_packages() -> Result<()> {
    node()?;
    installed("")
}

/// Those of a folder's package-lock.json.
fn installed(folder: &str) -> Result<()> {
    let folder = root().join(folder);
    let lock = fs::read(folder.join("package-lock.json")).context("cannot read package-lock.json")?;
    let stamp = folder.join("node_modules/.installed-from-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    say("installing npm packages");
    run(command(npm())
        .current_dir(&folder)
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))
    .context("npm could not install the packages; it needs the network the first time")?;
    fs::write(stamp, lock).context("cannot write into node_modules")
}

fn npm() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

/// The browser for the end-to-end tests.
pub fn chrome() -> Result<PathBuf> {
    if let Some(found) = find::chrome() {
        return Ok(found);
    }
    if has_apt() {
        say("installing Chromium for the end-to-end tests");
        apt_install(&["chromium"])?;
    }
    find::chrome()
        .context("no Chromium found: install Chromium or Google Chrome, or set CHROME to its path, then run this again")
}

/// The second browser for the end-to-end tests; `None` where there is none and none can be installed.
pub fn firefox() -> Option<PathBuf> {
    if let Some(found) = find::firefox() {
        return Some(found);
    }
    if has_apt() {
        say("installing Firefox for the end-to-end tests");
        apt_install(&["firefox-esr"]).ok()?;
    }
    find::firefox()
}

/// Whether WebKit can be driven by the end-to-end tests: its driver, and a display for it.
pub fn webkit() -> bool {
    const NEEDED: [&str; 2] = ["WebKitWebDriver", "Xvfb"];
    let is_there = || NEEDED.into_iter().all(|program| find::on_path(program).is_some());
    if !is_there() && has_apt() {
        say("installing WebKit's driver for the end-to-end tests");
        let _ = apt_install(&["webkit2gtk-driver", "xvfb"]);
    }
    is_there()
}

pub fn has_apt() -> bool {
    find::on_path("apt-get").is_some()
}

/// Installs Debian packages; fetches the package lists first if they lack one.
pub fn apt_install(packages: &[&str]) -> Result<()> {
    let install = || {
        let mut apt = as_root("apt-get")?;
        apt.args(["install", "--yes", "--quiet", "--no-install-recommends"])
            .args(packages);
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        run(&mut apt)
    };
    if install().is_ok() {
        return Ok(());
    }
    run(as_root("apt-get")?.args(["update", "--quiet"]))?;
    install().with_context(|| format!("cannot install {}", packages.join(" ")))
}

fn as_root(program: &str) -> Result<Command> {
    if output(command("id").arg("-u")).as_deref() == Some("0") {
        return Ok(command(program));
    }
    let Some(sudo) = find::on_path("sudo") else {
        bail!("{program} needs root and there is no sudo: run `cargo xtask setup` once as root");
    };
    let mut command = command(sudo);
    // Environment variables do not reach through sudo unless named.
    command.args(["DEBIAN_FRONTEND=noninteractive", program]);
    Ok(command)
}

/// An error with this cure if a path does not exist.
pub fn must_exist(path: &Path, cure: &str) -> Result<()> {
    if path.exists() {
        return Ok(());
    }
    bail!("{} is missing: {cure}", path.display())
}
