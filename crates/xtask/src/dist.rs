//! Builds `dist/`: cargo, wasm-bindgen, wasm-opt, the split of the page's module,
//! then `web/assemble/assemble.mjs` for everything that is not Rust.

use crate::run::{command, root, run, say};
use crate::setup;
use crate::split::{self, First};
use crate::toolchain::{self, Toolchain};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// What the build optimizes for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// Few bytes, and of them few first.
    Release,
    /// As `Release`, in one part that keeps which of its functions ran.
    Counted,
    /// A short build, with panic messages and readable scripts.
    Quick,
    /// As `Quick`, in one part that keeps which of its functions ran.
    QuickCounted,
    /// As `Quick`, for a page that reloads when something changed.
    Watch,
}

impl Finish {
    fn is_quick(self) -> bool {
        matches!(self, Self::Quick | Self::QuickCounted | Self::Watch)
    }
}

/// What WebAssembly may use; every browser that the page runs in knows it.
const FEATURES: [&str; 7] = [
    "bulk-memory",
    "bulk-memory-opt",
    "mutable-globals",
    "nontrapping-float-to-int",
    "reference-types",
    "sign-ext",
    "multivalue",
];

pub fn build(finish: Finish) -> Result<()> {
    setup::node_packages()?;
    let toolchain = Toolchain::find_or_make()?;
    let profile = match finish {
        Finish::Release | Finish::Counted => "web",
        Finish::Quick | Finish::QuickCounted | Finish::Watch => "watch",
    };
    let patience = if toolchain::modules(profile).exists() {
        ""
    } else {
        "; the first time takes a few minutes"
    };
    say(&format!("compiling to WebAssembly by {toolchain}{patience}"));
    run(toolchain.cargo_build(!finish.is_quick()).args([
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
    if finish == Finish::QuickCounted {
        fs::copy(bound("app"), named()).context("cannot copy the module")?;
    }
    if !finish.is_quick() {
        say("optimizing WebAssembly");
        optimize(&bound("api"), &bound("api"), &["-Oz"])?;
        optimize(
            &bound("app"),
            &named(),
            &["--duplicate-function-elimination", "--debuginfo"],
        )?;
    }
    assemble(finish)
}

/// Writes `dist/` from what is compiled.
pub fn assemble(finish: Finish) -> Result<()> {
    part(finish)?;
    words()?;
    say("assembling dist/");
    let mut assemble = command("node");
    assemble.arg("web/assemble/assemble.mjs").arg(bindings());
    match finish {
        Finish::Quick | Finish::QuickCounted => drop(assemble.arg("--quick")),
        Finish::Watch => drop(assemble.arg("--watch")),
        Finish::Release | Finish::Counted => {}
    }
    run(&mut assemble)
}

fn bind(profile: &str, module: &str, name: &str, finish: Finish) -> Result<()> {
    let linked = read(&toolchain::modules(profile).join(module))?;
    Bindgen::new()
        .input_bytes(name, split::without_links(&linked)?)
        .out_name(name)
        .typescript(name == "api")
        .omit_default_module_path(true)
        .remove_producers_section(true)
        .demangle(matches!(finish, Finish::Quick | Finish::Watch))
        .web(true)
        .and_then(|bindgen| bindgen.generate(bindings().join(name)))
        .with_context(|| format!("wasm-bindgen cannot bind {module}"))
}

fn optimize(from: &Path, to: &Path, passes: &[&str]) -> Result<()> {
    let mut optimizer = command("node");
    optimizer
        .arg("node_modules/binaryen/bin/wasm-opt")
        .args(passes)
        .args(["--strip-producers", "--strip-target-features"])
        .args(FEATURES.map(|feature| format!("--enable-{feature}")))
        .arg(from)
        .arg("-o")
        .arg(to);
    run(&mut optimizer)
}

/// Writes the parts of the page's module.
fn part(finish: Finish) -> Result<()> {
    let [first, later] = ["first", "later"].map(|part| bindings().join("app").join(part).with_extension("wasm"));
    let _ = fs::remove_file(&later);
    match finish {
        Finish::Quick | Finish::Watch => fs::copy(bound("app"), first)
            .map(drop)
            .context("cannot copy the module"),
        Finish::Counted | Finish::QuickCounted => write(&first, &split::counted(&read(&named())?)?),
        Finish::Release => {
            say("splitting the page's module");
            let list = fs::read_to_string(list()).context("cannot read the list of what runs first")?;
            let linked = read(&toolchain::modules("web").join("playground-web.wasm"))?;
            // wasm-opt stays away: it writes functions that are called once into their callers, which compresses worse by 3 %.
            let parts = split::split(&read(&named())?, &linked, &First::read(&list)?)?;
            for (path, part) in [(first, parts.first), (later, parts.later)] {
                write(&path, &part)?;
            }
            Ok(())
        }
    }
}

/// Writes the sentences of each language but that of the module, a line each.
fn words() -> Result<()> {
    let folder = bindings().join("words");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let all = words::tables(&root().join("web/words"), &root().join("web/scenarios"))
        .context("cannot read the sentences of the page")?;
    for (language, table) in all.iter().skip(1) {
        write(&folder.join(&language.code).with_extension("txt"), table.as_bytes())?;
    }
    let languages = all.iter().map(|(language, _)| language);
    write(
        &bindings().join("without-scripts.html"),
        without_scripts(languages).as_bytes(),
    )
}

/// What the page says where no script chooses a language: a paragraph in each.
fn without_scripts<'a>(languages: impl Iterator<Item = &'a words::Language>) -> String {
    let said = languages.filter_map(|language| match language.forms("without_scripts")? {
        words::Forms::Plain(said) => Some(format!("<p lang=\"{}\">{said}</p>", language.code)),
        words::Forms::Counted { .. } => None,
    });
    said.collect()
}

fn bindings() -> PathBuf {
    toolchain::target_dir().join("bindings")
}

fn bound(name: &str) -> PathBuf {
    bindings().join(name).join(format!("{name}_bg.wasm"))
}

/// The page's module, whole, with its names.
pub fn named() -> PathBuf {
    bindings().join("app/named.wasm")
}

/// The functions that the first view runs; `cargo xtask profile` writes it.
pub fn list() -> PathBuf {
    root().join("web/assemble/first.txt")
}

pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn write(path: &Path, content: &[u8]) -> Result<()> {
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

/// Prints the bytes of `dist/`.
pub fn size() -> Result<()> {
    setup::must_exist(&root().join("dist/index.html"), "run `cargo xtask dist` first")?;
    setup::node()?;
    run(command("node").arg("web/assemble/size.mjs"))
}
