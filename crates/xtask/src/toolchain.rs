//! How this machine compiles for WebAssembly.

use crate::run::{command, output, root, run, say};
use crate::{find, setup};
use anyhow::{Result, bail};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";

/// LLVM writes each function that is called once into its caller, which puts what never runs into what runs first.
/// These costs, all twenty times the usual ones, make it do so for short functions alone.
const KEEP_APART: [&str; 3] = [
    "-Cllvm-args=-inline-instr-cost=100",
    "-Cllvm-args=-inline-call-penalty=500",
    "-Cllvm-args=-inline-threshold=100",
];

/// A way to compile for WebAssembly.
pub enum Toolchain {
    /// The toolchain in use has the target's standard library, and perhaps its source.
    Own { source: bool },
    /// Debian's rustc-web builds the standard library from its source.
    Debian { linker: PathBuf },
}

impl fmt::Display for Toolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own { source: false } => write!(f, "the toolchain's own {TARGET}"),
            Self::Own { source: true } => write!(f, "the toolchain's own {TARGET}, standard library built from source"),
            Self::Debian { .. } => f.write_str("Debian's rustc-web, standard library built from source"),
        }
    }
}

impl Toolchain {
    /// The way that this machine can take; installs what is missing.
    pub fn find_or_make() -> Result<Self> {
        let rustup = find::on_path("rustup").is_some();
        if rustup && !toolchain_has_source() {
            say("rustup component add rust-src");
            // Without the source the standard library is the prebuilt one: the same program, some bytes larger.
            let _ = run(command("rustup").args(["component", "add", "rust-src"]));
        }
        if let Some(found) = Self::find() {
            return Ok(found);
        }
        if rustup {
            say(&format!("rustup target add {TARGET}"));
            // rustup says itself what went wrong; Debian's packages may still do.
            if run(command("rustup").args(["target", "add", TARGET])).is_ok()
                && let Some(found) = Self::find()
            {
                return Ok(found);
            }
        }
        if setup::has_apt() {
            say("installing Debian's Rust for WebAssembly");
            setup::apt_install(&["rustc-web", "cargo-web", "rust-web-src", "lld-19"])?;
            if let Some(found) = Self::find() {
                return Ok(found);
            }
        }
        bail!(
            "no way to compile for WebAssembly: install Rust from https://rustup.rs and, with the network up, \
             run `rustup target add {TARGET}`; on Debian, \
             `apt-get install rustc-web cargo-web rust-web-src lld-19` does as well"
        )
    }

    fn find() -> Option<Self> {
        if toolchain_has_target() {
            let source = toolchain_has_source();
            return Some(Self::Own { source });
        }
        let debian = [
            "/usr/bin/rustc",
            "/usr/bin/cargo",
            "/usr/lib/rustlib/src/rust/library/std/Cargo.toml",
        ];
        let linker = find::on_path("wasm-ld-19")?;
        debian
            .iter()
            .all(|path| Path::new(path).exists())
            .then_some(Self::Debian { linker })
    }

    /// `cargo build` for WebAssembly; `smallest` trades panic messages and speed inside std for bytes, if std is built from source.
    ///
    /// Its target directory is not the native one, so that neither build discards the other's work.
    pub fn cargo_build(&self, smallest: bool) -> Command {
        let mut build = match self {
            Self::Own { .. } => command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())),
            Self::Debian { linker } => debian_cargo(linker),
        };
        build
            .args(["build", "--locked", "--target", TARGET, "--target-dir"])
            .arg(target_dir());
        let from_source = match self {
            Self::Own { source } => *source && smallest,
            Self::Debian { .. } => true,
        };
        // Names with types, and which data each function names: the split of the module needs both.
        let mut flags = vec!["-Csymbol-mangling-version=v0", "-Clink-arg=--emit-relocs"];
        if smallest {
            flags.extend(KEEP_APART);
        }
        if from_source {
            // Building std is an unstable option of a stable compiler: this variable allows it.
            build.env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=std,panic_abort");
            if smallest {
                build.arg("-Zbuild-std-features=optimize_for_size");
                flags.extend(["-Zunstable-options", "-Cpanic=immediate-abort"]);
            }
        }
        build.env("RUSTFLAGS", flags.join(" "));
        build
    }
}

pub fn target_dir() -> PathBuf {
    root().join("target/web")
}

pub fn modules(profile: &str) -> PathBuf {
    target_dir().join(TARGET).join(profile)
}

fn toolchain_has_target() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    output(command(rustc).args(["--print", "target-libdir", "--target", TARGET]))
        .is_some_and(|folder| Path::new(&folder).is_dir())
}

fn toolchain_has_source() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    output(command(rustc).args(["--print", "sysroot"])).is_some_and(|sysroot| {
        let source = "lib/rustlib/src/rust/library/std/Cargo.toml";
        Path::new(sysroot.trim()).join(source).is_file()
    })
}

/// Debian's cargo, without the rustup environment that this program was started in.
fn debian_cargo(linker: &Path) -> Command {
    let mut cargo = command("/usr/bin/cargo");
    for variable in [
        "CARGO",
        "RUSTUP_TOOLCHAIN",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "LD_LIBRARY_PATH",
    ] {
        cargo.env_remove(variable);
    }
    cargo
        .env("RUSTC", "/usr/bin/rustc")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    cargo
}
