//! Running other programs, and the directory they run in.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .components()
        .fold(PathBuf::new(), |path, component| match component {
            std::path::Component::ParentDir => path.parent().map(Path::to_path_buf).unwrap_or_default(),
            other => path.join(other),
        })
}

/// A command that runs in the root.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// Prints a step that is about to start.
pub fn say(what: &str) {
    println!("\x1b[1m==> {what}\x1b[0m");
}

/// Runs a command with its output on ours; an exit code other than 0 is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    if status.success() {
        return Ok(());
    }
    bail!("{} failed ({status})", line(command))
}

/// Runs a command quietly and returns its output if it succeeds.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

fn line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
