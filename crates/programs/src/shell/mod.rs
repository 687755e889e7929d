//! A small shell: what people type at the prompt of a container, and what `sh -c` gets.
//!
//! Words, quotes, variables, `$(…)`, `$((…))`, pipes, `&&`, `||`, `;`, `!`, `if`, `for`, `while`, `until`, groups, functions,
//! aliases, here-documents and redirections. A script runs a bounded number of commands; `sleep` takes virtual time.
//!
//! Differs: of commands in the background only those run that the machine lets go on, `*` stays as it is.

mod arithmetic;
mod builtins;
mod dialect;
mod machine;
mod run;
mod state;
mod syntax;
mod tokens;

pub(crate) use builtins::{changes_files, echoed};
pub use dialect::Dialect;
pub use machine::{Machine, Program};
pub use state::Shell;
pub(crate) use state::absolute;
pub use state::quote;

use crate::output::ProgramOutput;

/// Runs a script, or a line typed at the prompt.
pub fn run(shell: &mut Shell, script: &str, input: &str, machine: &mut dyn Machine) -> ProgramOutput {
    run::Run::new(shell, machine, input).perform(script)
}

/// Runs a script whose output is kept as a log: one stream.
pub(crate) fn run_logged(shell: &mut Shell, script: &str, machine: &mut dyn Machine) -> ProgramOutput {
    run::Run::new(shell, machine, "").merged().perform(script)
}

/// Whether a line is whole, or goes on below: a quote, a loop or a condition is open.
pub fn is_whole(script: &str) -> bool {
    run::is_whole(script)
}

/// The words and the input of a line that is one command in which nothing is expanded.
pub fn single(line: &str) -> Option<(Vec<String>, String)> {
    syntax::single(line)
}

#[cfg(test)]
mod tests;
