//! `version`.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{Flag, Flags, OUTPUT, Takes, Values};

const CLIENT: Flag = Flag::new("client", Takes::Bool, "Print the version of kubectl alone.");

pub(crate) const FLAGS: Flags = &[&[OUTPUT.values(Values::None), CLIENT]];

/// Models: kubectl/pkg/cmd/version/version.go Validate, Run (v1.36).
pub(crate) fn version(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let wrong = match args.text("output").unwrap_or_default() {
        _ if !args.words.is_empty() => format!("extra arguments: [{}]", args.words.join(" ")),
        "" => String::new(),
        output @ ("json" | "yaml") => format!("version -o {output} is not simulated: leave -o out"),
        _ => "--output must be 'yaml' or 'json'".to_owned(),
    };
    if !wrong.is_empty() {
        return Err(vec![Failure::own(wrong)]);
    }
    run.output
        .stdout
        .push_str("Client Version: v1.36.2\nKustomize Version: v5.8.1\n");
    if !args.is("client") {
        run.output.stdout.push_str("Server Version: v1.36.2\n");
    }
    Ok(())
}
