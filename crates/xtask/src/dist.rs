//! Builds `dist/`: cargo, wasm-bindgen, then `web/assemble/assemble.mjs` for everything that is not Rust.

use crate::run::{command, root, run, say};
use crate::setup;
use crate::toolchain::{self, Toolchain};
use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

/// What the build optimizes for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// Few bytes.
    Release,
    /// A short build, with panic messages and readable scripts.
    Watch,
}

pub fn build(finish: Finish) -> Result<()> {
    setup::node_packages()?;
    let toolchain = Toolchain::find_or_make()?;
    let profile = match finish {
        Finish::Release => "web",
        Finish::Watch => "watch",
    };
    let patience = if toolchain::modules(profile).exists() {
        ""
    } else {
        "; the first time takes a few minutes"
    };
    say(&format!("compiling to WebAssembly by {toolchain}{patience}"));
    run(toolchain.cargo_build(finish == Finish::Release).args([
        "--profile",
        profile,
        "-p",
        "playground-web",
        "-p",
        "playground-wasm",
    ]))?;

    say("binding WebAssembly to JavaScript");
    bind(profile, "playground-web.wasm", "app", finish)?;
    bind(profile, "playground_wasm.wasm", "api", finish)?;

    say("assembling dist/");
    let mut assemble = command("node");
    assemble
        .arg("web/assemble/assemble.mjs")
        .arg(toolchain::target_dir().join("bindings"));
    if finish == Finish::Watch {
        assemble.arg("--watch");
    }
    run(&mut assemble)
}

fn bind(profile: &str, module: &str, name: &str, finish: Finish) -> Result<()> {
    Bindgen::new()
        .input_path(toolchain::modules(profile).join(module))
        .out_name(name)
        .typescript(name == "api")
        .omit_default_module_path(true)
        .remove_producers_section(true)
        .remove_name_section(finish == Finish::Release)
        .web(true)
        .and_then(|bindgen| bindgen.generate(toolchain::target_dir().join("bindings").join(name)))
        .with_context(|| format!("wasm-bindgen cannot bind {module}"))
}

/// Prints the bytes of `dist/`.
pub fn size() -> Result<()> {
    setup::must_exist(&root().join("dist/index.html"), "run `cargo xtask dist` first")?;
    setup::node()?;
    run(command("node").arg("web/assemble/size.mjs"))
}
